"""Terraform and Packer: user data and shell provisioners, which set up a distribution's machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ...model.late_pattern import late
from ..circumstances import Call, HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from . import cloud_init
from .packer_blocks import Packer
from .repository import FileText, Repository
from .switch_lines import SWITCH, report_switch

KIND = "provisioners"
DOCUMENT = late(r"<<[-~]?[\"']?(\w+)[\"']?[ \t]*\r?\n")
LIST = late(r'"?inline"?\s*[:=]\s*\[')
COMMAND = late(r'(?:^\s*"?(?:command|(?:metadata_)?startup[-_]script|user_?data|custom_?data)|"commandToExecute)"?'
               r'\s*[:=]\s*(?:base64encode\(\s*)?(?=")', re.M)
FILE = late(r'(?<![\w.])(?:file|templatefile|filebase64)\(\s*"([^"\n]+)"|'
            r'(?:^|\{)\s*"?scripts?"?\s*[:=]\s*(?:"([^"\n]+)"|\[([^\]]*)\])', re.M)
OF_MODULE = late(r"^\$\{(?:path\.(?:module|root|cwd)|template_dir)\}/|^\./")
STRING = late(r'"((?:[^"\\\n]|\\.)*)"')
END_OF_LIST = late(r"\]|#[^\n]*|//[^\n]*|[^\]\"#/]+|/")
IMAGE = late(r'^\s*"?image"?\s*[:=]\s*"([^"\n]+)"', re.M)
DOCKER = late(r'source\s+"docker"|"type"\s*:\s*"docker"')
PROVISIONER = late(r'provisioner\s+"([\w-]+)"')
INTERPOLATION = late(r"[$%]\{([^}\n]*)\}|\{\{[^}\n]*\}\}")
MAX_FILES = 50    # of one list
WINDOWS = frozenset(("powershell", "windows-shell"))
SCRIPT = late(r"\s*#!\s*\S*?(/|env\s+)(ba|da|z|k)?sh\b")


class Piece(NamedTuple):
    """Shell text between two offsets, or strings that are; `local` where the machine that runs terraform runs it."""

    start: int
    end: int
    local: bool
    strings: bool = False


def claims(path: str, head: str) -> bool:
    """`.tf`, `.hcl`, and Packer's older JSON."""
    if path.endswith(".json"):
        return '"provisioners"' in head and '"builders"' in head
    return path.endswith((".tf", ".hcl")) and not path.endswith("docker-bake.hcl")


def read(file: FileText, repository: Repository) -> Reading:
    """Every here-document that is a script or cloud-init's, and every `inline` list and `command`."""
    shell = ShellRun()
    packer = Packer(file.text if file.path.endswith(".hcl") else "")
    _calls(file, repository, shell, packer)
    match = IMAGE.search(file.text) if DOCKER.search(file.text) else None
    image = match.group(1) if match else ""
    found = list(shell.found)
    for piece in _pieces(file.text):
        if _provisioner(file.text, piece.start) in WINDOWS:
            continue
        body = file.text[piece.start:piece.end]
        if body.lstrip().startswith("#cloud-config"):
            above = "\n" * file.text.count("\n", 0, piece.start)
            found += cloud_init.read(FileText(file.path, above + _dedented(body)), repository).commands
            continue
        line = file.text.count("\n", 0, piece.start) + 1
        column = piece.start - (file.text.rfind("\n", 0, piece.start) + 1) + 1
        text = _unknown(_joined(body) if piece.strings else body)
        for each in [""] if piece.local else packer.images(piece.start) or [image]:
            before, state = len(shell.found), _state(each, piece.local)
            switch = packer.prepare(state, piece.start)
            shell.run_script(SourceText(text, file.path, line, column), state)
            if switch and state.variables.get(SWITCH):
                report_switch(state.variables[SWITCH] or "", file.path, switch, shell, before)
    return Reading((*found, *shell.found), (), tuple(shell.calls))


def _calls(file: FileText, repository: Repository, shell: ShellRun, packer: Packer) -> None:
    """The scripts that a machine is set up with: user data from a file, what Packer uploads and runs."""
    for match in FILE.finditer(file.text):
        if _is_apart(file.text, match.start()):
            continue
        names = STRING.findall(match.group(3)) if match.group(3) else [match.group(1) or match.group(2)]
        for name in names[:MAX_FILES]:
            script = repository.follow(OF_MODULE.sub("", name), file.path)
            if script is not None and (SCRIPT.match(script.text) or script.path.endswith((".sh", ".bash"))):
                for image in packer.images(match.start()) or [""]:
                    state = _state(image, False)
                    packer.prepare(state, match.start())
                    state.user = User.ROOT if match.group(1) else User.UNKNOWN
                    shell.calls.append(Call(script.path, file.text.count("\n", 0, match.start()) + 1, state))


def _state(image: str, local: bool) -> State:
    state = State(HostName(image, f"image {image}") if image else HostName(), User.UNKNOWN)
    if not local and not image:
        state.manager = "a provisioner sets a distribution's machine up"
    return state


def _pieces(text: str) -> Iterator[Piece]:
    for match in DOCUMENT.finditer(text):
        end = re.compile(rf"^[ \t]*{match.group(1)}[ \t]*\r?$", re.M).search(text, match.end())
        body = text[match.end():end.start()] if end is not None else ""
        attribute = text[text.rfind("\n", 0, match.start()) + 1:match.start()]
        if end is not None and (SCRIPT.match(body) or body.lstrip().startswith("#cloud-config")
                                or re.search(r"command|user_?data|startup|script|inline", attribute)):
            yield Piece(match.end(), end.start(), _is_local(text, match.start()))
    for match in LIST.finditer(text):
        end_of_list = _end(text, match.end())
        if end_of_list > match.end():
            yield Piece(match.end(), end_of_list, _is_local(text, match.start()), strings=True)
    for match in COMMAND.finditer(text):
        string = STRING.match(text, match.end())
        if string is not None:
            yield Piece(string.start(), string.end(), _is_local(text, match.start()), strings=True)


def _is_local(text: str, offset: int) -> bool:
    """Whether the nearest provisioner above is terraform's `local-exec` or Packer's `shell-local`."""
    return "local" in _provisioner(text, offset)


def _is_apart(text: str, offset: int) -> bool:
    name = _provisioner(text, offset)
    return "local" in name or name in WINDOWS


def _provisioner(text: str, offset: int) -> str:
    names = PROVISIONER.findall(text, max(0, offset - 4000), offset)
    return names[-1] if names else ""


def _end(text: str, start: int) -> int:
    position = start
    while position < len(text):
        match = STRING.match(text, position) or END_OF_LIST.match(text, position)
        if match is None:
            return start
        if match.group() == "]":
            return position
        position = match.end()
    return start


def _joined(body: str) -> str:
    """The commands of a list of strings, one after the other, with every offset kept."""
    kept = list(re.sub(r"[^\n]", " ", body))
    for match in STRING.finditer(body):
        kept[match.start(1):match.end(1)] = match.group(1).replace("\\n", "\n ").replace('\\"', ' "')
        kept[match.end(1)] = ";"
    return "".join(kept)


def _unknown(text: str) -> str:
    """Values that are filled in later become variables that nothing sets, as long as they were."""
    return INTERPOLATION.sub(lambda match: "${" + re.sub(r"\W", "_", match.group()[2:-1]) + "}", text)


def _dedented(body: str) -> str:
    lines = body.split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[margin:] for line in lines)
