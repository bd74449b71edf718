"""What each kind of archive answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple, Protocol

from ...host import Host
from ..changes.files import NewFile


class Wanted(NamedTuple):
    """An installed OS package, in exactly this version."""

    name: str
    version: str
    architecture: str


class Archives(Protocol):
    """A module satisfies this. Both raise PyguardError."""

    NAME: str

    def available(self, host: Host) -> bool:
        """Whether this machine's package manager is that one."""

    def obtain(self, wanted: Wanted, directory: str, offline: bool, environ: Mapping[str, str]) -> str:
        """The path of the archive: from the cache, else fetched into `directory`, signatures checked.

        `environ`: the caller's variables, of which those that say how to reach the network count.
        """

    def read(self, archive: str, paths: Collection[str]) -> Mapping[str, NewFile]:
        """Those of the files that are in it, by their paths below /usr where directories are merged."""
