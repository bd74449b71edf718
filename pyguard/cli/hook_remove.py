"""`pyguard hook remove`: takes back everything that `pyguard hook install` wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TextIO

from ..enforce.manifest import list_manifests, undo
from ..render.words import printable
from .hook_targets import Parser, choose_scope

EXIT_LEFT = 1


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """0 when nothing of it is left; 1 when files were left that others have changed since."""
    parser = Parser(prog="pyguard hook remove", description=__doc__, allow_abbrev=False)
    parser.add_argument("--system", action="store_true", help="for everyone on this machine; needs root")
    scope = choose_scope(parser.parse_args(list(arguments)).system, environ, uid)
    left: list[str] = []
    manifests = [path for path in list_manifests(scope.manifests) if not path.endswith("/0-directories.manifest")]
    for path in reversed(manifests):
        left += undo(path)
        stdout.write(printable(f"removed: {path.rsplit('/', 1)[-1].removesuffix('.manifest')}") + "\n")
    for line in left:
        stderr.write(printable(f"pyguard: {line}") + "\n")
    if not manifests:
        stdout.write(printable(f"nothing is recorded in {scope.manifests}") + "\n")
    return EXIT_LEFT if left else 0
