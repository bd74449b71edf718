"""The resolved plan: the question pip is asked, its report, every way of not answering, and pip itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.model.facts import Distribution, Facts, Gap, PipBuild
from pyguard.model.frozen import replace
from pyguard.model.plan import Basis, Plan
from pyguard.model.request import Action, Destination, Request, SourceKind
from pyguard.plan.ask_pip import NOBODY, Answer, ask_pip, clean_environment, pip_alone, pip_by_file, pip_elsewhere
from pyguard.plan.declared import declare
from pyguard.plan.observed import observe
from pyguard.plan.resolved import question, read_report, resolve
from tests.builders import LOCAL_SITE, OS_SITE, USER_SITE, a_distribution, a_request, a_wanted, some_facts
from tests.wheelhouse import make_wheel

PIP = PipBuild(OS_SITE + "/pip", "23.0.1")
REPORT = {"version": "1", "install": [
    {"metadata": {"name": "PyOpenSSL", "version": "24.0", "requires_dist": ["cryptography>=41"]}, "requested": True},
    {"metadata": {"name": "cryptography", "version": "42.0"}, "requested": False},
    {"metadata": {"name": "enum34", "version": "1.1"}}]}

WHO = """import os, subprocess, sys
try:
    subprocess.run(["true"])
except PermissionError:
    print(sys.prefix, __file__, *sys.argv[1:], "held", os.environ["_PIP_RUNNING_IN_SUBPROCESS"])
"""


def plan_of(answer: Answer, facts: Facts | None = None, request: Request | None = None) -> Plan:
    world, asked = facts or some_facts(pip=PIP), request or a_request(a_wanted("pyopenssl"))
    return resolve(declare(asked, world), asked, world, {}, lambda *_: answer)


def answered(report: Any = REPORT) -> Answer:
    return Answer(0, json.dumps(report), "")


def test_a_report_becomes_changes() -> None:
    plan = plan_of(answered())
    assert plan.basis is Basis.RESOLVED and plan.gaps == ()
    assert [(change.name, change.version, change.requested) for change in plan.changes] == [
        ("pyopenssl", "24.0", True), ("cryptography", "42.0", False), ("enum34", "1.1", False)]
    assert [change.import_names for change in plan.changes] == [("pyopenssl",), ("cryptography",), ("enum",)]
    assert [change.assumed_import_names for change in plan.changes] == [True, False, True]
    assert plan.changes[0].requires == ("cryptography>=41",)


def test_what_is_satisfied_is_not_in_the_plan() -> None:
    assert plan_of(answered({"install": []})).changes == ()


def test_an_uninstall_needs_no_resolution() -> None:
    plan = plan_of(Answer(None, "", "not asked"), request=a_request(action=Action.UNINSTALL))
    assert plan.basis is Basis.DECLARED and plan.gaps == ()


@pytest.mark.parametrize(("pip", "answer", "said"), [
    (None, answered(), "there is no pip to ask"),
    (PipBuild("/p", "20.3.4"), answered(), "pip 20.3.4 has no --report"),
    (PipBuild("/p", "22.1.2"), answered(), "pip 22.1.2 has no --report"),
    (PIP, Answer(None, "", "pip could not be asked: timed out"), "timed out"),
    (PIP, Answer(1, "", "x\nERROR: No matching distribution found for y\n"), "No matching distribution found for y"),
    (PIP, Answer(1, "", "what\nlast\n"), "last"), (PIP, Answer(2, "", ""), "without a word"),
    (PIP, Answer(0, "no JSON", ""), "not understood"), (PIP, Answer(0, "[]", ""), "not understood"),
    (PIP, Answer(0, '{"install": 3}', ""), "not understood")])
def test_without_an_answer_it_is_the_declared_plan_and_a_gap(pip: PipBuild | None, answer: Answer, said: str) -> None:
    plan = plan_of(answer, some_facts(pip=pip))
    assert plan.basis is Basis.DECLARED
    assert [gap.subject for gap in plan.gaps] == ["the resolution", "dependencies"] and said in plan.gaps[0].reason


def test_an_entry_that_is_not_understood_is_a_gap() -> None:
    plan = plan_of(answered({"install": [{"metadata": {"name": "x"}}, 3]}))
    assert plan.gaps == (Gap("the resolution", "pip's report has an entry that is not understood"),) * 2


@given(st.text())
def test_any_answer_is_a_report_or_a_reason(text: str) -> None:
    assert isinstance(read_report(Answer(0, text, "")), (list, str))


def test_the_question_has_the_indexes_of_the_request() -> None:
    options = question(a_request(index_options=("--index-url", "https://i")))
    assert options[-2:] == ("--index-url", "https://i")
    assert "--dry-run" in options and options[options.index("--report") + 1] == "-"
    assert options[options.index("--only-binary") + 1] == ":all:"


def test_another_interpreters_pip_is_asked_where_the_target_has_none() -> None:
    request = a_request(a_wanted("pyopenssl"), destination=Destination(interpreter="/usr/bin/python3"))
    for pip in (None, PipBuild("/p", "20.3.4")):
        assert plan_of(answered(), some_facts(pip=pip), request).basis is Basis.RESOLVED


def test_what_other_tools_take_is_not_asked_of_pip() -> None:
    plan = plan_of(answered(), request=a_request(frontend="pipx"))
    assert plan.basis is Basis.DECLARED and "pipx" in plan.gaps[0].reason


@pytest.mark.parametrize(("changed", "named"), [
    ({"wanted": (replace(a_wanted("x"), editable=True, text="-e ./x"),)}, "-e ./x"),
    ({"wanted": (replace(a_wanted("x"), source=SourceKind.DIRECTORY, text="./x"),)}, "./x"),
    ({"wanted": (a_wanted("y"), replace(a_wanted("x"), source=SourceKind.VCS, text="git+file:///x"))}, "git+file"),
    ({"constraints": (replace(a_wanted("x"), source=SourceKind.SDIST, text="x-1.zip"),)}, "x-1.zip"),
    ({"source_only": "wants.txt:3"}, "wants.txt:3"),
])
def test_what_would_be_built_is_not_asked_for(changed: dict[str, Any], named: str) -> None:
    def never(*_: object) -> Answer:
        raise AssertionError("pip was asked")

    world, asked = some_facts(pip=PIP), a_request(**changed)
    plan = resolve(declare(asked, world), asked, world, {}, never)
    assert plan.basis is Basis.DECLARED and named in plan.gaps[0].reason and "built" in plan.gaps[0].reason


def test_pip_starts_nothing_but_keyring(tmp_path: Path) -> None:
    """A pip of the test's own tells what it can start; the working directory is not looked into."""
    for place, text in (("there/pip", "import subprocess, sys\nprint(subprocess.run(sys.argv[1:]).returncode)\n"),
                        ("here/pip", "print('of the working directory')\n"), ("here/gc", "raise SystemError\n")):
        os.makedirs(tmp_path / place)
        (tmp_path / place / "__main__.py").write_text(text)
        (tmp_path / place / "__init__.py").write_text("")
    keyring = tmp_path / "keyring"
    keyring.write_text("#!/bin/sh\nexit 7\n")
    keyring.chmod(0o755)
    environ = {"PYTHONPATH": str(tmp_path / "there"), "PATH": "/usr/bin:/bin"}
    kept = ask_pip((*pip_alone(sys.executable), str(keyring)), environ, str(tmp_path / "here"), uid=1000)
    assert (kept.code, kept.stdout) == (0, "7\n"), kept
    for words in (["true"], ["/usr/bin/env", "keyring"]):
        answer = ask_pip((*pip_alone(sys.executable), *words), environ, str(tmp_path / "here"), uid=1000)
        assert answer.code == 1 and "pyguard lets pip run nothing for an answer" in answer.stderr


def test_a_pip_of_another_interpreter_is_asked_by_its_file(tmp_path: Path) -> None:
    """It runs on the interpreter that is named, which has no pip; nothing of the working directory is imported."""
    for place, text in (("there/pip/__init__.py", ""), ("there/pip/__pip-runner__.py", WHO), ("here/pip.py", "1/0"),
                        ("here/importlib.py", "1/0"), ("here/runpy.py", "1/0")):
        os.makedirs(tmp_path / os.path.dirname(place), exist_ok=True)
        (tmp_path / place).write_text(text)
    other = tmp_path / "other"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(other)], check=True)
    environ = {**clean_environment({"PIP_PYTHON": "/elsewhere"}), "PYTHONPATH": str(tmp_path / "there")}
    file = str(tmp_path / "there/pip/__pip-runner__.py")
    python = str(other / "bin/python")
    for words in (pip_elsewhere(sys.executable, python), pip_by_file(python, file)):
        answer = ask_pip((*words, "install", "--python", "x"), environ, str(tmp_path / "here"), uid=1000)
        assert answer.code == 0, answer.stderr
        assert answer.stdout.split() == [str(other), file, "install", "--python", "x", "held", "1"]
    none = ask_pip((*pip_elsewhere(python, "/x"), "install"), {}, str(tmp_path / "here"), uid=1000)
    assert none.code == 1 and none.stderr == "ERROR: there is no pip to ask\n"


@pytest.mark.parametrize("uid", [0, 1000])
def test_a_configuration_is_handed_over(uid: int) -> None:
    if uid == 0 and os.geteuid() != 0:
        pytest.skip("only root asks as somebody else")
    reads = "import os; print(os.geteuid(), open(os.environ['PIP_CONFIG_FILE']).read())"
    answer = ask_pip(("/usr/bin/python3", "-c", reads), {}, "/", uid, "[global]")
    assert answer.stdout == f"{NOBODY if uid == 0 else os.geteuid()} [global]\n", answer.stderr


def test_nothing_of_pythons_reaches_pip() -> None:
    environ = {"PYTHONPATH": "/evil", "LD_PRELOAD": "/evil", "PATH": "/evil", "PIP_INDEX_URL": "https://i",
               "HOME": "/h", "https_proxy": "p", "SSL_CERT_FILE": "c"}
    kept = clean_environment(environ)
    assert {name: kept[name] for name in ("PIP_INDEX_URL", "HOME", "https_proxy", "SSL_CERT_FILE")} == {
        "PIP_INDEX_URL": "https://i", "HOME": "/h", "https_proxy": "p", "SSL_CERT_FILE": "c"}
    assert not {"PYTHONPATH", "LD_PRELOAD"} & set(kept) and "/evil" not in kept["PATH"]


def pip_version(python: str) -> str:
    code = "import pip; print(pip.__version__)"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def test_a_real_pip_installs_what_it_answers(tmp_path: Path) -> None:
    version = pip_version(sys.executable)
    if not version or tuple(map(int, version.split(".")[:2])) < (22, 2):
        pytest.skip("needs a pip of 22.2 or later beside this Python")
    wheels = str(tmp_path / "wheels")
    make_wheel(wheels, "pgtop", "2.0", requires=("pgbase>=1",))
    make_wheel(wheels, "pgbase", "1.5")
    target = str(tmp_path / "target")
    argv = ("pip", "install", "--target", target, "pgtop")
    environ = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels, "HOME": str(tmp_path)}
    request, facts = a_request(a_wanted("pgtop"), argv=argv, cwd=str(tmp_path)), some_facts(pip=PipBuild("/p", version))

    def ask(question: Sequence[str], environment: Mapping[str, str], directory: str) -> Answer:
        return ask_pip(question, environment, directory, uid=1000)    # this Python may not be nobody's to read

    asked = (*pip_alone(sys.executable), *argv[1:], *question(request))
    plan = resolve(declare(request, facts), request, facts, environ, ask, asked)
    assert plan.gaps == () and not os.path.exists(target)
    subprocess.run([sys.executable, "-m", *argv], env={**os.environ, **environ}, check=True, capture_output=True)
    installed = {tuple(name[:-10].split("-")) for name in os.listdir(target) if name.endswith(".dist-info")}
    assert installed == {("pgtop", "2.0"), ("pgbase", "1.5")}
    assert {(change.name, change.version) for change in plan.changes} == installed


def test_a_program_that_is_not_there() -> None:
    answer = ask_pip(("/nonexistent/python", "-m", "pip"), {}, "/", uid=1000)
    assert answer.code is None and "could not be asked" in answer.stderr


def test_what_is_there_already_is_a_plan_a_directory() -> None:
    mine = Distribution(a_distribution().name, "42.0", USER_SITE, import_names=("cryptography",))
    shared = Distribution(a_distribution("six").name, "1.17", LOCAL_SITE, import_names=("six",))
    plans = observe(some_facts(distributions=(a_distribution(), shared, mine)))
    assert [(plan.basis, plan.target.purelib, plan.target.rank) for plan in plans] == [
        (Basis.OBSERVED, USER_SITE, 0), (Basis.OBSERVED, LOCAL_SITE, 1)]
    assert [change.name for plan in plans for change in plan.changes] == ["cryptography", "six"]
    assert observe(some_facts()) == ()
