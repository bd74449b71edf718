"""What the shim knows of the tools' commands, held against the engine's own reading."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from pyguard.errors import ForeignUsageError
from pyguard.host import Host
from pyguard.intake.frontends.pip_command import changes_nothing, read_command
from pyguard.intake.frontends.pip_options import COMMANDS, GENERAL, HELP, TAKES_VALUE
from pyguard.judge import Caller, identify
from tests.hooks.worlds import SHIM, World, shells


@pytest.fixture(params=shells(), ids=lambda command: command[0].rsplit("/", 1)[-1])
def shell(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return tuple(request.param)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


OTHERS = [
    ("uv", "run pip install x", {}, True), ("uv", "--version", {}, True), ("uv", "pip list --system", {}, True),
    ("uv", "pip install x", {}, True), ("uv", "pip install --system x", {}, False),
    ("uv", "--directory pip pip install --system x", {}, False), ("uv", "pip sync -p /usr/bin/python3 x", {}, False),
    ("uv", "pip install x", {"UV_SYSTEM_PYTHON": "1"}, False), ("uv", "--new-option pip install", {}, False),
    ("uv", "sync", {}, True), ("uv", "sync", {"UV_PROJECT_ENVIRONMENT": "/usr/local"}, False),
    ("uv", "version --bump patch", {"UV_PROJECT_ENVIRONMENT": "/usr"}, False), ("uv", "sync --active", {}, True),
    ("uv", "sync --active", {"VIRTUAL_ENV": "/usr"}, False), ("uv", "sync", {"VIRTUAL_ENV": "/usr"}, True),
    ("uv", "pip install x", {"CONDA_DEFAULT_ENV": "base"}, False), ("uv", "pip install --help", {}, True),
    ("conda", "activate x", {}, True), ("conda", "list", {}, True), ("conda", "create -n x", {}, True),
    ("conda", "install x", {}, False), ("conda", "install -n x y", {}, True), ("conda", "install -n base y", {}, False),
    ("conda", "install x", {"CONDA_DEFAULT_ENV": "work"}, True), ("conda", "install --name=base x", {}, False),
    ("conda", "-v remove x", {"CONDA_DEFAULT_ENV": "base"}, False), ("conda", "install -p /opt/x y", {}, False),
    ("conda", "run -n base pip install x", {}, False), ("conda", "run -n x make", {}, True),
    ("conda", "env list", {}, True), ("conda", "env update -f x", {}, False), ("conda", "install --help", {}, True),
    ("pipx", "list", {}, True), ("pipx", "install x", {}, True), ("pipx", "run x --global", {}, True),
    ("pipx", "--global install x", {}, False), ("pipx", "install --global x", {}, False),
    ("poetry", "run x", {}, True), ("poetry", "install", {}, True), ("poetry", "lock", {}, True),
    ("poetry", "install", {"POETRY_VIRTUALENVS_CREATE": "false"}, False), ("poetry", "self add x", {}, False),
    ("poetry", "-n add x", {"POETRY_VIRTUALENVS_CREATE": "0"}, False), ("poetry", "-C elsewhere install", {}, False),
    ("poetry", "add --help", {"POETRY_VIRTUALENVS_CREATE": "0"}, True), ("pdm", "install", {}, True),
    ("pdm", "add -g x", {}, False), ("pdm", "-p x sync --global", {}, False), ("pdm", "run x -g", {}, True),
    ("pdm", "add -dg x", {}, False), ("pdm", "use -g 3.11", {}, True),
    ("pipenv", "install x", {}, True), ("pipenv", "install --system --deploy", {}, False),
    ("pipenv", "install x", {"PIPENV_SYSTEM": "1"}, False), ("pipenv", "run x --system", {}, True),
    ("pip-sync", "", {}, False), ("pip-sync", "-n", {}, True), ("pip-sync", "dev.txt", {}, False),
    ("easy_install", "x", {}, False), ("easy_install", "--version", {}, True),
]
WORK = {"CONDA_DEFAULT_ENV": "work"}
BUNDLES = [    # several short options in one word, beginnings of long ones, the last of several
    ("uv", "pip install -Up /usr/bin/python3 six", {}, False), ("uv", "pip install -qp/usr/bin/python3 six", {}, False),
    ("uv", "pip install -qt /usr/lib/python3/dist-packages six", {}, False), ("uv", "pip install -qU six", {}, True),
    ("conda", "install -yn base six", WORK, False), ("conda", "install -qyn base", WORK, False),
    ("conda", "install -ynbase six", WORK, False), ("conda", "install -yp /opt/conda six", WORK, False),
    ("conda", "install -n=base six", WORK, False), ("conda", "install --nam base six", WORK, False),
    ("conda", "install --pref /opt/conda six", WORK, False), ("conda", "install -n work -n base six", WORK, False),
    ("conda", "install -cn work six", {}, False), ("conda", "install -n work -c x six", {}, True),
    ("conda", "install -q six", WORK, True), ("conda", "install --name work six", {}, True),
    ("conda", "env update", WORK, False), ("conda", "env update -f environment.yml", WORK, False),
    ("conda", "env -q update", WORK, False), ("conda", "env update -n work", {}, True),
    ("pipx", "install --g x", {}, False), ("pipx", "install --force x", {}, True),
    ("poetry", "install -nC elsewhere", {}, False), ("poetry", "install -n", {}, True),
]


def test_the_tables_of_the_other_tools(world: World, shell: tuple[str, ...]) -> None:
    world.engine()
    for tool, _, _, _ in OTHERS:
        world.tool(world.bin / tool)
    for tool, line, environment, straight in (*OTHERS, *BUNDLES):
        (call,) = world.run([tool, *line.split()], shell, env=environment).calls
        if straight:
            assert call == (f"{world.bin}/{tool}", *line.split()), line
        else:
            assert call[3:] == (tool, "--real", f"{world.bin}/{tool}", "--", *line.split()), line


FILES = [
    ("uv", "pip install x", "uv.toml", "[pip]\n"), ("uv", "pip install x", "above/../uv.toml", "\n"),
    ("uv", "pip install x", "pyproject.toml", "[project]\nname = 'x'\n[tool.uv.pip]\nsystem = true"),
    ("poetry", "install", "poetry.toml", "[virtualenvs]\ncreate = false\n"),
    ("poetry", "add x", "home/.config/pypoetry/config.toml", "[virtualenvs]\ncreate = false\n"),
    ("pdm", "install", "home/.config/pdm/config.toml", "[global_project]\nfallback = true\n"),
]


@pytest.mark.parametrize(("tool", "line", "file", "text"), FILES, ids=lambda value: str(value)[:20])
def test_files_that_lead_out_of_an_environment(world: World, tool: str, line: str, file: str, text: str) -> None:
    world.engine()
    world.tool(world.bin / tool)
    deep = world.root / "above" / "deeper"
    deep.mkdir(parents=True)
    assert world.run([tool, *line.split()], cwd=deep).calls[0][0] == f"{world.bin}/{tool}"
    place = world.root / file
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    assert world.run([tool, *line.split()], cwd=deep).calls[0][3:5] == (tool, "--real")
    place.write_text("nothing = 1\n", encoding="utf-8")
    straight = world.run([tool, *line.split()], cwd=deep).calls[0][0] == f"{world.bin}/{tool}"
    assert straight == (not file.endswith("uv.toml"))


def test_a_uv_project_whose_environment_is_a_whole_python(world: World) -> None:
    world.engine()
    world.tool(world.bin / "uv")
    place = world.root / "project"
    (place / "deeper").mkdir(parents=True)
    for prefix, config, straight in (("/usr", False, False), (world.root / "v", True, True), ("/nowhere", False, True)):
        (place / ".venv").unlink(missing_ok=True)
        (place / ".venv").symlink_to(prefix)
        if config:
            (world.root / "v/bin").mkdir(parents=True)
            for name in ("bin/python3", "pyvenv.cfg"):
                (place / ".venv" / name).touch()
        (call,) = world.run(["uv", "run", "x"], cwd=place / "deeper").calls[-1:]
        assert (call[0] == f"{world.bin}/uv") is straight, prefix


def test_tools_without_their_tables_go_on(world: World) -> None:
    (world.shims / ".pyguard-tools").unlink()
    # pyguard: ignore[conda-base-changed] a program of the test's own goes by that name
    (call,) = world.run(["conda", "install", "-n", "base", "x"]).calls
    assert call == (f"{world.bin}/conda", "install", "-n", "base", "x")


def test_the_tables_are_the_engines_own() -> None:
    text = SHIM.read_text(encoding="utf-8")

    def words(name: str) -> set[str]:
        found = re.search(rf"^{name}='([^']*)'", text, re.MULTILINE)
        assert found
        return set(found[1].split())

    options = [(spelling, option) for option in GENERAL for spelling in option.spellings.split()]
    assert words("_pyguard_pip_takes") == {spelling for spelling, option in options if option.kind in TAKES_VALUE}
    flags = {spelling for spelling, option in options if option.kind not in (*TAKES_VALUE, HELP)}
    assert words("_pyguard_pip_flags") - {"-qq", "-qqq", "-vv", "-vvv"} == flags - {"--version", "-V"}
    harmless = re.search(r"'' \| ([a-z |\\\n]+)\) return 1 ;;\n +install", text)
    assert harmless
    assert set(re.findall(r"[a-z]+", harmless[1])) == {command.name for command in COMMANDS if not command.changes}


VOCABULARY = ["install", "uninstall", "list", "download", "help", "six", "--log", "-q", "-qv", "--help", "-h",
              "--python", "--no-input", "--proxy", "--proxy=x", "-r", "--dry-run", "--version", "-V", "--", "-", "--lo",
              "--upgrade", "--isolated", "config", "--trusted-host", "-vh", "--no-cache-dir", "--retries", "--unknown",
              ""]


def test_what_passes_is_harmless_by_the_engines_own_reading(world: World) -> None:
    world.engine()
    chance = random.Random(4)
    passed = 0
    for _ in range(150):
        arguments = chance.choices(VOCABULARY, k=chance.randint(1, 5))
        (call,) = world.run(["pip", *arguments]).calls
        if call[0] != f"{world.bin}/pip":
            continue
        passed += 1
        try:
            read_command(arguments)
        except ForeignUsageError:
            continue    # pip itself refuses it
        assert changes_nothing(arguments), arguments
    assert passed > 20


WORDS = {
    "conda": """install update env remove run pip base work six -n -yn -nbase -n=base -ynbase -cn -c -p -yp /opt/x
 --name --name=base --nam --pref -q -y -f environment.yml --json --help -- -qn""",
    "uv": """install sync uninstall list -p -Up -qp -t -qt /usr/bin/python3 six -q --target --prefix -r -U --help --
 --system -n -e --directory -Ue""",
}


@pytest.mark.parametrize(("tool", "words"), WORDS.items(), ids=list(WORDS))
def test_what_passes_of_the_others_is_harmless_by_the_engines_own_reading(tool: str, words: str, world: World) -> None:
    """In an active environment; whatever is judged must be asked about."""
    world.engine()
    (world.root / "conda-meta").mkdir()
    (world.root / "environment.yml").write_text("name: base\n", encoding="utf-8")
    for prefix in (world.root, world.root / "envs" / "work"):
        world.tool(prefix / "bin" / "python3")
        (prefix / "pyvenv.cfg").write_text("", encoding="utf-8")
    inside = str(world.root / "envs" / "work")
    active = {"CONDA_DEFAULT_ENV": "work", "CONDA_PREFIX": inside, "VIRTUAL_ENV": inside}
    chance, passed, known = random.Random(4), 0, words.split()
    for _ in range(200):
        first = [*(["pip"] if tool == "uv" else []), chance.choice(known[:4])]
        arguments = [*first, *chance.choices(known, k=chance.randint(0, 5))]
        (call,) = world.run([tool, *arguments], env=active).calls
        if call[0] != f"{world.bin}/{tool}":
            continue
        passed += 1
        caller = Caller({**active, "PATH": f"{world.bin}", "HOME": "/nowhere"}, str(world.root), 1000)
        try:
            command = identify(Host(), (tool, *arguments), caller)
            outside = command.interpreter not in ("", f"{inside}/bin/python3")
            assert command.frontend.changes_nothing(command.argv, active) or not outside, arguments
        except ForeignUsageError:
            continue    # the tool itself refuses it
    assert passed > 20
