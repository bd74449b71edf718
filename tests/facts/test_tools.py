"""Programs that a remedy could use."""

from __future__ import annotations

import os

import pytest

from pyguard.facts.tools import find_tools
from pyguard.model.facts import EnvironmentKind, Interpreter, ShellEnvironment
from tests.facts.debian_host import DebianHost

USER = 12345
needs_root = pytest.mark.skipif(os.getuid() != 0, reason="needs root to make other users' files")


@pytest.fixture
def debian(tmp_path):
    return DebianHost(tmp_path)


def put(debian, path, mode=0o755):
    debian.write(path, "#!/bin/sh\n", mode)


def find(debian, uid=USER, path=(), interpreter=None, **variables):
    shell = ShellEnvironment("/home/ann", path, tuple(variables.items()))
    return {tool.name: tool.path for tool in find_tools(debian.host, shell, uid=uid, interpreter=interpreter)}


def test_path_comes_first(debian):
    for path in ("/opt/conda/bin/conda", "/home/ann/miniforge3/bin/conda", "/srv/x/conda"):
        put(debian, path)
    assert find(debian, path=("/srv/x",))["conda"] == "/srv/x/conda"
    assert find(debian, CONDA_EXE="/opt/conda/bin/conda")["conda"] == "/opt/conda/bin/conda"
    assert find(debian)["conda"] == "/home/ann/miniforge3/bin/conda"


def test_the_system_is_searched_without_a_path(debian):
    put(debian, "/usr/bin/apt-get")
    put(debian, "/usr/bin/sudo")
    put(debian, "/usr/bin/dnf", 0o644)
    assert find(debian) == {"apt-get": "/usr/bin/apt-get", "sudo": "/usr/bin/sudo"}


def test_a_variable_of_another_program_is_not_taken(debian):
    put(debian, "/home/ann/micromamba")
    assert find(debian, MAMBA_EXE="/home/ann/micromamba") == {"micromamba": "/home/ann/micromamba"}
    assert find(debian, CONDA_EXE="relative/conda") == {}


def test_ensurepip_stands_for_a_venv_that_works(debian):
    python = Interpreter("/usr/bin/python3", EnvironmentKind.SYSTEM, stdlib="/usr/lib/python3.11")
    assert find(debian, interpreter=python) == {}
    debian.write("/usr/lib/python3.11/ensurepip/__init__.py")
    assert find(debian, interpreter=python) == {"ensurepip": "/usr/lib/python3.11/ensurepip/__init__.py"}


@needs_root
def test_root_is_not_led_to_a_users_program(debian):
    put(debian, "/home/ann/miniforge3/bin/conda")
    put(debian, "/opt/conda/bin/conda")
    os.chown(debian.root / "home/ann/miniforge3/bin/conda", USER, USER)
    path = ("/home/ann/miniforge3/bin",)
    assert find(debian, path=path)["conda"] == "/home/ann/miniforge3/bin/conda"
    assert find(debian, uid=0, path=path)["conda"] == "/opt/conda/bin/conda"
