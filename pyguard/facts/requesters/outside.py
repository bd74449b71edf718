"""An OS package's paths in, its Python outside of the directories for programs and distributions out.

Programs below /usr/share, packages that a program finds by itself, parts of the standard library that are OS packages
of their own, and what a program with the interpreter inside it may import.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ...host import Host
from ..ownership.interface import Package, PackageSet
from .scripts import read_shebang

PROGRAM = re.compile(r"/usr/(?:share|lib)/[^/]+/[^/.]+(?:\.py)?")
SITE = re.compile(r"/(?:dist|site)-packages/|/usr/lib(?:64)?/python[0-9]/")
STDLIB = re.compile(r"(/usr/lib(?:64)?/python[0-9]+\.[0-9]+)/[^/]+(?:\.py|/__init__\.py)")
PACKAGE = re.compile(r"(/usr/(?:share|lib)/.+)/__init__\.py")
INTERPRETER = re.compile(r"libpython[0-9]+(?:\.[0-9]+)*(?:\.so.*)?")


class Outside(NamedTuple):
    """`modules`: files and directories, each importable from the directory it lies in."""

    programs: tuple[tuple[str, str, tuple[str, ...]], ...] = ()    # path, interpreter, flags
    modules: tuple[str, ...] = ()
    embeds: bool = False    # a compiled program of it has the interpreter inside


def read_outside(host: Host, found: PackageSet, names: Iterable[str]) -> dict[str, Outside]:
    """Only packages with something of that kind."""
    wanted = frozenset(names)
    paths: dict[str, list[str]] = {}
    for path, package in found.owners.items():
        if package in wanted and path.startswith("/usr/") and not SITE.search(path):
            paths.setdefault(package, []).append(path)
    rows = {name: Outside(tuple(_programs(host, owned)), _modules(owned), _embeds(found.packages[name], owned))
            for name, owned in sorted(paths.items())}
    return {name: row for name, row in rows.items() if row != Outside()}


def _programs(host: Host, owned: Iterable[str]) -> Iterable[tuple[str, str, tuple[str, ...]]]:
    for path in sorted(owned):
        if PROGRAM.fullmatch(path) and _is_executable(host, path):
            shebang = read_shebang(host, path)
            if shebang is not None and shebang.is_python:
                yield path, shebang.interpreter, shebang.flags


def _is_executable(host: Host, path: str) -> bool:
    try:
        status = host.stat(path)
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and bool(status.st_mode & 0o100)


def _modules(owned: Iterable[str]) -> tuple[str, ...]:
    """The topmost of each."""
    packages = {match[1] for path in owned if (match := PACKAGE.fullmatch(path))}
    found = {path for path in packages if path.rpartition("/")[0] not in packages and not STDLIB.match(path + "/x.py")}
    found.update(path.removesuffix("/__init__.py") for path in owned if STDLIB.fullmatch(path))
    return tuple(sorted(found))


def _embeds(package: Package, owned: Iterable[str]) -> bool:
    """It asks for the interpreter's library by name, and ships programs."""
    return any(INTERPRETER.fullmatch(bound.package) for group in package.depends for bound in group) and any(
        path.startswith(("/usr/bin/", "/usr/sbin/", "/usr/games/")) for path in owned)


def dump_outside(rows: Mapping[str, Outside]) -> dict[str, list[object]]:
    """As plain data."""
    return {name: [[list(program) for program in row.programs], list(row.modules), row.embeds]
            for name, row in rows.items()}
