"""Plays and lists of tasks that set a Mac up: Homebrew's and the system settings' modules and roles, and no Linux's."""

from __future__ import annotations

from typing import Any

from ...model.late_pattern import late
from ..circumstances import HostName
from ..mac_names import names_a_mac, words_of
from ..shell.state import State
from .yaml_nodes import is_mapping, is_sequence, items, line_of, mapping, text_of

OF_MAC = frozenset(("homebrew", "mas", "mac"))    # in a role's name
OF_LINUX = late(r"(?:^|[._/-])(?:linux|debian|ubuntu|apt|yum|dnf|fedora|centos|rhel|arch|pacman|snap|systemd)"
                r"(?=[._-]|$)")
MODULES = frozenset(("homebrew", "homebrew_cask", "homebrew_tap", "osx_defaults", "mas"))
OF_OTHERS = frozenset(("apt", "yum", "dnf", "pacman", "apk", "zypper", "package", "apt_repository", "systemd", "snap"))


def take_mac(node: Any, state: State) -> None:
    """Change the state to a Mac's, where the play or the list of tasks says so."""
    entries = mapping(node)
    if are_mac_tasks(node) or ("hosts" in entries and is_mac_play(entries)):
        state.host = HostName("macos", f"tasks of a Mac, line {line_of(node)}")


def is_mac_play(entries: dict[str, Any]) -> bool:
    """By the names of the roles of the play, or by its own tasks."""
    roles = [text_of(node) or text_of(mapping(node).get("role") or mapping(node).get("name"))
             for node in items(entries.get("roles"))]
    if any(map(OF_LINUX.search, roles)):
        return False
    return any(names_a_mac(role) or not OF_MAC.isdisjoint(words_of(role)) for role in roles) \
        or are_mac_tasks(entries.get("tasks"))


def are_mac_tasks(node: Any) -> bool:
    """Whether tasks of the list run modules of a Mac whatever the machine is, and none those of a Linux."""
    if not is_sequence(node):
        return False
    always: set[str] = set()
    for task in (mapping(each) for each in items(node) if is_mapping(each)):
        modules = {name.rsplit(".", 1)[-1] for name in task}
        if modules & OF_OTHERS:
            return False
        always |= modules if "when" not in task else set()
    return bool(always & MODULES)
