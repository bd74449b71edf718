"""Which Python `sys.executable` is, where a program says so."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Optional

from ...model.late_pattern import late
from ..shell.effects import MANAGERS
from .values import called

SYSTEM = "/usr/bin/python3"
SHEBANG = late(r"#!\s*(?:/usr)?/bin/python[23]?(?:\.\d+)?(?:\s|$)")
# What it says of environments: that it looks whether it runs in one, or starts itself again in its own
ENVIRONMENTS = late(r"VIRTUAL_ENV|CONDA_PREFIX|\bsys\s*\.\s*(?:base_|real_)?prefix\b|\b(?:base|real)_prefix\b|"
                    r"(?i:\bin_?(?:a_)?(?:virtual)?_?v?env\b|is_?venv|is_virtualenv|in_virtualenv|activate_this)|"
                    r"(?i:\bdarwin\b|\bbrew\b|\bwin32\b|\bwindows\b)")
STARTS_AGAIN = late(r"\bos\.exec\w+\((?!\s*[\"']sudo)|\b(?:run|call|check_call|Popen)\(.*(?:__file__|sys\.argv)")
MAKES_OWN = late(r"(?i)venv|virtualenv")
ENDS = frozenset(("exit", "_exit", "quit", "error", "abort", "die", "fail", "fatal", "execv", "execvp", "execl",
                  "execlp", "execve", "execvpe"))
USERS = frozenset(("geteuid", "getuid"))


class OwnPython(NamedTuple):
    """The program that runs the Python program, empty where nobody knows; and what says that it is the system's."""

    program: str = ""
    because: str = ""


def system_python(nodes: Sequence[ast.AST], text: str, commands: Iterable[tuple[str, int]]) -> OwnPython:
    """The distribution's, where the program says that it is; `commands` with their lines."""
    because = _said(nodes, text, commands)
    return OwnPython(SYSTEM, because) if because else OwnPython()


def _said(nodes: Sequence[ast.AST], text: str, commands: Iterable[tuple[str, int]]) -> str:
    if ENVIRONMENTS.search(text) or (STARTS_AGAIN.search(text) and MAKES_OWN.search(text)):
        return ""
    if SHEBANG.match(text):
        return f"{text.split(chr(10), 1)[0].strip()}, line 1"
    line = _demands_root(nodes) if "uid()" in text else 0
    if line:
        return f"the program demands root, line {line}"
    given = [(next((word for word in words.split() if "=" not in word), ""), at) for words, at in commands]
    if any(name == "sudo" for name, _ in given):
        return ""    # an ordinary user runs it
    return next((f"the program runs {name} as root, line {at}" for name, at in given
                 if name.rsplit("/", 1)[-1] in MANAGERS), "")


def _demands_root(nodes: Sequence[ast.AST]) -> int:
    """The line of `if os.geteuid() != 0: sys.exit(...)`; 0 where there is none."""
    asking = {node.name for node in nodes if isinstance(node, ast.FunctionDef)
              and isinstance(node.body[-1], ast.Return) and _asks(node.body[-1].value, ast.Eq)}
    return next((node.lineno for node in nodes if isinstance(node, ast.If)
                 and _is_ordinary(node.test, asking) and _ends(node.body)), 0)


def _is_ordinary(test: ast.expr, asking: set[str]) -> bool:
    """Whether the test is true for every user but root."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = test.operand
        return _asks(inner, ast.Eq) or (isinstance(inner, ast.Call) and called(inner) in asking)
    return _is_user(test) or _asks(test, ast.NotEq) or _asks(test, ast.Gt)


def _asks(node: Optional[ast.expr], how: type[ast.cmpop]) -> bool:
    return isinstance(node, ast.Compare) and isinstance(node.ops[0], how) and _is_user(node.left) and isinstance(
        node.comparators[0], ast.Constant) and node.comparators[0].value == 0


def _is_user(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and called(node) in USERS


def _ends(body: list[ast.stmt]) -> bool:
    return any(isinstance(each, ast.Raise) or (isinstance(each, ast.Call) and called(each) in ENDS)
               for node in body for each in ast.walk(node))
