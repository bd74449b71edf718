"""What a program changed is put back path by path: only where it still is as the program left it.

A directory that the program made goes when it is empty, and with what others put there since it stays.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence

from . import files
from .files import is_directory
from .traces import Trace, trace

OldOf = Callable[[str], str]


def put_back(top: str, traces: Mapping[str, Trace], old_of: OldOf) -> list[str]:
    """What was left, in words. `old_of` says where a path below `top` would be kept."""
    left = []
    real = os.path.realpath(top)
    for path in sorted(traces, reverse=True):    # what is in a directory before it
        parent = os.path.realpath(os.path.dirname(path))
        if path != top and not f"{parent}/".startswith(f"{real.rstrip('/')}/"):
            left.append(f"{path}: leads elsewhere now, and was left")
            continue
        files.remove(files.temporary(path))
        said = _one(path, top, traces, old_of)
        if said:
            left.append(f"{path}: {said}")
        elif path.endswith(".py"):
            _forget_compiled(path, old_of)
    return left


def put_back_times(top: str, kept: str, without: Sequence[str]) -> None:
    """Of directories in which there is just what was there; with something of others' they have changed."""
    for old, _, _ in os.walk(kept):
        path = top + old[len(kept):]
        if not os.path.isdir(path) or (os.path.islink(path) and path != top):
            continue
        if {*os.listdir(path)} - ({*without} if path == top else set()) == {*os.listdir(old)}:
            status = os.stat(old)
            with contextlib.suppress(PermissionError):
                os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _one(path: str, top: str, traces: Mapping[str, Trace], old_of: OldOf) -> str:
    now, old = trace(path), old_of(path)
    as_left = now is not None and list(now) == list(traces[path] or ())
    if not old or not os.path.lexists(old):
        if now is None:
            return ""
        if is_directory(path):
            _remove_empty(path)
            return ""
        if not as_left and not _is_compiled_of(path, traces):
            return "was changed since, and was left"
        os.unlink(path)
        return ""
    if now is None:
        return _bring_missing(path, top, old_of)
    if not as_left and not _is_compiled_of(path, traces):
        return "" if files.signature(path) == files.signature(old) else "was changed since, and was left"
    if is_directory(path) and is_directory(old):
        files.take_rights(old, path)
        return ""
    return _replace(path, old)


def _bring_missing(path: str, top: str, old_of: OldOf) -> str:
    """With the directories that led there, as a whole: half of one is of no use to anybody."""
    while path != top and not os.path.lexists(os.path.dirname(path)):
        path = os.path.dirname(path)
    with contextlib.suppress(FileExistsError, NotADirectoryError):
        os.makedirs(os.path.dirname(top), exist_ok=True)
    if not os.path.isdir(os.path.dirname(path)):
        return "there is something else on the way now, and it was left"
    _replace(path, old_of(path))
    return ""


def _replace(path: str, old: str) -> str:
    beside = files.temporary(path)
    if is_directory(path):
        _remove_empty(path)
        if os.path.lexists(path):
            return "others have put something there, and it was left"
    files.copy(old, beside)
    if is_directory(old) and os.path.lexists(path):
        os.unlink(path)
    os.rename(beside, path)
    return ""


def _remove_empty(path: str) -> None:
    with contextlib.suppress(OSError):    # something of others' is in it
        os.rmdir(path)


def _is_compiled_of(path: str, traces: Mapping[str, Trace]) -> bool:
    """A compiled module whose source the program brought: whoever imported it since has made it anew (PEP 3147)."""
    directory, name = os.path.split(path)
    return os.path.basename(directory) == "__pycache__" and name.endswith(".pyc") and (
        f"{os.path.dirname(directory)}/{name.split('.')[0]}.py" in traces)


def _forget_compiled(source: str, old_of: OldOf) -> None:
    """What was compiled from it since, by whichever interpreter."""
    directory, name = os.path.split(source)
    cache = f"{directory}/__pycache__"
    for path in _compiled(cache, name[:-len("py")]):
        old = old_of(path)
        if not old or not os.path.lexists(old):
            os.unlink(path)
    if is_directory(cache) and not os.path.lexists(old_of(cache) or cache + "/-"):
        _remove_empty(cache)


def _compiled(cache: str, start: str) -> Iterator[str]:
    if is_directory(cache):
        for name in os.listdir(cache):
            path = f"{cache}/{name}"
            if name.startswith(start) and name.endswith(".pyc") and stat.S_ISREG(os.lstat(path).st_mode):
                yield path
