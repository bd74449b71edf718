"""A Python that is built from its sources: its version, where it goes, and the names that it has there.

`make install` makes `python3` and `pip3`, never `python`, `pip` or `easy_install` (CPython's Makefile.pre.in); that of
Python 2 makes `python2` and `python`.
"""

from __future__ import annotations

from ...model.late_pattern import late
from .state import State

VERSION = late(r"(?:ython-|ython/|cpython-|release:python@|python=)v?(\d+\.\d+)")
UNKNOWN_VERSION = late(r"\bPython-\$")    # Python-${VERSION}.tgz
ON_PATH = ("", "/usr", "/usr/local")
BARE = late(r"(?:python|pip|easy_install)$")
OS_BARE = late(r"python2?(?:-pip|-setuptools|-dev|-devel|-is-python3)?(?:[=<>~:].*)?$")


def notice_source_tree(argv: list[str], state: State, line: int) -> None:
    """`tar xf Python-3.12.1.tgz`, `cd cpython-3.12`."""
    for word in argv[1:]:
        match = VERSION.search(word)
        if match:
            state.source_python, state.source_prefix = match.group(1), ""
        elif UNKNOWN_VERSION.search(word):
            state.source_python = state.source_python or "3"


def notice_prefix(argv: list[str], state: State, line: int) -> None:
    """`./configure --prefix=/opt/python` in such a tree."""
    given = [word.partition("=")[2] for word in argv if word.startswith("--prefix=")]
    given += [value for option, value in zip(argv, argv[1:]) if option == "--prefix"]
    if state.source_python:
        state.source_prefix = given[-1].rstrip("/") if given else ""


def install_built(argv: list[str], state: State, line: int) -> None:
    """`make altinstall` in a Python source tree: a Python of its own, in /usr/local unless it was told."""
    if state.source_python and ("altinstall" in argv or "install" in argv):
        is_elsewhere = state.source_prefix not in ON_PATH
        if not is_elsewhere or state.source_python != "3":
            state.private_versions.add(state.source_python)
        if "install" in argv and not is_elsewhere:
            state.private_versions.update(("2", "python") if state.source_python.startswith("2") else ("3",))


def is_of_os(name: str, state: State) -> bool:
    """Whether a bare name is the distribution's, whatever was built: its package manager brought one of that name."""
    return BARE.match(name) is not None and any(map(OS_BARE.match, state.os_packages))
