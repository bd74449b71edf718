"""What a document has installed with the distribution's pip is that pip's, too, where root handles it again."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...model.late_pattern import late
from ..circumstances import FoundCommand, Ground
from .document_sections import APART

PIP = late(r"^(?:\(base\)[ \t]*)?[^#%$\n]*#[ \t]+(?:(?:/usr/bin/)?python[\d.]* -m )?"
           r"pip[\d.]* (?:un)?install[ \t](.*)$", re.M)
NAME = late(r"[A-Za-z][\w.-]*")


class Projects:
    """Their names, each with the line that installs it."""

    def __init__(self) -> None:
        self._lines: dict[str, int] = {}

    def pass_found(self, found: Iterable[FoundCommand]) -> None:
        """Those that sudo, or a pip of an OS package, installs."""
        for each in found:
            around = each.circumstances
            words = [word for word in each.argv if not word.startswith("-")]
            if around.active.ground is Ground.HOST and not around.doubts and not around.host.name \
                    and (around.sudo or around.manager) and "install" in words:
                for word in words[words.index("install") + 1:]:
                    match = NAME.match(word)
                    if match is not None and len(match.group()) == len(word.partition("[")[0].partition("=")[0]):
                        self._lines.setdefault(match.group().lower(), each.location.line)

    def manager_at(self, lines: list[str]) -> str:
        """What says that the pip at root's prompts is the distribution's; empty where nothing does."""
        text = "\n".join(lines)
        if not self._lines or APART.search(text):
            return ""
        for match in PIP.finditer(text):
            name = next((word for word in reversed(match.group(1).lower().split()) if word in self._lines), "")
            if name:
                return f"line {self._lines[name]} installs {name} with the distribution's pip; the prompt is root's"
        return ""
