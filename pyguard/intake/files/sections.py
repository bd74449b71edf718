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
from .preseed import installer_state
from .repository import FileText, Repository

KIND = "sections"
SECTION = late(r"^%(\w+)([^\n]*)\n", re.M)
BOOTSTRAP = late(r"^[ \t]*bootstrap[ \t]*:[ \t]*(\S+)", re.I | re.M)
FROM = late(r"^[ \t]*from[ \t]*:[ \t]*(\S+)", re.I | re.M)
RELEASE = late(r"^[ \t]*OSVersion[ \t]*:[ \t]*(\S+)", re.I | re.M)
OF_SPEC = late(r"^Name\s*:(?s:.*)^%(?:description|install|files)", re.M)
OF_KICKSTART = late(r"^%packages(?s:.*)^%(?:post|pre)\b|^%post\b(?s:.*)^%end", re.M)
OTHER = late(r"-p\s+<lua>|-p\s+/|(?:--interpreter|-c)[= ]\s*\S*python")
SCRIPTS = frozenset(("post", "pre", "postun", "preun", "posttrans", "pretrans"))    # of a package
IMAGES = ("docker", "docker-daemon", "docker-archive", "oras", "library", "podman")


class Section(NamedTuple):
    """A section's name, the rest of its line, the offsets of its text, and the header above."""

    name: str
    rest: str
    start: int
    end: int
    header: str


def claims(path: str, head: str) -> bool:
    """By suffix or name, and by what each of them begins with."""
    if path.endswith(".spec"):
        return OF_SPEC.search(head) is not None
    return BOOTSTRAP.search(head) is not None or OF_KICKSTART.search(head) is not None


def read(file: FileText, repository: Repository) -> Reading:
    """The scripts of all sections that run while an image, a machine or a package is set up."""
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd))
    headers = list(BOOTSTRAP.finditer(file.text))
    wanted = frozenset(("post",)) if headers else SCRIPTS
    line, counted = 1, 0
    for section in _sections(file.text, [match.start() for match in headers]):
        line, counted = line + file.text.count("\n", counted, section.start), section.start
        if section.name in wanted and not OTHER.search(section.rest):
            state = _of_image(section.header, file, repository) if headers else State(HostName(), User.ROOT)
            if "--nochroot" in section.rest:
                state = installer_state()
            elif not state.host.name and not state.manager:
                state.manager = f"%{section.name} sets a distribution's machine up"
            shell.run_script(SourceText(file.text[section.start:section.end], file.path, line), state)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _sections(text: str, headers: list[int]) -> Iterator[Section]:
    """From each `%name` to the next, or to the next header of an image; with the header above."""
    found = list(SECTION.finditer(text))
    header, waiting = "", list(reversed(headers))
    for match, following in zip(found, [*found[1:], None]):
        while waiting and waiting[-1] < match.start():
            header = text[waiting.pop():match.start()]
        end = min([following.start() if following is not None else len(text), *waiting[-1:]])
        yield Section(match.group(1).lower(), match.group(2), match.end(), end, header)


def _of_image(header: str, file: FileText, repository: Repository) -> State:
    """What the header above says that the image is made from."""
    told = BOOTSTRAP.search(header)
    kind = told.group(1).lower() if told is not None else ""
    image, release = FROM.search(header), RELEASE.search(header)
    if kind in IMAGES and image is not None:
        name = re.sub(r"^library/", "", image.group(1))
        return image_state(name, f"From: {name}", file.path, repository)
    if kind == "debootstrap" and release is not None:
        system = "ubuntu" if "ubuntu" in header else "debian"
        return State(HostName(f"{system}:{release.group(1)}", f"OSVersion: {release.group(1)}"), User.ROOT)
    state = State(HostName(), User.ROOT)
    if kind in ("yum", "dnf", "zypper", "arch"):
        state.manager = f"Bootstrap: {kind} makes a distribution's image"
    if kind in ("localimage", "shub", "scratch") or not kind:
        state.host = HostName(image.group(1) if image else "local", f"Bootstrap: {kind}")
    return state
