"""Paths as text: what the kernel takes for the same name is the same text."""

from __future__ import annotations

import posixpath


def normalize(path: str) -> str:
    """normpath leaves two slashes at the beginning alone (POSIX 4.16 allows them a meaning; Linux gives them none)."""
    found = posixpath.normpath(path)
    return found[1:] if found.startswith("//") else found


def absolute(path: str, cwd: str) -> str:
    """The path as a process in `cwd` means it."""
    return normalize(posixpath.join(cwd, path))
