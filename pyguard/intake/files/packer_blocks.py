"""Packer's HCL: the images that a provisioner's sources are, its variables, and the PATH that it runs commands with."""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

from ...model.late_pattern import late
from ..circumstances import Active, Ground
from ..shell.state import State

BLOCK = late(r'^[ \t]*(source|build|provisioner|variable)\b([^{}\n=]*)\{', re.M)
NAMES = late(r'"([^"\n]+)"')
IMAGE = late(r'^\s*image\s*=\s*(?:"([^"\n]+)"|(var\.\w+))', re.M)
SOURCES = late(r"^\s*sources\s*=\s*\[([^\]]*)\]", re.M)
ONLY = late(r"^\s*(only|except)\s*=\s*\[([^\]]*)\]", re.M)
DEFAULT = late(r'^\s*default\s*=\s*"([^"\n]*)"', re.M)
OF_VARIABLE = late(r"\$\{(var\.\w+)\}|^(var\.\w+)$")
VARIABLES = late(r"^\s*\"?(?:environment_vars|env)\"?\s*[=:]\s*[\[{]([^\]}]*)[\]}]", re.M)
PAIR = late(r'"(\w+)=((?:[^"\\\n]|\\.)*)"|(\w+)\s*=\s*"((?:[^"\\\n]|\\.)*)"')
EXECUTES = late(r'^\s*"?execute_command"?\s*[=:]\s*"((?:[^"\\\n]|\\.)*)"', re.M)
PATH = late(r"(?:^|[\s'\"])PATH=([^\s'\"\\]+)")
OF_SYSTEM = late(r"(?:/usr(?:/local)?)?/s?bin/?$")
BRACE = late(r'"(?:[^"\\\n]|\\.)*"|[{}]')
MAX_BLOCKS = 500


class Block(NamedTuple):
    """`sort` and the names after it, where it begins, and where what stands in its braces begins and ends."""

    sort: str
    names: tuple[str, ...]
    at: int
    start: int
    end: int


class Packer:
    """The blocks of one file."""

    def __init__(self, text: str) -> None:
        self.text = text
        ends = _closings(text)
        self.blocks = [Block(match.group(1), tuple(NAMES.findall(match.group(2))), match.start(), match.end(),
                             ends.get(match.end(), len(text)))
                       for match, _ in zip(BLOCK.finditer(text), range(MAX_BLOCKS))]
        self.defaults = {f"var.{each.names[0]}": found.group(1) for each in self.blocks
                         if each.sort == "variable" and each.names and (found := DEFAULT.search(self._body(each)))}
        self.venvs: set[str] = set()    # that one provisioner makes, and the next one has

    def provisioner(self, offset: int) -> Optional[Block]:
        """The provisioner around that place."""
        return self._around(offset, "provisioner")

    def images(self, offset: int) -> Optional[list[str]]:
        """The images that what stands there runs in; "" for a machine; None where no build says so."""
        build = self._around(offset, "build")
        if build is None:
            return None
        listed = SOURCES.search(self._body(build))
        names = NAMES.findall(listed.group(1)) if listed else []
        names += [each.names[0] for each in self.blocks
                  if each.sort == "source" and build.start <= each.at < build.end and each.names]
        names = [re.sub(r"^source\.", "", name) for name in names]
        provisioner = self.provisioner(offset)
        narrowed = ONLY.search(self._body(provisioner)) if provisioner is not None else None
        if narrowed is not None:
            said = NAMES.findall(narrowed.group(2))
            wanted = narrowed.group(1) == "only"
            names = [name for name in names if any(each.endswith(name) for each in said) is wanted]
        return [self._image(name) for name in dict.fromkeys(names)] or None

    def prepare(self, state: State, offset: int) -> int:
        """The provisioner's own variables and PATH; the line that says the variables, or 0."""
        state.venvs = self.venvs
        block = self.provisioner(offset)
        if block is None:
            return 0
        body = self._body(block)
        found = VARIABLES.search(body)
        for match in PAIR.finditer(found.group(1)) if found else ():
            name, value = (match.group(1), match.group(2)) if match.group(1) else (match.group(3), match.group(4))
            state.export({name: value}, f"environment_vars: {name}={value}")
        executes = EXECUTES.search(body)
        path = PATH.search(executes.group(1)) if executes else None
        if path is not None:
            _take_path(path.group(1), state)
        return 0 if found is None else self._line_of(block.start + found.start(1), found.group(1))

    def _line_of(self, offset: int, given: str) -> int:
        at = given.find("PIP_BREAK_SYSTEM_PACKAGES")
        return self.text.count("\n", 0, offset + at) + 1 if at >= 0 else 0

    def _image(self, name: str) -> str:
        """Of `docker.NAME`; "" for a machine, and for what is not described here."""
        if not name.startswith("docker."):
            return ""
        for each in self.blocks:
            if each.sort == "source" and each.names == ("docker", name.partition(".")[2]):
                found = IMAGE.search(self._body(each))
                image = (found.group(1) or found.group(2)) if found else ""
                return OF_VARIABLE.sub(self._default, image)
        return "$image"

    def _default(self, match: re.Match[str]) -> str:
        return self.defaults.get(match.group(1) or match.group(2), "$image")

    def _around(self, offset: int, sort: str) -> Optional[Block]:
        return next((each for each in reversed(self.blocks)
                     if each.sort == sort and each.at <= offset < each.end), None)

    def _body(self, block: Block) -> str:
        return self.text[block.start:block.end]


def _closings(text: str) -> dict[int, int]:
    """Where each brace is closed, by the place after it."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for match in BRACE.finditer(text):
        if match.group() == "{":
            opened.append(match.end())
        elif match.group() == "}" and opened:
            found[opened.pop()] = match.start()
    return found


def _take_path(path: str, state: State) -> None:
    """`execute_command = "env PATH=…"`: a first directory of which nothing is known may have a Python of its own."""
    because = f"execute_command: PATH={path}"
    first = path.partition(":")[0]
    known = state.classify_directory(first, because)
    if known is None and not first.startswith("$PATH") and not OF_SYSTEM.match(first):
        known = Active(Ground.UNKNOWN, "", because)
    if known is not None:
        state.activate(known)
