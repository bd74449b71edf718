"""`pyguard facts`: what the interpreters of this machine are, where they look, and why pyguard thinks so."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from typing import TextIO

from .. import codec
from ..errors import CollectError, UsageError
from ..facts.accounts import Account, named_account
from ..facts.enumerate import find_interpreters
from ..facts.interpreter import inspect
from ..facts.operating_system import operating_system
from ..facts.record import login_environment
from ..facts.shell_environment import find_program, shell_environment
from ..facts.sites import site_directories
from ..host import Host
from ..model.facts import Interpreter, OperatingSystem, SiteDirectory
from .caller import find_home
from .hook_targets import Parser

SCHEMA = 1


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int, stdout: TextIO,
        stderr: TextIO, host: Host | None = None) -> int:
    """0. Raises UsageError and PyguardError."""
    try:
        options = _parser().parse_args(list(arguments))
    except SystemExit as done:    # --help
        return int(done.code or 0)
    _check(options)
    return _answer(options, host or _open_host(options, cwd), environ, cwd, uid, stdout)


def _answer(options: argparse.Namespace, host: Host, environ: Mapping[str, str], cwd: str, uid: int,
            stdout: TextIO) -> int:
    directory = cwd
    if host.root:    # this machine's variables mean nothing there
        account = named_account(host, options.user or "root")
        environ, uid, cwd = login_environment(account), account.uid, "/"
    wanted = _wanted(host, options, environ, cwd)
    if options.record is not None:
        from .facts_record import write_host_file

        account = Account("", uid, uid, find_home(environ, uid))
        return write_host_file(host, wanted[0], account, options.record, options.note, directory, options.force, stdout)
    shell = shell_environment(environ)
    interpreters = [inspect(host, path, environment=environ, uid=uid, cwd=cwd) for path in wanted]
    found = [(each, site_directories(host, each, environment=shell, uid=uid, cwd=cwd)) for each in interpreters]
    system = operating_system(host)
    if options.json:
        print(json.dumps(_as_data(system, found), indent=2), file=stdout)
    else:
        _print_text(system, found, stdout)
    return 0


def _check(options: argparse.Namespace) -> None:
    """What goes with what. Raises UsageError."""
    usage = "usage: pyguard facts [--root DIR [--user NAME]] --record NAME [--note TEXT] [--force]"
    if options.record is None and (options.note or options.force):
        raise UsageError("bad-usage", "--note and --force go with --record", hint=usage)
    if options.record is not None and (options.all or options.json or not options.record):
        raise UsageError("bad-usage", "--record takes a name and one interpreter, and writes TOML", hint=usage)
    if options.user and options.root is None:
        raise UsageError("bad-usage", "--user goes with --root", hint=usage)


def _open_host(options: argparse.Namespace, cwd: str) -> Host:
    if options.root is None:
        return Host()
    host = Host(os.path.join(cwd, options.root))
    if not host.root:
        raise UsageError("bad-usage", "--root / is this machine: leave --root out")
    if not os.path.isdir(host.root):
        raise UsageError("bad-usage", f"--root {options.root}: there is no such directory")
    return host


def escape(text: str) -> str:
    """Control characters, bidirectional marks and undecodable bytes as backslash escapes."""
    return "".join(character if character.isprintable() else
                   character.encode("unicode_escape", "surrogatepass").decode("ascii") for character in text)


def _parser() -> Parser:
    parser = Parser(prog="pyguard facts", description=__doc__, allow_abbrev=False)
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--interpreter", metavar="PATH", default="python3",
                       help="a path, or a name looked up on PATH (python3)")
    group.add_argument("--all", action="store_true", help="every interpreter of this machine")
    parser.add_argument("--json", action="store_true", help="machine-readable, schema 1")
    parser.add_argument("--root", metavar="DIR",
                        help="look into a file system tree (an image, a chroot), run nothing in it")
    parser.add_argument("--user", metavar="NAME", help="with --root: as this user of the tree's would meet it (root)")
    parser.add_argument("--record", metavar="NAME", help="write everything that is known to the host file NAME.toml")
    parser.add_argument("--note", metavar="TEXT", default="", help="with --record: which system this is")
    parser.add_argument("--force", action="store_true", help="with --record: replace the file")
    return parser


def _wanted(host: Host, options: argparse.Namespace, environ: Mapping[str, str], cwd: str) -> tuple[str, ...]:
    if options.all:
        return find_interpreters(host, environ)
    return (_locate(host, options.interpreter, environ, cwd),)


def _locate(host: Host, name: str, environ: Mapping[str, str], cwd: str) -> str:
    if "/" in name:
        return os.path.join(cwd, name)
    found = find_program(host, name, environ.get("PATH", "").split(":"))
    if not found:
        raise CollectError("no-interpreter", f"there is no {name} on PATH",
                           hint="name one: pyguard facts --interpreter PATH")
    return found


def _as_data(system: OperatingSystem,
             found: Sequence[tuple[Interpreter, Sequence[SiteDirectory]]]) -> dict[str, object]:
    interpreters = [{"interpreter": codec.encode(each), "sites": codec.encode(tuple(sites))}
                    for each, sites in found]
    return {"schema": SCHEMA, "os": codec.encode(system), "interpreters": interpreters}


def _print_text(system: OperatingSystem, found: Sequence[tuple[Interpreter, Sequence[SiteDirectory]]],
                stdout: TextIO) -> None:
    container = " (in a container)" if system.container else ""
    print(escape(f"{system.name or system.id} {system.version_id}".strip() + container), file=stdout)
    for interpreter, sites in found:
        for line in ("", *_interpreter_lines(interpreter), *_site_lines(sites)):
            print(escape(line), file=stdout)


def _interpreter_lines(interpreter: Interpreter) -> list[str]:
    version = f"{interpreter.implementation} {interpreter.version or '?'}"
    words = [interpreter.kind.value]
    if interpreter.flavour not in ("", interpreter.kind.value):
        words.append(f"by {interpreter.flavour}")
    if interpreter.base_kind:
        words.append(f"on {interpreter.base_kind.value}")
    lines = [f"{interpreter.path}: {' '.join(words)}, {version}"]
    for name, value in (("real path", interpreter.real_path), ("prefix", interpreter.prefix),
                        ("base prefix", interpreter.base_prefix), ("standard library", interpreter.stdlib)):
        if value:
            lines.append(f"  {name}: {value}")
    lines.append(f"  protected: {'yes' if interpreter.is_protected else 'no'}")
    lines.append(f"  externally managed: {'yes' if interpreter.externally_managed else 'no'}")
    lines.extend(f"  because ({reason.about}): {reason.because}" for reason in interpreter.reasons)
    return lines


def _site_lines(sites: Sequence[SiteDirectory]) -> list[str]:
    lines = ["  site directories, the first wins:"] if sites else []
    for site in sites:
        state = [site.scheme, f"owner {site.owner.value}"]
        state += ["writable"] * site.writable + ["absent"] * (not site.exists)
        lines.append(f"    {site.rank} {site.path} ({', '.join(state)})")
    return lines
