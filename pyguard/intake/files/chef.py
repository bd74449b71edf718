"""Chef recipes: scripts, commands and Python packages, which chef sees to on a host, as root."""

from __future__ import annotations

import re
import textwrap
from bisect import bisect_left

from ...model.late_pattern import late
from ..circumstances import Reading, Unreadable
from ..shell.state import State
from .configured import Configured, pinned, take_variables, user_of
from .repository import FileText, Repository
from .ruby_text import Ruby, Value

KIND = "chef"
WHO = "chef runs it on a host, as root"
SCRIPTS = frozenset(("bash", "sh", "ksh", "zsh", "script", "python"))
PACKAGES = frozenset(("python_pip", "python_package"))
WORDS = r"bash|sh|ksh|zsh|script|python|execute|python_pip|python_package|pip_requirements|easy_install_package|" \
        r"python_virtualenv|package|apt_package|yum_package|dnf_package|link|file"
RESOURCE = late(rf"^[ \t]*(?:\w+[ \t]*=[ \t]*)?({WORDS})\b(?=[ \t(]+[\x02\w:@])[ \t(]*", re.M)
SIGN = late(r"^[ \t]*(?:\w+[ \t]*=[ \t]*)?(?:bash|script|execute|python_(?:pip|package|virtualenv)|pip_requirements|"
            r"easy_install_package)[ \t(]+[\"'%:\w][^\n]*\bdo(?:[ \t]*\|\w+\|)?[ \t\r]*$", re.M)
PLACE = late(r"(^|/)(cookbooks/.*|recipes/[^/]+)\.rb$")
TESTS = late(r"_spec\.rb$|(^|/)(spec|test|tests|features)/")
OTHERS = late(r"^[ \t]*(namespace|task)[ \t(]+[:\"']", re.M)     # Rake, Capistrano: `execute` is another thing there
ATTRIBUTE = late(r"(?:^|;|\bdo\b(?:[ \t]*\|\w+\|)?)[ \t]*("
                 r"action|code|command|cwd|easy_install_binary|env|environment|interpreter|options|package_name|path|"
                 r"python|target_file|to|user|version|virtualenv)\b(?![ \t]*(?:=(?![>~=])|\.))[ \t(]*", re.M)
PAIR = late(r"""(?:"([A-Za-z_]\w*)"|'([A-Za-z_]\w*)'|:?\b([A-Za-z_]\w*))\s*(?:=>|:(?!:))\s*"""
            r"""(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|(\w+))""")
REMOVES = late(r":(remove|purge|uninstall)\b")
DO = late(r"(?<![.:\w@])do\b(?![:?!])")
DELETES = late(r":delete\b")
SHELL = late(r"(?:.*/)?(?:env )?(?:ba|da|z|k)?sh\b")


def claims(path: str, head: str) -> bool:
    """Where Chef has them, or by a resource with its block."""
    if not path.endswith(".rb") or TESTS.search(path) or OTHERS.search(head):
        return False
    return PLACE.search(path) is not None or SIGN.search(head) is not None


def read(file: FileText, repository: Repository) -> Reading:
    """All its resources in order, those of the branches that are for Windows left out."""
    reader = _Recipe(file, repository)
    for match in RESOURCE.finditer(reader.ruby.masked):
        reader.resource(match)
    return Reading(tuple(reader.run.shell.found), (), tuple(reader.run.shell.calls))


class _Recipe:
    def __init__(self, file: FileText, repository: Repository) -> None:
        self.ruby = Ruby(file.text, file.path)
        self.attributes = list(ATTRIBUTE.finditer(self.ruby.masked))
        self.starts = [match.start() for match in self.attributes]
        self.run = Configured(file.path, repository, WHO)
        self.environment = ""    # the last one that python_virtualenv made

    def resource(self, match: re.Match[str]) -> None:
        """One resource; `name` and `said` are where its name and its attributes' values stand."""
        word, masked = match.group(1), self.ruby.masked
        end = self.ruby.statement_end(match.end())
        opening = DO.search(masked, match.end(), end)
        begin = opening.start() if opening is not None else -1
        name = match.end(), begin if begin >= 0 else end
        said = self._said(begin, self.ruby.nesting.ends.get(begin, end)) if begin >= 0 else {}
        state = self.run.state(self.ruby.condition(match.start()))
        if state is None:
            return
        line = self.ruby.literals.line_of(match.start(1))
        user_of(self._text(said, "user"), state)
        state.cwd = self._text(said, "cwd")
        if word in SCRIPTS:
            self._script(word, said, state)
        elif word == "execute":
            for value in self.ruby.values(*said.get("command", name)):
                self._command(value, said, state)
        elif word in PACKAGES or word == "pip_requirements":
            self._pip(word, name, said, line, state)
        else:
            self._other(word, name, said, line, state)

    def _said(self, start: int, end: int) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for match in self.attributes[bisect_left(self.starts, start):bisect_left(self.starts, end)]:
            found.setdefault(match.group(1), (match.end(), min(end, self.ruby.statement_end(match.end()))))
        return found

    def _text(self, said: dict[str, tuple[int, int]], name: str) -> str:
        return self.ruby.text_at(*said[name]) if name in said else ""

    def _source(self, said: dict[str, tuple[int, int]], name: str) -> str:
        start, end = said.get(name, (0, 0))
        return self.ruby.text[start:end]

    def _script(self, word: str, said: dict[str, tuple[int, int]], state: State) -> None:
        interpreter = self._text(said, "interpreter") or word
        for value in self.ruby.values(*said["code"]) if "code" in said else ():
            if SHELL.match(interpreter):
                self._command(value, said, state)
            elif re.search(r"python[\d.]*$", interpreter):
                self._program(value, interpreter, state)

    def _command(self, value: Value, said: dict[str, tuple[int, int]], state: State) -> None:
        for name in ("environment", "env"):
            variables = {first or second or third: _own_path(double or single or _unknown(bare))
                         for first, second, third, double, single, bare in PAIR.findall(self._source(said, name))}
            take_variables(variables, state, f"{name}, line {self.ruby.literals.line_of(said.get(name, (0, 0))[0])}")
        if "path" in said:
            take_variables({"PATH": ":".join(text for each in self.ruby.values(*said["path"])
                                             for text in each.words or (each.source.text,))}, state, "path")
        self.run.run(value.source, state)

    def _program(self, value: Value, interpreter: str, state: State) -> None:
        from .python_source import commands_of  # with ast, which few recipes need

        source = value.source
        text = "\n" * (source.line - 1) + textwrap.dedent(source.text.lstrip("\n") if source.fixed else source.text)
        try:
            inner = commands_of(FileText(source.path, text), state, interpreter)
        except Unreadable:    # it fails before it runs anything
            return
        place = source.fixed
        self.run.shell.found += [each._replace(location=place) for each in inner] if place else inner

    def _pip(self, word: str, name: tuple[int, int], said: dict[str, tuple[int, int]], line: int,
             state: State) -> None:
        own = self._text(said, "virtualenv") or self._text(said, "python")
        if self.environment and not own:
            state.doubts.append(f"{self.environment}, which may be the one that is meant")
        names = self._names(said.get("package_name", name))
        if word == "pip_requirements":
            arguments = ["install", "-r", *(self._names(said.get("path", name))[:1])]
        elif REMOVES.search(self._source(said, "action")):
            arguments = ["uninstall", "-y", *names]
        else:
            version = self._text(said, "version")
            arguments = ["install", *(pinned(each, version) for each in names)]
        options = self._text(said, "options").split()
        self.run.pip(own, arguments[:1] + options + arguments[1:], line, state)

    def _names(self, place: tuple[int, int]) -> list[str]:
        found = [text for value in self.ruby.values(*place) for text in value.words or (value.source.text,)]
        return found or [self.ruby.text_at(*place) or "$unknown"]

    def _other(self, word: str, name: tuple[int, int], said: dict[str, tuple[int, int]], line: int,
               state: State) -> None:
        """What takes something away, or puts it in the place of the distribution's; easy_install."""
        action = self._source(said, "action")
        names = self._names(said.get("package_name", name))
        if word == "python_virtualenv":
            self.environment = f"python_virtualenv, line {line}"
            state.add_venv(names[0])
        elif word == "easy_install_package":
            program = self._text(said, "easy_install_binary") or "easy_install"
            if not REMOVES.search(action):
                self.run.emit([program, *names], line, state)
        elif word.endswith("package"):
            self.run.emit(["package", "remove" if REMOVES.search(action) else "install", *names], line, state)
        elif word == "file" and DELETES.search(action):
            self.run.emit(["rm", *(self._names(said["path"]) if "path" in said else names)], line, state)
        elif word == "link" and not DELETES.search(action):
            target = self._names(said["target_file"]) if "target_file" in said else names
            self.run.emit(["ln", "-s", self._text(said, "to"), target[0]], line, state)


def _own_path(value: str) -> str:
    """What Ruby fills in: the PATH that chef itself has, or something that nobody knows."""
    value = re.sub(r"#\{\s*ENV\W+PATH\W+\}", "$PATH", value)
    return re.sub(r"#\{([^{}]*)\}", lambda match: "$" + re.sub(r"\W", "_", match.group(1)), value)


def _unknown(name: str) -> str:
    return f"${name}" if name and not name.isdigit() else name
