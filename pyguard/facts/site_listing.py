"""A site directory in, its file names out, and whether they touch wanted names: what is asked every time."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..errors import CollectError
from ..host import Host
from .import_names import normalize_import_name


def list_site(host: Host, path: str) -> tuple[str, ...]:
    """Nothing for a directory that is not there; CollectError for one that cannot be listed."""
    try:
        return host.list(path)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        reason = error.strerror or error
        raise CollectError("site-unreadable", f"{path} cannot be listed: {reason}", path) from error


def touches(names: Iterable[str], wanted: Collection[str]) -> bool:
    """True if an entry is metadata or a module of a wanted name, as far as file names tell.

    The first part is enough for namespace packages: `zope` is looked into for `zope-event`.
    """
    tops = {name.split("-")[0] for name in wanted}
    for name in names:
        stem = name.split("-")[0].split(".")[0]
        normal = normalize_import_name(stem) if stem else ""
        if normal in wanted or normal.split("-")[0] in tops:
            return True
    return False
