"""A command found in a file becomes the install it is: which frontend, which arguments, whose Python."""

from __future__ import annotations

import re
from typing import Optional

from ..intake.circumstances import Active, FoundCommand, Ground
from ..intake.late_pattern import late
from ..model.frozen import dataclass, replace

PIP = late(r"pip-?\d*(\.\d+)?$")
PYTHON = late(r"(python|pypy)\d*(\.\d+)?(-dbg|d|t|\$\{?\w+\}?)?$")
BUILT = late(r"python[\d.]*$|pip\d\.\d+$")    # in /usr/local/bin: built there, while pip3 may be an upgraded one
OS_DIRECTORIES = frozenset(("/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/usr/local/sbin", "/sbin"))
USER_DIRECTORIES = ("~/.local/bin", "$HOME/.local/bin", "${HOME}/.local/bin", "/root/.local/bin")
INTERPRETER_OPTIONS = frozenset("bBdEhiIOPqRsSuvx")
GET_PIP = late(r"get-pip\.py|ez_setup\.py")
CONDA = frozenset(("conda", "mamba", "micromamba"))


@dataclass(frozen=True)
class Install:
    """`arguments` are the frontend's own, its command first. `active` is what its bare name means there."""

    frontend: str
    arguments: tuple[str, ...]
    active: Active
    path_named: bool = False          # the interpreter was named by its path
    known_names: tuple[str, ...] = ()  # what it brings although no argument says so: get-pip brings pip


def read_install(found: FoundCommand) -> Optional[Install]:
    """The install, or None where the command is none, or one that asks nothing of any Python."""
    argv = found.argv
    name = argv[0].rsplit("/", 1)[-1]
    active, named = _whose(argv[0], found)
    if PIP.match(name):
        return Install("pip", argv[1:], active, named)
    if PYTHON.match(name) or name.startswith(("$PYTHON", "${PYTHON", "$(PYTHON")):
        return _by_python(found, active, named)
    if name.startswith("easy_install"):
        return Install("easy_install", argv[1:], active, named)
    if name in ("setup.py", "get-pip.py") and found.argv[0].endswith(name):
        return _by_script(argv[0], argv[1:], active, named)
    if name == "uv" and argv[1:2] == ("pip",):
        return _by_uv(found, argv[2:])
    if name == "pip-sync":
        return Install("pip-sync", argv[1:], active, named)
    if name in ("pipenv", "poetry"):
        return _by_project_tool(name, found)
    if name in CONDA:
        return Install("conda", argv[1:], active, "/" in argv[0])
    return None


def _whose(program: str, found: FoundCommand) -> tuple[Active, bool]:
    """The environment that a program's path or bare name stands for."""
    active = found.circumstances.active
    directory, slash, _name = program.rpartition("/")
    if not slash:
        return active, False
    if directory in OS_DIRECTORIES or directory in USER_DIRECTORIES:
        if directory.startswith("/usr/local") and (active.ground is Ground.PRIVATE or BUILT.match(_name)):
            return Active(Ground.PRIVATE, program, f"{program}: no distribution has its Python there"), True
        return Active(Ground.HOST, program, f"{program} is named by its path"), True
    if re.search(r"conda|mamba|miniforge", directory) and "/envs/" not in directory:
        return Active(Ground.CONDA_BASE, directory, f"{program} is named by its path"), True
    return Active(Ground.VENV, directory, f"{program} is named by its path"), True


def _by_python(found: FoundCommand, active: Active, named: bool) -> Optional[Install]:
    argv = found.argv
    index = 1
    while index < len(argv):
        word = argv[index]
        if word == "-m" or (word.startswith("-") and word.endswith("m") and set(word[1:-1]) <= INTERPRETER_OPTIONS):
            return _by_module(argv[index + 1:], active, named)
        if word.startswith("-m") and len(word) > 2:
            return _by_module((word[2:], *argv[index + 1:]), active, named)
        if word in ("-W", "-X"):
            index += 2
            continue
        if word == "-c":
            return _by_script("get-pip.py", (), active, named) if GET_PIP.search(" ".join(argv[index:])) else None
        if not word.startswith("-") or word == "-":
            return _by_script(word, argv[index + 1:], active, named, found)
        index += 1
    return _by_script("-", (), active, named, found) if found.piped_from or found.fed else None


def _by_module(words: tuple[str, ...], active: Active, named: bool) -> Optional[Install]:
    if not words:
        return None
    module, rest = words[0], words[1:]
    if module in ("pip", "pip._internal", "pip.__main__"):
        return Install("pip", rest, active, named)
    if module in ("easy_install", "setuptools.command.easy_install"):
        return Install("easy_install", rest, active, named)
    if module == "ensurepip" and not any(word.startswith("--root") for word in rest) and "--version" not in rest:
        return Install("ensurepip", ("install", *rest, "pip"), active, named, ("pip",))
    if module == "piptools" and rest[:1] == ("sync",):
        return Install("pip-sync", rest[1:], active, named)
    return None


def _by_script(script: str, rest: tuple[str, ...], active: Active, named: bool,
               found: Optional[FoundCommand] = None) -> Optional[Install]:
    base = script.rsplit("/", 1)[-1]
    if GET_PIP.search(base):
        return Install("get-pip", ("install", *rest, "pip"), active, named, ("pip",))
    if script.startswith("$") and found is not None and re.search(r"get_?pip|local_pip", script, re.I):
        return Install("get-pip", ("install", *rest, "pip"), active, named, ("pip",))
    if base == "setup.py" and {"install", "develop"} & set(rest) and not any(
            word.startswith("--root") or (word.startswith(("--prefix=$", "--home", "--prefix={"))) for word in rest):
        return Install("setup.py", rest, active, named)
    if script in ("-", "/dev/stdin") and found is not None and any(GET_PIP.search(word) for word in found.piped_from):
        return Install("get-pip", ("install", *rest, "pip"), active, named, ("pip",))
    return None


def _by_uv(found: FoundCommand, words: tuple[str, ...]) -> Optional[Install]:
    """`uv pip` wants an environment unless it is told to take the system's (UV_SYSTEM_PYTHON, --system)."""
    active = found.circumstances.active
    chosen = _option_value(words, ("--python", "-p"))
    system = "--system" in words or found.circumstances.get("UV_SYSTEM_PYTHON").lower() in ("1", "true")
    if chosen:
        if chosen.rpartition("/")[0] not in OS_DIRECTORIES:
            return None
        active = Active(Ground.HOST, chosen, f"--python {chosen}")
    elif not system or found.circumstances.get("VIRTUAL_ENV"):
        return None
    rest = tuple(word for word in words if word not in ("--system", "--python", "-p", chosen))
    return Install("uv", rest, active, bool(chosen))


def _by_project_tool(name: str, found: FoundCommand) -> Optional[Install]:
    argv = found.argv
    verb = next((word for word in argv[1:] if not word.startswith("-")), "")
    active = found.circumstances.active
    if name == "pipenv" and verb in ("install", "sync") and "--system" in argv:
        return Install(name, ("install",), active)
    created = found.circumstances.get("POETRY_VIRTUALENVS_CREATE").lower()
    if name == "poetry" and verb in ("install", "add", "update", "sync") and created in ("false", "0"):
        return Install(name, ("install",), active)
    return None


def _option_value(words: tuple[str, ...], names: tuple[str, ...]) -> str:
    for index, word in enumerate(words):
        if word in names and index + 1 < len(words):
            return words[index + 1]
        for name in names:
            if word.startswith(name + "=") and name.startswith("--"):
                return word[len(name) + 1:]
    return ""


def with_python_option(install: Install, python: str) -> Install:
    """`pip --python X install`: the interpreter or environment is the one that is named."""
    if python.rpartition("/")[0] in OS_DIRECTORIES:
        return replace(install, active=Active(Ground.HOST, python, f"--python {python}"), path_named=True)
    return replace(install, active=Active(Ground.VENV, python, f"--python {python}"), path_named=True)
