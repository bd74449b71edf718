"""What stands instead does what was asked for: nothing that was said on the way is lost without a word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pyguard.host import Host
from pyguard.intake.frontends import conda as conda_frontend
from pyguard.intake.frontends import uv as uv_frontend
from pyguard.intake.frontends.around import Around
from pyguard.intake.frontends.pip import parse
from pyguard.model.conda import CondaSetup
from pyguard.model.facts import EnvironmentKind, Facts, Tool
from pyguard.model.remedy import Remedy
from pyguard.model.request import Request
from pyguard.model.verdict import Level, Verdict
from pyguard.remedy import propose
from tests.builders import a_distribution, an_interpreter, some_facts

TOOLS = tuple(Tool(name, f"/usr/bin/{name}") for name in ("conda", "uv", "pipx", "pixi"))
CONDA_NAMES = tuple((name, name) for name in ("requests", "six", "flask", "ruff"))
SIX = a_distribution("six", "1.16.0")
LINK = "https://e.x/r.txt"


@pytest.fixture(name="there")
def a_tree(tmp_path: Path) -> Path:
    (tmp_path / "w").mkdir()
    for name, text in (("c.txt", "six==1.15.0\n"), ("old.txt", "requests==2.0 ; python_version < '3'\n"),
                       ("deep.txt", "werkzeug==2.0\n"), ("nested.txt", f"-r {LINK}\n"), ("ok.txt", "six>=1.15\n"),
                       ("ruff.txt", "ruff==0.1\n"), ("own.txt", "six==1.0\nwerkzeug==9\n"), ("r.txt", "six\n"),
                       ("pyproject.toml", "[dependency-groups]\ndev = ['six']\n")):
        (tmp_path / "w" / name).write_text(text)
    (tmp_path / "usr").mkdir()
    return tmp_path


def world(**fields: Any) -> Facts:
    return some_facts(**{"tools": (*some_facts().tools, *TOOLS), "conda": CondaSetup(names=CONDA_NAMES),
                         "distributions": (SIX,), **fields})


def pip(there: Path, line: str, **environ: str) -> Request:
    return parse(Host(str(there)), ["pip", "install", *line.split()], environ={"HOME": "/root", **environ}, cwd="/w",
                 uid=1000)


def an_around(**environ: str) -> Around:
    return Around({"HOME": "/root", **environ}, "/w", 1000, "/usr/bin/x", str, str)


def offered(request: Request, **fields: Any) -> dict[str, Remedy]:
    return {remedy.id: remedy for remedy in propose(world(**fields), request, Verdict(Level.BLOCK))}


def lines(remedy: Remedy) -> list[str]:
    return [" ".join(step.argv) for step in remedy.steps]


@pytest.mark.parametrize("line", [f"-r {LINK} six", f"-r {LINK}", f"-c {LINK} six", "-r nested.txt six"])
def test_a_list_that_was_not_read_is_pips_and_stays(there: Path, line: str) -> None:
    found = offered(pip(there, line))
    wanted = " ".join(line.split()[:2])
    assert set(found) == {"conda-create", "pixi", "uv-venv", "venv"}
    for remedy in found.values():
        pips = [line for line in lines(remedy) if " install " in line and "conda install" not in line]
        assert len(pips) == 1 and wanted in pips[0], lines(remedy)
    assert "six" not in found["conda-create"].steps[0].argv


def test_a_list_from_a_pipe_cannot_be_named_again(there: Path) -> None:
    request = replace(pip(there, "six"), unread=("-r", "/dev/fd/63"))
    for remedy in offered(request).values():
        assert not remedy.runnable and "/dev/fd/63 can be read once" in remedy.note


def test_a_group_and_a_lock_go_as_they_can(there: Path) -> None:
    assert lines(offered(pip(there, "--group dev"))["venv"])[1].endswith("/pip install six")
    assert lines(offered(pip(there, "-r r.txt"))["venv"])[1].endswith("/pip install -r r.txt")


@pytest.mark.parametrize(("line", "spec"), [
    ("-c c.txt six", "six==1.15.0"), ("-c old.txt requests", "requests"), ("-c deep.txt flask", ""),
    ("-c ok.txt six", "six >=1.15")])
def test_constraints(there: Path, line: str, spec: str) -> None:
    """One whose marker does not hold is none; one on what comes along is for pip alone."""
    steps = offered(pip(there, line))["conda-create"].steps
    assert steps[0].argv[-1] == (spec or "pip")
    assert len(steps) == (2 if spec else 3)
    assert spec or "-c deep.txt" in " ".join(steps[1].argv)


def test_the_interpreters_own_constraints_are_no_environments(there: Path) -> None:
    (there / "usr/pip.conf").write_text("[install]\nconstraint = /w/own.txt\n")
    request = pip(there, "six")
    assert request.constraints and offered(request)["conda-create"].steps[0].argv[-1] == "six"


@pytest.mark.parametrize(("line", "there_already"), [
    ("six", True), ("-c c.txt six", False), ("-c ok.txt six", True), ("-c deep.txt six", False),
    ("--no-deps six", False), (f"-r {LINK} six", False)])
def test_the_os_package_has_to_satisfy_the_constraints(there: Path, line: str, there_already: bool) -> None:
    assert ("os-package" in offered(pip(there, line))) is there_already


@pytest.mark.parametrize(("line", "fits"), [
    ("flask", True), ("-i https://corp/simple flask", False), ("--no-binary flask flask", False),
    ("--config-settings a=b flask", False), ("--proxy http://p flask", True)])
def test_the_distributions_own_build_is_not_meant_where_another_is_chosen(there: Path, line: str, fits: bool) -> None:
    found = offered(pip(there, line), archive=(("python3-flask", "2.2"),), os_names=(("flask", "python3-flask"),))
    assert ("os-package" in found) is fits


@pytest.mark.parametrize(("line", "ids"), [
    ("ruff", {"pipx", "uv-tool"}), ("-c ruff.txt ruff", set()), ("--no-deps ruff", set()),
    ("--require-hashes ruff", set()), ("-i https://corp/simple ruff", {"uv-tool"}),
    ("--prefer-binary ruff", {"uv-tool"}), ("--no-binary ruff ruff", set()), ("--proxy http://p ruff", set())])
def test_tools_for_applications_are_offered_where_they_drop_nothing(there: Path, line: str, ids: set[str]) -> None:
    assert set(offered(pip(there, line))) & {"pipx", "uv-tool"} == ids


@pytest.mark.parametrize("option", [
    "--require-hashes", "--config-settings a=b", "--no-build-isolation", "--ignore-requires-python", "--pre",
    "--uploaded-prior-to 2026-01-01", "--build-constraint c.txt", "--no-binary :all:", "--only-deps"])
def test_what_only_pip_goes_by_is_left_to_pip_and_repeated(there: Path, option: str) -> None:
    found = offered(pip(there, f"{option} six"))
    for name in ("venv", "conda-create"):
        assert option in lines(found[name])[1]
    assert found["conda-create"].steps[0].argv[-1] == "pip"
    assert f"conda has no words for {option.split()[0]}" in found["conda-create"].note


@pytest.mark.parametrize("option", ["--proxy http://p", "--cert /c.pem", "--timeout 9"])
def test_how_pip_gets_there_is_repeated_and_no_matter_for_conda(there: Path, option: str) -> None:
    found = offered(pip(there, f"{option} six unknown-thing"))
    assert option in lines(found["venv"])[1] and option in lines(found["conda-create"])[1]
    assert "six" in found["conda-create"].steps[0].argv
    assert ("for pip alone" in found["conda-create"].note) is (not option.startswith("--timeout"))


@pytest.mark.parametrize("environ", [{"PIP_INDEX_URL": "https://corp/simple"}, {"PIP_PRE": "1"},
                                     {"PIP_EXTRA_INDEX_URL": "https://corp/simple"}, {"PIP_NO_BINARY": "six"},
                                     {"PIP_NO_BUILD_ISOLATION": "0"}])
def test_what_is_configured_counts_as_if_it_were_typed(there: Path, environ: dict[str, str]) -> None:
    conda = offered(pip(there, "six", **environ))["conda-create"]
    assert conda.steps[0].argv[-1] == "pip" and next(iter(environ)) in conda.note


@pytest.mark.parametrize("environ", [{"PIP_PRE": "0"}, {"PIP_ONLY_BINARY": ":all:"}, {"PIP_INDEX_URL": ""},
                                     {"PIP_NO_BUILD_ISOLATION": "1"}, {"PIP_CERT": "/c.pem"}])
def test_what_is_configured_to_no_effect(there: Path, environ: dict[str, str]) -> None:
    assert offered(pip(there, "six", **environ))["conda-create"].steps[0].argv[-1] == "six"


@pytest.mark.parametrize(("line", "environ", "words"), [
    ("--prefer-binary six", {}, "six"), ("six", {"PIP_USER": "1"}, "six"), ("six", {"PIP_NO_USER": "1"}, "six"),
    ("--pypi-url https://i six", {}, "--index-url https://i six"), ("six", {"PIP_PRE": "yes"}, "--pre six"),
    ("six", {"PIP_INDEX_URL": "https://i", "PIP_EXTRA_INDEX_URL": "https://a https://b"},
     "--index-url https://i --extra-index-url https://a --extra-index-url https://b six"),
    ("--no-dependencies --retries 3 six", {}, "--no-deps six"), ("six", {"PIP_PROXY": "http://p"}, None),
    ("--only-deps six", {}, None), ("--cert /c six", {}, None), ("-C a=b six", {}, "-C a=b six")])
def test_uv_is_told_in_its_own_words_or_not_offered(there: Path, line: str, environ: dict[str, str],
                                                    words: str | None) -> None:
    found = offered(pip(there, line, **environ)).get("uv-venv")
    assert (found is None) is (words is None)
    assert found is None or lines(found)[1].partition("/bin/python ")[2] == words
    assert found is None or ("does not go by --prefer-binary" in found.note) is ("prefer" in line)


def test_what_the_environment_may_have_already_is_brought_up_to_date(there: Path) -> None:
    found = offered(pip(there, "-U --force-reinstall six"), tools=(Tool("active-venv", "/v"),))
    assert lines(found["active-environment"])[0].endswith("install --upgrade --force-reinstall six")


@pytest.mark.parametrize(("line", "configured", "words"), [
    ("samtools", (), "--override-channels -c conda-forge samtools"),
    ("-c bioconda samtools", (), "--override-channels -c bioconda -c conda-forge samtools"),
    ("-c bioconda -c conda-forge samtools", (), "--override-channels -c bioconda -c conda-forge samtools"),
    ("-c https://conda.corp/ch --override-channels x", (), "-c https://conda.corp/ch --override-channels x"),
    ("-c bioconda --no-deps x", ("corp",), "-c bioconda --no-deps x"),
    ("--file r.txt x", ("corp",), "x --file r.txt"), ("--file r.txt", ("corp",), "--file r.txt")])
def test_condas_channels_and_lists_are_carried_over(there: Path, line: str, configured: tuple[str, ...],
                                                    words: str) -> None:
    base = an_interpreter(path="/opt/conda/bin/python", kind=EnvironmentKind.CONDA_BASE, prefix="/opt/conda",
                          runs_os_tools=False)
    request = conda_frontend.parse_request(Host(str(there)), ["conda", "install", "-n", "base", *line.split()],
                                           an_around(), base)
    (remedy,) = offered(request, interpreter=base, conda=CondaSetup(configured)).values()
    argv = list(remedy.steps[0].argv)
    assert [word for word in argv[4:] if not word.startswith("python=")] == words.split()


@pytest.mark.parametrize(("line", "environ", "words"), [
    ("--require-hashes --index corp=https://i/?a=b", {}, "--extra-index-url https://i/?a=b --require-hashes"),
    ("", {"UV_INDEX_URL": "https://i"}, "--index-url https://i"),
    ("-i https://j", {"UV_INDEX_URL": "https://i"}, "--index-url https://j"),
    (f"-r {LINK}", {}, "-r")])
def test_uvs_own_words_become_pips(there: Path, line: str, environ: dict[str, str], words: str) -> None:
    request = uv_frontend.parse_request(Host(str(there)), ["uv", "pip", "install", "--system", *line.split(), "six"],
                                        an_around(**environ), an_interpreter())
    found = offered(request)
    assert words in lines(found["venv"])[1] and words.split()[0] in lines(found["uv-venv"])[1]
    assert found["conda-create"].steps[0].argv[-1] == "pip"
