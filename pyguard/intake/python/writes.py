"""What a Python program writes to files: it counts as a here-document of a shell script into that file would."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Optional

from ...model.late_pattern import late
from ...model.request import Location
from ..circumstances import FoundCommand, Written
from ..shell.documents import is_script
from ..shell.run import ShellRun
from ..shell.state import State
from ..shell.writes import DOCUMENTS
from ..source_text import SourceText
from .names import Names
from .values import UNKNOWN, called, text_of

WRITES = late(r"[wax]")
PLACED = ("/", "~")
OPENERS = frozenset(("io", "codecs"))    # whose open takes a path first


class Writing(NamedTuple):
    """One file that is written, from the first of the calls to the last."""

    calls: tuple[ast.Call, ...]
    path: str
    text: str
    append: bool


class _Opened(NamedTuple):
    path: str
    append: bool


def writings(nodes: Sequence[ast.AST], names: Names) -> Iterator[Writing]:
    """`Path(...).write_text(...)`, `open(..., "w").write(...)`, and all that a `with open(...)` writes."""
    seen: set[int] = set()
    for node in nodes:
        for item in node.items if isinstance(node, ast.With) else ():
            opened = _opened(item.context_expr, names)
            if opened is not None and isinstance(node, ast.With):
                calls = _calls_on(item.optional_vars, node)
                seen.update(map(id, calls))
                text = "".join(_written(call, names) for call in calls)
                yield Writing((item.context_expr, *calls), opened.path, text, opened.append)    # type: ignore[arg-type]
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and id(node) not in seen:
            target = _target(node, node.func.value, names)
            if target is not None:
                yield Writing((node,), target.path, _written(node, names), target.append)


def read_writing(writing: Writing, source: SourceText, state: State, shell: ShellRun) -> None:
    """The file that is written, and the commands of a script or a unit, where they stand if they do so as they are."""
    if not _matters(writing.path):
        return
    first, last = writing.calls[0], writing.calls[-1]
    place = Location(source.path, first.lineno, last.end_lineno or last.lineno, first.col_offset + 1)
    text = writing.text
    at = source.text.find(text) if "\n" in text.strip() else -1
    if not _is_read_already(text, source.text):
        inner = SourceText(text, source.path, fixed=place) if at < 0 else source
        shell.read_document(text, max(at, 0), writing.path, inner, State(state.host, state.user))
    line = source.line_at(at) if at >= 0 else 0
    shell.found.append(FoundCommand((called(first), writing.path), place, state.circumstances(),
                                    Written(writing.path, text, writing.append, line)))


def _matters(path: str) -> bool:
    """A path that is known from its beginning, or what is read as a file of its own wherever it is written."""
    return path.startswith(PLACED) or (not path.startswith(UNKNOWN) and DOCUMENTS.search(path) is not None)


def _is_read_already(text: str, program: str) -> bool:
    """A script that stands in the program with its own line ends, however indented, is found by its first line."""
    return is_script(text.lstrip(), "") and "\n" in text.strip() and _unindented(text) in _unindented(program)


def _unindented(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().split("\n"))


def _opened(node: ast.expr, names: Names) -> Optional[_Opened]:
    """What is opened for writing, if the path is known."""
    if not isinstance(node, ast.Call) or called(node) != "open":
        return None
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    arguments = list(node.args)
    if owner is None or (isinstance(owner, ast.Name) and owner.id in OPENERS):
        owner = arguments.pop(0) if arguments else None
    mode = next((each.value for each in node.keywords if each.arg == "mode"), arguments[0] if arguments else None)
    said = mode.value if isinstance(mode, ast.Constant) else None
    path = text_of(owner, names) if owner is not None and isinstance(said, str) and WRITES.search(said) else None
    return _Opened(path, "a" in str(said)) if path else None


def _target(call: ast.Call, owner: ast.expr, names: Names) -> Optional[_Opened]:
    """The file of `path.write_text(...)`, `open(...).write(...)`, `file.write(...)`."""
    if called(call) in ("write_text", "write_bytes") and call.args:
        path = text_of(owner, names)
        return _Opened(path, False) if path else None
    if called(call) not in ("write", "writelines"):
        return None
    if isinstance(owner, ast.Name):
        given = next(iter(names.changes(owner.id, owner.lineno)), None)
        owner = given.value if isinstance(given, ast.Assign) else owner
    return _opened(owner, names)


def _calls_on(variable: Optional[ast.expr], block: ast.With) -> list[ast.Call]:
    """`file.write(...)`, `print(..., file=file)` in the block, in their order."""
    name = variable.id if isinstance(variable, ast.Name) else ""
    found = [node for each in block.body for node in ast.walk(each) if isinstance(node, ast.Call) and (
        (called(node) in ("write", "writelines") and isinstance(node.func, ast.Attribute)
         and getattr(node.func.value, "id", "") == name)
        or (called(node) == "print" and any(getattr(given.value, "id", "") == name for given in node.keywords
                                            if given.arg == "file")))]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset)) if name else []


def _written(call: ast.Call, names: Names) -> str:
    if called(call) == "print":
        return " ".join(text_of(each, names) or UNKNOWN for each in call.args) + "\n"
    if called(call) == "writelines" and call.args and isinstance(call.args[0], (ast.List, ast.Tuple)):
        return "".join(text_of(each, names) or UNKNOWN for each in call.args[0].elts)
    return (text_of(call.args[0], names) if call.args else None) or UNKNOWN
