"""The few system calls that make a private view of a machine, by libc; each raises OSError as os would."""

from __future__ import annotations

import ctypes
import fcntl
import functools
import os
import re
import socket
import struct
from collections.abc import Iterator
from typing import Any

# linux/sched.h
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
# linux/mount.h
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
MNT_DETACH = 2
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV = 1, 2, 4
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
SYS_MOUNT_SETATTR = 442    # everywhere but on alpha; Linux 5.12
KEPT_FLAGS = {os.ST_NOSUID: MS_NOSUID, os.ST_NODEV: MS_NODEV, os.ST_NOEXEC: MS_NOEXEC, os.ST_NOATIME: 1 << 10,
              os.ST_NODIRATIME: 1 << 11, os.ST_RELATIME: 1 << 21}    # of statvfs(3), as mount(2) has them
# linux/prctl.h
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
LAST_CAPABILITY = 63
SIOCSIFFLAGS, IFF_UP, IFF_RUNNING = 0x8914, 1, 64    # linux/sockios.h, linux/if.h

OCTAL = re.compile(r"\\([0-7]{3})")
PSEUDO = frozenset({"proc", "sysfs", "devtmpfs", "devpts", "tmpfs", "cgroup", "cgroup2", "mqueue", "securityfs",
                    "debugfs", "tracefs", "pstore", "bpf", "efivarfs", "configfs", "hugetlbfs", "autofs",
                    "binfmt_misc", "fusectl", "ramfs", "rpc_pipefs", "nsfs"})


@functools.cache
def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    """unshare(2)."""
    _check(_libc().unshare(flags), "unshare")


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """mount(2)."""
    result = _libc().mount(os.fsencode(source), os.fsencode(target), kind.encode() or None, ctypes.c_ulong(flags),
                           os.fsencode(data) or None)
    _check(result, f"mount {target}")


def prctl(option: int, value: int = 0) -> None:
    """prctl(2); an option that this kernel does not have is an OSError."""
    zero = ctypes.c_ulong(0)
    _check(_libc().prctl(option, ctypes.c_ulong(value), zero, zero, zero), "prctl")


def drop_capabilities() -> None:
    """Nothing that is started from here on gains any, set-user-ID programs included."""
    for capability in range(LAST_CAPABILITY + 1):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break    # past the last one that this kernel knows, or none to drop
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def show_only(source: str, target: str) -> None:
    """A directory with all that is mounted below it, to be read alone; raises OSError, and leaves nothing then.

    A flag of a bind mount's holds for the topmost file system alone, unless each one below gets it, too.
    """
    mount(source, target, "", MS_BIND | MS_REC)
    try:
        try:
            _set_attributes(target, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)
        except OSError:    # an older kernel's way: one by one, with the flags that must not be lost
            for place in _mounted(target):
                had = os.statvfs(place).f_flag
                kept = sum(flag for seen, flag in KEPT_FLAGS.items() if had & seen)
                mount("none", place, "", MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | kept)
    except OSError:
        _check(_libc().umount2(os.fsencode(target), MNT_DETACH), f"umount {target}")
        raise


def _set_attributes(target: str, attributes: int) -> None:
    """mount_setattr(2), for all below, too."""
    wanted = struct.pack("QQQQ", attributes, 0, 0, 0)
    _check(_libc().syscall(ctypes.c_long(SYS_MOUNT_SETATTR), ctypes.c_int(AT_FDCWD), os.fsencode(target),
                           ctypes.c_uint(AT_RECURSIVE), wanted, ctypes.c_size_t(len(wanted))), "mount_setattr")


def mount_points() -> list[str]:
    """Where this process sees file systems that hold files: `/`, `/usr`, `/home` ... (proc(5), mountinfo)."""
    found = {place for place, kind in _mounts() if kind not in PSEUDO and os.path.isdir(place)}
    return sorted(found | {"/"})


def _mounted(top: str) -> list[str]:
    return sorted({place for place, _ in _mounts() if f"{place}/".startswith(f"{top}/")})


def _mounts() -> Iterator[tuple[str, str]]:
    """Each mount's place, and its kind of file system."""
    with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            before, _, after = line.partition(" - ")
            yield OCTAL.sub(lambda match: chr(int(match[1], 8)), before.split()[4]), after.split()[0]


def name_machine(name: str) -> None:
    """sethostname(2), in a UTS namespace of one's own."""
    _check(_libc().sethostname(name.encode(), len(name)), "sethostname")


def raise_loopback() -> None:
    """Interface `lo` of a new network namespace is down until somebody raises it (netdevice(7))."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        fcntl.ioctl(channel, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP | IFF_RUNNING))
