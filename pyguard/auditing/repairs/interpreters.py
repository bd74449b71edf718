"""/usr/bin/python3 leads again to where the distribution declares, and no alternative turns it away once more."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import Union

from ...model.impact import Effect, InterpreterReplaced
from ...model.repair import Action, Left, Phase, Verb
from ..world import World

ALTERNATIVES = ("/var/lib/dpkg/alternatives", "/etc/alternatives", "/var/lib/alternatives")


def mend(world: World, effects: Sequence[Effect]) -> Iterator[Union[Action, Left]]:
    """`update-alternatives --remove-all python3` would take /usr/bin/python3 with it, so it is not called."""
    expected = world.links
    diverted = {each.source: each for each in world.packages.diversions if each.is_local}
    for effect in effects:
        if not isinstance(effect, InterpreterReplaced) or effect.path not in expected:
            continue
        if effect.path in diverted:    # dpkg-divert(1) renames nothing over what stands there
            aside = f"sudo mv -T {effect.path} {effect.path}.replaced && " if effect.target else ""
            yield Left(f"{effect.path}: {effect.how}", f"{aside}sudo {diverted[effect.path].undone}")
            continue
        target = posixpath.basename(expected[effect.path])
        if not world.host.exists(expected[effect.path]):
            yield Left(f"{expected[effect.path]} is not there", "it comes back with the OS package that owns it")
        yield Action(Phase.INTERPRETER, Verb.LINK, effect.path, f"it has to lead to {target}", target=target)
        name = posixpath.basename(effect.path)
        for directory in ALTERNATIVES:
            if world.host.is_link(f"{directory}/{name}") or world.host.exists(f"{directory}/{name}"):
                yield Action(Phase.INTERPRETER, Verb.QUARANTINE, f"{directory}/{name}",
                             f"an alternative for {name} would turn it away again")
