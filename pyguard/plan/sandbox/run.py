"""Jobs in, what each left behind out: run without privileges, a few at a time, killed with all they started."""

from __future__ import annotations

import contextlib
import os
import resource
import selectors
import signal
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .kernel import PR_SET_PDEATHSIG, drop_capabilities, prctl

KEPT = 64 * 1024      # bytes of a job's output; its end is what matters
PROCESSES = 512       # of all jobs together, where they share a user
LARGEST_FILE = 256 * 1024 * 1024
MEMORY = 4 * 1024 * 1024 * 1024


class Running(NamedTuple):
    """A job that has been started; `output` grows."""

    job: Mapping[str, Any]
    process: int
    pipe: int
    started: float
    output: bytearray


def run_jobs(jobs: list[dict[str, Any]], uid: int, gid: int, parallel: int,
             report: Callable[[dict[str, Any]], None]) -> None:
    """`report` is called with one row a job, in the order in which they end."""
    waiting = list(reversed(jobs))
    running: list[Running] = []
    with selectors.DefaultSelector() as selector:
        while waiting or running:
            while waiting and len(running) < parallel:
                started = _start(waiting.pop(), uid, gid)
                selector.register(started.pipe, selectors.EVENT_READ, started)
                running.append(started)
            for key, _ in selector.select(0.05):
                _read(key.data)
            for item in list(running):
                row = _settle(item)
                if row is not None:
                    running.remove(item)
                    selector.unregister(item.pipe)
                    os.close(item.pipe)
                    report(row)
            _reap_strangers({item.process for item in running})


def _start(job: dict[str, Any], uid: int, gid: int) -> Running:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    process = os.fork()
    if process == 0:
        try:
            _become(job, uid, gid, writer)
        except BaseException as error:
            os.write(2, f"{error}\n".encode("utf-8", "replace"))
        finally:
            os._exit(126)
    os.close(writer)
    return Running(job, process, reader, time.monotonic(), bytearray())


def _become(job: Mapping[str, Any], uid: int, gid: int, writer: int) -> None:
    os.setsid()
    for number in (1, 2):
        os.dup2(writer, number)
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    os.closerange(3, 4096)
    home = job["env"].get("HOME", "")
    if home.startswith("/tmp/"):
        os.makedirs(home, 0o700, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(home, uid, gid)
    become(uid, gid)
    for what, limit in ((resource.RLIMIT_NPROC, PROCESSES), (resource.RLIMIT_FSIZE, LARGEST_FILE),
                        (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0),
                        (resource.RLIMIT_CPU, int(job["timeout"]) + 1)):
        more = limit + 1 if what == resource.RLIMIT_CPU else limit    # a signal that says so comes before SIGKILL
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (limit, more))
    prctl(PR_SET_PDEATHSIG, 9)
    os.chdir(home if home.startswith("/tmp/") else "/")
    os.umask(0o077)
    os.execve(job["argv"][0], job["argv"], job["env"])


def become(uid: int, gid: int) -> None:
    """Without privileges, and for root as that user; nothing that is started gains any."""
    root = os.geteuid() == 0
    if root:
        os.setgroups([])
    with contextlib.suppress(OSError):
        drop_capabilities()
    if root:
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)


def _read(item: Running) -> None:
    with contextlib.suppress(BlockingIOError):
        item.output.extend(os.read(item.pipe, 65536))
    if len(item.output) > 2 * KEPT:
        del item.output[:-KEPT]


def _settle(item: Running) -> dict[str, Any] | None:
    """The row of a job that has ended, or that has had its time; None while it runs."""
    process, status = os.waitpid(item.process, os.WNOHANG)
    late = time.monotonic() - item.started > item.job["timeout"]
    if not process and not late:
        return None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(item.process, signal.SIGKILL)
    if not process:
        with contextlib.suppress(ProcessLookupError):
            os.kill(item.process, signal.SIGKILL)
        os.waitpid(item.process, 0)
    _read(item)
    code = None if late and not process else os.waitstatus_to_exitcode(status)
    if code == -signal.SIGXCPU:    # its time, spent by many threads
        code = None
    return {"id": item.job["id"], "code": code,
            "output": bytes(item.output[-KEPT:]).decode("utf-8", "replace"),
            "seconds": round(time.monotonic() - item.started, 3)}


def _reap_strangers(ours: set[int]) -> None:
    """As the first process of its namespace it inherits what jobs leave behind."""
    with contextlib.suppress(ChildProcessError):
        while True:
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if found is None or found.si_pid in ours:
                return
            os.waitpid(found.si_pid, 0)
