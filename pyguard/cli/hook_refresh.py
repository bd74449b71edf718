"""`pyguard hook refresh`: looks again, and writes what the startup hook and the site's pip.conf read."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TextIO

from ..enforce import notice, site_pip_conf
from ..errors import PyguardError
from ..facts.collect import collect
from ..host import Host
from ..model.facts import Interpreter, OwnerKind
from ..render.words import printable
from .caller import describe_caller
from .hook_targets import Scope, choose_interpreters, choose_scope, make_parser, notice_paths


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO, host: Host | None = None) -> int:
    """0; one line an interpreter."""
    host = host or Host()
    options = make_parser("refresh", __doc__).parse_args(list(arguments))
    scope = choose_scope(options.system, environ, uid)
    interpreters = choose_interpreters(host, options.interpreter, environ, cwd, uid)
    for line in refresh(host, interpreters, scope, environ, uid):
        stdout.write(printable(line) + "\n")
    return 0


def refresh(host: Host, interpreters: Sequence[Interpreter], scope: Scope, environ: Mapping[str, str],
            uid: int) -> list[str]:
    """Write each interpreter's notice, and its constraints where its pip.conf names them; what was found, in words."""
    caller = describe_caller(environ, "/", uid)
    owners = {OwnerKind.LOCAL} if scope.system else {OwnerKind.LOCAL, OwnerKind.USER}
    mode = 0o755 if scope.system else 0o700
    plain = {name: value for name, value in environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    lines = []
    for interpreter in interpreters:
        shallow = collect(host, interpreter.path, environment=plain, uid=uid, cwd="/", cache=caller.cache, wanted=())
        times = notice.modification_times(notice.watched_sites(shallow, owners))
        facts = collect(host, interpreter.path, environment=plain, uid=uid, cwd="/", cache=caller.cache)
        sites = notice.watched_sites(facts, owners)
        text = notice.compose(facts, sites, times)
        notice.write_notice(_notice_path(scope, interpreter), text, mode)
        lines.append(f"{interpreter.path}: {text.count(chr(10) + 'shadow' + chr(9))} shadowed import names")
        pins = constraints_path(scope, interpreter)
        if scope.system and _is_constrained(interpreter, pins):
            notice.write_notice(pins, site_pip_conf.constraints(facts.distributions), mode)
            lines.append(f"{interpreter.path}: constraints in {pins}")
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
