"""`pyguard plugins [--json]`: what is installed beside pyguard, what it adds, what is wrong with it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TextIO

from ..errors import UsageError
from ..installation import is_packaged
from ..plugins import open_plugins
from ..plugins.installed import Description
from ..render.words import command_line, printable

USAGE = "usage: pyguard plugins [--json]"
EXIT_FAILED = 1


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int, stdout: TextIO,
        stderr: TextIO) -> int:
    """0, or 1 where one of them cannot be used."""
    if list(arguments) not in ([], ["--json"]):
        raise UsageError("bad-usage", f"pyguard plugins does not take {arguments[0]!r}", hint=USAGE)
    plugins = open_plugins(quiet=not environ.get("PYGUARD_DEBUG"))
    described = plugins.describe() if plugins else ()
    if plugins:
        plugins.close()
    if arguments:
        stdout.write(json.dumps({"schema": 1, "plugins": [_as_data(each) for each in described]}, indent=2) + "\n")
    else:
        stdout.write("".join(printable(line) + "\n" for line in _lines(described)))
    return EXIT_FAILED if any(each.error for each in described) else 0


def _as_data(each: Description) -> dict[str, object]:
    return {"name": each.found.name, "distribution": each.found.distribution, "version": each.found.version,
            "hooks": list(each.hooks), "databases": list(each.databases), "error": each.error,
            "frontends": [name for name, _, _ in each.frontends],
            "rules": [{"id": rule.ID, "level": rule.LEVEL.name.lower()} for rule in each.rules]}


def _lines(described: Sequence[Description]) -> Iterator[str]:
    if not described:
        if is_packaged():
            yield ("no plugin is installed; they need a pyguard in an environment of its own (hooks/install.sh), not "
                   "that of an OS package")
            return
        yield "no plugin is installed; one is installed with"
        yield f"  {command_line((sys.executable, '-m', 'pip', 'install'))} NAME"
    for each in described:
        yield f"{each.found.name}: {each.found.distribution} {each.found.version}".rstrip()
        if each.error:
            yield f"  cannot be used: {each.error}"
        if each.hooks:
            yield f"  hooks: {', '.join(each.hooks)}"
        for rule in each.rules:
            yield f"  rule: {rule.ID} ({rule.LEVEL.name.lower()})"
        for name, programs, _ in each.frontends:
            yield f"  frontend: {name} ({', '.join(programs)})"
        for name in each.databases:
            yield f"  package database: {name}"
    if any(each.error for each in described):
        yield "until it is mended or uninstalled, installs into a protected interpreter are refused (facts-incomplete)"
