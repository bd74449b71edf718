"""This checkout as others see it: the files git would commit, and a fresh copy of them in a root."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.rootfs import Root

CHECKOUT = Path(__file__).parent.parent
# What may stand at the top of the repository.
ENTRIES = {".ci", ".github", ".gitignore", ".pre-commit-hooks.yaml", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE",
           "README.md", "docs", "hooks", "pyguard", "pyproject.toml", "scenarios", "tests"}


def tracked_files() -> list[str]:
    """What git would commit, or every file of an unpacked copy without git's records."""
    if (CHECKOUT / ".git").exists() and shutil.which("git"):
        # Where somebody else owns the checkout, git has to be told that it is meant.
        argv = ["git", "-c", f"safe.directory={CHECKOUT}", "ls-files", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(argv, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
        return [name for name in listed.splitlines() if (CHECKOUT / name).is_file()]
    return [str(path.relative_to(CHECKOUT)) for entry in sorted(ENTRIES)
            for path in [CHECKOUT / entry, *(CHECKOUT / entry).rglob("*")]
            if path.is_file() and "__pycache__" not in path.parts]


def copy_checkout(root: Root, place: str = "/src/pyguard", user: str = "root") -> str:
    """Put the tracked files into a root, owned by `user`; returns `place`."""
    account = root.account(user)
    for name in tracked_files():
        target = f"{root.path}{place}/{name}"
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copyfile(CHECKOUT / name, target)
        os.chmod(target, 0o644)
    for directory, _, files in os.walk(root.path + place):
        for path in (directory, *(os.path.join(directory, name) for name in files)):
            os.chown(path, int(account[2]), int(account[3]))
    return place
