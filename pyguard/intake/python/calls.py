"""The calls of a Python program that run something, and what each of them runs."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Optional

from .helpers import Helpers
from .names import Names
from .pip import PipCalls
from .values import called
from .wrappers import Wrappers, methods_of

RUNNERS = frozenset(("run", "call", "check_call", "check_output", "Popen", "system", "popen", "getoutput",
                     "getstatusoutput", "create_subprocess_exec", "create_subprocess_shell", "spawn", "execvp", "execv",
                     "execute", "sudo", "local", "shell", "cmd"))
SPREAD = {"create_subprocess_exec": 0, "execlp": 1, "execl": 1, "spawnlp": 2, "spawnl": 2}    # each word an argument


class Calls:
    """Those of one program."""

    def __init__(self, nodes: Sequence[ast.AST], names: Names) -> None:
        self._nodes = nodes
        self._runners = RUNNERS | SPREAD.keys() | _other_names(nodes)
        self._helpers = Helpers(nodes, RUNNERS)
        self._pip = PipCalls(nodes)
        self._wrappers = Wrappers(self._helpers.functions, self._command, names, methods_of(nodes))

    def by_line(self) -> list[tuple[ast.Call, ast.expr]]:
        """Each with the expression of what it runs."""
        found: list[tuple[ast.Call, ast.expr]] = []
        for node in self._nodes:
            if isinstance(node, ast.Call):
                command = self._wrappers.command(node) or self._command(node)
                found += [(node, command)] if command is not None else []
        return sorted(found, key=lambda each: each[0].lineno)

    def _command(self, call: ast.Call) -> Optional[ast.expr]:
        """What the call itself runs."""
        return self._pip.command(call) or (self._argument(call) if self._runs(call) else None)

    def _runs(self, call: ast.Call) -> bool:
        function, name = call.func, called(call)
        owner = getattr(function.value, "id", "") if isinstance(function, ast.Attribute) else ""
        return (name in self._runners and owner != "session") or self._helpers.hand_on(name)

    def _argument(self, call: ast.Call) -> Optional[ast.expr]:
        """The command line: the first argument, what follows the program that execvp gets, or what has its name."""
        name = called(call)
        if name in SPREAD:
            words = call.args[SPREAD[name]:]
            return ast.copy_location(ast.List(elts=words, ctx=ast.Load()), call) if words else None
        if name.startswith("execv"):
            return call.args[1] if len(call.args) > 1 else None
        if len(call.args) > 1 and self._helpers.spreads(name):
            return ast.copy_location(ast.List(elts=call.args, ctx=ast.Load()), call)
        behind = self._helpers.given(call)
        if behind is not None:
            return behind
        named = (each.value for each in call.keywords if each.arg in ("args", "cmd", "command"))
        return call.args[0] if call.args else next(named, None)


def _other_names(nodes: Sequence[ast.AST]) -> set[str]:
    """`from subprocess import check_call as cc`."""
    return {alias.asname for node in nodes if isinstance(node, ast.ImportFrom)
            and node.module in ("subprocess", "os", "asyncio") for alias in node.names
            if alias.asname and alias.name in RUNNERS}
