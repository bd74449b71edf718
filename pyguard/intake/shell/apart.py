"""The names under which a Python that was built or installed apart is called."""

from __future__ import annotations

from .state import State


def bring_pip(argv: list[str], state: State) -> None:
    """What such a Python installs pip with: the names that are then its own."""
    if any(word.endswith("get-pip.py") for word in argv[1:]):
        state.private_versions.update(("pip", "pip3"))
    elif "ensurepip" in argv[1:3]:
        state.private_versions.update(("pip", "pip3") if "--default-pip" in argv else ("pip3",))
