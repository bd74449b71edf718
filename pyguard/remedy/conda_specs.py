"""PEP 440 becomes a conda MatchSpec, exactly for final releases.

The rewrites are where the two languages differ (measured against conda 26.7 and py-rattler):
`=1.2` is a prefix match in conda, so `==` stays; `==1.2.*` loses its `.*` inside a comma list, so it
becomes `1.2.*` there; `<2` would take 2.0rc1; `===` cannot be parsed; `~=1.2.post1` and `~=1.2.dev1` are read as
prefixes; versions are normalized because conda reads `1.0-1` as 1.0.1; post releases are padded in comparisons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.plain import read_plain
from ..model.versions import parse_specifier, parse_version

if TYPE_CHECKING:
    from packaging.specifiers import Specifier
    from packaging.version import Version

SEGMENTS = 4    # of a release: no longer one is in use that ends in zeros


def conda_spec(name: str, specifier: str) -> str:
    """`name`, `name==1.2.3`, `name=1.2` or `name >=1,<2.0a0`."""
    plain = read_plain(name + specifier)
    if plain is not None and plain.operator in ("", "=="):
        return f"{name}=={plain.version}" if plain.operator else name
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
    if version.endswith(".*"):
        return version if operator == "==" else f"{operator}{version}"
    parsed = parse_version(version)
    if operator == "===" or parsed is None:
        return f"=={_normal(version)}"
    if operator in ("==", "!="):
        return f"{operator}{parsed}"
    if operator == "~=":
        if not parsed.is_postrelease and not parsed.is_prerelease:
            return f"~={parsed}"
        epoch = f"{parsed.epoch}!" if parsed.epoch else ""
        return f">={_ordered(parsed)},{epoch}{'.'.join(str(part) for part in parsed.release[:-1])}.*"
    if operator == "<" and not parsed.is_prerelease and not parsed.is_postrelease:
        return f"<{parsed if '.' in version else f'{parsed}.0'}a0"
    return f"{operator}{_ordered(parsed)}"


def _ordered(version: Version) -> str:
    """A version to compare with. To conda 1.post1 comes after 1.0.1, but 1.0.0.0.post1 does not."""
    if not version.is_postrelease:
        return str(version)
    release = version.release + (0,) * (SEGMENTS - len(version.release))
    epoch = f"{version.epoch}!" if version.epoch else ""
    pre = "".join(str(part) for part in version.pre or ())
    dev = f".dev{version.dev}" if version.dev is not None else ""
    return f"{epoch}{'.'.join(str(part) for part in release)}{pre}.post{version.post}{dev}"


def _normal(version: str) -> str:
    parsed = parse_version(version)
    return str(parsed) if parsed is not None else version
