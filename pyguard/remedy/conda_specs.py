"""PEP 440 becomes a conda MatchSpec, exactly for final releases.

The six rewrites are where the two languages differ (measured against conda 26.7 and py-rattler):
`=1.2` is a prefix match in conda, so `==` stays; `==1.2.*` loses its `.*` inside a comma list, so it
becomes `1.2.*` there; `<2` would take 2.0rc1; `===` cannot be parsed; `~=1.2.post1` and `~=1.2.dev1` are read as
prefixes; versions are normalized because conda reads `1.0-1` as 1.0.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.plain import read_plain
from ..model.versions import parse_specifier, parse_version

if TYPE_CHECKING:
    from packaging.specifiers import Specifier


def conda_spec(name: str, specifier: str) -> str:
    """`name`, `name==1.2.3`, `name=1.2` or `name >=1,<2.0a0`."""
    plain = read_plain(name + specifier)
    if plain is not None and plain.operator in ("", "=="):
        return f"{name}=={_normal(plain.version)}" if plain.operator else name
    parsed = parse_specifier(specifier)
    singles = sorted(parsed or (), key=str)
    if not singles:
        return name
    if len(singles) == 1 and singles[0].operator in ("==", "==="):
        version = singles[0].version
        return f"{name}={version[:-2]}" if version.endswith(".*") else f"{name}=={_normal(version)}"
    return f"{name} " + ",".join(_translate(single) for single in singles)


def _translate(single: Specifier) -> str:
    operator, version = single.operator, single.version
    if operator == "==" and version.endswith(".*"):
        return version
    if operator == "===":
        return f"=={_normal(version)}"
    parsed = parse_version(version)
    if operator == "<" and parsed is not None and not parsed.is_prerelease:
        release = version if "." in version else f"{version}.0"
        return f"<{_normal(release)}a0"
    if operator == "~=" and parsed is not None and (parsed.is_postrelease or parsed.is_prerelease):
        epoch = f"{parsed.epoch}!" if parsed.epoch else ""
        return f">={_normal(version)},{epoch}{'.'.join(str(part) for part in parsed.release[:-1])}.*"
    return f"{operator}{version if version.endswith('.*') else _normal(version)}"


def _normal(version: str) -> str:
    parsed = parse_version(version)
    return str(parsed) if parsed is not None else version
