"""conda: a base environment that pip has changed, and user sites that leak into conda's environments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...facts.accounts import Account
from ...facts.distributions import read_distributions
from ...facts.enumerate import conda_bases, entries_of
from ...facts.interpreter import inspect
from ...host import Host
from ...model.facts import Distribution, EnvironmentKind, OwnerKind, SiteDirectory
from ...model.impact import CondaBaseMutation, Effect, UserSiteLeak
from ...model.plan import Change
from ..as_user import acting_as
from ..world import World

NAME = "conda"
RECORD = re.compile(r"(.+)-[^-]+-[^-]+\.json$")    # conda-meta: NAME-VERSION-BUILD.json
CONDA = frozenset({EnvironmentKind.CONDA, EnvironmentKind.CONDA_BASE})


def find(world: World) -> Iterator[Effect]:
    """One effect a base, and one an environment that a user site leaks into."""
    seen: set[str] = set()
    for account in world.accounts:
        with acting_as(world.host, account, world.uid):
            found = list(_of(world.host, account, seen))
        yield from found


def _of(host: Host, account: Account, seen: set[str]) -> Iterator[Effect]:
    for base in conda_bases(host, {}, account.home):
        if not host.is_dir(f"{base}/conda-meta") or base in seen:
            continue
        seen.add(base)
        strangers = _strangers(host, base)
        is_base = any(name.startswith("conda-") and name[6:7].isdigit() for name in host.list(f"{base}/conda-meta"))
        if strangers and is_base:
            yield CondaBaseMutation(base, strangers)
        for prefix in (base, *entries_of(host, f"{base}/envs")):
            yield from _leaks(host, account, prefix)


def _strangers(host: Host, prefix: str) -> tuple[Change, ...]:
    """What pip says it installed, and conda has no record of."""
    recorded = {match[1].lower().replace("_", "-") for name in host.list(f"{prefix}/conda-meta")
                if (match := RECORD.match(name))}
    return tuple(Change(item.name, item.version, item.site) for item in _distributions(host, prefix)
                 if item.installer == "pip" and item.name not in recorded)


def _distributions(host: Host, prefix: str) -> tuple[Distribution, ...]:
    try:
        names = [name for name in host.list(f"{prefix}/lib") if re.match(r"python3\.\d+$", name)]
    except OSError:
        return ()
    sites = [SiteDirectory(f"{prefix}/lib/{name}/site-packages", OwnerKind.CONDA, "conda", 0) for name in names]
    return read_distributions(host, sites)


def _leaks(host: Host, account: Account, prefix: str) -> Iterator[Effect]:
    python = f"{prefix}/bin/python"
    if not host.exists(python):
        return
    found = inspect(host, python, environment={"HOME": account.home}, uid=account.uid, probe=False)
    if found.kind not in CONDA or not found.minor or host.exists(f"{prefix}/pyvenv.cfg"):
        return
    path = f"{account.home}/.local/lib/python{found.minor}/site-packages"
    items = read_distributions(host, [SiteDirectory(path, OwnerKind.USER, "user_site", 0)])
    if items:
        yield UserSiteLeak(prefix, path, "PYTHONNOUSERSITE",
                           tuple(Change(item.name, item.version, path) for item in items))
