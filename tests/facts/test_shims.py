"""Shims of pyenv, asdf and mise are followed by reading; the host of these tests starts nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from pyguard.facts.interpreter import inspect
from pyguard.model.facts import EnvironmentKind as Kind

SHIM = """#!/usr/bin/env bash
set -e
program="${0##*/}"
export PYENV_ROOT="{root}"
exec "{root}/libexec/pyenv" exec "$program" "$@"
"""
ASDF_SHIM = '#!/usr/bin/env bash\n# asdf-plugin: python 3.9.1\nexec /x/bin/asdf exec "python" "$@"\n'


class Manager:
    """A version manager's directory with names of versions in it."""

    def __init__(self, root: Path, versions: str, *installed: str) -> None:
        self.root = root
        for version in installed:
            minor = ".".join(version.split(".")[:2])
            for name in (f"bin/python{minor}", f"lib/python{minor}/os.py"):
                file = root / versions / version / name
                file.parent.mkdir(parents=True)
                file.touch(mode=0o755)
            (root / versions / version / "bin/python").symlink_to(f"python{minor}")

    def write(self, name: str, text: str) -> Path:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
        return file


@pytest.fixture
def pyenv(tmp_path):
    manager = Manager(tmp_path / "pyenv", "versions", "3.9.1", "3.11.4", "3.11.12")
    manager.write("shims/python", SHIM.replace("{root}", str(manager.root)))
    return manager


def follow(zoo, shim, cwd="", **environment):
    return inspect(zoo.host, str(shim), environment=environment, uid=os.getuid(), cwd=str(cwd))


def test_pyenv_by_variable_by_file_and_by_default(zoo, pyenv, tmp_path):
    shim, project = pyenv.root / "shims/python", tmp_path / "project/deep"
    project.mkdir(parents=True)
    pyenv.write("version", "3.9.1\n")
    assert follow(zoo, shim).version == "3.9.1"
    (tmp_path / "project/.python-version").write_text("# why\n3.11.4\n3.9.1\n")
    found = follow(zoo, shim, project)
    assert (found.version, found.kind) == ("3.11.4", Kind.PYENV)
    assert found.path == str(pyenv.root / "versions/3.11.4/bin/python")
    assert ".python-version selects 3.11.4" in found.reasons[0].because
    found = follow(zoo, shim, project, PYENV_VERSION="3.9.1:3.11.4")
    assert found.version == "3.9.1" and "PYENV_VERSION" in found.reasons[0].because
    assert follow(zoo, shim, PYENV_DIR=str(project)).version == "3.11.4"


def test_pyenv_takes_the_newest_of_a_minor(zoo, pyenv):
    assert follow(zoo, pyenv.root / "shims/python", PYENV_VERSION="3.11").version == "3.11.12"


def test_pyenv_system_is_the_next_on_path(zoo, pyenv, system_python):
    shims = str(pyenv.root / "shims")
    (pyenv.root / "shims/python3").write_text((pyenv.root / "shims/python").read_text())
    (pyenv.root / "shims/python3").chmod(0o755)
    found = follow(zoo, f"{shims}/python3", PATH=f"{shims}:/usr/bin")
    assert (found.kind, found.path) == (Kind.SYSTEM, system_python)


@pytest.mark.parametrize("version", ["3.99", "../../../usr", "/usr", "..", ".", "x/../.."])
def test_a_version_that_is_not_there_leaves_a_shim(zoo, pyenv, version):
    found = follow(zoo, pyenv.root / "shims/python", PYENV_VERSION=version)
    assert (found.kind, found.is_protected) == (Kind.SHIM, False)
    assert "no python" in found.reasons[0].because


def test_shims_in_a_circle_end(zoo, pyenv):
    other = pyenv.write("other/python", SHIM.replace("{root}", str(pyenv.root)))
    path = f"{pyenv.root}/shims:{other.parent}"
    assert follow(zoo, other, PATH=path, PYENV_VERSION="system").kind is Kind.SHIM


def test_asdf(zoo, tmp_path):
    asdf = Manager(tmp_path / "asdf", "installs/python", "3.9.1", "3.11.4")
    shim = asdf.write("shims/python", ASDF_SHIM)
    (tmp_path / ".tool-versions").write_text("nodejs 20\npython 3.11.4 3.9.1 # both\n")
    variables = {"ASDF_DATA_DIR": str(asdf.root), "HOME": str(tmp_path)}
    found = follow(zoo, shim, **variables)
    assert (found.version, found.kind) == ("3.11.4", Kind.ASDF)
    assert follow(zoo, shim, **variables, ASDF_PYTHON_VERSION="3.9.1").version == "3.9.1"


@pytest.mark.parametrize("text", ['[tools]\npython = "3.11"\n', "[tools]\npython = ['3.11.4', '3.9.1']\n",
                                  'tools.node = "1"\n[tools]\npython = {version = "3.11.4"}\n'])
def test_mise_shims_are_links_to_the_tool(zoo, tmp_path, text):
    mise = Manager(tmp_path / "mise", "installs/python", "3.9.1", "3.11.4")
    mise.write("bin/mise", "\x7fELF")
    (mise.root / "shims").mkdir()
    (mise.root / "shims/python").symlink_to(mise.root / "bin/mise")
    (tmp_path / "mise.toml").write_text(text)
    found = follow(zoo, mise.root / "shims/python", tmp_path, MISE_DATA_DIR=str(mise.root))
    assert (found.version, found.kind) == ("3.11.4", Kind.MISE)


def test_any_other_script_stays_a_shim(zoo, tmp_path):
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\ntouch here; exec python3 \"$@\"\n")
    script.chmod(0o755)
    found = follow(zoo, script, tmp_path)
    assert (found.kind, found.flavour) == (Kind.SHIM, "script")
    assert not (tmp_path / "here").exists()


def test_the_real_pyenv_agrees(zoo, tmp_path):
    root = Path(os.environ.get("PYENV_ROOT", "") or Path.home() / ".pyenv")
    shim = root / "shims/python3"
    if not shim.exists():
        pytest.skip("pyenv is not installed here")
    environment = {"PATH": f"{root}/shims:/usr/bin:/bin", "HOME": str(Path.home()), "PYENV_ROOT": str(root)}
    installed = sorted(path.name for path in (root / "versions").glob("3.*"))[:2]
    for version in installed:
        (tmp_path / ".python-version").write_text(version + "\n")
        argv = [str(shim), "-c", "import sys; print(sys.prefix)"]
        done = subprocess.run(argv, cwd=tmp_path, env=environment, capture_output=True, text=True,
                              check=True, timeout=30)
        assert follow(zoo, shim, tmp_path, **environment).prefix == done.stdout.strip()
