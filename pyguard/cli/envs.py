"""`pyguard envs`: every environment on this machine, what it takes, what removing it would free, who needs it."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Optional, TextIO

from ..errors import UsageError
from ..host import Host
from ..inventory import Asker, take_stock
from ..render.environments import render_json, render_text

PATIENCE = 1.0    # seconds before a progress line appears on a terminal


class _Parser(argparse.ArgumentParser):
    """Raises instead of ending the process: exit codes are given in one place."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError("bad-usage", message, hint=self.format_usage().strip())


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int, stdout: TextIO,
        stderr: TextIO) -> int:
    """0; what could not be read is part of the report."""
    try:
        options = _parser().parse_args(list(arguments))
    except SystemExit as done:    # --help
        return int(done.code or 0)
    report = take_stock(Host(), Asker(environ, cwd, uid), options.search, options.caches, _progress(stderr))
    if options.json:
        stdout.write(render_json(report))
    else:
        stdout.write(render_text(report, environ.get("HOME", ""), stdout.isatty()))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="pyguard envs", description=__doc__, allow_abbrev=False)
    parser.add_argument("--search", metavar="DIR", action="append", default=[],
                        help="look for environments in this directory, too; may be repeated")
    parser.add_argument("--caches", action="store_true",
                        help="the package caches of conda, pip, uv and pixi, too, and what builds left")
    parser.add_argument("--json", action="store_true", help="machine-readable, schema 1: bytes and ISO 8601")
    return parser


def _progress(stderr: TextIO) -> Optional[Callable[[int, int], None]]:
    if not stderr.isatty():
        return None
    begun = time.monotonic()

    def show(done: int, total: int) -> None:
        if time.monotonic() - begun > PATIENCE:
            stderr.write("\r\033[K" if done == total else f"\r{done}/{total} environments measured")
            stderr.flush()

    return show
