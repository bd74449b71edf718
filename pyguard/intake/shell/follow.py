"""Other files of a repository that a script sources, runs or installs from: walked with the script's own state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Optional

from ...model.late_pattern import late
from ..circumstances import MAY_ACTIVATE, SELDOM_ACTIVATES, Active, Call, Ground
from ..file_text import FileText
from ..source_text import SourceText
from .effects import ACTIVATE, activate_by_source, source_is_silent
from .make import Made, made_state, read_make
from .nox import NOXFILE, read_sessions
from .npm import PACKAGE, read_goals
from .reader import read_shell
from .settings_sourced import holds_settings
from .start_files import How, how_started, note_start_file, target_of, texts_read, written_at
from .state import State
from .walk import ShellWalk

SCRIPT = late(r"#!(?!\s*\S*?(?:/|env\s+)(?:ba|da|z|k|a)?sh\b)|\x7fELF")    # a program in another language
TEXT_FOLLOWS = late(r"-[a-z]*c$")
PYTHON_SHEBANG = late(r"#!\s*(?:/usr/bin/env\s+)?(\S*python[\d.]*)(?=\s|$)")
RUN_BY = "_"            # as bash calls the program that was started
MAX_FILES = 400         # files that one file leads to
MAX_NESTED = 5          # scripts that run scripts

Follow = Callable[[str, str], Optional[FileText]]    # (path as written, the shell's directory) -> that file


def _is_none(path: str) -> bool:
    return False


class ShellFollow(ShellWalk):
    """`follow` gives the file that a path stands for, `calls` keeps which were reached, and in which state."""

    def __init__(self, follow: Optional[Follow] = None) -> None:
        super().__init__()
        self.follow = follow
        self.calls: list[Call] = []
        self.programs: frozenset[str] = frozenset()    # scripts of the repository that a bare name runs
        self.is_copied: Callable[[str], bool] = _is_none    # whether a name or a path of an image is a file of it
        self._depth = 0
        self._muted = 0
        self._running: list[str] = []    # the files within which we are

    def _source(self, argv: list[str], state: State, line: int) -> None:
        if len(argv) < 2 or activate_by_source(argv, state, line):
            return
        text = written_at(argv[1], state)
        if text:
            self._start_file(text, argv[1], state)
            return
        file = self._fetch(argv[1], state)
        if file is None:
            if not source_is_silent(argv[1]) and re.search(r"env|activate|venv", argv[1], re.I) \
                    and not ACTIVATE.search(argv[1]):
                doubt = SELDOM_ACTIVATES if holds_settings(argv[1], state) else MAY_ACTIVATE
                state.doubts.append(f"{argv[1]} (line {line}) {doubt}")
            elif re.search(r"profile|bashrc", argv[1]) and state.written.get("profile", "").find("pyenv") >= 0:
                state.activate(Active(Ground.PRIVATE, "pyenv", f"source {argv[1]}, line {line}"))
            return
        self._muted_run(file, line, state)

    def start(self, argv: Sequence[str], state: State) -> None:
        """A shell is started with these words: what it reads before its commands makes `state` what they find."""
        how = how_started(list(argv))
        self._log_in(how, state)
        named = state.variables.get("BASH_ENV") if "BASH_ENV" in state.exported else ""
        if named and how.shell == "bash" and not how.interactive:
            self._start_file(f'. "{named}"', "", state)

    def open_shell(self, words: Sequence[str], state: State) -> None:
        """The same for a shell that gets the text of its commands behind these words: what stands there is run first.

        `bash -c 'source /opt/v/bin/activate && eval "$0"'`.
        """
        self.start(words, state)
        options = next((index for index, word in enumerate(words) if TEXT_FOLLOWS.match(word)), len(words))
        self._start_file(" ".join(words[options + 1:options + 2]), "", state)

    def _log_in(self, how: How, state: State) -> None:
        for text in texts_read(how, state):
            self._start_file(text, "", state)

    def _start_file(self, text: str, path: str, state: State) -> None:
        if not text or self._depth >= MAX_NESTED:
            return
        self._depth += 1
        self._muted += 1
        self._block(read_shell(text), SourceText(text, path), state)
        self._muted -= 1
        self._depth -= 1

    def _copies(self, argv: list[str], state: State) -> None:
        """`cp ci/path.sh /etc/profile.d/`: a file of the repository becomes one that shells read."""
        target = target_of(argv)
        file = self._fetch(argv[-2], state) if target else None
        if file is not None:
            note_start_file(target, file.text, False, state)

    def _script(self, path: str, line: int, state: State, words: Optional[tuple[str, ...]] = None) -> None:
        """A script that is run: its own findings are its own file's, only the files it writes count here.

        `words`: what it is called with, where that is known.
        """
        file = self._fetch(path, state)
        if file is not None and SCRIPT.match(file.text) is None:
            state.begin_script(words)
            state.variables["0"] = file.path
            self._muted_run(file, line, state)
        shebang = PYTHON_SHEBANG.match(file.text) if file is not None else None
        if file is not None and shebang is not None:
            self._note_program(file, shebang.group(1), line, state)

    def _program(self, argv: list[str], state: State, line: int) -> None:
        """`python3 -u tools/setup.py`: a program of the repository is judged as the Python that is named runs it."""
        words = iter(argv[1:])
        path = next((word for word in words if not word.startswith("-") or word[:2] in ("-m", "-c")), "")
        file = self._fetch(path, state) if path.endswith(".py") else None
        if file is not None:
            self._note_program(file, argv[0], line, state)

    def _note_program(self, file: FileText, python: str, line: int, state: State) -> None:
        if len(self.calls) < MAX_FILES:
            inner = made_state(state, Made((), (), ()))
            inner.variables[RUN_BY] = python
            self.calls.append(Call(file.path, line, inner))

    def _make(self, argv: list[str], state: State, line: int) -> bool:
        """Whether it is a Makefile of the repository: its recipes are judged where they are run."""
        made = read_make(argv)
        file = next((file for place in made.places if (file := self._fetch(place, state)) is not None), None)
        if file is not None and len(self.calls) < MAX_FILES:
            self.calls.append(Call(file.path, line, made_state(state, made)))
        return file is not None

    def _package_scripts(self, argv: list[str], state: State, line: int) -> None:
        """package.json of the repository: the scripts that npm, yarn and their kin run of it."""
        file = self._fetch(PACKAGE, state) if len(self.calls) < MAX_FILES else None
        goals = read_goals(argv) if file is not None else ()
        if file is not None and goals:
            self.calls.append(Call(file.path, line, made_state(state, Made((), goals, ()))))

    def _sessions(self, argv: list[str], state: State, line: int) -> None:
        """noxfile.py of the repository: sessions without an environment have that of whoever runs nox."""
        file = self._fetch(NOXFILE, state) if len(self.calls) < MAX_FILES else None
        if file is not None:
            self.calls.append(Call(file.path, line, made_state(state, Made((), read_sessions(argv), ()))))

    def _fetch(self, path: str, state: State) -> Optional[FileText]:
        if self.follow is None or self._depth >= MAX_NESTED:
            return None
        return self.follow(path, state.cwd)

    def _muted_run(self, file: FileText, line: int, state: State) -> None:
        if file.path in self._running or (self._main is not None and file.path == self._main.path):
            return    # within itself: most often that is another of its name, which is not here
        self._running.append(file.path)
        before = state.variables.get("BASH_SOURCE")
        state.variables["BASH_SOURCE"] = file.path
        if len(self.calls) < MAX_FILES:
            called = state.copy()
            called.start_files = dict(state.start_files)    # as they are now: it may write to them itself
            self.calls.append(Call(file.path, line, called))
        self._depth += 1
        self._muted += 1
        self._block(read_shell(file.text), SourceText(file.text, file.path), state)
        self._muted -= 1
        self._depth -= 1
        state.variables["BASH_SOURCE"] = before
        self._running.pop()

    def _files(self, argv: list[str], state: State) -> Iterator[tuple[str, str]]:
        """The requirements files of a pip command that are here to be read."""
        if "install" not in argv:
            return
        for index, word in enumerate(argv):
            given = argv[index + 1] if word in ("-r", "--requirement") and index + 1 < len(argv) else (
                word.partition("=")[2] if word.startswith("--requirement=") else
                word[2:] if word.startswith("-r") and len(word) > 2 else "")
            file = self._fetch(given, state) if given else None
            if file is not None:
                yield given, file.path
