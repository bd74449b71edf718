"""Markdown and reStructuredText: the commands in code blocks, read only when documents are asked for."""

from __future__ import annotations

import re

from ...model.late_pattern import late
from ..circumstances import Circumstances, FoundCommand, Ground, HostName, Reading, User, Written
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from . import dockerfile
from .document_blocks import CodeBlock, blocks_of, is_restructured
from .document_containers import entered_in
from .document_denied import is_denied, without_denied
from .document_prompts import is_prompted, without_prompts
from .document_tables import CELL
from .document_told import Told
from .kinds import load_kind, read_as
from .repository import FileText, Repository

KIND = "documents"
SHELLS = frozenset(("", "sh", "bash", "shell", "console", "zsh", "shell-session", "sh-session", "terminal", "text",
                    "bash-session", "shellsession", "cmd-session", "no-highlight", "nohighlight", "none", "plain",
                    "plaintext"))
YAMLS = frozenset(("", "yaml", "yml", "cloud-config", "ansible"))
NO_BREAK = late(r"[^\n]")
KINDS = {"puppet": "puppet", "makefile": "makefile", "jenkinsfile": "jenkinsfile", "vagrantfile": "vagrantfile"}
OF_PIP = late(r"\s*break-system-packages\s*=\s*(?:true|1|yes|on)\s*$", re.I)
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


def claims(path: str, head: str) -> bool:
    """By suffix."""
    return path.lower().endswith((".md", ".markdown", ".rst", ".mdx"))


def read(file: FileText, repository: Repository) -> Reading:
    """All blocks; a block that only activates an environment holds for the next one, the distribution's pip that one
    brings for all that follow, until the text between them turns to something else.
    """
    return _Document(file, repository).read()


def _example(block: CodeBlock) -> str:
    """The kind of file that the block shows, by its language or by what only such a file says."""
    text = "\n".join(block.lines)
    if block.language == "ruby" and "config.vm." in text:
        return "vagrantfile"
    if block.language not in YAMLS:
        return KINDS.get(block.language, "")
    return next((kind for kind, sign in EXAMPLES if sign.search(text)), "")


class _Document:
    """One document, from its first block to its last."""

    def __init__(self, file: FileText, repository: Repository) -> None:
        self.path = file.path
        self.repository = repository
        self.lines = (file.text if is_restructured(file.path) else _without_comments(file.text)).split("\n")
        self.shell = ShellRun()
        self.shell.is_typed = True
        self.shown: list[FoundCommand] = []     # what files have that are shown, not typed
        self.told = Told(is_restructured(file.path))
        self.carried = _nobodys()               # what holds at the next block of commands
        self.passed = self.typed = 0            # lines before which everything was looked at; the last such block's end

    def read(self) -> Reading:
        for block in blocks_of(self.lines, self.path):
            begins_anew = self.told.pass_text(self.lines[self.passed:block.first - 1])
            self.passed = block.first - 1 + len(block.lines)
            self.carried = _nobodys() if begins_anew else self.carried
            if not is_denied(self.lines, block.first):
                self._block(block._replace(lines=without_denied(block.lines)))
        return Reading((*self.shown, *self.shell.found))

    def _block(self, block: CodeBlock) -> None:
        if block.language == CELL:    # the rows are alternatives
            self.shell.run_script(SourceText("\n".join(block.lines), self.path, block.first, 1), State())
        elif block.language in ("dockerfile", "docker"):
            file = self._apart(block, block.margin)
            self.shown.extend(dockerfile.read(file, self.repository).commands)
        elif any(map(OF_PIP.match, block.lines)):
            self._settings(block)
        elif example := _example(block):
            self.shown.extend(read_as(load_kind(example), self._apart(block, 0), self.repository).commands)
        elif block.language in SHELLS:
            self._commands(block)

    def _settings(self, block: CodeBlock) -> None:
        """What is to be put into pip.conf, where it ends pip's guard."""
        for number, line in enumerate(block.lines, block.first):
            if OF_PIP.match(line):
                where = SourceText(line, self.path, number).locate(0, len(line))
                self.shown.append(FoundCommand(("pip.conf",), where, Circumstances(HostName()),
                                               Written("/etc/pip.conf", line)))

    def _apart(self, block: CodeBlock, margin: int) -> FileText:
        """The block as a file of its own, in which it stands at the lines where it is."""
        return FileText(self.path, "\n" * (block.first - 1) + "\n".join(line[margin:] for line in block.lines))

    def _commands(self, block: CodeBlock) -> None:
        between = SourceText("\n".join(self.lines[self.typed:block.first - 1]), "", self.typed + 1)
        carried = self.carried
        carried.manager = self.told.manager_after(between, block, carried.manager)
        alone = ""    # what holds in this block only
        if is_prompted(block) and not carried.manager and carried.active.ground is Ground.HOST:
            alone = carried.manager = self.told.manager_of_prompts(between, block)
        known, self.typed = len(self.shell.found), self.passed
        self.carried = _run(block, carried, self.shell, self.path)
        self.carried.manager = "" if self.carried.manager == alone else self.carried.manager
        self.shell.found[known:] = self.told.pass_block(block, without_prompts(block), self.shell.found[known:])


def _without_comments(text: str) -> str:
    """Blanks for what an HTML comment hides from readers, also in a block, where it is shown and nobody runs it."""
    pieces, at = [], 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin + 4)) >= 0:
        pieces += [text[at:begin], NO_BREAK.sub(" ", text[begin:end + 3])]
        at = end + 3
    return "".join((*pieces, text[at:]))


def _dedented(text: str, path: str, first: int) -> SourceText:
    """Without the margin that all lines have: where a here-document ends, nothing may stand before its word."""
    lines = text.split("\n")
    blanks = [line[:len(line) - len(line.lstrip())] for line in lines if line.strip()]
    margin = next((at for at, each in enumerate(zip(*blanks)) if len(set(each)) > 1), min(map(len, blanks), default=0))
    return SourceText("\n".join(line[margin:] for line in lines), path, first, margin + 1, margin)


def _nobodys() -> State:
    return State(HostName(), User.UNKNOWN)


def _run(block: CodeBlock, carried: State, shell: ShellRun, path: str) -> State:
    state, text = carried.copy(), without_prompts(block)
    entered = entered_in(block.lines, block.first, is_prompted(block))
    if entered is not None:
        typed = text.split("\n")
        inner = [line if entered.start <= at < entered.end else "" for at, line in enumerate(typed)]
        shell.run_script(SourceText("\n".join(inner), path, block.first, 1), State(entered.host, User.ROOT))
        text = "\n".join("" if line == kept else kept for line, kept in zip(inner, typed))
    end = shell.run_script(_dedented(text, path, block.first), state)
    if len([line for line in block.lines if line.strip()]) <= 2:
        return end
    after = _nobodys()
    after.manager = "" if end.active.ground is not Ground.HOST else end.manager
    after.private_versions, after.open_venvs = end.private_versions, end.open_venvs
    return after
