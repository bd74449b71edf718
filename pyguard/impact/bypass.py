"""A request in, the way it walks around EXTERNALLY-MANAGED out. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.facts import Facts
from ..model.impact import GuardBypass
from ..model.request import UV_SYNC, Request, Scheme

PEP_668_SINCE = (23, 0)    # the first pip that reads EXTERNALLY-MANAGED
OWN_EYES = frozenset({"uv", "conda"})    # these do not leave it to pip; `uv pip` reads it
BLIND = frozenset({"poetry", "pdm", "setup.py", "easy_install"})    # measured: they write as if it were not there


def find_bypasses(facts: Facts, request: Request) -> Iterator[GuardBypass]:
    """At most one: the option, or the tool that does not know the file."""
    guard = facts.interpreter.externally_managed
    if guard is None:
        return
    if request.break_system_packages is not None:
        yield GuardBypass("--break-system-packages", request.break_system_packages.origin, guard.path)
    elif request.destination.scheme in (Scheme.TARGET, Scheme.PREFIX) or request.destination.root:
        option = "--root" if request.destination.root else f"--{request.destination.scheme.value}"
        yield GuardBypass(option, request.destination.asked_by, guard.path)
    elif request.destination.emptied:
        yield GuardBypass(f"an empty {request.destination.emptied}", "", guard.path)
    elif request.frontend == "uv" and request.command == UV_SYNC:
        yield GuardBypass("a uv project's environment has no regard for it", request.destination.asked_by, guard.path)
    elif request.frontend in BLIND:
        yield GuardBypass(f"{request.frontend} does not read it", "", guard.path)
    elif (request.frontend not in OWN_EYES and facts.pip is not None and facts.pip.version
          and _release(facts.pip.version) < PEP_668_SINCE):
        yield GuardBypass(f"pip {facts.pip.version} does not read it", facts.pip.path, guard.path)


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
