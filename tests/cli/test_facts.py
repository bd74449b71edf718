"""`pyguard facts`: text, JSON, errors, and names that carry terminal escapes."""

from __future__ import annotations

import io
import json
import os

import pytest

from pyguard import codec
from pyguard.cli.facts import escape, run
from pyguard.cli.main import report_error
from pyguard.errors import PyguardError
from pyguard.model.facts import Interpreter, OperatingSystem, SiteDirectory


def call(*arguments, cwd="/", **environ):
    stdout, stderr = io.StringIO(), io.StringIO()
    try:
        code = run(arguments, environ=environ or {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}, cwd=str(cwd),
                   uid=os.getuid(), stdout=stdout, stderr=stderr)
    except PyguardError as error:
        code = report_error("facts", error, stderr)
    return code, stdout.getvalue(), stderr.getvalue()


@pytest.fixture(autouse=True)
def needs_a_system_python():
    if not os.path.exists("/usr/bin/python3"):
        pytest.skip("there is no /usr/bin/python3 here")


def test_text_names_the_interpreter_its_sites_and_the_evidence():
    code, out, err = call()
    assert (code, err) == (0, "")
    assert "/usr/bin/python3: system" in out and "protected: yes" in out and "because (kind)" in out
    assert "    0 /" in out


def test_json_is_the_model():
    code, out, _ = call("--json", "--interpreter", "/usr/bin/python3")
    data = json.loads(out)
    assert (code, data["schema"]) == (0, 1)
    codec.decode(OperatingSystem, data["os"])
    for each in data["interpreters"]:
        assert codec.decode(Interpreter, each["interpreter"]).is_protected
        assert codec.decode(tuple[SiteDirectory, ...], each["sites"])


def test_all_lists_each_once():
    code, out, _ = call("--all", "--json")
    paths = [each["interpreter"]["path"] for each in json.loads(out)["interpreters"]]
    assert code == 0 and "/usr/bin/python3" in paths and len(paths) == len(set(paths))


def test_a_relative_path_is_taken_from_the_working_directory():
    assert "/usr/bin/python3: system" in call("--interpreter", "./bin/python3", cwd="/usr")[1]


@pytest.mark.parametrize("arguments", [
    ["--nothing"], ["--all", "--interpreter", "x"], ["surplus"], ["--interpreter"]])
def test_a_wrong_command_line_is_one_clear_error(arguments):
    code, out, err = call(*arguments)
    assert (code, out) == (2, "") and err.startswith("pyguard: ") and "usage" in err


def test_a_name_that_is_not_on_path():
    code, out, err = call("--interpreter", "no-such-python")
    assert (code, out) == (1, "") and "no no-such-python on PATH" in err


def test_help(capsys):
    assert call("--help")[0] == 0
    assert "--interpreter" in capsys.readouterr().out


def test_terminal_escapes_are_shown_and_not_sent(tmp_path):
    name = "py\x1b[31m\u202e\n\udcff"
    code, out, _ = call("--interpreter", f"{tmp_path}/{name}")
    assert code == 0 and "\x1b" not in out and "\\x1b[31m\\u202e\\n\\udcff" in out
    assert escape("ä b") == "ä b"
