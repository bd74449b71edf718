"""Jenkins pipelines: every `sh` step is a shell of its own, in the agent's image where one is named."""

from __future__ import annotations

import re

from ...model.late_pattern import late
from ..circumstances import Circumstances, FoundCommand, HostName, Reading, User
from ..shell_run import ShellRun
from ..shell_state import State
from ..source_text import SourceText
from .dockerfile import image_state
from .repository import FileText, Repository

KIND = "jenkins"
STEP = late(r"""\bsh\s*\(?\s*(?:script\s*:\s*)?('''|\"\"\"|'|\")""")
IMAGE = late(r"""\bimage\s+["']([^"']+)["']|docker\.image\(["']([^"']+)["']\)"""
             r"""|docker\s*\{?\s*["']([^"'\s]+)["']""")

GUARD = late(r"""^[ \t]*(PIP_BREAK_SYSTEM_PACKAGES)\s*=\s*["']?(\w+)""", re.M)


def claims(path: str, head: str) -> bool:
    """Jenkinsfile and *.jenkinsfile; a pipeline under another name by its first words."""
    name = path.rsplit("/", 1)[-1].lower()
    return "jenkinsfile" in name or (re.search(r"^\s*pipeline\s*\{", head, re.M) is not None
                                     and name.endswith((".groovy", ".dockerfile")))


def read(file: FileText, repository: Repository) -> Reading:
    """Every `sh`, with the image that is named last before it."""
    shell = ShellRun()
    text = _without_comments(file.text)
    images = list(IMAGE.finditer(text))
    for match in GUARD.finditer(text):
        place = SourceText(text, file.path).locate(match.start(1), match.end(1))
        shell.found.append(FoundCommand(("env:", f"{match.group(1)}={match.group(2)}"), place, Circumstances()))
    for match in STEP.finditer(text):
        quote = match.group(1)
        end = text.find(quote, match.end())
        if end < 0:
            continue
        named = [image for image in images if image.start() < match.start()]
        image = next((group for group in named[-1].groups() if group), "") if named else ""
        state = image_state(image, f"agent image {image}", file.path, repository) if image else State(
            HostName(), User.UNKNOWN)
        line = text.count("\n", 0, match.end()) + 1
        column = match.end() - (text.rfind("\n", 0, match.end()) + 1) + 1
        shell.run_script(SourceText(text[match.end():end], file.path, line, column), state)
    return Reading(tuple(shell.found))


def _without_comments(text: str) -> str:
    """Groovy's comments made blank, offsets kept."""
    text = re.sub(r"/\*.*?\*/", lambda match: re.sub(r"[^\n]", " ", match.group()), text, flags=re.S)
    return re.sub(r"(?m)^(\s*)//[^\n]*", lambda match: " " * len(match.group()), text)
