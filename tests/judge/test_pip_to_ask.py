"""Whose pip is asked: the one that would carry the command out."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.host import Host
from pyguard.intake.frontends import pip_frontend
from pyguard.judge import Caller, Command
from pyguard.judge.pip_to_ask import pip_to_ask
from pyguard.model.request import Destination
from pyguard.plan.ask_pip import pip_alone, pip_by_file, pip_elsewhere
from tests.builders import a_request

RUNNER = "/srv/v/lib/pip/__pip-runner__.py"


@pytest.mark.parametrize(("program", "named", "found"), [
    ("/srv/pip", "", pip_alone("/found")),
    ("/srv/pip", "/usr/bin/python3", pip_elsewhere("/opt/python3", "/usr/bin/python3")),
    ("/srv/pip", "v", pip_elsewhere("/opt/python3", "/work/v/bin/python")),
    ("/srv/python3.12", "/v/python", pip_elsewhere("/srv/python3.12", "/v/python")),
    (RUNNER, "/found", pip_by_file("/found", RUNNER)), (RUNNER, "", pip_by_file("/found", RUNNER))])
def test_whose(tmp_path: Path, program: str, named: str, found: tuple[str, ...]) -> None:
    for path in ("srv", "opt", "work/v/bin"):
        (tmp_path / path).mkdir(parents=True)
    for path in ("opt/python3", "work/v/bin/python"):
        (tmp_path / path).touch()
    (tmp_path / "srv/pip").write_text("#!/opt/python3\n")
    command = Command(pip_frontend, ("pip", "install", "x"), program, "/found")
    request = a_request(destination=Destination(interpreter=named))
    assert pip_to_ask(Host(str(tmp_path)), command, Caller({}, "/work", 0), "/found", request) == found
