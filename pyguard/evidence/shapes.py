"""A module's name and one of its own in, what that is out: a class or function of Python, or something compiled."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Optional

from ..facts.imports.finder import Finder
from ..facts.imports.summary import parse

LARGEST = 4 * 1024 * 1024
DEEPEST = 8    # of names that stand for names elsewhere
CLASS, FUNCTION, COMPILED = "class", "function", "compiled"
Bindings = dict[str, list[ast.AST]]


class Shape(NamedTuple):
    """`arguments` is None where a call cannot be held against them."""

    kind: str
    arguments: Optional[ast.arguments] = None
    bound: bool = False    # the first argument is given by Python

    def takes(self, positional: int, keywords: Sequence[str]) -> bool:
        """Whether a call fits; True where that is not known."""
        if self.arguments is None:
            return True
        given = self.arguments
        names = [each.arg for each in (*given.posonlyargs, *given.args)][1 if self.bound else 0:]
        if positional > len(names) and given.vararg is None:
            return False
        by_name = {*names[positional:], *(each.arg for each in given.kwonlyargs)} - {
            each.arg for each in given.posonlyargs}
        if given.kwarg is None and not by_name.issuperset(keywords):
            return False
        needed = names[positional:len(names) - len(given.defaults)] if given.defaults else names[positional:]
        required = [each.arg for each, default in zip(given.kwonlyargs, given.kw_defaults) if default is None]
        return {*needed, *required}.issubset(keywords)


class Shapes:
    """Reads each file once."""

    def __init__(self, finder: Finder) -> None:
        self.finder = finder
        self._bindings: dict[str, Bindings] = {}

    def look(self, module: str, name: str, depth: int = 0) -> Optional[Shape]:
        """None where the source does not tell."""
        found = self.finder.find(module)
        if found is None:
            return Shape(COMPILED) if self._inside_compiled(module) else None
        if found.file.endswith(".so"):
            return Shape(COMPILED)
        if depth > DEEPEST or not found.file.endswith(".py"):
            return None
        known = self._read(found.file)
        nodes = known.get(name, [])
        if len(nodes) != 1:
            return None
        return self._shape(nodes[0], name, module, bool(found.places), known, depth)

    def _inside_compiled(self, module: str) -> bool:
        """A part of an extension module that no file stands for."""
        while module:
            module = module.rpartition(".")[0]
            found = self.finder.find(module) if module else None
            if found is not None:
                return found.file.endswith(".so")
        return False

    def _shape(self, node: ast.AST, name: str, module: str, is_package: bool, known: Bindings,
               depth: int) -> Optional[Shape]:
        if isinstance(node, ast.ClassDef):
            return _class(node)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return Shape(FUNCTION, None if node.decorator_list else node.args)
        if isinstance(node, ast.ImportFrom):
            inner = next((alias.name for alias in node.names if (alias.asname or alias.name) == name), name)
            return self.look(_absolute(node, module, is_package), inner, depth + 1)
        if isinstance(node, ast.Assign):
            return self._assigned(node.value, module, is_package, known, depth)
        return None

    def _assigned(self, value: ast.expr, module: str, is_package: bool, known: Bindings,
                  depth: int) -> Optional[Shape]:
        """`Name = imported.part.Name`."""
        parts: list[str] = []
        while isinstance(value, ast.Attribute):
            parts.append(value.attr)
            value = value.value
        if not parts or not isinstance(value, ast.Name) or len(known.get(value.id, ())) != 1:
            return None
        origin = known[value.id][0]
        if isinstance(origin, ast.ImportFrom):
            first = next((alias.name for alias in origin.names if (alias.asname or alias.name) == value.id), value.id)
            base = f"{_absolute(origin, module, is_package)}.{first}"
        elif isinstance(origin, ast.Import):
            base = next((alias.name for alias in origin.names if alias.asname == value.id), value.id)
        else:
            return None
        *path, last = reversed(parts)
        return self.look(".".join([base, *path]), last, depth + 1)

    def _read(self, file: str) -> Bindings:
        if file not in self._bindings:
            found: Bindings = {}
            try:
                with open(self.finder.root + file, "rb") as source:
                    tree = parse(source.read(LARGEST))
            except OSError:
                tree = None
            try:
                for name, node in _bindings(tree.body) if tree is not None else ():
                    found.setdefault(name, []).append(node)
            except RecursionError:
                found = {}    # nested too deeply: nothing is known of it
            self._bindings[file] = found
        return self._bindings[file]


def _bindings(statements: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.AST]]:
    """Names that the file binds, whatever it hangs on."""
    for node in statements:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0], node
        elif isinstance(node, ast.Assign):
            yield from ((target.id, node) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, (ast.If, ast.Try)):
            for part in (node.body, node.orelse, *(handler.body for handler in getattr(node, "handlers", ()))):
                yield from _bindings(part)


def _class(node: ast.ClassDef) -> Shape:
    """Its arguments, where it has an `__init__` of its own and nothing makes it another class."""
    for inner in node.body:
        if isinstance(inner, ast.FunctionDef) and inner.name == "__new__":
            return Shape(CLASS)
    for inner in node.body:
        if isinstance(inner, ast.FunctionDef) and inner.name == "__init__" and not (
                node.decorator_list or node.keywords or inner.decorator_list):
            return Shape(CLASS, inner.args, bound=True)
    return Shape(CLASS)


def _absolute(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".") if is_package else module.split(".")[:-1]
    parts = parts[:len(parts) - node.level + 1]
    return ".".join([*parts, *([node.module] if node.module else [])])
