"""What a rule is: a module with an id, a level and a check."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional, Protocol

from ..model.facts import Facts
from ..model.impact import Impact
from ..model.verdict import Finding, Level


class Rule(Protocol):
    """The module's docstring is its documentation: one line, then fixed headings.

    `ID` reads as "allow <ID>"; `LEVEL` is what it costs unless the policy says otherwise.
    """

    __doc__: Optional[str]
    ID: str
    LEVEL: Level
    SINCE: str

    def check(self, facts: Facts, impact: Impact) -> Iterable[Finding]:
        """The findings; they carry LEVEL, and evidence for each."""
        ...
