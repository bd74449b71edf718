"""What a recipe leaves on disk becomes part of the states of those that are run after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..shell.effects import MAX_PACKAGES
from ..shell.state import State


class Left:
    """By the names of recipes, of a task: OS packages, environments, Pythons apart; nothing that ends with a shell."""

    def __init__(self, known_as: Callable[[str], str] = str) -> None:
        self._by_name: dict[str, State] = {}
        self._known_as = known_as    # the name of the recipe that is run under a name

    def take(self, names: Iterable[str], state: State) -> None:
        """`state` is what holds after the recipe of these names; a name may have several."""
        for name in names:
            known = self._by_name.setdefault(name, state)
            if known is not state:
                both = self._by_name[name] = known.copy()
                hand_on(state, both)

    def give(self, names: Iterable[str], state: State) -> None:
        """What those left that were read by now."""
        for name in map(self._known_as, names):
            if name in self._by_name:
                hand_on(self._by_name[name], state)


def hand_on(before: State, state: State) -> None:
    """What `before` has on disk, `state` has, too."""
    state.note_manager(before.manager)
    if before.os_packages[:len(state.os_packages)] == state.os_packages:
        state.os_packages = before.os_packages
    else:
        state.os_packages = tuple(dict.fromkeys((*state.os_packages, *before.os_packages)))[:MAX_PACKAGES]
    state.private_versions |= before.private_versions
    if before.venvs is not state.venvs:
        state.venvs |= before.venvs
        state.open_venvs |= before.open_venvs
