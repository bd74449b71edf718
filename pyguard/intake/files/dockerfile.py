"""Dockerfile, Containerfile: each command with what the stages before it, ENV, USER and SHELL have made of it."""

from __future__ import annotations

import os
import re

from ...model.late_pattern import late
from ..circumstances import Active, FoundCommand, Ground, HostName, Reading, User, Written
from ..shell.expand import expand_text
from ..shell.run import ShellRun
from ..shell.start_files import is_start_file, note_start_file
from ..shell.state import State
from ..source_text import SourceText
from .builds import builds_of, find_dockerfile
from .dockerfile_copies import ON_PATH, Copies
from .dockerfile_stages import bring
from .dockerfile_switches import with_reliance
from .dockerfile_text import HEREDOC, Instruction, json_words, only_document, pairs, read_instructions, shell_line
from .dockerfile_venvs import not_yet_made
from .image_paths import set_path
from .pyenv_shims import HAVE_PYTHON, chooses_none, without_shims
from .repository import DOCKERFILE, FileText, Repository

KIND = "dockerfile"
FLAGS = late(r"(?:\s|\\\n)*--(?!\s)[\w-]+(?:=\S*)?(?=\s|\\\n)")
FROM = late(r"(\S+)(?:\s+as\s+(\S+))?", re.I)
NOT_ONE = (".md", ".py", ".sh", ".yml", ".yaml", ".json", ".rst", ".txt", ".go", ".ts", ".js", ".toml")
FED = late(r"[ \t]*[^\s#]")    # `RUN <<EOF cat > file`: a command reads what `RUN <<EOF` would run
MAX_CHAIN = 6
# A file of any name that starts as nothing else does: comments, ARG, then FROM with an image and no more
BEGINS = late(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?:ARG[ \t][^\n]*\n\s*)*FROM[ \t]+(?:--\S+[ \t]+)?[\w.:/${}@-]+"
              r"(?:[ \t]+AS[ \t]+\S+)?[ \t]*\r?\n", re.I)


def claims(path: str, head: str) -> bool:
    """By name or its beginning, and not a Jenkins pipeline or a script that only has the word in its name."""
    name = path.rsplit("/", 1)[-1]
    if name.endswith(NOT_ONE) or not (DOCKERFILE.search(name) or BEGINS.match(head)):
        return False
    return bool(re.search(r"^[ \t]*(FROM|ARG|RUN)\s", head, re.I | re.M)) and "pipeline {" not in head


def read(file: FileText, repository: Repository) -> Reading:
    """All stages."""
    builder = Builder(file.path, repository)
    builder.build(file.text)
    commands = with_reliance(not_yet_made(builder.shell.found, builder.before))
    return Reading(tuple(commands), (), tuple(builder.shell.calls))


def image_state(image: str, named_by: str, asking: str, repository: Repository, depth: int = 0) -> State:
    """The state an image starts with: of the Dockerfile here that builds it, else nothing but its name."""
    path = find_dockerfile(repository, image, asking) if depth < MAX_CHAIN else None
    state = built_state(path, repository, depth + 1) if path else None
    if state is None:
        state = State(HostName(image, named_by), User.ROOT)
        set_path(image, state)
        return state
    state.host = state.host._replace(named_by=f"{named_by}, built by {state.host.named_by}")
    return state


def built_state(path: str, repository: Repository, depth: int = 1) -> State | None:
    """What holds at the end of a Dockerfile of this repository; None without one, or without a stage in it."""
    text = repository.read(path)
    if text is None:
        return None
    builder = Builder(path, repository, depth)
    builder.build(text)
    if builder.state is None:
        return None
    state = builder.state.copy()
    state.host = state.host._replace(named_by=f"{path}: {state.host.named_by}")
    return state


class Builder:
    """Walks the instructions of one file; `state` is the current stage's."""

    def __init__(self, path: str, repository: Repository, depth: int = 0) -> None:
        self.path = path
        self.repository = repository
        self.depth = depth
        self.arguments = State()
        self.stages: dict[str, State] = {}
        self.state: State | None = None
        self.windows = False
        self.has_idle_shims = False
        self.before: dict[Active, Active] = {}    # what each ENV PATH took the place of
        self.builds = builds_of(repository, path)
        self.copies = Copies([*(each.directory for each in self.builds), os.path.dirname(path), ""])
        self.shell = ShellRun(self._follow)
        self.shell.is_copied = lambda path: self.copies.has(path, repository)

    def _follow(self, name: str, cwd: str) -> FileText | None:
        places = self.copies.places(name, cwd)
        if "/" not in name:    # found on PATH
            places += [place for folder in (*ON_PATH, "") for place in self.copies.places(f"{folder}/{name}", cwd)]
        return self.repository.first(places) or self.repository.follow(name, self.path, cwd)

    def build(self, text: str) -> None:
        """Every instruction in order."""
        self.has_idle_shims = chooses_none(text)
        for instruction in read_instructions(text):
            self._instruction(instruction)

    def _instruction(self, instruction: Instruction) -> None:
        if instruction.keyword == "ONBUILD":
            inner = re.match(r"([A-Za-z]+)\s+", instruction.text)
            if inner:
                text = instruction.text[inner.end():]
                self._instruction(instruction._replace(keyword=inner.group(1).upper(), text=text,
                                                       column=instruction.column + inner.end()))
            return
        handlers = {"FROM": self._from, "ARG": self._argument, "ENV": self._environment, "USER": self._user,
                    "RUN": self._run, "SHELL": self._shell, "WORKDIR": self._directory, "COPY": self._copy,
                    "ADD": self._copy, "CMD": self._run, "ENTRYPOINT": self._run}
        handler = handlers.get(instruction.keyword)
        if handler is not None:
            handler(instruction)

    def _from(self, instruction: Instruction) -> None:
        text = FLAGS.sub("", " " + instruction.text).strip()
        match = FROM.match(text)
        if match is None:
            return
        image = expand_text(match.group(1), self.arguments)
        image = self._context(image)
        alias = match.group(2)
        if image.lower() in self.stages:
            state = self.stages[image.lower()].copy()
        else:
            state = image_state(image, f"FROM {image}, line {instruction.line}", self.path, self.repository, self.depth)
        self.windows = "windows" in image or "nanoserver" in image
        state.variables.update(dict.fromkeys(("0",)))
        state.start_files = dict(state.start_files)
        self.state = state
        if alias:
            self.stages[alias.lower()] = state
        self.stages[str(sum(1 for name in self.stages if name.isdigit()))] = state

    def _context(self, image: str) -> str:
        """What a build calls that base image: `target:base`, `docker-image://ubuntu:24.04`, `service:base`."""
        for build in self.builds:
            for name, value in build.contexts:
                if name == image:
                    return re.sub(r"^(docker-image://|target:|service:)", "", value)
        return image

    def _argument(self, instruction: Instruction) -> None:
        for name, value in pairs(instruction.text, bare=True):
            state = self.state if self.state is not None else self.arguments
            value = self.arguments.variables.get(name) if value is None else expand_text(value, state)
            if self.state is None and not value:
                value = next((given for build in self.builds for key, given in build.arguments if key == name), value)
            if self.state is None:
                self.arguments.variables[name] = value
            elif value is not None or name not in state.variables:
                state.variables[name] = value
                if value and name.startswith(("PIP_", "UV_")):    # tools read these; RUN has an ARG in its environment
                    state.exported.add(name)
                    place = self._source(instruction).locate(0, len(instruction.text))
                    self.shell.found.append(FoundCommand(("ENV", f"{name}={value}"), place, state.circumstances()))

    def _environment(self, instruction: Instruction) -> None:
        state = self.state
        if state is None:
            return
        for name, value in pairs(instruction.text):
            expanded = expand_text(value or "", state)
            if name == "PATH" and self.has_idle_shims:
                expanded = without_shims(expanded)
                if not HAVE_PYTHON.intersection(state.os_packages):    # then that name is the shim's alone
                    state.private_versions.add("python")
            earlier = state.active
            state.export({name: expanded}, f"ENV {name}={expanded}, line {instruction.line}")
            if state.active != earlier:
                self.before[state.active] = earlier
            source = self._source(instruction)
            circumstances = state.circumstances()
            self.shell.found.append(FoundCommand(("ENV", f"{name}={expanded}"), source.locate(0, len(instruction.text)),
                                                 circumstances))

    def _user(self, instruction: Instruction) -> None:
        if self.state is not None:
            user = expand_text(instruction.text.split(":")[0].strip(), self.state)
            self.state.account = user
            self.state.user = User.ROOT if user in ("root", "0") else (
                User.UNKNOWN if "$" in user else User.ORDINARY)

    def _directory(self, instruction: Instruction) -> None:
        if self.state is not None:
            self.state.cwd = expand_text(instruction.text.strip(), self.state)

    def _shell(self, instruction: Instruction) -> None:
        words = json_words(instruction.text)
        if self.state is None or not words:
            return
        self.windows = words[0].lower().startswith(("powershell", "cmd", "pwsh"))
        self.state.shell = tuple(words)
        text = " ".join(words)
        if self.state.active.because.startswith("SHELL "):
            self.state.deactivate()
        if "conda" in words[0] or "mamba" in words[0]:
            name = words[words.index("-n") + 1] if "-n" in words[:-1] else text
            self.state.activate(Active(Ground.CONDA, name, f"SHELL {text}, line {instruction.line}"))
        elif words[0].endswith("scl") and "python" in text:
            self.state.activate(Active(Ground.PRIVATE, "", f"SHELL {text}, line {instruction.line}"))

    def _run(self, instruction: Instruction) -> None:
        if self.state is None or self.windows:
            return
        text = instruction.text
        offset = 0
        while match := FLAGS.match(text, offset):
            offset = match.end()
        source = self._source(instruction)
        inner, self.shell.ambient = self.state.copy(), self.state
        self.copies.mount(text[:offset], inner.cwd)
        self.shell.programs = self.copies.programs()
        words = json_words(text[offset:])
        if words:
            source = SourceText(shell_line(words), self.path, fixed=source.locate(0, len(text)))
        else:
            self.shell.open_shell(self.state.shell or ("/bin/sh", "-c"), inner)
            blank = re.sub(r"[^\n]", " ", text[:offset])
            source.text = blank + text[offset:]
            alone = HEREDOC.match(source.text.lstrip())
            if alone and instruction.keyword == "RUN" and not FED.match(source.text.lstrip(), alone.end()):
                source.text = only_document(source.text)
        end = self.shell.run_script(source, inner)
        if instruction.keyword == "RUN":
            self._keep(end)

    def _keep(self, end: State) -> None:
        """What a RUN leaves behind is on disk; its variables and its activation are gone."""
        if self.state is not None:
            self.state.note_manager(end.manager)
            self.state.os_packages = end.os_packages
            self.state.private_versions |= end.private_versions
            self.state.source_python, self.state.source_prefix = end.source_python, end.source_prefix
            self.state.look_again()
            if "poetry" in end.written:
                self.state.export({"POETRY_VIRTUALENVS_CREATE": "false"})

    def _copy(self, instruction: Instruction) -> None:
        """What comes into the image: later commands find it there, and a Python may import from where it goes."""
        if self.state is None:
            return
        first, _, body = instruction.text.partition("\n")
        if body and HEREDOC.search(instruction.text):
            target, text = first.split()[-1], only_document(instruction.text)[1:]
            self._emit_copy(instruction, [target], Written(target, body))
            note_start_file(target, body, False, self.state)
            self.shell.read_document(text, len(first) + 1, target, self._source(instruction), self.state.copy())
            return
        text = FLAGS.sub("", " " + instruction.text)
        words = json_words(text) or [word for word in text.split() if word != "\\"]
        target = words[-1] if words else ""
        if "--from=" not in instruction.text:
            for place in filter(is_start_file, self.copies.copy(words, self.state.cwd)):
                file = self.repository.first(self.copies.places(place, ""))
                if file is not None:
                    note_start_file(place, file.text, False, self.state)
        elif len(words) > 1:
            self._copy_of_stage(words, instruction.text)
        if "-packages" in target or "/python" in target:
            self._emit_copy(instruction, [*map(str.strip, FLAGS.findall(" " + instruction.text)), *words])
        if target.endswith("pip.conf") and words and "--from=" not in instruction.text:
            file = self.repository.follow(words[0], self.path)
            if file is not None:
                self._emit_copy(instruction, words, Written(target, file.text))

    def _copy_of_stage(self, words: list[str], text: str) -> None:
        named = text.partition("--from=")[2].split(None, 1)
        if self.state is not None and named:
            bring(self.state, self.stages.get(named[0].lower()), named[0].lower(), words[:-1], words[-1])

    def _emit_copy(self, instruction: Instruction, words: list[str], written: Written | None = None) -> None:
        if self.state is not None:
            place = self._source(instruction).locate(0, len(instruction.text))
            self.shell.found.append(FoundCommand(("COPY", *words), place, self.state.circumstances(), written))

    def _source(self, instruction: Instruction) -> SourceText:
        return SourceText(instruction.text, self.path, instruction.line, instruction.column)
