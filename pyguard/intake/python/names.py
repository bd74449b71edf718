"""What the names in a Python program were assigned, by function and line."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Sequence

MAX_CHANGES = 64    # of one name
WHOLE = (ast.Assign, ast.AnnAssign, ast.For, ast.FunctionDef, ast.AsyncFunctionDef)    # what was before is gone


class Names:
    """The assignments to plain names in the module and in each function, by line; a function's parameters, too."""

    def __init__(self, nodes: Sequence[ast.AST]) -> None:
        self._of: dict[tuple[int, str], list[tuple[int, ast.AST]]] = {}
        self._functions: dict[int, list[tuple[int, int]]] = {}
        self._spans: list[tuple[int, int]] = []
        for node in nodes:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._spans.append((node.lineno, node.end_lineno or node.lineno))
        for node in nodes:
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
        whole = [index for index, node in enumerate(before) if isinstance(node, WHOLE)]
        return before[whole[-1]:][:MAX_CHANGES] if whole else []


def _assigned(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.For):
        return [each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)]
    if isinstance(node, (ast.AnnAssign, ast.AugAssign)):
        return [node.target.id] if isinstance(node.target, ast.Name) else []
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):    # its caller says what they are
        given = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg)
        return [each.arg for each in given if each is not None]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("append", "extend"):
        return [node.func.value.id] if isinstance(node.func.value, ast.Name) else []
    return []
