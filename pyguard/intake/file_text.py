"""A file of a repository: its path and its text."""

from __future__ import annotations

from typing import NamedTuple


class FileText(NamedTuple):
    """`path` as it is reported, relative to the repository where there is one."""

    path: str
    text: str
