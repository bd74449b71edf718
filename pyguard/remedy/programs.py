"""Facts in, the programs out that a remedy may name, as they have to be written to be found. Pure."""

from __future__ import annotations

from typing import Optional

from ..model.facts import Facts, Tool


def find_tool(facts: Facts, *names: str) -> Optional[Tool]:
    """The first of these that is on the machine."""
    tools = {tool.name: tool for tool in reversed(facts.tools)}
    return next((tools[name] for name in names if name in tools), None)


def written(facts: Facts, tool: Tool) -> str:
    """The name alone where PATH leads to this very file, else its path."""
    directory, _, name = tool.path.rpartition("/")
    on_path = [entry.rstrip("/") for entry in facts.environment.path]
    return name if directory in on_path or not tool.path else tool.path


def as_root(facts: Facts, uid: int, argv: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """The command with sudo in front where that is needed and there, and whether it can be run at all."""
    if uid == 0:
        return argv, True
    has_sudo = find_tool(facts, "sudo") is not None
    return (("sudo", *argv) if has_sudo else argv), has_sudo
