"""A uv command line, UV_* variables and uv.toml -> Request: what `uv pip` would write where.

Everything else that uv does happens in an environment of its own (`uv tool`, `uv run`, `uv sync`), unless a
project's is somewhere else (uv_project.py). uv never turns to the user site. Measured with uv 0.13;
the order in which it looks for an interpreter is that of its crate uv-python (discovery.rs).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from ...errors import ForeignUsageError
from ...host import Host
from ...model.facts import Interpreter
from ...model.paths import absolute
from ...model.request import UV_SYNC, Action, Destination, Request, Scheme, Setting
from .around import Around, python_in
from .command_line import Said, read_words
from .uv_options import GENERAL, PIP
from .uv_project import named_environment, project_python, syncs, working_directory
from .uv_repeated import repeated
from .uv_settings import UvSettings, read_settings

NAME = "uv"
PROGRAMS = ("uv",)
MODULES = ("uv",)
ACTIONS = {"install": Action.INSTALL, "sync": Action.INSTALL, "uninstall": Action.UNINSTALL}
PYTHON_NAMES = ("python", "python3")
SWITCHES = {"UV_SYSTEM_PYTHON": "system", "UV_BREAK_SYSTEM_PACKAGES": "break-system-packages"}


def changes_nothing(argv: Sequence[str], environ: Mapping[str, str]) -> bool:
    """All but `uv pip install|sync|uninstall` and what changes a project's environment, which may be somewhere else."""
    command = read_words(argv[1:], GENERAL, leading=True)
    words = command.words
    if command.helped or not words:
        return True
    if words[0] != "pip":
        return not syncs(argv)
    said = read_words(words[1:], PIP)
    return said.helped or said.has("--dry-run") or not said.words or said.words[0] not in ACTIONS


def choose_interpreter(host: Host, argv: Sequence[str], around: Around) -> str:
    """As uv does: what is named, the active environment, the first that is none on PATH."""
    said, settings = _read(host, argv, around)
    if said is None:
        return project_python(host, argv, around)
    named = said.value("--python", "-p") or around.environ.get("UV_PYTHON", "") or settings.python
    found = _by_path(host, named, around) if named else ""
    if found:
        return found
    system = _is_system(said, settings, around)
    active = "" if system else _active(host, around)
    if active:
        return active    # for any version that is asked for: whether it has that one is uv's to say
    elsewhere = any(_place(said, settings))
    if not system and not elsewhere:
        return ""    # "No virtual environment found": uv's own error stands
    return _outside(host, named, around)


def leaves_environment(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> bool:
    """`--target` and `--prefix`, by whatever they are set."""
    said, settings = _read(host, argv, around)
    return said is not None and any(_place(said, settings))


def parse_request(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> Request:
    """The Request of `uv pip`, or of a project command whose environment is the interpreter's own prefix."""
    said, settings = _read(host, argv, around)
    if said is None:
        return Request(NAME, tuple(argv), Action.INSTALL, UV_SYNC, around.uid, around.cwd,
                       destination=Destination(asked_by=named_environment(argv, around.environ).asked_by),
                       gaps=("what the project requires was not looked up",))
    _check(said, around)
    from .operands import read_operands

    found = read_operands(host, _operands(said), around._replace(cwd=working_directory(said, around)))
    target, prefix = _place(said, settings)
    destination = Destination(asked_by=_asked_by(said, settings))
    for scheme, setting in ((Scheme.TARGET, target), (Scheme.PREFIX, prefix)):
        if setting is not None:
            path = absolute(setting.value, working_directory(said, around))
            destination = Destination(scheme, path, asked_by=setting.origin)
            break
    index, pip = repeated(said, around.environ)
    unknown = tuple(f"uv's {name} is not known here" for name in said.unknown)
    return Request(
        NAME, tuple(argv), ACTIONS[said.words[0]], f"pip {said.words[0]}", around.uid, around.cwd, found.wanted,
        found.constraints, destination, upgrade=said.has("--upgrade", "-U"),
        force_reinstall=said.has("--reinstall", "--force-reinstall"), no_deps=said.has("--no-deps"),
        break_system_packages=_override(said, settings, around), index_options=index,
        pip_options=pip, pip_only=(*(word for word in (*index, *pip) if word.startswith("--")), *found.unread[1::2]),
        unread=found.unread, settings=settings.given, gaps=(*found.gaps, *settings.gaps, *unknown))


def _read(host: Host, argv: Sequence[str], around: Around) -> tuple[Said | None, UvSettings]:
    """What follows `pip`, the options before it among them, and the settings; None for a project command."""
    before = read_words(argv[1:], GENERAL, leading=True)
    if not before.words or before.words[0] != "pip":
        return None, UvSettings()
    after = read_words(before.words[1:], PIP)
    said = after._replace(options=(*before.options, *after.options), unknown=(*before.unknown, *after.unknown),
                          words=after.words or ("",))
    return said, read_settings(host, around, working_directory(said, around), said.value("--config-file"),
                               said.has("--no-config", "--isolated"))


def _check(said: Said, around: Around) -> None:
    """A variable's option and its contrary: uv takes both for said, whatever the variable's value is."""
    for variable, name in SWITCHES.items():
        if variable in around.environ and said.origin(f"--{name}", f"--no-{name}") == f"--no-{name}":
            raise ForeignUsageError("contrary-options", f"uv does not combine --no-{name} and {variable}", variable)


def _is_system(said: Said, settings: UvSettings, around: Around) -> bool:
    if said.has("--system", "--no-system"):
        return said.origin("--system", "--no-system") == "--system"
    return around.is_set("UV_SYSTEM_PYTHON") or settings.system


def _by_path(host: Host, named: str, around: Around) -> str:
    """A file or an environment's directory; what is neither is a version or a name, and asks for a search."""
    path = absolute(named, around.cwd)
    if "/" not in named and not host.exists(path):
        return ""
    if host.is_dir(path):
        return python_in(host, path)
    return path if "/" in named or host.is_file(path) else ""


def _active(host: Host, around: Around) -> str:
    """VIRTUAL_ENV, CONDA_PREFIX unless that is base, `.venv` here or above."""
    environ = around.environ
    virtual = environ.get("VIRTUAL_ENV", "")
    if virtual and host.exists(f"{virtual}/pyvenv.cfg"):
        return python_in(host, virtual)
    conda = environ.get("CONDA_PREFIX", "")
    if conda and not is_conda_base(environ):
        return python_in(host, conda)
    directory = around.cwd
    while True:
        if host.exists(f"{directory}/.venv/pyvenv.cfg"):
            return python_in(host, f"{directory}/.venv")
        if directory in ("/", ""):
            return ""
        directory = os.path.dirname(directory)


def is_conda_base(environ: Mapping[str, str]) -> bool:
    """uv's own test: the root is the prefix, or the name of the active environment is not the prefix's."""
    prefix, name = environ.get("CONDA_PREFIX", ""), environ.get("CONDA_DEFAULT_ENV", "")
    if environ.get("_CONDA_ROOT") == prefix or name in ("base", "root"):
        return True
    return bool(name) and name != prefix and os.path.basename(prefix.rstrip("/")) != name


def _outside(host: Host, named: str, around: Around) -> str:
    """conda's base where that is active, else the first interpreter on PATH that is in no environment."""
    prefix = around.environ.get("CONDA_PREFIX", "")
    if prefix and is_conda_base(around.environ) and not named:
        return python_in(host, prefix)
    names = _names(named)
    for entry in around.path:
        if host.exists(f"{entry.rstrip('/')}/../pyvenv.cfg"):
            continue
        for name in names:
            if host.is_file(f"{entry}/{name}"):
                return f"{entry}/{name}"
    return ""


def _names(named: str) -> tuple[str, ...]:
    """The programs that answer a request such as `3.11`, `cpython@3.11` or `python3.11`."""
    version = named.rpartition("@")[2] if "@" in named else named
    version = version.removeprefix("python").removeprefix("cpython").lstrip("-")
    numbers = [part for part in version.split("-")[0].split(".")[:2] if part.isdigit()]
    return (f"python{'.'.join(numbers)}", *(PYTHON_NAMES if len(numbers) < 2 else ())) if numbers else PYTHON_NAMES


def _place(said: Said, settings: UvSettings) -> tuple[Setting | None, Setting | None]:
    """`--target` and `--prefix`, by an option or a file; there are no variables for them."""
    found: list[Setting | None] = []
    for name, spellings in (("target", ("--target", "-t")), ("prefix", ("--prefix",))):
        value = said.value(*spellings)
        found.append(Setting(name, value, said.origin(*spellings)) if value else settings.get(name))
    return found[0], found[1]


def _asked_by(said: Said, settings: UvSettings) -> str:
    found = settings.get("system")
    return said.origin("--system", "--python", "-p") or (found.origin if found else "")


def _override(said: Said, settings: UvSettings, around: Around) -> Setting | None:
    option = said.origin("--break-system-packages", "--no-break-system-packages")
    if option:
        return Setting("break-system-packages", "1", option) if option.startswith("--b") else None
    if around.is_set("UV_BREAK_SYSTEM_PACKAGES"):
        return Setting("break-system-packages", "1", "UV_BREAK_SYSTEM_PACKAGES")
    return settings.get("break-system-packages")


def _operands(said: Said) -> Said:
    """`uv pip sync FILE` names its files without an option."""
    words = said.words[1:]
    if said.words[0] == "sync":
        return said._replace(options=(*said.options, *(("-r", word) for word in (*words, *said.end))), words=(), end=())
    return said._replace(words=words)
