"""What an expression of a Python program is, as shell words, as far as its own text says."""

from __future__ import annotations

import ast
import re
import shlex
from bisect import bisect_left
from collections.abc import Iterator
from typing import Optional

UNKNOWN = "$unknown"
OWN_PYTHON = "\0python3"    # sys.executable: whichever Python runs the program
MAX_DEPTH = 16
MAX_CHANGES = 64    # of one name
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-#0 +]*\d*(?:\.\d+)?[srdi]|\{[^{}]*\}")


class Names:
    """The assignments to plain names in the module and in each function, by line."""

    def __init__(self, tree: ast.AST) -> None:
        self._of: dict[tuple[int, str], list[tuple[int, ast.AST]]] = {}
        self._functions: dict[int, list[tuple[int, int]]] = {}
        self._spans: list[tuple[int, int]] = []
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._spans.append((node.lineno, node.end_lineno or node.lineno))
        for node in ast.walk(tree):
            for name in _assigned(node):
                line = int(getattr(node, "lineno", 0))
                self._of.setdefault((self._function(line), name), []).append((line, node))
        for changes in self._of.values():
            changes.sort(key=lambda change: change[0])

    def _function(self, line: int) -> int:
        """The first line of the innermost function around that line; 0 for the module."""
        return max((first for first, last in self._spans if first <= line <= last), default=0)

    def changes(self, name: str, line: int) -> list[ast.AST]:
        """What was assigned to a name, from the last whole assignment before that line on."""
        of_function = self._of.get((self._function(line), name), [])
        before = [node for at, node in of_function[:bisect_left([at for at, _node in of_function], line)]]
        if not before:
            before = [node for _at, node in self._of.get((0, name), [])]
        whole = [index for index, node in enumerate(before) if isinstance(node, (ast.Assign, ast.AnnAssign, ast.For))]
        return before[whole[-1]:][:MAX_CHANGES] if whole else []


def _assigned(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.For)):
        return [node.target.id] if isinstance(node.target, ast.Name) else []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("append", "extend"):
        return [node.func.value.id] if isinstance(node.func.value, ast.Name) else []
    return []


def command_lines(node: ast.expr, names: Names) -> Iterator[tuple[str, Optional[ast.expr]]]:
    """The command lines that an argument stands for; of several, each with the element that it is."""
    changes = names.changes(node.id, node.lineno) if isinstance(node, ast.Name) else []
    loop = changes[0] if changes else None
    elements = _elements(loop.iter, names) if isinstance(loop, ast.For) else _several(node, names)
    for element in elements:
        yield shell_text(element, names), element
    if not elements:
        yield shell_text(node, names), None


def _several(node: ast.expr, names: Names) -> list[ast.expr]:
    """The commands of a list whose first one has a blank in it, as no program's name has, and of a table's values."""
    if isinstance(node, ast.Dict):
        return [each for value in node.values[:MAX_CHANGES] for each in _several(value, names) or [value]]
    elements = _elements(node, names)
    first = _text(elements[0], names, 1) if elements else None
    return elements if first and " " in first.strip() else []


def _elements(node: ast.expr, names: Names) -> list[ast.expr]:
    if isinstance(node, (ast.List, ast.Tuple)):
        return node.elts[:MAX_CHANGES]
    found: list[ast.expr] = []
    for change in names.changes(node.id, node.lineno) if isinstance(node, ast.Name) else ():
        if isinstance(change, ast.Call):
            added = change.args[:1]
            found += added if getattr(change.func, "attr", "") == "append" else \
                [each for value in added if isinstance(value, (ast.List, ast.Tuple)) for each in value.elts]
        elif isinstance(change, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and isinstance(
                change.value, (ast.List, ast.Tuple)):
            found += change.value.elts
    return found[:MAX_CHANGES]


def shell_text(node: ast.expr, names: Names, depth: int = 0) -> str:
    """The command line that a string or a list of words is; "" where it is neither."""
    words = _words(node, names, depth)
    if words is not None:
        return " ".join(words)
    return _text(node, names, depth) or ""


def _words(node: ast.expr, names: Names, depth: int) -> Optional[list[str]]:
    """The shell words of a list; None for what is none."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(node, (ast.List, ast.Tuple)):
        return [word for each in node.elts for word in _element(each, names, depth)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _words(node.left, names, depth + 1), _words(node.right, names, depth + 1)
        return None if left is None and right is None else [*(left or [UNKNOWN]), *(right or [UNKNOWN])]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "split":
        parts = node.args[:1] if isinstance(node.func.value, ast.Name) and node.func.value.id == "shlex" \
            else [node.func.value]
        text = _text(parts[0], names, depth + 1) if parts else None
        return None if text is None else [text]
    if isinstance(node, ast.Name):
        return _changed_words(names.changes(node.id, node.lineno), names, depth + 1)
    return None


def _element(node: ast.expr, names: Names, depth: int) -> list[str]:
    if isinstance(node, ast.Starred):
        return _words(node.value, names, depth + 1) or [UNKNOWN]
    text = _text(node, names, depth + 1)
    if text is None or UNKNOWN in text:
        return [text or UNKNOWN]
    return [text if text == OWN_PYTHON else shlex.quote(text)]


def _changed_words(changes: list[ast.AST], names: Names, depth: int) -> Optional[list[str]]:
    words: Optional[list[str]] = None
    for node in changes:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            words = _words(node.value, names, depth)
        elif words is None:
            continue
        elif isinstance(node, ast.AugAssign):
            words = [*words, *(_words(node.value, names, depth) or [UNKNOWN])]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            added = _element(node.args[0], names, depth) if node.func.attr == "append" \
                else _words(node.args[0], names, depth)
            words = [*words, *(added or [UNKNOWN])]
    return words


def _text(node: ast.expr, names: Names, depth: int) -> Optional[str]:
    """A string's text with `$unknown` for its unknown parts; None for what is no string, or wholly unknown."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part, names, depth + 1) or UNKNOWN for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _text(node.value, names, depth + 1)
    if isinstance(node, ast.Attribute):
        return OWN_PYTHON if node.attr == "executable" else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left, names, depth + 1), _text(node.right, names, depth + 1)
        return None if left is None and right is None else f"{left or UNKNOWN}{right or UNKNOWN}"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        given = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        return _filled(_text(node.left, names, depth + 1), given, names, depth)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _filled(_text(node.func.value, names, depth + 1), node.args, names, depth)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join" \
            and node.args and _text(node.func.value, names, depth + 1) == " ":
        words = _words(node.args[0], names, depth + 1)
        return None if words is None else " ".join(words)
    if isinstance(node, ast.Name):
        return _changed_text(names.changes(node.id, node.lineno), names, depth + 1)
    return None


def _changed_text(changes: list[ast.AST], names: Names, depth: int) -> Optional[str]:
    text: Optional[str] = None
    for node in changes:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            text = _text(node.value, names, depth)
        elif isinstance(node, ast.AugAssign) and text is not None:
            text += _text(node.value, names, depth) or UNKNOWN
    return text


def _filled(text: Optional[str], given: list[ast.expr], names: Names, depth: int) -> Optional[str]:
    """With what is put in for `%s` and `{}`, where that is known."""
    waiting = iter(given)

    def replace(match: re.Match[str]) -> str:
        node = next(waiting, None) if match.group() in ("%s", "{}") else None
        return (_text(node, names, depth + 1) if node is not None else None) or UNKNOWN

    return None if text is None else PLACEHOLDER.sub(replace, text)
