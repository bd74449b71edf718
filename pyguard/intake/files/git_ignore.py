"""The lines of a .gitignore, read as git's dir.c and wildmatch.c read them: in bytes, the last that matches decides.

pathspec, the library for it, differs from git (version 1.1 in `*`, `!*/`, `!*.sh` below the top, in named classes, in
bytes that are no letters, and it ends at `[z-a]`), and a file that it leaves out is one that nobody checks.
Nothing here can fail: a line that is no pattern to git (`[` that nothing closes, a lone `!`) matches nothing.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Optional

END = b"\0"    # stands behind a directory's name, where no name has anything
SPECIAL = re.compile(rb"[*?\[\\]")
NAMED_CLASS = re.compile(rb"\[:([^\]]*)\]")
CLASSES = {name: frozenset(text.encode("ascii")) for name, text in (
    (b"alnum", string.ascii_letters + string.digits), (b"alpha", string.ascii_letters), (b"blank", " \t"),
    (b"cntrl", "".join(map(chr, range(1, 32))) + "\x7f"), (b"digit", string.digits),
    (b"graph", "".join(map(chr, range(33, 127)))), (b"lower", string.ascii_lowercase),
    (b"print", "".join(map(chr, range(32, 127)))), (b"punct", string.punctuation), (b"space", " \t\n\r"),
    (b"upper", string.ascii_uppercase), (b"xdigit", string.hexdigits))}


class _Line(NamedTuple):
    """One pattern as a regular expression; `by_name`: for the last part of a path, whatever leads to it."""

    expression: bytes
    by_name: bool
    ignores: bool


class IgnoreLines:
    """What the lines of one file say of the paths below its directory."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        # The last line first: the first alternative that matches is the one that decides
        read = [line for line in map(_read_line, lines) if line is not None][::-1]
        self._by_name = _Alternatives([(rank, line) for rank, line in enumerate(read) if line.by_name])
        self._by_path = _Alternatives([(rank, line) for rank, line in enumerate(read) if not line.by_name])

    def decide(self, path: bytes, is_dir: bool) -> Optional[bool]:
        """True: ignored; False: taken back by a line with `!`; None: nothing is said of it."""
        end = END if is_dir else b""
        found = [each for each in (self._by_name.find(path[path.rfind(b"/") + 1:] + end),
                                   self._by_path.find(path + end)) if each is not None]
        return min(found)[1] if found else None


class _Alternatives:
    """Several lines as one expression, a group each: what costs least for the many paths that none speaks of."""

    def __init__(self, ranked: list[tuple[int, _Line]]) -> None:
        self._verdicts = [(rank, line.ignores) for rank, line in ranked]
        self._expression = re.compile(b"|".join(b"(%s)" % line.expression for _, line in ranked)) if ranked else None

    def find(self, subject: bytes) -> Optional[tuple[int, bool]]:
        """The rank of the first line that matches, and whether it ignores."""
        found = self._expression.fullmatch(subject) if self._expression is not None else None
        return self._verdicts[found.lastindex - 1] if found is not None and found.lastindex else None


def split_lines(data: bytes) -> Iterator[bytes]:
    """The patterns of a file: without its mark, comments, and blanks at an end that no backslash keeps."""
    for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        if not line.startswith(b"#"):
            line = line.removesuffix(b"\r").partition(b"\0")[0]
            end = len(line.rstrip(b" "))
            kept = (end - len(line[:end].rstrip(b"\\"))) % 2
            yield line[:end + kept]


def _read_line(line: bytes) -> Optional[_Line]:
    ignores = not line.startswith(b"!")
    text = line if ignores else line[1:]
    only_directories = text.endswith(b"/")
    text = text[:-1] if only_directories else text
    by_name = b"/" not in text
    text = text.removeprefix(b"/")
    special = SPECIAL.search(text)
    plain = special.start() if special else len(text)
    # git compares what comes before the first special character by itself; `**` behind it stands at a beginning
    rest = _translate(text[plain:])
    if rest is None or not text:
        return None
    return _Line(re.escape(text[:plain]) + rest + (END if only_directories else END + b"?"), by_name, ignores)


def _translate(pattern: bytes) -> Optional[bytes]:
    """A regular expression for a pattern; None where it can match nothing."""
    expression = b""
    at = 0
    while at < len(pattern):
        character = pattern[at:at + 1]
        start = at
        at += 1
        if character == b"*":
            at = len(pattern) - len(pattern[at:].lstrip(b"*"))
            whole = at - start > 1 and pattern[start - 1:start] in (b"", b"/") and pattern[at:at + 1] in (b"", b"/")
            if whole and at < len(pattern):
                expression += b"(?:[^\0]*/)?"
                at += 1
            else:
                expression += b"[^\0]*" if whole else b"[^/\0]*"
        elif character == b"?":
            expression += b"[^/\0]"
        elif character == b"[":
            bracket = _read_bracket(pattern, at)
            if bracket is None:
                return None
            expression += bracket[0]
            at = bracket[1]
        else:
            if character == b"\\":
                character = pattern[at:at + 1]
                at += 1
            if not character:
                return None
            expression += re.escape(character)
    return expression


def _read_bracket(pattern: bytes, at: int) -> Optional[tuple[bytes, int]]:
    """The set of bytes whose `[` stands before `at`, as an expression, and where the pattern goes on."""
    negated = pattern[at:at + 1] in (b"!", b"^")
    at += negated
    begin = at
    taken: set[int] = set()
    before = 0    # what a `-` would go from
    while at == begin or pattern[at:at + 1] != b"]":
        item = _read_item(pattern, at, before)
        if item is None:
            return None
        members, before, at = item
        taken |= members
    wanted = sorted((set(range(1, 256)) - taken if negated else taken) - {0, ord("/")})
    return (b"[" + b"".join(b"\\x%02x" % each for each in wanted) + b"]" if wanted else b"(?!)"), at + 1


def _read_item(pattern: bytes, at: int, before: int) -> Optional[tuple[frozenset[int], int, int]]:
    """One member of a set, a range or a named class: its bytes, what a range after it begins with, what follows."""
    is_range = pattern[at:at + 1] == b"-" and before and pattern[at + 1:at + 2] not in (b"", b"]")
    at += bool(is_range)
    if not is_range and pattern.startswith(b"[:", at):
        named = NAMED_CLASS.match(pattern, at)
        if named is None:
            return None
        if named[1].endswith(b":"):
            members = CLASSES.get(named[1][:-1])
            return None if members is None else (members, 0, named.end())
    elif pattern[at:at + 1] == b"\\":
        at += 1
    if at >= len(pattern):
        return None
    if is_range:
        return frozenset(range(before, pattern[at] + 1)), 0, at + 1
    return frozenset((pattern[at],)), pattern[at], at + 1
