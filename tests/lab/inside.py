"""A system's layers in, pyguard installed over them with warm caches, and overlays to ask it in, out."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Optional

from tests import engine, rootcache, rootfs

# The root is pivoted to, not chrooted: in a chroot the kernel grants nobody a user namespace (user_namespaces(7)).
ENTER = """mount --make-rprivate / && cd "$1" && mkdir -p .outside && pivot_root . .outside || exit 125
mount -t proc proc /proc && mount --rbind /.outside/dev /dev && mount --rbind /.outside/sys /sys || exit 125
umount -l /.outside && rmdir /.outside; shift
exec setpriv "$@"
"""
WHEELS = "/lab-wheels"
PINS = "/lab-pins.txt"
CACHE = "/var/cache/pyguard"
READ, LEARNED = ("summaries-",), ("rehearsed", "upstream")    # files of that cache
WARM = ("pip", "install", "--break-system-packages", "pyguard-warms-its-caches")
PATIENCE = 3600


class View:
    """One throw-away overlay, and who asks in it."""

    def __init__(self, root: rootfs.Root, user: str, wheels: bool) -> None:
        self.root = root
        self.user = user
        self.wheels = wheels
        self.patience = 20    # seconds for one program of a rehearsal

    def run(self, argv: Sequence[str], variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """As the user, with the root file system as `/`."""
        account = self.root.account(self.user)
        environment = self.root.environment(self.user, account[5], dict(variables))
        command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, "sh", self.root.path,
                   f"--reuid={account[2]}", f"--regid={account[3]}", "--clear-groups", "--pdeathsig=KILL", *argv]
        return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="surrogateescape", timeout=PATIENCE, check=False)

    def pinned(self, pins: Sequence[str]) -> dict[str, str]:
        """Variables under which pip takes these versions, from the wheels at hand where there are any."""
        Path(self.root.path + PINS).write_text("".join(f"{pin}\n" for pin in pins))
        found = {"PIP_CONSTRAINT": PINS} if pins else {}
        return {**found, "PIP_FIND_LINKS": WHEELS} if self.wheels and pins else found

    def explain(self, argv: Sequence[str], depth: str, variables: Mapping[str, str], tried: Sequence[str] = ()) -> str:
        """pyguard's answer; empty where it does not read such a command."""
        command = ["explain", "--json", "--depth", depth] if depth != "rehearsed" else [
            "rehearse", "--json", "--timeout", str(self.patience), *(["--for", ",".join(tried)] if tried else [])]
        done = self.run([engine.COMMAND, *command, "--", *argv], variables)
        if done.returncode and not done.stdout.startswith("{"):
            print(f"{' '.join(argv)}: {done.stderr.strip()[-600:]}", file=sys.stderr)
            return ""
        return done.stdout

    def carry_out(self, argv: Sequence[str], variables: Mapping[str, str]) -> None:
        """A step for real; that it may fail is part of the request."""
        self.run(list(argv), variables)


class Inside:
    """The system with pyguard in it."""

    def __init__(self, lower: list[str], wheels: Optional[Path]) -> None:
        self.lower = lower
        self.wheels = wheels

    @contextlib.contextmanager
    def overlay(self, user: str) -> Iterator[View]:
        """A fresh one."""
        with rootcache.mounted(self.lower) as path:
            rootfs.hand_in_network(path)
            if self.wheels is not None:
                os.makedirs(path + WHEELS, exist_ok=True)
                subprocess.run(["mount", "--bind", "-o", "ro", str(self.wheels), path + WHEELS], check=True)
            try:
                bring(path, self.lower[1:], LEARNED)
                yield View(rootfs.Root(path, "bookworm"), user, self.wheels is not None)
                keep(path, self.lower[1:], LEARNED)
            finally:
                if self.wheels is not None:
                    subprocess.run(["umount", "-l", path + WHEELS], check=False)


@contextlib.contextmanager
def opened(root: str, wheels: Optional[Path]) -> Iterator[Inside]:
    """The engine is installed and its caches filled once, in a layer that is gone afterwards."""
    rootcache.require_means()
    layers = layers_of(root)
    with rootcache.mounted(layers) as path:
        view = View(rootfs.Root(path, "bookworm"), "root", False)
        rootfs.hand_in_network(path)
        engine.install_engine(view.root)
        bring(path, layers, READ)
        said = view.explain(WARM, "resolved", {})
        assert said, "pyguard does not run in that root"
        keep(path, layers, READ)
        subprocess.run(["umount", path], check=True)
        yield Inside([os.path.dirname(path) + "/upper", *layers], wheels)


def layers_of(root: str) -> list[str]:
    """A directory; an overlay's own layers, for the kernel stacks only two overlays and the rehearsal needs one."""
    if ":" in root:
        return root.split(":")
    real = os.path.realpath(root)
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        for line in file:
            before, _, after = line.partition(" - ")
            if before.split()[4] == real and after.startswith("overlay "):
                upper = re.findall(r"upperdir=([^,]+)", after)
                lower = re.findall(r"lowerdir=([^,]+)", after)
                return [*upper, *lower[0].strip().split(":")]
    return [real]


def _kept(layers: Sequence[str]) -> str:
    digest = hashlib.sha256("\n".join(layers).encode()).hexdigest()[:16]
    return os.path.join(rootcache.cache_directory(), f"lab-summaries-{digest}")


def bring(path: str, layers: Sequence[str], names: Sequence[str]) -> None:
    """What earlier runs read and tried: pyguard itself looks whether it still holds."""
    if os.path.isdir(_kept(layers)):
        os.makedirs(path + CACHE, 0o700, exist_ok=True)
        for name in os.listdir(_kept(layers)):
            if name.startswith(tuple(names)):
                shutil.copy2(f"{_kept(layers)}/{name}", f"{path}{CACHE}/{name}")


def keep(path: str, layers: Sequence[str], names: Sequence[str]) -> None:
    """For the next run; renamed into place, for two may run at a time."""
    os.makedirs(_kept(layers), 0o700, exist_ok=True)
    for name in os.listdir(path + CACHE):
        if name.startswith(tuple(names)):
            temporary = f"{_kept(layers)}/.{name}.{os.getpid()}"
            shutil.copy2(f"{path}{CACHE}/{name}", temporary)
            os.replace(temporary, f"{_kept(layers)}/{name}")
