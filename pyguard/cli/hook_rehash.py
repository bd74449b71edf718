"""`pyguard hook rehash [--system] [--quiet] [--remove]`: the tools on PATH become links in the directory of shims."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TextIO

from ..assets import find_asset
from ..enforce.shims import SHIM, Refreshed, find_tools, refresh, remove
from ..errors import PyguardError, UsageError
from ..host import Host
from ..installation import as_root, is_packaged
from ..render.words import listing, printable
from .init import SHELLS, command_path, render, shim_directory

USAGE = "usage: pyguard hook rehash [--system] [--quiet] [--remove]"
SYSTEM_DIRECTORIES = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/opt/conda/bin")
ENGINE = ".pyguard-engine"
TOOLS = ".pyguard-tools"


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """0; what was linked and what was not is printed, unless --quiet."""
    options = set(arguments)
    if not options <= {"--system", "--quiet", "--remove"}:
        raise UsageError("bad-usage", f"pyguard hook rehash does not take {' '.join(arguments)!r}", hint=USAGE)
    system = "--system" in options
    if system and uid != 0:
        raise PyguardError("not-root", "the shims of all users are root's to change",
                           hint=as_root("hook rehash --system"))
    shims = shim_directory(environ, system)
    if "--remove" in options:
        gone = remove(shims, uid)
        lines = [f"the shims in {shims} are gone" if gone else f"there are no shims in {shims}"]
    else:
        lines = _describe(rehash(Host(), shims, environ, uid, system), shims)
    if "--quiet" not in options:
        stdout.writelines(printable(line) + "\n" for line in lines)
    return 0


def rehash(host: Host, shims: str, environ: Mapping[str, str], uid: int, system: bool) -> Refreshed:
    """Refresh one directory of shims, with the snippets and the way to this engine beside them.

    For all users only root's own directories count, for one user those on PATH.
    """
    home = environ.get("HOME", "")
    path = () if system else (*environ.get("PATH", "").split(":"), f"{home}/.local/bin")
    tools = find_tools(host, (*path, *SYSTEM_DIRECTORIES), shims)
    with open(find_asset("shim/pip"), encoding="utf-8") as file:
        programs = {SHIM: file.read()}
    with open(find_asset("shim/tools"), encoding="utf-8") as file:
        known = file.read()
    command = command_path(host, environ, shims)
    texts = {f".pyguard-init.{shell}": render(shell, shims, command) for shell in SHELLS}
    engine = {} if is_packaged() else {ENGINE: sys.executable + "\n"}    # the shim knows where a package has it
    return refresh(shims, tools, programs, {**texts, TOOLS: known, **engine}, uid)


def _describe(done: Refreshed, shims: str) -> list[str]:
    lines = [f"{shims} stands before {listing(done.linked) or 'nothing'}"]
    if done.added:
        lines.append(f"  new: {listing(done.added)}")
    if done.removed:
        lines.append(f"  gone: {listing(done.removed)}")
    if done.foreign:
        lines.append(f"  left alone, as another file is there: {listing(done.foreign)}")
    return lines
