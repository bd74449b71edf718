"""Shell scripts, by name and by their first line."""

from __future__ import annotations

import re
from typing import Optional

from ...model.late_pattern import late
from ..circumstances import Call, HostName, Reading, User
from ..mac_names import names_a_mac
from ..shell.decided import lines_of_commands
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .callers import called_functions, find_callers
from .old_releases import release_of
from .packaged import packaged_by
from .repository import FileText, Repository

KIND = "shell"
SHEBANG = late(r"#!\s*\S*?(?:/|env\s+(?:-\S+\s+)*|busybox\s+|with-contenv\s+)(?:(?:ba|da|z|k|mk|a)?sh|bashio)\b")
NAMES = (".sh", ".bash", ".zsh", ".ksh", ".bats")
AGAIN_AS_ROOT = late(r"\bsudo\s+(-\S+\s+)*[\"']?\$\{?(0|BASH_SOURCE)\b")
ASKS_FOR_ROOT = late(r"\$\(id -u\)|\$EUID|\$\{EUID|\bid -u\b|\$UID\b|whoami")
SETS_UP = late(r"\b(apt-get|apt|dnf|yum|pacman|zypper|apk)\s+(-\S+\s+(Dpkg\S+\s+)?)*"
               r"(install|add|update|upgrade|dist-upgrade|full-upgrade|groupinstall|localinstall|remove|purge|"
               r"autoremove|module|-S)|\bzypper\s+(-\S+\s+)*in\b|"
               r"^[^#\n]*\b(systemctl\s+(-\S+\s+)*(enable|disable|start|restart|stop|daemon-reload)|update-rc\.d|useradd|"
               r"usermod|add-apt-repository|apt-key|dpkg\s+-i|rpm\s+-[iU]\w*|service\s+[\w.@-]+\s+(re)?start|"
               r"(update-)?alternatives\s+--(install|set)|raspi-config\s|"
               r"/etc/systemd/system|/etc/init\.d|ln\s+-\S+\s+(\S+\s+)?/usr/bin/(pip|python)3?)\b", re.M)
CALLED_BY = late(r"\$\{?SUDO_U(?:SER|ID)\b")
MACHINES = late(r"^[^#\n]*(?<![\w.-])(/vagrant/|/home/(vagrant|pi)\b)", re.M)    # a Vagrant box's, a Raspberry Pi's
# What only one system has, where nothing of another is named
OF_MACOS = late(r"^[^#\n]*\b(xcode-select|softwareupdate|launchctl|defaults\s+write|dscl|hdiutil|"
                r"brew\s+(install|tap|update|bundle|upgrade))\b|"
                r"^[^#\n]*(?:/opt/homebrew/|(?:~|\$HOME|\$\{HOME\})/Library/)", re.M)
WORDS_OF_MACOS = ("xcode-select", "softwareupdate", "launchctl", "defaults", "dscl", "hdiutil", "brew", "/Library/")
OF_LINUX = late(r"\b(apt|apt-get|dnf|yum|zypper|apk|snap|systemctl|linux|uname|OSTYPE|debian|ubuntu)\b", re.I)
OF_MSYS = late(r"^[^#\n]*\bpacman\s[^\n]*mingw-w64", re.M)
# Scripts that by their names only a distribution runs
RUN_BY = ((late(r"-run-chroot\.sh$|\.chroot$|(^|/)mkosi\.[a-z.]+$|(^|/)customize-image\.sh$"),
           "its name says that it runs in an image's file system"),
          (late(r"((^|/)|\.)(pre|post)(inst|rm)$", re.I), "its name says that dpkg runs it"),
          (late(r"(^|/)cron\.(daily|hourly|weekly|monthly)/|(^|/)etc/(init\.d/|profile\.d/|rc\.local$)"),
           "where it lies, only a distribution runs it"),
          (late(r"(^|/)(ec2[-_])?(user[-_]?data|cloud[-_]init)(\.sh|\.bash)?(\.\w+)?$"),
           "its name says that cloud-init runs it"))
OSS_FUZZ = late(r"\$\{?LIB_FUZZING_ENGINE|compile_python_fuzzer|\$\{?SRC\b[\s\S]*\$\{?OUT\b|"
                r"\$\{?OUT\b[\s\S]*\$\{?SRC\b")
DEFINES = late(r"\(\)\s*[{(]|\bfunction\s+\w")
REFUSES = late(r"must be (run as )?root|root (privileges|permissions|rights)|"
               r"run (this|it|me)?.{0,20}as root|need.{0,20}root|please run with sudo|"
               r"\[ *\"?\$\(?id -u\)?\"? -ne 0 *\]", re.I)


def claims(path: str, head: str) -> bool:
    """`.sh` and its kin, or a shell's shebang."""
    name = path.rsplit("/", 1)[-1]
    if name.endswith(NAMES) or name in (".bashrc", ".profile", ".bash_profile", ".zshrc", "PKGBUILD", "APKBUILD"):
        return not head.startswith("#!") or SHEBANG.match(head) is not None or "python" not in head.split("\n", 1)[0]
    return SHEBANG.match(head) is not None


def _only_system(text: str, path: str) -> HostName:
    """macOS or Windows for a script that calls what these have, or is called so, and names no other system."""
    if names_a_mac(path) and not OF_LINUX.search(f"{path}\n{text}"):
        return HostName("macos", "its name says that a Mac runs it")
    if any(word in text for word in WORDS_OF_MACOS) and OF_MACOS.search(text) and not OF_LINUX.search(text):
        return HostName("macos", "the script calls what macOS or Homebrew has")
    if "mingw-w64" in text and OF_MSYS.search(text) and not OF_LINUX.search(text):
        return HostName("windows", "the script installs packages of MSYS2")
    return HostName()


def read(file: FileText, repository: Repository) -> Reading:
    """The whole script, as each file of the repository that runs it does; else on a host that nothing names.

    Where what the callers give it decides its branches, the lines that none of them comes to are read once more, as if
    nobody knew: somebody else may come there.
    """
    root = ("sudo" in file.text and AGAIN_AS_ROOT.search(file.text) is not None) or (
        ASKS_FOR_ROOT.search(file.text) is not None and REFUSES.search(file.text) is not None)
    states = find_callers(file.path, repository) or [_nobodys(file.path, root, repository)]
    for state in states:
        _take_signs(file, root, state, repository)
    called = called_functions(file.path, repository) if _defines(file.text) else []
    reached: Optional[set[int]] = set() if any(state.decides for state in states) else None
    shells = [_walked(file, state.copy(), called, reached, repository) for state in states]
    found = [each for shell in shells for each in shell.found]
    calls = [each for shell in shells for each in shell.calls]
    if reached is not None and not reached.issuperset(lines_of_commands(SourceText(file.text, file.path))):
        for state in states:
            state.decides = False
            shell = _walked(file, state, called, None, repository)
            found += [each for each in shell.found
                      if each.location.path != file.path or each.location.line not in reached]
            calls += [each for each in shell.calls if each.line not in reached]
    return Reading(tuple(found), (), tuple(calls))


def _nobodys(path: str, root: bool, repository: Repository) -> State:
    """What holds in a script that nothing here runs."""
    state: Optional[State] = None
    if ".devcontainer/" in path:
        from .devcontainer import state_around  # 5 ms, and few repositories have one

        state = state_around(path, repository)
    return state or State(HostName(), User.ROOT if root else User.UNKNOWN)


def _defines(text: str) -> bool:
    return ("()" in text or "function" in text) and DEFINES.search(text) is not None


def _walked(file: FileText, state: State, called: list[Call], reached: Optional[set[int]],
            repository: Repository) -> ShellRun:
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd))
    shell.called_from = called
    shell.reached = reached
    shell.run_script(SourceText(file.text, file.path), state)
    return shell


def _take_signs(file: FileText, root: bool, state: State, repository: Repository) -> None:
    """What the script itself says of where it runs."""
    if not state.host.name and ("FUZZ" in file.text or "fuzz" in file.text or "OUT" in file.text) \
            and OSS_FUZZ.search(file.text):
        state.host = HostName("gcr.io/oss-fuzz-base/base-builder", "the script builds for OSS-Fuzz, in its image")
    elif not state.host.name:
        state.host = _only_system(file.text, file.path)
        said = next((because for name, because in RUN_BY if name.search(file.path)), "")
        package = "" if said else packaged_by(file.path, repository)
        state.manager = state.manager or said or (package and f"{package} puts it into a package's scripts")
    state.variables["0"] = file.path
    state.release = release_of(file.path, file.text)
    if not state.manager and (SETS_UP.search(file.text) or (root and not state.host.name)):
        state.manager = "the script sets a host up: it calls its package manager or systemd, or needs root"
    elif not state.manager and not state.host.name and CALLED_BY.search(file.text):
        state.manager = "the script asks who called it with sudo"
    elif not state.manager and not state.host.name and MACHINES.search(file.text):
        state.manager = "the script has the paths of a machine with a distribution: a Vagrant box, a Raspberry Pi"
