"""The TOML that pip takes requirements from: pylock.toml, dependency groups and scripts -> wanted distributions."""

from __future__ import annotations

import re

from ..errors import IntakeError
from ..host import Host
from ..model.names import canonicalize_name
from ..model.paths import absolute
from ..model.request import WantedDistribution
from .local_projects import LIMIT, list_in, parse_toml, read_toml, table_in, text_in
from .requirement_text import Place, read_requirement

SCRIPT = re.compile(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$")    # PEP 723
DEEPEST = 50


def read_lock(host: Host, path: str) -> tuple[list[WantedDistribution], list[str]]:
    """Every package of a lock file, and what is not known of it: its markers may leave some out."""
    if not host.is_file(path):
        raise IntakeError("unreadable-requirements", f"could not read the lock file {path}", path)
    table, gap = read_toml(host, path)
    packages = table.get("packages")
    if gap or not isinstance(packages, list):
        raise IntakeError("unreadable-requirements", gap or f"{path} has no [[packages]]", path)
    wanted = []
    defaults = bool(list_in(table, "default-groups"))
    for package in packages:
        name, version = (text_in(package, "name"), text_in(package, "version")) if isinstance(package, dict) \
            else ("", "")
        if name:
            specifier, marker = f"=={version}" if version else "", text_in(package, "marker")
            if defaults and "dependency_groups" in marker:    # one that is installed without being asked for
                marker = ""
            wanted.append(WantedDistribution(f"{name}{specifier}", canonicalize_name(name), specifier, version,
                                             marker=marker, origin=path))
    return wanted, []


def read_group(host: Host, text: str, cwd: str) -> list[WantedDistribution]:
    """`--group [PATH:]GROUP` (PEP 735); raises IntakeError where pip finds none."""
    path, _, name = text.rpartition(":")
    path = absolute(path or "pyproject.toml", cwd)
    table, gap = read_toml(host, path)
    groups: dict[str, object] = {
        canonicalize_name(key): value for key, value in table_in(table, "dependency-groups").items()}
    if gap or not groups:
        raise IntakeError("unreadable-requirements", gap or f"{path} has no [dependency-groups]", path)
    texts = _expand(groups, canonicalize_name(name), path, ())
    return [read_requirement(host, one, Place(cwd, f"{path}: {name}")) for one in texts]


def _expand(groups: dict[str, object], name: str, path: str, above: tuple[str, ...]) -> list[str]:
    items = groups.get(name)
    if not isinstance(items, list) or name in above or len(above) > DEEPEST:
        raise IntakeError("unreadable-requirements", f"{path}: the dependency group {name!r} is not there or "
                          "includes itself", path)
    found: list[str] = []
    for item in items:
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, dict):
            found += _expand(groups, canonicalize_name(text_in(item, "include-group")), path, (*above, name))
    return found


def read_script(host: Host, name: str, cwd: str) -> list[WantedDistribution]:
    """`--requirements-from-script FILE` (PEP 723)."""
    path = absolute(name, cwd)
    try:
        text = host.read_text(path, LIMIT)
    except OSError as error:
        raise IntakeError("unreadable-requirements", f"could not read {path}: {error.strerror or error}",
                          path) from error
    found = SCRIPT.search(text)
    lines = found.group("content").splitlines() if found else []
    table, gap = parse_toml("\n".join(line[2:] for line in lines), path)
    if gap:
        raise IntakeError("unreadable-requirements", gap, path)
    return [read_requirement(host, one, Place(cwd, path)) for one in list_in(table, "dependencies")]
