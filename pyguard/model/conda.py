"""What is known about conda on a host, as far as a command for it depends on that."""

from __future__ import annotations

from .frozen import dataclass


@dataclass(frozen=True)
class CondaSetup:
    """`channels`: the configured ones, the strongest first. `names`: distribution -> conda-forge's package.

    `builds`: package, version and the minor version of Python it is for (empty: any), from channel indexes that
    are complete on this machine; a package that such an index lacks has one entry without a version. `ready`: the
    calling shell knows `conda activate`.
    """

    channels: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    builds: tuple[tuple[str, str, str], ...] = ()
    ready: bool = False
