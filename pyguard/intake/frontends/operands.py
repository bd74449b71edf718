"""The words, `-e`, `-r` and `-c` of a command line that names requirements as pip does -> what is wanted."""

from __future__ import annotations

import os
from typing import NamedTuple

from ...errors import IntakeError
from ...host import Host
from ...model.paths import absolute
from ...model.request import WantedDistribution
from ..requirement_text import Place, read_requirement
from .around import Around
from .command_line import Said

REQUIREMENTS = ("-r", "--requirement", "--requirements")
CONSTRAINTS = ("-c", "--constraint", "--constraints")
EDITABLES = ("-e", "--editable")


class Operands(NamedTuple):
    """What is wanted, what it is held to, what could not be read, and the files that were not, as pip's arguments."""

    wanted: tuple[WantedDistribution, ...] = ()
    constraints: tuple[WantedDistribution, ...] = ()
    gaps: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def read_operands(host: Host, said: Said, around: Around) -> Operands:
    """Files that cannot be read are gaps: whether the tool minds is the tool's own business."""
    gaps: list[str] = []
    place = Place(around.cwd, report=gaps.append)
    wanted: list[WantedDistribution] = []
    constraints: list[WantedDistribution] = []
    unread: list[str] = []
    for text in (*said.words, *said.end):
        wanted += _requirement(host, text, place, False, gaps)
    for text in said.values(*EDITABLES):
        wanted += _requirement(host, text, place, True, gaps)
    for name, value in said.options:
        if name in REQUIREMENTS or name in CONSTRAINTS:
            found = _file(host, value, around, name in CONSTRAINTS, gaps)
            wanted += found.wanted
            constraints += found.constraints
            gaps += found.gaps
            unread += ["-c" if name in CONSTRAINTS else "-r", value] if found.unread else []
    return Operands(tuple(wanted), tuple(constraints), tuple(gaps), tuple(unread))


def _requirement(host: Host, text: str, place: Place, editable: bool, gaps: list[str]) -> list[WantedDistribution]:
    try:
        return [read_requirement(host, text, place, editable)]
    except IntakeError as error:
        gaps.append(error.message)
        return []


def _file(host: Host, name: str, around: Around, constraint: bool, gaps: list[str]) -> Operands:
    base = os.path.basename(name)
    if base in ("pyproject.toml", "setup.py", "setup.cfg"):    # uv takes a project's own requirements from them
        from ..local_projects import read_directory

        project = read_directory(host, os.path.dirname(absolute(name, around.cwd)))
        place = Place(around.cwd, name, gaps.append)
        wanted = [one for text in project.requires for one in _requirement(host, text, place, False, gaps)]
        return Operands(tuple(wanted), gaps=(project.gap,) if project.gap else ())
    from ..requirement_files import read_requirements_file

    try:
        found = read_requirements_file(host, name, environ=around.environ, cwd=around.cwd, constraint=constraint)
    except IntakeError as error:
        return Operands(gaps=(error.message,))
    return Operands(found.wanted, found.constraints, found.gaps, found.unread)
