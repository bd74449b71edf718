"""An interpreter's path -> its standard library, found by the landmark that getpath.py looks for.

Measured with CPython 2.7 to 3.13: the links of the file itself are followed one by one, the links
of its directories are left alone, and the search goes upwards from the directory of the last one.
Only /usr has its own name here by whatever link it is called: its files are the packages' by that one.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from ..host import MAX_LINKS, Host
from ..model.late_pattern import late
from ..model.paths import absolute

LIBRARY_DIRECTORIES = ("lib", "lib64")    # sys.platlibdir: lib64 on Fedora and openSUSE
_VERSIONED = late(r"^(?:platform-)?(python|pypy)(\d\.\d+)(t?)[dmu]*(?:-dbg)?$")
_DIRECTORY = late(r"^(python|pypy)(\d\.\d+)(t?)$")


class Library(NamedTuple):
    """A standard library: `name` is its directory's (`python3.11`, `pypy3.10`, `python3.13t`)."""

    prefix: str
    stdlib: str
    name: str

    @property
    def minor(self) -> str:
        """`3.11`."""
        return self.name[4 if self.implementation == "pypy" else 6:].rstrip("t")

    @property
    def implementation(self) -> str:
        """As sys.implementation.name."""
        return "pypy" if self.name.startswith("pypy") else "cpython"

    @property
    def library_directory(self) -> str:
        """`lib` or `lib64`: sys.platlibdir."""
        return os.path.basename(os.path.dirname(self.stdlib))


def follow_file(host: Host, path: str) -> str:
    """The file that `path` leads to, by its own links only. OSError on a loop."""
    for _ in range(MAX_LINKS):
        if not host.is_link(path):
            return path
        path = absolute(host.readlink(path), os.path.dirname(path))
    raise OSError(40, os.strerror(40), path)


def library_name(host: Host, file: str) -> str:
    """The library directory's name that an executable says it uses, or an empty string.

    An executable without a version in its name (`/usr/local/bin/python`, no link) speaks through a
    versioned twin of the same size beside it: `make install` makes both from one file.
    """
    found = _VERSIONED.match(os.path.basename(file))
    if found:
        return "".join(found.groups())
    directory = os.path.dirname(file)
    size = host.stat(file).st_size
    twins = {"".join(match.groups()) for match in map(_VERSIONED.match, host.list(directory)) if match
             and host.stat(os.path.join(directory, match.group())).st_size == size}
    return twins.pop() if len(twins) == 1 else ""


def find_library(host: Host, directory: str, names: Sequence[str]) -> Library | None:
    """The first library with one of these names, from `directory` upwards."""
    while names:
        for library in LIBRARY_DIRECTORIES:
            for name in names:
                stdlib = os.path.join(directory, library, name)
                if host.is_file(stdlib + "/os.py") or host.is_file(stdlib + "/os.pyc"):
                    return _canonical(host, Library(directory, stdlib, name))
        if directory in ("/", ""):
            return None
        directory = os.path.dirname(directory)
    return None


def library_names_in(host: Host, prefix: str) -> tuple[str, ...]:
    """Names of the library directories below a prefix, with or without a landmark in them."""
    names: list[str] = []
    for library in LIBRARY_DIRECTORIES:
        try:
            listed = host.list(os.path.join(prefix, library))
        except OSError:
            continue    # most prefixes have no lib64
        names.extend(name for name in listed if _DIRECTORY.match(name) and name not in names)
    return tuple(names)


def _canonical(host: Host, library: Library) -> Library:
    """/lib leads to /usr/lib on a merged-/usr system, where CPython says /usr as well, and a .venv may to /usr."""
    if library.prefix != "/" and (library.prefix == "/usr" or host.realpath(library.prefix) != "/usr"):
        return library
    stdlib = host.realpath(library.stdlib)
    return Library(os.path.dirname(os.path.dirname(stdlib)), stdlib, library.name)
