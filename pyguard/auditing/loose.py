"""A site directory that is not the operating system's in, the modules there that no metadata speaks of out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..errors import CollectError
from ..facts.import_names import normalize_import_name
from ..facts.site_listing import list_site
from ..host import Host
from ..model.facts import Distribution, Owner, SiteDirectory

ENDS = (".py", ".pyc", ".so")


def loose_modules(host: Host, site: SiteDirectory, known: Sequence[Distribution]) -> Iterator[Distribution]:
    """Each as a distribution without metadata and version, as a file that was copied there."""
    claimed = {name.split(".")[0] for item in known if item.site == site.path for name in item.import_names}
    try:
        names = list_site(host, site.path)
    except CollectError:
        return    # who lists the distributions there says so
    for module in dict.fromkeys(_module(host, site.path, name) for name in names):
        if module and module not in claimed:
            yield Distribution(normalize_import_name(module), "", site.path, Owner(site.owner), metadata="none",
                               import_names=(module,))


def _module(host: Host, site: str, name: str) -> str:
    """Its import name; a directory without `__init__` is a part of a namespace and shadows nothing."""
    stem = name.split(".")[0]
    if not stem.isidentifier() or stem == "__pycache__" or stem.startswith("_pyguard"):
        return ""
    if name.endswith(ENDS):
        return stem
    path = f"{site}/{name}"
    if "." not in name and host.is_dir(path):
        return stem if any(host.exists(f"{path}/__init__{end}") for end in (".py", ".pyc")) else ""
    return ""
