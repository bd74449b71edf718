"""The rules of a Makefile, the recipes of a justfile: where each begins, and what it stands on, which is read first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ...model.late_pattern import late
from .make_calls import called
from .make_macros import Macros
from .make_systems import Part, branch

TARGET = late(r"^[^\s#:=][^:=]*::?(?!=)")
RECIPE = late(r"^@?([A-Za-z_][\w-]*)(?:\s+[*+$]*[\w-]+"
               r"(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s:\"']+))?)*\s*:(?!=)")    # of just
SPECIAL = late(r"\.[A-Z_]+$")                        # .PHONY, .DEFAULT: no target is made by that name
# `target: NAME = value` gives the target a variable, and no prerequisite
OF_TARGET = late(r"\s*(?:(?:export|override|private|unexport)\s+)*[\w.-]+\s*(?:[?+!]|:{1,3})?=")
NEEDED = late(r"\(\s*([\w-]+)[^()]*\)|([\w-]+)")     # of a recipe of just: its arguments are none
CONTINUED = late(r"\\\s*\n")
INLINE = late(r"[;#]")
MAX_NEEDS = 200         # of one target
MAX_RULES = 200
MAX_PATTERNS = 100


class Rule(NamedTuple):
    """From the index of its first line on, its recipe from `body`; `branches` are the conditions around it."""

    first: int
    body: int
    targets: list[str]
    needs: list[str]
    branches: list[Part]
    is_double: bool = False    # `a:: b`, which shares nothing with the others of `a`


class Rules:
    """Those of one file; what stands before the first target is a rule without one."""

    def __init__(self, lines: list[str], macros: Macros, is_just: bool, expand: Callable[[str], str], own: int) -> None:
        self.rules = list(_split(lines, macros, is_just, expand))
        ends = [*(rule.first for rule in self.rules[1:]), len(lines)]
        self.ends = [min(end, own) if rule.first < own else end for rule, end in zip(self.rules, ends)]
        self.needs: dict[str, dict[str, None]] = {}
        self._of: dict[str, list[int]] = {}
        for index, rule in enumerate(self.rules):
            for target in rule.targets:
                if len(of := self._of.setdefault(target, [])) < MAX_RULES:
                    of.append(index)
                needs = self.needs.setdefault(target, {})
                needs.update(dict.fromkeys(rule.needs[:MAX_NEEDS - len(needs)]))
        self._calls = [called("\n".join(lines[rule.body:end]), is_just, expand)
                       for rule, end in zip(self.rules, self.ends)]
        self._patterns = [target for target in self._of if "%" in target and target.strip("%/")][:MAX_PATTERNS]

    def made_by(self, name: str) -> str:
        """The target whose recipe makes that: the name itself, or the closest pattern, `deps-%`."""
        if name in self._of or not self._patterns:
            return name
        found = [pattern for pattern in self._patterns if _fits(name, *pattern.split("%", 1))]
        return max(found, key=len, default=name)

    def closure(self, goals: Iterable[str]) -> set[str]:
        """The goals and all that they stand on; without a goal the first target."""
        first = (target for target in self.needs if not target.startswith(".") or "/" in target)
        waiting = list(goals) or list(first)[:1]
        found: set[str] = set()
        while waiting:
            target = waiting.pop()
            if target not in found:
                found.add(target)
                known = self.made_by(target)
                found.add(known)
                waiting.extend(self.needs.get(known, ()))
                for calls in (self._calls[index] for index in self._of.get(known, ())):
                    waiting.extend(calls.plain)
        return found

    def needed(self) -> set[str]:
        """Every target that another one stands on, or calls."""
        names = {need for needs in self.needs.values() for need in needs}
        return set(map(self.made_by, names.union(*(calls.goals for calls in self._calls))))

    def in_order(self) -> Iterator[tuple[Rule, int, list[str]]]:
        """Each rule behind those that it stands on, wherever they are, with the index of its end and what it needs."""
        begun: set[int] = set()
        for start in range(len(self.rules)):
            waiting = [(start, False)]
            while waiting:
                index, is_ready = waiting.pop()
                needs = self._needs_of(self.rules[index])
                if is_ready:
                    yield self.rules[index], self.ends[index], needs
                elif index not in begun:
                    begun.add(index)
                    waiting.append((index, True))
                    names = map(self.made_by, [*needs, *self._calls[index].goals[:MAX_NEEDS]])
                    before = [each for name in names for each in self._of.get(name, []) if each not in begun]
                    waiting.extend((each, False) for each in reversed(before))

    def _needs_of(self, rule: Rule) -> list[str]:
        if rule.is_double:
            return rule.needs[:MAX_NEEDS]
        return [need for target in rule.targets for need in self.needs[target]]


def _split(lines: list[str], macros: Macros, is_just: bool, expand: Callable[[str], str]) -> Iterator[Rule]:
    yield Rule(0, 0, [], [], [])
    branches: list[Part] = []
    index = 0
    while (index := macros.skipped.get(index, index)) < len(lines):
        first, index = index, _after(lines, index)
        if not is_just and branch(lines[first], branches):
            continue
        head = lines[first] if index == first + 1 else CONTINUED.sub(" ", "\n".join(lines[first:index]))
        match = (RECIPE if is_just else TARGET).match(head)
        if match is not None:
            targets = [match.group(1)] if is_just else _words(match.group().rstrip(":"), expand)
            needs = _of_recipe(head[match.end():]) if is_just else _prerequisites(head[match.end():], expand)
            needs = [] if SPECIAL.match(" ".join(targets)) else needs
            yield Rule(first, index, targets, needs, list(branches), match.group().endswith("::"))


def _fits(name: str, before: str, after: str) -> bool:
    return len(name) > len(before) + len(after) and name.startswith(before) and name.endswith(after)


def _after(lines: list[str], index: int) -> int:
    """Behind the line, and those that it goes on in."""
    while lines[index].rstrip().endswith("\\") and index + 1 < len(lines):
        index += 1
    return index + 1


def _words(text: str, expand: Callable[[str], str]) -> list[str]:
    return (expand(text) if "$" in text else text).split()


def _prerequisites(rest: str, expand: Callable[[str], str]) -> list[str]:
    """`a b | c`: those behind the bar are made before, too."""
    if OF_TARGET.match(rest):
        return []
    return [word for word in _words(INLINE.split(rest, maxsplit=1)[0], expand) if word != "|"]


def _of_recipe(rest: str) -> list[str]:
    """`a (b "argument") && c`: what follows `&&` is run afterwards."""
    before = rest.partition("#")[0].partition("&&")[0]
    return [named or plain for named, plain in NEEDED.findall(before)]
