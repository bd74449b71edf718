"""The files that a shell reads when it starts: what a script wrote to them, and which of them a shell reads."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from ...model.late_pattern import late
from ..circumstances import User
from .state import State

OF_HOME = late(r"(.*)/(\.(?:bash_profile|bash_login|profile|bashrc|zshenv|zprofile|zshrc))$")
OF_SYSTEM = late(r"/etc/(?:profile|profile\.d/[^/]+\.sh)$")
TELLS = late(r"activate|PATH=|workon|pyenv|asdf|mise\b")
PROFILES = (".bash_profile", ".bash_login", ".profile")    # bash reads the first that is there
OWN_HOME = ("~", "$HOME", "${HOME}")
ANYBODY, NEW_USERS = "", "new users'"
RED_HAT = late(r"fedora|centos|rocky|alma|rhel|ubi\d|redhat|oraclelinux|amazonlinux|^(dnf|yum|microdnf) ")
DEBIAN = late(r"(^|[/ ])debian\b")
TAKES_VALUE = late(r"[-+][A-Za-z]*[oO]$")
MAX_FILES = 100
MAX_TEXT = 20_000    # characters


class How(NamedTuple):
    """The kind of shell: `bash -lc` is a login shell, `bash -ic` an interactive one."""

    shell: str = "bash"
    login: bool = True
    interactive: bool = False


def is_start_file(path: str) -> bool:
    """Whether that is the name of one, in a home or below /etc."""
    return OF_HOME.match(path) is not None or OF_SYSTEM.match(path) is not None


def note_start_file(path: str, text: str, append: bool, state: State) -> None:
    """Keep what is written to a file that a shell may read when it starts."""
    known = state.start_files
    key = _key(path, state)
    if not (is_start_file(path) or TELLS.search(text)) or len(known) > MAX_FILES:
        return
    known[key] = f"{known.get(key, '') if append else ''}{text}\n"[-MAX_TEXT:]


def forget_start_files(argv: list[str], state: State, line: int) -> None:
    """`rm /etc/profile.d/x.sh`."""
    for word in argv[1:]:
        state.start_files.pop(_key(word, state), None)


def target_of(argv: list[str]) -> str:
    """The start-up file that `cp FILE TARGET` or `install -m 644 FILE TARGET` makes, or an empty string."""
    source, target = argv[-2:] if len(argv) > 2 else ("", "")
    whole = f"{target.rstrip('/')}/{os.path.basename(source)}"
    return next((each for each in (target, whole) if is_start_file(each)), "")


def written_at(path: str, state: State) -> str:
    """What was written to that file, where the one who sources it comes to it.

    The ~/.bashrc of Debian's and Ubuntu's users ends at its beginning for a shell that is not interactive.
    """
    if path.endswith("/.bashrc") and not _is_red_hat(state) and not _has_open_bashrc(state):
        return ""
    return state.start_files.get(_key(path, state), "")


def how_started(argv: list[str]) -> How:
    """`bash -l -c TEXT`, `/bin/sh -euxc TEXT`: by the options in front of the text or the script."""
    flags, index = "", 1
    while index < len(argv) and argv[index][:1] in ("-", "+"):
        word = argv[index]
        flags += "l" if word == "--login" else "" if word.startswith(("--", "+")) else word[1:]
        index += 2 if TAKES_VALUE.match(word) else 1
    return How(os.path.basename(argv[0]), "l" in flags, "i" in flags)


def texts_read(how: How, state: State) -> list[str]:
    """What such a shell of that account reads of the files that were written before, in its order."""
    known = state.start_files
    if not known or not (how.login or how.interactive or how.shell == "zsh"):
        return []
    found: list[str] = []
    if how.login:
        found += [known[key] for key in sorted(known) if key[0] == ANYBODY and OF_SYSTEM.match(key[1])]
    for name in _names(how, state):
        found += [known[owner, name] for owner in _owners(state) if (owner, name) in known]
    return found


def _names(how: How, state: State) -> list[str]:
    """The files of a home that such a shell reads."""
    if how.shell == "zsh":
        return [".zshenv", *[".zprofile"] * how.login, *[".zshrc"] * how.interactive]
    if not how.login:
        return [".bashrc"] if how.shell == "bash" else []
    if how.shell != "bash":
        return [".profile"]
    ours = {name for owner, name in state.start_files if owner in _owners(state)}
    if _is_red_hat(state):    # everybody has a .bash_profile there, which reads .bashrc
        return [".bashrc", ".bash_profile"]
    chosen = [name for name in PROFILES if name in ours][:1]
    if chosen in ([], [".profile"]) and (how.interactive or _has_open_bashrc(state)):    # .profile reads it
        return [".bashrc", *chosen]
    return chosen


def _owners(state: State) -> tuple[str, ...]:
    """Whose files an account reads: what new users are given, and its own."""
    account = _account(state)
    return (account,) if account == "root" else (NEW_USERS, account)


def _account(state: State) -> str:
    return state.account or ("root" if state.user is User.ROOT else "?")


def _key(path: str, state: State) -> tuple[str, str]:
    match = OF_HOME.match(path)
    if match is None:
        return ANYBODY, path
    home, name = match.groups()
    if home in OWN_HOME:
        return _account(state), name
    if home == "/etc/skel":
        return NEW_USERS, name
    return re.sub(r"^~", "", home.rpartition("/")[2]), name


def _has_open_bashrc(state: State) -> bool:
    """Debian's root has one that is comments; Ubuntu's ends at its beginning."""
    return DEBIAN.search(state.host.name) is not None and _account(state) == "root"


def _is_red_hat(state: State) -> bool:
    return RED_HAT.search(state.host.name) is not None or RED_HAT.search(state.manager) is not None
