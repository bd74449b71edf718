"""A plan resolved with wheels alone in, the same without what pip would rather build from a newer source out.

pip takes the newest version, wheel or source; asked for wheels alone it goes back to an older one. What a source
would install is not known without running it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..model.facts import Gap
from ..model.frozen import replace
from ..model.plan import Change, Plan
from ..model.request import Request
from ..model.versions import admits, parse_version
from ..plan.ask_pip import Answer, Ask, clean_environment, for_python

VERSIONS = ("-I", "-m", "pip", "index", "versions", "--disable-pip-version-check", "--no-input")
NEWER = ("-I", "-m", "pip", "install", "--dry-run", "--quiet", "--no-deps", "--ignore-installed", "--only-binary",
         ":all:", "--no-input", "--disable-pip-version-check", "--report", "-")
AVAILABLE = re.compile(r"^Available versions: (.+)$", re.MULTILINE)
CHOSEN = ("PIP_CONSTRAINT", "PIP_ONLY_BINARY", "PIP_PREFER_BINARY")    # then an older wheel may be what is wanted
ABSENT = "No matching distribution found"


def without_older_wheels(plan: Plan, request: Request, python: str, minor: str, environ: Mapping[str, str],
                         ask: Ask) -> Plan:
    """`python` has a pip of its own that knows `pip index`; the interpreter that is installed for is `minor`."""
    chosen = any(option.startswith(("--only-binary", "--prefer-binary")) for option in request.argv)
    if chosen or request.constraints or any(environ.get(name) for name in CHOSEN):
        return plan
    found = {}
    for change in plan.changes:
        if change.requested and change.version and "==" not in change.specifier and change.source:
            newest = _newest(change, request, python, minor, environ, ask)
            if newest:
                found[change.name] = Gap(change.name, f"pip would build {newest} from source; what that installs is "
                                                      f"not known, the wheel of {change.version} is older")
    kept = tuple(change for change in plan.changes if change.name not in found)
    return replace(plan, changes=kept, gaps=(*plan.gaps, *found.values())) if found else plan


def _newest(change: Change, request: Request, python: str, minor: str, environ: Mapping[str, str], ask: Ask) -> str:
    """The version that is there as source alone, where it is newer than every wheel; else empty."""
    environment = clean_environment(environ)
    answer = ask([python, *VERSIONS, "--python-version", minor, *request.index_options, change.name], environment, "/")
    newer = [text for text in _versions(answer)
             if _is_newer(text, change) and admits(change.specifier, text) is not False]
    if not newer:
        return ""
    wanted = f"{change.name}{change.specifier + ',' if change.specifier else ''}>{change.version}"
    answer = ask([python, *NEWER, *for_python(minor), *request.index_options, wanted], environment, "/")
    return newer[0] if answer.code not in (0, None) and ABSENT in answer.stderr else ""


def _versions(answer: Answer) -> list[str]:
    """The newest first, as pip prints them; no pre-releases."""
    found = AVAILABLE.search(answer.stdout)
    return [text.strip() for text in found[1].split(",")] if answer.code == 0 and found else []


def _is_newer(text: str, change: Change) -> bool:
    ours, theirs = parse_version(change.version or ""), parse_version(text)
    return ours is not None and theirs is not None and theirs > ours
