"""pyguard itself in a throw-away root: installed once a release by its own installer, then copied into each."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path

from tests.checkout import tracked_files
from tests.rootfs import Root, overlay

TOP = Path(__file__).resolve().parent.parent
CHECKOUT = "/usr/src/pyguard"
COMMAND = "/usr/local/bin/pyguard"
PARTS = ("usr/local/lib/pyguard", "usr/local/bin/pyguard")


def hand_in_checkout(root: Root) -> None:
    """The tracked files and those that git would track, as they stand in the working tree."""
    for name in tracked_files():
        target = Path(root.path + CHECKOUT) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(TOP / name, target)


@functools.cache
def packed(release: str) -> bytes:
    """A tar archive of a system-wide installation on that release."""
    with overlay(release) as root:
        hand_in_checkout(root)
        root.run(["sh", f"{CHECKOUT}/hooks/install.sh", "--system", "--no-demo", "--no-hooks"], check=True, timeout=600)
        return subprocess.run(["tar", "-C", root.path, "-cf", "-", *PARTS], capture_output=True, check=True).stdout


def install_engine(root: Root) -> list[str]:
    """Put pyguard into the root, system-wide; the command that runs it."""
    subprocess.run(["tar", "-C", root.path, "-xf", "-"], input=packed(root.release), check=True)
    assert os.path.exists(root.path + COMMAND)
    return [COMMAND]
