"""Python programs: the command lines they hand to subprocess, os.system and the like, found by ast."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from itertools import islice

from ...model.late_pattern import late
from ...model.request import Location
from ..circumstances import (
    OF_DISTRIBUTION,
    WHICHEVER,
    Active,
    FoundCommand,
    Ground,
    HostName,
    Reading,
    Unreadable,
    User,
)
from ..python.calls import Calls
from ..python.lines import ProgramText
from ..python.loops import command_lines
from ..python.names import Names
from ..python.own import OwnPython, system_python
from ..python.removals import MARKER, marker_removals
from ..python.said import started_in
from ..python.values import OWN_PYTHON, called
from ..python.writes import read_writing, writings
from ..shell.documents import is_script
from ..shell.follow import RUN_BY
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .callers import find_callers
from .repository import FileText, Repository

KIND = "python"
IN_VENV = late(r"venv|virtualenv|activate|workon", re.I)
WITH = late(r"\bwith\b[^\n]*(venv|virtualenv|activate|workon|conda|\bprefix\b)", re.I)
MAX_NODES = 300_000
MAX_BLOCKS = 500    # of `with`
PRINT = late(r"(^[ \t]*|[:;][ \t]+)(?:print[ \t]+[^(\s=].*|print[ \t]*$|raise[ \t]+[\w.]+[ \t]*,.*|"
             r"exec[ \t]+[\"'].*)$", re.M)
EXCEPT = late(r"^([ \t]*except[ \t]+[\w.()]+)[ \t]*,[ \t]*\w+[ \t]*:", re.M)
OCTAL = late(r"(?<![\w.])0([0-7]+)(?=[\s,)])")


def claims(path: str, head: str) -> bool:
    """*.py; noxfiles run in environments that nox makes and are left out."""
    name = path.rsplit("/", 1)[-1]
    return (name.endswith(".py") and "noxfile" not in name) or (
        head.startswith("#!") and "python" in head.split("\n", 1)[0])


def read(file: FileText, repository: Repository) -> Reading:
    """Every call whose command line is a literal, wholly or in its first words, as whoever runs it here does."""
    states = find_callers(file.path, repository) or [State(HostName(), User.UNKNOWN)]
    said = started_in(file.text, file.path)
    for state in states:
        if said and not state.host.name and state.active.ground is Ground.HOST:
            state.activate(Active(Ground.UNKNOWN, "", f'the program says how to start it: "{" ".join(said.split())}"'))
    return Reading(tuple(each for state in states for each in commands_of(file, state, _run_by(state))))


def _run_by(state: State) -> str:
    """The Python of the program's caller, where that is known; else the program itself may say which it is."""
    known = state.host.name or state.manager or state.active.ground is not Ground.HOST
    return state.variables.get(RUN_BY) or "" if known else ""


def commands_of(file: FileText, start: State, run_by: str = "") -> list[FoundCommand]:
    """The command lines of a program that runs in that state, by the Python of that name. Raises Unreadable."""
    try:
        tree = _parse(file.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(f"not Python 3: {error}") from error
    nodes = list(islice(ast.walk(tree), MAX_NODES))
    shell = ShellRun()
    for begin, end in _scripts(nodes, file.text):
        line, column = file.text.count("\n", 0, begin) + 1, begin - file.text.rfind("\n", 0, begin)
        shell.run_script(SourceText(file.text[begin:end], file.path, line, column), start.copy())
    names = Names(nodes)
    program = ProgramText(file.text, file.path, nodes)
    environments = list(islice(_environments(nodes, file.text), MAX_BLOCKS))
    for node, text in marker_removals(nodes, names) if MARKER in file.text else ():
        _run(f"rm {text}", node, program, start.copy(), shell, OwnPython())
    lines = [(call, words, element) for call, command in Calls(nodes, names).by_line()
             for words, element in command_lines(command, names) if words]
    own = OwnPython(run_by or ("python" if start.host.name else ""))    # of a known host it is the first on PATH
    if not own.program:
        own = system_python(nodes, file.text, ((words, call.lineno) for call, words, _ in lines))
    carried = start.copy()
    for call, words, element in lines:
        after = _run(words, element or call, program, _state_of(call, carried, environments), shell, own)
        carried.note_manager(after.manager)
        carried.os_packages = after.os_packages
    for writing in islice(writings(nodes, names), MAX_BLOCKS):
        read_writing(writing, program, carried, shell)
    return shell.found


def _scripts(nodes: Sequence[ast.AST], text: str) -> Iterator[tuple[int, int]]:
    """Where the strings lie that are shell scripts by their first line: a new machine's user data, a job's script."""
    if "#!" not in text:
        return
    for node in nodes:
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and "\n" in value and is_script(value.lstrip(), ""):
            at = text.find(value)
            if at >= 0:    # with escapes in it, it stands differently
                yield at, at + len(value)


def _parse(text: str) -> ast.AST:
    with warnings.catch_warnings():    # `"\d"` in somebody's program is not our news
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except SyntaxError:    # of Python 2, perhaps: without what only that one reads, on the same lines
            return ast.parse(OCTAL.sub(r"0o\1", EXCEPT.sub(r"\1:", PRINT.sub(r"\1pass", text))))


def _run(words: str, node: ast.expr, program: ProgramText, state: State, shell: ShellRun, own: OwnPython) -> State:
    """The command in that state; `own` is sys.executable."""
    place = Location(program.path, node.lineno, node.end_lineno or node.lineno, node.col_offset + 1)
    if words.startswith(OWN_PYTHON) and not own.program:
        state.activate(Active(Ground.UNKNOWN, "", WHICHEVER))
    elif words.startswith(OWN_PYTHON) and own.because and state.active.ground is Ground.HOST:
        state.activate(Active(Ground.HOST, "", f"{OF_DISTRIBUTION}{own.because}"))
    text = words.replace(OWN_PYTHON, own.program or "python3")
    source = program.command_text(text, node) or SourceText(text, program.path, fixed=place)
    return shell.run_script(source, state)


def _state_of(call: ast.Call, carried: State, environments: list[tuple[int, int, Active]]) -> State:
    """What the command runs in: Fabric's `sudo(…)` is root, and `with virtualenv(…):` an environment."""
    state = carried.copy()
    if called(call) == "sudo":
        user = next((each.value for each in call.keywords if each.arg == "user"), None)
        is_root = user is None or (isinstance(user, ast.Constant) and user.value in (None, "root"))
        state.user, state.sudo = User.ROOT if is_root else User.ORDINARY, True
    for first, last, active in environments:
        if first <= call.lineno <= last:
            state.activate(active)
    return state


def _environments(nodes: Sequence[ast.AST], text: str) -> Iterator[tuple[int, int, Active]]:
    """The lines of `with` blocks that have an environment by their first line, or put something before commands."""
    if not WITH.search(text):
        return
    lines = text.split("\n")
    for node in nodes:
        if isinstance(node, (ast.With, ast.AsyncWith)):
            head = " ".join(lines[node.lineno - 1:max(node.lineno, node.body[0].lineno - 1)])
            if WITH.search(head):
                ground = Ground.VENV if IN_VENV.search(head) else Ground.UNKNOWN
                yield node.lineno, node.end_lineno or node.lineno, Active(ground, "", f"with …, line {node.lineno}")
