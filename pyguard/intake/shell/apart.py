"""The names under which a Python that was built or installed apart is called."""

from __future__ import annotations

from ...model.late_pattern import late
from .state import State

PROGRAM = late(r"/(python|pip)(\d?(?:\.\d+)?)$")


def link(argv: list[str], state: State, line: int) -> None:
    """`ln -s /usr/local/bin/python3.10 /usr/bin/python`, or the same by update-alternatives: one more name."""
    words = [word for word in argv[1:] if not word.startswith("-")]
    if argv[0].rsplit("/", 1)[-1] != "ln":
        words = [*words[2:3], *words[:1]] if "--install" in argv else []
    if len(words) == 2:
        source, name = PROGRAM.search(words[0]), PROGRAM.search(words[1])
        if source and name and not words[0].startswith(("/usr/bin/", "/bin/")) \
                and source.group(2) in state.private_versions:
            state.private_versions.add(name.group(1) + name.group(2))


def bring_pip(argv: list[str], state: State) -> None:
    """What such a Python installs pip with: the names that are then its own."""
    if any(word.endswith("get-pip.py") for word in argv[1:]):
        state.private_versions.update(("pip", "pip3"))
    elif "ensurepip" in argv[1:3]:
        state.private_versions.update(("pip", "pip3") if "--default-pip" in argv else ("pip3",))
