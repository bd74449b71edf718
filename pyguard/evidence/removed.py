"""Removals that a plan brings with it, the paths that go out: as pip's own uninstall finds them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from ..host import Host
from ..model.facts import Distribution
from ..model.impact import Effect, Removal
from ..model.plan import Effectiveness


def removed_by(host: Host, effects: Iterable[Effect]) -> dict[str, tuple[str, ...]]:
    """The change's name -> what goes with it (UninstallPathSet.from_dist)."""
    found: dict[str, tuple[str, ...]] = {}
    for effect in effects:
        if isinstance(effect, Removal) and effect.outcome is Effectiveness.REPLACES:
            paths = installed_paths(host, effect.distribution)
            found[effect.change.name] = (*found.get(effect.change.name, ()), *paths)
    return found


def installed_paths(host: Host, item: Distribution) -> tuple[str, ...]:
    """Files named by RECORD or installed-files.txt; else the top-level names, and the metadata itself."""
    site = item.site
    metadata = _metadata_directory(host, item)
    paths = [metadata] if metadata else []
    for name, column in (("RECORD", True), ("installed-files.txt", False)):
        try:
            lines = host.read_text(f"{metadata}/{name}").splitlines()
        except OSError:
            continue
        base = site if column else metadata
        named = (line.rsplit(",", 2)[0].strip('"') if column else line for line in lines if line)
        paths += [posixpath.normpath(posixpath.join(base, path)) for path in named]
        return tuple(path for path in dict.fromkeys(paths) if host.exists(path) and path.count("/") > 2)
    for top in item.import_names:
        place = f"{site}/{top.replace('.', '/')}"
        paths += [path for path in (place, f"{place}.py") if host.exists(path)]
    return tuple(dict.fromkeys(paths))


def _metadata_directory(host: Host, item: Distribution) -> str:
    wanted = str(item.name).replace("-", "_")
    try:
        names = host.list(item.site)
    except OSError:
        return ""
    for name in names:
        stem, _, suffix = name.rpartition(".")
        if suffix in ("dist-info", "egg-info") and stem.partition("-")[0].lower().replace("-", "_").replace(
                ".", "_") == wanted:
            return f"{item.site}/{name}"
    return ""
