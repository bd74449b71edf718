"""Markdown and reStructuredText: the commands in code blocks, read only when documents are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ...model.late_pattern import late
from ..circumstances import FoundCommand, Ground, HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from . import dockerfile
from .document_containers import entered_in
from .document_denied import is_denied
from .document_items import item_of
from .document_machines import Machines
from .document_projects import Projects
from .document_sections import Sections
from .document_tables import CELL, cells_of
from .fences import end_of_fence
from .kinds import load_kind, read_as
from .repository import FileText, Repository
from .shown_pip import shown_in

KIND = "documents"
FENCE = late(r"^([ \t]*(?:[-*+>]\s+|\d+\.\s+)*)(`{3,}|~{3,})[ \t]*\{?\.?"
             r"(?:(?:code-block|code|code-cell|sourcecode|prompt)\}[ \t]*)?([\w+-]*)")
PREFORMATTED = late(r"^[ \t]*<pre\b[^>]*>(?:[ \t]*<code\b[^>]*>)?", re.I)
TAG = late(r"</?(?:pre|code|b|strong|i|em|span|kbd)\b[^<>\n]*>", re.I)
DIRECTIVE = late(r"^([ \t]*)\.\.\s+(?:code-block|code|sourcecode|prompt|parsed-literal|tabs?:*code\w*)::[ \t]*(\S*)")
LITERAL = late(r"^([ \t]*)(?:\S.*)?::\s*$")
PROMPT = late(r"^[ \t]*((?:\([\w./ -]+\)\s*)?"
              r"(?:(?:\[?[\w.-]+@[\w.-]+[: ][ ]?[\w~/.-]*\]?[ ]?|~[\w/.-]*[ ])?[\w@.:~/-]*[$#%❯➜]|>)\s+)(?=\S)")
ROOT_PROMPT = late(r"^[ \t]*#\s")    # or a comment
CONSOLES = frozenset(("console", "shell-session", "sh-session", "terminal", "bash-session", "shellsession"))
IN_VENV = late(r"^\s*\((?!base\))[\w./ -]+\)")    # whatever it is called
SHELLS = frozenset(("", "sh", "bash", "shell", "console", "zsh", "shell-session", "sh-session", "terminal", "text",
                    "bash-session", "shellsession", "cmd-session", "no-highlight", "nohighlight", "none", "plain",
                    "plaintext"))
ELSEWHERE = late(r"\b(mac\s?os|mac|os\s?x|windows|homebrew|brew|docker\w*|containers?|(ana|mini)?conda\w*|pipx|"
                 r"virtual[ -]?env\w*|pyvenv|venv|environment|activate)\b", re.I)
PLAIN = late(r"(?:sudo (?:-\S+ )*)?(?:apt(?:-get)? (?:-\S+ )*(?:update|upgrade|install)|(?:yum|dnf) (?:-y )?install|"
             r"pip3? install|python3? -m (?:pip|venv)|git clone|source|cd|wget|curl|mkdir)\b"
             r"(?! (?:is|will|the|a|and|or|to)\b)[^`]*[^.:;,!?`\s]\s*$")
ADMONITION = late(r"^\s*(?:!!!|\?\?\?\+?)\s")    # of MkDocs: what is indented below is text


YAMLS = frozenset(("", "yaml", "yml", "cloud-config", "ansible"))
EXAMPLES = (    # what a block of YAML shows, by what only such a file says
    ("cloud_init", late(r"\A\s*#cloud-config")),
    ("github_workflow", late(r"^[ \t]*jobs:(?s:.*)\bruns-on:", re.M)),
    ("azure_pipelines", late(r"\bvmImage:")),
    ("travis", late(r"^[ \t]*(before_install|language|before_deploy|after_success):", re.M)),
    ("ansible", late(r"^[ \t]*- (name|hosts|(ansible\.builtin\.)?(pip|shell|command)):(?s:.*)"
                     r"^[ \t]+(tasks|(ansible\.builtin\.)?(pip|shell|command)):", re.M)),
    ("gitlab_ci", late(r"^[ \t]*(before_)?script:\s*$", re.M)),
    ("compose_file", late(r"^[ \t]*services:(?s:.*)^[ \t]+(image|build|command):", re.M)),
)


class CodeBlock(NamedTuple):
    """The lines of one block; `first` is the first one's number, from 1."""

    language: str
    lines: list[str]
    first: int
    margin: int


def claims(path: str, head: str) -> bool:
    """By suffix."""
    return path.lower().endswith((".md", ".markdown", ".rst", ".mdx"))


def read(file: FileText, repository: Repository) -> Reading:
    """All blocks; a block that only activates an environment holds for the next one, the distribution's pip that one
    brings for all that follow, until the text between them turns to something else.
    """
    shell = ShellRun()
    shell.is_typed = True
    found: list[FoundCommand] = []
    lines = file.text.split("\n")
    carried, sections, machines = State(HostName(), User.UNKNOWN), Sections(), Machines()
    projects = Projects()
    end = passed = 0
    split = _restructured if file.path.lower().endswith(".rst") else _markdown
    for block in split(lines, file.path):
        sections.pass_over(lines[passed:block.first - 1])
        passed = block.first - 1 + len(block.lines)
        carried = State(HostName(), User.UNKNOWN) if sections.begins_anew else carried
        if is_denied(lines, block.first):
            continue
        if block.language == CELL:    # the rows are alternatives
            shell.run_script(SourceText("\n".join(block.lines), file.path, block.first, 1), State())
        elif block.language in ("dockerfile", "docker"):
            text = "\n" * (block.first - 1) + "\n".join(line[block.margin:] for line in block.lines)
            found.extend(dockerfile.read(FileText(file.path, text), repository).commands)
        elif block.language in YAMLS and (example := _example(block)):
            text = "\n" * (block.first - 1) + "\n".join(block.lines)
            found.extend(read_as(load_kind(example), FileText(file.path, text), repository).commands)
        elif block.language in SHELLS:
            between = SourceText("\n".join(lines[end:block.first - 1]), "", end + 1)
            carried.manager = _whose(block, between, carried.manager)
            told = ""    # of this block alone
            if _is_prompted(block) and not carried.manager and carried.active.ground is Ground.HOST:
                told = machines.manager_at(block.lines, block.first, between)
                told = carried.manager = told or ("" if sections.is_apart else projects.manager_at(block.lines))
            machines.pass_block(block.lines, block.first)
            known, end = len(shell.found), passed
            carried = _block(block, carried, shell, file.path)
            carried.manager = "" if carried.manager == told else carried.manager
            shell.found[known:] = sections.judge(_without_prompts(block), block.first, shell.found[known:])
            projects.pass_found(shell.found[known:])
    return Reading((*found, *shell.found))


def _whose(block: CodeBlock, between: SourceText, manager: str) -> str:
    """What says whose pip the block's is, after the text in front of it and with what it shows itself."""
    if ELSEWHERE.search(between.text):
        manager = ""
    said = shown_in(between)
    if said is not None and not ELSEWHERE.search(between.text, said.end):
        manager = said.manager
    said = shown_in(SourceText("\n".join(block.lines), "", block.first))
    return said.manager if said is not None else manager


def _example(block: CodeBlock) -> str:
    text = "\n".join(block.lines)
    return next((kind for kind, sign in EXAMPLES if sign.search(text)), "")


def _block(block: CodeBlock, carried: State, shell: ShellRun, path: str) -> State:
    state, text = carried.copy(), _without_prompts(block)
    entered = entered_in(block.lines, block.first, _is_prompted(block))
    if entered is not None:
        typed = text.split("\n")
        inner = [line if entered.start <= at < entered.end else "" for at, line in enumerate(typed)]
        shell.run_script(SourceText("\n".join(inner), path, block.first, 1), State(entered.host, User.ROOT))
        text = "\n".join("" if line == kept else kept for line, kept in zip(inner, typed))
    end = shell.run_script(SourceText(text, path, block.first, 1), state)
    if len([line for line in block.lines if line.strip()]) <= 2:
        return end
    after = State(HostName(), User.UNKNOWN)
    after.manager = "" if end.active.ground is not Ground.HOST else end.manager
    after.private_versions, after.open_venvs = end.private_versions, end.open_venvs
    return after


def _without_prompts(block: CodeBlock) -> str:
    """The commands alone; in a block with `$` prompts the other lines are output, `(venv) $` ones are in a venv."""
    prompted = _is_prompted(block)
    kept: list[str] = []
    continues = False
    for line in block.lines:
        match = PROMPT.match(line) if prompted else None
        if match is not None:
            line = "" if IN_VENV.search(match.group()) else " " * match.end() + line[match.end():]
        elif prompted and not continues:
            line = ""
        continues = line.rstrip().endswith("\\")
        kept.append(line)
    return "\n".join(kept)


def _is_prompted(block: CodeBlock) -> bool:
    """Whether lines without a prompt are output. `# ` is root's prompt where the language says so, else a comment."""
    found = [line for line in block.lines if PROMPT.match(line)]
    if block.language in CONSOLES:
        return bool(found)
    return any(not ROOT_PROMPT.match(line) for line in found) or (
        bool(found) and len(found) == len([line for line in block.lines if line.strip()]))


def _markdown(lines: list[str], path: str) -> Iterator[CodeBlock]:
    index = 0
    while index < len(lines):
        match = FENCE.match(lines[index])
        if match is not None:
            end = end_of_fence(lines, index + 1, match.group(2))
            yield CodeBlock(match.group(3).lower(), lines[index + 1:end], index + 2, 0)
            index = end + 1
            continue
        end = _end_of_plain(lines, index)
        if end > index + 1:
            yield CodeBlock("sh", lines[index:end], index + 1, 0)
            index = end
            continue
        if PREFORMATTED.match(lines[index]):
            end = index
            while end < len(lines) and "</pre>" not in lines[end].lower():
                end += 1
            yield CodeBlock("", [TAG.sub(_blank, line) for line in lines[index:end + 1]], index + 1, 0)
            index = end + 1
            continue
        if ADMONITION.match(lines[index]):
            index = _end_of_text(lines, index + 1)
            continue
        if lines[index].startswith(("    ", "\t")) and (index == 0 or not lines[index - 1].strip()):
            end = index
            while end < len(lines) and (lines[end].startswith(("    ", "\t")) or not lines[end].strip()):
                end += 1
            yield CodeBlock("", lines[index:end], index + 1, 4)
            index = end
            continue
        yield from _cells(lines, index)
        yield from _item(lines, index, path)
        index += 1


def _item(lines: list[str], index: int, path: str) -> Iterator[CodeBlock]:
    """The one command of a list's item, or of a paragraph of one line."""
    item = item_of(lines, index, path)
    if item is not None:
        yield CodeBlock("sh", [" " * item[0] + item[1]], index + 1, item[0])


def _cells(lines: list[str], index: int) -> Iterator[CodeBlock]:
    for start, command in cells_of(lines, index):
        yield CodeBlock(CELL, [" " * start + command], index + 1, start)


def _end_of_text(lines: list[str], index: int) -> int:
    """Behind the indented text of an admonition, or at the first block that is marked in it."""
    while index < len(lines) and (not lines[index].strip() or lines[index].startswith(("    ", "\t"))) \
            and not FENCE.match(lines[index]):
        index += 1
    return index


def _end_of_plain(lines: list[str], index: int) -> int:
    """Behind the lines from there on that are commands and nothing else, as somebody forgot to mark them."""
    while index < len(lines) and PLAIN.match(lines[index]):
        index += 1
    return index


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _restructured(lines: list[str], path: str) -> Iterator[CodeBlock]:
    index = 0
    while index < len(lines):
        named = DIRECTIVE.match(lines[index])
        match = named or LITERAL.match(lines[index])
        yield from _cells(lines, index)
        if match is None or (lines[index].lstrip().startswith(".. ") and named is None):
            yield from _item(lines, index, path)
            index += 1
            continue
        language = named.group(2).lower() if named is not None else ""
        margin = len(match.group(1))
        end = index + 1
        least = next((_indent(line) for line in lines[end:end + 20] if line.strip()), 0)    # the block's own margin
        least = least if named is None else margin + 1    # a directive's options may stand further in
        while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) >= max(least, margin + 1)):
            end += 1
        body = ["" if line.lstrip().startswith(":") else line for line in lines[index + 1:end]]
        yield CodeBlock(language, body, index + 2, margin)
        index = end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
