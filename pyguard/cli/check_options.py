"""`pyguard check`'s arguments -> Options. A table and a loop: argparse costs as much as checking a file does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import UsageError

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "checkstyle")
CONFIDENCES = ("certain", "likely", "possible")
LEVELS = ("warn", "block")
CONTAINERS = ("host", "conflicts")
NUMBERS = frozenset(map(str, range(1, 257)))
COLOURS = ("auto", "always", "never")
USAGE = """\
usage: pyguard check [options] [PATH...]

Reads files and directories (the current one) and reports every command that would damage a system Python.
Exit 0: no findings; 10: findings; 2: usage; 1: pyguard failed.

  --format FORMAT        text, json, sarif, github, gitlab, junit or checkstyle
  --output FILE          write the report there
  --select RULE,...      only these rules
  --ignore RULE,...      none of these rules
  --level LEVEL          the lowest level that counts: warn or block
  --confidence WORD      the lowest confidence that counts: certain, likely or possible
  --containers POLICY    in images: host (refuse as on a host) or conflicts (only what conflicts)
  --docs                 what Markdown and reStructuredText tell to type, too
  --exclude PATTERN      leave out what a line of .gitignore like this would; may be repeated
  --as-found             files that are named count as if found in a directory: leave out what is excluded
  --baseline FILE        findings that are known are not told again
  --write-baseline FILE  write the findings of now there
  --stdin-filename NAME  check standard input as a file of that name
  --diff, --fix          show, or make, the changes that are safe
  --exit-zero            exit 0 even with findings
  --jobs N               so many processes
  --colour WHEN          auto, always or never
  --json-schema          print the schema of --format json
"""


class Options:
    """What was asked for; empty where it was not."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.exclude: list[str] = []

    format: str = "text"
    output: str = ""
    select: str = ""
    ignore: str = ""
    level: str = ""
    confidence: str = "likely"
    containers: str = ""
    docs: bool = False
    as_found: bool = False
    baseline: str = ""
    write_baseline: str = ""
    stdin_filename: str = ""
    diff: bool = False
    fix: bool = False
    exit_zero: bool = False
    jobs: int = 1
    colour: str = "auto"
    json_schema: bool = False
    help: bool = False


CHOICES = {"format": FORMATS, "level": LEVELS, "confidence": CONFIDENCES, "containers": CONTAINERS, "colour": COLOURS}
SYNONYMS = {"-h": "--help", "--color": "--colour", "-f": "--format", "-o": "--output", "-j": "--jobs"}


def read_options(arguments: Sequence[str]) -> Options:
    """Raises UsageError for what is not in USAGE."""
    options = Options()
    words = list(reversed(arguments))
    while words:
        word = words.pop()
        if word == "--":
            options.paths += reversed(words)
            break
        if not word.startswith("-") or word == "-":
            options.paths.append(word)
            continue
        name, equals, value = word.partition("=")
        name = SYNONYMS.get(name, name)
        key = name.lstrip("-").replace("-", "_")
        known = getattr(options, key, None)
        if not name.startswith("--") or known is None or key == "paths":
            raise UsageError("bad-usage", f"pyguard check does not take {word!r}", hint="pyguard check --help")
        if isinstance(known, bool):
            if equals:
                raise UsageError("bad-usage", f"{name} takes no value", hint="pyguard check --help")
            setattr(options, key, True)
            continue
        if not equals:
            if not words:
                raise UsageError("bad-usage", f"{name} needs a value", hint="pyguard check --help")
            value = words.pop()
        setattr(options, key, _checked(key, name, value, known))
    return options


def _checked(key: str, name: str, value: str, known: Any) -> Any:
    if key in CHOICES and value not in CHOICES[key]:
        raise UsageError("bad-usage", f"{name} {value}: it is one of {', '.join(CHOICES[key])}")
    if isinstance(known, list):
        return [*known, value]
    if isinstance(known, int):
        if value not in NUMBERS:
            raise UsageError("bad-usage", f"{name} {value}: a number from 1 to 256")
        return int(value)
    return value
