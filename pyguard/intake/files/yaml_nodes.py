"""YAML text becomes nodes with their places: mappings merged and resolved, scalars as text of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Optional

from ...model.late_pattern import late
from ..circumstances import Unreadable
from ..source_text import SourceText

MAX_ITEMS = 20_000      # of one list: a bomb of aliases ends here
MAX_DEPTH = 1000        # of lists and mappings in each other; libyaml's own calls end a Python 3.9 at some 10,000
MERGE = "<<"
BRACKETS = late(r"[\[\]{}]")
ITEM = late(r"- |[A-Za-z]")    # of a list at the top, or a key
IN_A_LINE = late(rf"(?:[-?][ \t]+){{{MAX_DEPTH}}}")    # `- - - x`


class YamlError(Unreadable):
    """The text is no YAML."""


def compose(text: str) -> Any:
    """The root node or None. Raises YamlError. libyaml where PyYAML has it: 20 times as fast."""
    import yaml  # 20 ms: only who reads YAML pays

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.compose(_masked(text), Loader=loader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _no_yaml(error, text) from error


def compose_all(text: str) -> list[Any]:
    """The root nodes of a file of several documents."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return [node for node in yaml.compose_all(_masked(text), Loader=loader) if node is not None]
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _no_yaml(error, text) from error


def _no_yaml(error: Exception, text: str) -> YamlError:
    """With the lines before which there may be whole YAML: the mistake's, where what it is in begins, its item's."""
    marks = {mark.line for name in ("problem_mark", "context_mark") if (mark := getattr(error, name, None)) is not None}
    lines = text.split("\n")
    first = min(marks, default=0)
    marks.add(next((line for line in range(min(first, len(lines)) - 1, 0, -1) if ITEM.match(lines[line])), 0))
    return YamlError("not YAML: " + " ".join(str(error).split())[:160], tuple(sorted(marks - {0}, reverse=True)))


def _masked(text: str) -> str:
    """YAML has no tabs and no control characters; templates' block lines (`{% if %}`) become comments."""
    if _is_deep(text):
        raise YamlError("nested deeper than anybody writes")
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]", "?", text)
    return re.sub(r"(?m)^([ ]*)\{%", r"\1#%", text)


def _is_deep(text: str) -> bool:
    depth = 0
    for match in BRACKETS.finditer(text) if text.count("{") + text.count("[") > MAX_DEPTH else ():
        depth = max(0, depth + (1 if match.group() in "[{" else -1))
        if depth > MAX_DEPTH:
            return True
    return text.count("- ") + text.count("? ") > MAX_DEPTH and IN_A_LINE.search(text) is not None


def is_mapping(node: Any) -> bool:
    """Duck-typed: PyYAML is not imported here."""
    return getattr(node, "id", "") == "mapping"


def is_sequence(node: Any) -> bool:
    """A list."""
    return getattr(node, "id", "") == "sequence"


def is_scalar(node: Any) -> bool:
    """A string, a number ..."""
    return getattr(node, "id", "") == "scalar"


def mapping(node: Any, depth: int = 0) -> dict[str, Any]:
    """Keys as text; `<<` merged in, the mapping's own keys winning. An empty dict for anything else."""
    if not is_mapping(node) or depth > 20:
        return {}
    own: dict[str, Any] = {}
    merged: dict[str, Any] = {}
    for key, value in node.value:
        if not is_scalar(key):
            continue
        if key.value == MERGE:
            for each in (value.value if is_sequence(value) else [value]):
                merged.update(mapping(each, depth + 1))
        else:
            own[key.value] = value
    return {**merged, **own}


def pairs(node: Any) -> Iterator[tuple[Any, Any]]:
    """Key nodes with value nodes, in order."""
    if is_mapping(node):
        yield from node.value


def items(node: Any) -> list[Any]:
    """A sequence's nodes, nested ones flattened; a single node as a list of one; nothing for nothing."""
    found: list[Any] = []
    waiting = [node]
    for _ in range(MAX_ITEMS):
        if not waiting:
            break
        each = waiting.pop()
        if is_sequence(each):
            waiting.extend(reversed(each.value))
        elif each is not None and not (is_scalar(each) and each.tag.endswith(":null")):
            found.append(each)
    return found


def text_of(node: Any) -> str:
    """A scalar's value, or an empty string."""
    return str(node.value) if is_scalar(node) else ""


def texts(node: Any) -> list[str]:
    """The values of all scalars of a list, or of the one scalar."""
    return [text_of(each) for each in items(node) if is_scalar(each)]


def strings(node: Any) -> dict[str, str]:
    """A mapping of names to scalars: `env:`, `variables:`."""
    found = {}
    for name, value in mapping(node).items():
        inner = mapping(value).get("value") if is_mapping(value) else value    # GitLab's long form
        if is_scalar(inner):
            found[name] = text_of(inner)
    return found


def line_of(node: Any) -> int:
    """From 1."""
    return int(node.start_mark.line) + 1


def source_of(node: Any, lines: list[str], path: str, first_line: int = 1) -> Optional[SourceText]:
    """A scalar as shell text whose lines are the file's lines, folded ones joined as the shell joins them."""
    if not is_scalar(node):
        return None
    start, end = node.start_mark, node.end_mark
    if node.style in ("|", ">"):
        return _block(node, lines, path, first_line)
    line = start.line + first_line
    quoted = 1 if node.style in ("'", '"') else 0
    if start.line == end.line or ("\n" not in node.value.strip("\n") and end.line - start.line < 1):
        return SourceText(node.value, path, line, start.column + 1 + quoted)
    raw = lines[start.line][start.column:], *lines[start.line + 1:end.line], lines[end.line][:end.column]
    if node.style is None or "\\" not in "".join(raw):
        body = [raw[0][quoted:], *(each.strip() for each in raw[1:])]
        if quoted:
            body[-1] = body[-1][:-1]
        return SourceText("\\\n".join(_rejoined(body)), path, line, start.column + 1 + quoted)
    text = SourceText(node.value, path, line, start.column + 2)
    text.fixed = text.locate(0, 0)
    return text


def _rejoined(lines: list[str]) -> list[str]:
    """A folded line break is a blank; a shell continuation needs the blank said."""
    return [line.rstrip() + " " if index < len(lines) - 1 else line for index, line in enumerate(lines)]


def _block(node: Any, lines: list[str], path: str, first_line: int) -> SourceText:
    begin, end = node.start_mark.line + 1, node.end_mark.line
    if node.end_mark.column > 0 or end >= len(lines):
        end += 1
    body = lines[begin:end]
    margins = [len(line) - len(line.lstrip(" ")) for line in body if line.strip()]
    margin = margins[0] if margins else 0
    body = [line[margin:] if line[:margin].isspace() or not line[:margin] else line.lstrip() for line in body]
    if node.style == ">":
        body = _folded(body)
    return SourceText("\n".join(body), path, begin + first_line, margin + 1, margin)


def _folded(body: list[str]) -> list[str]:
    """`>`: lines join with a blank, but for empty and more indented ones."""
    folded = []
    for index, line in enumerate(body):
        following = body[index + 1] if index + 1 < len(body) else ""
        joins = bool(line.strip() and following.strip() and not line.startswith(" ") and not following.startswith(" "))
        folded.append(line.rstrip("\\ ") + " \\" if joins else line)
    return folded
