"""Earthly: each target of an Earthfile is a stage of a Dockerfile, from the base recipe's end or its own FROM on."""

from __future__ import annotations

import os
import re

from ...model.late_pattern import late
from ..circumstances import HostName, Reading, User
from ..shell.state import State
from .dockerfile import Builder, built_state
from .dockerfile_venvs import not_yet_made
from .repository import FileText, Repository

KIND = "earthfile"
TARGET = late(r"([A-Za-z][\w.-]*):\s*(?:#.*)?$")
NEEDS = late(r"^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*\(?\+([\w.-]+)", re.M)
FUNCTION = late(r"^[ \t]*(?:FUNCTION|COMMAND)[ \t]*$", re.M)
COPY = late(r"^([ \t]*COPY[ \t]+(?:--\S+[ \t]+)*)\+([\w.-]+)(/\S*)", re.M)
LOCALLY = late(r"^([ \t]*)LOCALLY[ \t]*$", re.M)
DOCKERFILE = late(r"^([ \t]*)FROM[ \t]+DOCKERFILE((?:[ \t]+\S+)+)[ \t]*$", re.M)
OPTION = late(r"-f[ =]+(\S+)")
ELSEWHERE = late(r"^([ \t]*FROM[ \t]+)([\w./:-]+\+\S+)", re.M)    # a target of another Earthfile
BASE = ""
MAX_TARGETS = 500


def claims(path: str, head: str) -> bool:
    """By name."""
    return path.rsplit("/", 1)[-1].lower() in ("earthfile", "build.earth")


def read(file: FileText, repository: Repository) -> Reading:
    """The base recipe and all targets."""
    earth = _Earth(file, repository)
    for name in list(earth.texts)[:MAX_TARGETS]:
        earth.make(name)
    builder = earth.builder
    return Reading(tuple(not_yet_made(builder.shell.found, builder.before)), (), tuple(builder.shell.calls))


class _Earth:
    """`texts` has each target's lines, with all the others empty; a stage of the builder is called `+target`."""

    def __init__(self, file: FileText, repository: Repository) -> None:
        self.repository = repository
        self.folder = os.path.dirname(file.path)
        self.builder = Builder(file.path, repository)
        self.builder.stages["+locally"] = State(HostName(), User.UNKNOWN)    # where somebody runs earthly
        self.texts = _targets(file.text)
        self._begun: set[str] = set()

    def make(self, name: str) -> None:
        """The target after those that it begins with."""
        text = self.texts.get(name, "")
        if name in self._begun or FUNCTION.search(text):    # a function is what its caller's stage makes of it
            return
        self._begun.add(name)
        if name:
            self.make(BASE)
        for needed in NEEDS.findall(text):
            self.make(needed)
        base = self.builder.stages.get("+base")
        self.builder.state = base.copy() if base is not None else None
        self.builder.build(self._as_dockerfile(text))
        if self.builder.state is not None:
            self.builder.stages[f"+{name or 'base'}".lower()] = self.builder.state

    def _as_dockerfile(self, text: str) -> str:
        text = DOCKERFILE.sub(self._built, COPY.sub(r"\1--from=+\2 \3", LOCALLY.sub(r"\1FROM +locally", text)))
        return ELSEWHERE.sub(r"\1$elsewhere", text)

    def _built(self, match: re.Match[str]) -> str:
        words = match.group(2).split()
        option = OPTION.search(match.group(2))
        place = option.group(1) if option else f"{words[-1]}/Dockerfile"
        state = built_state(os.path.normpath(os.path.join(self.folder, place)), self.repository)
        name = f"+dockerfile-{len(self.builder.stages)}"
        self.builder.stages[name] = state or State(HostName("$dockerfile", "FROM DOCKERFILE"), User.ROOT)
        return f"{match.group(1)}FROM {name}"


def _targets(text: str) -> dict[str, str]:
    """By name; what stands before the first is the base recipe."""
    lines = text.split("\n")
    begins = [(0, BASE), *((index, match.group(1)) for index, line in enumerate(lines)
                           if (match := TARGET.match(line)) is not None)][:MAX_TARGETS]
    found: dict[str, str] = {}
    for (index, name), (following, _) in zip(begins, [*begins[1:], (len(lines), "")]):
        found.setdefault(name, "\n" * index + "\n".join(lines[index:following]))
    return found
