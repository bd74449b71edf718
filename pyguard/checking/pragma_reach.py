"""Where a comment that asks for silence reaches, and whether its line is a comment at all: by the kind of file."""

from __future__ import annotations

from collections.abc import Sequence

from ..intake.files.dockerfile_text import HEREDOC, read_instructions
from ..model.late_pattern import late

COMMENTS = ("#", "//", "<!--", ".. pyguard:")
YAML = frozenset(("github-workflow", "github-action", "gitlab-ci", "circleci", "azure-pipelines", "travis",
                  "bitbucket", "drone", "cirrus", "appveyor", "buildkite", "taskfile", "compose", "cloud-init",
                  "ansible", "salt"))
ENTRY = late(r" *(?:- *(?:[^\s-]|$)|[\w.\"'-]+ *: +[^\s#&])")      # an item of a list, or a key with its value
BLOCK = late(r"[|>][\d+-]*$")                                      # `run: |`


def reach_of_line(number: int, alone: bool, before: str, lines: Sequence[str], kind: str) -> tuple[int, int]:
    """Of `ignore[...]` in line `number`: that line, or what follows a comment that has the line for itself."""
    if not alone:
        is_block = kind in YAML and BLOCK.search(before.rstrip()) is not None
        return number, _indented(number, lines) if is_block else number
    first = number + 1
    while first <= len(lines) and (not lines[first - 1].strip() or lines[first - 1].lstrip().startswith(COMMENTS)):
        first += 1
    if first > len(lines):
        return first, first
    if kind == "dockerfile":
        return first, next((each.end_line for each in read_instructions("\n".join(lines)) if each.line == first), first)
    if kind in YAML and ENTRY.match(lines[first - 1]):
        return first, _indented(first, lines)
    return first, _end_of_code(first, lines) if kind == "documents" else first


def reach_in_stage(number: int, lines: Sequence[str]) -> tuple[int, int]:
    """Of `ignore-stage[...]` in a Dockerfile: from the comment, or the FROM after it, to the next FROM."""
    instructions = read_instructions("\n".join(lines))
    starts = [each.line for each in instructions if each.keyword == "FROM"]
    following = next((each for each in instructions if each.line > number), None)
    first = number
    if following is not None and (following.keyword == "FROM" or not any(start < number for start in starts)):
        first = next((start for start in starts if start > number), number)
    return first, next((start for start in starts if start > first), len(lines) + 1) - 1


def _indented(first: int, lines: Sequence[str]) -> int:
    """The last line that belongs to the YAML node that begins in line `first`: all of its lines are further in."""
    margin = _margin(lines[first - 1])
    last = first
    for number in range(first + 1, len(lines) + 1):
        line = lines[number - 1]
        if line.strip() and _margin(line) > margin:
            last = number
        elif line.strip() and not line.lstrip().startswith("#"):
            break
    return last


def _end_of_code(first: int, lines: Sequence[str]) -> int:
    """The last line of the code block that a document begins in line `first`."""
    from ..intake.files.document_blocks import DIRECTIVE, FENCE  # 10 ms, and few runs read documents

    fence = FENCE.match(lines[first - 1])
    if fence is not None:
        closing = (number for number in range(first + 1, len(lines) + 1)
                   if lines[number - 1].lstrip(" \t>").startswith(fence.group(2)))
        return next(closing, len(lines))
    return _indented(first, lines) if DIRECTIVE.match(lines[first - 1]) else first


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def quoted_lines(lines: Sequence[str], kind: str) -> set[int]:
    """The lines inside a here-document or a Python string: what looks like a comment there is part of that text."""
    if kind == "python":
        return _in_strings("\n".join(lines))
    inside: set[int] = set()
    number = 0
    while number < len(lines):
        number += 1
        for dash, _, name in HEREDOC.findall(lines[number - 1]):
            end = next((each for each in range(number + 1, len(lines) + 1)
                        if (lines[each - 1].strip() if dash else lines[each - 1].rstrip("\r").lstrip()) == name), 0)
            if end:
                inside |= set(range(number + 1, end))
                number = end
    return inside


def _in_strings(text: str) -> set[int]:
    """The lines on which a token goes on that began before; all of them where the text is no Python."""
    import io
    import tokenize  # only who has such a comment in a program pays

    inside: set[int] = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type != tokenize.COMMENT:
                inside |= set(range(token.start[0] + 1, token.end[0] + 1))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return set(range(1, text.count("\n") + 2))
    return inside
