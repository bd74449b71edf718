"""`pyguard hook SUBCOMMAND`: finds the subcommand and runs it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import TextIO

from ..errors import UsageError

# Each is a module of this package with a function `run`; imported only when it is called.
SUBCOMMANDS = {
    "install": ("hook_install", "put the startup hook and other layers in place"),
    "remove": ("hook_remove", "take all of them away: the machine is as it was"),
    "status": ("hook_status", "what is in place for which interpreter"),
    "rehash": ("hook_rehash", "link the shims for the tools that are on PATH now"),
    "stage": ("hook_stage", "write what an OS package carries of the hooks below a directory"),
    "refresh": ("hook_refresh", "look again for what is shadowed and what the operating system owns"),
}
USAGE = "usage: pyguard hook SUBCOMMAND ...\n\n" + "".join(
    f"  {name:<10} {purpose}\n" for name, (_, purpose) in SUBCOMMANDS.items())


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """The subcommand's exit code."""
    if not arguments or arguments[0] in ("-h", "--help"):
        stdout.write(USAGE)
        return 0 if arguments else 2
    if arguments[0] not in SUBCOMMANDS:
        raise UsageError("bad-usage", f"there is no pyguard hook {arguments[0]!r}", hint=USAGE.rstrip())
    module = importlib.import_module(f".{SUBCOMMANDS[arguments[0]][0]}", __package__)
    code: int = module.run(arguments[1:], environ=environ, cwd=cwd, uid=uid, stdout=stdout, stderr=stderr)
    return code
