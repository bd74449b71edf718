"""Prompts that name a machine: what brought Python to it, so that its later prompts have the distribution's pip."""

from __future__ import annotations

from ...model.late_pattern import late
from ..source_text import SourceText
from .document_denied import OPENS
from .document_sections import APART, CALLS

NAMED = late(r"^[ \t]*(\([\w./ -]+\)\s*)?\[?([\w.-]{1,64})@([\w.-]{1,64})[^$#%\n]{0,120}[$#%]\s+")
AS_ROOT = late(r"^[ \t]*(?:#|\[?root@[^$#%\n]*#)\s+\S")
PACKAGES = late(r"\bpython3?(?:-pip|-dev\w*|-venv|-setuptools)?(?=\s|$)|\bpython3?-\w")
OF_DEBIAN = late(r"/usr/(?:local/)?lib/python3[\d.*]*/dist-packages\b")
OUTSIDE = late(r"(?i)\b(?:outside|out)(?: of)?(?: the| your| any| an?)? "
               r"(?:v(?:irtual)?[ -]?env\w*(?: environment)?|environment)")
SYSTEM = late(r"(?i)\b(?:system|distribution|distro|os)(?:'s|\u2019s)? python\b|\bsystem[- ]wide\b|\bglobally\b")
DENIED = late(r"(?i)\bnot\b|n['\u2019]t\b|\bnever\b|\bavoid|\binstead\b|\brather\b|\bwithout\b|\bno longer\b")


class Machines:
    """What the prompts of a document have told so far."""

    def __init__(self) -> None:
        self._brought: dict[str, str] = {}      # by machine
        self._apart: set[tuple[str, str]] = set()    # users that have an environment there, or may

    def pass_block(self, lines: list[str], first: int) -> None:
        """The lines of a block with prompts, from line `first` on."""
        for number, line in enumerate(lines, first):
            match = NAMED.match(line)
            if match is None:
                continue
            command = line[match.end():]
            call = CALLS.match(command)
            if match.group(1) or (call is None and APART.search(command)):    # python3-venv is a package
                self._apart.add((match.group(2), match.group(3)))
            if call is not None and PACKAGES.search(command, call.end()):
                because = f"{call.group(1)}, line {number}, brings Python to {match.group(3)}, as the prompt calls it"
                self._brought.setdefault(match.group(3), because)

    def manager_at(self, lines: list[str], first: int, above: SourceText) -> str:
        """What says that the prompts of a block mean the distribution's pip; empty where nothing does.

        `above` is the text between the block before and this one.
        """
        text = "\n".join(lines)
        if APART.search(text) or APART.search(OUTSIDE.sub("", above.text)):
            return ""
        named = [match for match in map(NAMED.match, lines) if match is not None]
        users = {(match.group(2), match.group(3)) for match in named}
        if len(users) == 1 and not users & self._apart and named[0].group(3) in self._brought:
            return self._brought[named[0].group(3)]
        directory = OF_DEBIAN.search(text) if "site-packages" not in text else None
        if directory is not None:
            line = first + text.count("\n", 0, directory.start())
            return f"{directory.group()}, line {line}, is a directory of Debian's Python"
        return _said(lines, above)


def _said(lines: list[str], above: SourceText) -> str:
    """Root's prompts below "It was installed with the system Python"."""
    paragraph = above.text.rstrip()
    last = paragraph.rfind("\n") + 1
    paragraph = paragraph[:last].rstrip() if OPENS.match(paragraph, last) else paragraph
    start = paragraph.rfind("\n\n") + 1
    match = SYSTEM.search(paragraph, start)
    if match is None or DENIED.search(paragraph, start) or not any(map(AS_ROOT.match, lines)):
        return ""
    return f'"{match.group()}", line {above.line_at(match.start())}, is what root\'s prompt is about'
