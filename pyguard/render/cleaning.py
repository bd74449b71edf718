"""A CleaningPlan as text for people: what, how much, why it is safe, how to get it back, and what stays."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.storage import CleaningPlan
from .sizes import shown_size
from .words import abbreviate, command_line, printable


def render_plan(plan: CleaningPlan, home: str) -> str:
    """The plan, without a word on whether it will be carried out."""
    return "".join(printable(line) + "\n" for line in _lines(plan, home))


def _lines(plan: CleaningPlan, home: str) -> Iterator[str]:
    if not plan.cleanings:
        yield "nothing to clean: pyguard envs --caches shows what there is"
    for number, each in enumerate(plan.cleanings, 1):
        yield f"{number}. {_short(each.title, home)}: {shown_size(each.freed)}"
        yield f"   how:  {command_line(each.argv) if each.argv else _moved(len(each.paths))}"
        yield f"   safe: {each.safe_because}"
        yield f"   back: {each.way_back}"
    for kept in plan.kept:
        yield f"stays: {abbreviate(kept.path, home)}: {_short(kept.reason, home)}"
    if plan.cleanings:
        yield f"together {shown_size(sum(each.freed for each in plan.cleanings))}"


def _short(text: str, home: str) -> str:
    return text.replace(home.rstrip("/") + "/", "~/") if home not in ("", "/") else text


def _moved(count: int) -> str:
    return f"{count} {'path' if count == 1 else 'paths'} moved into pyguard's quarantine"
