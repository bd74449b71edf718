"""A Target as somebody named it -> the same by the names that the interpreter's own directories go by."""

from __future__ import annotations

from collections.abc import Iterable

from ..host import Host
from ..model.facts import SiteDirectory
from ..model.frozen import replace
from ..model.plan import OS_TREES, Target


def follow_links(host: Host, target: Target, sites: Iterable[SiteDirectory]) -> Target:
    """A name for a site directory or for one of the OS's own places becomes that one; every other name stays.

    `--target`, `--prefix`, `--root` and the user's base may lead there through symbolic links, also where the last
    directories are yet to be made. Names that are a site's already cost no look at the disk.
    """
    known = tuple(sites)
    names = {site.path for site in known}
    paths = (target.purelib, target.platlib, target.scripts)
    if names.issuperset(paths[:2]):
        return target
    by_real = {real_path(host, site.path): site.path for site in reversed(known)}
    purelib, platlib, scripts = (path if path in names else _known_name(real_path(host, path), path, by_real)
                                 for path in paths)
    ranks = [site.rank for site in known if site.path in (purelib, platlib)]
    return replace(target, purelib=purelib, platlib=platlib, scripts=scripts, on_path=bool(ranks),
                   rank=min(ranks, default=None))


def _known_name(real: str, path: str, by_real: dict[str, str]) -> str:
    return by_real.get(real) or (real if f"{real}/".startswith(OS_TREES) else path)


def real_path(host: Host, path: str) -> str:
    """Where a path leads; itself for a loop of links."""
    try:
        return host.realpath(path)
    except OSError:
        return path    # a loop of links: the tool's own error
