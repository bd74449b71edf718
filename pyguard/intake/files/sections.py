"""Apptainer definitions, kickstart files and RPM spec files: what their `%post` and kin run on a distribution."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ...model.late_pattern import late
from ..circumstances import HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .dockerfile import image_state
from .repository import FileText, Repository

KIND = "sections"
SECTION = late(r"^%(\w+)([^\n]*)\n", re.M)
BOOTSTRAP = late(r"^\s*bootstrap\s*:\s*(\S+)", re.I | re.M)
FROM = late(r"^\s*from\s*:\s*(\S+)", re.I | re.M)
RELEASE = late(r"^\s*OSVersion\s*:\s*(\S+)", re.I | re.M)
OF_SPEC = late(r"^Name\s*:(?s:.*)^%(?:description|install|files)", re.M)
OF_KICKSTART = late(r"^%packages(?s:.*)^%(?:post|pre)\b|^%post\b(?s:.*)^%end", re.M)
OTHER = late(r"--nochroot|-p\s+<lua>|-p\s+/|(?:--interpreter|-c)[= ]\s*\S*python")
SCRIPTS = frozenset(("post", "pre", "postun", "preun", "posttrans", "pretrans"))    # of a package
IMAGES = ("docker", "docker-daemon", "docker-archive", "oras", "library", "podman")


class Section(NamedTuple):
    """A section's name, the rest of its line, and the offsets of its text."""

    name: str
    rest: str
    start: int
    end: int


def claims(path: str, head: str) -> bool:
    """By suffix or name, and by what each of them begins with."""
    if path.endswith(".spec"):
        return OF_SPEC.search(head) is not None
    return BOOTSTRAP.search(head) is not None or OF_KICKSTART.search(head) is not None


def read(file: FileText, repository: Repository) -> Reading:
    """The scripts of all sections that run while an image, a machine or a package is set up."""
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd))
    is_image = BOOTSTRAP.search(file.text) is not None
    wanted = frozenset(("post",)) if is_image else SCRIPTS
    for section in _sections(file.text):
        if section.name in wanted and not OTHER.search(section.rest):
            state = _of_image(file, section.start, repository) if is_image else State(HostName(), User.ROOT)
            if not state.host.name and not state.manager:
                state.manager = f"%{section.name} sets a distribution's machine up"
            line = file.text.count("\n", 0, section.start) + 1
            shell.run_script(SourceText(file.text[section.start:section.end], file.path, line), state)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _sections(text: str) -> Iterator[Section]:
    """From each `%name` to the next, or to the next header of an image."""
    found = list(SECTION.finditer(text))
    for match, following in zip(found, [*found[1:], None]):
        end = following.start() if following is not None else len(text)
        header = BOOTSTRAP.search(text, match.end(), end)
        yield Section(match.group(1).lower(), match.group(2), match.end(), header.start() if header else end)


def _of_image(file: FileText, offset: int, repository: Repository) -> State:
    """What the nearest header above says that the image is made from."""
    headers = list(BOOTSTRAP.finditer(file.text, 0, offset))
    start = headers[-1].start() if headers else 0
    kind = headers[-1].group(1).lower() if headers else ""
    image, release = FROM.search(file.text, start, offset), RELEASE.search(file.text, start, offset)
    if kind in IMAGES and image is not None:
        name = re.sub(r"^library/", "", image.group(1))
        return image_state(name, f"From: {name}", file.path, repository)
    if kind == "debootstrap" and release is not None:
        system = "ubuntu" if "ubuntu" in file.text[start:offset] else "debian"
        return State(HostName(f"{system}:{release.group(1)}", f"OSVersion: {release.group(1)}"), User.ROOT)
    state = State(HostName(), User.ROOT)
    if kind in ("yum", "dnf", "zypper", "arch"):
        state.manager = f"Bootstrap: {kind} makes a distribution's image"
    if kind in ("localimage", "shub", "scratch") or not kind:
        state.host = HostName(image.group(1) if image else "local", f"Bootstrap: {kind}")
    return state
