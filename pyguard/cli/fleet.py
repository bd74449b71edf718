"""`pyguard fleet`: one report over many hosts, from what `pyguard audit --json` wrote on each of them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import TextIO

from ..fleet.combine import combine
from ..fleet.read import read_hosts, read_report
from ..host import Host
from ..render.fleet_html import render_fleet_html
from ..render.fleet_json import render_fleet_json
from ..render.fleet_text import render_fleet_text
from .hook_targets import Parser
from .outlet import write_file


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int, stdout: TextIO,
        stderr: TextIO) -> int:
    """0: hosts that failed are part of the report. Raises UsageError and PyguardError."""
    try:
        options = _parser().parse_args(list(arguments))
    except SystemExit as done:    # --help
        return int(done.code or 0)
    host = Host()
    made = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    json_file, previous = (os.path.join(cwd, path) if path else "" for path in (options.json, options.previous))
    hosts = read_hosts(host, [os.path.join(cwd, path) for path in options.paths], made,
                       [path for path in (json_file, previous) if path])
    if not previous and json_file and host.exists(json_file):
        previous = json_file
    report = combine(hosts, made, *read_report(host, previous)) if previous else combine(hosts, made)
    if options.html:    # first: the JSON is what the next run is compared with
        write_file(options.html, render_fleet_html(report), cwd)
    if json_file:
        write_file(json_file, render_fleet_json(report), cwd)
    stdout.write(render_fleet_text(report))
    return 0


def _parser() -> Parser:
    parser = Parser(prog="pyguard fleet", description=__doc__, allow_abbrev=False)
    parser.add_argument("paths", metavar="PATH", nargs="+",
                        help="a directory of NAME.json, one such file, or a list of hosts as the Ansible role makes it")
    parser.add_argument("--json", metavar="FILE", default="",
                        help="write the report there; what stands there already is the last run")
    parser.add_argument("--html", metavar="FILE", default="", help="one page, complete in itself, to sort and filter")
    parser.add_argument("--previous", metavar="FILE", default="", help="the JSON report of another run to compare with")
    return parser
