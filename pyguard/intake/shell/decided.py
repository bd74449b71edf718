"""What a caller gave a script decides its branches: `build.sh docs` never comes to the arm `test)`.

Only what is sure counts: the words a script was called with, the variables that a pipeline's file gives its job, and
what the script makes of them. Where nothing is sure, both branches are walked, as always.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple, Optional

from ...model.late_pattern import late
from ..source_text import SourceText
from .conditions import Values
from .reader import read_shell
from .state import State
from .tree import Block, Case, Function, If, Loop, Node, Pipeline, Redirected, Simple, Subshell
from .words import Part, Variable, Word

CHANGING = frozenset(("read", "getopts", "mapfile", "readarray", "unset"))
ARGUMENT = late(r"\$\{?1\b")
TRIMMED = late(r"\s*\(?\s*(.*?)\s*$")
TESTED = late(r"(?:\bcase\b|\[|\btest\b)[^\n]*")
NAMED = late(r"\$\{?(\w+|#)")


def sure_value(word: Word, state: State) -> Optional[str]:
    """The word's text where every part of it is sure, else None."""
    found = [_sure(part, state) for part in word.parts]
    return None if None in found else "".join(each or "" for each in found)


def _sure(part: Part, state: State) -> Optional[str]:
    if isinstance(part, str):
        return part
    if not isinstance(part, Variable) or part.name not in state.given:
        return None
    value = state.given[part.name]
    if part.rest in ("", ",,"):
        if part.fallback and not value:
            return part.fallback.strip("\"'") if "$" not in part.fallback and "`" not in part.fallback else None
        return value.lower() if part.rest else value
    return None


def sure_values(state: State) -> Values:
    """What a test finds where the values that are sure decide it."""
    def is_empty(word: Word) -> Optional[bool]:
        value = sure_value(word, state)
        return None if value is None else not value

    return Values(lambda word: sure_value(word, state), is_empty)


class Arms(NamedTuple):
    """Those that are walked; `may_be_others` where the subject may come to none of them."""

    taken: tuple[tuple[str, Block], ...]
    may_be_others: bool = True


def arms_taken(node: Case, state: State) -> Arms:
    """The arm that a sure subject comes to, after those of which nobody knows; all of them for any other."""
    value = sure_value(node.subject, state) if state.decides else None
    if value is None or node.subject.is_fixed:
        return Arms(node.arms)
    found: list[tuple[str, Block]] = []
    for pattern, body in node.arms:
        matches = _matches(pattern, value)
        if matches is not False:
            found.append((pattern, body))
        if matches:
            return Arms(tuple(found), False)
    return Arms(tuple(found))


def _matches(pattern: str, value: str) -> Optional[bool]:
    match = TRIMMED.match(pattern)
    text = match.group(1) if match else pattern
    if any(sign in text for sign in ("$", "`", "(", "\\")):
        return None
    return any(fnmatchcase(value, each.strip().strip("\"'")) for each in text.split("|"))


def forget_turns(node: Loop, state: State) -> None:
    """A loop's body is walked once: what differs from turn to turn is not sure in it."""
    if _parses_options(node.body):
        state.take_arguments(None)
    for name in set(_assigned_in(node, state)):
        state.given.pop(name, None)


def runs_variable(node: Loop) -> bool:
    """Whether each turn runs another command: `for stage in "$@"; do "stage_$stage"; done`."""
    return node.variable != "" and any(
        isinstance(each, Simple) and any(isinstance(part, Variable) and part.name == node.variable
                                         for word in each.words[:1] for part in word.parts)
        for each in nodes_of(node.body))


def _parses_options(body: Block) -> bool:
    """Whether a loop goes through the script's arguments: what the first of them is says nothing of its turns."""
    return any((isinstance(node, Case) and ARGUMENT.match(node.subject.raw) is not None)
               or (isinstance(node, Simple) and node.words[:1] != () and node.words[0].literal in ("shift", "getopts"))
               for node in nodes_of(body))


def _assigned_in(node: Node, state: State, depth: int = 0) -> Iterator[str]:
    """The variables that the commands of a node set, those of the functions that it calls too."""
    for each in nodes_of(node):
        if isinstance(each, Loop):
            yield each.variable
        if not isinstance(each, Simple):
            continue
        yield from (given.name for given in each.assignments)
        name = each.words[0].literal if each.words else ""
        if name in CHANGING:
            yield from (word.literal for word in each.words[1:])
        yield from (word.raw.partition("=")[0] for word in each.words[1:] if "=" in word.raw)
        for known in state.functions.get(name, ()) if depth < 3 else ():
            yield from _assigned_in(known.body, state, depth + 1)


def nodes_of(node: Node, with_functions: bool = False) -> Iterator[Node]:
    """The node and all that it holds; the bodies of functions only where these are asked for."""
    yield node
    inner: tuple[Any, ...] = ()
    if isinstance(node, Function):
        inner = (node.body,) if with_functions else ()
    elif isinstance(node, Block):
        inner = tuple(each for _, each in node.items)
    elif isinstance(node, Pipeline):
        inner = node.commands
    elif isinstance(node, Subshell):
        inner = (node.body,)
    elif isinstance(node, Redirected):
        inner = (node.node,)
    elif isinstance(node, If):
        inner = (*(each for branch in node.branches for each in branch), *([node.otherwise] if node.otherwise else []))
    elif isinstance(node, Loop):
        inner = (node.condition, node.body)
    elif isinstance(node, Case):
        inner = tuple(body for _, body in node.arms)
    for each in inner:
        yield from nodes_of(each, with_functions)


def words_assigned(words: tuple[Word, ...], state: State) -> list[tuple[str, Optional[str]]]:
    """By name what `local a=$1 b` is sure to assign; None for what nobody knows."""
    found: list[tuple[str, Optional[str]]] = []
    for word in words[1:]:
        first = word.parts[0] if word.parts else ""
        name, equals, begun = first.partition("=") if isinstance(first, str) else ("", "", "")
        if not name.isidentifier():
            continue
        rest = [begun, *(_sure(part, state) for part in word.parts[1:])]
        keeps = not equals and words[0].literal in ("export", "readonly")
        found.append((name, state.given.get(name) if keeps else
                      None if None in rest or not equals else "".join(each or "" for each in rest)))
    return found


def take_sure(values: Iterable[tuple[str, Optional[str]]], state: State) -> None:
    """After the command has assigned them."""
    for name, value in values:
        state.given.pop(name, None)
        if value is not None:
            state.given[name] = value


def lines_of_commands(source: SourceText) -> set[int]:
    """Where commands of a script stand, those of its functions too."""
    return {source.line_at(node.start) for node in nodes_of(read_shell(source.text), True)
            if isinstance(node, Simple)}


def names_tested(text: str) -> tuple[str, ...]:
    """The variables that a script asks about anywhere: callers that give them the same value are alike to it."""
    return tuple(sorted({name for line in TESTED.findall(text) for name in NAMED.findall(line)}))
