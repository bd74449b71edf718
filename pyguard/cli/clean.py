"""`pyguard clean`: leftovers of conda, pip and uv, and environments that you name, as a plan; --yes carries it out."""

from __future__ import annotations

import argparse
import datetime
import os
from collections.abc import Mapping, Sequence
from typing import TextIO

from ..enforce import clean as cleaner
from ..enforce.changes.transaction import locked
from ..enforce.changes.undo import settle
from ..errors import StepFailed
from ..facts.shell_environment import find_program
from ..host import Host
from ..inventory import Asker, take_stock
from ..judge import Caller
from ..model.storage import CleaningPlan, StorageReport
from ..render.cleaning import render_plan
from ..render.words import printable
from ..storage.cleaning import Wish, of_owner, plan_cleaning
from .caller import describe_caller
from .changes import changes_directory, tell_settled, telling_interruption, undo_of_user
from .hook_targets import Parser
from .repair import new_identifier

EXIT_INCOMPLETE = 12
LONGEST = 36500    # days
TOOLS = ("conda", "mamba", "micromamba", "pipx", "uv", "pip", "pip3", "pyenv")


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """0 when it is shown or done; 12 when some of it failed."""
    options = _parser().parse_args(list(arguments))
    directory = changes_directory(environ, uid)
    if options.purge:
        return _purge(directory, uid, stdout, stderr)
    caller = describe_caller(environ, cwd, uid)
    if not options.yes:
        plan = _plan(options, caller, cwd, uid)
        stdout.write(render_plan(plan, caller.environ["HOME"]))
        for change in cleaner.interrupted(directory):
            stdout.write(f"{change.id} was interrupted: --yes first brings back what it moved away, and plans anew\n")
        if plan.cleanings:
            stdout.write("nothing was done: pyguard clean --yes, with the same words, carries it out\n")
        return 0
    with locked(directory, uid):
        left_before = tell_settled(settle(directory, undo_of_user), stdout, stderr)
        plan = _plan(options, caller, cwd, uid)
        stdout.write(render_plan(plan, caller.environ["HOME"]))
        if plan.cleanings:
            _carry_out(plan, directory, caller.environ, uid, stdout, stderr)
    return EXIT_INCOMPLETE if left_before else 0


def _purge(directory: str, uid: int, stdout: TextIO, stderr: TextIO) -> int:
    ids = cleaner.purge(directory, uid)
    waiting = cleaner.interrupted(directory)
    if ids:
        stdout.write(f"deleted for good: {', '.join(ids)}\n")
    elif not waiting:
        stdout.write("the quarantine is empty\n")
    for change in waiting:
        stderr.write(f"pyguard: {change.id} was interrupted and still keeps what it moved away: pyguard undo "
                     f"{change.id} brings it back\n")
    return EXIT_INCOMPLETE if waiting else 0


def _plan(options: argparse.Namespace, caller: Caller, cwd: str, uid: int) -> CleaningPlan:
    host = Host()
    report = take_stock(host, Asker(caller.environ, cwd, uid), options.search, caches=True)
    tools = {name: path for name in TOOLS
             for path in [find_program(host, name, caller.path, skip=tuple(caller.own_directories))] if path}
    wish = Wish(_prefixes(options.environment, report, cwd), _before(options.unused_for), options.downloads, tools)
    return plan_cleaning(of_owner(report, uid), wish)


def _carry_out(plan: CleaningPlan, directory: str, environ: Mapping[str, str], uid: int, stdout: TextIO,
               stderr: TextIO) -> None:
    identifier = new_identifier()
    time = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    head = {"title": f"clean: {len(plan.cleanings)} things", "time": time, "uid": uid}

    def tell(text: str) -> None:
        stdout.write(printable(text) + "\n")
        stdout.flush()    # a tool's own output follows

    with telling_interruption(directory, identifier, stderr):
        failures = cleaner.carry_out(plan.cleanings, directory, identifier, head, environ=environ, tell=tell)
    for failure in failures:
        stderr.write(printable(f"pyguard: {failure}") + "\n")
    if any(not each.argv for each in plan.cleanings):
        stdout.write(f"in quarantine, and not freed yet: pyguard clean --purge frees it, "
                     f"pyguard undo {identifier} brings it back\n")
    if failures:
        raise StepFailed("clean-incomplete", f"{len(failures)} of it could not be done")


def _parser() -> Parser:
    parser = Parser(prog="pyguard clean", description=__doc__, allow_abbrev=False,
                    formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("environment", nargs="*", help="an environment's prefix, or its name where only one has it")
    parser.add_argument("--unused-for", metavar="DAYS", type=_days, default=0,
                        help="environments without a sign of use for so long, too")
    parser.add_argument("--downloads", action="store_true", help="all of pip's and uv's caches, too")
    parser.add_argument("--search", metavar="DIR", action="append", default=[],
                        help="look for environments in this directory, too; may be repeated")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--yes", action="store_true", help="carry it out")
    what.add_argument("--purge", action="store_true", help="delete for good what earlier cleanings moved away")
    return parser


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text[:9]) <= LONGEST:
        raise argparse.ArgumentTypeError(f"it takes a number of days from 1 to {LONGEST}, not {text!r}")
    return int(text)


def _prefixes(names: Sequence[str], report: StorageReport, cwd: str) -> frozenset[str]:
    """A path stands for itself, a name for the one environment that has it; anything else is kept as it is."""
    prefixes = set()
    for name in names:
        matching = [each.prefix for each in report.environments if os.path.basename(each.prefix) == name]
        if "/" not in name and len(matching) == 1:
            prefixes.add(matching[0])
        else:
            prefixes.add(os.path.realpath(os.path.join(cwd, name)))
    return frozenset(prefixes)


def _before(days: int) -> str:
    if days <= 0:
        return ""
    then = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days)
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")
