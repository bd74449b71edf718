"""Interpreters of other distributions, in file trees: what the static evidence makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.facts.interpreter import inspect
from pyguard.host import Host
from pyguard.model.facts import EnvironmentKind as Kind
from pyguard.model.facts import OwnerKind


def test_conda_in_usr_local(tmp_path):
    """condacolab and some images: conda is looked for before the rule on /usr/local."""
    names = ("history", "conda-24.1.0-py310_0.json", "python-3.10.14-hd12c33a_0_cpython.json")
    make_tree(tmp_path, "usr/local", "3.10", {f"conda-meta/{name}": "{}" for name in names})
    found = inspect(Host(str(tmp_path)), "/usr/local/bin/python3", environment={}, uid=0)
    assert (found.kind, found.version, found.prefix) == (Kind.CONDA_BASE, "3.10.14", "/usr/local")


def make_tree(root: Path, prefix: str, minor: str, files: dict[str, str] | None = None) -> None:
    """An installation that nobody could run: names only."""
    wanted = {f"bin/python{minor}": "\x7fELF", f"lib/python{minor}/os.py": "", **(files or {})}
    for name, text in wanted.items():
        (root / prefix / name).parent.mkdir(parents=True, exist_ok=True)
        (root / prefix / name).write_text(text)
    (root / prefix / f"bin/python{minor}").chmod(0o755)
    link = root / prefix / "bin/python3"
    if not link.is_symlink():
        link.symlink_to(f"python{minor}")


@pytest.mark.parametrize(("prefix", "kind"), [
    ("usr/local", Kind.LOCAL), ("opt/python3.9", Kind.OPT), ("opt/rh/rh-python38/root/usr", Kind.SCL),
    ("nix/store/abc-python3-3.9", Kind.NIX), ("gnu/store/abc-python-3.9", Kind.GUIX),
    ("home/me/py", Kind.STANDALONE),
    ("data/data/com.termux/files/usr", Kind.TERMUX), ("home/linuxbrew/.linuxbrew", Kind.HOMEBREW),
    ("Library/Frameworks/Python.framework/Versions/3.9", Kind.MACOS), ("usr", Kind.SYSTEM)])
def test_places_in_a_tree(tmp_path, prefix, kind):
    make_tree(tmp_path, prefix, "3.9")
    found = inspect(Host(str(tmp_path)), f"/{prefix}/bin/python3", environment={}, uid=0)
    assert found.kind is kind
    assert found.is_protected == (kind is Kind.SYSTEM)


def test_debian_with_another_python_beside_its_own(tmp_path):
    defaults = {"share/python3/debian_defaults": "[DEFAULT]\ndefault-version = python3.10\n"}
    make_tree(tmp_path, "usr", "3.10", defaults)
    make_tree(tmp_path, "usr", "3.12")
    host = Host(str(tmp_path))
    own = inspect(host, "/usr/bin/python3.10", environment={}, uid=0)
    extra = inspect(host, "/usr/bin/python3.12", environment={}, uid=0)
    assert (own.kind, own.is_protected) == (Kind.SYSTEM, True)
    assert (extra.kind, extra.is_protected) == (Kind.SYSTEM_EXTRA, False)


def test_debian_whose_python3_was_turned_to_another(tmp_path):
    """update-alternatives on python3: both run tools of the system now."""
    make_tree(tmp_path, "usr", "3.12", {"share/python3/debian_defaults": "default-version = python3.10\n"})
    make_tree(tmp_path, "usr", "3.10")
    host = Host(str(tmp_path))
    turned = inspect(host, "/usr/bin/python3", environment={}, uid=0)
    own = inspect(host, "/usr/bin/python3.10", environment={}, uid=0)
    assert (turned.kind, turned.is_protected) == (Kind.SYSTEM_EXTRA, True)
    assert (own.kind, own.is_protected) == (Kind.SYSTEM, True)


def test_dpkg_names_the_owner_of_the_file(tmp_path):
    make_tree(tmp_path, "usr", "3.11")
    info = tmp_path / "var/lib/dpkg/info"
    info.mkdir(parents=True)
    (info / "python3.11-minimal.list").write_text("/.\n/usr/bin/python3.11\n")
    found = inspect(Host(str(tmp_path)), "/usr/bin/python3", environment={}, uid=0)
    assert (found.owner.kind, found.owner.name) == (OwnerKind.OS, "python3.11-minimal")
    (info / "python3.11-minimal.list").write_text("/.\n")
    found = inspect(Host(str(tmp_path)), "/usr/bin/python3", environment={}, uid=0)
    assert found.owner.kind is OwnerKind.NOBODY


def test_platform_python_of_el8(tmp_path):
    make_tree(tmp_path, "usr", "3.6", {"libexec/platform-python3.6": "\x7fELF"})
    make_tree(tmp_path, "usr", "3.9", {"bin/dnf": "#!/usr/libexec/platform-python\n"})
    (tmp_path / "usr/libexec/platform-python3.6").chmod(0o755)
    (tmp_path / "usr/libexec/platform-python").symlink_to("platform-python3.6")
    (tmp_path / "usr/bin/python3").unlink()
    (tmp_path / "usr/bin/python3").symlink_to("python3.9")
    host = Host(str(tmp_path))
    platform = inspect(host, "/usr/libexec/platform-python", environment={}, uid=0)
    assert (platform.kind, platform.runs_os_tools, platform.minor) == (Kind.PLATFORM_PYTHON, True, "3.6")
    stream = inspect(host, "/usr/bin/python3", environment={}, uid=0)
    assert (stream.kind, stream.is_protected) == (Kind.SYSTEM_EXTRA, False)
    shared = inspect(host, "/usr/bin/python3.6", environment={}, uid=0)
    assert shared.runs_os_tools    # the same site directories as platform-python


def test_python_2_that_yum_starts_on(tmp_path):
    make_tree(tmp_path, "usr", "2.7", {"bin/yum": "#!/usr/bin/python\n"})
    (tmp_path / "usr/bin/python3").unlink()
    (tmp_path / "usr/bin/python").symlink_to("python2.7")
    found = inspect(Host(str(tmp_path)), "/usr/bin/python", environment={}, uid=0)
    assert (found.kind, found.runs_os_tools) == (Kind.SYSTEM, True)


def test_python3_replaced_by_a_link_into_conda(tmp_path):
    make_tree(tmp_path, "opt/conda", "3.12", {"conda-meta/history": ""})
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/python3").symlink_to("/opt/conda/bin/python3")
    found = inspect(Host(str(tmp_path)), "/usr/bin/python3", environment={}, uid=0)
    assert (found.kind, found.prefix, found.is_protected) == (Kind.CONDA, "/opt/conda", True)


def test_a_free_threaded_build(tmp_path):
    make_tree(tmp_path, "usr/local", "3.13t")
    found = inspect(Host(str(tmp_path)), "/usr/local/bin/python3", environment={}, uid=0)
    assert (found.minor, found.stdlib) == ("3.13", "/usr/local/lib/python3.13t")


def test_pypy(tmp_path):
    tree = tmp_path / "opt/pypy3.10-v7.3.17-linux64"
    (tree / "bin").mkdir(parents=True)
    (tree / "lib/pypy3.10").mkdir(parents=True)
    (tree / "lib/pypy3.10/os.py").touch()
    (tree / "bin/pypy3.10").write_text("\x7fELF")
    (tree / "bin/pypy3.10").chmod(0o755)
    (tree / "bin/python").symlink_to("pypy3.10")
    found = inspect(Host(str(tmp_path)), "/opt/pypy3.10-v7.3.17-linux64/bin/python", environment={}, uid=0)
    assert (found.kind, found.implementation, found.version) == (Kind.OPT, "pypy", "3.10")
