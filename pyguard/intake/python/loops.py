"""The command lines that an argument stands for: one, or those of a list, a table or a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Optional

from .given import MAX_DEPTH, put_in
from .names import MAX_CHANGES, Names
from .values import called, shell_text, text_of

WRAPS = frozenset(("list", "tuple", "sorted", "reversed", "iter"))    # with the same elements


def command_lines(node: ast.expr, names: Names) -> Iterator[tuple[str, Optional[ast.expr]]]:
    """The command lines that an argument stands for; of several, each with the element that it is."""
    whole = _whole(node)
    elements = looped(whole, names) if whole is not None else []
    elements = elements or _several(node, names)
    for element in elements:
        yield shell_text(element, names), element
    if not elements:
        yield from _with_looped(node, names)


def looped(node: ast.Name, names: Names) -> list[ast.expr]:
    """What the name is in turn, where it is a loop's: `for a in LIST`, `for a, b in TABLE.items()`."""
    loop = next(iter(names.changes(node.id, node.lineno)), None)
    if not isinstance(loop, ast.For):
        return []
    picked = (_picked(loop.target, element, node.id) for element in _turns(loop.iter, names))
    return [each for each in picked if each is not None]


def _whole(node: ast.expr) -> Optional[ast.Name]:
    """The name that is the whole argument: by itself, `list(name)`, `name.split()`, `shlex.split(name)`."""
    if isinstance(node, ast.Call) and called(node) == "split" and isinstance(node.func, ast.Attribute):
        owner = node.func.value
        node = node.args[0] if node.args and isinstance(owner, ast.Name) and owner.id == "shlex" else owner
    elif isinstance(node, ast.Call) and called(node) in WRAPS and len(node.args) == 1:
        node = node.args[0]
    return node if isinstance(node, ast.Name) else None


def _with_looped(node: ast.expr, names: Names) -> Iterator[tuple[str, Optional[ast.expr]]]:
    """A line with something around the loop's command (`"sudo " + step`): each of them, else as it stands."""
    for name in ast.walk(node):
        elements = looped(name, names) if isinstance(name, ast.Name) else []
        if isinstance(name, ast.Name) and elements and _is_command(elements[0], names):
            for element in elements:
                yield shell_text(put_in(node, {name.id: element}), names), element
            return
    yield shell_text(node, names), None


def _is_command(node: ast.expr, names: Names) -> bool:
    """No program's and no package's name has a blank in it."""
    return " " in (text_of(node, names) or "").strip()


def _turns(node: ast.expr, names: Names) -> list[ast.expr]:
    """The elements that a loop goes through; pairs where it goes through a table or counts."""
    if isinstance(node, ast.Call) and called(node) in WRAPS and len(node.args) == 1:
        return _turns(node.args[0], names)
    if isinstance(node, ast.Call) and called(node) == "enumerate" and node.args:
        return [_pair(ast.copy_location(ast.Constant(None), each), each) for each in _turns(node.args[0], names)]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("items", "values"):
        table = _table(node.func.value, names)
        if table is None:
            return []
        pairs = [(key, value) for key, value in zip(table.keys, table.values) if key is not None][:MAX_CHANGES]
        return [_pair(key, value) if node.func.attr == "items" else value for key, value in pairs]
    return _elements(node, names)


def _table(node: ast.expr, names: Names) -> Optional[ast.Dict]:
    if isinstance(node, ast.Name):
        given = next(iter(names.changes(node.id, node.lineno)), None)
        value = given.value if isinstance(given, (ast.Assign, ast.AnnAssign)) else None
        return value if isinstance(value, ast.Dict) else None
    return node if isinstance(node, ast.Dict) else None


def _pair(first: ast.expr, second: ast.expr) -> ast.expr:
    return ast.copy_location(ast.Tuple(elts=[first, second], ctx=ast.Load()), second)


def _picked(target: ast.expr, element: ast.expr, name: str) -> Optional[ast.expr]:
    """The part of an element that the loop gives that name."""
    if isinstance(target, ast.Name):
        return element if target.id == name else None
    if isinstance(target, (ast.Tuple, ast.List)) and isinstance(element, (ast.Tuple, ast.List)) and len(
            target.elts) == len(element.elts):
        found = (_picked(inner, value, name) for inner, value in zip(target.elts, element.elts))
        return next((each for each in found if each is not None), None)
    return None


def _several(node: ast.expr, names: Names) -> list[ast.expr]:
    """The commands of a list whose first one has a blank in it, as no program's name has, and of a table's values."""
    if isinstance(node, ast.Dict):
        return [each for value in node.values[:MAX_CHANGES] for each in _several(value, names) or [value]]
    elements = _elements(node, names)
    return elements if elements and _is_command(elements[0], names) else []


def _elements(node: ast.expr, names: Names, depth: int = 0) -> list[ast.expr]:
    if isinstance(node, (ast.List, ast.Tuple)):
        return node.elts[:MAX_CHANGES]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and depth < MAX_DEPTH:
        return [*_elements(node.left, names, depth + 1), *_elements(node.right, names, depth + 1)][:MAX_CHANGES]
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
