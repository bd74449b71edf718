"""Makefiles and justfiles: each recipe line a shell of its own, simple variables expanded, on whoever's machine."""

from __future__ import annotations

import os
import re

from ...model.late_pattern import late
from ..circumstances import Call, FoundCommand, HostName, Reading, User
from ..shell.make import made_of
from ..shell.run import ShellRun
from ..shell.state import State, on_system
from ..source_text import SourceText
from .callers import find_callers
from .repository import FileText, Repository

KIND = "make"
ASSIGNMENT = late(r"^(?:export\s+|override\s+)*([A-Za-z_][\w.-]*)\s*(\?=|:::?=|:=|\+=|=)\s*(.*)$")
REFERENCE = late(r"\$[({]([A-Za-z_][\w.-]*)[)}]|\{\{\s*([A-Za-z_][\w-]*)\s*\}\}")
EXPORT = late(r"export\s+([A-Za-z_]\w*)")
TARGET = late(r"^[^\s#:=][^:=]*::?(?!=)")
INLINE = late(r"[^;#=]*;")    # `target: needed; recipe`
PREFIX = late(r"^[ \t]*[@+-]*[ \t]*")
NAMES = frozenset(("makefile", "gnumakefile", "bsdmakefile", "justfile", ".justfile"))
PART = late(r"(gnu)?makefile[.-](?!.*(py|md|rst|txt|json|ya?ml|sh|pl|cmake)$)[\w.-]+$")
ONE_SHELL = late(r"^\.ONESHELL[ \t]*:", re.M)
SHELL_NAMED = late(r"#!.*\b(?:ba|da|z|k|a)?sh\b")
BETWEEN = late(r"\s*$|#|(?:ifn?(?:eq|def)|else|endif)\b")    # what may stand between the lines of one recipe
OF_HERE = late(r"^\$[({](?:CURDIR|PWD|ROOT_DIR|TOP|TOPDIR|top_srcdir|dir\s[^)]*)[)}]/?|^\./")
INCLUDE = late(r"^(?:-|s)?include\s+([^#\n]+)|^import\??\s+['\"]([^'\"]+)['\"]")
CONDITION = late(r"(ifeq|ifneq|ifdef|ifndef|else|endif)(?=[\s(#]|$)(.*)")
MAX_DEPTH = 8
MAX_INCLUDED = 20


def claims(path: str, head: str) -> bool:
    """Makefile, GNUmakefile, Makefile.PART, *.mk, justfile."""
    name = path.rsplit("/", 1)[-1].lower()
    return name in NAMES or name.endswith((".mk", ".makefile", ".just", ".justfile")) or PART.match(name) is not None


def read(file: FileText, repository: Repository) -> Reading:
    """All recipes: those that something here makes as it stands there, the others on a host that nothing names."""
    lines = file.text.split("\n")
    found: list[FoundCommand] = []
    calls: list[Call] = []
    made: set[str] = set()
    for start in [] if _is_just(file.path) else find_callers(file.path, repository):
        wanted = _closure(lines, made_of(start)[0])
        made |= wanted
        shell = _walk(file, repository, start, wanted, True)
        found, calls = found + shell.found, calls + shell.calls
    shell = _walk(file, repository, State(HostName(), User.UNKNOWN), made, False)
    return Reading((*found, *shell.found), (), (*calls, *shell.calls))


def _is_just(path: str) -> bool:
    return "just" in path.rsplit("/", 1)[-1].lower()


def _walk(file: FileText, repository: Repository, start: State, targets: set[str], are_wanted: bool) -> ShellRun:
    """The recipes of these targets, or of the others. In a justfile a recipe's lines share what a manager brought."""
    is_just = _is_just(file.path)
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd))
    lines = file.text.split("\n")
    variables = {**_variables(_with_included(lines, file.path, repository), is_just, start.environment()),
                 **made_of(start)[1]}
    exported = _exported(variables, lines)
    is_whole = not is_just and ONE_SHELL.search(file.text) is not None
    state, wanted, index = start.copy(), not are_wanted, 0
    branches: list[str] = []
    while index < len(lines):
        line = lines[index]
        if not is_just and _branch(line, branches):
            index += 1
            continue
        system = next((each for each in branches if each and not each.startswith("!")), "")
        if line.strip() and not line[0].isspace():
            if TARGET.match(line):
                state, wanted = start.copy(), targets.isdisjoint(_targets(line)) is not are_wanted
                state.export(exported)
                inline = None if is_just else INLINE.match(line)
                if inline is not None and wanted:
                    index = _recipe_line(lines, index, variables, state, shell, file.path, is_just, inline.end())
                    continue
        elif (is_whole and line.startswith("\t")) or (is_just and line.lstrip().startswith("#!")):
            end = _end_of_recipe(lines, index, is_just)
            if wanted and (not is_just or SHELL_NAMED.search(line)):
                _whole_recipe(lines, index, end, variables, state, shell, file.path, is_just)
            index = end
            continue
        elif wanted and system != "windows" and _is_recipe(line, is_just):
            own = on_system(state.copy(), system) if system else state
            index = _recipe_line(lines, index, variables, own, shell, file.path, is_just)
            continue
        index += 1
    return shell


def _branch(line: str, branches: list[str]) -> bool:
    """`ifeq ($(UNAME),Darwin)` … `else` … `endif`: the system that alone has the lines between, if one does."""
    match = CONDITION.match(line.lstrip(" "))
    if match is None:
        return False
    word, rest = match.groups()
    system = "macos" if "Darwin" in rest else "windows" if "Windows_NT" in rest else ""
    if word in ("else", "endif"):
        before = branches.pop() if branches else ""
        if word == "else":    # or `else ifeq (…)`
            branches.append(system or (before[1:] if before.startswith("!") else ""))
    else:
        branches.append(f"!{system}" if system and word == "ifneq" else system)
    return True


def _with_included(lines: list[str], path: str, repository: Repository) -> list[str]:
    """The file's own lines after those of the files that it includes by plain names: for their variables."""
    found: list[str] = []
    names = [name for line in lines if (match := INCLUDE.match(line))
             for name in (match.group(1) or match.group(2)).split()]
    for name in (OF_HERE.sub("", name) for name in names[:MAX_INCLUDED]):
        included = repository.first([os.path.join(os.path.dirname(path), name), name]) if "$" not in name else None
        found += included.text.split("\n") if included is not None and included.path != path else []
    return [*found, *lines]


def _targets(line: str) -> list[str]:
    return line.partition(":")[0].split()


def _closure(lines: list[str], goals: list[str]) -> set[str]:
    """The goals and all that they stand on; without a goal the first target."""
    needs: dict[str, list[str]] = {}
    for line in lines:
        if TARGET.match(line) and not line.startswith("."):
            for target in _targets(line):
                needs.setdefault(target, []).extend(re.split(r"[;#]", line.partition(":")[2])[0].split())
    waiting = goals or list(needs)[:1]
    found: set[str] = set()
    while waiting:
        target = waiting.pop()
        if target not in found:
            found.add(target)
            waiting = [*waiting, *needs.get(target, [])]
    return found


def _is_recipe(line: str, is_just: bool) -> bool:
    return bool(line.strip()) and (line.startswith("\t") or (is_just and line.startswith(" "))) \
        and not line.lstrip().startswith("#!")


def _exported(variables: dict[str, str], lines: list[str]) -> dict[str, str]:
    names = [match.group(1) for line in lines if (match := EXPORT.match(line))]
    return {name: _expand(variables[name], variables, 0) for name in names if name in variables}


def _variables(lines: list[str], is_just: bool, environment: dict[str, str]) -> dict[str, str]:
    found = dict(environment)
    for line in lines:
        match = ASSIGNMENT.match(line)
        if match is None:
            continue
        name, operator, value = match.groups()
        if name == "DESTDIR":    # whoever makes a package sets it, whatever stands here
            continue
        value = value.split(" #")[0].strip().strip("\"'" if is_just else "")
        if operator == "+=":
            value = f"{found.get(name, '')} {value}".strip()
        elif name in found and operator == "?=":
            continue
        found[name] = value
    return found


def _recipe_line(lines: list[str], index: int, variables: dict[str, str], state: State, shell: ShellRun, path: str,
                 is_just: bool, begin: int = 0) -> int:
    """One logical line, from `begin` on; returns the index after it."""
    first = index
    while lines[index].rstrip().endswith("\\") and index + 1 < len(lines):
        index += 1
    whole = [" " * begin + lines[first][begin:], *lines[first + 1:index + 1]]
    body = [_expand(line, variables, 0) for line in whole]
    prefix = PREFIX.match(body[0])
    margin = prefix.end() if prefix else 0
    text = "\n".join([body[0][margin:], *body[1:]])
    if not is_just:
        text = text.replace("$$", "$")
    end = shell.run_script(SourceText(text, path, first + 1, margin + 1), state.copy())
    state.manager = state.manager or end.manager
    return index + 1


def _end_of_recipe(lines: list[str], index: int, is_just: bool) -> int:
    end = index + 1
    while end < len(lines) and (lines[end].startswith(("\t", " ") if is_just else "\t") or BETWEEN.match(lines[end])):
        end += 1
    return end


def _whole_recipe(lines: list[str], first: int, end: int, variables: dict[str, str], state: State, shell: ShellRun,
                  path: str, is_just: bool) -> None:
    """One script: `.ONESHELL:`, and a recipe of just that begins with `#!`. What one line activates, others have."""
    margin = len(lines[first]) - len(lines[first].lstrip()) if is_just else 1
    body: list[str] = []
    for line in lines[first:end]:
        text = _expand(line[margin:], variables, 0) if line[:1].isspace() else ""
        if not is_just:
            text = PREFIX.sub(lambda match: " " * len(match.group()), text.replace("$$", "$"))
        body.append(text)
    shell.run_script(SourceText("\n".join(body), path, first + 1, margin + 1, margin), state.copy())


def _expand(text: str, variables: dict[str, str], depth: int) -> str:
    """Known variables; an unknown one stays as `${name}`, which the shell reader does not know either."""
    def replace(match: re.Match[str]) -> str:
        name = match.group(1) or match.group(2)
        if name in variables and depth < MAX_DEPTH:
            return _expand(variables[name], variables, depth + 1)
        return "${" + name.replace("-", "_").replace(".", "_") + "}"

    return REFERENCE.sub(replace, text)
