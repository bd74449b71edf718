"""`pyguard hook install`: puts the startup hook, and on request the layers that need no code, in place."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TextIO

from ..assets import find_asset
from ..enforce import marker, package_hooks, shell_start, site_pip_conf, startup_hook
from ..enforce.manifest import Manifest, undo
from ..enforce.shims import check_place
from ..errors import PyguardError, UsageError
from ..facts.operating_system import operating_system
from ..host import Host
from ..installation import SET_UP, as_root, is_packaged
from ..model.facts import Interpreter
from ..render.words import listing, os_name, printable
from . import hook_refresh
from .follow_python import forget_gone, setting_for
from .hook_rehash import rehash
from .hook_shells import shell_record, start_files
from .hook_targets import (
    Scope,
    byte_code_tag,
    check_customize,
    choose_interpreters,
    choose_scope,
    choose_site,
    find_engine,
    key_of,
    make_parser,
    notice_paths,
)
from .init import shim_directory


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO, host: Host | None = None) -> int:
    """0 when everything that was asked for is in place; what was there before is kept and stays out of it."""
    host = host or Host()
    options = _parser().parse_args(list(arguments))
    scope = choose_scope(options.system, environ, uid)
    if not scope.system and (options.externally_managed or options.pip_conf):
        raise UsageError("needs-root", "EXTERNALLY-MANAGED and the site's pip.conf are the machine's: they need root",
                         hint=as_root("hook install --system --externally-managed"))
    if options.sitecustomize and not options.startup:
        raise UsageError("bad-usage", "--sitecustomize starts the startup hook, which --no-startup leaves out")
    interpreters = choose_interpreters(host, options.interpreter, environ, cwd, uid)
    if not interpreters:
        raise PyguardError("no-interpreter", "no interpreter here runs the operating system's tools",
                           hint="pyguard facts --all lists the interpreters of this machine")
    engine = find_engine()
    _check_engine(host, engine, scope)
    pinned = forget_gone(scope, interpreters) if options.missing and not options.interpreter else ()
    for interpreter in interpreters:
        pip_conf = options.pip_conf or setting_for(interpreter, pinned)
        wanted = argparse.Namespace(**{**vars(options), "pip_conf": pip_conf})
        for line in _install(host, interpreter, scope, wanted, environ, uid, engine):
            stdout.write(printable(f"{interpreter.path}: {line}") + "\n")
    _keep_remover(scope)
    for hook in package_hooks.present() if scope.system and not is_packaged() else ():    # a package has its triggers
        if options.missing and os.path.exists(f"{scope.manifests}/{hook.name}.manifest"):
            continue
        stdout.write(package_hooks.install(hook, engine.argv, _fresh(scope, hook.name)) + "\n")
    hook_refresh.refresh(host, interpreters, scope, environ, uid)
    for line in _hook_shells(host, scope, options.system, options.missing, environ, uid) if options.shell else ():
        stdout.write(printable(line) + "\n")
    stdout.write("to take it away again: pyguard hook remove\n")
    return 0


def _hook_shells(host: Host, scope: Scope, system: bool, missing: bool, environ: Mapping[str, str],
                 uid: int) -> Iterator[str]:
    """The shims, and the line that puts them first on PATH."""
    shims = shim_directory(environ, system)
    check_place(shims, uid)    # before it is on record: taking back trusts the record
    if missing and os.path.exists(f"{scope.manifests}/{shell_record(system)}.manifest"):
        rehash(host, shims, environ, uid, system)
        return
    manifest = _fresh(scope, shell_record(system))
    manifest.open()
    manifest.adopt(shims)
    done = rehash(host, shims, environ, uid, system)
    yield f"{shims}: stands before {listing(done.linked) or 'no tool, as there is none'}"
    for start in start_files(host, environ, uid, shims):
        if shell_start.install(start, manifest):
            yield f"{start.path}: puts the shims first on PATH, from the next {start.shell} on"
        else:
            yield f"{start.path}: is kept somewhere else and was left alone; the line for it: {start.line}"


def _parser() -> argparse.ArgumentParser:
    parser = make_parser("install", __doc__)
    parser.add_argument("--startup", action=argparse.BooleanOptionalAction, default=True,
                        help="the startup hook (yes)")
    parser.add_argument("--sitecustomize", action="store_true",
                        help="start it by a sitecustomize.py, which runs the one that it hides, and not by pyguard.pth")
    parser.add_argument("--shell", action="store_true",
                        help="the shims, and the line in the shells' start-up files that puts them first on PATH")
    parser.add_argument("--missing", action="store_true",
                        help="leave what is in place as it is, and add what is not: after an upgrade of Python")
    parser.add_argument("--externally-managed", action="store_true",
                        help="an EXTERNALLY-MANAGED file where the distribution has none")
    parser.add_argument("--pip-conf", choices=(site_pip_conf.CONSTRAINT, site_pip_conf.REQUIRE_VIRTUALENV),
                        help="a pip.conf for this prefix: pin what the operating system owns, or refuse outright")
    return parser


def _check_engine(host: Host, engine: startup_hook.Engine, scope: Scope) -> None:
    """It has to work when called by others, and for the whole machine nobody but root may change it."""
    done = host.run([*engine.argv, "--version"], timeout=60.0)
    if done.code != 0 or not done.stdout.startswith(b"pyguard "):
        raise PyguardError("no-engine", f"pyguard does not start as {' '.join(engine.argv)}",
                           hint="install it into an environment of its own: sh hooks/install.sh")
    for path in (engine.argv[0], *engine.files) if scope.system else ():
        for place in (path, os.path.realpath(path)):
            _check_owner(place)


def _check_owner(path: str) -> None:
    while True:
        status = os.lstat(path)
        foreign = 0o002 | (0o020 if status.st_gid else 0)
        is_link = os.path.islink(path)
        if status.st_uid != 0 or (status.st_mode & foreign and not is_link and not status.st_mode & 0o1000):
            raise PyguardError("not-roots", f"{path} can be changed by others than root",
                               hint=f"install pyguard for the whole machine: {SET_UP}")
        if path == "/":
            return
        path = os.path.dirname(path)


def _install(host: Host, interpreter: Interpreter, scope: Scope, options: argparse.Namespace,
             environ: Mapping[str, str], uid: int, engine: startup_hook.Engine) -> list[str]:
    key, lines = key_of(interpreter), []
    if options.startup and not (options.missing and os.path.exists(f"{scope.manifests}/startup-{key}.manifest")):
        lines.append(_install_startup(host, interpreter, scope, options, environ, uid, engine))
    if options.externally_managed and interpreter.externally_managed and not _is_ours(scope, key):
        lines.append(f"has its own {interpreter.externally_managed.path}")
    elif options.externally_managed:
        marker.install(interpreter.stdlib, os_name(operating_system(host)), _fresh(scope, f"externally-managed-{key}"))
        lines.append(f"EXTERNALLY-MANAGED in {interpreter.stdlib}")
    if options.pip_conf:
        manifest = _fresh(scope, f"pip-conf-{key}")
        value = "true"
        if options.pip_conf == site_pip_conf.CONSTRAINT:
            value = hook_refresh.constraints_path(scope, interpreter)
        site_pip_conf.install(interpreter.prefix, options.pip_conf, value, manifest)
        if options.pip_conf == site_pip_conf.CONSTRAINT:
            manifest.make_directory(os.path.dirname(value))
            manifest.expect(value)
        lines.append(f"{options.pip_conf} in {interpreter.prefix}/pip.conf")
    return lines


def _install_startup(host: Host, interpreter: Interpreter, scope: Scope, options: argparse.Namespace,
                     environ: Mapping[str, str], uid: int, engine: startup_hook.Engine) -> str:
    target = startup_hook.Target(interpreter.path, byte_code_tag(interpreter),
                                 choose_site(host, interpreter, scope, environ, uid))
    if options.sitecustomize:
        check_customize(host, interpreter, scope, environ, uid)
    manifest, notices = _fresh(scope, f"startup-{key_of(interpreter)}"), notice_paths(scope, interpreter)
    if is_packaged() and startup_hook.is_static(target.site, scope.manifests):
        if options.sitecustomize:
            raise UsageError("bad-usage", f"the startup hook in {target.site} is the OS package's and starts by itself",
                             hint="leave out --sitecustomize")
        manifest.open()
        startup_hook.expect_notices(notices, manifest)
        return f"startup hook in {target.site}, of the OS package"
    sources = os.path.dirname(find_asset("startup/_pyguard_boot.py"))
    startup_hook.install(target, engine, sources, notices, manifest,
                         startup_hook.CUSTOMIZE if options.sitecustomize else startup_hook.STARTERS)
    return f"startup hook in {target.site}"


def _is_ours(scope: Scope, key: str) -> bool:
    return os.path.exists(f"{scope.manifests}/externally-managed-{key}.manifest")


def _fresh(scope: Scope, name: str) -> Manifest:
    """A manifest that is not there yet: an earlier installation of the same layer goes first."""
    path = f"{scope.manifests}/{name}.manifest"
    if os.path.exists(path):
        left = undo(path)
        if left:
            raise PyguardError("already-installed", left[0], hint="pyguard hook remove, then look at that file")
    return Manifest(path)


def _keep_remover(scope: Scope) -> None:
    """The script that undoes all of it when the engine is gone, beside the manifests that it reads."""
    with open(find_asset("startup/remove.sh"), "rb") as file:
        script = file.read()
    manifest = _fresh(scope, "remover")
    manifest.open()
    manifest.create(f"{scope.manifests}/remove.sh", script, 0o755)
