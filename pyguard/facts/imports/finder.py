"""Directories in the order of sys.path and a module's name in, the file it is imported from out; nothing is imported.

The rules are importlib's: a regular package or a module in an earlier directory wins, directories without
`__init__` join to a namespace package (PEP 420), extension modules come before source files.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Optional

SUFFIXES = (".abi3.so", ".so", ".py", ".pyc")    # importlib.machinery's order; the tagged one comes before these


class Found(NamedTuple):
    """Where a module is. `file` is empty for a namespace package; `places` are a package's directories."""

    file: str
    places: tuple[str, ...] = ()


class Finder:
    """Looks names up in directories as they stood when it was made; `root` is in front of every path."""

    def __init__(self, directories: Sequence[str], tag: str = "cpython-311-x86_64-linux-gnu",
                 root: str = "") -> None:
        self.directories = tuple(directories)
        self.suffixes = (f".{tag}.so", *SUFFIXES)
        self.root = root
        self._listings: dict[str, frozenset[str]] = {}
        self._found: dict[str, Optional[Found]] = {}

    def find(self, module: str) -> Optional[Found]:
        """None where there is none on this path."""
        if module not in self._found:
            self._found[module] = self._find(module)
        return self._found[module]

    def _find(self, module: str) -> Optional[Found]:
        parent, _, name = module.rpartition(".")
        if not parent:
            return self.look_in(self.directories, name)
        above = self.find(parent)
        return self.look_in(above.places, name) if above is not None and above.places else None

    def look_in(self, directories: Sequence[str], name: str) -> Optional[Found]:
        """One name in directories that come in this order."""
        portions: list[str] = []
        for directory in directories:
            listing = self.listing(directory)
            if name in listing:
                place = f"{directory}/{name}"
                inner = self.listing(place)
                for suffix in self.suffixes:
                    if f"__init__{suffix}" in inner:
                        return Found(f"{place}/__init__{suffix}", (place,))
            for suffix in self.suffixes:
                if name + suffix in listing:
                    return Found(f"{directory}/{name}{suffix}")
            if name in listing and self._is_directory(f"{directory}/{name}"):
                portions.append(f"{directory}/{name}")
        return Found("", tuple(portions)) if portions else None

    def listing(self, directory: str) -> frozenset[str]:
        """Names in a directory; nothing where there is none."""
        known = self._listings.get(directory)
        if known is None:
            try:
                known = frozenset(os.listdir(self.root + directory))
            except OSError:
                known = frozenset()
            self._listings[directory] = known
        return known

    def known(self) -> Iterable[str]:
        """Directories that were looked into."""
        return self._listings.keys()

    def submodules(self, places: Sequence[str]) -> list[str]:
        """The names of modules directly in a package, sorted."""
        found = set()
        for place in places:
            for name in self.listing(place):
                stem = name.partition(".")[0]
                if stem and stem != "__init__" and stem.isidentifier() and \
                        any(name == stem + suffix for suffix in self.suffixes):
                    found.add(stem)
                elif name.isidentifier() and "__init__.py" in self.listing(f"{place}/{name}"):
                    found.add(name)
        return sorted(found)

    def _is_directory(self, path: str) -> bool:
        return os.path.isdir(self.root + path)
