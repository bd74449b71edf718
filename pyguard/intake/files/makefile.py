"""Makefiles and justfiles: each recipe line a shell of its own, simple variables expanded, on whoever's machine."""

from __future__ import annotations

import re
from typing import NamedTuple

from ...model.late_pattern import late
from ..circumstances import Call, FoundCommand, HostName, Reading, User
from ..shell.make import made_of
from ..shell.run import ShellRun
from ..shell.state import State, on_system
from ..source_text import SourceText
from .callers import find_callers
from .left_on_disk import Left, hand_on
from .make_calls import called
from .make_functions import choose
from .make_included import included_lines, without_macros
from .make_macros import Macros, fill
from .make_rules import Rule, Rules
from .make_systems import Part, branch, foreign, never_on_linux
from .repository import FileText, Repository
from .switch_lines import SWITCH, report_switch

KIND = "make"
ASSIGNMENT = late(r"^(?:export\s+|override\s+)*([A-Za-z_][\w.-]*)\s*(\?=|:::?=|:=|\+=|=)\s*(.*)$")
INDENTED = late(r"\s+(?:export\s+|override\s+)*[A-Za-z_][\w.-]*(?:\s*(?:[?+]|:{1,3})=|\s+=)\s")
REFERENCE = late(r"\$[({]([A-Za-z_][\w.-]*)[)}]|\{\{\s*([A-Za-z_][\w-]*)\s*\}\}")
EXPORT = late(r"export\s+([A-Za-z_]\w*)")
INLINE = late(r"[^;#=]*;")    # `target: needed; recipe`
PREFIX = late(r"^[ \t]*[@+-]*[ \t]*")
NAMES = frozenset(("makefile", "gnumakefile", "bsdmakefile", "justfile", ".justfile"))
PART = late(r"(gnu)?makefile[.-](?!.*(py|md|rst|txt|json|ya?ml|sh|pl|cmake)$)[\w.-]+$")
ONE_SHELL = late(r"^\.ONESHELL[ \t]*:", re.M)
SHELL_NAMED = late(r"#!.*\b(?:ba|da|z|k|a)?sh\b")
BETWEEN = late(r"\s*$|#|(?:ifn?(?:eq|def)|else|endif)\b")    # what may stand between the lines of one recipe
CHOOSES = late(r"\$[({](?:or|if|and)[ \t]")
CALL = late(r"\$\(call\s+([\w.-]+)\s*((?:,[^()\n]*)?)\)")    # of a variable that is a function
RULES = "/debian/rules"    # a Makefile that dpkg-buildpackage runs
MAX_DEPTH = 8


class _Text(NamedTuple):
    """A file's lines, and what its recipes are read with. `is_whole`: a recipe is one script."""

    lines: list[str]
    variables: dict[str, str]
    shell: ShellRun
    path: str
    is_just: bool
    is_whole: bool
    macros: Macros
    own: int                # so many lines are the file's; behind them are those of the files that it includes
    left: Left = Left()     # by the recipes that were read before


def claims(path: str, head: str) -> bool:
    """Makefile, GNUmakefile, Makefile.PART, *.mk, justfile, debian/rules."""
    name = path.rsplit("/", 1)[-1].lower()
    return name in NAMES or f"/{path}".endswith(RULES) or PART.match(name) is not None or (
        name.endswith((".mk", ".makefile", ".just", ".justfile")))


def read(file: FileText, repository: Repository) -> Reading:
    """All recipes: those that something here makes as it stands there, the others on a host that nothing names."""
    found: list[FoundCommand] = []
    calls: list[Call] = []
    made: set[str] = set()
    for start in [] if _is_just(file.path) else find_callers(file.path, repository):
        text, rules = _read_text(file, repository, start)
        wanted = rules.closure(made_of(start)[0])
        made |= wanted
        _walk(text, rules, start, wanted, True)
        found, calls = found + text.shell.found, calls + text.shell.calls
    state = State(HostName(), User.UNKNOWN)
    if f"/{file.path}".endswith(RULES):
        state.manager = "debian/rules runs where Debian's packages are built, with Debian's own Python"
    text, rules = _read_text(file, repository, state)
    _walk(text, rules, state, made, False)
    return Reading((*found, *text.shell.found), (), (*calls, *text.shell.calls))


def _is_just(path: str) -> bool:
    return "just" in path.rsplit("/", 1)[-1].lower()


def _read_text(file: FileText, repository: Repository, start: State) -> tuple[_Text, Rules]:
    is_just = _is_just(file.path)
    lines = file.text.split("\n")
    included = included_lines(lines, file.path, repository)
    variables = {**_variables([*included, *lines], is_just, start.environment()), **made_of(start)[1]}
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd))
    is_whole = not is_just and ONE_SHELL.search(file.text) is not None
    text = _Text([*lines, *without_macros(included)], variables, shell, file.path, is_just, is_whole,
                 Macros([] if is_just else lines), len(lines))
    return text, Rules(text.lines, text.macros, is_just, lambda words: _expand(words, variables, 0), text.own)


def _walk(text: _Text, rules: Rules, start: State, targets: set[str], are_wanted: bool) -> None:
    """The recipes of these targets, or of the others, each behind those that it stands on, whose traces it finds."""
    exported = _exported(text.variables, text.lines)
    left = Left(rules.made_by)
    text = text._replace(left=left)
    aside = text._replace(shell=ShellRun(text.shell.follow))    # for what other rules stand on, and is judged elsewhere
    needed = rules.needed()
    for rule, end, needs in rules.in_order():
        wanted = targets.isdisjoint(rule.targets) is not are_wanted and rule.first < text.own
        if wanted or not needed.isdisjoint(rule.targets):
            state = start.copy()
            left.give(needs, state)
            state.export(exported if rule.targets else {})
            _walk_rule(text if wanted else aside, rule, end, state)
            left.take(rule.targets, state)
    _switched(text)


def _walk_rule(text: _Text, rule: Rule, end: int, state: State) -> None:
    lines, is_just, branches = text.lines, text.is_just, list(rule.branches)
    inline = None if is_just or not rule.targets else INLINE.match(lines[rule.first])
    index = rule.body if inline is None else _recipe_line(text, rule.first, state, inline.end())
    while index < end:
        index = text.macros.skipped.get(index, index)
        line = lines[index] if index < end else ""
        system = foreign(branches)
        if not is_just and branch(line, branches):
            pass
        elif (text.is_whole and line.startswith("\t")) or (is_just and line.lstrip().startswith("#!")):
            after = _end_of_recipe(lines, index, is_just)
            if not is_just or SHELL_NAMED.search(line):
                _whole_recipe(text, index, after, state)
            index = after
            continue
        elif system != "windows" and _is_recipe(line, is_just):
            index = _recipe_line(text, index, on_system(state.copy(), system) if system else state)
            continue
        index += 1


def _switched(text: _Text) -> None:
    """`export PIP_BREAK_SYSTEM_PACKAGES := "1"` holds for every recipe of the file."""
    for number, line in enumerate(text.lines[:text.own], 1):
        match = ASSIGNMENT.match(line) if SWITCH in line and line.startswith("export") else None
        if match is not None and match.group(1) == SWITCH:
            report_switch(text.variables.get(SWITCH, ""), text.path, number, text.shell)


def _is_recipe(line: str, is_just: bool) -> bool:
    return bool(line.strip()) and (line.startswith("\t") or (is_just and line.startswith(" "))) \
        and not line.lstrip().startswith("#!")


def _exported(variables: dict[str, str], lines: list[str]) -> dict[str, str]:
    names = [match.group(1) for line in lines if (match := EXPORT.match(line))]
    return {name: _expand(variables[name], variables, 0) for name in names if name in variables}


def _variables(lines: list[str], is_just: bool, environment: dict[str, str]) -> dict[str, str]:
    found = dict(environment)
    parts: list[Part] = []
    elsewhere: dict[str, str] = {}    # what other systems have there
    for before, line in zip(["", *lines], lines):
        if not is_just and branch(line, parts):
            continue
        match = _assigned(line, is_just or before.endswith("\\"))
        if match is None:
            continue
        name, operator, value = match.groups()
        if name == "DESTDIR":    # whoever makes a package sets it, whatever stands here
            continue
        value = value.split(" #")[0].strip().strip("\"'" if is_just else "")
        if parts and never_on_linux(parts):
            elsewhere.setdefault(name, value)
            continue
        if operator == "+=":
            value = f"{found.get(name, '')} {value}".strip()
        elif name in found and operator == "?=":
            continue
        found[name] = value
    return {**elsewhere, **found}


def _assigned(line: str, is_open: bool) -> re.Match[str] | None:
    """`NAME = value`; indented it is one where no command can be meant."""
    if is_open or not line.startswith((" ", "\t")):
        return ASSIGNMENT.match(line)
    return ASSIGNMENT.match(line.lstrip()) if line[0] == " " or INDENTED.match(line) else None


def _recipe_line(text: _Text, index: int, state: State, begin: int = 0, depth: int = 0) -> int:
    """One logical line, from `begin` on, or the macro that it calls; returns the index after it."""
    lines, first = text.lines, index
    while lines[index].rstrip().endswith("\\") and index + 1 < len(lines):
        index += 1
    call = text.macros.called_by(lines[first]) if depth < MAX_DEPTH and not begin else None
    if call is not None:
        at, inner = call.macro.first, text._replace(lines=call.lines)
        while at < call.macro.end:
            at = _recipe_line(inner, at, state, 0, depth + 1)
        return index + 1
    whole = [" " * begin + lines[first][begin:], *lines[first + 1:index + 1]]
    body = [_expand(line, text.variables, 0) for line in whole]
    prefix = PREFIX.match(body[0])
    margin = prefix.end() if prefix else 0
    command = "\n".join([body[0][margin:], *body[1:]])
    text.left.give(called(command, text.is_just, str).goals, state)
    own = state.copy()
    if not text.is_just:
        command = command.replace("$$", "$")
        flags = text.variables.get(".SHELLFLAGS", "-c").split()
        text.shell.start([text.variables.get("SHELL", "/bin/sh"), *flags], own)
    end = text.shell.run_script(SourceText(command, text.path, first + 1, margin + 1), own)
    hand_on(end, state)
    return index + 1


def _end_of_recipe(lines: list[str], index: int, is_just: bool) -> int:
    end = index + 1
    while end < len(lines) and (lines[end].startswith(("\t", " ") if is_just else "\t") or BETWEEN.match(lines[end])):
        end += 1
    return end


def _whole_recipe(given: _Text, first: int, end: int, state: State) -> None:
    """One script: `.ONESHELL:`, and a recipe of just that begins with `#!`. What one line activates, others have."""
    margin = len(given.lines[first]) - len(given.lines[first].lstrip()) if given.is_just else 1
    body: list[str] = []
    for line in given.lines[first:end]:
        text = _expand(line[margin:], given.variables, 0) if line[:1].isspace() else ""
        if not given.is_just:
            text = PREFIX.sub(lambda match: " " * len(match.group()), text.replace("$$", "$"))
        body.append(text)
    given.left.give(called("\n".join(body), given.is_just, str).goals, state)
    hand_on(given.shell.run_script(SourceText("\n".join(body), given.path, first + 1, margin + 1, margin),
                                   state.copy()), state)


def _expand(text: str, variables: dict[str, str], depth: int) -> str:
    """Known variables; an unknown one stays as `${name}`, which the shell reader does not know either."""
    def replace(match: re.Match[str]) -> str:
        name = match.group(1) or match.group(2)
        if name in variables and depth < MAX_DEPTH:
            return _expand(variables[name], variables, depth + 1)
        return "${" + name.replace("-", "_").replace(".", "_") + "}"

    def call(match: re.Match[str]) -> str:
        value = variables.get(match.group(1)) if depth < MAX_DEPTH else None
        if value is None:
            return match.group()
        return _expand(fill(value, match.group(2)[1:].split(",")), variables, depth + 1)

    if depth < MAX_DEPTH and CHOOSES.search(text):
        text = choose(text, lambda words: _expand(words, variables, depth + 1))
    return REFERENCE.sub(replace, CALL.sub(call, text) if "(call " in text else text)
