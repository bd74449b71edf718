"""A file system tree with an rpm database: packages described here, built and installed with the real rpm."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

SPEC = """\
Name: {name}
Version: {version}
Release: 1
Summary: made for a test
License: none
BuildArch: noarch
AutoReqProv: no
{tags}
%global __os_install_post %{{nil}}
%description
made for a test
%files
{files}
"""


class Made(NamedTuple):
    """One package: its files with their text (executable below /usr/bin), what it requires and provides."""

    name: str
    version: str
    files: dict[str, str]
    requires: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    epoch: str = ""


def require_rpm() -> None:
    for program in ("rpm", "rpmbuild"):
        if not shutil.which(program):
            pytest.skip(f"needs the program {program}")
    if os.geteuid() != 0:
        pytest.skip("needs root: rpm installs into a root by chroot")


def make_root(work: Path, packages: tuple[Made, ...]) -> Path:
    """The tree; its database is where Fedora has it."""
    require_rpm()
    built = [build(work, package) for package in packages]
    root = work / "root"
    (root / "usr/lib/sysimage/rpm").mkdir(parents=True)
    run("rpm", "--root", str(root), "--dbpath", "/usr/lib/sysimage/rpm", "--install", "--nodeps", "--nosignature",
        "--noscripts", "--ignorearch", *map(str, built))
    return root


def build(work: Path, package: Made) -> Path:
    """The path of the built package."""
    content = work / f"content-{package.name}"
    for path, text in package.files.items():
        place = content / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        place.chmod(0o755 if "/bin/" in path else 0o644)
    tags = [f"Requires: {text}" for text in package.requires] + [f"Provides: {text}" for text in package.provides]
    if package.epoch:
        tags.append(f"Epoch: {package.epoch}")
    spec = work / f"{package.name}.spec"
    spec.write_text(SPEC.format(name=package.name, version=package.version, tags="\n".join(tags),
                                files="\n".join(sorted(package.files))))
    top = work / "rpmbuild"
    run("rpmbuild", "-bb", "--quiet", "--define", f"_topdir {top}", "--define", f"_dbpath {work}/none",
        "--buildroot", str(content), "--noclean", "--nocheck", str(spec))
    return next((top / "RPMS/noarch").glob(f"{package.name}-{package.version}-*.rpm"))


def run(*argv: str) -> str:
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120,
                          env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"})
    if done.returncode:
        raise AssertionError(f"{argv} exited {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout
