"""One metadata file or directory of a site directory in, what it states about its distribution out."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Sequence
from typing import NamedTuple

from ..host import Host
from .import_names import names_of_files
from .metadata import Headers, parse_headers, parse_requires, split_directory_name

LIMIT = 1024 * 1024    # of one metadata file; core metadata with its description stays far below


class Entry(NamedTuple):
    """A distribution as its own metadata describes it; what could not be read is left empty."""

    name: str
    version: str
    metadata: str
    installer: str = ""
    record: bool = False
    import_names: tuple[str, ...] = ()
    namespaces: frozenset[str] = frozenset()
    requires: tuple[str, ...] = ()


def read_entry(host: Host, site: str, name: str, kind: str, listing: Collection[str]) -> Entry:
    """`listing`: the names in the site directory, to tell which import names are really there."""
    path = f"{site}/{name}"
    if kind == "egg-link":
        return _read_link(host, path, name)
    if kind == "egg":
        return _read_egg(host, path, name)
    if kind == "egg-info" and host.is_file(path):
        headers = parse_headers(_read(host, path))
        found = Entry("", "", "", import_names=_guess(name, listing))
        return _describe(headers, name, "egg-info-file", found)
    if kind == "dist-info":
        return _read_dist_info(host, site, name, listing)
    return _read_egg_info(host, site, name, listing)


def _read_dist_info(host: Host, site: str, name: str, listing: Collection[str]) -> Entry:
    path = f"{site}/{name}"
    record = _read(host, f"{path}/RECORD", limit=64 * LIMIT)
    namespaces = frozenset(_read(host, f"{path}/namespace_packages.txt").split())
    names = names_of_files(_record_paths(record), namespaces)
    names = names or _top_level(host, site, path, listing, namespaces) or _guess(name, listing)
    installer = _read(host, f"{path}/INSTALLER").strip()
    found = Entry("", "", "", installer, bool(record), names, namespaces)
    return _describe(parse_headers(_read(host, f"{path}/METADATA")), name, "dist-info", found)


def _read_egg_info(host: Host, site: str, name: str, listing: Collection[str]) -> Entry:
    path = f"{site}/{name}"
    namespaces = frozenset(_read(host, f"{path}/namespace_packages.txt").split())
    files = _read(host, f"{path}/installed-files.txt")
    names = names_of_files((posixpath.normpath(f"{name}/{line}") for line in files.splitlines()), namespaces)
    names = names or _top_level(host, site, path, listing, namespaces) or _guess(name, listing)
    headers = parse_headers(_read(host, f"{path}/PKG-INFO"))
    requires = headers.requires or parse_requires(_read(host, f"{path}/requires.txt"))
    found = Entry("", "", "", "", bool(files), names, namespaces)
    return _describe(headers._replace(requires=requires), name, "egg-info", found)


def _read_egg(host: Host, path: str, name: str) -> Entry:
    """An egg is a directory with everything inside, or a zip file, of which only the name is read."""
    headers = parse_headers(_read(host, f"{path}/EGG-INFO/PKG-INFO"))
    names = tuple(_read(host, f"{path}/EGG-INFO/top_level.txt").split()) or _guess(name, ())
    requires = parse_requires(_read(host, f"{path}/EGG-INFO/requires.txt"))
    return _describe(headers._replace(requires=requires), name, "egg", Entry("", "", "", import_names=names))


def _read_link(host: Host, path: str, name: str) -> Entry:
    """setuptools' `develop`: the first line leads to a directory that holds the egg-info."""
    project = (_read(host, path).splitlines() or [""])[0].strip()
    stem = name[:-len(".egg-link")]
    info = f"{project}/{stem.replace('-', '_')}.egg-info"
    headers = parse_headers(_read(host, f"{info}/PKG-INFO"))
    names = tuple(_read(host, f"{info}/top_level.txt").split()) or _guess(name, ())
    return _describe(headers, name, "egg-link", Entry("", "", "", import_names=names))


def _describe(headers: Headers, name: str, kind: str, found: Entry) -> Entry:
    """Name and version fall back on the file's name, as importlib.metadata does for broken metadata."""
    stem, version = split_directory_name(name)
    return found._replace(name=headers.name or stem, version=headers.version or version, metadata=kind,
                          requires=headers.requires)


def _record_paths(text: str) -> list[str]:
    """The first column of a RECORD, which quotes only names with commas in them."""
    return [line.split(",", 1)[0] for line in text.splitlines() if line[:1] not in ("", ".", "/", '"')]


def _top_level(host: Host, site: str, path: str, listing: Collection[str],
               namespaces: Collection[str]) -> tuple[str, ...]:
    """top_level.txt, less what is not there (setuptools 66 claims `debian`), namespaces looked into."""
    names: list[str] = []
    for name in _read(host, f"{path}/top_level.txt").split():
        if name in namespaces or (name in listing and not host.exists(f"{site}/{name}/__init__.py")):
            below = names_of_files(_files_below(host, f"{site}/{name}", name))
            names.extend(below)
        elif _is_there(name, listing):
            names.append(name)
    return tuple(sorted(names))


def _files_below(host: Host, path: str, name: str) -> list[str]:
    """The modules right below a namespace package: its own `__init__` left out."""
    try:
        children = host.list(path)
    except OSError:
        return []
    inits = [f"{name}/{child}/__init__.py" for child in children if child.isidentifier()]
    return inits + [f"{name}/{child}" for child in children if not child.startswith("__init__.")]


def _is_there(name: str, listing: Collection[str]) -> bool:
    return name in listing or any(item.split(".")[0] == name and "." in item for item in listing)


def _guess(name: str, listing: Collection[str]) -> tuple[str, ...]:
    """The distribution's own name, where a module of that name is there; an editable install's always."""
    stem = split_directory_name(name)[0].replace("-", "_")
    spellings: Sequence[str] = (stem, stem.lower())
    for spelling in spellings:
        if _is_there(spelling, listing):
            return (spelling,)
    return (stem.lower(),) if stem.isidentifier() else ()


def _read(host: Host, path: str, limit: int = LIMIT) -> str:
    """Empty where there is none: each of these files is optional, and the next source is asked instead."""
    try:
        return host.read_text(path, limit)
    except OSError:
        return ""
