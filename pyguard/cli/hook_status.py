"""`pyguard hook status [--json]`: each layer for each interpreter, and whether it works."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TextIO

from ..enforce.layers import Layer, inspect_layers
from ..enforce.shell_layers import inspect_shells
from ..host import Host
from ..render.hook_status import render_layers, render_shells
from ..settings.places import DISABLED, is_disabled
from .caller import SYSTEM_SHIMS
from .hook_shells import start_files
from .hook_targets import choose_interpreters, choose_scope, key_of, make_parser
from .init import shim_directory


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
    shells = {place: _shells(host, place, environ, uid) for place in _places(host, options.system, environ)}
    if options.json:
        data = [{"interpreter": interpreter.path, "layers": [layer._asdict() for layer in layers]}
                for interpreter, layers in found]
        stdout.write(json.dumps({"schema": 1, "disabled": is_disabled(host), "interpreters": data, "shells": [
            {"shims": place, "layers": [layer._asdict() for layer in layers]} for place, layers in shells.items()]},
            indent=2) + "\n")
    else:
        if is_disabled(host):
            stdout.write(f"pyguard is switched off on this machine: {DISABLED} is there\n")
        stdout.write(render_layers(found))
        stdout.write(render_shells(shells))
    return 0


def _places(host: Host, system: bool, environ: Mapping[str, str]) -> list[str]:
    """The directories of shims that count here: the machine's, and the user's own where there is one."""
    own = shim_directory(environ, False) if environ.get("HOME", "").startswith("/") and not system else ""
    if own and not host.exists(own) and host.exists(SYSTEM_SHIMS):
        own = ""
    return [place for place in (own, SYSTEM_SHIMS) if place and (host.exists(place) or place == (own or SYSTEM_SHIMS))]


def _shells(host: Host, shims: str, environ: Mapping[str, str], uid: int) -> tuple[Layer, ...]:
    return inspect_shells(host, shims, start_files(host, environ, uid, shims), environ.get("PATH", "").split(":"))
