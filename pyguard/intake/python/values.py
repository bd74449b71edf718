"""What an expression of a Python program is, as shell words, as far as its own text says."""

from __future__ import annotations

import ast
import posixpath
import re
import shlex
import textwrap
from typing import Optional

from .given import MAX_DEPTH
from .names import Names

UNKNOWN = "$unknown"
OWN_PYTHON = "\0python3"    # sys.executable: whichever Python runs the program
PATHS = frozenset(("Path", "PurePath", "PosixPath", "PurePosixPath"))
SAME = frozenset(("str", "fspath", "expanduser", "abspath", "realpath", "which"))    # the text of what they are given
SAME_OF_OWNER = frozenset(("strip", "lstrip", "rstrip", "expanduser", "resolve", "absolute", "as_posix", "encode"))
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-#0 +]*\d*(?:\.\d+)?[srdi]|\{[^{}]*\}")


def shell_text(node: ast.expr, names: Names, depth: int = 0) -> str:
    """The command line that a string or a list of words is; "" where it is neither."""
    words = _words(node, names, depth)
    if words is not None:
        return " ".join(words)
    return _text(node, names, depth) or ""


def text_of(node: ast.expr, names: Names) -> Optional[str]:
    """The text that a string or a path is, `$unknown` for its unknown parts; None where it is neither."""
    return _text(node, names, 1)


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def _words(node: ast.expr, names: Names, depth: int) -> Optional[list[str]]:
    """The shell words of a list; None for what is none."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(node, (ast.List, ast.Tuple)):
        return [word for each in node.elts for word in _element(each, names, depth)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _words(node.left, names, depth + 1), _words(node.right, names, depth + 1)
        return None if left is None and right is None else [*(left or [UNKNOWN]), *(right or [UNKNOWN])]
    if isinstance(node, ast.Call) and called(node) in ("list", "tuple") and len(node.args) == 1:
        return _words(node.args[0], names, depth + 1)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "split":
        parts = node.args[:1] if isinstance(node.func.value, ast.Name) and node.func.value.id == "shlex" \
            else [node.func.value]
        text = _text(parts[0], names, depth + 1) if parts else None
        return None if text is None else [text]
    if isinstance(node, ast.IfExp):
        return _words(node.body, names, depth + 1) or _words(node.orelse, names, depth + 1)
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
        value = node.value.decode("utf-8", "replace") if isinstance(node.value, bytes) else node.value
        return value if isinstance(value, str) else None
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
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _path([node.left, node.right], names, depth)
    if isinstance(node, ast.Call):
        return _made_text(node, names, depth)
    if isinstance(node, ast.IfExp):    # of "" and "sudo " it is the latter
        either = {_text(each, names, depth + 1) for each in (node.body, node.orelse)} - {""}
        return either.pop() if len(either) == 1 else None
    if isinstance(node, ast.Name):
        return _changed_text(names.changes(node.id, node.lineno), names, depth + 1)
    return None


def _made_text(node: ast.Call, names: Names, depth: int) -> Optional[str]:
    """The text that a call gives back: a path, a string that is filled, joined or stripped."""
    name = called(node)
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    if name == "format" and owner is not None:
        return _filled(_text(owner, names, depth + 1), node.args, names, depth)
    if name in PATHS or (name == "join" and isinstance(owner, ast.Attribute) and owner.attr == "path"):
        return _path(node.args, names, depth)
    if name == "joinpath" and owner is not None:
        return _path([owner, *node.args], names, depth)
    if name == "join" and owner is not None and node.args:
        return _joined(_text(owner, names, depth + 1), node.args[0], names, depth)
    if name == "home" and isinstance(owner, ast.Name) and owner.id in PATHS:
        return "~"
    if name in SAME and node.args:
        return _text(node.args[0], names, depth + 1)
    if name in SAME_OF_OWNER and owner is not None and not node.args:
        return _text(owner, names, depth + 1)
    if name in ("dedent", "cleandoc") and node.args:
        text = _text(node.args[0], names, depth + 1)
        return None if text is None else textwrap.dedent(text)
    return None


def _path(parts: list[ast.expr], names: Names, depth: int) -> Optional[str]:
    texts = [_text(part, names, depth + 1) for part in parts]
    return posixpath.join(*(text or UNKNOWN for text in texts)) if any(texts) else None


def _joined(between: Optional[str], node: ast.expr, names: Names, depth: int) -> Optional[str]:
    """`" ".join(words)` is a command line, with any other text between them it is lines."""
    if between == " ":
        words = _words(node, names, depth + 1)
        return None if words is None else " ".join(words)
    if between is None or not isinstance(node, (ast.List, ast.Tuple)):
        return None
    return between.join(_text(each, names, depth + 1) or UNKNOWN for each in node.elts)


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
