"""A tree of files to be laid over this machine and paths to be taken away in, a root in which that is so out.

Every file system is the lower part of an overlay whose upper part is in memory: what a program writes goes
there and nowhere else. /run, /tmp and /dev are new; there is no network and no socket of this machine's.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Sequence
from typing import NamedTuple

from .kernel import (
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    CLONE_NEWUTS,
    MS_BIND,
    MS_NODEV,
    MS_NOSUID,
    MS_PRIVATE,
    MS_REC,
    mount,
    mount_points,
    name_machine,
    raise_loopback,
    show_only,
    unshare,
)

PRIVATE = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
SIZE = "size=3g,mode=755"    # of all that is written, in memory that is used only as it is written
DEVICES = ("null", "zero", "full", "random", "urandom")
EMPTIED = ("/run", "/tmp", "/var/tmp", "/dev/shm")
SKIPPED = ("/proc", "/sys", "/dev", *EMPTIED)


def enter_namespaces(uid: int, gid: int) -> None:
    """For root as it is; for anybody else through a user namespace, where the machine allows that."""
    if os.geteuid() == 0:
        unshare(PRIVATE)
        return
    unshare(PRIVATE | CLONE_NEWUSER)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)


class Wanted(NamedTuple):
    """`laid_over` is a tree of what comes, `removed` are paths that go.

    `shown` are directories that the user and group which the jobs run as have to see, wherever they are.
    """

    laid_over: str
    removed: Sequence[str]
    shown: Sequence[str]
    uid: int
    gid: int


def build(memory: str, wanted: Wanted) -> str:
    """The new root's path, below `memory`: an empty directory that becomes a file system in memory.

    Called in namespaces of its own. One overlay a directory: the kernel takes no layer that lies within
    another, and none with mounts that an unprivileged process may not look below.
    """
    mount("none", "/", "", MS_REC | MS_PRIVATE)
    mount("tmpfs", memory, "tmpfs", MS_NOSUID | MS_NODEV, SIZE)
    root, comes = memory + "/root", memory + "/comes"
    os.mkdir(root, 0o755)
    copy_resolved(wanted.laid_over, comes)
    mirror_modes(comes)
    above = [comes, _whiteouts(memory, wanted.removed)]    # what comes takes the place of what goes
    deeper = [place for place in mount_points() if place.count("/") > 1 and not is_below(place, [memory])]
    for number, place in enumerate([*_top_level(comes), *deeper]):
        if is_below(place, SKIPPED):
            continue
        if place in deeper and not os.path.isdir(root + place):
            continue
        os.makedirs(root + place, 0o755, exist_ok=True)
        _overlay(root + place, place, [tree + place for tree in above], f"{memory}/{number}")
    for name in os.listdir("/"):
        if os.path.islink("/" + name):
            os.symlink(os.readlink("/" + name), f"{root}/{name}")
    _furnish(root)
    _show(memory, wanted, above)
    return root


def is_below(path: str, tops: Sequence[str]) -> bool:
    """Whether it is one of them or lies in one."""
    return f"{path}/".startswith(tuple(f"{top}/" for top in tops))


def copy_resolved(tree: str, target: str) -> None:
    """Each file to where its path leads on this machine: a layer holds no link that another one's path goes through."""
    os.mkdir(target, 0o755)
    for directory, directories, files in os.walk(tree):
        place = target + os.path.realpath(directory[len(tree):] or "/")
        os.makedirs(place, 0o755, exist_ok=True)
        for name in files + [name for name in directories if os.path.islink(f"{directory}/{name}")]:
            shutil.copy2(f"{directory}/{name}", f"{place}/{name}", follow_symlinks=False)


def _show(memory: str, wanted: Wanted, above: Sequence[str]) -> None:
    """What is to be seen and lies in a place that is emptied, or that the jobs' user may not pass.

    Such a place has nothing else in it then: what the user may not look into stays hidden.
    """
    root, made = memory + "/root", set()
    for number, place in enumerate(sorted({os.path.realpath(path) for path in wanted.shown})):
        closed = next((top for top in EMPTIED if is_below(place, [top])), "") or _first_closed(place, wanted)
        there = [tree + place for tree in above]
        if not closed or not any(map(os.path.isdir, (place, *there))) or os.path.ismount(root + place):
            continue
        if closed not in made and closed not in EMPTIED:
            mount("tmpfs", root + closed, "tmpfs", MS_NOSUID | MS_NODEV, "size=256m,mode=755")
        made.add(closed)
        os.makedirs(root + place, 0o755, exist_ok=True)
        _overlay(root + place, place, there, f"{memory}/shown{number}", 0o755)


def _first_closed(place: str, wanted: Wanted) -> str:
    """The topmost directory on the way that the jobs' user cannot pass; empty where there is none."""
    parts = place.split("/")
    for end in range(2, len(parts) + 1):
        here = "/".join(parts[:end])
        try:
            status = os.stat(here)
        except OSError:
            return ""    # not there yet: what comes is made to be passed
        mine = 0o100 if status.st_uid == wanted.uid else 0o010 if status.st_gid == wanted.gid else 0o001
        if not status.st_mode & mine:
            return here
    return ""


def _top_level(comes: str) -> list[str]:
    """The directories of `/`, and those that are to be there."""
    names = {name for top in ("/", comes) for name in os.listdir(top)
             if os.path.isdir(f"{top}/{name}") and not os.path.islink(f"/{name}")}
    return ["/" + name for name in sorted(names)]


def _overlay(target: str, place: str, above: Sequence[str], own: str, mode: int = 0) -> None:
    """`place` with layers over it and memory on top; where that cannot be, the place itself, only to be read.

    `mode` is what its own is widened by.
    """
    os.makedirs(own + "/upper", 0o755)
    os.mkdir(own + "/work", 0o755)
    layers = [*above, place] if os.path.isdir(place) else above
    layers = [layer for layer in layers if os.path.isdir(layer)]
    if len(layers) == 1 and layers[0] != place:
        os.mkdir(own + "/nothing", 0o755)
        layers.append(own + "/nothing")    # one lower directory needs another kind of mount
    options = ",userxattr" if os.geteuid() != 0 else ""
    if os.path.isdir(place):
        shutil.copystat(place, own + "/upper")
        os.chmod(own + "/upper", stat.S_IMODE(os.stat(place).st_mode) | mode)
    try:
        mount("overlay", target, "overlay", MS_NODEV | MS_NOSUID,
              f"lowerdir={':'.join(map(_escape, layers))},upperdir={_escape(own)}/upper,"
              f"workdir={_escape(own)}/work{options}")
    except OSError:
        if any(map(os.path.isdir, above)):
            raise
        show_only(place, target)


def mirror_modes(tree: str) -> None:
    """A directory that is there already keeps its owner and mode: an overlay shows its topmost layer's."""
    for directory, _, _ in os.walk(tree):
        place = directory[len(tree):] or "/"
        if os.path.isdir(place) and not os.path.islink(place):
            status = os.stat(place)
            if os.geteuid() == 0:
                os.chown(directory, status.st_uid, status.st_gid)
            os.chmod(directory, stat.S_IMODE(status.st_mode) | (0 if os.geteuid() == 0 else 0o700))


def _escape(path: str) -> str:
    """Colons, commas and backslashes separate in overlay's options."""
    return path.replace("\\", "\\\\").replace(":", "\\:").replace(",", "\\,")


def _whiteouts(memory: str, removed: Sequence[str]) -> str:
    """A tree of character devices 0/0: what an overlay takes for "not there" (overlayfs, whiteouts)."""
    top = memory + "/removed"
    os.mkdir(top, 0o755)
    for path in _resolved(removed):
        os.makedirs(os.path.dirname(top + path), 0o755, exist_ok=True)
        os.mknod(top + path, stat.S_IFCHR | 0o600, os.makedev(0, 0))
    mirror_modes(top)
    return top


def _resolved(removed: Sequence[str]) -> list[str]:
    """Where they really are, each once, without those that lie in another one."""
    found: list[str] = []
    real = {f"{os.path.realpath(os.path.dirname(path))}/{os.path.basename(path)}" for path in removed}
    for path in sorted(real, key=lambda path: path.split("/")):
        if not is_below(path, found[-1:]):
            found.append(path)
    return found


def _furnish(root: str) -> None:
    """/proc of the new process namespace, a few devices, the machine's /sys to read, empty places to write."""
    for place in ("/proc", "/sys", "/dev"):
        os.makedirs(root + place, exist_ok=True)
    mount("proc", root + "/proc", "proc", MS_NOSUID | MS_NODEV)
    mount("tmpfs", root + "/dev", "tmpfs", MS_NOSUID, "size=64k,mode=755")
    for name in DEVICES:
        with open(f"{root}/dev/{name}", "wb"):
            pass
        mount(f"/dev/{name}", f"{root}/dev/{name}", "", MS_BIND)
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"),
                         ("stderr", "/proc/self/fd/2")):
        os.symlink(target, f"{root}/dev/{name}")
    for place in EMPTIED:
        os.makedirs(root + place, exist_ok=True)
        mode = "755" if place == "/run" else "1777"
        mount("tmpfs", root + place, "tmpfs", MS_NOSUID | MS_NODEV, f"size=256m,mode={mode}")
    _show_system(root)
    _name(root)


def _show_system(root: str) -> None:
    try:
        show_only("/sys", root + "/sys")
    except OSError:
        pass    # not there, or not to be had: programs find an empty directory


def _name(root: str) -> None:
    """A machine that can look up its own name without asking anybody: many programs do so when they start."""
    try:
        raise_loopback()
        name_machine("localhost")
        if not os.path.exists(root + "/etc/hosts"):
            with open(root + "/etc/hosts", "w", encoding="ascii") as file:
                file.write("127.0.0.1 localhost\n")
    except OSError:
        pass    # then a name is not found, as on a machine that is set up so
