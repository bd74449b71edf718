"""What the text of a document tells of whose pip a block means: its headings, its prompts, what it has installed, and
what `pip --version` printed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...model.late_pattern import late
from ..circumstances import FoundCommand
from ..source_text import SourceText
from .document_blocks import CodeBlock
from .document_machines import Machines
from .document_projects import Projects
from .document_sections import Sections
from .shown_pip import shown_in

ELSEWHERE = late(r"\b(mac\s?os|mac|os\s?x|windows|homebrew|brew|docker\w*|containers?|(ana|mini)?conda\w*|pipx|"
                 r"virtual[ -]?env\w*|pyvenv|venv|environment|activate)\b", re.I)


class Told:
    """It grows from block to block, in the order of the document."""

    def __init__(self, is_restructured: bool = False) -> None:
        self._sections = Sections(is_restructured)
        self._machines = Machines()
        self._projects = Projects()
        self._aside = ""    # what held before the text turned elsewhere

    def pass_text(self, lines: list[str]) -> bool:
        """The text in front of a block; whether what the blocks before have made is another reader's."""
        self._sections.pass_over(lines)
        if self._sections.begins_anew:
            self._aside = ""
        return self._sections.begins_anew

    def manager_after(self, between: SourceText, block: CodeBlock, manager: str) -> str:
        """`manager` is what held at the block before. The text between may turn to something else, or show whose pip
        it is, as may the block itself. What is about a distribution from its title on comes back to it: the next
        section that does not turn elsewhere is about the same machine.
        """
        if ELSEWHERE.search(between.text):
            self._aside = self._aside or manager
            manager = ""
        elif self._aside and self._sections.is_new and self._sections.is_of_distribution():
            manager, self._aside = manager or self._aside, ""
        said = shown_in(between)
        if said is not None and not ELSEWHERE.search(between.text, said.end):
            manager = said.manager
        said = shown_in(SourceText("\n".join(block.lines), "", block.first))
        return said.manager if said is not None else manager

    def manager_of_prompts(self, between: SourceText, block: CodeBlock) -> str:
        """What says that the prompts of this block mean the distribution's pip; empty where nothing does."""
        told = self._machines.manager_at(block.lines, block.first, between)
        return told or ("" if self._sections.is_apart else self._projects.manager_at(block.lines))

    def pass_block(self, block: CodeBlock, commands: str, found: Sequence[FoundCommand]) -> list[FoundCommand]:
        """The block's `found`, with what the headings say of them. `commands` is its text without prompts."""
        self._machines.pass_block(block.lines, block.first)
        judged = self._sections.judge(commands, block.first, list(found))
        self._projects.pass_found(judged)
        return judged
