"""The few system calls that make a private view of a machine, by libc; each raises OSError as os would."""

from __future__ import annotations

import ctypes
import fcntl
import functools
import os
import re
import socket
import struct
from typing import Any

# linux/sched.h
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
# linux/mount.h
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
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
    result = _libc().mount(source.encode(), target.encode(), kind.encode() or None, ctypes.c_ulong(flags),
                           data.encode() or None)
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


def mount_points() -> list[str]:
    """Where this process sees file systems that hold files: `/`, `/usr`, `/home` ... (proc(5), mountinfo)."""
    found = []
    with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            before, _, after = line.partition(" - ")
            place = OCTAL.sub(lambda match: chr(int(match[1], 8)), before.split()[4])
            if after.split()[0] not in PSEUDO and os.path.isdir(place):
                found.append(place)
    return sorted(set(found) | {"/"})


def name_machine(name: str) -> None:
    """sethostname(2), in a UTS namespace of one's own."""
    _check(_libc().sethostname(name.encode(), len(name)), "sethostname")


def raise_loopback() -> None:
    """Interface `lo` of a new network namespace is down until somebody raises it (netdevice(7))."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        fcntl.ioctl(channel, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP | IFF_RUNNING))
