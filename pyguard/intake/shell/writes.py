"""What a script says goes somewhere: into files that are judged, scripts and units that are read, or down a pipe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Optional

from ...model.late_pattern import late
from ..circumstances import Written
from ..source_text import SourceText
from .documents import is_script, unit_commands
from .expand import expand, expand_one
from .follow import Follow, ShellFollow
from .printed import Printed, printed_by
from .simple import WRITES
from .start_files import note_start_file
from .state import State
from .tree import Pipeline, Redirected, Simple
from .words import Substitution
from .wrappers import Peeled

CONSEQUENTIAL = late(r"pip\.conf|/environment|profile|bashrc|zshrc|/etc/|EXTERNALLY-MANAGED|\.pth$|/usr/bin/|"
                     r"dist-packages|site-packages|\.pydistutils|condarc|uv\.toml|(site|user)customize\.py")
DOCUMENTS = late(r"(^|/)([\w.-]+\.)?(docker|container)file([.-][\w.-]+)?$|\.ya?ml$|/cron\b|^crontab$", re.I)
BUILDERS = frozenset(("docker", "podman", "nerdctl", "buildah"))
SPECIAL_FILES = ("GITHUB_PATH", "GITHUB_ENV", "BASH_ENV")
SAYERS = frozenset(("echo", "printf", "cat"))


class ShellWrites(ShellFollow):
    """Keeps what the commands of a group say while it is walked, and what stands before the pipe."""

    def __init__(self, follow: Optional[Follow] = None) -> None:
        super().__init__(follow)
        self._said: Optional[list[str]] = None    # what goes into the file or pipe of the group we are in
        self._before: Optional[tuple[Simple, SourceText]] = None    # the command in front of the pipe
        self._printed = ""                        # the EXTERNALLY-MANAGED file that the pipe gives the path of
        self.ambient: Optional[State] = None      # what every process starts with here: an image's ENV

    def _nested(self, start: int, end: int, source: SourceText, state: State) -> None:
        raise NotImplementedError

    def _text(self, text: str, node: Simple, source: SourceText, state: State) -> None:
        raise NotImplementedError

    def _substitutions(self, node: Simple, source: SourceText, state: State) -> None:
        raise NotImplementedError

    def _emit(self, node: Simple, argv: list[str], source: SourceText, state: State, peeled: Optional[Peeled],
              piped_from: tuple[str, ...], written: Optional[Written] = None) -> None:
        raise NotImplementedError

    def _pipeline(self, node: Pipeline, source: SourceText, state: State) -> None:
        outer = self._said, self._before, self._printed
        before: tuple[str, ...] = ()
        printed = Printed()
        for command in node.commands:
            inner = state.copy()
            self._said = [] if command is not node.commands[-1] else outer[0]
            self._node(command, source, inner, before)
            state.note_manager(inner.manager)
            if isinstance(command, Simple):
                before = tuple(field for word in command.words for field in expand(word, state))
                self._before = command, source
            else:
                text = "\n".join(self._said or ())
                before, self._before = ("echo", text) if text else (), None
            printed = printed_by(before, printed)
            self._printed = printed.path
        self._said, self._before, self._printed = outer

    def _takes_path(self, name: str, argv: list[str], through_xargs: bool, state: State) -> list[str]:
        """`... | xargs rm`, `... | while read f; do rm "$f"; done`: the words with the path that the pipe gives."""
        if name == "read":
            variable = next((word for word in reversed(argv[1:]) if word.isidentifier()), "REPLY")
            state.variables[variable] = self._printed
        elif through_xargs:
            return [word.replace("{}", self._printed) for word in argv] if "{}" in argv else [*argv, self._printed]
        return argv

    def _redirected(self, node: Redirected, source: SourceText, state: State) -> None:
        """`{ echo a; echo b; } > file` writes both lines; `while read f; do ...; done < <(find ...)` reads."""
        asked = Simple((), (), node.redirections, node.start, node.end)
        self._substitutions(asked, source, state)
        target = self._target(asked, [], state)
        outer = self._said, self._printed
        self._said = [] if target else self._said
        for each in node.redirections:
            for part in each.target.parts:
                if each.operator == "<(" and isinstance(part, Substitution):
                    self._printed = printed_by(tuple(part.raw.lstrip("<(").rstrip(")").split()), Printed()).path
        self._node(node.node, source, state)
        text = "\n".join(self._said or ())
        self._said, self._printed = outer
        if target:
            self._written(asked, [], target, text, source, state, None)

    def _writes(self, node: Simple, argv: list[str], source: SourceText, state: State,
                peeled: Optional[Peeled], piped_from: tuple[str, ...] = ()) -> None:
        """What goes into files: conf files are judged, scripts and units are read, $GITHUB_PATH is kept."""
        target = self._target(node, argv, state)
        if not target:
            if self._said is not None and argv[:1] and argv[0] in SAYERS and not any(
                    each.operator == ">&" for each in node.redirections):
                self._said.append(self._written_text(node, argv, state))
            return
        if any(word.endswith("/get-pip.py") for word in argv):
            state.written["get-pip.py"] = target
        is_tee, at, place = argv[:1] == ["tee"], node, source
        if (is_tee or (argv[:1] and argv[0] in BUILDERS)) and piped_from[:1] == ("cat",) and self._before is not None:
            at, place = self._before
        for redirection in at.redirections:
            if redirection.body:
                self._document(redirection.body, redirection.start, target, place, state)
        text = self._written_text(at, list(piped_from) if is_tee else argv, state)
        self._written(at, argv, target, text, place, state, peeled)

    def _installs_crontab(self, node: Simple, argv: list[str], source: SourceText, state: State,
                          peeled: Peeled, piped_from: tuple[str, ...]) -> None:
        """`... | crontab -`, `crontab <<EOF`: the lines that cron runs."""
        at, place = node, source
        text = self._written_text(node, list(piped_from), state)
        if piped_from and self._before is not None:
            at, place = self._before
            text = self._written_text(at, list(piped_from), state)
        if text:
            self._written(at, argv, "crontab", text, place, state, peeled)

    def _written(self, node: Simple, argv: list[str], target: str, text: str, source: SourceText, state: State,
                 peeled: Optional[Peeled]) -> None:
        for special in SPECIAL_FILES:
            if special in target:
                state.written[special] = state.written.get(special, "") + text + "\n"
        append = any(each.operator == ">>" for each in node.redirections) or "-a" in argv
        if text:
            note_start_file(target, text, append, state)
        if re.search(r"profile|bashrc", target):
            state.written["profile"] = state.written.get("profile", "") + text + "\n"
        if text and not any(each.body for each in node.redirections):
            self._said_document(text, node, source, state)
        of_job = "PIP_BREAK" in text and any(special in target for special in SPECIAL_FILES)
        if of_job or CONSEQUENTIAL.search(target) or (text and DOCUMENTS.search(target)):
            body = next((each for each in node.redirections if each.body), None)
            first = source.line_at(body.start) if body is not None and source.fixed is None else 0
            self._emit(node, argv or [">"], source, state, peeled, (),
                       Written(target, text, append, first, source.margin))

    @staticmethod
    def _target(node: Simple, argv: list[str], state: State) -> str:
        is_tee = bool(argv) and argv[0].rsplit("/", 1)[-1] == "tee"
        for redirection in node.redirections:
            if redirection.operator in WRITES and not is_tee:
                return expand_one(redirection.target, state)
        if is_tee:
            return next((word for word in argv[1:] if not word.startswith("-")), "")
        if argv and argv[0] in BUILDERS and "build" in argv[1:3] and "-" in argv:
            return "Dockerfile"
        return ""

    @staticmethod
    def _written_text(node: Simple, argv: list[str], state: State) -> str:
        for redirection in node.redirections:
            if redirection.body:
                return redirection.body
            if redirection.operator == "<<<":
                return expand_one(redirection.target, state)
        if argv and argv[0] in ("echo", "printf"):
            return spoken(argv)
        return ""

    def _document(self, body: str, start: int, target: str, source: SourceText, state: State) -> None:
        self.read_document(body, start, target, source, self._fresh(state))

    def _said_document(self, text: str, node: Simple, source: SourceText, state: State) -> None:
        """A script or a unit that echo or printf writes: its commands lie where those stand."""
        if is_script(text, ""):
            self._text(text, node, source, self._fresh(state))
        for begin, end, user in unit_commands(text):
            inner = self._fresh(state)
            inner.user = user
            self._text(text[begin:end], node, source, inner)

    def _fresh(self, state: State) -> State:
        """What a script begins with that is written at this point."""
        fresh = State(state.host, state.user) if self.ambient is None else self.ambient.copy()
        fresh.manager = state.manager
        fresh.venvs = state.venvs
        return fresh

    def read_document(self, body: str, start: int, target: str, source: SourceText, fresh: State) -> None:
        """The commands of a file with that text, which stands at `start`, run in a state of its own."""
        if is_script(body, target):
            self._nested(start, start + len(body), source, fresh)
        for begin, end, user in unit_commands(body):
            inner = fresh.copy()
            inner.user = user
            self._nested(start + begin, start + end, source, inner)


def spoken(argv: Sequence[str]) -> str:
    """What `echo` and `printf` say."""
    words = [word for word in argv[1:] if word not in ("-e", "-n", "-E")]
    if argv[0] == "printf" and len(words) > 1 and "%" in words[0]:
        words = ["\n".join(words[1:])]
    return " ".join(words).replace("\\n", "\n")
