"""A directory of shims: a copy of the shim file, a link to it for each tool that exists, and what goes with them."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ..errors import PyguardError
from ..host import Host

TOOLS = ("pip", "pip3", "uv", "pipx", "conda", "mamba", "micromamba", "poetry", "pipenv", "pdm", "pip-sync",
         "easy_install")
NUMBERED = re.compile(r"(pip|easy_install-)\d+\.\d+$")
SHIM = ".pyguard-shim"              # also how the shim knows a directory of shims, its own or another's
MANIFEST = ".pyguard-manifest"
SCHEMA = 1


class Refreshed(NamedTuple):
    """Names of tools: linked for the first time, taken away, linked in all, and not linked as another file is there."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    linked: tuple[str, ...]
    foreign: tuple[str, ...]


def find_tools(host: Host, directories: Iterable[str], shims: str) -> tuple[str, ...]:
    """The names to stand before: tools in these directories, without those in environments and among shims."""
    found: set[str] = set()
    for directory in dict.fromkeys(directories):
        if not directory.startswith("/") or _has_own_tools(host, directory, shims):
            continue
        try:
            names = host.list(directory)
        except OSError:
            continue    # PATH may name what is not there
        wanted = (name for name in names if name in TOOLS or NUMBERED.match(name))
        found.update(name for name in wanted if _is_program(host, f"{directory}/{name}"))
    return tuple(sorted(found))


def _has_own_tools(host: Host, directory: str, shims: str) -> bool:
    """A venv's bin comes and goes: its tools are no reason for a shim that stays."""
    return (directory.rstrip("/") == shims or host.exists(f"{directory}/{SHIM}")
            or host.exists(f"{directory}/../pyvenv.cfg"))


def _is_program(host: Host, path: str) -> bool:
    try:
        status = host.stat(path)
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and bool(status.st_mode & 0o111)


def refresh(directory: str, tools: Sequence[str], programs: Mapping[str, str], texts: Mapping[str, str],
            uid: int) -> Refreshed:
    """Bring the directory up to date. `programs` and `texts` are its own files by name, the shim among them.

    Each file and link is replaced in one step; the manifest names a link before it is made, and loses it
    after it is gone. A file of somebody else's is never replaced. Raises PyguardError when the directory
    cannot be made, or when others than its owner could change what lies in it.
    """
    made = _make(directory, uid)
    before = _read_manifest(directory)
    links = [name for name in tools if _is_ours_or_free(directory, name)]
    stale = [name for name in before["links"] if name not in links and _is_ours(directory, name)]
    try:
        _write_manifest(directory, [*before["made"], *made], sorted({*links, *before["links"]}))
        for contents, mode in ((programs, 0o755), (texts, 0o644)):
            for name, text in contents.items():
                _replace(directory, name, text, mode)
        added = [name for name in links if not _is_ours(directory, name)]
        for name in added:
            _link(directory, name)
        for name in stale:
            os.unlink(f"{directory}/{name}")
        _write_manifest(directory, [*before["made"], *made], links, [*programs, *texts])
    except OSError as error:
        raise PyguardError("no-shims", f"the shims could not be written: {error}", directory) from error
    return Refreshed(tuple(added), tuple(stale), tuple(links), tuple(name for name in tools if name not in links))


def remove(directory: str, uid: int) -> bool:
    """Take away what `refresh` made, and the directories it made if they are empty; False when there is nothing.

    Works after an interrupted `refresh` too; a file that is not ours stays, and so does its directory.
    """
    if not os.path.lexists(directory):
        return False
    _check(directory, uid)
    manifest = _read_manifest(directory)
    try:
        for name in sorted(os.listdir(directory)):
            if _is_ours(directory, name) or name.startswith(".pyguard-"):
                os.unlink(f"{directory}/{name}")
    except OSError as error:
        raise PyguardError("no-shims", f"the shims could not be removed: {error}", directory) from error
    for made in reversed(manifest["made"]):
        try:
            os.rmdir(made)
        except OSError:
            break    # somebody put something there
    return True


def _is_ours(directory: str, name: str) -> bool:
    try:
        return os.readlink(f"{directory}/{name}") == SHIM
    except OSError:
        return False


def _is_ours_or_free(directory: str, name: str) -> bool:
    return _is_ours(directory, name) or not os.path.lexists(f"{directory}/{name}")


def _link(directory: str, name: str) -> None:
    """The target is relative: the directory may be moved, and a root file system be looked at from outside."""
    new = f"{directory}/.pyguard-new-{os.getpid()}"
    os.symlink(SHIM, new)
    os.replace(new, f"{directory}/{name}")


def _replace(directory: str, name: str, text: str, mode: int) -> None:
    new = f"{directory}/.pyguard-new-{os.getpid()}"
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        os.chmod(new, mode)    # whatever the umask says: everybody runs the system's shims
        os.replace(new, f"{directory}/{name}")
    except OSError:
        os.unlink(new)
        raise


def _write_manifest(directory: str, made: Sequence[str], links: Sequence[str], files: Sequence[str] = ()) -> None:
    _replace(directory, MANIFEST, json.dumps({"schema": SCHEMA, "made": list(dict.fromkeys(made)),
                                              "links": list(links), "files": sorted(files)}) + "\n", 0o644)


def _read_manifest(directory: str) -> dict[str, list[str]]:
    """A missing or damaged one knows nothing: links tell by themselves whose they are."""
    try:
        with open(f"{directory}/{MANIFEST}", encoding="utf-8", errors="surrogateescape") as file:
            data = json.load(file)
        return {key: [str(each) for each in data[key]] for key in ("made", "links")}
    except (OSError, ValueError, KeyError, TypeError):
        return {"made": [], "links": []}


def _make(directory: str, uid: int) -> list[str]:
    """The directories that were missing, the outermost first."""
    missing: list[str] = []
    place = directory
    while not os.path.lexists(place):
        missing.insert(0, place)
        place = os.path.dirname(place)
    _check(place, uid)
    try:
        for path in missing:
            os.mkdir(path)
            os.chmod(path, 0o755)
    except OSError as error:
        raise PyguardError("no-shims", f"the directory of the shims cannot be made: {error}", directory) from error
    return missing


def check_place(directory: str, uid: int) -> None:
    """Raises PyguardError where shims of `uid`'s must not be made, whether the directory is there yet or not."""
    place = directory
    while not os.path.lexists(place):
        place = os.path.dirname(place)
    _check(place, uid)


def _check(directory: str, uid: int) -> None:
    """Nobody but the user and root may be able to change what lies there, or to move it away."""
    place = directory
    while True:
        status = os.stat(place)
        loose = status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (0, uid) or loose:
            raise PyguardError("unsafe-directory", f"{place} can be changed by others, or is no directory", directory,
                               "shims lie where only their owner and root can write")
        if place == "/":
            return
        place = os.path.dirname(os.path.realpath(place))
