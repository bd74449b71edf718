"""Evidence -> whether the operating system's own tools run on the interpreter, who owns it, and why."""

from __future__ import annotations

from ..model.facts import EnvironmentKind as Kind
from ..model.facts import Owner, OwnerKind
from ..model.late_pattern import late
from .evidence import Evidence

_MINOR = late(r"(\d\.\d+)[a-z]*$")
_CONDA = frozenset({Kind.CONDA, Kind.CONDA_BASE, Kind.PIXI})


def why_os_tools_run_on_it(evidence: Evidence) -> str:
    """The reason, or an empty string where they do not.

    Sharing the prefix /usr and the minor version is enough: then the site directories are shared,
    whatever the executable is called.
    """
    if evidence.is_venv or not evidence.real_path or evidence.script or evidence.tool:
        return ""
    system = evidence.system
    if evidence.real_path == system.platform:
        return f"dnf and other tools start on {evidence.real_path}"
    for tool, interpreter in system.managers:
        if interpreter == evidence.real_path or _shares(evidence, interpreter):
            return f"{tool} starts on {interpreter}"
    if system.platform:
        shared = _shares(evidence, system.platform)
        return f"it shares its libraries with {system.platform}" if shared else ""
    if evidence.real_path == system.default:
        return f"/usr/bin/python3 leads to {evidence.real_path}"
    if system.declared and evidence.base_prefix == "/usr" and evidence.minor == system.declared:
        return f"Debian's packages are made for its default, python{system.declared}"
    if _shares(evidence, system.default):
        return f"it shares its libraries with {system.default}"
    return ""


def find_owner(evidence: Evidence, kind: Kind, owner_uid: int | None) -> Owner | None:
    """Who answers for the interpreter: by package where dpkg lists it, else by place and file owner."""
    if not evidence.real_path:
        return None
    if kind in _CONDA:
        return Owner(OwnerKind.CONDA)
    if kind is Kind.VENV:
        return Owner(OwnerKind.USER if owner_uid else OwnerKind.LOCAL)
    if evidence.package:
        return Owner(OwnerKind.OS, evidence.package)
    if evidence.unpackaged:
        return Owner(OwnerKind.NOBODY)
    if kind in (Kind.SYSTEM, Kind.SYSTEM_EXTRA, Kind.PLATFORM_PYTHON, Kind.NIX, Kind.GUIX):
        return Owner(OwnerKind.OS)
    if kind in (Kind.LOCAL, Kind.OPT, Kind.SCL):
        return Owner(OwnerKind.LOCAL)
    return Owner(OwnerKind.USER if owner_uid or _in_a_home(evidence) else OwnerKind.LOCAL)


def _in_a_home(evidence: Evidence) -> bool:
    return evidence.base_prefix.startswith(("/home/", "/root/", "/Users/"))


def _shares(evidence: Evidence, interpreter: str) -> bool:
    if not interpreter.startswith("/usr/") or interpreter.startswith("/usr/local/"):
        return False
    named = _MINOR.search(interpreter)
    return evidence.base_prefix == "/usr" and bool(named) and named is not None and named[1] == evidence.minor
