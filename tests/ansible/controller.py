"""ansible-core from the package index in an environment of its own, cached: what the tests drive the role with."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests import rootcache
from tests.checkout import CHECKOUT

# The targets of 2.18 and 2.19 are Python 3.8 to 3.13, of 2.20 3.9 to 3.14 (Ansible's support matrix); all need 3.11.
WANTED = "ansible-core>=2.18,<2.21"
PYTHONS = ("python3.11", "python3.12", "python3.13", "python3.14")
LIBRARY = str(CHECKOUT / "hooks" / "ansible")


@functools.cache
def controller() -> str:
    """The directory with ansible-playbook; skips with the reason where it cannot be had."""
    if not os.path.isdir("/dev/shm"):
        pytest.skip("Ansible needs /dev/shm")
    python, version = find_python()
    place = f"{rootcache.cache_directory()}/ansible-{version}-{rootcache.RECIPE}"
    with rootcache.locked(place + ".lock"):
        if not os.path.exists(place + "/complete"):
            shutil.rmtree(place, ignore_errors=True)
            make_environment(python, place)
            Path(place + "/complete").touch()
    return place + "/bin"


def find_python() -> tuple[str, str]:
    """This very Python where it is new enough, else the first that is and starts (a shim may not); and its version."""
    for python in filter(None, (sys.executable, *map(shutil.which, PYTHONS))):
        done = subprocess.run([python, "-Ic", "import sys, venv; print('%d.%d' % sys.version_info[:2])"],
                              capture_output=True, text=True)
        version = done.stdout.strip()
        if done.returncode == 0 and f"python{version}" in PYTHONS:
            return python, version
    pytest.skip("ansible-core for Debian 11 to 13 needs Python 3.11 or later on the controller")


def make_environment(python: str, place: str) -> None:
    """A venv without pip, filled by this suite's own pip."""
    subprocess.run([python, "-I", "-m", "venv", "--without-pip", place], check=True)
    done = subprocess.run([sys.executable, "-m", "pip", "--python", f"{place}/bin/python", "install", "--quiet",
                           "--no-warn-script-location", WANTED], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no ansible-core: {done.stderr.strip()[-400:]}")


def environment(home: Path) -> dict[str, str]:
    """What Ansible sees: its files below `home`, this checkout's role, the suite's own pyguard on PATH."""
    path = (controller(), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))
    return {"PATH": ":".join(path), "HOME": str(home),
            "LANG": "C.UTF-8", "ANSIBLE_HOME": str(home / "a"), "ANSIBLE_ROLES_PATH": f"{LIBRARY}/roles",
            "ANSIBLE_CONFIG": str(home / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1", "ANSIBLE_PIPELINING": "1",
            "ANSIBLE_FORKS": "6", "ANSIBLE_TIMEOUT": "20", "ANSIBLE_SSH_CONTROL_PATH_DIR": sockets()}


@functools.cache
def sockets() -> str:
    """ssh's sockets have paths of at most 108 bytes (unix(7)), and those of the tests' directories are longer."""
    directory = tempfile.mkdtemp(prefix="ssh-", dir="/tmp")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory
