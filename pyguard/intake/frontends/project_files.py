"""A project's lock file or metadata -> the distributions that installing the project would bring. Nothing is run."""

from __future__ import annotations

import json
import os

from ...errors import IntakeError
from ...host import Host
from ...model.names import canonicalize_name
from ...model.request import WantedDistribution
from ..local_projects import LIMIT, read_directory, read_toml, table_in, text_in
from ..requirement_text import Place, read_requirement
from .operands import Operands


def find_upwards(host: Host, directory: str, name: str) -> str:
    """The nearest directory, this one or above, that has the file; empty where none has."""
    while directory.startswith("/"):
        if host.is_file(os.path.join(directory, name)):
            return directory
        if directory == "/":
            break
        directory = os.path.dirname(directory)
    return ""


def read_project(host: Host, directory: str, lock: str) -> Operands:
    """What the lock file pins, else what pyproject.toml asks for."""
    path = os.path.join(directory, lock)
    found, gap = read_toml(host, path)
    packages = found.get("package")
    if isinstance(packages, list):
        wanted = [_pinned(text_in(item, "name"), text_in(item, "version"), path) for item in packages
                  if isinstance(item, dict) and text_in(item, "name")]
        return Operands(tuple(wanted), gaps=(gap,) if gap else ())
    project = read_directory(host, directory)
    gaps = [one for one in (gap, project.gap) if one]
    own = []
    for text in project.requires:
        try:
            own.append(read_requirement(host, text, Place(directory, os.path.join(directory, "pyproject.toml"))))
        except IntakeError as error:
            gaps.append(error.message)
    return Operands(tuple(own), gaps=tuple(gaps))


def read_pipfile(host: Host, directory: str) -> Operands:
    """Pipfile.lock's default section, else the names in Pipfile."""
    path = os.path.join(directory, "Pipfile.lock")
    try:
        table = json.loads(host.read_text(path, LIMIT))
    except FileNotFoundError:
        return _from_pipfile(host, os.path.join(directory, "Pipfile"))
    except (OSError, ValueError, RecursionError) as error:
        return Operands(gaps=(f"{path} could not be read: {error}",))
    default = table_in(table, "default") if isinstance(table, dict) else {}
    return Operands(tuple(_pinned(name, text_in(entry, "version").removeprefix("=="), path)
                          for name, entry in default.items() if isinstance(entry, dict)))


def _from_pipfile(host: Host, path: str) -> Operands:
    table, gap = read_toml(host, path)
    names = [WantedDistribution(name, canonicalize_name(name), origin=path) for name in table_in(table, "packages")]
    return Operands(tuple(names), gaps=(gap,) if gap else ())


def _pinned(name: str, version: str, path: str) -> WantedDistribution:
    specifier = f"=={version}" if version else ""
    return WantedDistribution(f"{name}{specifier}", canonicalize_name(name), specifier, version, origin=path)
