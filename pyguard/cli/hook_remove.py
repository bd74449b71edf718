"""`pyguard hook remove`: takes back everything that `pyguard hook install` and `pyguard hook rehash` wrote."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TextIO

from ..enforce import shims
from ..enforce.manifest import list_manifests, undo
from ..enforce.startup_hook import is_static
from ..installation import SHARED_SITE, is_packaged
from ..render.words import printable
from ..settings.places import DISABLED
from .caller import SYSTEM_SHIMS
from .hook_shells import shell_record
from .hook_targets import Parser, choose_scope
from .init import shim_directory

EXIT_LEFT = 1
KEPT_LAST = "0-directories"
REMOVER = "remover"    # the script that takes the rest away without pyguard: it goes when nothing else is left


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """0 when nothing of it is left; 1 when files were left that others have changed since."""
    parser = Parser(prog="pyguard hook remove", description=__doc__, allow_abbrev=False)
    parser.add_argument("--system", action="store_true", help="for everyone on this machine; needs root")
    parser.add_argument("--own-shell", action="store_true", help="only your own shims and start-up files")
    options = parser.parse_args(list(arguments))
    scope = choose_scope(options.system, environ, uid)
    names = {path.rsplit("/", 1)[-1].removesuffix(".manifest"): path for path in list_manifests(scope.manifests)}
    chosen = [name for name in names if name != KEPT_LAST and (not options.own_shell or name == shell_record(False))]
    left: list[str] = []
    for name in sorted(chosen, key=lambda each: (each != REMOVER, each), reverse=True):
        if name == REMOVER and left:
            continue
        stayed = undo(names[name])
        left += stayed
        stdout.write(printable(f"removed: {name}" if not stayed else f"removed in part: {name}") + "\n")
    gone = [place for place in _shim_directories(options.own_shell, environ, uid) if shims.remove(place, uid)]
    for place in gone:
        stdout.write(printable(f"removed: the shims in {place}") + "\n")
    for line in left:
        stderr.write(printable(f"pyguard: {line}") + "\n")
    if scope.system and is_packaged() and is_static(SHARED_SITE, scope.manifests):
        stdout.write(f"the startup hook in {SHARED_SITE} is the OS package's and goes with it; until then an empty "
                     f"file {DISABLED} switches it off\n")
    if not chosen and not gone:
        stdout.write(printable(f"nothing is recorded in {scope.manifests}") + "\n")
    return EXIT_LEFT if left else 0


def _shim_directories(own: bool, environ: Mapping[str, str], uid: int) -> Sequence[str]:
    """Those that were made by `hook rehash` alone and are on no record here; HOME may be somebody else's (sudo)."""
    mine = [shim_directory(environ, False)] if environ.get("HOME", "").startswith("/") else []
    mine = [place for place in mine if os.path.isdir(place) and os.stat(place).st_uid == uid]
    return mine if own or uid != 0 else [*mine, SYSTEM_SHIMS]
