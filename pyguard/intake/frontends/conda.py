"""A command line of conda, mamba or micromamba -> Request: what it would change in which environment.

Which environment: `-p`, `-n`, else the active one, else base (conda's context.target_prefix). Only base and
prefixes that are named by their path are looked into: a named environment is the user's own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Optional

from ...host import Host
from ...model.facts import Interpreter
from ...model.frozen import replace
from ...model.names import canonicalize_name
from ...model.paths import absolute, normalize
from ...model.request import Action, Destination, Request, WantedDistribution
from .around import Around, python_in
from .command_line import Said, read_words
from .conda_options import CONDA

if TYPE_CHECKING:
    from .interface import Frontend

NAME = "conda"
PROGRAMS = ("conda", "mamba", "micromamba")
MODULES = ("conda",)
ACTIONS = {"install": Action.INSTALL, "update": Action.INSTALL, "upgrade": Action.INSTALL,
           "remove": Action.UNINSTALL, "uninstall": Action.UNINSTALL, "env update": Action.INSTALL}
BASE = ("base", "root")
# Where it comes from, and what comes along; for another environment of conda's the same.
REPEATED = ("-c", "--channel", "--override-channels", "--use-local", "--strict-channel-priority",
            "--no-channel-priority", "--channel-priority", "--repodata-fn", "--subdir", "--platform", "--no-deps",
            "--only-deps", "--offline", "--insecure", "-k", "--ssl-verify", "--cacert-path", "--trusted-channels")
IDLE = ("--dry-run", "-d", "--download-only")
SPEC = re.compile(r"(?:.*::)?([A-Za-z0-9_][\w.-]*)\s*(.*)$")
PIN = re.compile(r"={1,2}([\w.!+]+)$")
FILE_NAME = re.compile(r"^name\s*:\s*['\"]?([^'\"#\s]+)", re.MULTILINE)
LIMIT = 1024 * 1024


def changes_nothing(argv: Sequence[str], environ: Mapping[str, str]) -> bool:
    """All but install, update, remove and `env update`; and `run`, which may run pip."""
    command, said = read_command(argv)
    if command == "run":
        return not any(os.path.basename(word).startswith(("pip", "python", "easy_install")) for word in said.words)
    return command not in ACTIONS or said.helped or said.has(*IDLE)


def choose_interpreter(host: Host, argv: Sequence[str], around: Around) -> str:
    """The Python of the environment that is meant, where that is base or a path; else empty."""
    command, said = read_command(argv)
    prefix = _prefix(host, said, around, argv[0], command)
    if not prefix:
        return ""
    if command == "run":
        nested = _nested(said, prefix, around)
        return nested[0].choose_interpreter(host, nested[1], nested[2]) if nested else ""
    return python_in(host, prefix)


def leaves_environment(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> bool:
    """Only what `conda run` runs could."""
    command, said = read_command(argv)
    if command != "run":
        return False
    nested = _nested(said, _prefix(host, said, around, argv[0], command), around)
    return nested is not None and nested[0].leaves_environment(host, nested[1], nested[2], interpreter)


def parse_request(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> Request:
    """What is asked of conda; of pip for `conda run pip`."""
    command, said = read_command(argv)
    if command == "run":
        nested = _nested(said, _prefix(host, said, around, argv[0], command), around)
        if nested:
            return replace(nested[0].parse_request(host, nested[1], nested[2], interpreter), argv=tuple(argv))
    wanted = tuple(_wanted(word) for word in (*said.words, *said.end))
    files = said.values("--file", "-f") if command != "env update" else ()    # there it is an environment's own
    options = tuple(word for name, value in said.options if name in REPEATED for word in (name, value) if word)
    gaps = tuple(f"{file} was not read" for file in said.values("--file", "-f"))
    named = said.origin("-n", "--name", "-p", "--prefix")
    return Request(NAME, tuple(argv), ACTIONS.get(command, Action.NONE), command, around.uid, around.cwd, wanted,
                   destination=Destination(asked_by=f"{named} {said.value(named)}" if named else ""),
                   upgrade=command in ("update", "upgrade"), index_options=options, gaps=gaps,
                   unread=tuple(word for file in files for word in ("--file", file)))


def read_command(argv: Sequence[str]) -> tuple[str, Said]:
    """The command (`env update` is one) and what follows it, the options before it among them."""
    before = read_words(argv[1:], CONDA, leading=True)
    if before.helped or not before.words:
        return "", before
    command, *rest = before.words
    if command == "env" and rest:
        inner = read_words(rest, CONDA, leading=True)
        before = before._replace(options=(*before.options, *inner.options))
        command, rest = f"env {inner.words[0]}" if inner.words else "env", list(inner.words[1:])
    after = read_words(rest, CONDA, leading=command == "run")
    return command, after._replace(options=(*before.options, *after.options))


def _prefix(host: Host, said: Said, around: Around, program: str, command: str) -> str:
    """The environment's directory where it is base or named by a path; empty for one that goes by another name."""
    path = said.value("-p", "--prefix")
    if path:
        return absolute(path, around.cwd)
    name = said.value("-n", "--name")
    if not name and command == "env update":
        name = _name_in_file(host, said, around)
    if name:
        return _root(host, said, around, program) if name in BASE else ""
    active = around.environ.get("CONDA_PREFIX", "")
    if active:
        return normalize(active)
    default = around.environ.get("CONDA_DEFAULT_ENV", "")
    if "/" in default:
        return absolute(default, around.cwd)
    return "" if default and default not in BASE else _root(host, said, around, program)


def _name_in_file(host: Host, said: Said, around: Around) -> str:
    """`name:` of the environment's file, which stands for -n."""
    path = os.path.join(around.cwd, said.value("--file", "-f") or "environment.yml")
    try:
        found = FILE_NAME.search(host.read_text(path, LIMIT))
    except OSError:
        return ""    # conda says so itself
    return found[1] if found else ""


def _root(host: Host, said: Said, around: Around, program: str) -> str:
    """The base environment: where conda itself lies; mamba's are told by an option or a variable."""
    name = os.path.basename(program)
    if name != "conda":
        told = said.value("--root-prefix", "-r") or around.environ.get("MAMBA_ROOT_PREFIX", "")
        if told:
            return absolute(told, around.cwd)
    for place in (around.program, around.environ.get("CONDA_EXE", ""), around.environ.get("MAMBA_EXE", "")):
        if not place.startswith("/"):
            continue
        for path in (place, host.realpath(place)):
            prefix = os.path.dirname(os.path.dirname(path))
            if host.is_dir(f"{prefix}/conda-meta"):
                return prefix
    homes = (f"{around.home}/.local/share/mamba", f"{around.home}/micromamba") if name == "micromamba" else ()
    return next((path for path in homes if host.is_dir(f"{path}/conda-meta")), "")


def _nested(said: Said, prefix: str, around: Around) -> Optional[tuple[Frontend, tuple[str, ...], Around]]:
    """What `conda run` would run, as a command line of its own; programs of the environment come first."""
    from . import recognize

    found = recognize(said.words)
    if found is None or not prefix:
        return None

    def find(name: str) -> str:
        return f"{prefix}/bin/{name}"

    program = said.words[0] if "/" in said.words[0] else find(said.words[0])
    inside = around._replace(program=program, find=find)
    if found.python:
        inside = inside._replace(python_of=lambda path: program)
    return found.frontend, found.argv, inside


def _wanted(spec: str) -> WantedDistribution:
    """The name in a MatchSpec, and the version where it is pinned."""
    found = SPEC.match(spec)
    if found is None:
        return WantedDistribution(spec)
    pin = PIN.match(found[2])
    return WantedDistribution(spec, canonicalize_name(found[1]), version=pin[1] if pin else "")
