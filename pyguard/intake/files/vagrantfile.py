"""Vagrantfiles: inline shell provisioners, as root on a distribution's box unless they say otherwise.

And `ansible_local`, which with `install_mode` :pip or :pip_args_only runs `pip_install_cmd` and `sudo pip install`
in the guest (vagrant: plugins/provisioners/ansible/cap/guest/pip/pip.rb).
"""

from __future__ import annotations

import re
import shlex
from typing import Optional

from ...model.late_pattern import late
from ..circumstances import HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .repository import FileText, Repository

KIND = "vagrant"
BOX = late(r"""(\w+)\.vm\.box\s*=\s*["']([^"']+)["']|BOX\w*\s*=\s*["']([^"']+)["']""")
PROVISIONED = late(r"(\w+)\.vm\.provision\b")
DOCUMENT = late(r"<<[-~]?[\"']?([A-Z_][A-Z0-9_]*)[\"']?.*\n")
SCRIPT = late(r"""\bpath:?\s*(?:=>?)?\s*["']([^"'\n]+\.sh)["']""")
INLINE = late(r"""\binline:?\s*(?:=>?)?\s*(?:"((?:[^"\\\n]|\\.)+)"|'([^'\n]+)')""")
NAMED = late(r"(\$?\w+)[ \t]*=[ \t]*$")    # what a here-document is called
UNPRIVILEGED = late(r"\bprivileged:?\s*(?:=>?)?\s*false\b")
PROVISION = late(r"\.provision\b")
LOCAL = late(r"""[^\n]*(:ansible_local\b|["']ansible_local["'])""")
SETTING = late(r"""\b(install|install_mode|pip_args|pip_install_cmd)[ \t]*(?:=>|=|:)[ \t]*"""
               r"""(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|:?(\w+))""")
MODES = {"pip": "--upgrade ansible", "pip_args_only": ""}    # what goes to pip before pip_args
COMMENTED = late(r"^[ \t]*#(?!!)[^\n]*", re.M)    # of Ruby, or of the shell within
COMMENT = late(r"(?:^|[ \t])#(?!\{)[^\n]*", re.M)


def claims(path: str, head: str) -> bool:
    """By name."""
    name = path.rsplit("/", 1)[-1].lower()
    return name.startswith("vagrantfile") or name.endswith(".vagrantfile")


def read(file: FileText, repository: Repository) -> Reading:
    """Every here-document and every one-line `inline:`."""
    file = FileText(file.path, COMMENTED.sub(lambda match: " " * len(match.group()), file.text))
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd))
    on_disk: dict[tuple[str, str], str] = {}
    for at, what, found in _provisioned(file.text):
        host = _host(file.text, found.start())
        if host is None:
            continue
        state = _state(host)
        state.start_files = on_disk    # of the box, for those that come after
        if _is_unprivileged(file.text, at):
            state.account = "vagrant"
            shell.start(("bash", "-l"), state)
        if what is SCRIPT:
            place = SourceText("", file.path, file.text.count("\n", 0, found.start()) + 1).locate(0, 0)
            shell.run_script(SourceText(f"sh {shlex.quote(found.group(1))}", file.path, fixed=place), state)
            continue
        end = re.compile(rf"^[ \t]*{found.group(1)}[ \t]*$", re.M).search(file.text, found.end()) \
            if what is DOCUMENT else None
        if what is INLINE:
            _run(file, found.start(found.lastindex or 0), found.end(found.lastindex or 0), state, shell)
        elif end is not None:
            _run(file, found.end(), end.start(), state, shell)
    _ansible_local(file, _host(file.text, 0) or HostName(), shell)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _provisioned(text: str) -> list[tuple[int, re.Pattern[str], re.Match[str]]]:
    """Here-documents, one-line texts and scripts in the order in which they are run: where, and what."""
    found = [(match.start(), each, match) for each in (INLINE, SCRIPT) for match in each.finditer(text)]
    for match in DOCUMENT.finditer(text):
        name = NAMED.search(text, max(0, match.start() - 100), match.start())
        used = re.compile(rf"\binline:?\s*(?:=>?)?\s*{re.escape(name.group(1))}\b").search(text) if name else None
        found.append((used.start() if used else match.start(), DOCUMENT, match))
    return sorted(found, key=lambda each: each[0])


def _is_unprivileged(text: str, at: int) -> bool:
    """Whether the provisioner that says what stands there is run by the box's own user, in a login shell of his."""
    begin = max((match.start() for match in PROVISION.finditer(text, 0, at)), default=at)
    return UNPRIVILEGED.search(text, begin, text.find("\n", at)) is not None


def _host(text: str, offset: int) -> Optional[HostName]:
    """The box of the machine that the nearest `NAME.vm.provision` above is for, else the first; None for Windows."""
    start = max(0, offset - 5000)
    names = PROVISIONED.findall(text, start, offset + 1)
    own = [match for match in BOX.finditer(text, start, offset) if names and match.group(1) == names[-1]]
    match = own[-1] if own else BOX.search(text)
    box = (match.group(2) or match.group(3)) if match else ""
    if "windows" in box.lower() or "/win" in box.lower():
        return None
    system = next((name for name in ("ubuntu", "debian", "fedora", "centos", "alpine", "rocky", "alma")
                   if name in box.lower()), "")
    images = {"rocky": "rockylinux", "alma": "almalinux"}
    image = f"{images.get(system, system)}:{box.lower().rpartition('/')[2]}"    # ubuntu/jammy64, generic/fedora39
    return HostName(image, f"box {box}") if system else HostName()


def _state(host: HostName) -> State:
    state = State(host, User.ROOT)
    if not host.name:
        state.manager = "a Vagrant box is a distribution's"
    return state


def _ansible_local(file: FileText, host: HostName, shell: ShellRun) -> None:
    """What Vagrant runs in the guest to have Ansible there, before the playbook."""
    text = COMMENT.sub(lambda match: " " * len(match.group()), file.text)
    starts = [match.end() for match in PROVISION.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)]):
        if LOCAL.match(text, start) is None:
            continue
        said = {match.group(1): match for match in SETTING.finditer(text, start, end)}
        mode = said.get("install_mode")
        if mode is None or _value(mode) not in MODES or _value(said.get("install")) == "false":
            continue
        state = _state(host)
        command = said.get("pip_install_cmd")
        if command is not None:
            state.user = User.ORDINARY
            _run(file, command.start(command.lastindex or 0), command.end(command.lastindex or 0), state, shell)
        words = f"{MODES[_value(mode)]} {_value(said.get('pip_args'))}"
        place = SourceText("", file.path, file.text.count("\n", 0, mode.start()) + 1).locate(0, 0)
        shell.run_script(SourceText(f"sudo pip install {words}", file.path, fixed=place), state)


def _value(match: Optional[re.Match[str]]) -> str:
    return "" if match is None else match.group(match.lastindex or 0)


def _run(file: FileText, start: int, end: int, state: State, shell: ShellRun) -> None:
    line = file.text.count("\n", 0, start) + 1
    column = start - (file.text.rfind("\n", 0, start) + 1) + 1
    shell.run_script(SourceText(file.text[start:end], file.path, line, column), state)
