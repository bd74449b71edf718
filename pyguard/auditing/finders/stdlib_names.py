"""Distributions that bring a module of the standard library's name, such as enum34: at once, or sooner or later."""

from __future__ import annotations

from collections.abc import Iterator

from ...facts.stdlib import stdlib_modules
from ...facts.variables import start_up_lines
from ...host import Host
from ...model.damage import StdlibNameTaken
from ...model.facts import Distribution, OwnerKind, SiteDirectory
from ...model.impact import Effect, StdlibShadow
from ...model.plan import Change
from ..as_user import acting_as
from ..world import View, World

NAME = "standard library names"
EASY_INSTALL = "easy-install.pth"
PUSHES = "sys.__plen"    # setuptools' own lines in it: what they enclose is moved to the front of sys.path


def find(world: World) -> Iterator[Effect]:
    """What PYTHONPATH brings in front is found among the shadows; an egg of easy-install.pth goes in front too."""
    seen = set()
    for view in world.views:
        with acting_as(world.host, view.account, world.uid):
            found = list(_effects(world.host, view))
        for effect in found:
            if effect not in seen:
                seen.add(effect)
                yield effect


def _effects(host: Host, view: View) -> Iterator[Effect]:
    facts = view.facts
    names = frozenset(stdlib_modules(host, facts.interpreter, [SiteDirectory("/", OwnerKind.LOCAL, "pythonpath", 0)]))
    schemes = {site.path: site for site in facts.sites}
    for item in facts.distributions:
        site = schemes.get(item.site)
        if site is None or site.owner is OwnerKind.OS or site.scheme == "pythonpath":
            continue
        taken = tuple(name for name in item.import_names if name in names)
        if taken:
            yield from _judge(host, view, item, site, taken)


def _judge(host: Host, view: View, item: Distribution, site: SiteDirectory, taken: tuple[str, ...]) -> Iterator[Effect]:
    pusher = _pusher(host, view, site.path) if site.scheme == "pth" else ""
    change = Change(item.name, item.version, item.site, import_names=item.import_names)
    if pusher:
        yield from (StdlibShadow(change, module, site.path, pusher) for module in taken)
    else:
        yield StdlibNameTaken(f"{item.name} {item.version}".rstrip(), site.path, taken,
                              view.account.name if site.owner is OwnerKind.USER else "")


def _pusher(host: Host, view: View, path: str) -> str:
    """The easy-install.pth that moves this directory before the standard library."""
    for site in view.facts.sites:
        lines = start_up_lines(host, f"{site.path}/{EASY_INSTALL}")
        if any(PUSHES in line for line in lines) and any(line.strip().rstrip("/").endswith(path.rpartition("/")[2])
                                                         for line in lines):
            return f"{site.path}/{EASY_INSTALL}"
    return ""
