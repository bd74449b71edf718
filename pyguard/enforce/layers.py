"""An interpreter and pyguard's records -> which of the layers are in place, and which are not whole."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from ..host import Host
from ..installation import SHARED_SITE
from ..model.facts import Interpreter
from ..settings.places import DISABLED
from .manifest import Line, read_manifest
from .marked import BEGIN
from .startup_hook import CONFIGURATION, CUSTOMIZE, MODULES, STARTERS, shield_path

FILES = (*MODULES, CONFIGURATION)


class Layer(NamedTuple):
    """`state`: on, off, damaged, or foreign for what others have put there to the same end."""

    name: str
    state: str
    where: str
    detail: str


def inspect_layers(host: Host, interpreter: Interpreter, key: str, states: Sequence[str]) -> tuple[Layer, ...]:
    """`states`: the directories in which pyguard keeps its records, the machine's and the user's."""
    hooks = (layer for state in states for layer in (_startup(host, interpreter, key, state),
                                                     *_shield(host, key, state)))
    return (*hooks, _marker(host, interpreter, key, states), _pip_conf(host, interpreter, key, states))


def _startup(host: Host, interpreter: Interpreter, key: str, state: str) -> Layer:
    whose = "for everyone" if state.startswith("/var/") else "for you"
    name = f"startup hook {whose}"
    recorded = _recorded(host, state, f"startup-{key}")
    paths = [line.path for line in recorded if line.kind == "f"]
    again, brought = "pyguard hook install --system" if whose == "for everyone" else "pyguard hook install", ""
    if (recorded and not paths) or (not recorded and whose == "for everyone" and _is_brought(host, interpreter, state)):
        brought = f"of the OS package, which {DISABLED} switches off: "
        paths = [f"{SHARED_SITE}/{name}" for name in (*MODULES, *STARTERS, CONFIGURATION)]
        again = "reinstall the package pyguard"
    if not paths:
        return Layer(name, "off", "", again)
    site = os.path.dirname(paths[0])
    there = {os.path.basename(path) for path in paths if host.exists(path)}
    starters = CUSTOMIZE if any(path.endswith(CUSTOMIZE) for path in paths) else STARTERS
    missing = {*FILES, *starters} - there
    if missing:
        return Layer(name, "damaged", site, f"{len(missing)} of its files are missing: {again}")
    engine = [line[len("engine="):] for line in host.read_text(f"{site}/_pyguard.conf").split("\n")
              if line.startswith("engine=")]
    if not engine or not host.exists(engine[0]) or not host.exists(engine[-1]):
        return Layer(name, "damaged", site, "the pyguard that it asks is gone: nothing is refused")
    if whose == "for you":
        return Layer(name, "on", site, "python -m pip, /usr/bin/pip, setup.py install, pip.main(); not what leaves the "
                                       "user site out: sudo, -I, -s, PYTHONNOUSERSITE")
    return Layer(name, "on", site, f"{brought}python -m pip, /usr/bin/pip, sudo pip, setup.py install, pip.main(); "
                                   "not python -S, nor uv and others that start no Python")


def _is_brought(host: Host, interpreter: Interpreter, state: str) -> bool:
    """Whether an OS package's hook is there, in every Python 3 of the distribution's: on no record, it stays on."""
    path, records = f"{SHARED_SITE}/{MODULES[0]}", f"{state}/hooks"
    if interpreter.prefix != "/usr" or not interpreter.minor.startswith("3") or not host.exists(path):
        return False
    names = host.list(records) if host.is_dir(records) else ()
    return not any(line.path == path for name in names if name.endswith(".manifest")
                   for line in read_manifest(host.locate(f"{records}/{name}")))


def _shield(host: Host, key: str, state: str) -> tuple[Layer, ...]:
    """The list that goes with a startup hook; none where there is no hook."""
    path = shield_path(f"{state}/notices/{key}")
    if not _recorded(host, state, f"startup-{key}") or not host.exists(path):
        return ()
    scripts = len(host.read_text(path).split("\n")) - 2
    what = f"{scripts} scripts of OS packages run without the user site and /usr/local; the policy's key is shield"
    return (Layer("shield", "on" if scripts > 0 else "off", path, what),)


def _marker(host: Host, interpreter: Interpreter, key: str, states: Sequence[str]) -> Layer:
    path = os.path.join(interpreter.stdlib, "EXTERNALLY-MANAGED")
    if not host.exists(path):
        return Layer("EXTERNALLY-MANAGED", "off", "", "pyguard hook install --system --externally-managed")
    ours = any(_recorded(host, state, f"externally-managed-{key}") for state in states)
    return Layer("EXTERNALLY-MANAGED", "on" if ours else "foreign", path,
                 "pip 23 and later, uv, poetry, unless they are told to override it")


def _pip_conf(host: Host, interpreter: Interpreter, key: str, states: Sequence[str]) -> Layer:
    path = os.path.join(interpreter.prefix, "pip.conf")
    recorded = any(_recorded(host, state, f"pip-conf-{key}") for state in states)
    if not host.exists(path):
        state, detail = ("damaged", "the file is gone: pyguard hook install") if recorded else ("off", "")
        return Layer("site pip.conf", state, path if recorded else "",
                     detail or "pyguard hook install --system --pip-conf constraint")
    ours = BEGIN in host.read_text(path)
    return Layer("site pip.conf", "on" if ours else "foreign", path, "pip 19.2 and later, under -S as well")


def _recorded(host: Host, state: str, name: str) -> tuple[Line, ...]:
    path = f"{state}/hooks/{name}.manifest"
    return read_manifest(host.locate(path)) if host.exists(path) else ()
