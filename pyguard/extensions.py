"""What a decision may be given beside its own lists: the installed plugins, for those who must not import them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from .facts.ownership.interface import MoreDatabases
from .model.contribution import Contribution
from .model.facts import Facts
from .model.impact import Impact
from .model.request import Request
from .model.verdict import Level


class Extensions(MoreDatabases, Protocol):
    """All plugins together. No method raises for what a plugin does: it is a gap."""

    def contribute(self, facts: Facts, request: Request, impact: Impact) -> Contribution:
        """Findings and remedies, for one decision."""

    def rule_levels(self) -> Mapping[str, Level]:
        """The ids of their rules, with the level each has by itself."""
