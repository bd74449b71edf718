"""A Decision becomes a tree of every step of the chain: what `pyguard explain` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..model.decision import Decision
from ..model.remedy import Remedy
from ..model.verdict import Level
from .grades import graded_lines
from .words import abbreviate, change_name, command_line, os_name, printable, shown_request, tools_listing

SHOWN_TOOLS = 8


class Node(NamedTuple):
    """A line and what hangs below it."""

    text: str
    below: Sequence[Node] = ()


def render_tree(decision: Decision) -> str:
    """The whole tree, ending in a newline; safe to send to a terminal."""
    root = Node(shown_request(decision.request), (
        _interpreter(decision), _destination(decision), _plan(decision), _impact(decision),
        _verdict(decision), _instead(decision)))
    return "\n".join(printable(line) for line in _lines(root)) + "\n"


def _lines(root: Node) -> Iterator[str]:
    yield root.text
    yield from _branches(root.below, "")


def _branches(nodes: Sequence[Node], indent: str) -> Iterator[str]:
    for number, node in enumerate(nodes):
        last = number == len(nodes) - 1
        yield f"{indent}{'└─' if last else '├─'} {node.text}"
        yield from _branches(node.below, indent + ("   " if last else "│  "))


def _interpreter(decision: Decision) -> Node:
    interpreter = decision.facts.interpreter
    kind = interpreter.kind.value + (f" ({interpreter.flavour})" if interpreter.flavour else "")
    guarded = "protected" if interpreter.is_protected else "not protected"
    below = [Node(f"{reason.about}: {reason.because}") for reason in interpreter.reasons]
    if decision.facts.pip is not None:
        below.append(Node(f"pip {decision.facts.pip.version} in {decision.facts.pip.path}"))
    return Node(f"interpreter {interpreter.path} {interpreter.version}: {kind}, {guarded}, "
                f"on {os_name(decision.facts.os)}", below)


def _destination(decision: Decision) -> Node:
    target = decision.plan.target
    home = decision.facts.environment.home
    below = [Node(target.reason)] if target.reason else []
    place = f"place {target.rank + 1} among its site directories" if target.rank is not None else (
        "on its sys.path" if target.on_path else "not on its sys.path")
    return Node(f"writes to {abbreviate(target.purelib, home)} ({target.scheme}), {place}", below)


def _plan(decision: Decision) -> Node:
    plan = decision.plan
    below = []
    for change in plan.changes:
        what = "removes" if change.version is None else "brings"
        imports = ", ".join(change.import_names)
        assumed = " (assumed from its name)" if change.assumed_import_names else ""
        below.append(Node(f"{what} {change_name(change)}{change.specifier if not change.version else ''}"
                          + (f", imported as {imports}{assumed}" if imports else "")))
    below += [Node(f"not known: {gap.subject}: {gap.reason}") for gap in plan.gaps]
    return Node(f"plan, at depth {plan.basis.value}", below or [Node("nothing changes")])


def _impact(decision: Decision) -> Node:
    below = [Node(title, [Node(line) for line in lines]) for title, lines in graded_lines(decision)]
    for finding in decision.verdict.findings:
        tools = [Node(f"tools: {tools_listing(finding.evidence, SHOWN_TOOLS)}", _starters(decision, finding.evidence))
                 ] if finding.evidence else []
        allowed = finding.allowance
        if allowed is not None:
            until = f" until {allowed.until}" if allowed.until else ""
            tools.append(Node(f"allowed by the policy{until}: {allowed.reason}"))
        if finding.lapsed is not None:
            tools.append(Node(f"the allowance ended on {finding.lapsed.until}: {finding.lapsed.reason}"))
        below.append(Node(f"{finding.level.name.lower()} {finding.rule}: {finding.summary}", tools))
    below += [Node(f"not known: {gap.subject}: {gap.reason}") for gap in decision.facts.gaps]
    return Node("impact", below or [Node("nothing that the operating system's tools use is touched")])


def _starters(decision: Decision, tools: Sequence[str]) -> list[Node]:
    """What starts those tools when nobody looks: their units, crontabs and hooks are not called by a path."""
    named = {requester.name: [command for command in requester.commands if not command.startswith("/")]
             for requester in decision.facts.requesters if requester.name in tools[:SHOWN_TOOLS]}
    return [Node(f"{tool}: {', '.join(named[tool])}") for tool in tools[:SHOWN_TOOLS] if named.get(tool)]


def _verdict(decision: Decision) -> Node:
    return Node(f"verdict: {decision.verdict.level.name.lower()}, at depth {decision.verdict.basis.value}")


def _instead(decision: Decision) -> Node:
    if not decision.remedies:
        passes = decision.verdict.level is Level.ALLOW
        return Node("instead: nothing, go ahead" if passes else "instead: nothing that is known here")
    return Node("instead", [_remedy(remedy) for remedy in decision.remedies])


def _remedy(remedy: Remedy) -> Node:
    below = [Node(f"because {remedy.reason}")] if remedy.reason else []
    below += [Node(command_line(step.argv)) for step in remedy.steps]
    below += [Node(f"{name} is", [Node(line) for line in text.splitlines()]) for name, text in remedy.files]
    if remedy.note:
        below.append(Node(remedy.note))
    return Node(remedy.title, below)
