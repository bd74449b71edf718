"""Paths of files below a site directory in, the import names they provide out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Optional

from ..model.names import NormalizedName, canonicalize_name

Parts = tuple[str, ...]


def names_of_files(paths: Iterable[str], namespaces: Collection[str] = ()) -> tuple[str, ...]:
    """Sorted top-level import names; dotted where the top level is a namespace package.

    A directory without `__init__` is one (PEP 420; `-nspkg.pth` leaves it out as well); `namespaces` are
    those a `namespace_packages.txt` declares, whose `__init__` is only a stub.
    """
    modules = [module for module in map(split_module, paths) if module]
    packages = {module[:-1] for module in modules if module[-1] == "__init__"}
    names = {_name_of(module, packages, namespaces) for module in modules}
    return tuple(sorted(names - {""}))


def _name_of(module: Parts, packages: Collection[Parts], namespaces: Collection[str]) -> str:
    for end in range(1, len(module)):
        name = ".".join(module[:end])
        if module[:end] in packages and name not in namespaces:
            return name
    return "" if module[-1] == "__init__" else ".".join(module)


def split_module(path: str) -> Optional[Parts]:
    """`zope/event/__init__.py` as (zope, event, __init__); None for what cannot be imported."""
    directory, _, name = path.rpartition("/")
    stem, dot, suffix = name.partition(".")
    if not dot or not (suffix in ("py", "pyc", "so") or suffix.endswith(".so")):
        return None
    parts = (*directory.split("/"), stem) if directory else (stem,)
    return parts if all(map(str.isidentifier, parts)) and "__pycache__" not in parts else None


def normalize_import_name(name: str) -> NormalizedName:
    """An import name as a distribution of that name is spelled: `zope.event` is `zope-event`."""
    return canonicalize_name(name.lstrip("_") or name)
