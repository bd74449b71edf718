"""The apk and pacman readers: their text formats, damage, and pacman's own database where pacman is."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.errors import CollectError
from pyguard.facts.ownership import apk, load_packages, pacman
from pyguard.facts.requesters.os_packages import read_requesters
from pyguard.host import Host
from pyguard.model.facts import Bound

APK = """\
C:Q1abc=
P:py3-requests
V:2.32.3-r0
A:noarch
o:py3-requests
D:python3~3.12 py3-urllib3>=1.21 py3-urllib3<3 !py3-requests-old so:libc.musl-x86_64.so.1
p:py3.12-requests=2.32.3-r0
F:usr/lib/python3.12/site-packages/requests
R:__init__.py
a:0:0:755
F:usr/share/doc
R:README

P:py3-urllib3
V:1.26.20-r0
A:noarch
F:usr/lib/python3.12/site-packages/urllib3
R:__init__.py

"""


def apk_host(root: Path, text: str = APK) -> Host:
    (root / "lib/apk/db").mkdir(parents=True, exist_ok=True)
    (root / "lib/apk/db/installed").write_text(text)
    return Host(str(root))


def test_apk(tmp_path: Path) -> None:
    host = apk_host(tmp_path)
    found = load_packages(host)
    requests = found.packages["py3-requests"]
    assert (requests.version, requests.architecture, requests.provides) == ("2.32.3-r0", "noarch", ("py3.12-requests",))
    assert requests.depends == (
        (Bound("python3", "~", "3.12", "apk"),), (Bound("py3-urllib3", ">=", "1.21", "apk"),),
        (Bound("py3-urllib3", "<", "3", "apk"),), (Bound("so:libc.musl-x86_64.so.1", scheme="apk"),))
    assert found.owners == {"/usr/lib/python3.12/site-packages/requests/__init__.py": "py3-requests",
                            "/usr/lib/python3.12/site-packages/urllib3/__init__.py": "py3-urllib3"}
    (requester,) = read_requesters(host, found)
    assert requester.name == "py3-requests"
    assert [str(bound) for bound in requester.needs] == ["py3-urllib3 (>= 1.21)", "py3-urllib3 (< 3)"]
    assert apk.stamp(host)[0][2] == len(APK)


@pytest.mark.parametrize(("text", "reference"), [
    (APK[:-20], "package-database-truncated"), ("P:x\n\n", "package-database-damaged"),
    ("V:1\n\n", "package-database-damaged"), ("nonsense\n", "package-database-damaged")])
def test_a_damaged_apk_database_is_one_error(tmp_path: Path, text: str, reference: str) -> None:
    with pytest.raises(CollectError) as caught:
        load_packages(apk_host(tmp_path, text))
    assert caught.value.reference == reference and caught.value.context == "/lib/apk/db/installed"


def test_what_apk_cannot_mean_is_a_gap(tmp_path: Path) -> None:
    found = load_packages(apk_host(tmp_path, "P:x\nV:1\nD:>=3 ok\n\n"))
    assert [gap.subject for gap in found.gaps] == ["x"]
    assert found.packages["x"].depends == ((Bound("ok", scheme="apk"),),)


DESC = "%NAME%\npython-requests\n\n%VERSION%\n2.32.3-1\n\n%BASE%\npython-requests\n\n%ARCH%\nany\n\n" \
       "%DEPENDS%\npython>=3.12\npython-urllib3<3\n\n%PROVIDES%\nrequests=2\n\n"
FILES = "%FILES%\nusr/\nusr/lib/python3.12/site-packages/requests/__init__.py\nusr/share/doc/x\n\n"


def pacman_host(root: Path, desc: str = DESC, files: str = FILES) -> Host:
    entry = root / "var/lib/pacman/local/python-requests-2.32.3-1"
    entry.mkdir(parents=True, exist_ok=True)
    (entry / "desc").write_text(desc)
    (entry / "files").write_text(files)
    (entry.parent / "ALPM_DB_VERSION").write_text("9\n")
    return Host(str(root))


def test_pacman(tmp_path: Path) -> None:
    host = pacman_host(tmp_path)
    found = load_packages(host)
    package = found.packages["python-requests"]
    assert (package.version, package.architecture, package.source) == ("2.32.3-1", "any", "python-requests")
    assert package.depends == ((Bound("python", ">=", "3.12", "pacman"),),
                               (Bound("python-urllib3", "<", "3", "pacman"),))
    assert package.provides == ("requests",)
    assert found.owners == {"/usr/lib/python3.12/site-packages/requests/__init__.py": "python-requests"}
    before = pacman.stamp(host)
    (tmp_path / "var/lib/pacman/local/other-1-1").mkdir()
    assert pacman.stamp(host) != before


@pytest.mark.parametrize(("desc", "files", "reference"), [
    (DESC[:-4], FILES, "package-database-truncated"), ("%NAME%\nx\n\n", FILES, "package-database-damaged"),
    ("stray\n", FILES, "package-database-damaged"), (DESC, FILES[:-3], "package-database-truncated")])
def test_a_damaged_pacman_entry_is_one_error(tmp_path: Path, desc: str, files: str, reference: str) -> None:
    with pytest.raises(CollectError) as caught:
        load_packages(pacman_host(tmp_path, desc, files))
    assert caught.value.reference == reference and "python-requests-2.32.3-1" in caught.value.context


def test_an_entry_without_its_files_is_one_error(tmp_path: Path) -> None:
    host = pacman_host(tmp_path)
    (tmp_path / "var/lib/pacman/local/python-requests-2.32.3-1/files").unlink()
    with pytest.raises(CollectError):
        load_packages(host)


def test_what_pacman_cannot_mean_is_a_gap(tmp_path: Path) -> None:
    found = load_packages(pacman_host(tmp_path, DESC.replace("python>=3.12", ">=3.12")))
    assert [gap.subject for gap in found.gaps] == ["python-requests"]


def test_pacmans_own_database(tmp_path: Path) -> None:
    if not shutil.which("pacman"):
        pytest.skip("needs the program pacman")
    if os.geteuid() != 0:
        pytest.skip("needs root: pacman installs for root only")
    package = tmp_path / "python-attrs-23.2.0-1-any.pkg.tar"
    content = tmp_path / "content"
    module = content / "usr/lib/python3.12/site-packages/attr/__init__.py"
    module.parent.mkdir(parents=True)
    module.touch()
    (content / ".PKGINFO").write_text("pkgname = python-attrs\npkgver = 23.2.0-1\narch = any\nsize = 1\n"
                                      "builddate = 1\ndepend = python>=3.12\nprovides = attrs=23\n")
    with tarfile.open(package, "w") as archive:
        for name in (".PKGINFO", "usr"):
            archive.add(content / name, name)
    root = tmp_path / "root"
    (root / "var/lib/pacman").mkdir(parents=True)
    (tmp_path / "pacman.conf").write_text("[options]\nSigLevel = Never\nArchitecture = auto\n")
    subprocess.run(["pacman", "--config", tmp_path / "pacman.conf", "--root", root, "--dbpath", root / "var/lib/pacman",
                    "--cachedir", tmp_path / "cache", "--logfile", tmp_path / "log", "--noconfirm", "--nodeps",
                    "--nodeps", "--noscriptlet", "--upgrade", package], check=True, capture_output=True, timeout=60)
    found = load_packages(Host(str(root)))
    assert found.gaps == () and set(found.packages) == {"python-attrs"}
    assert found.packages["python-attrs"].version == "23.2.0-1"
    assert found.packages["python-attrs"].depends == ((Bound("python", ">=", "3.12", "pacman"),),)
    assert found.owners == {"/usr/lib/python3.12/site-packages/attr/__init__.py": "python-attrs"}


@given(st.text(max_size=20))
def test_any_dependency_is_read_or_is_none(text: str) -> None:
    for bound in (apk.parse_bound(text), pacman.parse_bound(text)):
        assert bound is None or bound.package
