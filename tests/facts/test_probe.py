"""What runs inside foreign interpreters: its syntax, every real Python, and a noisy answer."""

from __future__ import annotations

import ast
import json
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.errors import CollectError
from pyguard.facts import probe
from pyguard.facts.probing import NotStarted, find_answer, find_stranger, run_probe
from pyguard.host import Completed, Host

SOURCE = Path(probe.__file__).read_text()


def test_the_probe_is_written_in_python_3_6():
    tree = ast.parse(SOURCE, feature_version=(3, 6))
    forbidden = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.AsyncFunctionDef)
    assert [node for node in ast.walk(tree) if isinstance(node, forbidden)] == []
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert functions and all(node.returns is None for node in functions)
    assert all(argument.annotation is None for node in functions for argument in node.args.args)


def test_the_probe_needs_the_standard_library_only():
    imported = {alias.name for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.Import)
                for alias in node.names}
    assert imported == {"json", "os", "site", "sys", "sysconfig"}
    assert not [node for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.ImportFrom)]


def test_every_real_python_answers(any_python):
    answer = run_probe(Host(), any_python, os.getuid())
    minor = os.path.basename(any_python)[len("python"):]
    assert answer.version.startswith(minor + ".")
    assert os.path.isfile(os.path.join(answer.stdlib, "os.py"))


def test_python_2_is_refused_cleanly(real):
    if "2.7" not in real:
        pytest.skip("no Python 2.7 is installed here")
    done = subprocess.run([real["2.7"], "-c", SOURCE, "<<", ">>"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.split("<<")[1].split(">>")[0])["unsupported"].startswith("2.7")
    with pytest.raises(CollectError) as error:
        run_probe(Host(), real["2.7"], os.getuid())
    assert error.value.reference == "unsupported-python"


def test_it_is_asked_in_isolation(tmp_path):
    """A host that records: isolated, nothing in the environment, an empty directory that is gone after."""
    seen = {}

    class Recording(Host):
        def run(self, argv, environment=None, timeout=10.0, cwd="/"):
            seen.update(argv=argv, environment=environment, timeout=timeout, content=os.listdir(cwd), cwd=cwd)
            return super().run(argv, environment, timeout, cwd)

    (tmp_path / "python").write_bytes(b"")
    with pytest.raises(CollectError):
        run_probe(Recording(), str(tmp_path / "python"), os.getuid())
    assert seen["argv"][1:3] == ("-I", "-B") and "-S" not in seen["argv"]
    assert (seen["environment"], seen["content"], seen["timeout"]) == ({}, [], 10.0)
    assert not os.path.exists(seen["cwd"])


def test_noise_around_the_answer_does_not_matter():
    assert find_answer('noise {"a": 1}\n<1>{"b": 2}<2>\nmore', "<1>", "<2>") == {"b": 2}


@given(st.text())
def test_anything_else_is_no_answer(text):
    for output in (text, f"<1>{text}", f"<2>{text}<1>", f"<1>[{text!r}]<2>"):
        with pytest.raises(CollectError):
            find_answer(output, "<1>", "<2>")


def test_no_answer_without_what_is_needed(tmp_path):
    class Lying(Host):
        def run(self, argv, environment=None, timeout=10.0, cwd="/"):
            return Completed(0, f"{argv[5]}{{}}{argv[6]}".encode(), b"")

    (tmp_path / "python").touch()
    with pytest.raises(CollectError) as error:
        run_probe(Lying(), str(tmp_path / "python"), os.getuid())
    assert "without version" in error.value.message


def test_nothing_is_started_in_a_tree(tmp_path):
    with pytest.raises(NotStarted):
        run_probe(Host(str(tmp_path)), "/usr/bin/python3", 0)


def test_what_others_can_change_is_not_started(tmp_path):
    (tmp_path / "open").mkdir(mode=0o755)
    (tmp_path / "open/python").touch()
    uid = os.getuid()
    assert find_stranger(Host(), str(tmp_path / "open/python"), uid) == ""
    (tmp_path / "open").chmod(0o777)
    assert find_stranger(Host(), str(tmp_path / "open/python"), uid) == str(tmp_path / "open")
    (tmp_path / "link").symlink_to("open/python")
    assert find_stranger(Host(), str(tmp_path / "link"), uid)
