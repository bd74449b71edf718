"""Native libraries that a plan brings in, the extension modules that would load them out."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence

from ..facts.native import configured_directories
from ..host import Host
from ..model.facts import Facts
from ..model.plan import Missing, Plan

LARGEST = 64 * 1024 * 1024


def loaded_first(host: Host, plan: Plan, library_path: str) -> dict[str, str]:
    """Name of a library -> the change that brings it, where ld.so(8) would look before the OS's own directories."""
    first = [posixpath.normpath(path) for path in library_path.split(":") if path.startswith("/")]
    first += [row.directory for row in configured_directories(host) if row.directory.startswith("/usr/local")]
    found: dict[str, str] = {}
    for change in plan.changes:
        for path in change.files:
            if posixpath.dirname(path) in first and ".so" in posixpath.basename(path):
                found[posixpath.basename(path)] = change.name
    return found


def loading(host: Host, files: Iterable[str], libraries: Mapping[str, str]) -> dict[str, str]:
    """Files that name such a library among what they need -> the change. The name stands in the file as text."""
    if not libraries:
        return {}
    names = {b"\0" + name.encode() + b"\0": change for name, change in libraries.items()}
    found = {}
    for file in files:
        try:
            data = host.read_bytes(file, LARGEST)
        except OSError:
            continue
        if data[:4] == b"\x7fELF":
            change = next((change for name, change in names.items() if name in data), "")
            if change:
                found[file] = change
    return found


def extension_modules(files: Iterable[str]) -> Sequence[str]:
    """Those that are shared objects."""
    return [file for file in files if file.endswith(".so")]


def native_misfits(facts: Facts, loads: Mapping[str, str], libraries: Mapping[str, str]) -> dict[str, Missing]:
    """Extension modules of distributions whose library is another one: they are built against one build of it.

    The interpreter's own keep to the library's stable interface.
    """
    stdlib = facts.interpreter.stdlib
    names = {change: name for name, change in libraries.items()}
    return {file: Missing("", change, file, f"the operating system's own {names[change]}")
            for file, change in loads.items() if not file.startswith(f"{stdlib}/")}
