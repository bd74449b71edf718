"""Commands that run text as commands: `bash -c TEXT`, `eval TEXT`, `ssh host TEXT`, and shells that read theirs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Optional

from ...model.late_pattern import late
from ..circumstances import Active, Ground, User, tells_of_pip
from ..source_text import SourceText
from .effects import apply_effect
from .expand import expand_one
from .make import python_installed
from .npm import PROGRAMS
from .start_files import How
from .state import State
from .tree import Simple
from .wrappers import peel
from .writes import ShellWrites, spoken

if TYPE_CHECKING:
    from .calls import Called

# What is defined elsewhere and, by its name, runs the command line that it is given
HANDS_ON = late(r"_?(run|exec|execute|try|retry)(_?(as_root|cmd|command|or_die|checked|logged|quiet|step|sudo))*$",
                re.I)
SHELLS = frozenset(("sh", "bash", "dash", "zsh", "ksh", "ash"))
BECOMERS = frozenset(("su", "runuser"))
ELSEWHERE_SHELLS = frozenset(("on_chroot", "ssh", "pdsh", "clush"))    # another system's shell
# Options whose text another system's shell runs, and what says that this is a distribution's
TOLD_TO_RUN = {"gcloud": (("--command",), ""), "az": (("--scripts",), ""),
               **dict.fromkeys(("virt-customize", "virt-builder", "virt-sysprep"), (
                   ("--run-command", "--firstboot-command"), "it is run in an image of a distribution"))}
SSH_VALUES = frozenset(("-i", "-p", "-o", "-l", "-F", "-J", "-L", "-R", "-D", "-b", "-c", "-E", "-m", "-S", "-W"))
HOST_OPTIONS = frozenset(("-w", "-g", "-x", "-X", "-f", "-u", "-t", "-l", "-R"))    # pdsh(1), clush(1)
ELSEWHERE = ("/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/", "/opt/", "$", "~")
SHELL_VALUE = late(r"[-+][A-Za-z]*[oO]$|--(rcfile|init-file)$")
FROM_STDIN = late(r"\s*(?:source|\.)\s+/dev/(?:stdin|fd/0)\s*;?\s*$")
INTO_FILE = late(r"\s*(?:cat\s*>>?|tee(?:\s+-a)?)\s*([^\s|;&>]+)\s*(?:>\s*/dev/null)?\s*$")
LOGIN = late(r"-$|-[a-z]*l[a-z]*$|--login$")    # of su(1)
SU_VALUES = frozenset(("-c", "--command", "-s", "--shell", "-g", "--group", "-G", "--supp-group", "-w",
                       "--whitelist-environment"))


class ShellStdin(ShellWrites):
    """Finds the text that a command would run, and where it stands."""

    _site: Optional[tuple[Simple, SourceText]]
    _inside: list[Called]

    def _hand_on(self, words: list[str], node: Simple, source: SourceText, state: State) -> None:
        """Judge words as a command of its own."""
        raise NotImplementedError

    def _runs_text(self, name: str, argv: list[str], node: Simple, source: SourceText, state: State,
                   piped_from: tuple[str, ...] = ()) -> bool:
        """Whether the command is one that runs text, which is then read."""
        if name in SHELLS or name in BECOMERS:
            return self._shell(name, argv, node, source, state, piped_from)
        if name in ELSEWHERE_SHELLS:
            return self._runs_elsewhere(name, argv, node, source, state, piped_from)
        if name == "vagrant" and argv[1:2] == ["ssh"]:
            return self._told(argv, node, source, ("-c", "--command"), "a Vagrant box is a distribution's")
        if name in TOLD_TO_RUN:
            return self._told(argv, node, source, *TOLD_TO_RUN[name])
        is_own = "/" in argv[0] or name.endswith((".sh", ".bash")) or name in self.programs
        if (is_own and not argv[0].startswith(ELSEWHERE)) or self.is_copied(argv[0]):
            inner = state.copy()
            self._script(argv[0], source.line_at(node.start), inner, tuple(argv[1:]))
            state.private_versions |= inner.private_versions    # what it built is on disk
        elif name in ("make", "gmake"):
            words = [] if self._make(argv, state, source.line_at(node.start)) else python_installed(argv)
            if words:
                self._hand_on(words, node, source, state)
        elif name in PROGRAMS:
            self._package_scripts(argv, state, source.line_at(node.start))
        elif name == "nox" or (name.startswith("python") and argv[1:3] == ["-m", "nox"]):
            self._sessions(argv, state, source.line_at(node.start))
        elif name.startswith(("python", "pypy")):
            self._program(argv, state, source.line_at(node.start))
        if name == "eval":
            self._text(" ".join(argv[1:]), *(self._site or (node, source)), state)
            apply_effect(argv, state, source.line_at(node.start))
            return True
        if len(argv) == 2 and " " in argv[1] and HANDS_ON.match(name):
            self._text(argv[1], node, source, state)
            return True
        return False

    def _shell(self, name: str, argv: list[str], node: Simple, source: SourceText, state: State,
               piped_from: tuple[str, ...]) -> bool:
        """`bash -c TEXT`, `su user -c TEXT`, `bash script`, or one that reads its commands."""
        inner = state.copy()
        if name in BECOMERS:
            _become(argv, inner)
            if any(LOGIN.match(word) for word in argv[1:]):
                self._log_in(How(), inner)
        else:
            self.start(argv, inner)
        option = next((index for index, word in enumerate(argv[1:], 1)
                       if word == "--command" or (word.startswith("-") and not word.startswith("--")
                                                  and word.endswith("c"))), 0)
        if option and option + 1 < len(argv):
            if FROM_STDIN.match(argv[option + 1]) and self._reads(node, source, inner, piped_from):
                return True
            self._text(argv[option + 1], node, source, inner)
            self._passes_on(argv[option + 1], node, source, inner)
            return True
        words = () if name in BECOMERS else script_of(argv)
        if words:
            self._script(words[0], source.line_at(node.start), inner, words[1:])
            state.private_versions |= inner.private_versions
            return False
        return self._reads(node, source, inner, piped_from)

    def _passes_on(self, text: str, node: Simple, source: SourceText, state: State) -> None:
        """`sudo sh -c "cat > FILE" <<EOF`: what the shell is fed becomes the file."""
        document = next((each for each in node.redirections if each.body), None)
        match = INTO_FILE.match(text)
        if document is not None and match is not None:
            target = match.group(1).strip("\"'")
            self._document(document.body, document.start, target, source, state)
            self._written(node, ["tee", target], target, document.body, source, state, None)

    def _reads(self, node: Simple, source: SourceText, state: State, piped_from: tuple[str, ...]) -> bool:
        """A shell without a script: it runs its here-document, its here-string, or what is said before the pipe."""
        if self._document_of(node, source, state):
            return True
        given = next((each.target for each in node.redirections if each.operator == "<<<"), None)
        if given is not None:
            self._text(expand_one(given, state), node, source, state)
            return True
        before, own = self._before or (node, source)
        if not piped_from or (piped_from[0] == "cat" and self._before and self._document_of(before, own, state)):
            return bool(piped_from)
        if piped_from[0] not in ("echo", "printf"):
            return False
        self._text(spoken(piped_from), before, own, state)
        return True

    def _document_of(self, node: Simple, source: SourceText, state: State) -> bool:
        """Whether the command has a here-document, or the call of the function has that it stands in."""
        document = next((each for each in node.redirections if each.body), None)
        if document is None and self._inside:
            call = self._inside[-1]
            document, source = next((each for each in call.node.redirections if each.body), None), call.source
        if document is not None:
            self._nested(document.start, document.start + len(document.body), source, state)
        return document is not None

    def _runs_elsewhere(self, name: str, argv: list[str], node: Simple, source: SourceText, state: State,
                        piped_from: tuple[str, ...]) -> bool:
        """`ssh host TEXT`, `on_chroot <<EOF`: a fresh shell of another host; what holds here does not hold there.

        What an earlier call had that host's package manager install is there still.
        """
        told = _told_words(name, argv[1:]) if name != "on_chroot" else []
        there = f"pip behind {' '.join(argv[:len(argv) - len(told)])}"
        inner = State(user=User.ROOT if name == "on_chroot" else User.UNKNOWN)
        inner.functions, inner.variables = dict(state.functions), dict(state.variables)
        if name == "on_chroot":
            inner.manager = "on_chroot runs it in a distribution's file system"
        else:
            inner.manager = state.containers.get(there, "")
        words = " ".join(told).split()
        peeled = peel(words, inner)    # `ssh host sudo bash -s <<EOF`
        if _reads_commands([*words, *peeled.argv]) and self._document_of(node, source, peeled.state):
            inner.manager = inner.manager or peeled.state.manager
        elif words:
            self._text(" ".join(told), node, source, inner)
        elif name != "on_chroot":
            self._reads(node, source, inner, piped_from)
        if tells_of_pip(inner.manager):
            state.containers[there] = inner.manager
        return True

    def _told(self, argv: list[str], node: Simple, source: SourceText, options: tuple[str, ...], because: str) -> bool:
        """`vagrant ssh -c TEXT`, `gcloud compute ssh --command=TEXT`: in another system, by a user of that."""
        for word, after in zip(argv, [*argv[1:], ""]):
            option, equals, value = word.partition("=")
            if option in options:
                state = State(user=User.ORDINARY if argv[0] == "vagrant" else User.UNKNOWN)
                state.manager = because
                self._text(value if equals else after, node, source, state)
        if argv[0] == "gcloud" and "--" in argv:
            self._text(" ".join(argv[argv.index("--") + 1:]), node, source, State())
        return True


def _told_words(name: str, rest: list[str]) -> list[str]:
    """The command that ssh, pdsh or clush is given, behind its options and the host."""
    values = SSH_VALUES if name == "ssh" else HOST_OPTIONS
    while rest and rest[0].startswith("-"):
        rest = rest[2 if rest[0] in values else 1:]
    return rest[1:] if name == "ssh" else rest


def _reads_commands(words: list[str]) -> bool:
    """Whether what another system is told to run takes its standard input for commands, as a login's shell does."""
    return not words or words[0].startswith(("-", "$")) or any(
        word.rsplit("/", 1)[-1].strip("\"'") in SHELLS | BECOMERS for word in words)


def script_of(argv: list[str]) -> tuple[str, ...]:
    """The script that a shell is given to run, and its words; empty where it reads commands from standard input."""
    index = 1
    while index < len(argv) and argv[index].startswith(("-", "+")):
        if argv[index] == "-s":
            return ()
        index += 2 if SHELL_VALUE.match(argv[index]) else 1
    return tuple(argv[index:]) if argv[index:index + 1] != ["/dev/stdin"] else ()


def _become(argv: list[str], state: State) -> None:
    """`su [-] user -c ...`."""
    words = [word for option, word in zip(argv, argv[1:]) if option not in SU_VALUES and not word.startswith("-")]
    user = next((word for word in words if " " not in word), "root")
    state.user, state.account = User.ROOT if user == "root" else User.ORDINARY, user
    if user == "root" and state.active.ground is Ground.HOST:
        state.note_manager("su runs it as root")
    state.active, state.stack = Active(), []
