"""Jenkins pipelines: every `sh` step is a shell of its own, in the image and environment of the blocks around it."""

from __future__ import annotations

import os
import re

from ...model.late_pattern import late
from ..circumstances import Active, Circumstances, FoundCommand, Ground, HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .dockerfile import built_state, image_state
from .left_on_disk import hand_on
from .repository import FileText, Repository

KIND = "jenkins"
GUARD = "PIP_BREAK_SYSTEM_PACKAGES"
WORKSPACE = late(r"\$\{(?:env\.)?(?:WORKSPACE|PWD)\}|\$\{pwd\(\)\}|\$(?:env\.)?WORKSPACE\b")    # where steps begin
RECIPE = "dockerfile:"    # in an image's place: what a Dockerfile of the repository builds
MAX_DEPTH = 100    # blocks around a step
BEGINNING = late(r"^[ \t]*(pipeline|node\s*(\([^)\n]*\))?)\s*\{", re.M)
STRING = r"""(?:"[^"\n]*"|'[^'\n]*')"""
ARGUMENTS = r"\((?:[^()]|\([^()]*\))*\)"
TOKEN = late(    # what is none of these is passed over; strings and comments are, so that no brace in them counts
    r"//[^\n]*|/\*(?s:.*?)(?:\*/|\Z)"
    rf"|\bsh\s*(?:\(\s*)?(?:(?:\w+\s*:\s*(?:{STRING}|\w+)\s*,\s*)*script\s*:\s*)?(?P<step>'''|\"\"\"|'|\")"
    r"|\bagent\s*(?:(?P<agent>\{)|(?P<anywhere>(?:any|none)\b))"
    rf"|\b(?P<recipe>dockerfile)\b|\bfilename\s*(?P<filename>{STRING})|\bdir\s*(?P<folder>{STRING})"
    rf"|\b(?:image|docker)\s*(?:[:(]\s*)?(?:image\s*:\s*)?(?P<image>{STRING})"
    rf"|\bdocker\s*\.\s*image\s*\(\s*(?P<inside>{STRING})\s*\)\s*\.\s*inside\s*(?:{ARGUMENTS})?\s*\{{"
    rf"|(?:\b(?P<name>\w+)\s*=\s*)?\bdocker\s*\.\s*image\s*\(\s*(?P<made>{STRING})\s*\)"
    rf"|(?:\b(?P<holds>\w+)\s*=\s*)?\bdocker\s*\.\s*build\s*\(\s*{STRING}(?:\s*,\s*(?P<how>{STRING}))?(?P<built>(?=\s*\)))"
    rf"|(?P<variable>\b\w+|\))\s*\.\s*inside\s*(?:{ARGUMENTS})?\s*\{{"
    rf"|\bwithDockerContainer\s*\(\s*(?:image\s*:\s*)?(?P<within>{STRING})[^()]*\)\s*\{{"
    r"|\b(?P<node>node)\s*(?:\([^()]*\)\s*)?\{"
    r"|\b(?P<python>withPythonEnv)\s*\([^()]*\)\s*\{"
    rf"|\bwithEnv\s*(?:\(\s*)?\[(?P<settings>(?:{STRING}|[^][\"'])*)\]\s*\)?\s*\{{"
    r"|\b(?P<environment>environment)\s*\{"
    rf"|\b(?P<set>[A-Z_]\w*)\s*=\s*(?P<value>{STRING}|\w+)"
    r"|'''(?:[^\\]|\\(?s:.))*?(?:'''|\Z)|\"\"\"(?:[^\\]|\\(?s:.))*?(?:\"\"\"|\Z)"
    r"|'(?:[^'\\\n]|\\.)*'?|\"(?:[^\"\\\n]|\\.)*\"?"
    r"|(?P<open>\{)|(?P<close>\})")


class _Block:
    """What a pair of braces says; what is None, the block around it says. An empty image is the machine itself."""

    def __init__(self, image: str | None = None, active: Active | None = None, tells: _Block | None = None) -> None:
        self.image = image
        self.recipe = ["", "Dockerfile"]    # the folder and the name of a Dockerfile; holds where the image is RECIPE
        self.active = active
        self.left: State | None = None    # what a step left on the machine, in the container: the next one finds it
        self.variables: dict[str, str] = {}
        self.tells = tells    # an `agent` and an `environment` speak for the block around them


def claims(path: str, head: str) -> bool:
    """Jenkinsfile and *.jenkinsfile; a pipeline under another name by its first words."""
    name = path.rsplit("/", 1)[-1].lower()
    return "jenkinsfile" in name or (name.endswith((".groovy", ".dockerfile")) and BEGINNING.search(head) is not None)


def read(file: FileText, repository: Repository) -> Reading:
    """Every `sh`, with what the blocks around it say."""
    return _Pipeline(file, repository).read()


class _Pipeline:
    """Walks the tokens of one file; `blocks` are those that are open."""

    def __init__(self, file: FileText, repository: Repository) -> None:
        self.file = file
        self.repository = repository
        self.shell = ShellRun(lambda name, cwd: repository.follow(name, "", cwd))
        self.blocks = [_Block()]
        self.images: dict[str, str] = {}    # of the variables that hold one
        self.recipes: dict[str, list[str]] = {}    # the same for those that docker.build makes

    def read(self) -> Reading:
        """The commands of all steps."""
        text, position = self.file.text, 0
        while (match := TOKEN.search(text, position)) is not None:
            position = match.end()
            if match.group("step"):
                position = self._step(match.group("step"), position)
            elif match.group("set"):
                self._set(match)
            elif match.lastgroup:
                self._token(match)
        return Reading(tuple(self.shell.found), (), tuple(self.shell.calls))

    def _token(self, match: re.Match[str]) -> None:
        said = match.groupdict()
        if said["anywhere"]:
            self.blocks[-1].image = ""
        elif said["image"] or said["recipe"] or said["filename"] or said["folder"]:
            told = next((each.tells for each in reversed(self.blocks[-MAX_DEPTH:]) if each.tells), None)
            if told is not None:
                _tell(told, said)
        elif said["made"]:
            self.images[said["name"] or ""] = said["made"][1:-1]
        elif said["built"] is not None:
            self.recipes[said["holds"] or ")"] = _recipe((said["how"] or "")[1:-1])
        elif said["close"]:
            self.blocks.pop()
            self.blocks = self.blocks or [_Block()]
        else:
            self.blocks.append(self._opened(said, match.start()))

    def _opened(self, said: dict[str, str], start: int) -> _Block:
        """The block that begins there."""
        around = self.blocks[-1]
        if said["agent"]:
            around.image = ""
        if said["agent"] or said["environment"]:
            return _Block(tells=around)
        image = said["inside"] or said["within"]
        if image:
            return _Block(image[1:-1])
        if said["variable"] in self.recipes:
            block = _Block(RECIPE)
            block.recipe = self.recipes[said["variable"]]
            return block
        if said["variable"]:
            return _Block(self.images.get(said["variable"], ""))
        if said["node"]:
            return _Block("")
        if said["python"]:
            line = self.file.text.count("\n", 0, start) + 1
            return _Block(active=Active(Ground.VENV, "", f"withPythonEnv, line {line}"))
        block = _Block()
        for setting in re.findall(STRING, said["settings"] or ""):
            name, _, value = WORKSPACE.sub("$PWD", setting[1:-1]).partition("=")
            block.variables[name.partition("+")[0]] = f"{value}:$PATH" if name.startswith("PATH+") else value
        return block

    def _set(self, match: re.Match[str]) -> None:
        name, value = match.group("set"), match.group("value")
        told = self.blocks[-1].tells
        if told is not None and value[0] in "\"'":
            told.variables[name] = WORKSPACE.sub("$PWD", value[1:-1])
        if name == GUARD:
            place = SourceText(self.file.text, self.file.path).locate(match.start("set"), match.end())
            words = ("env:", f"{name}={value}".replace('"', "").replace("'", ""))
            self.shell.found.append(FoundCommand(words, place, Circumstances()))

    def _step(self, quote: str, begin: int) -> int:
        """Run the text of the step; returns where it ends."""
        text = self.file.text
        end = text.find(quote, begin)
        while end > begin and text[end - 1] == "\\":
            end = text.find(quote, end + 1)
        if end < 0:
            return begin
        line = text.count("\n", 0, begin) + 1
        column = begin - (text.rfind("\n", 0, begin) + 1) + 1
        blocks = self.blocks[-MAX_DEPTH:]
        told = next((each for each in reversed(blocks) if each.image is not None), self.blocks[0])
        state = self._state(blocks, told)
        after = self.shell.run_script(SourceText(text[begin:end], self.file.path, line, column), state)
        told.left = after
        return end + len(quote)

    def _state(self, blocks: list[_Block], told: _Block) -> State:
        state = State(HostName(), User.UNKNOWN)
        if told.image == RECIPE:
            state = built_state(os.path.normpath("/".join(told.recipe).lstrip("/")), self.repository) or state
        elif told.image:
            state = image_state(told.image, f"agent image {told.image}", self.file.path, self.repository)
        if told.left is not None:
            hand_on(told.left, state)
        for block in blocks:
            state.export({name: None if "$" in value and name != "PATH" else value
                          for name, value in block.variables.items()})
            if block.active is not None:
                state.activate(block.active)
        return state


def _recipe(how: str) -> list[str]:
    """The folder and the name of the Dockerfile, by docker.build's second argument: `-f FILE DIRECTORY`."""
    words = how.split()
    if "-f" in words[:-1]:
        return ["", words[words.index("-f") + 1]]
    return [words[-1] if words and not words[-1].startswith("-") else "", "Dockerfile"]


def _tell(told: _Block, said: dict[str, str]) -> None:
    """One word of an `agent`: `image 'x'`, `dockerfile true`, `filename 'x'` and `dir 'y'` in `dockerfile { ... }`."""
    if said["image"]:
        told.image = said["image"][1:-1]
    elif said["recipe"]:
        told.image = RECIPE
    elif said["filename"]:
        told.recipe[1] = said["filename"][1:-1]
    else:
        told.recipe[0] = said["folder"][1:-1]
