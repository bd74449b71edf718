"""An expression of a Python program with other expressions put in for names."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from typing import Any

MAX_DEPTH = 16


def put_in(node: ast.expr, values: Mapping[str, ast.expr]) -> ast.expr:
    """A copy of the expression; what is put in is not looked through again."""
    made: ast.expr = _copy(node, values, 0)
    return made


def _copy(node: Any, values: Mapping[str, ast.expr], depth: int) -> Any:
    if isinstance(node, ast.Name):
        return values.get(node.id, node)
    if isinstance(node, list):
        return [_copy(each, values, depth) for each in node]
    if not isinstance(node, ast.AST) or depth > MAX_DEPTH:
        return node
    made = copy.copy(node)
    for field, value in ast.iter_fields(node):
        setattr(made, field, _copy(value, values, depth + 1))
    return made
