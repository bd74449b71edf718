"""A conda prefix in, its installed packages and the files they own out: the records in its `conda-meta`.

One JSON file a package, with the same keys whichever of conda, mamba and pixi wrote it (prefix_record.py in conda).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ...errors import CollectError
from ...host import Host
from ...model.facts import Bound, Gap
from .stamps import Stamp, stamp_of

if TYPE_CHECKING:
    from .interface import PackageSet

SCHEME = "conda"
RELEVANT = ("bin/", "lib/python")


class CondaMeta:
    """Satisfies `PackageDatabase` for one prefix."""

    NAME = "conda-meta"

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix.rstrip("/")
        self.directory = f"{self.prefix}/conda-meta"

    def available(self, host: Host) -> bool:
        """A record of at least one package: an environment without any has nothing to own."""
        try:
            return any(name.endswith(".json") for name in host.list(self.directory))
        except OSError:
            return False

    def stamp(self, host: Host) -> Stamp:
        """A transaction adds and removes records, and adds to the history."""
        return (stamp_of(host, self.directory), stamp_of(host, f"{self.directory}/history"))

    def load(self, host: Host) -> PackageSet:
        """Raises CollectError for a record that cannot be read or is none."""
        from .interface import Package, PackageSet

        packages: dict[str, Package] = {}
        owners: dict[str, str] = {}
        shared: set[str] = set()
        gaps: list[Gap] = []
        for record, path in self._records(host):
            name = record["name"]
            if name in packages:
                gaps.append(Gap(path, f"{name} is recorded twice: a transaction of conda's broke off"))
            packages[name] = Package(name, record["version"], record.get("subdir", ""), source=name,
                                     depends=tuple((Bound(word.split()[0], scheme=SCHEME),)
                                                   for word in record.get("depends", ()) if word.strip()))
            for file in record["files"]:
                owned = f"{self.prefix}/{file}"
                if file.startswith(RELEVANT) and owners.setdefault(owned, name) != name:
                    shared.add(owned)    # conda lets packages clobber each other's files
        for owned in shared:
            del owners[owned]
        return PackageSet(packages, owners, tuple(gaps))

    def _records(self, host: Host) -> Iterator[tuple[dict[str, Any], str]]:
        try:
            names = [name for name in host.list(self.directory) if name.endswith(".json")]
        except OSError as error:
            raise _unreadable(self.directory, error) from error
        for name in names:
            path = f"{self.directory}/{name}"
            try:
                record = json.loads(host.read_bytes(path))
            except OSError as error:
                raise _unreadable(path, error) from error
            except ValueError as error:    # JSON's own errors, and bytes that are no UTF-8
                raise CollectError("package-database-damaged", f"{path} is no JSON: it may break off", path) from error
            if not _is_record(record):
                raise CollectError("package-database-damaged", f"{path} is no record of a conda package", path)
            yield record, path


def _is_record(record: Any) -> bool:
    return isinstance(record, dict) and all(isinstance(record.get(key), str) and record[key]
                                            for key in ("name", "version")) and all(
        isinstance(record.get(key, []), list) and all(isinstance(item, str) for item in record.get(key, []))
        for key in ("depends", "files")) and "files" in record


def _unreadable(path: str, error: OSError) -> CollectError:
    return CollectError("package-database-unreadable", f"{path} cannot be read: {error.strerror or error}", path)
