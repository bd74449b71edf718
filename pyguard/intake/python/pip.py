"""pip called as a library by a Python program: a command of the Python that runs the program."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Optional

from ...model.late_pattern import late

MAIN = late(r"pip(\.\w+)*\.main$")


class PipCalls:
    """Those of one program: `pip.main([...])` under whatever name it was imported, `runpy.run_module("pip")`."""

    def __init__(self, nodes: Sequence[ast.AST]) -> None:
        self._names = dict(_imported(nodes))
        self._given: list[tuple[int, ast.expr]] = []    # sys.argv, by line
        for node in nodes if self._names or _imports(nodes, "runpy") else ():
            if not isinstance(node, ast.Assign):
                continue
            for target in node.targets:
                if isinstance(target, ast.Name) and MAIN.match(self._dotted(node.value)):
                    self._names[target.id] = self._dotted(node.value)
                elif isinstance(target, ast.Attribute) and target.attr == "argv":
                    self._given.append((node.lineno, node.value))

    def command(self, call: ast.Call) -> Optional[ast.expr]:
        """The command line that such a call stands for; None for any other call."""
        words = call.args[0] if call.args else None
        if words is not None and MAIN.match(self._dotted(call.func)):
            return _by_own_python(words)
        if getattr(call.func, "attr", "") == "run_module" and isinstance(words, ast.Constant) and words.value == "pip":
            before = [value for line, value in self._given if line < call.lineno][-1:]
            if before and isinstance(before[0], ast.List):
                return _by_own_python(ast.copy_location(ast.List(before[0].elts[1:], ast.Load()), call))
        return None

    def _dotted(self, node: ast.expr) -> str:
        """The whole name, from the package on; "" for what does not come from pip."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        first = self._names.get(node.id, "") if isinstance(node, ast.Name) else ""
        return ".".join((first, *reversed(parts))) if first else ""


def _imported(nodes: Sequence[ast.AST]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "pip":
                    yield (alias.asname, alias.name) if alias.asname else ("pip", "pip")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "pip" and not node.level:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _imports(nodes: Sequence[ast.AST], module: str) -> bool:
    return any(alias.name == module for node in nodes if isinstance(node, ast.Import) for alias in node.names)


def _by_own_python(words: ast.expr) -> ast.expr:
    """`[sys.executable, "-m", "pip"] + words`."""
    own = ast.Attribute(ast.Name("sys", ast.Load()), "executable", ast.Load())
    start = ast.List([own, ast.Constant("-m"), ast.Constant("pip")], ast.Load())
    made = ast.copy_location(ast.BinOp(start, ast.Add(), words), words)
    return ast.fix_missing_locations(made)
