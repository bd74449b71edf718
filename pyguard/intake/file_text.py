"""A file of a repository: its path and its text."""

from __future__ import annotations

from typing import NamedTuple


class FileText(NamedTuple):
    """`path` as it is reported, relative to the repository where there is one."""

    path: str
    text: str


def with_newlines(text: str) -> str:
    """The text as readers get it: a line ends with a newline alone, whichever system wrote it."""
    return text.replace("\r\n", "\n") if "\r" in text else text
