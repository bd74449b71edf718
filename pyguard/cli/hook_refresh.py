"""`pyguard hook refresh`: looks again, and writes what startup hook, site pip.conf and shims go by."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TextIO

from ..enforce import notice, shield, site_pip_conf
from ..enforce.manifest import list_manifests
from ..enforce.shield import choose_scripts
from ..enforce.shims import SHIM
from ..enforce.startup_hook import shield_path
from ..errors import PyguardError
from ..facts.collect import collect
from ..host import Host
from ..installation import is_packaged
from ..model.facts import Interpreter, OwnerKind
from ..model.settings import Settings
from ..render.words import printable
from ..settings import PolicyError
from .caller import describe_caller
from .follow_python import has_successor
from .hook_rehash import rehash
from .hook_targets import Scope, choose_interpreters, choose_scope, make_parser, notice_paths
from .init import shim_directory
from .policy_files import load_settings


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO, host: Host | None = None) -> int:
    """0; one line an interpreter. A Python that has taken the place of a guarded one is guarded like it."""
    host = host or Host()
    options = make_parser("refresh", __doc__).parse_args(list(arguments))
    scope = choose_scope(options.system, environ, uid)
    interpreters = choose_interpreters(host, options.interpreter, environ, cwd, uid)
    if not options.interpreter and not is_packaged() and has_successor(scope, interpreters):    # which looks, too
        from . import hook_install

        hook_install.run(("--missing",), environ=environ, cwd=cwd, uid=uid, stdout=stdout, stderr=stderr, host=host)
    else:
        for line in refresh(host, interpreters, scope, environ, uid):
            stdout.write(printable(line) + "\n")
    shims = shim_directory(environ, scope.system)
    if host.exists(f"{shims}/{SHIM}"):
        rehash(host, shims, environ, uid, scope.system)    # apt may have brought another pip
    return 0


def take_note(host: Host, environ: Mapping[str, str], uid: int) -> None:
    """What an audit has seen counts as seen: where the startup hook is in place, its notices are written anew."""
    home = environ.get("HOME", "")
    if uid != 0 and not home.startswith("/"):
        return
    scope = choose_scope(False, environ, uid)
    if not any("/startup-" in path for path in list_manifests(scope.manifests)):
        return
    try:
        refresh(host, choose_interpreters(host, (), environ, "/", uid), scope, environ, uid)
    except PolicyError:
        pass    # the audit itself has said so, if it had to read the policy


def refresh(host: Host, interpreters: Sequence[Interpreter], scope: Scope, environ: Mapping[str, str],
            uid: int) -> list[str]:
    """Write each interpreter's notice, and its constraints where its pip.conf names them; what was found, in words."""
    caller = describe_caller(environ, "/", uid)
    owners = {OwnerKind.LOCAL} if scope.system else {OwnerKind.LOCAL, OwnerKind.USER}
    mode = 0o755 if scope.system else 0o700
    plain = {name: value for name, value in environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    lines, settings, broken = [], Settings(), None
    try:
        settings = load_settings(host, caller)
    except PolicyError as error:    # said in the end: what is shadowed has to be known all the same
        broken = error
    for interpreter in interpreters:
        shallow = collect(host, interpreter.path, environment=plain, uid=uid, cwd="/", cache=caller.cache, wanted=())
        times = notice.modification_times(notice.watched_sites(shallow, owners))
        owned = notice.owned_times(shallow)
        facts = collect(host, interpreter.path, environment=plain, uid=uid, cwd="/", cache=caller.cache)
        sites = notice.watched_sites(facts, owners)
        text = notice.compose(facts, sites, times, owned)
        notice.write_notice(_notice_path(scope, interpreter), text, mode)
        lines.append(f"{interpreter.path}: {text.count(chr(10) + 'shadow' + chr(9))} shadowed import names")
        scripts = choose_scripts(facts, settings.shield, settings.shield_exceptions)
        notice.write_notice(shield_path(_notice_path(scope, interpreter)), shield.compose(scripts), mode)
        lines.append(f"{interpreter.path}: {len(scripts)} scripts of OS packages are shielded")
        pins = constraints_path(scope, interpreter)
        if scope.system and _is_constrained(interpreter, pins):
            notice.write_notice(pins, site_pip_conf.constraints(facts.distributions), mode)
            lines.append(f"{interpreter.path}: constraints in {pins}")
    if broken:
        raise broken
    return lines


def constraints_path(scope: Scope, interpreter: Interpreter) -> str:
    """The file that the pip.conf of this prefix names."""
    return os.path.join(scope.state, "constraints", os.path.basename(_notice_path(scope, interpreter)) + ".txt")


def _notice_path(scope: Scope, interpreter: Interpreter) -> str:
    return notice_paths(scope, interpreter)[0]


def _is_constrained(interpreter: Interpreter, pins: str) -> bool:
    """True while the prefix's pip.conf names the file: pip fails on one that is missing."""
    path = os.path.join(interpreter.prefix, "pip.conf")
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return pins in file.read()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise PyguardError("unreadable", f"{path} could not be read: {error.strerror}") from error
