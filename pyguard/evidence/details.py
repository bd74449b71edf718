"""One file's syntax tree in, what it does with its imports at once out: inherits, calls, falls back.

Only names of other distributions matter here, so relative imports are left out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..facts.imports.truth import Truth, settle

VERSION = (3, 11)
COPES = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


class Taken(NamedTuple):
    """`from module import name`; an empty name is `import module`."""

    module: str
    name: str
    line: int


class Called(NamedTuple):
    """A call with arguments that can be counted."""

    taken: Taken
    positional: int
    keywords: tuple[str, ...]


class Details(NamedTuple):
    """`choices`: imports of a `try` and those of its handler, where each handler that copes imports something else."""

    bases: tuple[Taken, ...] = ()
    calls: tuple[Called, ...] = ()
    choices: tuple[tuple[tuple[Taken, ...], tuple[Taken, ...]], ...] = ()


def read_details(tree: ast.Module) -> Details:
    """Nothing of a file that is nested too deeply to be walked."""
    try:
        return _read(tree)
    except RecursionError:
        return Details()


def _read(tree: ast.Module) -> Details:
    statements = list(_at_once(tree.body))
    bound = _bound(statements)
    bases, calls = [], []
    for statement in statements:
        if isinstance(statement, ast.ClassDef):
            bases += [taken for base in statement.bases if (taken := _resolve(base, bound)) is not None]
        for call in _calls(statement):
            target = _resolve(call.func, bound)
            if target is not None and not any(isinstance(each, ast.Starred) for each in call.args) \
                    and all(each.arg for each in call.keywords):
                calls.append(Called(target, len(call.args), tuple(each.arg or "" for each in call.keywords)))
    choices = (_choice(statement) for statement in statements if isinstance(statement, ast.Try))
    return Details(tuple(bases), tuple(calls), tuple(choice for choice in choices if all(choice)))


def _at_once(statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """What runs when the file is imported; in classes too, not in functions."""
    for statement in statements:
        yield statement
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if isinstance(statement, ast.If):
            truth = settle(statement.test, VERSION)
            if truth not in (Truth.NO, Truth.MAIN):
                yield from _at_once(statement.body)
            if truth is not Truth.YES:
                yield from _at_once(statement.orelse)
            continue
        for part in ("body", "orelse", "finalbody"):
            yield from _at_once(getattr(statement, part, ()))


def _bound(statements: Sequence[ast.stmt]) -> dict[str, str]:
    """A name in this file -> the dotted name it stands for."""
    found: dict[str, str] = {}
    for statement in statements:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                top = alias.name.partition(".")[0]
                found.setdefault(alias.asname or top, alias.name if alias.asname else top)
        elif isinstance(statement, ast.ImportFrom) and not statement.level and statement.module:
            for alias in statement.names:
                found.setdefault(alias.asname or alias.name, f"{statement.module}.{alias.name}")
    return found


def _resolve(node: ast.expr, bound: dict[str, str]) -> Taken | None:
    parts: list[str] = []
    inner = node
    while isinstance(inner, ast.Attribute):
        parts.append(inner.attr)
        inner = inner.value
    if not isinstance(inner, ast.Name) or inner.id not in bound:
        return None
    module, _, name = ".".join([bound[inner.id], *reversed(parts)]).rpartition(".")
    return Taken(module, name, node.lineno) if module else None


def _calls(statement: ast.stmt) -> Iterator[ast.Call]:
    """In the statement itself: decorators and defaults of functions, bases of classes, not their bodies."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        roots: list[ast.AST] = [*statement.decorator_list, *statement.args.defaults]
    elif isinstance(statement, ast.ClassDef):
        roots = [*statement.decorator_list, *statement.bases]
    elif isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign, ast.Return)):
        roots = [statement]
    else:
        roots = []
    while roots:
        node = roots.pop()
        if isinstance(node, ast.Call):
            yield node
        if not isinstance(node, ast.Lambda):
            roots += ast.iter_child_nodes(node)


def _choice(node: ast.Try) -> tuple[tuple[Taken, ...], tuple[Taken, ...]]:
    handlers = [handler for handler in node.handlers if handler.type is None or COPES & {
        each.id for each in ast.walk(handler.type) if isinstance(each, ast.Name)}]
    others = [tuple(_imports(handler.body)) for handler in handlers]
    return tuple(_imports(node.body)), others[0] if len(others) == 1 else ()


def _imports(statements: Sequence[ast.stmt]) -> Iterator[Taken]:
    for statement in statements:
        if isinstance(statement, ast.Import):
            yield from (Taken(alias.name, "", statement.lineno) for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and not statement.level and statement.module:
            yield from (Taken(statement.module, alias.name, statement.lineno) for alias in statement.names
                        if alias.name != "*")
