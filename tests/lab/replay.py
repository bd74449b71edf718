"""A request carried out for real in an overlay, every tool's command run before and after, the tools that broke out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tests.lab.inside import Inside, View

PATIENCE = "120"    # seconds for one command


class Tool(NamedTuple):
    """`smoke` is run by sh; it works when it exits 0 and prints what `expect` finds."""

    requester: str
    smoke: str
    expect: str = ""


def works(view: View, tool: Tool, variables: Mapping[str, str]) -> bool:
    """One run."""
    done = view.run(["timeout", PATIENCE, "sh", "-c", tool.smoke], variables)
    return done.returncode == 0 and (not tool.expect or re.search(tool.expect, done.stdout + done.stderr) is not None)


def working(inside: Inside, tools: Sequence[Tool], user: str = "root") -> list[Tool]:
    """Those that work as things are: only they can break."""
    with inside.overlay(user) as view:
        return [tool for tool in tools if works(view, tool, {})]


def broken(inside: Inside, steps: Sequence[Sequence[str]], tools: Sequence[Tool], user: str = "root",
           variables: Mapping[str, str] | None = None) -> set[str]:
    """Requesters whose command no longer works; a failure counts when it happens twice."""
    with inside.overlay(user) as view:
        for step in steps:
            view.carry_out(step, {})
        return {tool.requester for tool in tools
                if not works(view, tool, variables or {}) and not works(view, tool, variables or {})}


def foreseen(inside: Inside, step: Sequence[str], tools: Sequence[Tool], user: str = "root",
             variables: Mapping[str, str] | None = None) -> dict[str, set[str]]:
    """pyguard's own answer before anything is installed: each grade with the requesters it names."""
    import json

    with inside.overlay(user) as view:
        names = sorted({tool.requester for tool in tools})
        answer = json.loads(view.explain(step, "rehearsed", variables or {}, names))
    found: dict[str, set[str]] = {}
    for effect in answer["impact"].get("effects", ()):
        if "grade" in effect:
            found.setdefault(effect["grade"], set()).add(effect["requester"])
    return found
