"""The simple commands of a script: every one that could concern a Python comes out with what holds there."""

from __future__ import annotations

import re
from typing import Optional

from ..model.late_pattern import late
from .circumstances import Active, Circumstances, FoundCommand, Ground, User, Written
from .shell import read_shell
from .shell_calls import ShellCalls
from .shell_documents import is_script, unit_commands
from .shell_effects import MANAGERS, SETTINGS_OF_SHELL, apply_effect, real_names
from .shell_expand import expand, expand_one
from .shell_follow import Follow
from .shell_state import State
from .shell_tree import Assignment, Simple
from .shell_walk import MAX_CALLS, MAX_COMMANDS
from .shell_words import Substitution, Variable
from .shell_wrappers import Peeled, peel
from .source_text import SourceText

VERSIONED = late(r"(?:pip|python|easy_install)-?(\d(?:\.\d+)?)?$")
INTERESTING = late(
    r"^(pip[\d.-]*|pip-sync|python[\d.]*|pypy[\d.]*|py|uv|easy_install[\d.-]*|conda|mamba|micromamba|poetry|pipenv|pdm|"
    r"virtualenv[\d.-]*|pyvenv|"
    r"rm|mv|ln|cp|unlink|truncate|shred|install|sed|tee|update-alternatives|alternatives|make|dpkg|rpm|"
    r"(?:.*/)?get-pip\.py|(?:.*/)?setup\.py|echo|printf|cat|chmod|find|cmake|configure)$")
CONSEQUENTIAL = late(r"pip\.conf|/environment|profile|bashrc|zshrc|/etc/|EXTERNALLY-MANAGED|\.pth$|/usr/bin/|"
                     r"dist-packages|site-packages|\.pydistutils|condarc|uv\.toml|(site|user)customize\.py")
FETCHERS = frozenset(("rsync", "tar", "bsdtar", "unzip", "curl", "wget"))    # told where they name a site directory
# What is defined elsewhere and, by its name, runs the command line that it is given
HANDS_ON = late(r"_?(run|exec|execute|try|retry)(_?(as_root|cmd|command|or_die|checked|logged|quiet|step|sudo))*$",
                re.I)
ASSIGNS = late(r"[A-Za-z_]\w*=")
SHELLS = frozenset(("sh", "bash", "dash", "zsh", "ksh", "ash"))
ELSEWHERE_SHELLS = frozenset(("on_chroot", "ssh", "sshpass", "pdsh", "clush"))    # another system's shell
SSH_VALUES = frozenset(("-i", "-p", "-o", "-l", "-F", "-J", "-L", "-R", "-D", "-b", "-c", "-E", "-m", "-S", "-W"))
HOST_OPTIONS = frozenset(("-w", "-g", "-x", "-X", "-f", "-u", "-t", "-l", "-R"))    # pdsh(1), clush(1)
SPECIAL_FILES = ("GITHUB_PATH", "GITHUB_ENV", "BASH_ENV")
ELSEWHERE = ("/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/", "/opt/", "$", "~")


class ShellRun(ShellCalls):
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
        if not node.words:
            for each in node.assignments:
                self._assign(each, expand_one(each.value, state), state, line)
            self._writes(node, [], source, state, None)
            return
        argv = _fields(node, state)
        extra = [(each.name, expand_one(each.value, state)) for each in node.assignments]
        if not argv:
            return
        peeled = peel([*(f"{name}={value}" for name, value in extra), *argv], state)
        if peeled.argv:
            self._command(node, peeled, source, state, piped_from)
        else:
            self._writes(node, argv, source, state, peeled)

    @staticmethod
    def _assign(given: Assignment, value: str, state: State, line: int) -> None:
        if given.append:
            value = f"{state.variables.get(given.name) or ''}{given.separator}{value}".strip()
        state.assign(given.name, value, f"{given.name}={value}, line {line}")

    def _substitutions(self, node: Simple, source: SourceText, state: State) -> None:
        for word in (*(each.value for each in node.assignments), *node.words,
                     *(each.target for each in node.redirections)):
            for part in word.parts:
                if isinstance(part, Substitution):
                    self._nested(part.start, part.end, source, state.copy())
                elif isinstance(part, Variable) and "$(" in part.fallback:
                    self._text(part.fallback, node, source, state.copy())

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
        for word in node.words:    # a literal argument keeps its own lines and columns
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
            self._call(argv, node, source, state, outer)
            return
        self._note_unread(argv)
        if self._runs_text(name, argv, node, source, state):
            return
        line = source.line_at(node.start)
        if name in ("source", "."):
            self._source(argv, state, line)
            return
        self._writes(node, argv, source, state, peeled, piped_from)
        if name.startswith(("python", "pip")):
            argv = real_names(argv, state)
            name = argv[0].rsplit("/", 1)[-1]
        if INTERESTING.match(name) or name in MANAGERS or argv[0].endswith(("get-pip.py", "setup.py")) or (
                name in SETTINGS_OF_SHELL and any("PIP_BREAK" in word for word in argv)) or (
                name in FETCHERS and any("/python" in word for word in (*argv, state.cwd))):
            self._emit(node, argv, source, state, peeled, piped_from)
        apply_effect(argv, state, line)
        if "--break-system-packages" in argv and state.active.ground is Ground.HOST and not state.manager:
            state.manager = f"--break-system-packages, line {line}: the host has an EXTERNALLY-MANAGED file"
        if state is not outer and state.host == outer.host:    # sudo apt-get install: what is on disk stays there
            outer.manager, outer.os_packages = outer.manager or state.manager, state.os_packages
            outer.private_versions |= state.private_versions

    def _runs_text(self, name: str, argv: list[str], node: Simple, source: SourceText, state: State) -> bool:
        """`bash -c TEXT`, `su user -c TEXT`, `eval TEXT`, and a here-document for a shell."""
        if name in SHELLS or name == "su":
            option = next((index for index, word in enumerate(argv[1:], 1)
                           if word == "--command" or (word.startswith("-") and not word.startswith("--")
                                                      and word.endswith("c"))), 0)
            if option and option + 1 < len(argv):
                inner = state.copy()
                if name == "su":
                    _become(argv, inner)
                self._text(argv[option + 1], node, source, inner)
                return True
            documents = [each for each in node.redirections if each.body]
            if documents and name != "su":
                self._nested(documents[0].start, documents[0].start + len(documents[0].body), source, state.copy())
                return True
            operand = next((word for word in argv[1:] if not word.startswith(("-", "+"))), "")
            if name in SHELLS and operand:
                self._script(operand, source.line_at(node.start), state.copy())
        elif ("/" in argv[0] or name.endswith((".sh", ".bash"))) and not argv[0].startswith(ELSEWHERE):
            self._script(argv[0], source.line_at(node.start), state.copy())
        elif name in ("make", "gmake"):
            self._make(argv, state, source.line_at(node.start))
        if name in ELSEWHERE_SHELLS:
            return self._runs_elsewhere(name, argv, node, source, state)
        if name == "eval":
            self._text(" ".join(argv[1:]), *(self._site or (node, source)), state)
            apply_effect(argv, state, source.line_at(node.start))
            return True
        if len(argv) == 2 and " " in argv[1] and HANDS_ON.match(name):
            self._text(argv[1], node, source, state)
            return True
        return False

    def _runs_elsewhere(self, name: str, argv: list[str], node: Simple, source: SourceText, state: State) -> bool:
        """`ssh host TEXT`, `on_chroot <<EOF`: a fresh shell of another host; what holds here does not hold there."""
        inner = State(user=User.ROOT if name == "on_chroot" else User.UNKNOWN)
        inner.functions, inner.variables = dict(state.functions), dict(state.variables)
        if name == "on_chroot":
            inner.manager = "on_chroot runs it in a distribution's file system"
        document = next((each for each in node.redirections if each.body), None)
        if document is not None:
            self._nested(document.start, document.start + len(document.body), source, inner)
        elif name != "on_chroot" and name != "sshpass":
            rest = argv[1:]
            values = SSH_VALUES if name == "ssh" else HOST_OPTIONS
            while rest and rest[0].startswith("-"):
                rest = rest[2 if rest[0] in values else 1:]
            self._text(" ".join(rest[1:] if name == "ssh" else rest), node, source, inner)
        return name != "sshpass"

    def _hand_on(self, words: list[str], node: Simple, source: SourceText, state: State) -> None:
        rest = peel(words, state)
        if rest.argv and INTERESTING.match(rest.argv[0].rsplit("/", 1)[-1]) \
                and rest.argv[0] not in ("echo", "printf", "install", "make"):
            self._emit(node, rest.argv, source, rest.state, rest, ())
            apply_effect(rest.argv, rest.state, source.line_at(node.start))

    def _writes(self, node: Simple, argv: list[str], source: SourceText, state: State,
                peeled: Optional[Peeled], piped_from: tuple[str, ...] = ()) -> None:
        """What goes into files: conf files are judged, scripts and units are read, $GITHUB_PATH is kept."""
        for redirection in node.redirections:
            if redirection.body and self._target(node, argv, state):
                self._document(redirection.body, redirection.start, self._target(node, argv, state), source, state)
        target = self._target(node, argv, state)
        if not target:
            return
        text = self._written_text(node, list(piped_from) if argv[:1] == ["tee"] else argv, state)
        for special in SPECIAL_FILES:
            if special in target:
                state.written[special] = state.written.get(special, "") + text + "\n"
        if re.search(r"profile|bashrc", target):
            state.written["profile"] = state.written.get("profile", "") + text + "\n"
        if CONSEQUENTIAL.search(target):
            append = any(each.operator == ">>" for each in node.redirections) or "-a" in argv
            self._emit(node, argv or [">"], source, state, peeled, (), Written(target, text, append))

    @staticmethod
    def _target(node: Simple, argv: list[str], state: State) -> str:
        for redirection in node.redirections:
            if redirection.operator in (">", ">>", ">|", "&>", "&>>"):
                return expand_one(redirection.target, state)
        if argv and argv[0].rsplit("/", 1)[-1] == "tee":
            return next((word for word in argv[1:] if not word.startswith("-")), "")
        return ""

    @staticmethod
    def _written_text(node: Simple, argv: list[str], state: State) -> str:
        for redirection in node.redirections:
            if redirection.body:
                return redirection.body
            if redirection.operator == "<<<":
                return expand_one(redirection.target, state)
        if argv and argv[0] in ("echo", "printf"):
            return " ".join(word for word in argv[1:] if word not in ("-e", "-n", "-E")).replace("\\n", "\n")
        return ""

    def _document(self, body: str, start: int, target: str, source: SourceText, state: State) -> None:
        fresh = State(state.host, state.user)
        fresh.manager = state.manager
        fresh.venvs = state.venvs
        if is_script(body, target):
            self._nested(start, start + len(body), source, fresh)
        for begin, end, user in unit_commands(body):
            inner = fresh.copy()
            inner.user = user
            self._nested(start + begin, start + end, source, inner)

    def _emit(self, node: Simple, argv: list[str], source: SourceText, state: State, peeled: Optional[Peeled],
              piped_from: tuple[str, ...], written: Optional[Written] = None) -> None:
        if self._muted:
            return
        at, text = self._place(argv, node, source)
        location = text.locate(at.start, at.end)
        circumstances = state.circumstances(peeled.extra if peeled else ())
        circumstances = _of_private_version(argv, circumstances, state)
        key = (location.path, location.line, location.column, *self._words_told(argv, circumstances), written is None)
        if key in self._seen:
            return
        self._seen.add(key)
        fed = next((each.body for each in node.redirections if each.body), "")
        piped_from = piped_from or tuple(each.target.raw for each in node.redirections if each.operator == "<(")
        self.found.append(FoundCommand(tuple(argv), location, circumstances, written, piped_from, fed,
                                       tuple(self._files(argv, state))))


def _fields(node: Simple, state: State) -> list[str]:
    """The command's words; `local x=$*` and its kin assign and split nothing."""
    words = node.words
    if words[0].literal in SETTINGS_OF_SHELL:
        return [field for word in words
                for field in ([expand_one(word, state)] if ASSIGNS.match(word.raw) else expand(word, state))]
    return [field for word in words for field in expand(word, state)]


def _of_private_version(argv: list[str], circumstances: Circumstances, state: State) -> Circumstances:
    """`pip3.6` after `make altinstall` of a Python 3.6: not the operating system's."""
    match = VERSIONED.match(argv[0])
    if match is None or circumstances.active.ground is not Ground.HOST or not state.private_versions:
        return circumstances
    if (match.group(1) or "3") not in state.private_versions:
        return circumstances
    active = Active(Ground.PRIVATE, "", f"{argv[0]} is the one built or installed apart in this file")
    return circumstances._replace(active=active)


def _become(argv: list[str], state: State) -> None:
    """`su [-] user -c ...`."""
    user = next((word for word in argv[1:] if not word.startswith("-") and " " not in word), "root")
    state.user = User.ROOT if user == "root" else User.ORDINARY
    state.active, state.stack = Active(), []
