"""What leads pip out of an environment without a word on the command line, in every spelling that pip takes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pyguard.host import Host
from pyguard.intake.frontends.around import Around
from pyguard.intake.frontends.pip_frontend import leaves_environment
from pyguard.model.facts import EnvironmentKind
from tests.builders import an_interpreter

VENV = an_interpreter(kind=EnvironmentKind.VENV, prefix="/srv/v", runs_os_tools=False)


def leads_outward(top: Path, environ: Mapping[str, str] = {}, config: str = "") -> bool:
    (top / "home/.config/pip").mkdir(parents=True)
    (top / "home/.config/pip/pip.conf").write_text(config, encoding="utf-8")
    around = Around({"HOME": "/home", **environ}, "/work", 1000, "/srv/v/bin/pip", str, str)
    return leaves_environment(Host(str(top)), ("pip", "install", "six"), around, VENV)


@pytest.mark.parametrize(("name", "value", "outward"), [
    ("PIP_USER", "1", True), ("PIP_NO_USER", "1", True), ("PIP_user", "1", True), ("PIP_No_User", "1", True),
    ("PIP_target", "/t", True), ("PIP_PREFIX", "/usr", True), ("PIP_Root", "/s", True), ("PIP_PYTHON", "/p", True),
    ("PIP_USER", "", False), ("PIP_NO_USERS", "1", False), ("pip_user", "1", False), ("PIP_QUIET", "1", False)])
def test_variables(tmp_path: Path, name: str, value: str, outward: bool) -> None:
    assert leads_outward(tmp_path, {name: value}) is outward


@pytest.mark.parametrize(("line", "outward"), [
    ("user = yes", True), ("User = yes", True), ("NO_USER = yes", True), ("--Target = /t", True), ("PYTHON: /p", True),
    ("quiet = 1", False)])
def test_files(tmp_path: Path, line: str, outward: bool) -> None:
    assert leads_outward(tmp_path, config=f"[install]\n{line}\n") is outward
