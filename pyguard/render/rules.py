"""Rules become their documentation: a page each, and the README's table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional, Protocol

from ..model.verdict import Level
from ..policy.rule import Rule


class Documented(Protocol):
    """As much of a rule as its page needs: a plugin's is known by its description only."""

    __doc__: Optional[str]
    ID: str
    LEVEL: Level
    SINCE: str


def render_rule(rule: Documented) -> str:
    """The rule's page: its docstring under its id, with its level."""
    return f"# {rule.ID}\n\n{(rule.__doc__ or '').strip()}\n\nLevel: {rule.LEVEL.name.lower()}; since {rule.SINCE}\n"


def render_rule_table(rules: Sequence[Rule]) -> str:
    """A Markdown table, one row a rule, with the first line of its docstring."""
    rows = ["| rule | level | what it says |", "|---|---|---|"]
    for rule in rules:
        first = (rule.__doc__ or "").strip().split("\n", 1)[0]
        rows.append(f"| `{rule.ID}` | {rule.LEVEL.name.lower()} | {first} |")
    return "\n".join(rows) + "\n"
