"""`pyguard hook stage TREE`: what an OS package carries of the hooks, written below a directory for its build."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TextIO

from ..assets import find_asset
from ..enforce import startup_hook
from ..installation import MAIN, PACKAGED, PYTHON, SHARED_SITE
from .hook_shells import PACKAGED_FISH, PROFILE, profile_line, source_line
from .hook_targets import Parser, static_notices

PLACES = ("shared", "none")


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """0; the paths that were written. Nothing outside the directory is looked at or changed."""
    parser = Parser(prog="pyguard hook stage", description=__doc__, allow_abbrev=False)
    parser.add_argument("--startup", choices=PLACES, default="shared",
                        help="the startup hook in the directory that all Pythons of Debian share, or left out")
    parser.add_argument("tree", help="the directory that stands for /")
    options = parser.parse_args(list(arguments))
    tree = os.path.join(cwd, options.tree)
    shims = f"{PACKAGED}/shims"
    files = {PROFILE: profile_line(shims) + "\n", PACKAGED_FISH: source_line("fish", shims) + "\n"}
    if options.startup == "shared":
        engine = startup_hook.Engine((PYTHON, "-I", MAIN), (MAIN,))
        files[f"{SHARED_SITE}/{startup_hook.CONFIGURATION}"] = startup_hook.configuration(
            engine, static_notices()).decode("ascii")
        for name in (*startup_hook.MODULES, *startup_hook.STARTERS):
            with open(find_asset(f"startup/{name}"), encoding="utf-8") as file:
                files[f"{SHARED_SITE}/{name}"] = file.read()
    for path, text in files.items():
        os.makedirs(os.path.dirname(tree + path), exist_ok=True)
        with open(tree + path, "x", encoding="utf-8") as file:
            file.write(text)
        stdout.write(f"{path}\n")
    return 0
