"""Which pip an interpreter would run, and whether it is Debian's patched one or Fedora's."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.facts.pip_build import find_pip
from pyguard.host import Host
from pyguard.model.facts import Owner, OwnerKind, PipBuild, SiteDirectory
from tests.builders import LOCAL_SITE, OS_SITE, an_interpreter, some_sites

OWNER = Owner(OwnerKind.OS, "python3-pip")


def owner_of(path: str) -> Owner | None:
    return OWNER if path.startswith("/usr/lib/") else None


def install(tmp_path: Path, site: str, version: str, patched: bool = False) -> None:
    package = tmp_path / site[1:] / "pip"
    (package / "_internal/utils").mkdir(parents=True)
    (package / "__init__.py").write_text(f'from typing import List\n\n__version__ = "{version}"\n')
    prefix = "'/usr'" if patched else "sys.prefix"
    (package / "_internal/utils/misc.py").write_text(f"    prefix = {prefix}\n")


def find(tmp_path: Path, sites: tuple[SiteDirectory, ...] = some_sites()) -> PipBuild | None:
    return find_pip(Host(str(tmp_path)), an_interpreter(), sites, owner_of)


@pytest.mark.parametrize("patched", [True, False])
def test_distributions_own(tmp_path: Path, patched: bool) -> None:
    install(tmp_path, OS_SITE, "23.0.1", patched)
    assert find(tmp_path) == PipBuild(OS_SITE + "/pip", "23.0.1", OWNER, patched)


def test_the_first_on_the_path_wins(tmp_path: Path) -> None:
    install(tmp_path, OS_SITE, "23.0.1", True)
    install(tmp_path, LOCAL_SITE, "26.3", True)
    assert find(tmp_path, some_sites()[::-1]) == PipBuild(LOCAL_SITE + "/pip", "26.3", None, False)


def test_none(tmp_path: Path) -> None:
    (tmp_path / OS_SITE[1:] / "pip").mkdir(parents=True)
    assert find(tmp_path) is None


def test_a_damaged_one(tmp_path: Path) -> None:
    install(tmp_path, OS_SITE, "1")
    (tmp_path / OS_SITE[1:] / "pip/__init__.py").write_text("")
    (tmp_path / OS_SITE[1:] / "pip/_internal/utils/misc.py").unlink()
    assert find(tmp_path) == PipBuild(OS_SITE + "/pip", "", OWNER, False)


@pytest.mark.parametrize(("file", "text", "expected"), [
    ("_internal/utils/misc.py", "def dist_in_install_path(dist):", True), ("_internal/utils/misc.py", "", False),
    ("utils/__init__.py", "def dist_in_install_path(dist):", True),    # pip 9, EL 8
    ("_internal/resolution/resolvelib/factory.py", "# Prevent uninstalling packages from /usr", True)])
def test_fedoras_build_spares_its_own_prefix(tmp_path: Path, file: str, text: str, expected: bool) -> None:
    site = "/usr/lib/python3.9/site-packages"
    install(tmp_path, site, "21.3.1")
    (tmp_path / site[1:] / "pip" / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / site[1:] / "pip" / file).write_text(text)
    sites = (SiteDirectory(site, OwnerKind.OS, "posix_prefix", 0),)
    found = find(tmp_path, sites)
    assert found == PipBuild(site + "/pip", "21.3.1", OWNER, patched=False, spares_prefix=expected)
    nobodys = find_pip(Host(str(tmp_path)), an_interpreter(), sites, lambda path: None)
    assert nobodys == PipBuild(site + "/pip", "21.3.1")
