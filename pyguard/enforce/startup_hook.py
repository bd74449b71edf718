"""An interpreter and a site directory -> the startup hook is there, or is taken away again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from typing import NamedTuple

from ..errors import PyguardError
from .manifest import Manifest, list_manifests, read_manifest

MODULES = ("_pyguard_boot.py", "_pyguard_handover.py", "_pyguard_words.py", "_pyguard_notice.py",
           "_pyguard_shield.py", "_pyguard_watch.py")
CONFIGURATION = "_pyguard.conf"
STARTERS = ("pyguard.start", "pyguard.pth")    # last: from here on interpreters look for the rest
CUSTOMIZE = ("sitecustomize.py",)              # in their place, where a site wants it so
MINOR = "@minor@"    # the hook puts in `3.11` for it: one configuration serves all Pythons of a shared directory
COMPILE = "import py_compile, sys\nfor path in sys.argv[1:]: py_compile.compile(path, doraise=True)"
TIMEOUT = 60.0


class Engine(NamedTuple):
    """How the hook calls pyguard, and the files without which that would not work."""

    argv: tuple[str, ...]
    files: tuple[str, ...]


class Target(NamedTuple):
    """An interpreter to be guarded: how it is called, its byte code's tag, and the site directory for the hook."""

    interpreter: str
    tag: str
    site: str


def install(target: Target, engine: Engine, sources: str, notices: Sequence[str], manifest: Manifest,
            starters: Sequence[str] = STARTERS) -> None:
    """Write the hook into the site directory. Raises PyguardError, and then nothing starts it.

    `sources`: the directory that holds its files; `notices`: where it looks for shadowed names, `~/` for the home;
    the first of them is this installation's own, and the list of shielded scripts lies beside it.
    """
    files = {name: _read(os.path.join(sources, name)) for name in (*MODULES, *starters)}
    manifest.open()
    for name in MODULES:
        manifest.create(os.path.join(target.site, name), files[name])
    manifest.create(os.path.join(target.site, CONFIGURATION), configuration(engine, notices))
    _compile(target, MODULES, manifest)
    for name in starters:
        manifest.create(os.path.join(target.site, name), files[name])
    _compile(target, [name for name in starters if name.endswith(".py")], manifest)
    expect_notices(notices, manifest)


def is_static(site: str, manifests: str) -> bool:
    """True where an OS package brought the hook, which is not ours to write: no record names its file."""
    path = os.path.join(site, MODULES[0])
    return os.path.exists(path) and not any(line.path == path for name in list_manifests(manifests)
                                            for line in read_manifest(name))


def expect_notices(notices: Sequence[str], manifest: Manifest) -> None:
    """What the engine will write for the hook goes when the hook does."""
    manifest.make_directory(os.path.dirname(notices[0]))
    manifest.expect(notices[0])
    manifest.expect(shield_path(notices[0]))


def configuration(engine: Engine, notices: Sequence[str]) -> bytes:
    """The text of the file that tells the hook where the engine is."""
    lines = [*(f"engine={word}" for word in engine.argv), *(f"engine-file={path}" for path in engine.files),
             *(f"notice={path}" for path in notices), f"shield={shield_path(notices[0])}"]
    if any("\n" in line for line in lines):
        raise PyguardError("odd-path", "pyguard's own path holds a line break", hint="install it somewhere else")
    return "".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape")


def shield_path(notice: str) -> str:
    """The list of shielded scripts that goes with a notice."""
    return f"{notice}.shield"


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise PyguardError("no-asset", f"pyguard's own file is missing: {error.strerror}", path,
                           hint="install pyguard again: sh hooks/install.sh") from error


def _compile(target: Target, names: Sequence[str], manifest: Manifest) -> None:
    """Byte code, made by the interpreter itself: who may not write there would compile at every start."""
    if not names:
        return
    manifest.make_directory(os.path.join(target.site, "__pycache__"))
    for name in names:
        for level in ("", ".opt-1", ".opt-2"):
            manifest.expect(os.path.join(target.site, "__pycache__", f"{name[:-3]}.{target.tag}{level}.pyc"))
    paths = [os.path.join(target.site, name) for name in names]
    try:
        done = subprocess.run([target.interpreter, "-I", "-S", "-c", COMPILE, *paths], stdin=subprocess.DEVNULL,
                              capture_output=True, env={}, cwd="/", timeout=TIMEOUT, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        raise PyguardError("not-run", f"{target.interpreter} could not be run: {error}",
                           hint="a broken interpreter needs no guard") from error
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise PyguardError("not-compiled", f"{target.interpreter} does not take the hook: {' '.join(last)}")
