"""A declared plan becomes the one that the target's own pip has in mind, with the facts about all that is in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from ..evidence.contents import at_hand, look_into
from ..facts.programs import programs_named
from ..host import Host
from ..intake.frontends.pip_words import loudness, with_options
from ..model.decision import Decision
from ..model.facts import Facts
from ..model.frozen import replace
from ..model.names import canonicalize_name
from ..model.plan import Basis, Change, Plan
from ..model.request import Request
from ..model.verdict import Level
from ..plan.ask_pip import Answer, ask_pip
from ..plan.resolved import question, resolve
from .as_nobody import hidden_from_nobody, read_once
from .identify import Caller


class Resolution(NamedTuple):
    """What the steps share; `pip` are the words that begin a question, `widen` gives the facts about further names and
    the owners of programs.

    `configuration` is what pip goes by where it is asked as somebody else.
    """

    host: Host
    request: Request
    facts: Facts
    caller: Caller
    pip: tuple[str, ...]
    widen: Callable[[Collection[str], Collection[str]], Facts]
    conclude: Callable[[Facts, Plan], Decision]
    configuration: str = ""

    def decide(self, declared: Plan) -> Decision:
        """For a command that waits: where it is refused whatever the wheels say, they are not fetched.

        That would cost another pip. What a distribution is imported as is not guessed for it: those whose names are
        on this machine already are enough.
        """
        resolved = self._resolve(declared)
        if resolved.basis is Basis.RESOLVED and not at_hand(resolved, self.caller.cache, self.caller.uid):
            plan, facts = self._with_facts(resolved, declared)
            decision = self.conclude(facts, replace(plan, changes=tuple(map(_without_guesses, plan.changes))))
            if decision.verdict.level is Level.BLOCK:
                return decision
        plan, facts = self._look(resolved, declared)
        return self.conclude(facts, plan)

    def decide_with_evidence(self, declared: Plan, depth: Basis, tried: Collection[str]) -> Decision:
        """For somebody who asks."""
        plan, facts = self._look(self._resolve(declared), declared)
        if facts.interpreter.is_protected:
            from .deepen import deepen  # closures and all that goes with them

            plan = deepen(self.host, plan, self.request, facts, self.caller, self._ask, depth, tried)
        return self.conclude(facts, plan)

    def _resolve(self, declared: Plan) -> Plan:
        words = self.request.argv[1:]
        if self.request.frontend == "pip":
            words = with_options(words, (*question(self.request), *["--quiet"] * loudness(words)))
        return resolve(declared, self.request, self.facts, self.caller.environ, self._ask, (*self.pip, *words),
                       read_once(self.host, self.request) or hidden_from_nobody(self.host, self.request, self.caller))

    def _look(self, resolved: Plan, declared: Plan) -> tuple[Plan, Facts]:
        """With what the wheels' own files say, for names mislead."""
        if resolved.basis is Basis.RESOLVED and resolved.changes:
            resolved = look_into(self.host, resolved, self.facts.interpreter.path, self.caller.environ,
                                 self.request.index_options, self._ask, self.caller.cache, self.caller.uid, self.pip)
        return self._with_facts(resolved, declared)

    def _with_facts(self, resolved: Plan, declared: Plan) -> tuple[Plan, Facts]:
        more = _names(resolved) - _names(declared)
        hidden = programs_named(self.host, {name for change in resolved.changes for name in change.commands})
        if not more and not hidden:
            return resolved, self.facts
        wider = self.widen(more, hidden)
        twins = {item.name: item for item in reversed(wider.distributions)}
        changes = tuple(
            replace(change, import_names=twins[canonicalize_name(change.name)].import_names,
                    assumed_import_names=False)
            if change.assumed_import_names and change.name in twins else change for change in resolved.changes)
        return replace(resolved, changes=changes), wider

    def _ask(self, argv: Sequence[str], environment: Mapping[str, str], directory: str) -> Answer:
        return ask_pip(argv, environment, directory, self.caller.uid, self.configuration)


def _without_guesses(change: Change) -> Change:
    return replace(change, import_names=()) if change.assumed_import_names else change


def _names(plan: Plan) -> set[str]:
    """Names of distributions, and what they are imported as."""
    return {name for change in plan.changes for name in (change.name, *change.import_names)}
