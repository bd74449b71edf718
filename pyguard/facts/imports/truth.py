"""An `if` statement's test in, whether it holds on a given Python out: what an import hangs on, mostly."""

from __future__ import annotations

import ast
from enum import Enum


class Truth(Enum):
    """OPEN: it depends on what cannot be seen here. MAIN: only where the file is the program."""

    YES = "yes"
    NO = "no"
    OPEN = "open"
    MAIN = "main"


def settle(test: ast.expr, version: tuple[int, int]) -> Truth:
    """TYPE_CHECKING, `sys.version_info`, `six.PY2`, `os.name`, `__name__`; anything else is open."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = settle(test.operand, version)
        return {Truth.YES: Truth.NO, Truth.NO: Truth.YES}.get(inner, Truth.OPEN)
    if isinstance(test, ast.BoolOp):
        return _combine(test, version)
    name = _last(test)
    if name in ("TYPE_CHECKING", "PY2", "MYPY"):
        return Truth.NO
    if name == "PY3":
        return Truth.YES
    if isinstance(test, ast.Constant):
        return Truth.YES if test.value else Truth.NO
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return _compare(test.left, test.ops[0], test.comparators[0], version)
    return Truth.OPEN


def _combine(test: ast.BoolOp, version: tuple[int, int]) -> Truth:
    found = [settle(value, version) for value in test.values]
    decisive, other = (Truth.NO, Truth.YES) if isinstance(test.op, ast.And) else (Truth.YES, Truth.NO)
    if decisive in found:
        return decisive
    return other if all(value is other for value in found) else Truth.OPEN


def _compare(left: ast.expr, operator: ast.cmpop, right: ast.expr, version: tuple[int, int]) -> Truth:
    name = _last(left)
    if name == "__name__" and isinstance(operator, ast.Eq):
        return Truth.MAIN
    if name in ("platform", "name") and isinstance(right, ast.Constant) and isinstance(left, ast.Attribute):
        here = right.value in ("linux", "posix", "linux2")
        if isinstance(operator, (ast.Eq, ast.NotEq)):
            return Truth.YES if here == isinstance(operator, ast.Eq) else Truth.NO
    ours: object = None
    if name == "version_info":
        ours = version
    elif isinstance(left, ast.Subscript) and _last(left.value) == "version_info":
        ours = version[0] if isinstance(left.slice, ast.Constant) and left.slice.value == 0 else version
    if ours is None:
        return Truth.OPEN
    return _order(ours, operator, right)


def _order(ours: object, operator: ast.cmpop, right: ast.expr) -> Truth:
    try:
        theirs = ast.literal_eval(right)
    except (ValueError, TypeError, SyntaxError):
        return Truth.OPEN
    if isinstance(ours, tuple) != isinstance(theirs, tuple):
        return Truth.OPEN
    if isinstance(ours, tuple):
        ours = (*ours, 99)    # the micro release is not known: take a late one
    try:
        holds = {ast.Lt: ours < theirs, ast.LtE: ours <= theirs, ast.Gt: ours > theirs,
                 ast.GtE: ours >= theirs, ast.Eq: ours == theirs, ast.NotEq: ours != theirs}.get(type(operator))
    except TypeError:
        return Truth.OPEN
    return Truth.OPEN if holds is None else Truth.YES if holds else Truth.NO


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
