"""The frontends beside pip on small trees: which tool, which interpreter, what is wanted, and what passes untouched."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pyguard.errors import ForeignUsageError, UsageError
from pyguard.host import Host
from pyguard.impact.bypass import find_bypasses
from pyguard.intake.frontends import BUILT_IN, find_frontend, load, recognize
from pyguard.intake.frontends.command_line import Grammar, read_words
from pyguard.judge import Caller, Command, identify
from pyguard.judge.identify import describe_surroundings
from pyguard.model.facts import EnvironmentKind, Interpreter
from pyguard.model.request import Action, Request
from pyguard.plan.destination import refused_by_pip
from tests.builders import an_interpreter, some_facts

HARMLESS = ""
SYSTEM = "/usr/bin/python3"
CONDA = "/opt/conda"
FILES = (SYSTEM, "/usr/bin/pip", "/usr/local/bin/uv", "/usr/local/bin/poetry", "/usr/local/bin/pdm",
         "/usr/local/bin/pipenv", "/usr/local/bin/pip-sync", "/usr/local/bin/pipx", f"{CONDA}/bin/conda",
         f"{CONDA}/bin/mamba", f"{CONDA}/bin/python", f"{CONDA}/bin/pip", "/usr/bin/micromamba",
         "/home/a/mamba/bin/python")
PATH = f"/usr/local/bin:/usr/bin:{CONDA}/bin"


@pytest.fixture
def host(tmp_path: Path) -> Host:
    for name in FILES:
        shebang = f"#!{CONDA}/bin/python\n" if name.startswith(CONDA) else f"#!{SYSTEM}\n"
        write(tmp_path, name, shebang if "/usr/local/bin" in name or "pip" in name else "")
    for prefix in (CONDA, "/home/a/mamba"):
        (tmp_path / prefix[1:] / "conda-meta").mkdir()
    (tmp_path / "work").mkdir()
    return Host(str(tmp_path))


def write(top: Path, name: str, text: str) -> None:
    place = top / name.lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    place.chmod(0o755)


def find(host: Host, line: str, environ: Mapping[str, str] = {}, cwd: str = "/work") -> tuple[Command, Caller]:
    caller = Caller({"PATH": PATH, "HOME": "/home/a", **environ}, cwd, 1000)
    return identify(host, shlex.split(line), caller), caller


def interpreter_for(host: Host, line: str, environ: Mapping[str, str] = {}, cwd: str = "/work") -> str:
    """The interpreter that a line would write for; empty where it is harmless."""
    command, caller = find(host, line, environ, cwd)
    return "" if command.frontend.changes_nothing(command.argv, caller.environ) else command.interpreter


def request(host: Host, line: str, environ: Mapping[str, str] = {}, cwd: str = "/work",
            interpreter: Interpreter | None = None) -> Request:
    command, caller = find(host, line, environ, cwd)
    around = describe_surroundings(host, caller, command.program)
    return command.frontend.parse_request(host, command.argv, around, interpreter or an_interpreter())


def test_the_registry_says_what_the_modules_say() -> None:
    for module, (programs, modules) in BUILT_IN.items():
        frontend = load(module)
        assert (programs, modules) == (frontend.PROGRAMS, frontend.MODULES), module


@pytest.mark.parametrize(("line", "name", "rest"), [
    ("pip3.11 install x", "pip", "pip3.11 install x"), ("/usr/bin/pip list", "pip", "/usr/bin/pip list"),
    ("python3 -m pip install x", "pip", "pip install x"), ("python3 -Im uv pip list", "uv", "uv pip list"),
    ("python3 -m piptools sync", "pip-sync", "piptools sync"),
    ("easy_install-3.9 x", "easy_install", "easy_install-3.9 x"),
    ("python setup.py install", "setup.py", "setup.py install"),
    ("./setup.py develop", "setup.py", "./setup.py develop"),
    ("python3 -s /tmp/get-pip.py --user", "bootstrap", "/tmp/get-pip.py --user"),
    ("python3 -m ensurepip -U", "bootstrap", "ensurepip -U"), ("mamba list", "conda", "mamba list"),
    ("python3 pip-25.1.whl/pip install x", "pip", "pip install x"),
    ("pypy3 -m poetry install", "poetry", "poetry install"),
    ("python3 -m setuptools.command.easy_install x", "easy_install", "easy_install x"),
])
def test_recognized(line: str, name: str, rest: str) -> None:
    found = recognize(shlex.split(line))
    assert found is not None
    assert (found.frontend.NAME, " ".join(found.argv)) == (name, rest)


@pytest.mark.parametrize("line", ["ls", "python3 tool.py install", "python3 -c 'import pip'", "pipsqueak x", ""])
def test_not_recognized(line: str, host: Host) -> None:
    assert recognize(shlex.split(line)) is None
    with pytest.raises(UsageError):
        find(host, line)


class Plugin:
    """A frontend as a plugin brings it."""

    NAME = "rye"
    PROGRAMS = ("rye",)
    MODULES = ("rye",)

    def changes_nothing(self, argv: Sequence[str], environ: Mapping[str, str]) -> bool:
        return argv[1:2] != ["install"]

    def choose_interpreter(self, host: Host, argv: Sequence[str], around: object) -> str:
        return SYSTEM

    def leaves_environment(self, host: Host, argv: Sequence[str], around: object, interpreter: Interpreter) -> bool:
        return False

    def parse_request(self, host: Host, argv: Sequence[str], around: object, interpreter: Interpreter) -> Request:
        return Request("rye", tuple(argv), Action.INSTALL)


def test_a_plugins_frontend_comes_after_the_built_in_ones(host: Host) -> None:
    plugin = Plugin()
    assert find_frontend("rye") is None
    assert find_frontend("rye", (plugin,)) is plugin
    caller = Caller({"PATH": PATH}, "/", 0, frontends=(plugin,))
    assert identify(host, ("python3", "-m", "rye", "install"), caller).interpreter == SYSTEM


BASE = f"{CONDA}/bin/python"
ACTIVE = {"CONDA_PREFIX": f"{CONDA}/envs/work", "CONDA_DEFAULT_ENV": "work"}
IN_BASE = {"CONDA_PREFIX": CONDA, "CONDA_DEFAULT_ENV": "base"}
CONDA_LINES: list[tuple[str, Mapping[str, str], str]] = [
    ("conda install numpy", {}, BASE), ("conda install numpy", IN_BASE, BASE),
    ("conda install -n base numpy", ACTIVE, BASE), ("conda install -nbase -y numpy", {}, BASE),
    ("conda install --name=root numpy", {}, BASE), ("conda update --all", {}, BASE),
    (f"conda remove -p {CONDA} numpy", {}, BASE), ("conda env update -n base -f x.yml", {}, BASE),
    ("mamba install -c conda-forge numpy -n base", {}, BASE), ("conda -v uninstall --pref /opt/conda numpy", {}, BASE),
    ("conda run -n base pip install six", ACTIVE, BASE), ("conda run -n base python -m pip install six", {}, BASE),
    ("micromamba install -n base six", {"MAMBA_ROOT_PREFIX": "/home/a/mamba"}, "/home/a/mamba/bin/python"),
    ("micromamba -r /home/a/mamba update -n base --all", {}, "/home/a/mamba/bin/python"),
    ("conda install numpy", ACTIVE, f"{CONDA}/envs/work/bin/python"),
    ("conda install -n work numpy", IN_BASE, HARMLESS), ("conda create -n new numpy", IN_BASE, HARMLESS),
    ("conda create -n new -c conda-forge python=3.11", {}, HARMLESS), ("conda list -n base", {}, HARMLESS),
    ("conda activate base", {}, HARMLESS), ("conda install -n base --dry-run x", {}, HARMLESS),
    ("conda install --help", {}, HARMLESS), ("conda clean --all", IN_BASE, HARMLESS),
    ("conda run -n work pip install six", {}, HARMLESS), ("conda run -n base make", {}, HARMLESS),
    ("conda env create -f environment.yml", {}, HARMLESS), ("mamba env update -n work -f x.yml", {}, HARMLESS),
    ("conda env remove -n work", {}, HARMLESS), ("conda search -c base numpy", {}, HARMLESS),
]


@pytest.mark.parametrize(("line", "environ", "expected"), CONDA_LINES)
def test_which_environment_conda_changes(host: Host, line: str, environ: Mapping[str, str], expected: str) -> None:
    assert interpreter_for(host, line, environ) == expected


def test_conda_environment_files_name_their_environment(host: Host, tmp_path: Path) -> None:
    write(tmp_path, "/work/environment.yml", "name: base\ndependencies: [numpy]\n")
    assert interpreter_for(host, "conda env update") == BASE
    write(tmp_path, "/work/environment.yml", "name: 'work'\n")
    assert interpreter_for(host, "conda env update -f environment.yml") == HARMLESS


def test_what_conda_is_asked_for(host: Host) -> None:
    base = an_interpreter(kind=EnvironmentKind.CONDA_BASE, prefix=CONDA)
    line = "conda install -n base conda-forge::NumPy=1.26 'scipy>=1.2' -c x python=3.11 -y"
    found = request(host, line, interpreter=base)
    assert [(one.name, one.version) for one in found.wanted] == [("numpy", "1.26"), ("scipy", ""), ("python", "3.11")]
    assert (found.frontend, found.action, found.destination.asked_by) == ("conda", Action.INSTALL, "-n base")
    inner = request(host, "conda run -n base pip install six", interpreter=base)
    assert (inner.frontend, inner.argv[0], inner.wanted[0].name) == ("pip", "conda", "six")


PLAIN_LINES: list[tuple[str, Mapping[str, str], str]] = [
    ("uv pip install --system x", {}, SYSTEM), ("uv pip install x", {}, HARMLESS), ("uv run x", {}, HARMLESS),
    ("uv pip install x", {"CONDA_PREFIX": CONDA, "CONDA_DEFAULT_ENV": "base"}, HARMLESS),
    ("uv pip install --system x", {"CONDA_PREFIX": CONDA, "CONDA_DEFAULT_ENV": "base"}, BASE),
    ("uv tool install x", {"UV_SYSTEM_PYTHON": "1"}, HARMLESS), ("uv python install 3.12", {}, HARMLESS),
    ("poetry install", {}, HARMLESS), ("poetry install", {"POETRY_VIRTUALENVS_CREATE": "false"}, SYSTEM),
    ("poetry self add x", {}, SYSTEM), ("poetry run x", {"POETRY_VIRTUALENVS_CREATE": "false"}, HARMLESS),
    ("pdm add x", {}, HARMLESS), ("pdm add -g x", {}, BASE), ("pdm run -g x", {}, HARMLESS),
    ("pipenv install x", {}, HARMLESS), ("pipenv install --system x", {}, SYSTEM),
    ("pipenv sync", {"PIPENV_SYSTEM": "1"}, SYSTEM), ("pipenv run x", {"PIPENV_SYSTEM": "1"}, HARMLESS),
    ("pip-sync", {}, SYSTEM), ("pip-sync -n", {}, HARMLESS), ("pipx install x", {}, HARMLESS),
    ("pipx install --global x", {}, SYSTEM), ("pipx inject --global x y", {}, HARMLESS),
    ("python3 setup.py sdist bdist_wheel", {}, HARMLESS), ("python3 setup.py install", {}, "/usr/bin/python3"),
    ("python3 -m ensurepip --version", {}, HARMLESS), ("python3 -m piptools compile", {}, HARMLESS),
    ("python3 get-pip.py --help", {}, HARMLESS), ("python3 -m easy_install --version", {}, HARMLESS),
]


@pytest.mark.parametrize(("line", "environ", "expected"), PLAIN_LINES)
def test_which_interpreter_the_others_write_for(host: Host, line: str, environ: Mapping[str, str],
                                                expected: str) -> None:
    assert interpreter_for(host, line, environ) == expected


USR = {"UV_PROJECT_ENVIRONMENT": "/usr"}
PROJECT_LINES: list[tuple[str, Mapping[str, str], str]] = [    # /usr/bin has a python3 alone, as Debian's
    ("uv sync", USR, SYSTEM), ("uv add x", USR, SYSTEM), ("uv remove x", USR, SYSTEM), ("uv -q run x", USR, SYSTEM),
    ("uv version --bump=patch", USR, SYSTEM), ("uv version 2.0", USR, SYSTEM), ("uv version", USR, HARMLESS),
    ("uv sync --help", USR, HARMLESS), ("uv lock", USR, HARMLESS),
    ("uv sync", {"UV_PROJECT_ENVIRONMENT": "../../usr"}, SYSTEM),
    ("uv sync --project member", {"UV_PROJECT_ENVIRONMENT": "../../usr"}, SYSTEM),
    ("uv --directory /work/app/deep sync", {"UV_PROJECT_ENVIRONMENT": "../../usr"}, SYSTEM),
    ("uv sync", {"UV_PROJECT_ENVIRONMENT": "../../usr", "UV_WORKING_DIR": "/work/app/deep"}, SYSTEM),
    ("uv sync", {"UV_PROJECT_ENVIRONMENT": "../../usr", "UV_PROJECT": "deep"}, SYSTEM),
    ("uv sync", {"UV_PROJECT_ENVIRONMENT": "new"}, HARMLESS), ("uv sync", {"VIRTUAL_ENV": "/usr"}, HARMLESS),
    ("uv sync --active", {}, HARMLESS), ("uv sync --active", {"VIRTUAL_ENV": "/usr"}, SYSTEM),
    ("uv run --with x --active python3", {"VIRTUAL_ENV": "../../usr"}, SYSTEM),
    ("uv sync --active", {**USR, "VIRTUAL_ENV": "/opt/conda"}, BASE), ("uv sync --active", USR, SYSTEM),
]


@pytest.mark.parametrize(("line", "environ", "expected"), PROJECT_LINES)
def test_which_environment_a_uv_project_has(host: Host, tmp_path: Path, line: str, environ: Mapping[str, str],
                                            expected: str) -> None:
    write(tmp_path, "/work/app/pyproject.toml", "[tool.uv.workspace]\nmembers = ['*']\n")
    write(tmp_path, "/work/app/member/pyproject.toml", "[project]\n")
    (tmp_path / "work/app/deep").mkdir()
    assert interpreter_for(host, line, environ, "/work/app") == expected


def test_a_uv_projects_own_environment_may_be_a_link(host: Host, tmp_path: Path) -> None:
    write(tmp_path, "/work/app/pyproject.toml", "[project]\n")
    (tmp_path / "work/app/.venv").symlink_to("/usr")
    for line, cwd in (("uv sync", "/work/app"), ("uv run x", "/work/app"), ("uv add --project app x", "/work")):
        assert interpreter_for(host, line, {}, cwd).endswith("/.venv/bin/python3")
        assert request(host, line, {}, cwd).destination.asked_by == ".venv"
    write(tmp_path, "/srv/v/pyvenv.cfg", "home = /usr/bin\n")
    write(tmp_path, "/srv/v/bin/python3", "")
    assert interpreter_for(host, "uv sync", {"UV_PROJECT_ENVIRONMENT": "/srv/v"}, "/work/app") == HARMLESS


def test_a_uv_project_has_no_regard_for_the_marker(host: Host) -> None:
    found = request(host, "uv sync --active", {"VIRTUAL_ENV": "/usr"})
    facts = some_facts()
    assert found.destination.asked_by == "--active" and not refused_by_pip(replace(found, uid=0), facts)
    (bypass,) = find_bypasses(facts, found)
    assert (bypass.how, bypass.where) == ("a uv project's environment has no regard for it", "--active")
    pip = request(host, "uv pip install --system x")
    assert "externally managed" in refused_by_pip(pip, facts) and not list(find_bypasses(facts, pip))


@pytest.mark.parametrize(("line", "environ", "refused"), [
    ("uv pip install -p 3 --no-break-system-packages x", {"UV_BREAK_SYSTEM_PACKAGES": "1"}, True),
    ("uv pip install -p 3 --no-break-system-packages x", {"UV_BREAK_SYSTEM_PACKAGES": "0"}, True),
    ("uv pip install -p 3 --no-break-system-packages x", {"UV_SYSTEM_PYTHON": "1"}, False),
    ("uv pip install -p 3 --no-break-system-packages --break-system-packages x", {"UV_BREAK_SYSTEM_PACKAGES": "1"},
     False),
    ("uv pip uninstall --target /t --no-system x", {"UV_SYSTEM_PYTHON": "1"}, True),
    ("uv pip install --no-system --system x", {"UV_SYSTEM_PYTHON": "1"}, False),
])
def test_uv_refuses_the_contrary_of_a_variable(host: Host, line: str, environ: Mapping[str, str],
                                               refused: bool) -> None:
    if refused:
        with pytest.raises(ForeignUsageError, match="uv does not combine --no-"):
            request(host, line, environ)
    else:
        assert request(host, line, environ).action is not Action.NONE


def test_lock_files_say_what_comes(host: Host, tmp_path: Path) -> None:
    write(tmp_path, "/work/pyproject.toml", '[project]\nname = "x"\ndependencies = ["attrs>=20"]\n')
    off = {"POETRY_VIRTUALENVS_CREATE": "false"}
    assert [one.text for one in request(host, "poetry install", off).wanted] == ["attrs>=20"]
    write(tmp_path, "/work/poetry.lock", '[[package]]\nname = "Attrs"\nversion = "23.1"\n')
    (found,) = request(host, "poetry install", off).wanted
    assert (found.name, found.version, found.origin) == ("attrs", "23.1", "/work/poetry.lock")
    write(tmp_path, "/work/Pipfile", "[packages]\nsix = '*'\n")
    assert [one.name for one in request(host, "pipenv install --system").wanted] == ["six"]
    write(tmp_path, "/work/Pipfile.lock", '{"default": {"six": {"version": "==1.16"}}, "develop": {}}')
    assert [one.text for one in request(host, "pipenv install --system --deploy").wanted] == ["six==1.16"]
    write(tmp_path, "/work/Pipfile.lock", "{")
    assert "could not be read" in request(host, "pipenv sync --system").gaps[0]


def test_an_option_of_a_newer_release_is_a_gap_and_no_way_through(host: Host) -> None:
    found = request(host, "uv pip install --system --not-yet-invented x")
    assert [one.name for one in found.wanted] == ["x"]
    assert found.gaps == ("uv's --not-yet-invented is not known here",)


def test_words_are_read_as_the_tools_parsers_do() -> None:
    grammar = Grammar("conda", "--name -n --prefix -p", "--yes -y --quiet -q", abbreviated=True)
    assert read_words(["-yqn", "x", "--pre=y", "--", "-n"], grammar).options == (
        ("-y", ""), ("-q", ""), ("-n", "x"), ("--prefix", "y"))
    assert read_words(["a", "--help", "b"], grammar).helped
    assert read_words(["-nbase", "x"], grammar).value("-n") == "base"
    assert read_words(["-n=base", "x"], grammar).value("-n") == "base"
    assert read_words(["-p=x"], Grammar("uv", "-p")).value("-p") == "x"
