"""Python programs: the command lines they hand to subprocess, os.system and the like, found by ast."""

from __future__ import annotations

import ast
import shlex
import warnings
from collections.abc import Iterator

from ...model.request import Location
from ..circumstances import Active, Ground, HostName, Reading, Skipped, User
from ..shell_run import ShellRun
from ..shell_state import State
from ..source_text import SourceText
from .repository import FileText, Repository

KIND = "python"
RUNNERS = frozenset(("run", "call", "check_call", "check_output", "Popen", "system", "popen", "getoutput",
                     "getstatusoutput", "create_subprocess_exec", "create_subprocess_shell", "spawn", "execvp", "execv",
                     "sudo", "local", "shell", "cmd"))
MODULES = frozenset(("subprocess", "os", "sp", "commands", "asyncio", "c", "ctx", "conn"))
MAX_NODES = 300_000


def claims(path: str, head: str) -> bool:
    """*.py; noxfiles run in environments that nox makes and are left out."""
    name = path.rsplit("/", 1)[-1]
    return (name.endswith(".py") and "noxfile" not in name) or (
        head.startswith("#!") and "python" in head.split("\n", 1)[0])


def read(file: FileText, repository: Repository) -> Reading:
    """Every call whose command line is a literal, wholly or in its first words."""
    try:
        with warnings.catch_warnings():    # `"\d"` in somebody's program is not our news
            warnings.simplefilter("ignore")
            tree = ast.parse(file.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Reading(skipped=(Skipped(file.path, f"not Python 3: {error}"),))
    shell = ShellRun()
    for call in _calls(tree):
        words = _command(call.args[0]) if call.args else ""
        if not words:
            continue
        place = Location(file.path, call.lineno, call.end_lineno or call.lineno, call.col_offset + 1)
        state = State(HostName(), User.UNKNOWN)
        if words.startswith(INTERPRETER):
            state.activate(Active(Ground.UNKNOWN, "", "sys.executable: whichever Python runs the program"))
        shell.run_script(SourceText(words, file.path, fixed=place), state)
    return Reading(tuple(shell.found))


INTERPRETER = "python3 "


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for count, node in enumerate(ast.walk(tree)):
        if count > MAX_NODES:
            return
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in RUNNERS:
            owner = function.value
            if not (isinstance(owner, ast.Name) and owner.id in ("session", "self")):
                yield node
        elif isinstance(function, ast.Name) and function.id in RUNNERS:
            yield node


def _command(node: ast.expr) -> str:
    """Shell text for a string, a list of words, or an f-string; unknown parts become `$unknown`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "$unknown" for part in node.values)
    if isinstance(node, (ast.List, ast.Tuple)):
        return " ".join(_word(each) for each in node.elts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return f"{_command(node.left)} {_command(node.right)}".strip()
    return ""


def _word(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return shlex.quote(node.value)
    if isinstance(node, ast.Attribute) and node.attr == "executable":
        return INTERPRETER.strip()
    return "$unknown"
