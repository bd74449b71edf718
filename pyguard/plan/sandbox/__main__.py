"""Run by pyguard's own interpreter as a process of its own: a specification on stdin, results on stdout, a line each.

The first line says whether the view could be made (`{"ready": true}`, or `{"failed": reason}`).
"""

from __future__ import annotations

import json
import os
import sys

from .kernel import PR_SET_DUMPABLE, PR_SET_PDEATHSIG, prctl
from .probe import expect, look
from .run import run_jobs
from .view import Wanted, build, enter_namespaces


def main() -> int:
    """0 when every job was tried."""
    spec = json.load(sys.stdin)
    os.umask(0o022)    # what is made for the view can be looked into
    results = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.set_inheritable(results.fileno(), False)
    prctl(PR_SET_PDEATHSIG, 9)
    uid, gid = os.getuid(), os.getgid()
    try:
        enter_namespaces(uid, gid)
    except OSError as error:
        return _fail(results, f"no private view of this machine: {error}")
    child = os.fork()    # the first process of the new process namespace
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    prctl(PR_SET_PDEATHSIG, 9)
    prctl(PR_SET_DUMPABLE, 0)    # nothing in here reads its memory or its descriptors
    wanted = Wanted(spec["laid_over"], spec["removed"], spec["shown"], spec["uid"], spec["gid"])
    try:
        expected = expect(wanted)
        os.chroot(build(spec["memory"], wanted))
        os.chdir("/")
        lacking = look(expected, wanted)
    except OSError as error:
        return _fail(results, f"no private view of this machine: {error}")
    if lacking:
        return _fail(results, f"the private view of this machine lacks the plan: {lacking}")
    print(json.dumps({"ready": True}), file=results, flush=True)
    run_jobs(spec["jobs"], spec["uid"], spec["gid"], spec["parallel"],
             lambda row: print(json.dumps(row), file=results, flush=True))
    return 0


def _fail(results: object, reason: str) -> int:
    print(json.dumps({"failed": reason}), file=results, flush=True)    # type: ignore[call-overload]
    return 1


if __name__ == "__main__":
    os._exit(main())
