"""`pyguard hook status [--json]`: each layer for each interpreter, and whether it works."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TextIO

from ..enforce.layers import inspect_layers
from ..host import Host
from ..render.hook_status import render_layers
from .hook_targets import choose_interpreters, choose_scope, key_of, make_parser


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO, host: Host | None = None) -> int:
    """0; nothing is changed or started."""
    host = host or Host()
    parser = make_parser("status", __doc__)
    parser.add_argument("--json", action="store_true", help="machine-readable, schema 1")
    options = parser.parse_args(list(arguments))
    scope = choose_scope(options.system, environ, uid)
    states = ["/var/lib/pyguard"] + ([] if scope.system else [scope.state])
    found = [(interpreter, inspect_layers(host, interpreter, key_of(interpreter), states))
             for interpreter in choose_interpreters(host, options.interpreter, environ, cwd, uid)]
    if options.json:
        data = [{"interpreter": interpreter.path, "layers": [layer._asdict() for layer in layers]}
                for interpreter, layers in found]
        stdout.write(json.dumps({"schema": 1, "interpreters": data}, indent=2) + "\n")
    else:
        stdout.write(render_layers(found))
    return 0
