"""Modules that lie beside the operating system's scripts: sys.path[0] of every one of them (why there is python -P)."""

from __future__ import annotations

from collections.abc import Iterator

from ...facts.stdlib import stdlib_modules
from ...model.damage import ModuleBesideScript
from ...model.facts import OwnerKind, SiteDirectory
from ..world import World

NAME = "modules beside scripts"
PLACES = ("/usr/bin", "/usr/sbin", "/usr/libexec", "/usr/games")
ENDS = (".py", ".pyc", ".so")


def find(world: World) -> Iterator[ModuleBesideScript]:
    """One effect a module that no OS package put there and whose name something imports."""
    stdlib = _stdlib(world)
    for place in PLACES:
        try:
            names = world.host.list(place)
        except OSError:
            continue
        for name in names:
            module, path = name.split(".")[0], f"{place}/{name}"
            if not module.isidentifier() or path in world.packages.owners or not _is_module(world, path, name):
                continue
            if module in stdlib:
                yield ModuleBesideScript(path, module, "the standard library")
            elif module in world.os_modules:
                yield ModuleBesideScript(path, module, world.os_modules[module])


def _is_module(world: World, path: str, name: str) -> bool:
    if "." in name:
        return name.endswith(ENDS)
    return world.host.exists(f"{path}/__init__.py")


def _stdlib(world: World) -> frozenset[str]:
    if not world.interpreters:
        return frozenset()
    first = SiteDirectory("/", OwnerKind.LOCAL, "pythonpath", 0)    # something that comes before it
    return frozenset(stdlib_modules(world.host, world.interpreters[0], [first]))
