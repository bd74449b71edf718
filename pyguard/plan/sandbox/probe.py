"""What a view is to show in, the first thing that the jobs' user does not find in it out: asked before anything is run.

A rehearsal without the plan goes well whatever the plan does.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from .run import become
from .view import Wanted, is_below

LONGEST = 4096    # of what is said


class Expected(NamedTuple):
    """By the paths that programs use: files with size and time of change, and what is to be gone."""

    comes: dict[str, tuple[int, int]]
    gone: tuple[str, ...]


def expect(wanted: Wanted) -> Expected:
    """Read before the view is entered. What comes to other places than those that are shown is not imported."""
    comes = {}
    for directory, _, files in os.walk(wanted.laid_over):
        if is_below(directory[len(wanted.laid_over):], wanted.shown):
            for name in files:
                status = os.lstat(f"{directory}/{name}")
                comes[f"{directory[len(wanted.laid_over):]}/{name}"] = (status.st_size, status.st_mtime_ns)
    return Expected(comes, tuple(path for path in wanted.removed if path not in comes))


def look(expected: Expected, wanted: Wanted) -> str:
    """Within the view, as the user that the jobs run as; empty where all is as expected."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            become(wanted.uid, wanted.gid)
            os.write(writer, _first_lacking(expected).encode("utf-8", "backslashreplace")[:LONGEST])
        except BaseException as error:
            os.write(writer, f"{type(error).__name__}: {error}".encode("utf-8", "backslashreplace")[:LONGEST])
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode("utf-8", "replace")
    os.waitpid(child, 0)
    return said


def _first_lacking(expected: Expected) -> str:
    for path, (size, time) in expected.comes.items():
        try:
            status = os.lstat(path)
            os.close(os.open(path, os.O_RDONLY | os.O_NOFOLLOW))
        except OSError as error:
            return str(error)
        if (status.st_size, status.st_mtime_ns) != (size, time):
            return f"{path} is another file"
    for path in expected.gone:
        if os.path.lexists(path) and not (os.path.isdir(path) and _is_shared(path, expected)):
            return f"{path} is still there"
    return ""


def _is_shared(path: str, expected: Expected) -> bool:
    return any(is_below(name, [path]) for name in expected.comes)
