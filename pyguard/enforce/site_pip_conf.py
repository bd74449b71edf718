"""A prefix's pip.conf (`pip config --site`, pip 19.2 and later) gets one more setting, merged into what is there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from packaging.version import InvalidVersion, Version

from ..errors import PyguardError
from ..model.facts import Distribution, OwnerKind
from .manifest import Manifest
from .marked import BEGIN, END

CONSTRAINT = "constraint"
REQUIRE_VIRTUALENV = "require-virtualenv"
# Before pip 26.2 constraints reach isolated builds too (pip #14094), where a pinned build tool breaks projects.
BUILD_TOOLS = frozenset((
    "build", "calver", "cmake", "cython", "editables", "flit", "flit-core", "flit-scm", "hatch-vcs", "hatchling",
    "maturin", "meson", "meson-python", "ninja", "packaging", "pathspec", "pbr", "pdm-backend", "pip", "pluggy",
    "poetry-core", "pybind11", "pyproject-hooks", "pyproject-metadata", "scikit-build", "scikit-build-core",
    "setuptools", "setuptools-rust", "setuptools-scm", "tomli", "trove-classifiers", "versioneer", "wheel"))
SECTION = re.compile(r"\[install\]\s*$")
ANY_SECTION = re.compile(r"\[[^]]+\]")


def constraints(distributions: Iterable[Distribution]) -> str:
    """One pin for each distribution that the operating system owns; build tools and odd versions are left out."""
    pins = {}
    for found in distributions:
        if found.owner is None or found.owner.kind is not OwnerKind.OS or found.name in BUILD_TOOLS:
            continue
        try:
            pins[found.name] = str(Version(found.version))
        except InvalidVersion:
            continue    # pip would refuse the whole file
    head = "# What the operating system owns: written by pyguard, refreshed by `pyguard hook refresh`.\n"
    return head + "".join(f"{name}=={version}\n" for name, version in sorted(pins.items()))


def install(prefix: str, setting: str, value: str, manifest: Manifest) -> None:
    """Put the setting into PREFIX/pip.conf. Raises PyguardError where the file already says the contrary."""
    path = os.path.join(prefix, "pip.conf")
    if os.path.lexists(path):
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            old = file.read()
        new = merge(old, setting, value)
        manifest.open()
        manifest.replace(path, new.encode("utf-8", "surrogateescape"))
    else:
        new = merge("", setting, value)
        manifest.open()
        manifest.create(path, new.encode("utf-8", "surrogateescape"))


def merge(text: str, setting: str, value: str) -> str:
    """The configuration with the setting in its [install] section, between two comments that mark it as ours.

    pip splits a value at blanks and takes them all, so a constraint is added to those that are there. The section's
    header is not marked: what others write below our lines still needs it when they are gone.
    """
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    header = next((index for index, line in enumerate(lines) if SECTION.match(line)), None)
    if header is None:
        return "".join([*lines, "[install]\n", *_marked(f"{setting} = {value}\n")])
    key = _find_key(lines, header, setting)
    if key is None:
        return "".join([*lines[:header + 1], *_marked(f"{setting} = {value}\n"), *lines[header + 1:]])
    if setting != CONSTRAINT:
        raise PyguardError("setting-exists", f"pip.conf already says {lines[key].strip()}",
                           hint="it was left as it is")
    end = key + 1
    while end < len(lines) and (lines[end][:1].isspace() and lines[end].strip()):
        end += 1
    return "".join([*lines[:end], *_marked(f"    {value}\n"), *lines[end:]])


def _find_key(lines: list[str], header: int, setting: str) -> int | None:
    for index in range(header + 1, len(lines)):
        if ANY_SECTION.match(lines[index]):
            return None
        name = re.split("[=:]", lines[index], maxsplit=1)[0].strip().lower().replace("_", "-")
        if name == setting and not lines[index][:1].isspace():
            return index
    return None


def _marked(text: str) -> list[str]:
    return [BEGIN + "\n", text, END + "\n"]
