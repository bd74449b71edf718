"""`pyguard init SHELL [--system] [--undo]`: a shell's name becomes the lines that it is to evaluate."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import TextIO

from ..assets import find_asset
from ..errors import PyguardError, UsageError
from ..host import Host
from ..installation import COMMAND, COMMAND_BY_HAND, is_packaged
from .caller import SYSTEM_SHIMS

SHELLS = ("bash", "zsh", "fish", "sh")
USAGE = "usage: pyguard init bash|zsh|fish|sh [--system] [--undo]"
UNDO = {
    "bash": "if declare -F pyguard_off >/dev/null; then pyguard_off; fi",
    "zsh": "if typeset -f pyguard_off >/dev/null; then pyguard_off; fi",
    "fish": "functions -q pyguard_off; and pyguard_off",
    "sh": "if command -v pyguard_off >/dev/null; then pyguard_off; fi",
}


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """Prints the snippet, for `eval "$(pyguard init bash)"` or `pyguard init fish | source`."""
    given = list(arguments)
    options = [word for word in given if word.startswith("-")]
    shells = [word for word in given if not word.startswith("-")]
    if len(shells) != 1 or shells[0] not in SHELLS or not set(options) <= {"--system", "--undo"}:
        raise UsageError("bad-usage", f"pyguard init does not take {' '.join(given)!r}", hint=USAGE)
    if "--undo" in options:
        stdout.write(UNDO[shells[0]] + "\n")
        return 0
    host = Host()
    shims = shim_directory(environ, "--system" in options)
    if "--system" not in options and not _is_own(host, shims, uid) and host.exists(SYSTEM_SHIMS):
        shims = SYSTEM_SHIMS
    stdout.write(render(shells[0], shims, command_path(host, environ, shims)))
    return 0


def _is_own(host: Host, shims: str, uid: int) -> bool:
    """True where the shims are there and the user's own: with sudo, HOME may be somebody else's."""
    try:
        return host.stat(shims).st_uid == uid
    except OSError:
        return False


def shim_directory(environ: Mapping[str, str], system: bool) -> str:
    """Where the shims lie; raises PyguardError for a user without a home."""
    if system:
        return SYSTEM_SHIMS
    home = environ.get("HOME", "")
    if not home.startswith("/"):
        raise PyguardError("no-home", "you have no home directory (HOME is not set)", hint="as root: --system")
    return f"{home.rstrip('/')}/.local/share/pyguard/shims"


def command_path(host: Host, environ: Mapping[str, str], shims: str) -> str:
    """The installed command that goes with these shims, else the one beside this interpreter."""
    if is_packaged():
        return COMMAND
    launcher = COMMAND_BY_HAND if shims == SYSTEM_SHIMS else f"{environ.get('HOME', '')}/.local/bin/pyguard"
    return launcher if host.exists(launcher) else os.path.join(os.path.dirname(sys.executable), "pyguard")


def render(shell: str, shims: str, command: str) -> str:
    """The template with everything filled in and quoted for that shell."""
    from ..enforce.shims import TOOLS
    from .main import COMMANDS

    quote = _fish_quote if shell == "fish" else shlex.quote
    words = {"SHIMS": quote(shims), "COMMAND": quote(command), "COMMANDS": quote(" ".join(COMMANDS)),
             "WORDS": " ".join(COMMANDS), "TOOLS": " ".join(TOOLS),
             "SCOPE": " --system" if shims == SYSTEM_SHIMS else ""}
    with open(find_asset(f"shell/pyguard.{shell}"), encoding="utf-8") as file:
        return re.sub(r"@([A-Z]+)@", lambda match: words[match[1]], file.read())


def _fish_quote(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
