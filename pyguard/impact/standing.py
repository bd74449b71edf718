"""Requesters in, who stands on an OS package out: the tools that would notice, the important ones first. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from ..model.facts import Importance, Requester

Reverse = dict[str, list[Requester]]    # OS package -> the requesters that need it


def reverse_dependencies(requesters: Iterable[Requester]) -> Reverse:
    """Each package with the requesters that name it."""
    reverse: Reverse = {}
    for requester in requesters:
        for package in {bound.package for bound in requester.needs}:
            reverse.setdefault(package, []).append(requester)
    return reverse


def weight(requester: Requester) -> tuple[bool, str]:
    """Sorts core requesters first, then by name."""
    return (requester.importance is not Importance.CORE, requester.name)


def tools_standing_on(package: str, reverse: Reverse) -> tuple[str, ...]:
    """Names of the requesters that ship programs and reach `package` through their dependencies."""
    seen: dict[str, Requester] = {}
    waiting = [package]
    while waiting:
        for requester in reverse.get(waiting.pop(), ()):
            if requester.name not in seen:
                seen[requester.name] = requester
                waiting.append(requester.name)
    return tuple(tool.name for tool in sorted(seen.values(), key=weight) if tool.commands)


def with_itself(requester: Requester, reverse: Reverse) -> tuple[str, ...]:
    """The tools that stand on a requester, it included where it ships programs."""
    tools = tools_standing_on(requester.name, reverse)
    return (requester.name, *tools) if requester.commands else tools
