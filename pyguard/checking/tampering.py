"""A command that changes a Python without installing anything becomes its Effects: rm, ln, apt remove, pip config."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from ..intake.circumstances import FoundCommand, Ground
from ..model.impact import (
    CondaBaseActivated,
    Effect,
    EnvironmentLeak,
    GuardRemoved,
    GuardSwitchedOff,
    InterpreterRemoved,
    InterpreterReplaced,
)
from ..model.late_pattern import late
from .removed_files import MARKER, files_removed, found_and_removed

NAMES_MARKER = late(r"EXTERNALLY-MANAGED|/python3[^/]*/EXT[A-Z-]*\*", re.I)
IN_PLACE = late(r"/python3[^/]*/EXTERNALLY-MANAGED$")
REMOVES_FILE = late(r"\b(remove|unlink|rename|replace|move|truncate)\b")
OWN = late(r"/(opt|home|venv|srv)/|venv|/usr/local/lib|\.local/share|pyenv|conda|homebrew|Cellar|libexec")
PROGRAM = late(r"^(/usr)?/s?bin/(python3(\.\d+)?|pip3(\.\d+)?|python2(\.7)?)$")
BARE_PYTHON = frozenset(("/usr/bin/python", "/bin/python"))    # taken away it breaks yum; a link more does nothing
# Hosts whose /usr/bin/yum begins with #!/usr/bin/python and needs Python 2 there: the releases before dnf
OF_YUM = late(r"(?:centos|rhel|ubi|oraclelinux|scientificlinux|(?<![a-z])s?el)[:/-]?(?:centos)?([5-7])(?!\d)|"
              r"amazonlinux:(?:[12](?!\d)|201)")
PYTHON2 = late(r"(?:(?:/usr)?/bin/)?python2(?:\.(\d+))?$")    # another one's yum module is not there
PYTHONS_OF_YUM = {"5": "4", "6": "6"}    # elsewhere 2.7
VERSIONED = late(r"(?:python|pip)(3\.\d+)$")
OF_OS = late(r"^((/usr)?/bin/)?[^/]+$")
SYSTEM_PYTHON = late(r"^(python3(\.\d+)?(-minimal)?|libpython3(\.\d+)?-(stdlib|minimal)|python-minimal|"
                     r"python2\.7-minimal|platform-python)(=.*)?$")
REMOVES = frozenset(("remove", "purge", "autoremove", "erase", "-R", "-Rs", "-Rns", "-Rdd", "rm", "-e", "-r", "-P",
                     "--remove", "--purge"))
EVERYBODY = late(r"^/etc/(environment|profile|profile\.d/|bash\.?bashrc|bashrc|zsh/|zshenv|security/pam_env|"
                 r"environment\.d/|skel/|systemd/system\.conf|ld\.so\.conf)")
LEAKING = late(r"(?:^|\s|[\"'])(PYTHONPATH|PYTHONHOME|LD_LIBRARY_PATH)=([^\s\"']*)", re.M)
SWITCH = late(r"break[-_]system[-_]packages\s*[= ]\s*[\"']?(true|1|yes|on)", re.I)
VARIABLE = late(r"(?:PIP|UV)_BREAK_SYSTEM_PACKAGES=[\"']?(1|true|yes|on)\b", re.I)
OF_JOB = late(r"\$\{?(GITHUB_ENV|BASH_ENV)\b")    # what all later steps begin with
TRUE = frozenset(("1", "true", "yes", "on"))
SOURCE_TREE = late(r"(?:^|/)c?python-?[23](?:\.\d+)*[a-z0-9]*/?$", re.I)    # Python-3.12.1, cpython-3.12
DELETERS = frozenset(("rm", "mv", "unlink", "truncate", "shred", "sed", "find", "cp", "ln", "dpkg-divert"))


def tampering(found: FoundCommand) -> Iterator[Effect]:
    """The effects of one command that is no install."""
    name = found.argv[0].rsplit("/", 1)[-1]
    how = shown(found)
    yield from _guard_removed(found, name, how)
    yield from _guard_off(found, name, how)
    if name in ("ln", "mv", "cp", "rm", "unlink", "install"):
        yield from _replaced(found, name, how)
    elif name == "find":
        yield from files_removed(found, found_and_removed(found.argv), how)
    elif name in ("update-alternatives", "alternatives"):
        yield from _alternative(found, how)
    elif name == "configure":
        yield from _built_over(found, how)
    elif name in ("apt", "apt-get", "aptitude", "dnf", "yum", "microdnf", "zypper", "pacman", "dpkg", "rpm",
                  "package"):
        yield from _removed(found, how)
    elif name in ("conda", "mamba", "micromamba"):
        yield from _auto_base(found, how)
    yield from _leaks(found, name)


def shown(found: FoundCommand) -> str:
    """The command in few words, for a message."""
    text = " ".join(found.argv)
    return text if len(text) <= 60 else text[:57] + "..."


def _guard_removed(found: FoundCommand, name: str, how: str) -> Iterator[Effect]:
    written = found.written
    if written is not None and MARKER in written.path and not written.append and not OWN.search(written.path):
        yield GuardRemoved(written.path, how)
        return
    if name.startswith("python") and "-c" in found.argv:
        text = " ".join(found.argv)
        if MARKER in text and REMOVES_FILE.search(text) and not OWN.search(found.argv[0]):
            yield GuardRemoved(MARKER, how)
        return
    if name not in DELETERS:
        return
    operands = [word for word in found.argv[1:] if not word.startswith("-")]
    if name == "find" and not ({"-delete", "-exec", "-execdir"} & set(found.argv)):
        return
    if name in ("mv", "cp") and _puts_back(operands, found.circumstances.cwd):
        return
    if name in ("cp", "ln"):
        operands = operands[-1:]
    for word in operands:
        if NAMES_MARKER.search(word) and not OWN.search(word):
            yield GuardRemoved(word, how)
            return


def _puts_back(operands: list[str], cwd: str) -> bool:
    """`mv EXTERNALLY-MANAGED.old EXTERNALLY-MANAGED`: a copy of the marker goes to the marker's own place."""
    if len(operands) != 2:
        return False
    source, target = (posixpath.join(cwd, word) for word in operands)
    if posixpath.basename(target) != MARKER:
        target = posixpath.join(target, posixpath.basename(source))
    return MARKER in posixpath.basename(source) and IN_PLACE.search(target) is not None and not IN_PLACE.search(source)


def _guard_off(found: FoundCommand, name: str, how: str) -> Iterator[Effect]:
    argv = found.argv
    joined = " ".join(argv)
    if name in ("ENV", "env:", "env") and VARIABLE.search(joined):
        yield GuardSwitchedOff(how, found.circumstances.host.name or ("what it runs" if name == "env" else "this job"))
    elif found.written is not None and (SWITCH.search(found.written.text) or VARIABLE.search(found.written.text)):
        of_job = OF_JOB.search(found.written.path) is not None and found.circumstances.active.ground is Ground.HOST
        if of_job or re.search(r"pip|environment|profile|rc$|uv\.toml$|pyproject\.toml$", found.written.path):
            yield GuardSwitchedOff(f"{found.written.path}", found.written.path)
    elif name == "sed" and "pip.conf" in argv[-1] and "-i" in joined and any(
            SWITCH.search(word) and not word.endswith("/d") for word in argv):
        yield GuardSwitchedOff(how, argv[-1])
    elif name == "export" and VARIABLE.search(joined):
        yield GuardSwitchedOff(how, "the rest of the script")
    elif "config" in argv and "set" in argv:
        rest = argv[argv.index("set") + 1:]
        if len(rest) > 1 and "break-system-packages" in rest[-2] and rest[-1].strip("\"'").lower() in TRUE:
            yield GuardSwitchedOff(how, "pip's configuration")


def _replaced(found: FoundCommand, name: str, how: str) -> Iterator[Effect]:
    operands = [_below(found.circumstances.cwd, word) for word in found.argv[1:] if not word.startswith("-")]
    if name in ("rm", "unlink"):
        for word in operands:
            if PROGRAM.match(word):
                yield InterpreterReplaced(word, "", how)
        yield from files_removed(found, operands, how)
        return
    if len(operands) < 2:
        return
    target = operands[-1]
    if name == "mv":
        yield from files_removed(found, operands[:-1], how)
    for source in operands[:-1]:
        base = source.rsplit("/", 1)[-1]
        path = f"{target.rstrip('/')}/{base}" if target.rstrip("/") in ("/usr/bin", "/bin") else target
        if (PROGRAM.match(path) or _is_of_yum(found, path, source)) and path != source and (
                name != "cp" or path == target):
            yield InterpreterReplaced(path, source, how)
        elif name == "mv" and (PROGRAM.match(source) or source in BARE_PYTHON):
            yield InterpreterReplaced(source, "", how)


def _is_of_yum(found: FoundCommand, path: str, source: str) -> bool:
    """Whether something else than its own Python 2 would stand where that host's yum finds its interpreter."""
    named = found.circumstances.host.name or found.circumstances.release
    host = OF_YUM.search(named) if path in BARE_PYTHON else None
    if host is None:
        return False
    own = PYTHON2.match(source)
    return own is None or own.group(1) not in (None, PYTHONS_OF_YUM.get(host.group(1), "7"))


def _below(cwd: str, word: str) -> str:
    """`python` after `cd /usr/bin`."""
    return f"{cwd.rstrip('/')}/{word}" if cwd.rstrip("/") in ("/usr/bin", "/bin") and "/" not in word else word


def _alternative(found: FoundCommand, how: str) -> Iterator[Effect]:
    argv = found.argv
    if "--install" in argv:
        rest = argv[argv.index("--install") + 1:]
        if len(rest) > 2 and rest[0] != rest[2] and (PROGRAM.match(rest[0]) or _is_of_yum(found, rest[0], rest[2])):
            yield InterpreterReplaced(rest[0], rest[2], how)
    if "--remove-all" in argv and argv[-1] in ("python3", "pip3"):    # the links go with the alternatives
        yield InterpreterReplaced(f"/usr/bin/{argv[-1]}", "", how)
    for option in ("--set", "--config"):
        if option in argv:
            rest = argv[argv.index(option) + 1:]
            if rest and rest[0] in ("python3", "pip3") and (len(rest) > 1 or option == "--config"):
                yield InterpreterReplaced(f"/usr/bin/{rest[0]}", rest[1] if len(rest) > 1 else "", how)


def is_harmless(effect: InterpreterReplaced, system: str, python: str) -> bool:
    """Whether a release whose own Python is `python` still finds it: `python3` leads there, or another name is meant.

    Nothing of RHEL 8 runs on its `python3`, which is for users to choose: its tools have /usr/libexec/platform-python.
    """
    meant, given = VERSIONED.search(effect.path), VERSIONED.search(effect.target)
    if meant is not None:
        return meant.group(1) != python
    if system == "rhel" and python == "3.6" and "alternatives " in effect.how:
        return True
    taken_over = effect.path.endswith("/python3") and "--install" in effect.how    # the package's own link is gone
    return not taken_over and bool(given and given.group(1) == python and OF_OS.match(effect.target))


def _built_over(found: FoundCommand, how: str) -> Iterator[Effect]:
    """A Python that is built for /usr: its `make install` goes over the distribution's."""
    if "--prefix=/usr" in found.argv and SOURCE_TREE.search(found.circumstances.cwd):
        yield InterpreterReplaced("/usr/bin/python3", f"one built in {found.circumstances.cwd}", how)


def _removed(found: FoundCommand, how: str) -> Iterator[Effect]:
    argv = found.argv
    if not REMOVES & set(argv[1:]):
        return
    yum = argv[0].rsplit("/", 1)[-1] in ("yum", "dnf", "microdnf", "rpm")
    for word in argv[1:]:
        if SYSTEM_PYTHON.match(word) or (yum and word == "python"):
            yield InterpreterRemoved(word, how)
            return


def _auto_base(found: FoundCommand, how: str) -> Iterator[Effect]:
    words = found.argv[1:]
    set_in_file = words[:1] == ("config",) and "auto_activate_base" in words and words[-1].lower() in TRUE
    if set_in_file or (words[:1] == ("init",) and "--dry-run" not in words):
        yield CondaBaseActivated(how)


def _leaks(found: FoundCommand, name: str) -> Iterator[Effect]:
    if name == "ENV":
        for match in LEAKING.finditer(" ".join(found.argv[1:])):
            yield EnvironmentLeak(match.group(1), match.group(2), "the image's ENV")
    elif found.written is not None and EVERYBODY.search(found.written.path):
        for match in LEAKING.finditer(found.written.text):
            yield EnvironmentLeak(match.group(1), match.group(2), found.written.path)


def concerns_host(found: FoundCommand) -> bool:
    """Whether the guard of the host's own Python is meant, and not that of an environment that is active."""
    return found.circumstances.active.ground not in (Ground.VENV, Ground.CONDA)
