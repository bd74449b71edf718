"""Where a Python program takes an EXTERNALLY-MANAGED file away, by os, shutil or pathlib."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Optional

from .given import MAX_DEPTH
from .loops import WRAPS, looped
from .names import Names
from .values import UNKNOWN, called, text_of

MARKER = "EXTERNALLY-MANAGED"
REMOVERS = frozenset(("remove", "unlink", "rename", "renames", "replace", "move", "rmtree"))
OF_PATH = frozenset(("unlink", "rename", "replace", "move"))
MODULES = frozenset(("os", "shutil"))
GLOBS = frozenset(("glob", "iglob", "rglob"))
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp)


def marker_removals(nodes: Sequence[ast.AST], names: Names) -> Iterator[tuple[ast.Call, str]]:
    """`os.remove(".../EXTERNALLY-MANAGED")`, `Path(...).unlink()`: the calls, with the path that they take away."""
    around = {id(inner): each for node in nodes if isinstance(node, COMPREHENSIONS)
              for each in node.generators for inner in ast.walk(node.elt)}
    for node in nodes:
        if not isinstance(node, ast.Call) or called(node) not in REMOVERS:
            continue
        taken = _taken(node)
        text = _path(taken, names, around.get(id(node))) if taken is not None else ""
        if text.startswith("/usr/") and MARKER in text and " " not in text:
            yield node, text


def _taken(call: ast.Call) -> Optional[ast.expr]:
    """What is taken away: the first argument, or the path whose method it is. `text.replace(a, b)` takes nothing."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if owner is None or (isinstance(owner, ast.Name) and owner.id in MODULES):
        return call.args[0] if call.args else None
    return owner if called(call) in OF_PATH and len(call.args) < 2 else None


def _path(node: ast.expr, names: Names, around: Optional[ast.comprehension]) -> str:
    if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.args[0], ast.Name):
        node = node.args[0]    # Path(found), str(found)
    if not isinstance(node, ast.Name):
        return text_of(node, names) or ""
    if around is not None and isinstance(around.target, ast.Name) and around.target.id == node.id:
        return _among(around.iter, names)
    for element in looped(node, names):
        text = text_of(element, names) or ""
        if MARKER in text:
            return text
    loop = next(iter(names.changes(node.id, node.lineno)), None)
    return _among(loop.iter, names) if isinstance(loop, ast.For) else text_of(node, names) or ""


def _among(node: ast.expr, names: Names, depth: int = 0) -> str:
    """The pattern of a `glob`, or the one of several paths that is such a file."""
    if depth > MAX_DEPTH:
        return ""
    if isinstance(node, ast.Call) and called(node) in WRAPS and node.args:
        return _among(node.args[0], names, depth + 1)
    if isinstance(node, ast.Call) and called(node) in GLOBS and node.args:
        pattern = text_of(node.args[0], names) or ""
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if owner is None or (isinstance(owner, ast.Name) and owner.id == "glob"):
            return pattern
        between = "/**/" if called(node) == "rglob" else "/"
        return f"{text_of(owner, names) or UNKNOWN}{between}{pattern}"
    if isinstance(node, ast.Name):
        given = next(iter(names.changes(node.id, node.lineno)), None)
        value = given.value if isinstance(given, (ast.Assign, ast.AnnAssign)) else None
        return _among(value, names, depth + 1) if isinstance(value, (ast.Call, ast.List, ast.Tuple)) else ""
    several = node.elts if isinstance(node, (ast.List, ast.Tuple)) else []
    return next((text for each in several if MARKER in (text := text_of(each, names) or "")), "")
