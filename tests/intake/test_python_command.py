"""Which module a Python command line runs."""

from __future__ import annotations

import pytest

from pyguard.intake.frontends.python_command import read_module_run


@pytest.mark.parametrize(("line", "module", "arguments"), [
    ("python3 -m pip install x", "pip", ("install", "x")),
    ("python3 -mpip install x", "pip", ("install", "x")),
    ("python3 -Im pip install x", "pip", ("install", "x")),
    ("python3 -Impip install x", "pip", ("install", "x")),
    ("python3 -Es -m pip -m x", "pip", ("-m", "x")),
    ("python3 -X utf8 -m pip list", "pip", ("list",)),
    ("python3 -Xutf8 -W ignore -Werror -m pip list", "pip", ("list",)),
    ("python3 --check-hash-based-pycs never -m pip list", "pip", ("list",)),
    ("python3 -m venv pip", "venv", ("pip",)),
])
def test_a_module(line: str, module: str, arguments: tuple[str, ...]) -> None:
    run = read_module_run(line.split())
    assert run is not None and (run.module, run.arguments) == (module, arguments)


@pytest.mark.parametrize("line", [
    "python3", "python3 script.py -m pip", "python3 -c pass -m pip", "python3 - -m pip", "python3 -m", "python3 -V",
    "python3 -- -m pip", "python3 -X", "python3 -ccode -m pip",
])
def test_no_module(line: str) -> None:
    assert read_module_run(line.split()) is None


def test_flags() -> None:
    run = read_module_run(["python3", "-IsE", "-m", "pip"])
    assert run is not None and run.flags == {"I", "s", "E"}
