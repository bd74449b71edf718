"""Commands that change what holds after them: activate, export, cd, an OS package manager that brings Python."""

from __future__ import annotations

import re
from collections.abc import Callable

from ...model.late_pattern import late
from ..circumstances import IN_CONTAINER, Active, Ground, tells_of_pip
from .aliases import note_alias, note_option
from .built_python import install_built, notice_prefix, notice_source_tree
from .names import UNKNOWN, note_link
from .open_venvs import note_open
from .settings_sourced import MAKES_ENVIRONMENTS
from .start_files import forget_start_files
from .state import LIST, ROOTED, State

PYTHON_PACKAGE = late(r"^(python[\d.]*|py\d*-pip|(lib)?python[\d.]*-[\w.+-]+|pip|pypy3?)([=<>~@:].*)?$")
SOME_MINOR = late(rf"^python(?:3\.?)?{UNKNOWN}(?=-|$)", re.S)    # python${VERSION}-pip
MAX_PACKAGES = 200
MANAGERS = frozenset(("apt", "apt-get", "aptitude", "dnf", "yum", "microdnf", "tdnf", "apk", "pacman", "zypper",
                      "urpmi", "xbps-install", "emerge", "install_packages", "apt-fast", "apt_install", "eopkg",
                      "clean-install", "nala", "pikaur", "yay", "paru", "pkgin", "opkg", "rpm-ostree"))
INSTALLS = frozenset(("install", "add", "-S", "-Sy", "-Syu", "-Syyu", "-Syu", "groupinstall", "in", "reinstall"))
IDF = late(r"idf[^/]*\}?/export\.sh$|IDF_PATH\}?/export\.sh$", re.I)    # ESP-IDF has an environment of its own
ACTIVATE = late(r"(^|/)activate(\.\w+)?$")
UNSAID = late(r"(profile|bashrc|zshrc|bash_profile|os-release|lsb-release|completion|colors?\.sh|utils?\.sh|"
              r"common\.sh|functions|helpers?\.sh|lib\.sh|/etc/environment|conda\.sh|mamba\.sh|ros|setup\.(ba)?sh|"
              r"(cargo|ghcup|deno|local/bin)/env\b|emsdk_env|(^|/)\.env(\.\w+)?$|nvm|oneapi|setvars|"
              r"virtualenvwrapper)", re.I)
COMPILERS = late(r"toolset|rh-(?!python)")    # software collections without a Python of their own
SETTINGS_OF_SHELL = frozenset(("export", "declare", "typeset", "readonly", "local"))


def apply_effect(argv: list[str], state: State, line: int) -> None:
    """Change `state` as the command would; commands without an effect are left alone."""
    name = argv[0].rsplit("/", 1)[-1]
    handler = EFFECTS.get(name)
    if handler is not None:
        handler(argv, state, line)
    elif name in MANAGERS:
        _manager(argv, state, line)
    elif name.startswith(("python", "pypy", "virtualenv", "pyvenv")):
        _makes_venv(argv, state, line)


def source_is_silent(path: str) -> bool:
    """Whether a script that cannot be read is of a kind that does not activate anything."""
    return bool(UNSAID.search(path))


def activate_by_source(argv: list[str], state: State, line: int) -> bool:
    """`source X/bin/activate [name]`: True when the file is an activation script."""
    if len(argv) < 2:
        return False
    path = argv[1]
    because = f"source {path}, line {line}"
    if re.search(r"(^|[/.])(asdf|mise|rtx)(\.sh|\.bash)?$", path) or IDF.search(state.full_path(path)):
        state.activate(Active(Ground.PRIVATE, path, because))
        return True
    if not ACTIVATE.search(path):
        if path.endswith("/enable") or argv[1] == "scl_source":
            if COMPILERS.search(" ".join(argv[1:])) is None:
                state.activate(Active(Ground.PRIVATE, path, because))
            return True
        return False
    name = argv[2] if len(argv) > 2 and not argv[2].startswith("-") else ""
    if path == "activate" or (name and "conda" in path):
        ground = Ground.CONDA_BASE if name in ("", "base", "root") else Ground.CONDA
        state.activate(Active(ground, name, because))
    elif re.search(r"(mini|ana)conda|miniforge|/conda/bin|mambaforge", path) and "/envs/" not in path:
        state.activate(Active(Ground.CONDA_BASE, path, because))
    else:
        state.activate(Active(Ground.VENV, _environment_of(path), because))
    return True


def _environment_of(path: str) -> str:
    return re.sub(r"/(bin|Scripts)/activate[.\w]*$", "", path)


def _export(argv: list[str], state: State, line: int) -> None:
    exports = argv[0] == "export" or any("x" in word for word in argv[1:] if word.startswith("-"))
    for word in argv[1:]:
        if word.startswith("-"):
            continue
        name, equals, value = word.partition("=")
        if not name.isidentifier():
            continue
        if exports:
            state.exported.add(name)
        if equals:
            state.assign(name, value, f"{argv[0]} {word}, line {line}")


def _set(argv: list[str], state: State, line: int) -> None:
    """`set -- WORDS`, `set WORDS`; options alone leave the arguments as they are."""
    if "--" in argv[1:]:
        state.take_arguments(tuple(argv[argv.index("--") + 1:]))
    elif len(argv) > 1 and not argv[1].startswith(("-", "+")):
        state.take_arguments(tuple(argv[1:]))


def _shift(argv: list[str], state: State, line: int) -> None:
    count = int(argv[1]) if len(argv) > 1 and re.fullmatch(r"\d{1,4}", argv[1]) else 1
    given = state.arguments
    while given and count and not LIST.match(given[0]):
        given, count = given[1:], count - 1
    state.take_arguments(given)


def _unset(argv: list[str], state: State, line: int) -> None:
    for name in argv[1:]:
        if "-f" in argv[1:2]:
            state.replaced.extend(state.functions.pop(name, ()))
            continue
        state.variables[name] = ""
        state.exported.discard(name)
        if name == "VIRTUAL_ENV":
            state.variables.pop(name, None)


def _change_directory(argv: list[str], state: State, line: int) -> None:
    words = [word for word in argv[1:] if not word.startswith("-") or word == "-"]
    path = words[0] if words else "$HOME"
    if path.startswith(ROOTED) or not state.cwd:
        state.cwd = path
    else:
        state.cwd = f"{state.cwd.rstrip('/')}/{path}"
    notice_source_tree(argv, state, line)


def _deactivate(argv: list[str], state: State, line: int) -> None:
    if state.active.ground is not Ground.PRIVATE:    # only what was activated has that command
        state.deactivate()


def _work_on(argv: list[str], state: State, line: int) -> None:
    state.activate(Active(Ground.VENV, argv[-1], f"{' '.join(argv[:2])}, line {line}"))


def _conda(argv: list[str], state: State, line: int) -> None:
    words = [word for word in argv[1:] if not word.startswith("-")]
    verb = words[0] if words else ""
    because = f"{' '.join(argv[:3])}, line {line}"
    if verb == "activate":
        name = words[1] if len(words) > 1 else "base"
        ground = Ground.CONDA_BASE if name in ("base", "root") else Ground.CONDA
        state.activate(Active(ground, name, because))
    elif verb == "deactivate":
        state.deactivate()
    elif verb in ("create", "env") and ("-p" in argv or "--prefix" in argv):
        option = "-p" if "-p" in argv else "--prefix"
        for path in argv[argv.index(option) + 1:][:1]:
            state.add_venv(path)


def _pyenv(argv: list[str], state: State, line: int) -> None:
    if argv[1:2] and argv[1] in ("global", "local", "shell", "init", "install", "activate", "virtualenv-init"):
        if argv[1] == "install":
            state.private_versions.update(version.group(1) for word in argv[2:]
                                          if (version := re.match(r"(\d+\.\d+)", word)))
        else:
            state.activate(Active(Ground.PRIVATE, "pyenv", f"{' '.join(argv[:3])}, line {line}"))


def _asdf(argv: list[str], state: State, line: int) -> None:
    """`asdf global python 3.11`, `mise use -g python@3.11`: their own Python from here on."""
    words = [word for word in argv[1:] if not word.startswith("-")]
    if words[:1] and words[0] in ("global", "local", "shell", "set", "use") \
            and any(word.partition("@")[0] == "python" for word in words[1:]) and "system" not in words:
        state.activate(Active(Ground.PRIVATE, argv[0], f"{' '.join(argv[:4])}, line {line}"))


def _uv(argv: list[str], state: State, line: int) -> None:
    if argv[1:2] == ["venv"]:
        words = _operands(argv[2:], ("--python", "-p", "--prompt", "--index-url", "--cache-dir"))
        state.add_venv(words[0] if words else ".venv")
        # uv pip looks for .venv by itself; other directories count when they are activated
        if not words or words[0].rstrip("/") == ".venv":
            state.variables["UV_FOUND_VENV"] = ".venv"


def _makes_venv(argv: list[str], state: State, line: int) -> None:
    """`python -m venv D`, `virtualenv D`."""
    rest = argv[1:]
    if "-m" in argv:
        module = argv[argv.index("-m") + 1:]
        if module[:1] and module[0] in ("venv", "virtualenv"):
            rest = module[1:]
        else:
            return
    elif not argv[0].rsplit("/", 1)[-1].startswith(("virtualenv", "pyvenv")):
        return
    words = _operands(rest, ("-p", "--python", "--prompt", "--seeder", "--pip", "--setuptools"))
    for word in words:
        state.add_venv(word)
    note_open(words, argv, state)


def _builds_python(argv: list[str], state: State, line: int) -> None:
    """`python-build VERSION DIRECTORY`, pyenv's builder on its own: a Python apart, wherever that is."""
    words = _operands(argv[1:], ("-p", "--patch", "-m", "--mirror"))
    for word in words[1:2]:
        state.add_venv(word)


def _operands(words: list[str], with_value: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in with_value
        else:
            found.append(word)
    return found


def _manager(argv: list[str], state: State, line: int) -> None:
    if not (INSTALLS & set(argv[1:]) or argv[0] in ("install_packages", "apt_install", "clean-install")):
        return
    words = [SOME_MINOR.sub("python3", word) for word in argv[1:]]
    found = [word for word in words if PYTHON_PACKAGE.match(word)]
    kept = [word for word in words if word in found or MAKES_ENVIRONMENTS.match(word)]
    state.os_packages = (*state.os_packages, *kept)[:MAX_PACKAGES]
    python = next((word for word in found if "pip" in word), found[0] if found else "")
    if python and (tells_of_pip(python) or not tells_of_pip(state.manager)):    # a library after pip says less than pip
        state.manager = f"{argv[0].rsplit('/', 1)[-1]} installs {python}, line {line}"
    if "pip" in python and state.active.because.endswith(IN_CONTAINER):
        state.containers[f"pip of {state.active.path}"] = state.manager
        state.active = Active()
    if "pip" in python:    # what was sourced before may set a proxy; one that brings a venv does not fetch pip, too
        state.doubts = [doubt for doubt in state.doubts if "activate" in doubt.split(" ")[0] or "venv" in doubt]


def _fetch(argv: list[str], state: State, line: int) -> None:
    """A Python source tree, or get-pip.py under another name."""
    notice_source_tree(argv, state, line)
    if any(word.endswith("/get-pip.py") for word in argv):
        for option, value in zip(argv, argv[1:]):
            if option in ("-o", "-O", "--output", "--output-document"):
                state.written["get-pip.py"] = value


def _evaluate(argv: list[str], state: State, line: int) -> None:
    text = " ".join(argv[1:])
    if "pyenv" in text or "mise activate" in text or "asdf" in text:
        state.activate(Active(Ground.PRIVATE, "", f"eval {text}, line {line}"))
    elif "conda" in text and "activate" not in text and "hook" in text:
        return
    elif "poetry env activate" in text or "virtualenv" in text:
        state.activate(Active(Ground.VENV, "", f"eval {text}, line {line}"))


def _module(argv: list[str], state: State, line: int) -> None:
    if argv[1:2] and argv[1] in ("load", "add", "swap") and any("python" in word.lower() for word in argv[2:]):
        state.activate(Active(Ground.PRIVATE, "", f"{' '.join(argv)}, line {line}"))


def _poetry(argv: list[str], state: State, line: int) -> None:
    """`poetry config virtualenvs.create false` stays on disk."""
    words = [word for word in argv[1:] if not word.startswith("-")]
    if words[:2] == ["config", "virtualenvs.create"] and words[2:3] == ["false"]:
        state.written["poetry"] = "virtualenvs.create = false"
        state.export({"POETRY_VIRTUALENVS_CREATE": "false"})
    elif words[:2] == ["config", "virtualenvs.create"] and state.written.pop("poetry", ""):
        state.export({"POETRY_VIRTUALENVS_CREATE": "true"})


EFFECTS: dict[str, Callable[[list[str], State, int], None]] = {
    **dict.fromkeys(SETTINGS_OF_SHELL, _export),
    "rm": forget_start_files,
    "unset": _unset, "set": _set, "shift": _shift, "cd": _change_directory, "pushd": _change_directory,
    "deactivate": _deactivate, "workon": _work_on, "mkvirtualenv": _work_on,
    "conda": _conda, "mamba": _conda, "micromamba": _conda, "asdf": _asdf, "mise": _asdf, "rtx": _asdf,
    "pyenv": _pyenv, "python-build": _builds_python, "uv": _uv, "make": install_built, "eval": _evaluate,
    "poetry": _poetry, "module": _module, "ml": _module, "alias": note_alias, "shopt": note_option,
    "ln": note_link, "update-alternatives": note_link, "alternatives": note_link,
    "curl": _fetch, "wget": _fetch, "tar": notice_source_tree, "configure": notice_prefix,
}
