"""Directories of modules in, whether a module there has a name out; None where the source does not tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

from ..facts.imports.finder import Finder
from ..facts.imports.summary import Summary, summarise

LARGEST = 4 * 1024 * 1024
DISTRIBUTIONS = ("/dist-packages/", "/site-packages/")
DEEPEST = 12    # of star imports that lead to star imports


class Contents:
    """Reads each file once."""

    def __init__(self, finder: Finder) -> None:
        self.finder = finder
        self._summaries: dict[str, Optional[Summary]] = {}

    def finds(self, module: str) -> bool:
        """Whether it is there at all."""
        return self.finder.find(module) is not None

    def brings(self, module: str) -> bool:
        """Whether the top-level package of a module is among these files, so that they answer for it."""
        top = self.finder.find(module.partition(".")[0])
        return top is not None and bool(top.file)

    def lacks(self, module: str, name: str) -> bool:
        """A distribution's module certainly has no such name; those of the standard library make some as they run."""
        found = self.finder.find(module)
        return found is not None and any(part in found.file for part in DISTRIBUTIONS) \
            and self.has(module, name) is False

    def modules(self) -> Iterator[tuple[str, str]]:
        """Every source file with the name it is imported by."""
        for directory in self.finder.directories:
            yield from self._modules_in(directory, "")

    def _modules_in(self, directory: str, prefix: str) -> Iterator[tuple[str, str]]:
        for name in sorted(self.finder.listing(directory)):
            stem = name.partition(".")[0]
            if name.endswith(".py") and stem.isidentifier():
                yield prefix.rstrip(".") if stem == "__init__" else prefix + stem, f"{directory}/{name}"
            elif name.isidentifier():
                yield from self._modules_in(f"{directory}/{name}", f"{prefix}{name}.")

    def has(self, module: str, name: str, depth: int = 0) -> Optional[bool]:
        """True, False, or None: a compiled module, one that answers for names it does not have."""
        found = self.finder.find(module)
        if found is None:
            return None
        if found.places and self.finder.look_in(found.places, name) is not None:
            return True
        if not found.file.endswith(".py") or depth > DEEPEST:
            return None
        summary = self.summary(found.file)
        if summary is None:
            return None
        if name in summary["defines"] or name in ("__name__", "__file__", "__doc__", "__path__", "__dict__"):
            return True
        unsure = "*" in summary["defines"]
        for star in summary["defines"]:
            if star.startswith("*") and star != "*":
                inner = self._has_through(module, bool(found.places), star[1:], name, depth)
                if inner is True:
                    return True
                unsure = unsure or inner is None
        return None if unsure else False

    def _has_through(self, module: str, is_package: bool, prefix: str, name: str, depth: int) -> Optional[bool]:
        """`from prefix import *`; what lies outside these directories is not known."""
        level = len(prefix) - len(prefix.lstrip("."))
        base = prefix[level:]
        if level:
            parts = module.split(".") if is_package else module.split(".")[:-1]
            parts = parts[:len(parts) - level + 1]
            base = ".".join([*parts, base] if base else parts)
        return self.has(base, name, depth + 1)

    def summary(self, file: str) -> Optional[Summary]:
        """None where it is no source, or cannot be read."""
        if file not in self._summaries:
            try:
                with open(self.finder.root + file, "rb") as source:
                    self._summaries[file] = summarise(source.read(LARGEST))
            except OSError:
                self._summaries[file] = None
        return self._summaries[file]
