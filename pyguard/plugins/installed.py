"""The installed plugins as `Extensions`: they are asked in child processes, and what they answer is checked here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Callable, NamedTuple

from ..codec import CodecError, decode
from ..facts.ownership.interface import Package, PackageSet
from ..facts.ownership.stamps import Stamp
from ..host import Host
from ..model.contribution import Contribution
from ..model.facts import Facts, Gap
from ..model.impact import Impact
from ..model.remedy import Remedy
from ..model.request import Request
from ..model.verdict import Finding, Level
from .apart import LIMIT, Answer, Child, Function, ask_all
from .find import Found
from .frontends import Frontends


class DescribedRule:
    """A rule of a plugin's as far as it is known outside it."""

    def __init__(self, rule: str, level: Level, since: str, document: str) -> None:
        self.ID, self.LEVEL, self.SINCE, self.__doc__ = rule, level, since, document


class Description(NamedTuple):
    """What one plugin says it has; `error` where it cannot be used."""

    found: Found
    hooks: tuple[str, ...] = ()
    rules: tuple[DescribedRule, ...] = ()
    databases: tuple[str, ...] = ()
    frontends: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()    # name, programs, modules
    error: str = ""


class InstalledPlugins:
    """Each lives in a child process from the first question to the end of a decision.

    One that failed is not asked again by this process: its error stands, and is one gap.
    """

    def __init__(self, found: Sequence[Found], directories: Sequence[str], limit: float = LIMIT,
                 quiet: bool = True) -> None:
        self.found = tuple(found)
        self.directories = tuple(directories)
        self.limit = limit
        self.quiet = quiet
        self.children: dict[Found, Child] = {}
        self.failed: dict[Found, str] = {}

    def describe(self) -> tuple[Description, ...]:
        """Each plugin, with what is wrong with it."""
        described = []
        taken: dict[str, str] = {}
        for found, answer in self._ask("describe"):
            try:
                description = _describe(found, answer)
            except (CodecError, LookupError, TypeError, ValueError) as error:
                description = Description(found, error=f"its answer is not understood: {error}")
            twice = [rule.ID for rule in description.rules if taken.setdefault(rule.ID, found.name) != found.name]
            if twice:
                description = Description(found, error=f"the rule {twice[0]} is one of {taken[twice[0]]}'s")
            described.append(description)
        return tuple(described)

    def described_rules(self) -> tuple[DescribedRule, ...]:
        """The rules of those that can be used."""
        return tuple(rule for description in self.describe() for rule in description.rules)

    @property
    def frontends(self) -> Frontends:
        """Their frontends; nobody is asked before something goes through them."""
        return Frontends(self)

    def rule_levels(self) -> Mapping[str, Level]:
        """See `Extensions`."""
        return {rule.ID: rule.LEVEL for rule in self.described_rules()}

    def contribute(self, facts: Facts, request: Request, impact: Impact) -> Contribution:
        """See `Extensions`."""
        findings: list[Finding] = []
        remedies: list[Remedy] = []
        gaps: list[Gap] = []
        rules: dict[str, str] = {}
        answers = list(self._ask("judge", facts, request, impact))
        self.close()    # the real pip may take over this process next
        for found, answer in answers:
            try:
                value = _value(answer)
                new = decode(tuple[Finding, ...], value["findings"], "findings")
                offered = decode(tuple[Remedy, ...], value["remedies"], "remedies")
            except (CodecError, LookupError, TypeError, ValueError) as error:
                gaps.append(_gap(found, str(error)))
                continue
            findings += new
            remedies += offered
            gaps += [_gap(found, f"the rule {finding.rule} is one of {rules[finding.rule]}'s")
                     for finding in new if rules.setdefault(finding.rule, found.name) != found.name]
        return Contribution(tuple(findings), tuple(remedies), tuple(gaps))

    def stamp(self, host: Host) -> Stamp:
        """See `MoreDatabases`."""
        stamps: list[tuple[str, int, int]] = []
        for found, answer in self._ask("stamp", host):
            stamps.append((f"plugin {found.name} {found.version} {answer.error}", 0, 0))
            try:
                stamps += decode(tuple[tuple[str, int, int], ...], answer.value or [], "stamp")
            except CodecError:
                pass    # `load` says what is wrong
        return tuple(stamps)

    def load(self, host: Host) -> tuple[PackageSet, tuple[Gap, ...]]:
        """See `MoreDatabases`."""
        packages: dict[str, Package] = {}
        owners: dict[str, str] = {}
        lasting: list[Gap] = []
        gaps: list[Gap] = []
        for found, answer in self._ask("load", host):
            try:
                for part in _value(answer):
                    new = {str(name): decode(Package, item, f"packages.{name}")
                           for name, item in part["packages"].items()}
                    owned = _check_owners(part["owners"], new)
                    lasting += decode(tuple[Gap, ...], part["gaps"], "gaps")
                    packages = {**new, **packages}
                    owners = {**owned, **owners}
            except (CodecError, LookupError, TypeError, ValueError, AttributeError) as error:
                gaps.append(_gap(found, str(error)))
        return PackageSet(packages, owners, tuple(lasting)), tuple(gaps)

    def close(self) -> None:
        """End the children; the next question starts them anew."""
        while self.children:
            self.children.popitem()[1].close()

    def ask_once(self, found: Found, question: str, *arguments: Any) -> Answer:
        """One question to one of them, in a child of its own: the arguments may be what no line carries (functions)."""
        if found in self.failed:
            return Answer(error=self.failed[found])
        child = Child(lambda: self._answer_with(found, question, arguments), self.limit, self.quiet)
        answer = ask_all([child], "", (), self.limit)[0]
        if not child.is_closed:
            child.close()
        if answer.error:
            self.failed[found] = answer.error
        return answer

    def _answer_with(self, found: Found, question: str, arguments: Sequence[Any]) -> Function:
        answer = self._preparation(found)()
        return lambda _question, _arguments: answer(question, arguments)

    def _ask(self, question: str, *arguments: Any) -> Iterator[tuple[Found, Answer]]:
        asked = [found for found in self.found if found not in self.failed]
        for found in asked:
            if found not in self.children:
                self.children[found] = Child(self._preparation(found), self.limit, self.quiet)
        answers = ask_all([self.children[found] for found in asked], question, arguments, self.limit)
        for found, answer in zip(asked, answers):
            if answer.error:
                self._fail(found, answer.error)
        given = dict(zip(asked, answers))
        return ((found, given.get(found) or Answer(error=self.failed[found])) for found in self.found)

    def _preparation(self, found: Found) -> Callable[[], Function]:
        def prepare() -> Function:
            from .worker import Plugin

            plugin = Plugin(found, self.directories)
            return lambda question, arguments: getattr(plugin, question)(*arguments)
        return prepare

    def _fail(self, found: Found, error: str) -> None:
        self.failed[found] = error
        child = self.children.pop(found)
        if not child.is_closed:
            child.close()


def _value(answer: Answer) -> Any:
    if answer.error:
        raise ValueError(answer.error)
    return answer.value


def _gap(found: Found, reason: str) -> Gap:
    return Gap(f"plugin {found.name}", reason)


def _describe(found: Found, answer: Answer) -> Description:
    if answer.error:
        return Description(found, error=answer.error)
    value = answer.value
    rules = tuple(DescribedRule(str(rule["id"]), decode(Level, rule["level"]), str(rule["since"]), str(rule["doc"]))
                  for rule in value["rules"])
    frontends = decode(tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...], value["frontends"], "frontends")
    return Description(found, tuple(value["hooks"]), rules, tuple(map(str, value["databases"])), frontends)


def _check_owners(owners: Any, packages: Mapping[str, Package]) -> dict[str, str]:
    for path, package in owners.items():
        if not path.startswith("/") or package not in packages:
            raise ValueError(f"its database says that {path!r} is owned by {package!r}")
    return dict(owners)
