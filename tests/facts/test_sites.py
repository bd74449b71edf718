"""Site directories from outside against sys.path of the real interpreters, variable by variable."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from pyguard.facts.interpreter import inspect
from pyguard.facts.pth import read_path_files
from pyguard.facts.shell_environment import shell_environment
from pyguard.facts.sites import is_writable, site_directories
from pyguard.host import Host
from pyguard.model.facts import OwnerKind

UID = os.getuid()
PRINT_PATH = "import json, sys; print('<<' + json.dumps(sys.path) + '>>')"


def real_path_of(python: str | Path, environment: dict[str, str], cwd: Path, root: str = "") -> list[str]:
    """sys.path without the standard library: what pyguard should name, in the same order."""
    argv = [str(python), "-B", "-c", PRINT_PATH]
    argv = ["/usr/sbin/chroot", root, *argv] if root else argv
    done = subprocess.run(argv, env=environment, cwd=cwd, check=True, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=30)
    entries = json.loads(done.stdout.split("<<")[1].split(">>")[0])
    return [entry for entry in entries if entry and not is_library(entry)]


def is_library(entry: str) -> bool:
    name = os.path.basename(entry)
    return entry.endswith((".zip", "/lib-dynload")) or (name.startswith("python") and name[6:7].isdigit())


def named(host: Host, python: str | Path, environment: dict[str, str], cwd: str = "") -> list[str]:
    interpreter = inspect(host, str(python), environment=environment, uid=UID, probe=False)
    sites = site_directories(host, interpreter, environment=shell_environment(environment), uid=UID, cwd=cwd)
    assert [site.rank for site in sites] == list(range(len(sites)))
    return [site.path for site in sites if site.exists]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose user site directory is there for every Python."""
    for minor in range(6, 15):
        for base in (".local", "base"):
            (tmp_path / "home" / base / f"lib/python3.{minor}/site-packages").mkdir(parents=True)
    return tmp_path / "home"


VARIABLES = [
    {}, {"PYTHONNOUSERSITE": "1"}, {"PYTHONUSERBASE": "{home}/base"}, {"PYTHONUSERBASE": "~/base"},
    {"PYTHONPATH": "{home}:/usr/share::{home}/absent"}, {"VIRTUAL_ENV": "{home}"},
    {"PYTHONUSERBASE": "{home}/none"}, {"PYTHONNOUSERSITE": "", "PYTHONPATH": ""},
]


def fill(variables: dict[str, str], home: Path) -> dict[str, str]:
    return {"HOME": str(home), **{name: text.format(home=home) for name, text in variables.items()}}


@pytest.mark.parametrize("variables", VARIABLES, ids=lambda variables: "+".join(variables) or "none")
def test_the_order_is_that_of_sys_path(zoo, any_python, home, variables):
    environment = fill(variables, home)
    real = [entry for entry in real_path_of(any_python, environment, home) if os.path.exists(entry)]
    assert named(zoo.host, any_python, environment) == real


@pytest.mark.parametrize("options", [(), ("--system-site-packages",)], ids=["closed", "open"])
@pytest.mark.parametrize("variables", VARIABLES[:3], ids=lambda variables: "+".join(variables) or "none")
def test_venvs(zoo, some_python, home, options, variables):
    venv = zoo.venv(some_python, "venv", *options)
    environment = fill(variables, home)
    real = real_path_of(venv / "bin/python", environment, home)
    assert named(zoo.host, venv / "bin/python", environment) == real


def test_conda(zoo, other_python, home):
    env = zoo.conda(other_python)
    environment = {"HOME": str(home)}
    found = inspect(zoo.host, str(env / "bin/python"), environment=environment, uid=UID)
    sites = site_directories(zoo.host, found, environment=shell_environment(environment), uid=UID)
    assert [site.path for site in sites if site.exists] == real_path_of(env / "bin/python", environment, home)
    assert [(site.scheme, site.owner) for site in sites][1:] == [("conda", OwnerKind.CONDA)]


def test_pythonhome_moves_the_prefix(zoo, other_python, home):
    tree = zoo.prefix(other_python)
    environment = {"HOME": str(home), "PYTHONHOME": str(tree)}
    assert named(zoo.host, other_python, environment) == real_path_of(other_python, environment, home)


def test_path_files(zoo, some_python, home):
    venv = zoo.venv(some_python)
    site = next((venv / "lib").glob("python3*/site-packages"))
    (venv / "extra").mkdir()
    (home / "checkout").mkdir()
    (home / "egg.egg").write_bytes(b"PK")
    (site / "b.pth").write_text(f"{home}/checkout\n../../../extra\n{home}/absent\n# {home}\nimport os\n\n")
    (site / "a-easy-install.pth").write_text(f"{home}/egg.egg\r\n{home}/checkout\n")
    (site / "junk.pth").write_bytes(b"\x00\n")
    (site / "not-a.pth.txt").write_text(f"{home}\n")
    environment = {"HOME": str(home)}
    real = real_path_of(venv / "bin/python", environment, home)
    assert named(zoo.host, venv / "bin/python", environment) == real
    assert read_path_files(Host(), str(site)) == (f"{home}/egg.egg", f"{home}/checkout", f"{venv}/extra")


@pytest.mark.proof
@pytest.mark.parametrize("release", ["bullseye", "bookworm", "trixie"])
def test_other_releases_of_the_distribution(release, tmp_path, new_root):
    """Looked at from outside as a tree, and asked inside by chroot."""
    root = new_root(release).path
    for variables in ({}, {"PYTHONNOUSERSITE": "1"}, {"VIRTUAL_ENV": "/usr"}):
        environment = {"HOME": "/root", **variables}
        real = real_path_of("/usr/bin/python3", environment, tmp_path, root)
        assert named(Host(root), "/usr/bin/python3", environment) == real


def test_relative_entries_of_pythonpath_need_the_directory(zoo, some_python, home):
    environment = {"HOME": str(home), "PYTHONPATH": "base:."}
    assert named(zoo.host, some_python, environment, str(home))[:2] == [f"{home}/base", str(home)]
    assert str(home) not in named(zoo.host, some_python, environment)


def test_what_is_absent_stands_in_its_place(zoo, some_python, tmp_path):
    interpreter = inspect(zoo.host, some_python, environment={}, uid=UID)
    environment = shell_environment({"HOME": str(tmp_path)})
    first = site_directories(zoo.host, interpreter, environment=environment, uid=UID)[0]
    assert (first.scheme, first.exists, first.owner) == ("user_site", False, OwnerKind.USER)
    assert first.writable    # the nearest directory above it is


def test_without_a_home_the_user_database_tells(tmp_path):
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    (root / "etc/passwd").write_text("me:x:1234:1234::/var/lib/me:/bin/sh\n")
    for name in ("usr/bin", "usr/lib/python3.9"):
        (root / name).mkdir(parents=True)
    (root / "usr/lib/python3.9/os.py").touch()
    (root / "usr/bin/python3.9").touch(mode=0o755)
    host = Host(str(root))
    interpreter = inspect(host, "/usr/bin/python3.9", environment={}, uid=1234)
    sites = site_directories(host, interpreter, environment=shell_environment({}), uid=1234)
    assert [site.path for site in sites] == [
        "/var/lib/me/.local/lib/python3.9/site-packages", "/usr/lib/python3.9/site-packages"]


FEDORA = 'if ENABLE_USER_SITE and "RPM_BUILD_ROOT" not in os.environ: PREFIXES.insert(0, "/usr/local")\n'


@pytest.mark.parametrize(("variables", "expected"), [
    ({"HOME": "/root"}, [
        "/root/.local/lib/python3.12/site-packages", "/usr/local/lib64/python3.12/site-packages",
        "/usr/local/lib/python3.12/site-packages", "/usr/lib64/python3.12/site-packages",
        "/usr/lib/python3.12/site-packages"]),
    ({"HOME": "/root", "PYTHONNOUSERSITE": "1"}, ["/usr/lib64/python3.12/site-packages",
                                                  "/usr/lib/python3.12/site-packages"]),
])
def test_fedora_adds_usr_local_and_has_two_library_directories(tmp_path, variables, expected):
    """Fedora's patch 251 (python3.spec): read from its text, there is no Fedora here to ask."""
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/lib64/python3.12").mkdir(parents=True)
    (tmp_path / "usr/lib64/python3.12/os.py").touch()
    (tmp_path / "usr/lib64/python3.12/site.py").write_text(FEDORA)
    (tmp_path / "usr/bin/python3.12").touch(mode=0o755)
    host = Host(str(tmp_path))
    interpreter = inspect(host, "/usr/bin/python3.12", environment={}, uid=0)
    sites = site_directories(host, interpreter, environment=shell_environment(variables), uid=0)
    assert [site.path for site in sites] == expected


def test_a_broken_interpreter_has_no_sites(zoo, tmp_path):
    interpreter = inspect(zoo.host, str(tmp_path / "none"), environment={}, uid=UID)
    assert site_directories(zoo.host, interpreter, environment=shell_environment({}), uid=UID) == ()


def test_debian_names_its_four_places(zoo, system_python, tmp_path):
    if not Path("/etc/debian_version").exists():
        pytest.skip("this is no Debian or Ubuntu")
    interpreter = inspect(zoo.host, system_python, environment={}, uid=UID)
    environment = shell_environment({"HOME": str(tmp_path)})
    sites = site_directories(zoo.host, interpreter, environment=environment, uid=UID)
    assert [(site.scheme, site.owner) for site in sites][:4] == [
        ("user_site", OwnerKind.USER), ("posix_local", OwnerKind.LOCAL), ("deb_system", OwnerKind.OS),
        ("posix_prefix", OwnerKind.OS)]


def test_writable_is_asked_of_what_is_there(tmp_path):
    assert is_writable(Host(), str(tmp_path / "a/b/c"))
    assert not is_writable(Host("/"), "/proc/version/x") or UID == 0
    assert not is_writable(Host(str(tmp_path)), "/")
