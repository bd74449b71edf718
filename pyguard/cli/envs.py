"""`pyguard envs`: every environment on this machine, what it takes, what removing it would free, who needs it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Optional, TextIO

from ..host import Host
from ..inventory import Asker, take_stock
from ..render.environments import render_json, render_text
from .caller import describe_caller
from .hook_targets import Parser
from .outlet import write_file

PATIENCE = 1.0    # seconds before a progress line appears on a terminal


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int, stdout: TextIO,
        stderr: TextIO) -> int:
    """0; what could not be read is part of the report."""
    try:
        options = _parser().parse_args(list(arguments))
    except SystemExit as done:    # --help
        return int(done.code or 0)
    caller = describe_caller(environ, cwd, uid)
    report = take_stock(Host(), Asker(caller.environ, cwd, uid), options.search, options.caches or bool(options.html),
                        _progress(stderr))
    if options.html:
        from ..render.storage_html import render_storage_html
        write_file(options.html, render_storage_html(report), cwd)
    if options.json:
        stdout.write(render_json(report))
    elif not options.html:
        stdout.write(render_text(report, caller.environ["HOME"], stdout.isatty()))
    return 0


def _parser() -> Parser:
    parser = Parser(prog="pyguard envs", description=__doc__, allow_abbrev=False)
    parser.add_argument("--search", metavar="DIR", action="append", default=[],
                        help="look for environments in this directory, too; may be repeated")
    parser.add_argument("--caches", action="store_true",
                        help="the package caches of conda, pip, uv and pixi, too, and what builds left")
    parser.add_argument("--html", metavar="FILE", default="", help="one page with everything as a treemap")
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
