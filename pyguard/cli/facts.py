"""`pyguard facts`: what the interpreters of this machine are, where they look, and why pyguard thinks so."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from typing import TextIO

from .. import codec
from ..errors import CollectError, PyguardError, UsageError
from ..facts.enumerate import find_interpreters
from ..facts.interpreter import inspect
from ..facts.operating_system import operating_system
from ..facts.shell_environment import find_program, shell_environment
from ..facts.sites import site_directories
from ..host import Host
from ..model.facts import Interpreter, OperatingSystem, SiteDirectory

SCHEMA = 1


class _Parser(argparse.ArgumentParser):
    """Raises instead of ending the process: exit codes are given in one place."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError("bad-usage", message, hint=self.format_usage().strip())


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int, stdout: TextIO,
        stderr: TextIO, host: Host | None = None) -> int:
    """0, or the exit code of the error that is printed on stderr in one line."""
    host = host or Host()
    try:
        options = _parser().parse_args(list(arguments))
        wanted = _wanted(host, options, environ, cwd)
        interpreters = [inspect(host, path, environment=environ, uid=uid, cwd=cwd) for path in wanted]
    except SystemExit as done:    # --help
        return int(done.code or 0)
    except PyguardError as error:
        for line in filter(None, (error.message, error.hint)):
            print(escape(f"pyguard: {line}"), file=stderr)
        return error.exit_code
    shell = shell_environment(environ)
    found = [(each, site_directories(host, each, environment=shell, uid=uid, cwd=cwd))
             for each in interpreters]
    system = operating_system(host)
    if options.json:
        print(json.dumps(_as_data(system, found), indent=2), file=stdout)
    else:
        _print_text(system, found, stdout)
    return 0


def escape(text: str) -> str:
    """Control characters, bidirectional marks and undecodable bytes as backslash escapes."""
    return "".join(character if character.isprintable() else
                   character.encode("unicode_escape", "surrogatepass").decode("ascii") for character in text)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="pyguard facts", description=__doc__, allow_abbrev=False)
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--interpreter", metavar="PATH", default="python3",
                       help="a path, or a name looked up on PATH (python3)")
    group.add_argument("--all", action="store_true", help="every interpreter of this machine")
    parser.add_argument("--json", action="store_true", help="machine-readable, schema 1")
    return parser


def _wanted(host: Host, options: argparse.Namespace, environ: Mapping[str, str], cwd: str) -> tuple[str, ...]:
    if options.all:
        return find_interpreters(host, environ)
    return (_locate(host, options.interpreter, environ, cwd),)


def _locate(host: Host, name: str, environ: Mapping[str, str], cwd: str) -> str:
    if "/" in name:
        return os.path.join(cwd, name)
    found = find_program(host, name, environ.get("PATH", "").split(":"))
    if not found:
        raise CollectError("no-interpreter", f"there is no {name} on PATH",
                           hint="name one: pyguard facts --interpreter PATH")
    return found


def _as_data(system: OperatingSystem,
             found: Sequence[tuple[Interpreter, Sequence[SiteDirectory]]]) -> dict[str, object]:
    interpreters = [{"interpreter": codec.encode(each), "sites": codec.encode(tuple(sites))}
                    for each, sites in found]
    return {"schema": SCHEMA, "os": codec.encode(system), "interpreters": interpreters}


def _print_text(system: OperatingSystem, found: Sequence[tuple[Interpreter, Sequence[SiteDirectory]]],
                stdout: TextIO) -> None:
    container = " (in a container)" if system.container else ""
    print(escape(f"{system.name or system.id} {system.version_id}".strip() + container), file=stdout)
    for interpreter, sites in found:
        for line in ("", *_interpreter_lines(interpreter), *_site_lines(sites)):
            print(escape(line), file=stdout)


def _interpreter_lines(interpreter: Interpreter) -> list[str]:
    version = f"{interpreter.implementation} {interpreter.version or '?'}"
    words = [interpreter.kind.value]
    if interpreter.flavour not in ("", interpreter.kind.value):
        words.append(f"by {interpreter.flavour}")
    if interpreter.base_kind:
        words.append(f"on {interpreter.base_kind.value}")
    lines = [f"{interpreter.path}: {' '.join(words)}, {version}"]
    for name, value in (("real path", interpreter.real_path), ("prefix", interpreter.prefix),
                        ("base prefix", interpreter.base_prefix), ("standard library", interpreter.stdlib)):
        if value:
            lines.append(f"  {name}: {value}")
    lines.append(f"  protected: {'yes' if interpreter.is_protected else 'no'}")
    lines.append(f"  externally managed: {'yes' if interpreter.externally_managed else 'no'}")
    lines.extend(f"  because ({reason.about}): {reason.because}" for reason in interpreter.reasons)
    return lines


def _site_lines(sites: Sequence[SiteDirectory]) -> list[str]:
    lines = ["  site directories, the first wins:"] if sites else []
    for site in sites:
        state = [site.scheme, f"owner {site.owner.value}"]
        state += ["writable"] * site.writable + ["absent"] * (not site.exists)
        lines.append(f"    {site.rank} {site.path} ({', '.join(state)})")
    return lines
