"""Directories of modules in, whether a module there has a name out; None where the source does not tell."""

from __future__ import annotations

from typing import Optional

from ..facts.imports.finder import Finder, Found
from ..facts.imports.summary import Summary, summarise

LARGEST = 4 * 1024 * 1024
DEEPEST = 12    # of star imports that lead to star imports


class Contents:
    """Reads each file once."""

    def __init__(self, finder: Finder) -> None:
        self.finder = finder
        self._summaries: dict[str, Optional[Summary]] = {}

    def has_module(self, module: str) -> Optional[Found]:
        """Where it is."""
        return self.finder.find(module)

    def has(self, module: str, name: str, depth: int = 0) -> Optional[bool]:
        """True, False, or None: a compiled module, one that answers for names it does not have."""
        found = self.finder.find(module)
        if found is None:
            return None
        if found.places and self.finder.look_in(found.places, name) is not None:
            return True
        if not found.file.endswith(".py") or depth > DEEPEST:
            return None
        summary = self._summary(found.file)
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

    def _summary(self, file: str) -> Optional[Summary]:
        if file not in self._summaries:
            try:
                with open(self.finder.root + file, "rb") as source:
                    self._summaries[file] = summarise(source.read(LARGEST))
            except OSError:
                self._summaries[file] = None
        return self._summaries[file]
