"""`pyguard policy show [--json] | check [FILE...] | approve [FILE]`: what holds here, and where that is written."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import TextIO

from ..codec import encode
from ..enforce.approvals import approve
from ..errors import PyguardError, UsageError
from ..host import Host
from ..model.settings import Effective
from ..model.verdict import Level
from ..render.words import printable
from ..settings import Asker, Source, approval_name, find_files, is_disabled, read_policy
from ..settings.combine import default_lines
from ..settings.parse import parse_policy
from ..settings.places import DISABLED, PROJECT
from .caller import describe_caller
from .policy_files import describe_asker, effective_policy, rule_levels

HINT = "usage: pyguard policy show [--json] | check [FILE...] | approve [PYPROJECT]"


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """0, or an error that names the file and the line."""
    rest = list(arguments)
    command = rest.pop(0) if rest else "show"
    host, asker, caller = Host(), describe_asker(environ, cwd, uid), describe_caller(environ, cwd, uid)
    if command == "show" and rest in ([], ["--json"]):
        effective = effective_policy(host, caller, keep=False)
        stdout.write(_as_json(effective) if rest else _as_text(effective, is_disabled(host)))
    elif command == "check":
        for line in _check(host, asker, rule_levels(caller), [os.path.join(cwd, name) for name in rest]):
            stdout.write(printable(line) + "\n")
    elif command == "approve" and len(rest) < 2:
        path = os.path.join(cwd, (rest or [PROJECT])[0])
        stdout.write(printable(_approve(host, asker, rule_levels(caller), path)) + "\n")
    else:
        raise UsageError("bad-usage", f"pyguard policy does not take {' '.join(arguments)!r}", hint=HINT)
    return 0


def _as_json(effective: Effective) -> str:
    data = encode(effective)
    data["lines"] = [encode(line) for line in (*effective.lines, *default_lines(effective.settings, effective.lines))]
    return json.dumps({"schema": 1, **data}, indent=2) + "\n"


def _as_text(effective: Effective, disabled: bool) -> str:
    """One line a statement in force with its origin, then what does not count and why."""
    lines = _switched_off(disabled)
    today = effective.settings.today
    in_force = [line for line in effective.lines if not line.refused]
    for line in (*in_force, *default_lines(effective.settings, effective.lines)):
        lines.append(f"{line.key} = {line.value}    ({line.origin})")
    for allowance in effective.settings.allowances:
        if allowance.until < today:
            lines.append(f"without effect: the allowance of {allowance.rule} ended on {allowance.until}")
    lines += [f"without effect: {line.key} = {line.value} ({line.origin}): {line.refused}"
              for line in effective.lines if line.refused]
    lines += [f"not read: {note}" for note in effective.notes]
    return "".join(printable(line) + "\n" for line in lines)


def _switched_off(disabled: bool) -> list[str]:
    return [f"pyguard is switched off on this machine: {DISABLED} is there"] if disabled else []


def _check(host: Host, asker: Asker, rules: Mapping[str, Level], paths: Sequence[str]) -> list[str]:
    """The named files as they are; without names those that hold here, as they are combined, and those that do not."""
    if paths:
        return [f"{path}: {len(_statements(host, path, rules))} statements" for path in paths]
    files = find_files(host, asker)
    effective = read_policy(host, asker, rules, files)
    passed_over = {path: note for _, path in files for note in effective.notes if note.startswith(f"{path}: ")}
    lines = [f"not read: {passed_over[path]}" if path in passed_over else f"{path}: understood" for _, path in files]
    return [*_switched_off(is_disabled(host)), *(lines or ["there is no policy file: the defaults hold"])]


def _statements(host: Host, path: str, rules: Mapping[str, Level]) -> Sequence[object]:
    source = Source.PROJECT if os.path.basename(path) == PROJECT else Source.USER
    return parse_policy(_read(host, path), path, source, rules)


def _approve(host: Host, asker: Asker, rules: Mapping[str, Level], path: str) -> str:
    path = host.realpath(path)
    text = _read(host, path)
    statements = parse_policy(text, path, Source.PROJECT, rules)
    if not statements:
        raise PyguardError("nothing-to-approve", "it has no [tool.pyguard] that says anything", path)
    approve(asker.approvals, approval_name(path, text))
    return f"{path}: approved as it stands ({len(statements)} statements); a change needs a new approval"


def _read(host: Host, path: str) -> str:
    try:
        return host.read_text(path)
    except OSError as error:
        raise PyguardError("policy-unreadable", f"the file cannot be read: {error.strerror or error}", path) from error
