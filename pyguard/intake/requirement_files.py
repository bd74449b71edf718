"""Requirements and constraints files (`-r`, `-c`) -> what they want, by pip's own rules.

Continuations, comments, `${VARIABLES}`, nested files relative to the file that names them, options,
byte order marks and PEP 263 comments as in pip's `_internal/req/req_file.py`. A file that pip could
not read is one IntakeError with the file and the line.
"""

from __future__ import annotations

import codecs
import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Optional

from ..errors import ForeignUsageError, IntakeError
from ..host import Host
from ..model.frozen import replace
from ..model.late_pattern import late
from ..model.paths import absolute
from ..model.request import WantedDistribution
from .frontends.pip_command import Given, parse_words, values_of
from .frontends.pip_file_options import FILE_OPTIONS
from .frontends.pip_options import Option
from .requirement_text import Place, read_requirement

MOST_BYTES = 5 * 1024 * 1024    # of all nested files together
DEEPEST = 100
VARIABLE = late(r"\$\{([A-Z0-9_]+)\}")
CODING = late(rb"coding[:=]\s*([-\w.]+)")
LOCK_NAME = late(r"pylock(\.[^.]+)?\.toml$")    # PEP 751
REMOTE = late(r"(?i)(https?|ftp):")
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
         (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
INDEX_DESTS = ("index_url", "extra_index_urls", "find_links", "no_index", "trusted_hosts", "pre",
               "format_control", "prefer_binary", "release_control")
TABLE: dict[str, Option] = {spelling: option for option in FILE_OPTIONS for spelling in option.spellings.split()}


class FileContents(NamedTuple):
    """What a file and those it names want. `options` are those that steer the index, in order.

    `unread`: the files that only pip itself will see.
    """

    wanted: tuple[WantedDistribution, ...] = ()
    constraints: tuple[WantedDistribution, ...] = ()
    options: tuple[Given, ...] = ()
    gaps: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


class _Reader:
    """One walk through a file and the files it names: how much was read, and what came of it."""

    def __init__(self, host: Host, environ: Mapping[str, str], cwd: str) -> None:
        self.host, self.environ, self.cwd = host, environ, cwd
        self.left = MOST_BYTES
        self.wanted: list[WantedDistribution] = []
        self.constraints: list[WantedDistribution] = []
        self.options: list[Given] = []
        self.gaps: list[str] = []
        self.unread: list[str] = []

    def read(self, name: str, constraint: bool, above: tuple[str, ...]) -> None:
        """`name` absolute or a link; `above` are the files that led here, themselves first."""
        if REMOTE.match(name):
            self.unread.append(name)
            self.gaps.append(f"{name} was not fetched: what it asks for is not known")
            return
        if len(above) >= DEEPEST:
            raise IntakeError("requirements-too-deep", f"requirements files nested more than {DEEPEST} deep", name)
        if is_read_once(self.host, name):
            self.unread.append(name)
            self.gaps.append(f"{name} was not read: what it asks for is not known")
            return
        if LOCK_NAME.match(os.path.basename(name)):    # as pip 26 does
            from .lock_files import read_lock  # reads projects, and Python: few requirements are locked

            found, gaps = read_lock(self.host, name)
            (self.constraints if constraint else self.wanted).extend(found)
            self.gaps.extend(gaps)
            return
        for number, line in logical_lines(self._text(name), self.environ):
            self._take(name, line, constraint, above, f"{self._display(name)}:{number}")

    def _take(self, name: str, line: str, constraint: bool, above: tuple[str, ...], origin: str) -> None:
        requirement, editable, given = split_line(line, origin)
        nested = _first(given, "requirements") or _first(given, "constraints")
        if requirement:
            found = read_requirement(self.host, requirement, Place(self.cwd, origin, self.gaps.append), editable)
            if _first(given, "hashes") is not None:
                found = replace(found, hashed=True)
            (self.constraints if constraint else self.wanted).append(found)
        elif nested is not None:
            self._descend(name, nested, (*above, name), origin)
        else:
            self.options.extend(one._replace(origin=origin) for one in given if one.option.dest in INDEX_DESTS)

    def _descend(self, name: str, nested: Given, above: tuple[str, ...], origin: str) -> None:
        path = local_path(nested.value, os.path.dirname(name))
        if path in above:
            raise IntakeError("requirements-cycle", f"{self._display(path)} includes itself", origin,
                              "take the line out that names it again")
        self.read(path, nested.option.dest == "constraints", above)

    def _text(self, path: str) -> str:
        try:
            content = self.host.read_bytes(path, self.left + 1)
        except OSError as error:
            reason = error.strerror or str(error).partition(":")[0]
            raise IntakeError("unreadable-requirements", f"could not read the requirements file {path}: {reason}",
                              path) from error
        self.left -= len(content)
        if self.left < 0:
            raise IntakeError("requirements-too-large", f"{path}: more than {MOST_BYTES >> 20} MB of requirements",
                              path)
        return decode(content, path)

    def _display(self, path: str) -> str:
        base = self.cwd.rstrip("/") + "/"
        return path[len(base):] if path.startswith(base) else path


def is_read_once(host: Host, path: str) -> bool:
    """A pipe and the like (`-r <(...)`): whoever reads it leaves nothing for pip."""
    return host.exists(path) and not host.is_file(path) and not host.is_dir(path)


def read_requirements_file(host: Host, name: str, *, environ: Mapping[str, str], cwd: str,
                           constraint: bool = False) -> FileContents:
    """Everything a file asks for, and what could not be learned about it."""
    reader = _Reader(host, environ, cwd)
    reader.read(local_path(name, cwd), constraint, ())
    return FileContents(tuple(reader.wanted), tuple(reader.constraints), tuple(reader.options), tuple(reader.gaps),
                        tuple(reader.unread))


def local_path(name: str, directory: str) -> str:
    """An absolute path, or the link as it is where it leads to the network."""
    if REMOTE.match(name):
        return name
    if REMOTE.match(directory):
        return f"{directory}/{name}"
    if name.lower().startswith("file:"):
        from urllib.parse import unquote, urlsplit  # 4 ms, and few name a file by an address

        name = unquote(urlsplit(name).path)
    return absolute(name, directory)


def decode(content: bytes, path: str) -> str:
    """By byte order mark, by a PEP 263 comment in the first two lines, else as UTF-8."""
    encoding = "utf-8"
    for mark, name in MARKS:
        if content.startswith(mark):
            content, encoding = content[len(mark):], name
            break
    else:
        for line in content.split(b"\n", 2)[:2]:
            found = CODING.search(line) if line.startswith(b"#") else None
            if found:
                encoding = found.group(1).decode("ascii")
                break
    try:
        return content.decode(encoding)
    except (UnicodeError, LookupError, ValueError) as error:
        raise IntakeError("unreadable-requirements", f"{path} is not {encoding} text", path,
                          "is it a requirements file?") from error


def logical_lines(text: str, environ: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Number (from 1) and text of each line that says something, continuations joined, variables filled in."""
    for number, line in _joined(text.splitlines()):
        line = line[:_comment(line)].strip()
        if line:
            yield number, VARIABLE.sub(lambda found: environ.get(found.group(1)) or found.group(0), line)


def _comment(line: str) -> int:
    """Where the comment of a line begins; a regular expression would be quadratic in blanks."""
    place = line.find("#")
    while place > 0 and not line[place - 1].isspace():
        place = line.find("#", place + 1)
    return place if place >= 0 else len(line)


def _joined(lines: list[str]) -> Iterator[tuple[int, str]]:
    begun: list[str] = []
    first = 0
    for number, line in enumerate(lines, 1):
        comment = line.lstrip().startswith("#")
        if line.endswith("\\") and not comment:
            first = first if begun else number
            begun.append(line.strip("\\"))
            continue
        yield (first if begun else number), "".join(begun) + (" " + line if comment else line)
        begun = []
    if begun:
        yield first, "".join(begun)


def split_line(line: str, origin: str) -> tuple[str, bool, tuple[Given, ...]]:
    """The requirement (or nothing), whether it is editable, and the options of a line."""
    words = line.split(" ")
    end = next((place for place, word in enumerate(words) if word.startswith("-")), len(words))
    requirement = " ".join(words[:end])
    try:
        given = parse_words(shlex.split(" ".join(words[end:])), TABLE, ()).given
    except ForeignUsageError as error:
        raise IntakeError("bad-requirement", error.message, origin) from error
    except ValueError as error:
        raise IntakeError("bad-requirement", f"not a line of a requirements file: {error}", origin) from error
    editable = _first(given, "editables")
    if not requirement and editable is not None:
        return editable.value, True, given
    return requirement, False, given


def _first(given: Sequence[Given], dest: str) -> Optional[Given]:
    """pip takes the first of several on a line."""
    return next(iter(values_of(given, dest)), None)
