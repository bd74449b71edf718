"""`pyguard explain [--json] COMMAND...`: the whole chain as a tree; `pyguard explain RULE`: what a rule is about."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import TextIO

from ..errors import UsageError
from ..host import Host
from ..judge import identify, judge
from ..model.plan import Basis
from ..plugins import open_plugins
from ..policy.rules import RULES
from ..render.json_report import render_json
from ..render.rules import render_rule, render_rule_table
from ..render.tree import render_tree
from .caller import describe_caller
from .policy_files import load_settings

DEPTHS = {basis.value: basis for basis in (Basis.DECLARED, Basis.RESOLVED)}
HINT = "usage: pyguard explain [--json] [--depth declared|resolved] COMMAND... | RULE | --markdown"


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """Always exit 0: explaining is not refusing. Nothing is run, nothing is written."""
    rest = list(arguments)
    as_json, depth = False, Basis.DECLARED
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option == "--markdown":
            stdout.write(render_rule_table(RULES))
            return 0
        if option == "--":
            break
        if option == "--depth" and rest and rest[0] in DEPTHS:
            depth = DEPTHS[rest.pop(0)]
            continue
        if option != "--json":
            raise UsageError("bad-usage", f"pyguard explain does not take {option!r}", hint=HINT)
        as_json = True
    if not rest:
        raise UsageError("bad-usage", "pyguard explain needs a command or a rule", hint=HINT)
    if len(rest) == 1:
        rule = next((rule for rule in RULES if rest[0] == rule.ID), None)
        if rule is not None:
            stdout.write(render_rule(rule))
            return 0
        page = _plugin_page(rest[0])
        if page:
            stdout.write(page)
            return 0
        rest = _split(rest[0])
    host, caller = Host(), describe_caller(environ, cwd, uid)
    command = identify(host, rest, caller)
    decision = judge(host, command, caller, load_settings(host, caller), deep=True, depth=depth)
    stdout.write(render_json(decision) if as_json else render_tree(decision))
    return 0


def _plugin_page(name: str) -> str:
    """The page of a plugin's rule; empty for anything else."""
    plugins = open_plugins() if " " not in name else None
    for each in plugins.describe() if plugins else ():
        for rule in each.rules:
            if name == rule.ID:
                return render_rule(rule)
    return ""


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise UsageError("bad-usage", f"the command cannot be read: {error}", text, HINT) from error
