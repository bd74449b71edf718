"""A command found in a file becomes the install it is: which frontend, which arguments, whose Python."""

from __future__ import annotations

import re
from typing import Optional

from ..intake.circumstances import APART, OF_DISTRIBUTION, WHICHEVER, Active, FoundCommand, Ground
from ..intake.frontends import BUILT_IN
from ..intake.frontends.command_line import Grammar, Said, read_words
from ..intake.frontends.python_command import read_module_run, read_script_run
from ..model.frozen import dataclass, replace
from ..model.late_pattern import late

PIP = late(r"(?:python[23]?-)?pip-?\d*(\.\d+)?$")
PYTHON = late(r"(python|pypy|platform-python)\d*(\.\d+)?(-dbg|d|t|\$\{?\w+\}?)?$")
BUILT = late(r"python[\d.]*$|pip\d\.\d+$")    # in /usr/local/bin: built there, while pip3 may be an upgraded one
OS_DIRECTORIES = frozenset(("/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/usr/local/sbin", "/sbin",
                            "/usr/libexec"))
USER_DIRECTORIES = ("~/.local/bin", "$HOME/.local/bin", "${HOME}/.local/bin", "/root/.local/bin")
GET_PIP = late(r"get-pip\.py|ez_setup\.py|distribute_setup\.py")
SET = frozenset(("1", "true", "yes", "y", "on", "t"))
OF_SYNC = frozenset(("--break-system-packages", "--dry-run", "--prefix", "--target", "-t"))    # what pip has, too
SOME_PROGRAM = late(r"[\"']?(?:\$|\{\{|`|___\w)")    # ___x___: `{{ x }}` of a template, as its reader leaves it
IN_VENV = late(r"v(?:irtual)?_?env|conda|tox", re.I)
GUARD = "--break-system-packages"    # only where a distribution's Python is meant
CONDA = frozenset(("conda", "mamba", "micromamba"))
OF_INSTALLER = Grammar("installer", "--destdir -d --prefix -p --compile-bytecode --validate-record",
                       "--no-compile-bytecode --overwrite-existing", abbreviated=True)
SETUP = late(r"setup(?:_\w+)?\.py$")
OF_SYSTEM = late(r"/usr/(?:local/)?lib(?:64)?/python\d")    # `--install-layout=deb`, which is Debian's own
OWN_PREFIX = ("/usr", "/usr/", "/usr/local", "/usr/local/")
DIRECTORY = late(r" (?:-d|--install-dir)[ =]?/(?!usr/)")
OF_BREW = late(r"(homebrew|linuxbrew)(/opt/python[@\d.]*)?(/bin)?$")    # Homebrew's own Python, not a formula's venv


@dataclass(frozen=True)
class Install:
    """`arguments` are the frontend's own, its command first. `active` is what its bare name means there."""

    frontend: str
    arguments: tuple[str, ...]
    active: Active
    path_named: bool = False          # the interpreter was named by its path
    known_names: tuple[str, ...] = ()  # what it brings although no argument says so: get-pip brings pip


def read_install(found: FoundCommand) -> Optional[Install]:
    """The install, or None where the command is none, or one that asks nothing of any Python.

    Raises ForeignUsageError for what the tool itself would refuse.
    """
    argv = found.argv
    name = argv[0].rsplit("/", 1)[-1]
    active, named = _whose(argv[0], found)
    if PIP.match(name):
        return Install("pip", argv[1:], active, named)
    if PYTHON.match(name) or name.startswith(("$PYTHON", "${PYTHON", "$(PYTHON")):
        return _by_python(found, active, named)
    if name.startswith("easy_install"):
        is_asked = any(not word.startswith("-") for word in argv[1:]) and not DIRECTORY.search(" ".join(argv))
        return Install("easy_install", argv[1:], active, named) if is_asked else None
    if name in ("setup.py", "get-pip.py") and found.argv[0].endswith(name):
        return _by_script(argv[0], argv[1:], found.circumstances.active, False)    # where it lies says nothing
    if name == "uv":
        return _by_uv(found)
    if name == "pip-sync":
        return _by_sync(argv[1:], active, named)
    if name in ("pipenv", "poetry", "pdm"):
        return _by_project_tool(name, found)
    if name in CONDA:
        return Install("conda", argv[1:], active, "/" in argv[0])
    if argv[1:3] == ("-m", "pip") and GUARD in argv and SOME_PROGRAM.match(argv[0]) and not IN_VENV.search(argv[0]):
        some = Active(Ground.UNKNOWN, argv[0], WHICHEVER)
        return Install("pip", argv[3:], active if active.ground in APART else some)
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
        told = active.because if active.because.startswith(OF_DISTRIBUTION) else f"{program} is named by its path"
        return Active(Ground.HOST, program, told), True
    if re.search(r"conda|mamba|miniforge", directory) and "/envs/" not in directory:
        return Active(Ground.CONDA_BASE, directory, f"{program} is named by its path"), True
    ground = Ground.PRIVATE if OF_BREW.search(directory) else Ground.VENV
    return Active(ground, directory, f"{program} is named by its path"), True


def _by_python(found: FoundCommand, active: Active, named: bool) -> Optional[Install]:
    run = read_module_run(found.argv)
    if run is not None:
        return _by_module(run.module, run.arguments, active, named)
    script = read_script_run(found.argv)
    if script is not None:
        return _by_script(script[0], script[1], active, named, found)
    if "-c" in found.argv:
        return _by_script("get-pip.py", (), active, named) if GET_PIP.search(" ".join(found.argv)) else None
    return _by_script("-", (), active, named, found) if found.piped_from or found.fed else None


def _by_module(module: str, rest: tuple[str, ...], active: Active, named: bool) -> Optional[Install]:
    if module in ("pip", "pip._internal", "pip.__main__"):
        return Install("pip", rest, active, named)
    if module in BUILT_IN["easy_install"][1]:
        return Install("easy_install", rest, active, named)
    if module == "ensurepip":
        return _bootstrap("ensurepip", rest, active, named)
    if module == "piptools" and rest[:1] == ("sync",):
        return _by_sync(rest[1:], active, named)
    if module == "installer":
        return _by_installer(rest, active, named)
    return None


def _by_installer(rest: tuple[str, ...], active: Active, named: bool) -> Optional[Install]:
    """`python -m installer WHEEL`: into the Python that runs it, unless another directory is named."""
    said = read_words(rest, OF_INSTALLER)
    elsewhere = said.value("--destdir", "-d") or said.value("--prefix", "-p") not in ("", "/usr", "/usr/local")
    return Install("setup.py", ("install",), active, named) if said.words and not elsewhere else None


def _by_script(script: str, rest: tuple[str, ...], active: Active, named: bool,
               found: Optional[FoundCommand] = None) -> Optional[Install]:
    base = script.rsplit("/", 1)[-1]
    if GET_PIP.search(base):
        return _bootstrap("get-pip", rest, active, named)
    if script.startswith("$") and found is not None and re.search(r"get_?pip|local_pip", script, re.I):
        return _bootstrap("get-pip", rest, active, named)
    if base == "pip.pyz" or (PIP.match(base) and (base == script or script.rpartition("/")[0] in OS_DIRECTORIES)):
        return Install("pip", rest, active, named)
    if SETUP.match(base):
        from ..intake.frontends.setup_py import OWN_PREFIXES, read_setup

        places = read_setup(rest, ".", OWN_PREFIXES)    # empty where no command of it installs
        target, prefix, root = (_after(option, places) for option in ("--target", "--prefix", "--root"))
        elsewhere = (target and not OF_SYSTEM.match(target)) or root not in ("", "/") or (
            prefix and prefix not in OWN_PREFIX)
        return Install("setup.py", rest, active, named) if places and not elsewhere else None
    if script in ("-", "/dev/stdin") and found is not None and any(GET_PIP.search(word) for word in found.piped_from):
        return _bootstrap("get-pip", rest, active, named)
    return None


def _after(option: str, words: tuple[str, ...]) -> str:
    return words[words.index(option) + 1] if option in words[:-1] else ""


def _bootstrap(name: str, rest: tuple[str, ...], active: Active, named: bool) -> Optional[Install]:
    from ..intake.frontends.bootstrap import changes_nothing

    program = "ensurepip" if name == "ensurepip" else "get-pip.py"
    if changes_nothing((program, *rest), {}) or any(word.startswith("--root") for word in rest):
        return None
    return Install(name, ("install", *rest, "pip"), active, named, ("pip",))


def _by_sync(rest: tuple[str, ...], active: Active, named: bool) -> Optional[Install]:
    from ..intake.frontends.pip_sync import changes_nothing

    return None if changes_nothing(("pip-sync", *rest), {}) else Install("pip-sync", rest, active, named)


def _by_uv(found: FoundCommand) -> Optional[Install]:
    """`uv pip` wants an environment unless it is told to take the system's (UV_SYSTEM_PYTHON, --system)."""
    from ..intake.frontends.uv_options import GENERAL
    from ..intake.frontends.uv_options import PIP as UV_PIP

    words = read_words(found.argv[1:], GENERAL, leading=True).words
    if words[:1] == ("sync",) and found.circumstances.get("UV_PROJECT_ENVIRONMENT").rstrip("/") == "/usr":
        return Install("uv", ("install",), Active(Ground.HOST, "/usr", "UV_PROJECT_ENVIRONMENT=/usr"), True)
    if words[:1] != ("pip",):
        return None
    said = read_words(words[1:], UV_PIP)
    active = found.circumstances.active
    chosen = said.value("--python", "-p") or _named_by_variable(found)
    if chosen and ("/" in chosen or not PYTHON.match(chosen)):    # else it is the first on PATH
        if chosen.rpartition("/")[0] not in OS_DIRECTORIES:
            return None
        active = Active(Ground.HOST, chosen, f"--python {chosen}")
    elif not chosen and not _is_system(said, found):
        return None
    elif not chosen and active.ground is Ground.VENV and found.circumstances.host.name:    # passed by, with its python
        active = Active(Ground.HOST, "", f"uv with --system leaves {active.path or 'the environment'}")
    elif not chosen and active.ground is Ground.VENV:
        active = Active(Ground.UNKNOWN, "", f"uv with --system leaves {active.path or 'the environment'}")
    elif found.circumstances.get("UV_PYTHON") and active.ground is Ground.HOST:
        active = Active(Ground.UNKNOWN, "", f"UV_PYTHON={found.circumstances.get('UV_PYTHON')}, which may be another")
    if said.words[:1] == ("sync",):
        kept = (word for name, value in said.options if name in OF_SYNC for word in (name, value) if word)
        return Install("uv", ("install", *kept, *(word for name in said.words[1:] for word in ("-r", name))), active,
                       bool(chosen))
    rest = tuple(word for word in words[1:] if word not in ("--system", "--no-system", "--python", "-p", chosen))
    return Install("uv", rest, active, bool(chosen))


def _named_by_variable(found: FoundCommand) -> str:
    """UV_PYTHON, where it is a path: a version may be that of a Python that uv fetches."""
    named = found.circumstances.get("UV_PYTHON")
    return named if named.startswith("/") else ""


def _is_system(said: Said, found: FoundCommand) -> bool:
    """The last of --system and --no-system, else the variable; VIRTUAL_ENV counts for neither."""
    last = said.origin("--system", "--no-system")
    return last == "--system" if last else found.circumstances.get("UV_SYSTEM_PYTHON").lower() in SET


def _by_project_tool(name: str, found: FoundCommand) -> Optional[Install]:
    """poetry without environments, pipenv and pdm that are told to take the system's Python."""
    environ = found.circumstances.environ()
    if name == "poetry":
        from ..intake.frontends.poetry import changes_nothing

        if environ.get("POETRY_VIRTUALENVS_CREATE", "").lower() not in ("false", "0"):
            return None
    elif name == "pdm":
        from ..intake.frontends.pdm import changes_nothing

        if not {"-g", "--global"} & set(found.argv):
            return None
    else:
        from ..intake.frontends.pipenv import changes_nothing
    if changes_nothing(found.argv, environ):
        return None
    return Install(name, ("install",), found.circumstances.active)


def with_python_option(install: Install, python: str) -> Install:
    """`pip --python X install`: the interpreter or environment is the one that is named."""
    if python.rpartition("/")[0] in OS_DIRECTORIES:
        return replace(install, active=Active(Ground.HOST, python, f"--python {python}"), path_named=True)
    return replace(install, active=Active(Ground.VENV, python, f"--python {python}"), path_named=True)
