"""Options and a caller -> the interpreters that the hook is for, and where its files and records lie."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..enforce import startup_hook
from ..enforce.startup_hook import Engine
from ..errors import PyguardError, UsageError
from ..facts.enumerate import find_interpreters
from ..facts.interpreter import inspect
from ..facts.shell_environment import find_program, shell_environment
from ..facts.sites import site_directories
from ..host import Host
from ..installation import MAIN, PYTHON, SHARED_SITE, as_root, is_packaged
from ..model.facts import Interpreter, OwnerKind, ShellEnvironment, SiteDirectory
from ..model.frozen import replace

SYSTEM_STATE = "/var/lib/pyguard"
USER_STATE = ".local/state/pyguard"    # fixed: the hook of the whole machine looks for users' notices here


class Scope(NamedTuple):
    """For the whole machine or for one user: `state` is where records and notices are kept."""

    system: bool
    state: str
    home: str

    @property
    def manifests(self) -> str:
        """The directory of the manifests."""
        return f"{self.state}/hooks"


class Parser(argparse.ArgumentParser):
    """Raises instead of ending the process: exit codes are given in one place."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError("bad-usage", message, hint=self.format_usage().strip())


def make_parser(name: str, purpose: str | None) -> Parser:
    """A subcommand's parser with the options that all of them have."""
    parser = Parser(prog=f"pyguard hook {name}", description=purpose, allow_abbrev=False)
    parser.add_argument("--system", action="store_true", help="for everyone on this machine; needs root")
    parser.add_argument("--interpreter", metavar="PATH", action="append", default=[],
                        help="an interpreter, again for more (default: those the operating system's tools run on)")
    return parser


def choose_scope(system: bool, environ: Mapping[str, str], uid: int) -> Scope:
    """Root always means the whole machine: a guard for root alone would guard nothing."""
    if system and uid != 0:
        raise UsageError("needs-root", "--system needs root", hint=as_root("hook install --system"))
    home = environ.get("HOME", "").rstrip("/")
    if uid == 0:
        return Scope(True, SYSTEM_STATE, home)
    if not home.startswith("/"):
        raise PyguardError("no-home", "there is no home directory to keep records in", hint="set HOME")
    return Scope(False, f"{home}/{USER_STATE}", home)


def choose_interpreters(host: Host, paths: Sequence[str], environ: Mapping[str, str], cwd: str,
                        uid: int) -> tuple[Interpreter, ...]:
    """Those that were named, or every protected one. Raises PyguardError for one that needs no guard."""
    if not paths:
        return tuple(found for found in _inspect_all(host, environ, uid) if found.is_protected)
    chosen = []
    for path in paths:
        full = os.path.join(cwd, path) if "/" in path else find_program(host, path, environ.get("PATH", "").split(":"))
        if not full or not host.exists(full):
            raise PyguardError("no-interpreter", f"there is no interpreter {path}")
        found = inspect(host, full, environment=environ, uid=uid, cwd=cwd)
        if not found.is_protected:
            raise PyguardError("not-protected", f"{full} is a {found.kind.value} Python: no tool of the operating "
                               "system runs on it", hint="pyguard facts --all lists those that need a guard")
        chosen.append(found)
    return tuple(chosen)


def _inspect_all(host: Host, environ: Mapping[str, str], uid: int) -> list[Interpreter]:
    """Each prefix and minor once, in the order of PATH."""
    found: dict[str, Interpreter] = {}
    for path in find_interpreters(host, environ):
        interpreter = inspect(host, path, environment=environ, uid=uid, probe=False)
        if interpreter.stdlib:
            found.setdefault(key_of(interpreter), interpreter)
    return list(found.values())


def key_of(interpreter: Interpreter) -> str:
    """`usr-3.11`: prefix and minor, fit for a file name."""
    return f"{interpreter.prefix.strip('/').replace('/', '-')}-{interpreter.minor}"


def byte_code_tag(interpreter: Interpreter) -> str:
    """sys.implementation.cache_tag."""
    digits = interpreter.minor.replace(".", "")
    return f"cpython-{digits}" if interpreter.implementation == "cpython" else f"{interpreter.implementation}{digits}"


def choose_site(host: Host, interpreter: Interpreter, scope: Scope, environ: Mapping[str, str], uid: int) -> str:
    """Where the hook goes: the administrator's own site directory, or the user's.

    A package manager's is for the hook of an OS package alone.
    """
    if scope.system and is_packaged():
        return _package_site(host, interpreter, uid)
    owner, schemes = ((OwnerKind.LOCAL, ("posix_local", "posix_prefix")) if scope.system
                      else (OwnerKind.USER, ("user_site",)))
    for site in _searched(host, interpreter, scope, environ, uid):
        if site.owner is owner and site.scheme in schemes:
            return site.path
    raise PyguardError("no-site-directory", f"{interpreter.path} searches no directory that is not a package manager's",
                       hint="an OS package of pyguard could put the hook there; the other layers need none")


def _searched(host: Host, interpreter: Interpreter, scope: Scope, environ: Mapping[str, str],
              uid: int) -> tuple[SiteDirectory, ...]:
    shell = shell_environment({} if scope.system else environ)
    return site_directories(host, interpreter, environment=shell_of(shell, scope), uid=uid)


def check_customize(host: Host, interpreter: Interpreter, scope: Scope, environ: Mapping[str, str], uid: int) -> None:
    """Raises PyguardError where a sitecustomize in the site directory would never run: one before it wins."""
    site = choose_site(host, interpreter, scope, environ, uid)
    before = [f"{interpreter.stdlib}/{name}" for name in ("", "lib-dynload/")]
    for found in _searched(host, interpreter, scope, environ, uid):
        if found.path == site:
            break
        before.append(found.path + "/")
    for place in before:
        for name in ("sitecustomize.py", "sitecustomize/__init__.py"):
            if host.exists(place + name):
                raise PyguardError("customized", f"{interpreter.path} runs {place}{name}, and no second one after it",
                                   hint="leave out --sitecustomize: pyguard.pth starts the hook all the same")


def _package_site(host: Host, interpreter: Interpreter, uid: int) -> str:
    """The operating system's own directory for what is not compiled: the last that is searched, unless it is lib64."""
    owned = [site.path for site in site_directories(host, interpreter, environment=shell_environment({}), uid=uid)
             if site.owner is OwnerKind.OS and site.scheme != "pythonpath" and host.is_dir(site.path)]
    pure = [path for path in owned if not path.startswith("/usr/lib64/")] or owned
    if SHARED_SITE in pure:
        return SHARED_SITE
    if not pure:
        raise PyguardError("no-site-directory", f"{interpreter.path} has no site directory of its own")
    return pure[-1]


def shell_of(shell: ShellEnvironment, scope: Scope) -> ShellEnvironment:
    """The variables without what would move the site directories of one shell only."""
    kept = tuple(pair for pair in shell.variables if pair[0] not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"))
    return replace(shell, variables=kept, home=scope.home or "/root")


def notice_paths(scope: Scope, interpreter: Interpreter) -> tuple[str, ...]:
    """Where the hook looks for notices: the scope's own first."""
    name = key_of(interpreter)
    if scope.system:
        return (f"{SYSTEM_STATE}/notices/{name}", f"~/{USER_STATE}/notices/{name}")
    return (f"{scope.state}/notices/{name}", f"{SYSTEM_STATE}/notices/{name}")


def static_notices() -> tuple[str, ...]:
    """Where a hook looks that an OS package put into a directory of every minor's: the hook fills in its own."""
    name = "usr-" + startup_hook.MINOR
    return (f"{SYSTEM_STATE}/notices/{name}", f"~/{USER_STATE}/notices/{name}")


def find_engine() -> Engine:
    """This very pyguard, as others can call it: the installation's stable name where there is one."""
    if is_packaged():
        return Engine((PYTHON, "-I", MAIN), (MAIN,))
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    stable = os.path.join(os.path.dirname(os.path.dirname(sys.executable)), "main.py")
    main = stable if os.path.isfile(stable) else os.path.join(package, "__main__.py")
    return Engine((sys.executable, "-I", main), (main,))
