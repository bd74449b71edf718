"""The startup hook in real interpreters, in a scratch user site; its engine only writes down what it is asked."""

from __future__ import annotations

import functools
import glob
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Optional

import pytest

from pyguard.facts.enumerate import find_interpreters
from pyguard.facts.interpreter import inspect
from pyguard.host import Host
from pyguard.model.facts import EnvironmentKind
from tests.rootcache import cache_directory

HOOK = Path(__file__).resolve().parents[2] / "hooks" / "startup"
FILES = ("_pyguard_boot.py", "_pyguard_handover.py", "_pyguard_words.py", "_pyguard_notice.py",
         "_pyguard_shield.py", "_pyguard_watch.py", "pyguard.pth", "pyguard.start")
MINORS = ("2.7", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13")
REFUSED = 11
NOTHING: Mapping[str, Optional[str]] = {}
# A caller of pip's interface; what it does with `main` goes into the braces.
API = """
import importlib
for name in ("pip._internal.cli.main", "pip._internal.main", "pip._internal", "pip"):
    try:
        main = importlib.import_module(name).main
        break
    except (ImportError, AttributeError):
        pass
{}
"""
ENGINE = """#!/bin/sh
# Writes down how it was called, a line a word, and answers as it was told to.
here=$(dirname "$0")
printf '%s\\n' "$@" --- >>"$here/asked"
while [ "$1" != --answer ]; do shift; done
eval "printf 'pyguard %s\\\\n' \\"$(cat "$here/answer")\\" >&$2"
"""


@functools.cache
def interpreters() -> dict[str, str]:
    """One interpreter a minor, of those on this machine that are no environments: minor -> path."""
    found: dict[str, str] = {}
    for path in find_interpreters(Host(), os.environ):
        interpreter = inspect(Host(), path, environment=os.environ, uid=os.geteuid(), probe=False)
        if interpreter.kind is not EnvironmentKind.VENV and interpreter.implementation == "cpython":
            found.setdefault(interpreter.minor, path)
    return found


def interpreter(minor: str) -> str:
    """The interpreter of that minor; skips the test where there is none."""
    if minor not in interpreters():
        pytest.skip(f"needs a Python {minor} on PATH or in a version manager's usual place")
    return interpreters()[minor]


@functools.cache
def bundled_pip(minor: str) -> str:
    """The directory of a pip that this interpreter brings with it, unpacked."""
    stdlib = subprocess.run([interpreter(minor), "-c", "import os; print(os.path.dirname(os.__file__))"],
                            capture_output=True, text=True, check=True).stdout.strip()
    places = (f"{stdlib}/ensurepip/_bundled/pip-*.whl", "/usr/share/python-wheels/pip-*.whl")
    wheels = [wheel for place in places for wheel in sorted(glob.glob(place))]
    if not wheels:
        pytest.skip(f"needs the pip that comes with Python {minor} (ensurepip)")
    return unpack(wheels[0])


@functools.cache
def download_pip(release: str) -> str:
    """The wheel of a release of pip, kept among the test caches; skips the test where it cannot be had."""
    place = os.path.join(cache_directory(), "pips")
    found = glob.glob(f"{place}/pip-{release}-*.whl")
    if not found:
        done = subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-cache-dir",
                               "--only-binary=:all:", "--python-version=3.11", "-d", place, f"pip=={release}"],
                              capture_output=True, text=True, timeout=120, check=False)
        found = glob.glob(f"{place}/pip-{release}-*.whl")
        if not found:
            pytest.skip(f"needs the network: pip {release} could not be fetched: {done.stderr.strip()[-200:]}")
    return found[0]


def unpack(wheel: str) -> str:
    """A wheel's content, kept among the test caches."""
    place = os.path.join(cache_directory(), "pips", os.path.basename(wheel)[:-4])
    if not os.path.isdir(place):
        scratch = f"{place}.{os.getpid()}"
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(scratch)
        try:
            os.rename(scratch, place)
        except OSError:    # another run was faster
            shutil.rmtree(scratch)
    return place


class Ran(NamedTuple):
    """What a command left behind; `asked` are the command lines that the engine was handed."""

    code: int
    stdout: bytes
    stderr: bytes
    asked: list[list[str]]


class Rig:
    """An interpreter with the hook in a user site of its own."""

    def __init__(self, minor: str, base: Path, pip: Optional[str] = None) -> None:
        self.python = interpreter(minor)
        self.minor = minor
        self.base = base
        self.site = base / "user" / "lib" / f"python{minor}" / "site-packages"
        self.site.mkdir(parents=True)
        self.engine = base / "engine"
        self.engine.mkdir()
        (self.engine / "pyguard").write_text(ENGINE)
        (self.engine / "pyguard").chmod(0o755)
        self.pip = pip
        for name in FILES:
            shutil.copy(HOOK / name, self.site)
        self.configure(f"engine={self.engine}/pyguard\nengine-file={self.engine}/pyguard\n")
        self.answer("stop 11")

    def answer(self, text: str) -> None:
        """What the engine will say."""
        (self.engine / "answer").write_text(text)

    def configure(self, text: str) -> None:
        """Write the hook's configuration."""
        (self.site / "_pyguard.conf").write_text(text)

    def environment(self, changes: Mapping[str, Optional[str]] = NOTHING) -> dict[str, str]:
        """What the commands see: this machine's variables stay outside."""
        variables: dict[str, Optional[str]] = {
            "PATH": os.environ["PATH"], "HOME": str(self.base / "home"), "LANG": "C.UTF-8",
            "PYTHONUSERBASE": str(self.base / "user"),
            "PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PYTHONWARNINGS": "ignore::DeprecationWarning", "PIP_BREAK_SYSTEM_PACKAGES": "1",
            "PIP_NO_PYTHON_VERSION_WARNING": "1"}
        if self.pip:
            variables["PYTHONPATH"] = self.pip
        variables.update(changes)
        return {name: value for name, value in variables.items() if value is not None}

    def run(self, *arguments: str, env: Mapping[str, Optional[str]] = NOTHING, stdin: str = "",
            cwd: Optional[Path] = None) -> Ran:
        """Run the interpreter with these arguments."""
        return self.command([self.python, *arguments], env, stdin, cwd)

    def command(self, argv: Sequence[str], env: Mapping[str, Optional[str]] = NOTHING, stdin: str = "",
                cwd: Optional[Path] = None) -> Ran:
        """Run any command."""
        (self.engine / "asked").unlink(missing_ok=True)
        (self.base / "home").mkdir(exist_ok=True)
        done = subprocess.run(argv, env=self.environment(env), cwd=cwd or self.base, input=stdin.encode(),
                              capture_output=True, timeout=60, check=False)
        asked: list[list[str]] = []
        if (self.engine / "asked").exists():
            text = (self.engine / "asked").read_text()
            asked = [block.split("\n--\n", 1)[-1].split("\n") for block in text.split("\n---\n")[:-1]]
        return Ran(done.returncode, done.stdout, done.stderr, asked)
