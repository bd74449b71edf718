"""A virtual environment of its own, with whatever this machine still lacks to make one."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.facts import Facts
from ..model.frozen import replace
from ..model.remedy import Remedy, Safety, Step
from ..model.request import Action, Request
from .names import pip_arguments, suggest_name
from .programs import as_root, find_tool

NEEDS_PACKAGE = "python3 -m venv needs the package python3-venv here"
FILLS_OTHERS = (22, 3)
NO_HOME = "DIR: a directory that you can write to; there is no home of yours"


def propose(facts: Facts, request: Request) -> Iterator[Remedy]:
    """A virtual environment in the home; where there is none, how it would go elsewhere."""
    return (at_home(facts, remedy) for remedy in _propose(facts, request))


def _propose(facts: Facts, request: Request) -> Iterator[Remedy]:
    """`python3 -m venv` and its pip.

    Debian ships `venv` without `ensurepip` (python3-venv has it). Without it the environment is made
    empty, and another pip installs into it (`pip --python`, pip 22.3), pyguard's own or that of the Python itself:
    nothing of the OS changes.
    """
    if request.action is not Action.INSTALL or not (request.wanted or request.unread):
        return
    directory = environment_directory(facts, request)
    python = facts.interpreter.path
    arguments = pip_arguments(request)
    complete = (Step((python, "-m", "venv", directory)),
                Step((f"{directory}/bin/pip", "install", *arguments)))
    title, (filler, whose) = "a virtual environment", _filler(facts)
    if find_tool(facts, "ensurepip") is not None:
        yield Remedy("venv", title, Safety.SAFE, complete, creates=directory,
                     reason=f"{python} can make one")
    elif filler and _can_be_filled(facts):
        yield Remedy("venv", title, Safety.SAFE, (
            Step((python, "-m", "venv", "--without-pip", directory)),
            Step((filler, "-I", "-m", "pip", "--python", f"{directory}/bin/python", "install", *arguments))),
            creates=directory, reason=f"{python} can make one, and {whose} pip fills it")
    elif find_tool(facts, "apt-get") is not None:
        argv = ("apt-get", "install", "-y", f"python{facts.interpreter.minor}-venv")
        install, runnable = as_root(facts, request.uid, argv)
        yield Remedy("venv", title, Safety.CHANGES_OS, (Step(install, needs_root=True), *complete), runnable=runnable,
                     note="" if runnable else f"{NEEDS_PACKAGE}; ask the administrator for it", creates=directory,
                     reason=NEEDS_PACKAGE)
    else:
        yield Remedy("venv", title, Safety.SAFE, complete, runnable=False, creates=directory,
                     note=f"{NEEDS_PACKAGE}; ask the administrator for it")


def _filler(facts: Facts) -> tuple[str, str]:
    """A Python whose pip can install for another one, and whose that is; not one from the user site, which -I hides."""
    own = find_tool(facts, "pyguard-pip")
    if own is not None:
        return own.path, "pyguard's own"
    users = tuple(f"{site.path}/" for site in facts.sites if site.scheme in ("user_site", "pythonpath"))
    if facts.pip is None or facts.pip.path.startswith(users) or _numbers(facts.pip.version) < FILLS_OTHERS:
        return "", ""
    return facts.interpreter.path, "its"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())


def _can_be_filled(facts: Facts) -> bool:
    """Below Python 3.10 pip needs distutils, which Debian has in a package of its own that python3-venv brings."""
    return _numbers(facts.interpreter.minor) >= (3, 10)


def environment_directory(facts: Facts, request: Request) -> str:
    """Where a new virtual environment goes: in the user's own collection of them."""
    return f"{collection(facts, '.venvs')}/{suggest_name(facts, request)}"


def collection(facts: Facts, name: str) -> str:
    """A directory of that name in the home, or what stands for one."""
    return "DIR" if facts.environment.homeless else f"{facts.environment.home.rstrip('/')}/{name}"


def at_home(facts: Facts, remedy: Remedy) -> Remedy:
    """The remedy; it does not run as it is printed where there is no home to make something in."""
    if not facts.environment.homeless:
        return remedy
    return replace(remedy, runnable=False, note="; ".join(filter(None, (remedy.note, NO_HOME))))
