"""What pip does not see when it is asked: as nobody, what is root's (its configuration is handed over), and pipes."""

from __future__ import annotations

import os
from collections.abc import Iterator

from ..host import Host
from ..intake.frontends.pip_command import read_command
from ..intake.pip_config import Asker, configuration_text, expand_home, find_home
from ..intake.requirement_files import is_read_once
from ..model.facts import EnvironmentKind, Interpreter
from ..model.paths import absolute, normalize
from ..model.request import Request
from ..plan.ask_pip import NOBODY
from .identify import Caller

DESCRIPTORS = ("/dev/fd/", "/dev/stdin", "/proc/")
# Where pip looks for requirements and wheels. It takes a directory that it cannot read for one that is not there.
PLACES = {"requirements": "requirement", "constraints": "constraint", "find_links": "find-links",
          "index_url": "index-url", "extra_index_urls": "extra-index-url"}


def configuration_for_nobody(host: Host, request: Request, caller: Caller, interpreter: Interpreter) -> str:
    """All of pip's configuration files as one; empty where pip is asked as who it is, or where there are none."""
    if caller.uid != 0 or request.frontend != "pip":
        return ""
    return configuration_text(host, Asker(
        caller.environ, caller.cwd, find_home(host, caller.environ, 0), interpreter.prefix,
        interpreter.kind is EnvironmentKind.VENV, read_command(request.argv[1:]).isolated))


def hidden_from_nobody(host: Host, request: Request, caller: Caller) -> str:
    """What is named and only root can read, as a reason why pip cannot tell."""
    if caller.uid != 0 or request.frontend != "pip":
        return ""
    home = find_home(host, caller.environ, 0)
    for value, directory in _named(request):
        path = value[7:] if value.startswith("file://") else expand_home(value, home)
        if "://" not in path and not _is_open(host, os.path.join(request.cwd, directory, path)):
            return f"{value} is for root alone, and for root pip is asked as nobody"
    return ""


def read_once(host: Host, request: Request) -> str:
    """A pipe that is named for requirements, as a reason why pip is not asked: it would find nothing afterwards.

    What is one of this process's own descriptors, pip that is asked does not have, or has another one.
    """
    if request.frontend == "pip":
        for value, directory in _named(request):
            path = absolute(os.path.join(directory, value), request.cwd)
            if path.startswith(DESCRIPTORS) or is_read_once(host, path):
                return f"{value} can be read once, and that is left to the install"
    return ""


def _named(request: Request) -> Iterator[tuple[str, str]]:
    """Each with the directory that it may be relative to, for pip looks beside a requirements file, too."""
    directories = [""]
    for one in read_command(request.argv[1:]).given:
        if one.option.dest in PLACES:
            yield one.value, ""
        if one.option.dest == "requirements":
            directories.append(os.path.dirname(one.value))
    for setting in request.settings:
        if setting.name in PLACES.values():
            yield from ((value, "") for value in setting.value.split())
    options = iter(request.index_options)    # those of requirements files are among them
    for option in options:
        if option in ("--find-links", "-f", "--index-url", "--pypi-url", "-i", "--extra-index-url"):
            value = next(options, "")
            yield from ((value, directory) for directory in directories)


def _is_open(host: Host, path: str) -> bool:
    """By the permission bits on the way, of the path and of what it leads to. What is not there hides nothing."""
    try:
        for place in {normalize(path), host.realpath(path)}:
            parent = os.path.dirname(place)
            while parent != os.path.dirname(parent):
                if not _may(host.stat(parent), 1):
                    return False
                parent = os.path.dirname(parent)
        return _may(host.stat(path), 5 if host.is_dir(path) else 4)
    except OSError:
        return True


def _may(status: os.stat_result, bits: int) -> bool:
    shift = 6 if status.st_uid == NOBODY else 3 if status.st_gid == NOBODY else 0
    return status.st_mode >> shift & bits == bits
