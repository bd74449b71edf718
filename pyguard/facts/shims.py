"""The shim of a version manager -> the interpreter it would start, by reading what the tool would read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..host import Host
from .markers import SMALL
from .places import find_home, tool_roots
from .shell_environment import find_program

_PYENV_ROOT = re.compile(r'^export PYENV_ROOT="([^"]+)"', re.MULTILINE)
_TOML_PYTHON = re.compile(r"""^\s*python\s*=\s*\[?\s*["']([^"']+)["']""", re.MULTILINE)
_TOML_TABLE = re.compile(r"""^\s*python\s*=\s*\{[^}]*version\s*=\s*["']([^"']+)["']""", re.MULTILINE)
_TOOL_VERSIONS = re.compile(r"^\s*python[ \t]+([^#\n]+)", re.MULTILINE)


class Target(NamedTuple):
    """Where a shim leads: `path` is empty where that cannot be read, `because` says how it was found."""

    path: str
    because: str


class Selection(NamedTuple):
    """Versions, best first, and who said so."""

    versions: tuple[str, ...]
    source: str


def follow_shim(host: Host, path: str, environment: Mapping[str, str], uid: int, cwd: str) -> Target:
    """Never runs the shim: it costs 200 to 450 ms and executes what a version file names."""
    text = _text(host, path)
    home = find_home(host, environment, uid)
    roots = tool_roots(environment, home)
    tool = _tool_of(host, path, text)
    if tool == "pyenv":
        written = _PYENV_ROOT.search(text)
        root = written[1] if written else roots["pyenv"]
        selection = _pyenv_selection(host, root, environment, cwd)
        return _resolve(host, path, root + "/versions", selection, environment)
    if tool == "asdf":
        selection = _asdf_selection(host, environment, cwd, home)
        return _resolve(host, path, roots["asdf"] + "/installs/python", selection, environment)
    if tool in ("mise", "rtx"):
        selection = _mise_selection(host, environment, cwd, home)
        return _resolve(host, path, roots["mise"] + "/installs/python", selection, environment)
    return Target("", f"{path} is a script; what it starts cannot be told without running it")


def _tool_of(host: Host, path: str, text: str) -> str:
    for tool in ("pyenv", "asdf", "mise"):
        if re.search(rf'(?m)^exec\s+"?(?:[^"\n]*/)?{tool}"?\s+(?:exec|x)\s', text):
            return tool
    name = os.path.basename(host.realpath(path))
    return name if name in ("mise", "rtx", "asdf") else ""


def _resolve(host: Host, shim: str, versions: str, selection: Selection,
             environment: Mapping[str, str]) -> Target:
    """The first selected version that has a program of the shim's name."""
    name = os.path.basename(shim)
    for version in selection.versions:
        if version == "system":
            path = environment.get("PATH", "").split(":")
            found = find_program(host, name, path, skip=[os.path.dirname(shim)])
        else:
            found = _in_version(host, versions, version, name)
        if found:
            return Target(found, f"{shim} is a shim; {selection.source} selects {version}")
    named = ":".join(selection.versions) or "no version"
    return Target("", f"{shim} is a shim, but {selection.source} selects {named}, which has no {name}")


def _in_version(host: Host, versions: str, version: str, name: str) -> str:
    """`3.11` means the newest installed 3.11.x where no directory has exactly that name."""
    if not version or version.startswith((".", "/")) or "/../" in f"/{version}/":
        return ""    # the tools refuse to leave their directory as well
    directory = os.path.join(versions, version)
    if not host.is_dir(directory):
        directory = os.path.join(versions, _newest(host, versions, version))
    program = os.path.join(directory, "bin", name)
    return program if directory != versions and host.is_file(program) else ""


def _newest(host: Host, versions: str, beginning: str) -> str:
    try:
        listed = host.list(versions)
    except OSError:
        return ""    # nothing is installed
    matching = [name for name in listed if re.match(rf"{re.escape(beginning)}\.\d+$", name)]
    return max(matching, key=lambda name: [int(part) for part in re.findall(r"\d+", name)], default="")


def _pyenv_selection(host: Host, root: str, environment: Mapping[str, str], cwd: str) -> Selection:
    chosen = environment.get("PYENV_VERSION", "")
    if chosen:
        return Selection(tuple(chosen.split(":")), "PYENV_VERSION")
    start = environment.get("PYENV_DIR", "") or cwd
    files = [os.path.join(directory, ".python-version") for directory in _upwards(start)]
    files.append(root + "/version")
    for file in files:
        words = tuple(line.split()[0] for line in _text(host, file).splitlines()
                      if line.strip() and not line.lstrip().startswith("#"))
        if words:
            return Selection(tuple(word[7:] if word.startswith("python-") else word for word in words), file)
    return Selection(("system",), "no version file: pyenv's default")


def _asdf_selection(host: Host, environment: Mapping[str, str], cwd: str, home: str) -> Selection:
    chosen = environment.get("ASDF_PYTHON_VERSION", "")
    if chosen:
        return Selection(tuple(chosen.split()), "ASDF_PYTHON_VERSION")
    return _tool_versions(host, cwd, home)


def _mise_selection(host: Host, environment: Mapping[str, str], cwd: str, home: str) -> Selection:
    chosen = environment.get("MISE_PYTHON_VERSION", "")
    if chosen:
        return Selection(tuple(chosen.split()), "MISE_PYTHON_VERSION")
    names = ("mise.local.toml", "mise.toml", ".mise.local.toml", ".mise.toml", ".config/mise.toml",
             ".mise/config.toml")
    for directory in _upwards(cwd):
        found = _from_toml(host, [os.path.join(directory, name) for name in names])
        found = found or _from_tool_versions(host, os.path.join(directory, ".tool-versions"))
        if found:
            return found
    config = environment.get("XDG_CONFIG_HOME", "") or home + "/.config"
    found = _from_toml(host, [config + "/mise/config.toml", "/etc/mise/config.toml"])
    return found or _tool_versions(host, "", home)


def _tool_versions(host: Host, cwd: str, home: str) -> Selection:
    directories: Sequence[str] = (*_upwards(cwd), home) if home else tuple(_upwards(cwd))
    for directory in directories:
        found = _from_tool_versions(host, os.path.join(directory, ".tool-versions"))
        if found:
            return found
    return Selection(("system",), "no version file")


def _from_tool_versions(host: Host, file: str) -> Selection | None:
    line = _TOOL_VERSIONS.search(_text(host, file))
    return Selection(tuple(line[1].split()), file) if line else None


def _from_toml(host: Host, files: Sequence[str]) -> Selection | None:
    """Only the one line that matters is read: tomllib would cost more than all the rest."""
    for file in files:
        text = _text(host, file)
        found = _TOML_PYTHON.search(text) or _TOML_TABLE.search(text)
        if found:
            return Selection((found[1],), file)
    return None


def _upwards(directory: str) -> Iterator[str]:
    while directory.startswith("/"):
        yield directory
        if directory == "/":
            return
        directory = os.path.dirname(directory.rstrip("/"))


def _text(host: Host, path: str) -> str:
    """A small text, or nothing: a version file that is not there selects nothing."""
    try:
        return host.read_text(path, SMALL)
    except OSError:
        return ""
