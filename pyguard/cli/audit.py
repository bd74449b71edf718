"""`pyguard audit`: what has already happened to the system's Python, on this machine or in a file system tree."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TextIO

from ..auditing.audit import audit
from ..auditing.finders import FINDERS, tools
from ..auditing.world import World, look_around
from ..errors import UsageError
from ..facts.accounts import Account, accounts_within_reach, read_accounts
from ..host import Host
from ..installation import as_root
from ..model.audit import AuditReport
from ..model.settings import Settings
from ..model.verdict import Level
from ..render.nagios import render_nagios
from .audit_outlets import add_options, as_check, check_options, tell
from .caller import describe_caller
from .hook_refresh import take_note
from .hook_targets import Parser
from .outlet import write_file
from .policy_files import load_settings

EXIT_FINDINGS = 10
LEVELS = {"warn": Level.WARN, "block": Level.BLOCK}
PATIENCE = 1.0    # seconds before a progress bar appears


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """0, or 10 with a finding at or above `--fail-on`; raises UsageError, PolicyError and PyguardError.

    With `--nagios` that system's own exit codes, and nothing is raised.
    """
    def run_once() -> int:
        return _run(arguments, environ, cwd, uid, stdout, stderr)

    return as_check(run_once, stdout) if "--nagios" in arguments else run_once()


def _run(arguments: Sequence[str], environ: Mapping[str, str], cwd: str, uid: int, stdout: TextIO,
         stderr: TextIO) -> int:
    options = _parser().parse_args(list(arguments))
    check_options(options)
    if not options.image:
        return _audit(_host(options, cwd), options, environ, cwd, uid, stdout, stderr)
    from ..auditing.image import unpack_image

    with tempfile.TemporaryDirectory(prefix="pyguard-image-") as directory:
        unpack_image(os.path.join(cwd, options.image), directory)
        return _audit(Host(directory), options, environ, cwd, uid, stdout, stderr)


def _audit(host: Host, options: argparse.Namespace, environ: Mapping[str, str], cwd: str, uid: int, stdout: TextIO,
           stderr: TextIO) -> int:
    if options.run and host.root:
        raise UsageError("bad-usage", "nothing is run in a file system tree", hint="leave --run or --root out")
    begun = time.monotonic()
    plugins = describe_caller(environ, cwd, uid).extensions
    report = audit(look(host, options, environ, cwd, uid), _settings(host, environ, cwd, uid),
                   FINDERS + ((tools,) if options.run else ()), _progress(stderr),
                   plugins.contribute if plugins else None)
    if options.image:
        report = replace(report, root=options.image)
    seconds = time.monotonic() - begun
    tell(report, options, seconds, cwd)
    code = EXIT_FINDINGS if options.fail_on != "never" and report.level >= LEVELS[options.fail_on] else 0
    if options.nagios:
        code, text = render_nagios(report, LEVELS.get(options.fail_on), seconds)
    else:
        text = _render(report, options, environ, stdout)
    _write(text, options.output, cwd, stdout)
    if not host.root:
        take_note(host, environ, uid)
    return code


def look(host: Host, options: argparse.Namespace, environ: Mapping[str, str], cwd: str, uid: int) -> World:
    """The World that the options ask for."""
    caller = describe_caller(environ, cwd, uid)
    accounts = choose_accounts(host, options.all_users, uid, caller.environ["HOME"])
    return look_around(host, accounts, environ=caller.environ, uid=uid, cwd="/" if host.root else cwd,
                       cache=() if host.root else caller.cache, contents=options.contents)


def choose_accounts(host: Host, every: bool, uid: int, home: str) -> tuple[Account, ...]:
    """Everybody for root and in a tree, else the caller alone."""
    if host.root:
        return read_accounts(host) or (Account("root", 0, 0, "/root"),)
    if every and uid != 0:
        raise UsageError("needs-root", "only root can look into every user's home", hint=as_root("audit"))
    return accounts_within_reach(host, uid, home)


def _parser() -> Parser:
    parser = Parser(prog="pyguard audit", description=__doc__, allow_abbrev=False)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="machine-readable, schema 1")
    form.add_argument("--html", action="store_true", help="one page, complete in itself")
    form.add_argument("--sarif", action="store_true", help="SARIF 2.1.0, for code scanning")
    add_options(parser, form)
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--root", metavar="DIR", default="", help="a file system tree; nothing in it is run")
    place.add_argument("--image", metavar="TAR", default="", help="an image: docker save, or an OCI layout")
    parser.add_argument("--all-users", action="store_true", help="every user's home; the default for root")
    parser.add_argument("--run", action="store_true",
                        help="try the imports of the operating system's Python programs as they stand")
    parser.add_argument("--fail-on", choices=(*LEVELS, "never"), default="warn",
                        help="the lowest level that makes the exit code 10 (warn)")
    parser.add_argument("--no-contents", dest="contents", action="store_false",
                        help="do not compare files with the package manager's digests")
    parser.add_argument("--output", metavar="FILE", default="", help="write the report there")
    parser.add_argument("--colour", "--color", choices=("auto", "always", "never"), default="auto")
    return parser


def _host(options: argparse.Namespace, cwd: str) -> Host:
    if not options.root:
        return Host()
    path = os.path.join(cwd, options.root)
    if not os.path.isdir(path):
        raise UsageError("no-such-directory", f"there is no directory {options.root}")
    return Host(path)


def _settings(host: Host, environ: Mapping[str, str], cwd: str, uid: int) -> Settings:
    """This machine's policy does not speak about an image."""
    return Settings() if host.root else load_settings(host, describe_caller(environ, cwd, uid))


def _render(report: AuditReport, options: argparse.Namespace, environ: Mapping[str, str], stdout: TextIO) -> str:
    if options.json:
        from ..render.audit_json import render_audit_json
        return render_audit_json(report)
    if options.html:
        from ..render.audit_html import render_audit_html
        return render_audit_html(report)
    if options.sarif:
        from ..render.audit_sarif import render_audit_sarif
        return render_audit_sarif(report)
    from ..render.audit_text import render_audit_text
    wanted = options.colour == "always" or (options.colour == "auto" and not options.output and stdout.isatty()
                                            and "NO_COLOR" not in environ and environ.get("TERM") != "dumb")
    return render_audit_text(report, wanted)


def _write(text: str, output: str, cwd: str, stdout: TextIO) -> None:
    if not output:
        stdout.write(text)
        return
    write_file(output, text, cwd)


def _progress(stderr: TextIO) -> Callable[[int, int], None]:
    begun = time.monotonic()

    def show(done: int, total: int) -> None:
        if stderr.isatty() and (time.monotonic() - begun > PATIENCE or done == total):
            width = 30 * done // max(total, 1)
            stderr.write("\r\033[K" if done == total else f"\r[{'#' * width}{'.' * (30 - width)}] {done}/{total}")
            stderr.flush()

    return show
