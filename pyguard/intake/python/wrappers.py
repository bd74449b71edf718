"""A Python program's own functions that put words before what they are given, and run that: each call says what."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Optional

from ...model.late_pattern import late
from .given import put_in
from .helpers import ELSEWHERE, Function, is_name
from .names import Names
from .values import UNKNOWN, called, shell_text

# The body says by itself what is installed with what: it is judged where it stands
TOLD = late(r"^(sudo\s+(-\S+\s+)*)?(?!\$unknown).*\b(pip|easy_install|setup\.py|conda|poetry|pipx|uv)\S*\s.*"
            r"\b(install|add|sync|update|upgrade|develop)\b")
MAX_CALLS = 2000    # of such functions, in one program


class Wrapper(NamedTuple):
    """What a function runs, in the names of what it is given."""

    command: ast.expr
    parameters: list[str]
    rest: str
    known: dict[str, ast.expr]    # what a parameter is where the call does not say it
    is_method: bool

    def filled(self, call: ast.Call) -> ast.expr:
        """What that call runs."""
        given, left = dict(self.known), list(call.args)
        for name in self.parameters:
            if not left or isinstance(left[0], ast.Starred):
                break
            given[name] = left.pop(0)
        if self.rest:
            given[self.rest] = ast.copy_location(ast.List(left, ast.Load()), call)
        given.update((each.arg, each.value) for each in call.keywords if each.arg in self.known)
        return put_in(self.command, given)


class Wrappers:
    """Those of one program whose bodies are plain: one command line that is made of what they are given."""

    def __init__(self, functions: list[Function], command_of: Callable[[ast.Call], Optional[ast.expr]],
                 names: Names, methods: set[int]) -> None:
        self._of: dict[str, Optional[Wrapper]] = {}
        for function in functions:
            made = _wrapper(function, command_of, names, id(function.node) in methods)
            self._of[function.name] = made if function.name not in self._of else None    # two: nobody knows which
        self._left = MAX_CALLS

    def command(self, call: ast.Call) -> Optional[ast.expr]:
        """What a call of such a function runs; None for any other call."""
        wrapper = self._of.get(called(call))
        if wrapper is None or wrapper.is_method != isinstance(call.func, ast.Attribute) or not self._left:
            return None
        self._left -= 1
        return wrapper.filled(call)


def methods_of(nodes: Sequence[ast.AST]) -> set[int]:
    """The ids of the functions that stand in a class."""
    return {id(each) for node in nodes if isinstance(node, ast.ClassDef) for each in node.body}


def _wrapper(function: Function, command_of: Callable[[ast.Call], Optional[ast.expr]], names: Names,
             is_method: bool) -> Optional[Wrapper]:
    arguments = function.node.args
    parameters, rest = function.parameters(), function.rest()
    only_named = [each.arg for each in arguments.kwonlyargs]
    mine = {*parameters, rest, *only_named} - {""}
    if not mine or ELSEWHERE.search(function.name):
        return None
    commands = [each for each in _commands(function, command_of) if _mentions(each, mine)]
    if len(commands) != 1 or any(is_name(commands[0], name) for name in mine):
        return None
    known: dict[str, ast.expr] = {name: ast.Constant(None) for name in mine}
    text = shell_text(put_in(commands[0], known), names)
    if TOLD.match(text) or text.startswith(UNKNOWN * 2):    # nobody knows what is put before it
        return None
    known.update(_defaults(arguments))
    return Wrapper(commands[0], parameters, rest, known, is_method)


def _commands(function: Function, command_of: Callable[[ast.Call], Optional[ast.expr]]) -> Iterator[ast.expr]:
    """What the body runs, in the names of its parameters; one that may stand in an environment counts twice."""
    found = [(node, command) for node in function.inside if isinstance(node, ast.Call)
             and called(node) != function.name and (command := command_of(node)) is not None]
    own = _own_names(function) if found else {}
    within = {id(inner) for node in function.inside if found and isinstance(node, (ast.With, ast.AsyncWith))
              for each in node.body for inner in ast.walk(each)}
    for node, command in found:
        yield from [put_in(command, own)] * (2 if id(node) in within else 1)


def _own_names(function: Function) -> dict[str, ast.expr]:
    """What the body assigns to plain names, each of them once and whatever happens."""
    if isinstance(function.node, ast.Lambda):
        return {}
    stored = [node.id for node in function.inside if isinstance(node, ast.Name)
              and not isinstance(node.ctx, ast.Load)]
    changed = {node.func.value.id for node in function.inside if isinstance(node, ast.Call) and isinstance(
        node.func, ast.Attribute) and node.func.attr in ("append", "extend", "insert") and isinstance(
        node.func.value, ast.Name)}
    return {name: value for name, value in _assigned(function.node.body)
            if stored.count(name) == 1 and name not in changed}


def _assigned(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for node in body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def _mentions(node: ast.expr, mine: set[str]) -> bool:
    return any(isinstance(each, ast.Name) and each.id in mine for each in ast.walk(node))


def _defaults(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    by_place = [*arguments.posonlyargs, *arguments.args]
    for each, value in zip(reversed(by_place), reversed(arguments.defaults)):
        yield each.arg, value
    for each, given in zip(arguments.kwonlyargs, arguments.kw_defaults):
        if given is not None:
            yield each.arg, given
