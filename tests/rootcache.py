"""The cached parts of throw-away roots: a release or a list of packages in, a read-only layer directory out.

A directory appears under its name only when it is complete, and under a lock, so that several test runs
may share the cache. What cannot be had skips the test with the words of the program that failed.
"""

from __future__ import annotations

import contextlib
import ctypes
import datetime
import fcntl
import functools
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NoReturn

import pytest

Runner = Callable[[str, str], "subprocess.CompletedProcess[str]"]    # a root's path and a script for sh

RELEASES = {"bullseye": "3.9", "bookworm": "3.11", "trixie": "3.13"}    # and their own Python
RECIPE = "1"                 # raise it when the way roots are made changes
CLONE_NEWNS = 0x00020000     # linux/sched.h
SETTLE = 60                  # seconds in which a lock may lie there unlocked


def require_means() -> None:
    """Skip unless this process may mount and chroot, and has the programs for it."""
    if os.geteuid() != 0:
        pytest.skip("needs root: mount, chroot and other users")
    for program in ("unshare", "setpriv", "chroot", "mount", "umount"):
        if not shutil.which(program):
            pytest.skip(f"needs the program {program}")
    if not (shutil.which("mmdebstrap") or shutil.which("debootstrap")):
        pytest.skip("needs mmdebstrap or debootstrap")
    enter_private_namespace()


@functools.cache
def enter_private_namespace() -> None:
    """Keep this process's later mounts to itself: the kernel takes them down when it ends."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        pytest.skip(f"needs a mount namespace: {os.strerror(ctypes.get_errno())}")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)


def cache_directory() -> str:
    """Where roots are kept; nobody else may write there, for what is in it is run as root."""
    named = os.environ.get("PYGUARD_TEST_CACHE")
    path = named or os.path.join(os.path.expanduser("~"), ".cache", "pyguard-tests")
    os.makedirs(path, mode=0o700, exist_ok=True)
    status = os.stat(path)
    if status.st_uid != os.geteuid() or status.st_mode & 0o022:
        pytest.fail(f"{path} belongs to or is writable by others: it must be this user's alone")
    return os.path.abspath(path)


@contextlib.contextmanager
def locked(path: str) -> Iterator[None]:
    """Hold a lock file, waiting for whoever has it."""
    with open(path, "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def base_layer(release: str) -> str:
    """The directory of a release's base root, made when it is not there yet."""
    if release not in RELEASES:
        raise ValueError(f"not a release with a base root: {release}")
    place = os.path.join(cache_directory(), f"{release}-{RECIPE}")
    with locked(place + ".lock"):
        if not os.path.isdir(place):
            with building(place) as target:
                make_base(release, target)
    return place


def make_base(release: str, target: str) -> None:
    """A minbase root with python3 and the ordinary user alice (1000), nothing mounted in it."""
    program = ["mmdebstrap", "--quiet", "--mode=root"] if shutil.which("mmdebstrap") else ["debootstrap"]
    require_success([*program, "--variant=minbase", "--include=python3", release, target],
                    f"no base root of Debian {release}")
    os.makedirs(target + "/dev/pts", exist_ok=True)
    shutil.rmtree(target + "/var/lib/apt/lists")
    os.makedirs(target + "/var/lib/apt/lists/partial")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(target + "/etc/resolv.conf")
    require_success(["chroot", target, "useradd", "--create-home", "--uid", "1000", "--shell", "/bin/bash",
                     "alice"], "no user alice")


def lists_layer(release: str, run: Runner) -> str:
    """A layer that holds what `apt-get update` fetched today."""
    today = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%d")
    return make_layer(f"{release}-{RECIPE}-lists-{today}", [base_layer(release)], "apt-get -q update", run)


def package_layer(release: str, packages: tuple[str, ...], run: Runner) -> str:
    """A layer that holds packages and what they depend on, without caches and lists."""
    wanted = " ".join(sorted(set(packages)))
    digest = hashlib.sha256(wanted.encode()).hexdigest()[:16]
    script = ("DEBIAN_FRONTEND=noninteractive apt-get -q install --yes --no-install-recommends "
              f"{wanted} && apt-get clean && rm -f /var/cache/apt/*.bin")
    return make_layer(f"{release}-{RECIPE}-with-{digest}", [lists_layer(release, run), base_layer(release)],
                      script, run)


def make_layer(name: str, below: list[str], script: str, run: Runner) -> str:
    """The directory of a cached layer: what a script, given to `run`, changes over the layers below it."""
    place = os.path.join(cache_directory(), name)
    with locked(place + ".lock"):
        if not os.path.isdir(place):
            with mounted(below) as path:
                done = run(path, script)
                if done.returncode:
                    unavailable(f"no layer {name}", done.stderr or done.stdout)
                subprocess.run(["umount", path], check=True)
                os.rename(os.path.dirname(path) + "/upper", place)
    return place


@contextlib.contextmanager
def building(place: str) -> Iterator[str]:
    """A directory beside `place` that becomes it if all goes well, and is removed if not."""
    target = place + ".building"
    shutil.rmtree(target, ignore_errors=True)    # of a run that was killed: the caller holds the lock
    os.mkdir(target, 0o755)
    try:
        yield target
        os.rename(target, place)
    finally:
        shutil.rmtree(target, ignore_errors=True)


@contextlib.contextmanager
def mounted(lower: Sequence[str]) -> Iterator[str]:
    """An empty overlay over layers, the topmost first; gone afterwards with all that was mounted in it."""
    sweep()
    scratch = tempfile.mkdtemp(prefix="overlay-", dir=cache_directory())
    with locked(scratch + ".lock"):
        try:
            for name in ("upper", "work", "root"):
                os.mkdir(f"{scratch}/{name}", 0o755)
            options = f"lowerdir={':'.join(lower)},upperdir={scratch}/upper,workdir={scratch}/work"
            require_success(["mount", "-t", "overlay", "-o", options, "overlay", f"{scratch}/root"],
                            "no overlay can be mounted")
            yield f"{scratch}/root"
        finally:
            remove(scratch)


def remove(scratch: str) -> None:
    """Unmount and delete a scratch directory and its lock."""
    subprocess.run(["umount", "--lazy", f"{scratch}/root"], capture_output=True, check=False)
    if os.path.ismount(f"{scratch}/root"):
        return
    shutil.rmtree(scratch, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(scratch + ".lock")


def sweep() -> None:
    """Delete what killed processes left: their mounts are gone, their directories and locks are free."""
    for name in os.listdir(cache_directory()):
        if name.startswith("overlay-") and name.endswith(".lock"):
            path = os.path.join(cache_directory(), name)
            with contextlib.suppress(OSError), open(path, "r+", encoding="utf-8") as file:
                if time.time() - os.fstat(file.fileno()).st_mtime < SETTLE:
                    continue
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                remove(path[:-len(".lock")])


def require_success(argv: Sequence[str], what: str) -> None:
    """Run a program on this machine; skip with its own words when it fails."""
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                          timeout=1200)
    if done.returncode:
        unavailable(what, done.stderr or done.stdout)


def unavailable(what: str, said: str) -> NoReturn:
    """Skip because something this needs could not be had."""
    words = [line for line in said.strip().splitlines() if line.strip()]
    pytest.skip(f"{what}: {' / '.join(words[-3:]) or 'no reason given'}")
