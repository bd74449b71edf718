"""Programs under other names: `python${VERSION}`, get-pip.py saved as something else, a link in front on PATH."""

from __future__ import annotations

import posixpath
import re

from ...model.late_pattern import late
from ..circumstances import Ground
from .state import State

UNKNOWN = r"(?:\$(?:\{\w+\}|\w+|\(.*\))|`.*`)"    # what nobody knows of a word: a variable, what a command prints
SOME_VERSION = late(rf"((?:^|/)(?:python|pip))(?:3\.)?{UNKNOWN}$", re.S)
LINK = late(r"(?:/usr(?:/local)?)?/bin/((?:python|pip)[\d.]*)$")
VERSION = late(r"3\.\d+$")
OF_OS = late(r"(?:/usr)?/s?bin/|[^/]*$")    # the distribution's, or beside it


def note_link(argv: list[str], state: State, line: int) -> None:
    """`ln -s /opt/v/bin/pip /usr/local/bin/pip`, and the same by update-alternatives: what that name runs."""
    words = [word for word in argv[1:] if not word.startswith("-")]
    if argv[0].endswith("alternatives"):
        if "--install" not in argv or len(words) < 3:
            return
        words = [words[2], words[0]]
    if len(words) != 2:
        return
    source, target = words
    base = source.rsplit("/", 1)[-1]
    target = f"{target.rstrip('/')}/{base}" if target.rstrip("/").endswith("/bin") else target
    match = LINK.match(target)
    if match is None:
        return
    version = VERSION.search(source)
    if OF_OS.match(source):
        state.written.pop(f"program {match.group(1)}", None)
        state.written.pop(f"program {target}", None)
    elif target.startswith("/usr/local") or (version and version.group() in state.private_versions) or (
            state.classify_directory(posixpath.dirname(source), "") is not None):
        state.written[f"program {target}"] = source
        state.written[f"program {match.group(1)}"] = source    # over the distribution's only what is known to be apart


def bring_pip(argv: list[str], state: State) -> None:
    """What a Python built or installed apart gets its pip with: the names that are then its own."""
    if any(word.endswith("get-pip.py") for word in argv[1:]):
        state.private_versions.update(("pip", "pip3"))
    elif "ensurepip" in argv[1:3]:
        state.private_versions.update(("pip", "pip3") if "--default-pip" in argv else ("pip3",))


def note_pip(argv: list[str], piped_from: tuple[str, ...], state: State, line: int) -> None:
    """`sudo easy_install pip`, `sudo python get-pip.py`: the pip that is first on PATH from there is the host's own."""
    if not state.sudo or state.active.ground is not Ground.HOST or state.host.name:
        return
    fetched = any(word.endswith("get-pip.py") for word in (*argv[1:], *piped_from))
    if fetched or (argv[0].startswith("easy_install") and "pip" in argv[1:]):
        state.note_manager(f"{'get-pip.py' if fetched else argv[0]} brings pip for everybody, line {line}")


def real_names(argv: list[str], state: State) -> list[str]:
    """The words; `python${VERSION}` as python3, and programs by the path or the name that they have elsewhere."""
    saved = state.written.get("get-pip.py")
    words = ["get-pip.py" if word in (saved, f"./{saved}") else word for word in argv[1:]] if saved else argv[1:]
    program = SOME_VERSION.sub(r"\g<1>3", argv[0]) if "$" in argv[0] or "`" in argv[0] else argv[0]
    return [state.written.get(f"program {argv[0]}") or program, *words]
