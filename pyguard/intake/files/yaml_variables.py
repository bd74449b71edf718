"""Variables that a pipeline's file gives its jobs: what follows has them, and one that ends pip's guard is reported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Optional

from ...model.late_pattern import late
from ..circumstances import APART, FoundCommand, Ground
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .yaml_nodes import is_mapping, items, line_of, mapping, pairs, strings, text_of

ASSIGNMENT = late(r"(?:^|(?<=\s))(\w+)=(\"[^\"]*\"|'[^']*'|.*?(?=\s\w+=|$))", re.S)    # Travis has several in one text
# Where GitHub's own runners have them (docs.github.com: default environment variables of a runner)
PLACES = {"github.workspace": "/home/runner/work/repository", "runner.temp": "/home/runner/work/_temp",
          "runner.tool_cache": "/opt/hostedtoolcache"}
PLACE = late(r"\$\{\{\s*(github\.workspace|runner\.temp|runner\.tool_cache)\s*\}\}")
SWITCH = "PIP_BREAK_SYSTEM_PACKAGES"
PYTHONS = late(r"(pip|python|pipenv|get-pip)[\d.-]*(\.py)?$")


class Variable(NamedTuple):
    """`value` None: what an expression makes of it."""

    name: str
    value: Optional[str]
    line: int


@contextmanager
def variables_given(nodes: Iterable[Any], state: State, path: str, shell: ShellRun) -> Iterator[None]:
    """They hold from here on. One that ends pip's guard is a command of its own where what runs within is run by the
    host's own Python, or by another file that may be: else there is no guard to switch off.
    """
    given = [each for node in nodes for each in variables_in(node)]
    state.export({each.name: each.value for each in given})
    state.give({each.name: each.value for each in given if each.value is not None})
    before, calls = len(shell.found), len(shell.calls)
    yield
    runs_others = len(shell.calls) > calls and state.active.ground not in APART
    if runs_others or any(map(runs_the_hosts, shell.found[before:])):
        report_switches(given, state, path, shell)


def report_switches(given: Iterable[Variable], state: State, path: str, shell: ShellRun) -> None:
    """Each that ends pip's guard, as a command of its own; one that a later one gives another value does not."""
    switches = [each for each in given if each.name == SWITCH]
    for each in switches:
        if each.value == switches[-1].value:
            place = SourceText("", path, each.line).locate(0, 0)
            shell.found.append(FoundCommand(("env:", f"{SWITCH}={each.value or ''}"), place, state.circumstances()))


def variables_in(node: Any) -> Iterator[Variable]:
    """A mapping, or a list of mappings, of `NAME=value`, or of `{name: …, value: …}`."""
    for each in [node] if is_mapping(node) else items(node):
        if not is_mapping(each):
            for name, value in ASSIGNMENT.findall(text_of(each)):
                yield _variable(name, value.strip("\"'"), line_of(each))
            continue
        values = strings(each)
        if "name" in values and "value" in values:
            yield _variable(values["name"], values["value"], line_of(each))
            continue
        keys = {text_of(key): line_of(key) for key, _ in pairs(each)}
        for name, value in values.items():    # or merged in
            yield _variable(name, value, keys.get(name) or line_of(mapping(each)[name]))


def _variable(name: str, value: str, line: int) -> Variable:
    value = PLACE.sub(lambda match: PLACES[match.group(1)], value)
    return Variable(name, None if "${{" in value else value, line)


def runs_the_hosts(found: FoundCommand) -> bool:
    return found.circumstances.active.ground is Ground.HOST and PYTHONS.match(
        found.argv[0].rsplit("/", 1)[-1]) is not None
