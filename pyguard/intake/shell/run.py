"""The simple commands of a script: every one that could concern a Python comes out with what holds there."""

from __future__ import annotations

import re
from typing import Optional

from ...model.late_pattern import late
from ..circumstances import Active, Circumstances, FoundCommand, Ground, Written
from ..source_text import SourceText
from .aliases import EXPANDED, without_alias
from .built_python import is_of_os
from .calls import ShellCalls
from .decided import sure_value, take_sure, words_assigned
from .effects import SETTINGS_OF_SHELL, apply_effect
from .expand import expand, expand_one
from .follow import Follow
from .guard_variables import is_script, switched_off
from .listed import lists_of, with_list
from .names import bring_pip, note_pip, real_names
from .printed import MARKER
from .reader import read_shell
from .stand_ins import as_pip
from .start_files import How
from .state import State
from .stdin import SHELLS, ShellStdin, script_of
from .tree import Assignment, Simple
from .typed import enter
from .walk import MAX_CALLS, MAX_COMMANDS
from .words import Substitution, Variable
from .wrappers import Peeled, peel

VERSIONED = late(r"(?:pip|python|easy_install)-?(\d(?:\.\d+)?)?$")
INTERESTING = late(
    r"^(pip[\d.-]*|pip-sync|(?:platform-)?python[\d.]*|python[23]?-pip|pypy[\d.]*|py|uv|"
    r"easy_install[\d.-]*|conda|mamba|micromamba|poetry|pipenv|pdm|virtualenv[\d.-]*|pyvenv|make|"
    r"(?:.*/)?get-pip\.py|(?:.*/)?setup\.py|cmake|configure)$")
# What matters only where it names something of a Python's: these are half of all commands
OF_FILES = frozenset(("rm", "mv", "ln", "cp", "unlink", "truncate", "shred", "install", "sed", "tee", "chmod", "find",
                      "update-alternatives", "alternatives", "dpkg", "dpkg-divert", "rpm", "apt", "apt-get", "aptitude",
                      "dnf", "yum", "microdnf", "zypper", "pacman"))
CONCERNED = late(r"python|pip|externally", re.I)
TAKERS = frozenset(("rm", "mv", "unlink", "shred", "truncate"))
FETCHERS = frozenset(("rsync", "tar", "bsdtar", "unzip", "curl", "wget"))    # told where they name a site directory
TAKES_FILE = frozenset(("-r", "-c", "--requirement", "--constraint"))
ASSIGNS = late(r"[A-Za-z_]\w*=")


class ShellRun(ShellCalls, ShellStdin):
    """Collects what scripts would run."""

    def __init__(self, follow: Optional[Follow] = None) -> None:
        super().__init__(follow)
        self.found: list[FoundCommand] = []
        self._seen: set[tuple[object, ...]] = set()

    def _simple(self, node: Simple, source: SourceText, state: State, piped_from: tuple[str, ...]) -> None:
        self._walked += 1
        if self._walked > MAX_COMMANDS:
            return
        self._substitutions(node, source, state)
        line = source.line_at(node.start)
        if self.reached is not None and source is self._main:
            self.reached.add(line)
        if not node.words:
            for each in node.assignments:
                sure = sure_value(each.value, state) if state.decides and not each.append else None
                self._assign(each, expand_one(each.value, state), state, line)
                if sure is not None:
                    state.given[each.name] = sure
            self._writes(node, [], source, state, None)
            return
        argv = _fields(node, state)
        extra = [(each.name, expand_one(each.value, state)) for each in node.assignments]
        if not argv:
            return
        if state.written.get(EXPANDED):
            argv = without_alias(argv, node.words[0], state)
        peeled = peel([*(f"{name}={value}" for name, value in extra), *argv], state)
        if any("_BREAK_SYSTEM" in name for name, _ in peeled.extra):
            self._note_guard(node, [*(f"{name}={value}" for name, value in extra), *argv], source, peeled)
        if self.is_typed:
            enter(argv, state)
        if peeled.logs_in:
            self._log_in(How(), peeled.state)
        if peeled.through_xargs and peeled.argv and peeled.argv[-1] in TAKES_FILE:
            peeled.argv = [*peeled.argv, "{}"]    # the value comes through the pipe
        if peeled.argv:
            self._command(node, peeled, source, state, piped_from)
        else:
            self._writes(node, argv, source, state, peeled)

    def _note_guard(self, node: Simple, words: list[str], source: SourceText, peeled: Peeled) -> None:
        """A script that is not here, and is run with pip's guard switched off."""
        given, argv = switched_off(words, peeled.argv), peeled.argv
        path = next(iter(script_of(argv)), "") if argv[:1] and argv[0] in SHELLS else "".join(argv[:1])
        if given and is_script(path) and peeled.state.active.ground is Ground.HOST \
                and self._fetch(path, peeled.state) is None:
            self._emit(node, ["env", given, *argv], source, peeled.state, None, ())

    @staticmethod
    def _assign(given: Assignment, value: str, state: State, line: int) -> None:
        if given.append:
            value = f"{state.variables.get(given.name) or ''}{given.separator}{value}".strip()
        state.assign(given.name, value, f"{given.name}={value}, line {line}")

    def _substitutions(self, node: Simple, source: SourceText, state: State) -> None:
        said, self._said = self._said, None    # what is said in there becomes a word
        for word in (*(each.value for each in node.assignments), *node.words,
                     *(each.target for each in node.redirections)):
            for part in () if word.is_fixed else word.parts:
                if isinstance(part, Substitution):
                    self._nested(part.start, part.end, source, state.copy())
                elif isinstance(part, Variable) and "$(" in part.fallback:
                    self._text(part.fallback, node, source, state.copy())
        self._said = said

    def _nested(self, start: int, end: int, source: SourceText, state: State) -> None:
        if self._depth < MAX_CALLS:
            self._depth += 1
            self._block(read_shell(source.text, start, end), source, state)
            self._depth -= 1

    def _text(self, text: str, node: Simple, source: SourceText, state: State) -> None:
        """Text that was put together (`bash -c "..."`): it lies where its words are."""
        if self._depth >= MAX_CALLS:
            return
        self._depth += 1
        for word in (*node.words, *(each.target for each in node.redirections)):    # a literal keeps its own lines
            if word.quoted and word.literal == text and source.text[word.start:word.start + 1] in "'\"":
                self._block(read_shell(source.text, word.start + 1, word.end - 1), source, state)
                break
        else:
            inner = SourceText(text, source.path, fixed=source.locate(node.start, node.end))
            self._block(read_shell(text), inner, state)
        self._depth -= 1

    def _command(self, node: Simple, peeled: Peeled, source: SourceText, outer: State,
                 piped_from: tuple[str, ...]) -> None:
        argv, state = peeled.argv, peeled.state
        name = argv[0].rsplit("/", 1)[-1]
        if name in state.functions and "/" not in argv[0] and self._may_call(name):
            self._call_with(peeled.extra, argv, node, source, state, outer)
            return
        argv = as_pip(argv, peeled)
        state = peeled.state
        name = argv[0].rsplit("/", 1)[-1]
        self._note_unread(argv)
        if self._runs_text(name, argv, node, source, state, piped_from):
            return
        if self._printed:
            argv = self._takes_path(name, argv, peeled.through_xargs, state)
        if peeled.through_xargs and name in TAKERS:
            argv = with_list(argv, node, _fields(node, state), piped_from, self._before[0] if self._before else None)
        line = source.line_at(node.start)
        if name in ("source", "."):
            self._source(argv, state, line)
            return
        if name == "crontab":
            self._installs_crontab(node, argv, source, state, peeled, piped_from)
            return
        self._writes(node, argv, source, state, peeled, piped_from)
        if name.startswith(("python", "pip")):
            argv = real_names(argv, state)
            name = argv[0].rsplit("/", 1)[-1]
        if _matters(name, argv, state):
            self._emit(node, argv, source, state, peeled, piped_from)
        sure = words_assigned(node.words, state) if state.decides and name in SETTINGS_OF_SHELL else ()
        self._take_effect(name, argv, state, line)
        if not self.is_typed:    # a reader may have a Mac
            note_pip(argv, piped_from, state, line)
        take_sure(sure, state)
        if state is not outer and state.host == outer.host:    # sudo apt-get install: what is on disk stays there
            outer.note_manager(state.manager)
            outer.os_packages = state.os_packages
            outer.private_versions |= state.private_versions

    def _take_effect(self, name: str, argv: list[str], state: State, line: int) -> None:
        """What the command changes for those after it."""
        apply_effect(argv, state, line)
        if name in ("cp", "install"):
            self._copies(argv, state)
        if "python" in name and (argv[0].startswith("/usr/local/bin/") or _of_private_version(
                argv, state.circumstances(), state).active.ground is Ground.PRIVATE):
            bring_pip(argv, state)
        if "--break-system-packages" in argv and state.active.ground is Ground.HOST and not state.manager:
            state.manager = f"--break-system-packages, line {line}: the host has an EXTERNALLY-MANAGED file"
        if name in TAKERS and any(MARKER in word for word in argv) and state.active.ground is Ground.HOST:
            state.note_manager(f"EXTERNALLY-MANAGED is taken away, line {line}: the host has one")

    def _hand_on(self, words: list[str], node: Simple, source: SourceText, state: State) -> None:
        rest = peel(words, state)
        name = rest.argv[0].rsplit("/", 1)[-1] if rest.argv else ""
        if name not in ("install", "make", "") and _matters(name, rest.argv, rest.state):
            self._emit(node, rest.argv, source, rest.state, rest, ())
            apply_effect(rest.argv, rest.state, source.line_at(node.start))

    def _emit(self, node: Simple, argv: list[str], source: SourceText, state: State, peeled: Optional[Peeled],
              piped_from: tuple[str, ...], written: Optional[Written] = None) -> None:
        if self._muted:
            return
        circumstances = state.circumstances(peeled.extra if peeled else ())
        circumstances = _of_private_version(argv, circumstances, state)
        fed = next((each.body for each in node.redirections if each.body), "")
        piped_from = piped_from or tuple(each.target.raw for each in node.redirections if each.operator == "<(")
        at, text = self._place(argv, node, source)
        found = FoundCommand(tuple(argv), text.locate(at.start, at.end), circumstances, written, piped_from, fed,
                             tuple(self._files(argv, state)))
        for each in filter(None, (found, self._as_called(found))):
            key = (each.location.path, each.location.line, each.location.column,
                   *self._words_told(argv, circumstances), written is None)
            if key not in self._seen:
                self._seen.add(key)
                self.found.append(each)


def _matters(name: str, argv: list[str], state: State) -> bool:
    """Whether the command could concern a Python."""
    if name in TAKERS and lists_of(argv):
        return True
    if argv[1:3] == ["-m", "pip"]:    # whatever the Python is called
        return True
    if name in OF_FILES:
        return CONCERNED.search(" ".join((state.cwd, *argv))) is not None
    return INTERESTING.match(name) is not None or argv[0].endswith(("get-pip.py", "setup.py")) or (
        name in SETTINGS_OF_SHELL and any("_BREAK_SYSTEM" in word for word in argv)) or (
        name in FETCHERS and any("/python" in word for word in (*argv, state.cwd)))


def _fields(node: Simple, state: State) -> list[str]:
    """The command's words; `local x=$*` and its kin assign and split nothing."""
    words = node.words
    if words[-1].literal in TAKES_FILE:    # pip install -r <(grep ...)
        words = (*words, *(each.target for each in node.redirections if each.operator == "<("))
    if words[0].literal in SETTINGS_OF_SHELL:
        return [field for word in words
                for field in ([expand_one(word, state)] if ASSIGNS.match(word.raw) else expand(word, state))]
    return [field for word in words for field in expand(word, state)]


def _of_private_version(argv: list[str], circumstances: Circumstances, state: State) -> Circumstances:
    """`pip3.6` after `make altinstall` of a Python 3.6: not the operating system's."""
    name = argv[0].rsplit("/", 1)[-1]
    match = VERSIONED.match(name) if argv[0] in (name, f"/usr/local/bin/{name}") else None
    if match is None or circumstances.active.ground is not Ground.HOST or not state.private_versions:
        return circumstances
    if (match.group(1) or "3") not in state.private_versions and name not in state.private_versions:
        return circumstances
    if name not in state.private_versions and is_of_os(name, state):
        return circumstances
    active = Active(Ground.PRIVATE, "", f"{argv[0]} is the one built or installed apart in this file")
    return circumstances._replace(active=active)
