"""`pyguard repair`: shows what would put right what the audit finds; with --yes carries it out, and looks again."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TextIO

from ..auditing.audit import audit
from ..auditing.finders import tools
from ..auditing.repairs import plan_repair, with_the_rest
from ..auditing.repairs.settings import is_at_fault
from ..auditing.world import World
from ..enforce.archives import find_archives
from ..enforce.changes.transaction import locked
from ..enforce.changes.undo import settle
from ..enforce.repair import Failure, Prepared, Users, carry_out, prepare
from ..errors import PyguardError, StepFailed
from ..host import Host
from ..model.audit import AuditReport
from ..model.impact import Effect, EnvironmentLeak, Impact
from ..model.plan import Basis
from ..model.repair import Action, RepairPlan
from ..model.settings import Settings
from ..model.verdict import Level
from ..policy.audited import AUDITED
from ..policy.evaluate import evaluate
from ..render.repair_text import describe, render_repair
from ..render.words import printable
from .as_account import run_as
from .audit import EXIT_FINDINGS, LEVELS, look
from .caller import describe_caller
from .changes import changes_directory, tell_settled, telling_interruption, undo_of_user
from .hook_targets import Parser
from .policy_files import load_settings

EXIT_INCOMPLETE = 12


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """0 when there is nothing to do or all of it is done; 12 when some of it failed.

    10 when it was only shown, or when all is done but what is left to a person.
    """
    options = _parser().parse_args(list(arguments))
    host, directory = Host(), changes_directory(environ, uid)
    if not options.yes:
        _, _, plan = _plan(host, options, environ, cwd, uid)
        stdout.write(render_repair(plan, directory))
        if plan.actions:
            stdout.write("\nnothing was done: pyguard repair --yes carries it out\n")
        return EXIT_FINDINGS if plan.actions or plan.left else 0
    with locked(directory, uid):
        left_before = tell_settled(settle(directory, undo_of_user), stdout, stderr)
        world, affected, plan = _plan(host, options, environ, cwd, uid)
        stdout.write(render_repair(plan, directory) + "\n")
        if not plan.actions:
            return EXIT_INCOMPLETE if left_before else EXIT_FINDINGS if plan.left else 0
        identifier = new_identifier()
        with telling_interruption(directory, identifier, stderr):
            failures = _carry_out(world, plan, options, environ, directory, identifier, stdout)
    stdout.write(f"\ndone, and on record: pyguard undo {identifier} takes it back\n")
    for failure in failures:
        stderr.write(printable(f"pyguard: {failure.what}") + "\n")
        if failure.hint:
            stderr.write(printable(f"  {failure.hint}") + "\n")
    world, _, plan = _plan(host, options, environ, cwd, uid)
    whole = _verify(world, affected, plan, stdout, stderr)
    if failures or left_before or not whole:
        return EXIT_INCOMPLETE
    return EXIT_FINDINGS if plan.left else 0


def new_identifier() -> str:
    """`20261126-213500-1a2b`: sorts by time, the last part being that of the second."""
    now = time.time()
    return time.strftime("%Y%m%d-%H%M%S-", time.gmtime(now)) + format(int(now % 1 * 65536), "04x")


def _parser() -> Parser:
    parser = Parser(prog="pyguard repair", description=__doc__, allow_abbrev=False)
    parser.add_argument("--yes", action="store_true", help="carry it out")
    parser.add_argument("--level", choices=tuple(LEVELS), default="block",
                        help="the lowest level of findings that is repaired (block)")
    parser.add_argument("--offline", action="store_true", help="take archives from the cache only")
    parser.set_defaults(all_users=False, contents=True)
    return parser


def _plan(host: Host, options: argparse.Namespace, environ: Mapping[str, str], cwd: str,
          uid: int) -> tuple[World, frozenset[str], RepairPlan]:
    """With the OS packages that stand on what was found."""
    world = look(host, options, environ, cwd, uid)
    settings = load_settings(host, describe_caller(environ, cwd, uid))
    report = audit(world, settings)
    affected = frozenset(name for finding in report.findings for name in (finding.subject, *finding.evidence))
    level = LEVELS[options.level]
    return world, affected, with_the_rest(plan_repair(world, _serious(report, world, settings, level), uid), report,
                                          level)


def _serious(report: AuditReport, world: World, settings: Settings, level: Level) -> list[Effect]:
    """The effects that some rule finds at that level, asked one by one; what the policy allows stays.

    A variable is only a warning, but what it brings in may be the damage: those that are at fault are kept.
    """
    if not world.views:
        return []
    facts = replace(world.views[0].facts, gaps=())
    levels = [(effect, evaluate(facts, Impact((effect,), (), happened=True), settings, Basis.OBSERVED, AUDITED).level)
              for effect in report.effects]
    found = [effect for effect, its in levels if its >= level]
    return found + [effect for effect, its in levels if Level.ALLOW < its < level
                    and isinstance(effect, EnvironmentLeak) and is_at_fault(world, effect, found)]


def _carry_out(world: World, plan: RepairPlan, options: argparse.Namespace, environ: Mapping[str, str],
               directory: str, identifier: str, stdout: TextIO) -> list[Failure]:
    accounts = {account.name: account for account in world.accounts}
    head = {"kind": "repair", "title": f"repair of {len(plan.actions)} steps", "time": _now(), "uid": world.uid}

    def as_user(name: str, prepared: Sequence[Prepared]) -> list[Failure]:
        account = accounts[name]
        place = changes_directory({"HOME": account.home}, account.uid)
        try:
            return [Failure(*found) for found in run_as(account.uid, account.gid, account.home, lambda: _own_part(
                prepared, place, identifier, head, account.uid))]
        except PyguardError as error:
            return [Failure(f"{name}: {error.message}", error.hint)]

    with tempfile.TemporaryDirectory(prefix="pyguard-archives-") as scratch:
        prepared = prepare(plan.actions, find_archives(world.host), scratch, options.offline, environ)
        return carry_out(prepared, directory, identifier, head, Users(as_user, undo_of_user),
                         lambda action: _say(f"now: {describe(action)}", stdout), world.uid)


def _own_part(prepared: Sequence[Prepared], place: str, identifier: str, head: Mapping[str, object],
              uid: int) -> list[Failure]:
    """In the child that has become the user."""
    with locked(place, uid):
        failures = [Failure(line) for old in settle(place) for line in (old.said, *old.left) if old.left]
        return failures + carry_out(prepared, place, identifier, head, Users(_nobody), lambda action: None, uid)


def _nobody(name: str, prepared: Sequence[Prepared]) -> list[Failure]:
    raise StepFailed("no-such-account", f"{name} cannot be acted for")


def _say(text: str, stdout: TextIO) -> None:
    stdout.write(printable(text) + "\n")


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _verify(world: World, affected: frozenset[str], plan: RepairPlan, stdout: TextIO, stderr: TextIO) -> bool:
    """Whether nothing is left to do, and the programs that stood on what was damaged start again.

    What no package is known to stand on is tried with nothing, and nothing is said of programs.
    """
    for action in plan.actions:
        stderr.write(printable(f"pyguard: still to do: {_shown(action)}") + "\n")
    broken = list(tools.find(world, affected))
    for each in broken:
        whose = f" for {each.user}" if each.user else ""
        stderr.write(printable(f"pyguard: {each.tool} does not start{whose}: {each.error}") + "\n")
    if not plan.actions and not broken:
        what = "nothing of it is left" if not plan.left else "nothing is left but what is left to you"
        tried = ", and the programs that stand on it start" if affected & world.packages.packages.keys() else ""
        stdout.write(f"looked again: {what}{tried}\n")
    return not plan.actions and not broken


def _shown(action: Action) -> str:
    return f"{describe(action)}, because {action.why}"
