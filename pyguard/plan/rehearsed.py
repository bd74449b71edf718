"""Trials in, what came of them out: each run in a view of this machine in which the plan is carried out.

The view is made by a process of its own (`sandbox`): without privileges, without a network, with every write
in memory, killed when its time is over. Where the kernel does not allow such a view nothing is run.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

NOBODY = 65534
PATIENCE = 20.0      # seconds for one trial
PACKAGE = __package__ + ".sandbox"


class Job(NamedTuple):
    """One program to run: `argv[0]` is a path."""

    id: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    timeout: float = PATIENCE


class Outcome(NamedTuple):
    """`code` is None for what did not end in time, negative for a signal."""

    code: int | None
    output: str
    seconds: float = 0.0


class Stage(NamedTuple):
    """What the view differs by from the machine: a tree of files, paths that are gone. `memory`: an empty directory.

    `shown` are directories that are imported from, and have to be seen whoever may look into them.
    """

    memory: str
    laid_over: str
    removed: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()


class NotPossible(Exception):
    """No view could be made; the text says why."""


def rehearse(jobs: Sequence[Job], stage: Stage, python: str, uid: int, gid: int, parallel: int,
             progress: Callable[[int, int], None] = lambda done, all: None) -> dict[str, Outcome]:
    """Run all jobs; raises NotPossible. Root's run as nobody, anybody else's as themselves."""
    if not jobs:
        return {}
    spec = {
        "memory": stage.memory, "laid_over": stage.laid_over, "removed": list(stage.removed),
        "shown": list(stage.shown),
        "uid": NOBODY if uid == 0 else uid, "gid": NOBODY if uid == 0 else gid, "parallel": parallel,
        "jobs": [{"id": job.id, "argv": list(job.argv), "env": dict(job.environment), "timeout": job.timeout}
                 for job in jobs],
    }
    package_root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    starter = f"import sys; sys.path.insert(0, {package_root!r}); import runpy; runpy.run_module({PACKAGE!r}, " \
              "run_name='__main__')"
    try:
        process = subprocess.Popen([python, "-I", "-B", "-c", starter], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env={"PATH": "/usr/bin:/bin"}, cwd="/")
    except OSError as error:
        raise NotPossible(str(error)) from error
    with process:
        return _converse(process, spec, len(jobs), progress)


def _converse(process: subprocess.Popen[bytes], spec: Mapping[str, Any], count: int,
              progress: Callable[[int, int], None]) -> dict[str, Outcome]:
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    found: dict[str, Outcome] = {}
    try:
        process.stdin.write(json.dumps(spec).encode())
        process.stdin.close()
        for line in process.stdout:
            row = json.loads(line)
            if "failed" in row:
                raise NotPossible(row["failed"])
            if "id" in row:
                found[row["id"]] = Outcome(row["code"], row["output"], row["seconds"])
                progress(len(found), count)
        said = process.stderr.read().decode("utf-8", "replace").strip()
        if len(found) < count:
            raise NotPossible(said.splitlines()[-1] if said else "the rehearsal ended early")
    except (BrokenPipeError, ValueError) as error:
        raise NotPossible(f"the rehearsal ended early: {error}") from error
    finally:
        process.kill()
    return found
