"""An install becomes its Standing: which host's Python it reaches, how sure that is, and what says so."""

from __future__ import annotations

from typing import Optional

from ..intake.circumstances import (
    CHOSEN_BY_CALLERS,
    IN_CONTAINER,
    OF_PATH,
    ONLY,
    SELDOM_ACTIVATES,
    WHICHEVER,
    Active,
    Circumstances,
    FoundCommand,
    Ground,
    User,
    tells_of_pip,
)
from ..model.frozen import dataclass
from ..model.late_pattern import late
from ..model.report import Confidence
from .installers import OF_BREW, Install
from .profiles import UNKNOWN, Profile, ProfileKind, names_distribution

LIBRARY = late(r"python[23]?-(?!dev|venv|minimal|full|distutils|all|dbg|doc|tk|apt\b|pip|software)\w")
OWN_PYTHON = late(r"python|pypy|conda|jupyter|notebook|/uv\b|torch|tensorflow|spark")
OF_ANY = (WHICHEVER, IN_CONTAINER, CHOSEN_BY_CALLERS)    # past pip's guard, one that has it is meant
# A machine, and no image: the label is what its callers or its owners say
RUNNER = late(r"(^|: )runs-on: ([^,]*\$\{\{|(?:[\w-]+ )*self-hosted\b)")
OF_DISTRIBUTION = ("/usr/bin/", "/bin/", "/usr/libexec/platform-python")
OF_SYSTEM = late(r"(--target=|-t)?/usr/lib(64)?/python\d|--prefix=/usr/?$")    # only the OS package manager fills them


@dataclass(frozen=True)
class Standing:
    """The host a command runs on, how sure that is, and why."""

    profile: Profile
    confidence: Confidence
    evidence: tuple[str, ...]


def standing_of(found: FoundCommand, install: Install, profile: Profile, telling: bool) -> Optional[Standing]:
    """Whether the install reaches the host's own Python; None where it does not."""
    active, around = install.active, found.circumstances
    if active.ground in (Ground.VENV, Ground.CONDA):
        return None
    if active.ground is Ground.PRIVATE and not (telling and OF_BREW.search(active.path)):
        return None    # but Homebrew's has a marker, which only such a switch gets past
    if profile.kind in (ProfileKind.PRIVATE, ProfileKind.CONDA_BASE) and not _names_system(found):
        return None
    if active.ground is Ground.CONDA_BASE:
        return None
    evidence = evidence_of(found, active)
    confidence = Confidence.POSSIBLE
    if profile.kind is ProfileKind.SYSTEM:
        confidence = Confidence.CERTAIN
    elif _is_told(found, install, telling):
        confidence = Confidence.LIKELY
    doubts = _doubts(around, active)
    if any(not doubt.endswith(SELDOM_ACTIVATES) for doubt in doubts) or (
            active.ground is Ground.UNKNOWN and not (telling and active.because.endswith(OF_ANY))):
        confidence = Confidence.POSSIBLE
        evidence = (*evidence, *([active.because] if active.ground is Ground.UNKNOWN else []))
    confidence = min(confidence, Confidence.LIKELY) if doubts else confidence
    known = profile if profile.kind is ProfileKind.SYSTEM else UNKNOWN
    return Standing(known, confidence, (*evidence, *doubts))


def _doubts(around: Circumstances, active: Active) -> tuple[str, ...]:
    """Those that are left: what a sourced file activates is nothing to a program that is named by its whole path."""
    if active.ground is Ground.HOST and active.path.startswith(OF_DISTRIBUTION):
        return tuple(doubt for doubt in around.doubts if not doubt.endswith(OF_PATH))
    return around.doubts


def _is_told(found: FoundCommand, install: Install, bypass: bool) -> bool:
    """Whether something says that a distribution's Python is meant, though nothing names the host.

    An image that is named but not known may have a Python of its own first on PATH: there only an OS package
    of pip itself counts, or of a library (which no other Python would import), or of the very `python3.10` that is
    called, or any Python from a package manager where the image's name has a distribution's in it or the manager
    is apk; `--user` says nothing. A runner that is not known is a distribution's where its package manager is called.
    """
    around = found.circumstances
    if around.host.is_mac():    # neither sudo nor the way past a guard says anything
        return _names_system(found)
    if bypass or around.sudo or _names_system(found) or any(map(OF_SYSTEM.match, install.arguments)):
        return True
    if RUNNER.search(around.host.named_by):
        return bool(around.manager)
    if around.host.name:
        return tells_of_pip(around.manager) or around.manager.startswith("apk ") or (
            any(map(LIBRARY.match, around.os_packages)) and not OWN_PYTHON.search(around.host.name)) or (
            "." in found.argv[0] and found.argv[0] in around.os_packages) or (
            bool(around.manager) and names_distribution(around.host.name))
    return bool(around.manager) or "--user" in install.arguments or ONLY in around.host.named_by


def _names_system(found: FoundCommand) -> bool:
    return found.argv[0].startswith(OF_DISTRIBUTION)


def evidence_of(found: FoundCommand, active: Active) -> tuple[str, ...]:
    """What says so, from the host down to the command's own line."""
    around = found.circumstances
    chain = [around.host.named_by, around.manager,
             f"sudo runs it{_whom(around)}, with a PATH of its own" if around.sudo else "",
             active.because if active.ground is Ground.HOST else "", found.relied_on]
    if not around.host.name and ONLY not in around.host.named_by:
        chain.insert(0, "nothing says which host runs this")
    name = found.called.partition(" runs ")[0] or found.argv[0].rsplit("/", 1)[-1]
    chain += [found.called, f"{name}, line {found.location.line}"]
    return tuple(each for each in chain if each)


def _whom(around: Circumstances) -> str:
    return " as root" if around.user is User.ROOT else ""
