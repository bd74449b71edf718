"""Local projects read as text: name, version, requirements, imports; what only a build knows is a gap."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.host import Host
from pyguard.intake.local_projects import LocalProject, read_directory
from pyguard.intake.lock_files import read_group, read_script
from pyguard.intake.wheel_files import find_import_names


def read(tmp_path: Path, **files: str) -> LocalProject:
    for name, text in files.items():
        path = tmp_path / name.replace("__", "/").replace("DOT", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return read_directory(Host(str(tmp_path)), "/")


def test_project_table(tmp_path: Path) -> None:
    found = read(tmp_path, pyprojectDOTtoml="[project]\nname = 'My.App'\nversion = '1.2'\ndependencies = ['six>=1']\n",
                 src__myapp__initDOTpy="", src__toolDOTpy="", setupDOTpy="raise SystemExit")
    assert found == LocalProject("my-app", "1.2", ("six>=1",), ("tool",), "")
    (tmp_path / "src/myapp/__init__.py").touch()
    assert read(tmp_path).import_names == ("myapp", "tool")


def test_dynamic_version_and_explicit_modules(tmp_path: Path) -> None:
    found = read(tmp_path, pyprojectDOTtoml="[project]\nname = 'app'\ndynamic = ['version']\n"
                                            "[tool.setuptools]\npy-modules = ['one', 'two']\n")
    assert (found.version, found.import_names) == ("", ("one", "two"))


def test_poetry(tmp_path: Path) -> None:
    found = read(tmp_path, pyprojectDOTtoml="[tool.poetry]\nname='app'\nversion='1'\npackages=[{include='pkg'}]\n"
                                            "[tool.poetry.dependencies]\npython='^3'\nsix='^1'\n")
    assert found == LocalProject("app", "1", ("six",), ("pkg",))


def test_flit(tmp_path: Path) -> None:
    found = read(tmp_path, pyprojectDOTtoml="[tool.flit.metadata]\nmodule='thing'\nrequires=['six']\n")
    assert found == LocalProject("thing", "", ("six",), ("thing",))


def test_setup_py_is_not_run(tmp_path: Path) -> None:
    found = read(tmp_path, setupDOTpy="import setuptools\nV = '2.0'\nNEEDS = ['six', 'attrs>=1']\nopen('/ran', 'w')\n"
                 "setuptools.setup(name='Old_One', version=V, install_requires=NEEDS, packages=['old', 'old.sub'])\n")
    assert found == LocalProject("old-one", "2.0", ("six", "attrs>=1"), ("old",))
    assert not (tmp_path / "ran").exists()


def test_setup_cfg_fills_in(tmp_path: Path) -> None:
    found = read(tmp_path, setupDOTpy="from setuptools import setup\nsetup(version='3')\n",
                 setupDOTcfg="[metadata]\nname = cfg\nversion = attr: x.y\n"
                             "[options]\ninstall_requires =\n  six\n  # no\n  a<2\npy_modules = mod\n")
    assert found == LocalProject("cfg", "3", ("six", "a<2"), ("mod",))


def test_flat_layout(tmp_path: Path) -> None:
    for name in ("app", "tests", "docs"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    found = read(tmp_path, setupDOTpy="from setuptools import setup, find_packages\n"
                                      "setup(name='thing', packages=find_packages())\n", conftestDOTpy="")
    assert found.import_names == ("app",)


@pytest.mark.parametrize("files", [
    {"setupDOTpy": "import setuptools\nsetuptools.setup(name=compute())\n"}, {"setupDOTpy": "def ("},
    {"pyprojectDOTtoml": "= broken"}, {"pyprojectDOTtoml": "[build-system]\nrequires = []\n"},
    {"pyprojectDOTtoml": "[project]\nname = 3\n"}, {"setupDOTcfg": "broken"}, {"setupDOTpy": "x = " + "(" * 5000}])
def test_unknown_name_is_a_gap(tmp_path: Path, files: dict[str, str]) -> None:
    found = read(tmp_path, **files)
    assert found.name == "" and found.gap


def test_wheel_file_names() -> None:
    assert find_import_names([
        "six.py", "pkg/__init__.py", "pkg/data.txt", "native.cpython-311-x86_64-linux-gnu.so", "x-1.dist-info/METADATA",
        "x-1.data/purelib/deep/a.py", "x-1.data/scripts/tool.py", "share/doc.txt", "boot.pth", "1bad/x.py"
    ]) == ("deep", "native", "pkg", "six")


def test_groups_and_scripts(tmp_path: Path) -> None:
    host = Host(str(tmp_path))
    groups = "[dependency-groups]\nDev = ['six', {include-group='base'}]\nbase = ['attrs']\n"
    (tmp_path / "pyproject.toml").write_text(groups)
    assert [wanted.name for wanted in read_group(host, "dev", "/")] == ["six", "attrs"]
    assert [wanted.name for wanted in read_group(host, "pyproject.toml:base", "/")] == ["attrs"]
    (tmp_path / "s.py").write_text("# /// script\n# dependencies = ['rich>=1']\n# ///\nimport rich\n")
    assert [wanted.name for wanted in read_script(host, "s.py", "/")] == ["rich"]


@given(st.text(max_size=200), st.sampled_from(["pyproject.toml", "setup.py", "setup.cfg"]))
def test_any_text(tmp_path_factory: pytest.TempPathFactory, text: str, name: str) -> None:
    place = tmp_path_factory.mktemp("p")
    (place / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    assert read_directory(Host(str(place)), "/").name == ""
