"""A Python program's own functions that hand a command line on: by what their bodies do with it, or by their names."""

from __future__ import annotations

import ast
from typing import Union

from ...model.late_pattern import late

HELPER = late(r"(^|_)(run|exec|execute|call|sh|bash|shell|system|sudo|popen|spawn)_|"
              r"_(run|exec|execute|call|sh|bash|shell|cmd|command|system|sudo|popen)$|^(run|exec|sudo)[A-Z]")
ELSEWHERE = late(r"(?i)venv|container|docker|remote|python|test")    # what they run in is another system's
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]


class Helpers:
    """Those of one program; `runners` are the names of the functions of the standard library that run something."""

    def __init__(self, tree: ast.AST, runners: frozenset[str]) -> None:
        functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
        self._spreading = {node.name for node in functions if node.args.vararg is not None and not _own(node)}
        self._handing = {node.name for node in functions if _hands_on(node, runners)}

    def spreads(self, name: str) -> bool:
        """`def run(*words)`: the words of the command one by one."""
        return name in self._spreading

    def hand_on(self, name: str) -> bool:
        """`run_command`, `sh_exec`, `runCmd`, or any whose body runs what it is given."""
        return (name in self._handing or HELPER.search(name) is not None) and ELSEWHERE.search(name) is None


def _own(node: Function) -> list[str]:
    return [each.arg for each in node.args.args if each.arg != "self"]


def _hands_on(node: Function, runners: frozenset[str]) -> bool:
    """Whether the body gives the first argument, or all of them, to something that runs it."""
    first = _own(node)[:1] or ([node.args.vararg.arg] if node.args.vararg is not None else [])
    return bool(first) and any(
        isinstance(each, ast.Call) and each.args and _called(each) in runners and _is_name(each.args[0], first[0])
        for each in ast.walk(node))


def _called(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def _is_name(node: ast.expr, name: str) -> bool:
    """The name by itself, or a list that is made of it: `list(words)`, `[*words]`."""
    if isinstance(node, ast.Call) and len(node.args) == 1 and _called(node) in ("list", "tuple"):
        node = node.args[0]
    if isinstance(node, (ast.List, ast.Tuple)) and len(node.elts) == 1:
        node = node.elts[0]
    node = node.value if isinstance(node, ast.Starred) else node
    return isinstance(node, ast.Name) and node.id == name
