"""`pyguard rehearse [--json] COMMAND...`: try an install where nothing of it stays; exit 10 where a tool breaks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TextIO

from ..errors import UsageError
from ..host import Host
from ..judge import identify, judge
from ..model.decision import Decision
from ..model.frozen import replace
from ..model.impact import Grade
from ..model.plan import Basis
from ..model.request import Action
from ..render.grades import affected, graded_lines, summary
from ..render.json_report import render_json
from ..render.words import printable
from .caller import describe_caller
from .policy_files import load_settings
from .progress import progress_bar

EXIT_FINDINGS = 10
EXIT_FAILED = 1
PATIENCE = 20.0
SECONDS = re.compile(r"[1-9][0-9]{0,3}")
HINT = "usage: pyguard rehearse [--json] [--for TOOL,...] [--timeout SECONDS] COMMAND..."


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """Exit 0: nothing breaks; 10: something does; 1: it could not be rehearsed, or not all of it, and why is said.

    `--for` names the requesters that are tried, by their path, name or package; without it all that the plan concerns.
    """
    as_json, tried, patience, rest = _read(arguments)
    host, caller = Host(), replace(describe_caller(environ, cwd, uid, progress_bar(stderr)), patience=patience)
    decision = judge(host, identify(host, rest, caller), caller, load_settings(host, caller), depth=Basis.REHEARSED,
                     tried=tried)
    if as_json:
        stdout.write(render_json(decision))
    else:
        for title, lines in graded_lines(decision):
            stdout.write(printable(title) + "\n" + "".join(f"  {printable(line)}\n" for line in lines))
        for gap in decision.plan.gaps:
            stdout.write(printable(f"not known: {gap.subject}: {gap.reason}") + "\n")
        stdout.write(summary(decision) + "\n")
    if any(item.grade is Grade.BREAKS for item in affected(decision)):
        return EXIT_FINDINGS
    return 0 if _is_learned(decision, tried) else EXIT_FAILED


def _is_learned(decision: Decision, tried: Sequence[str]) -> bool:
    """Whether everything that the plan concerns, or all of `tried`, was tried, or nothing would be done."""
    plan = decision.plan
    concerned = {*tried, *(reach.requester for reach in plan.reaches)}
    if any(gap.subject in concerned for gap in plan.gaps):
        return False
    if plan.changes:
        return plan.basis is Basis.REHEARSED
    untold = decision.request.action is Action.INSTALL and plan.basis is Basis.DECLARED
    return not untold or any(gap.subject == "the plan" for gap in plan.gaps)    # pip itself refuses


def _read(arguments: Sequence[str]) -> tuple[bool, tuple[str, ...], float, list[str]]:
    """Whether JSON is wanted, the requesters that are to be tried (none: all), seconds for each, the command."""
    rest = list(arguments)
    as_json, tried, patience = False, "", PATIENCE
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option == "--":
            break
        if option == "--json":
            as_json = True
        elif option == "--for" and rest:
            tried = rest.pop(0)
        elif option == "--timeout" and rest and SECONDS.fullmatch(rest[0]):
            patience = float(rest.pop(0))
        else:
            raise UsageError("bad-usage", f"pyguard rehearse does not take {option!r}", hint=HINT)
    if not rest:
        raise UsageError("bad-usage", "pyguard rehearse needs a command", hint=HINT)
    return as_json, tuple(filter(None, tried.split(","))), patience, rest
