"""A found command becomes findings: its host's Facts, the engine's decision, and how sure all of that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..errors import ForeignUsageError
from ..host import Host
from ..intake.circumstances import APART, FoundCommand, Ground, User
from ..intake.frontends.pip_command import last
from ..model.decision import Decision
from ..model.facts import Facts
from ..model.frozen import dataclass, field, replace
from ..model.impact import (
    CondaBaseActivated,
    CondaBaseChanged,
    Effect,
    EnvironmentLeak,
    FilesRemoved,
    GuardSwitchedOff,
    Impact,
    InterpreterReplaced,
    LocalFilesRemoved,
    ProtectedInstall,
)
from ..model.late_pattern import late
from ..model.plan import Basis
from ..model.report import Confidence, FileFinding
from ..model.request import Request
from ..model.settings import ContainerPolicy, Settings
from ..model.verdict import Finding, Level
from ..policy.evaluate import evaluate
from .check_settings import HOST_POLICY
from .installers import OF_BREW, Install, read_install, with_python_option
from .judgement import PIP_LIKE, judge, request_of
from .placing import imports_from, placed
from .profiles import UNKNOWN, Profile, ProfileKind, find_profile, system_facts
from .removed_files import MARKER
from .requests import read_pip
from .standing import Standing, evidence_of, standing_of
from .tampering import is_harmless, shown, tampering
from .user_site import out_of_environment

LEAVING = ("--python", "config", "-t", "--target", "--prefix", "--root")
OF_CONDA = frozenset(("conda", "mamba", "conda-build", "conda-libmamba-solver", "base", "libmamba"))
OF_A_JOB = late(r"(^|: )(runs-on: (?!self-hosted)|vmImage: )")    # a hosted runner: its $CONDA is the job's alone
SET = frozenset(("1", "true", "yes", "on", "y", "t"))
REFUSES = frozenset(("--require-virtualenv", "--require-venv"))
INSTEAD = "python3 -m venv /opt/venv, put /opt/venv/bin first on PATH, and install there"
BY_HAND = "leave it beside the program that imports it, or put it into an environment: python3 -m venv /opt/venv"
TAKEN = "leave what is there; other versions go into an environment: python3 -m venv /opt/venv"
WITHOUT = late(r"slim|alpine")    # python:3.12-slim has no other Python beside its own
ADVICE = {
    "externally-managed-removed": "leave the file; " + INSTEAD,
    "break-system-packages-persisted": "take it out; " + INSTEAD,
    "system-interpreter-replaced": "call the other Python by its own name, or put its directory first on PATH",
    "system-python-removed": "leave it; another Python beside it disturbs nobody",
    "python-variables-exported": "set it for the one program that needs it",
    "conda-base-changed": "conda create -n NAME ..., and install there",
    "conda-base-activated": "conda config --system --set auto_activate_base false",
}


@dataclass(frozen=True)
class World:
    """What one run knows besides the files: the policy, the site's own images, the repository."""

    settings: Settings = HOST_POLICY
    images: tuple[tuple[str, str], ...] = ()
    repository: Host = field(default_factory=Host)
    relaxed: bool = False      # --containers=conflicts: an install in an image is only refused where it conflicts


def assess_command(found: FoundCommand, world: World) -> list[FileFinding]:
    """All findings of one command, none where it is harmless."""
    profile = find_profile(found.circumstances.host.name, world.images)
    if profile.kind is ProfileKind.WINDOWS:
        return []
    if found.undoes:
        return [*_assess_undoing(found, world), *_assess_tampering(found, profile, world)]
    try:
        install = read_install(found) if found.written is None else None
        if install is not None:
            return _assess_install(found, install, profile, world)
    except ForeignUsageError:    # the tool itself refuses the line
        return []
    return _assess_tampering(found, profile, world)


def _assess_undoing(found: FoundCommand, world: World) -> list[FileFinding]:
    """The files that an install recorded are taken away by hand: as sure as that this one went into the system."""
    install = found.undoes[0]
    before = assess_command(install, world)
    if not before:
        return []
    surest = max(before, key=lambda each: each.confidence)
    line = f"{found.argv[0].rsplit('/', 1)[-1]}, line {found.location.line}"
    message = f"{shown(found)} takes what line {install.location.line} installs where the system's Python imports from"
    return [FileFinding("protected-interpreter-install", surest.level, surest.confidence, message, found.location,
                        (*surest.evidence, line), found.argv, TAKEN)]


def _assess_install(found: FoundCommand, install: Install, profile: Profile, world: World) -> list[FileFinding]:
    if install.frontend == "conda":
        return _assess_conda(found, install, profile, world)
    install = out_of_environment(install, found)
    uid = 0 if found.circumstances.user is not User.ORDINARY else 1000
    if install.active.ground in APART and not any(word.startswith(LEAVING) for word in install.arguments) and not (
            OF_BREW.search(install.active.path)):
        return []    # most installs end here, before pip's grammar is asked
    if "--user" in install.arguments and found.circumstances.get("PYTHONUSERBASE"):
        return []    # a user site of its own, which no tool of the system imports from
    if install.frontend in ("pip", "get-pip") and (
            found.circumstances.get("PIP_REQUIRE_VIRTUALENV").lower() in SET
            or REFUSES & set(install.arguments)):
        return []    # pip itself refuses, wherever it is in no environment
    bypass = False
    if install.frontend in PIP_LIKE:
        command = read_pip(install.arguments)
        if not command.changes:
            return _assess_tampering(found, profile, world)
        if command.python:
            install = with_python_option(install, command.python)
        bypass = last(command.given, "override_externally_managed") is not None or (
            not found.circumstances.host.name
            and found.circumstances.get("PIP_BREAK_SYSTEM_PACKAGES").lower() in SET)
    standing = standing_of(found, install, profile, bypass)
    if standing is None:
        return []
    if found.named_in:
        return _assess_line(found, request_of(found, install, uid, world.repository), standing, world)
    findings = judge(found, install, uid, standing.profile, _settings(standing.profile, world), world.repository)
    return [_place(found, each, standing) for each in findings]


def _assess_line(found: FoundCommand, request: Request, standing: Standing, world: World) -> list[FileFinding]:
    """A line of a requirements file: what the OS owns and would no longer be imported."""
    from .requirement_lines import OF_THE_COMMAND, confidence_of, judge_line, mark_of  # it reads host files: 60 ms

    decision = judge_line(request, standing.profile, world.settings)
    if decision is None:
        return []
    sure = confidence_of(found, request, standing.profile, standing.confidence)
    evidence = (*standing.evidence[:-1], found.named_in, *mark_of(standing.profile))
    told = replace(standing, confidence=sure, evidence=evidence)
    advice = _package_of(decision)
    return [_place(found, replace(each, evidence=()), told, advice) for each in decision.verdict.findings
            if each.level > Level.ALLOW and each.rule not in OF_THE_COMMAND]


def _settings(profile: Profile, world: World) -> Settings:
    if world.relaxed and profile.is_known:
        return replace(world.settings, containers=ContainerPolicy.CONFLICTS)
    return world.settings


def _package_of(decision: Decision) -> str:
    """The operating system's own package, where that is the first thing to do instead."""
    first = next(iter(decision.remedies), None)
    return (first.note or " ".join(first.steps[0].argv)) if first is not None and first.id == "os-package" else ""


def _place(found: FoundCommand, finding: Finding, standing: Standing, advice: str = "") -> FileFinding:
    level = min(finding.level, Level.WARN) if standing.confidence is Confidence.POSSIBLE else finding.level
    return FileFinding(finding.rule, level, standing.confidence, finding.summary, found.location,
                       (*standing.evidence, *finding.evidence), found.argv,
                       advice or ADVICE.get(finding.rule, INSTEAD), fix=_fix(found))


def _fix(found: FoundCommand) -> str:
    """sudo in front of a command whose environment it leaves: without it, the install goes where it was meant to."""
    before = found.circumstances.without_sudo
    return "drop-sudo" if before is not None and before.ground is Ground.VENV and found.circumstances.sudo else ""


def _assess_tampering(found: FoundCommand, profile: Profile, world: World) -> list[FileFinding]:
    effects = [effect for effect in tampering(found) if _reaches_host(effect, found, profile)]
    directory = placed(found)
    if directory is not None and imports_from(profile, directory):
        interpreter = "/usr/bin/python2" if "/python2" in directory else "/usr/bin/python3"
        effects.append(ProtectedInstall(interpreter, directory, "", ()))
    return _evaluate_effects(found, effects, profile, world)


def _reaches_host(effect: Effect, found: FoundCommand, profile: Profile) -> bool:
    if isinstance(effect, LocalFilesRemoved):
        return imports_from(profile, effect.site)
    if isinstance(effect, (CondaBaseActivated, EnvironmentLeak)):
        return profile.kind is not ProfileKind.CONDA_BASE
    if isinstance(effect, InterpreterReplaced) and profile.kind is ProfileKind.SYSTEM and is_harmless(
            effect, profile.system, system_facts(profile, True, ()).interpreter.version):
        return False
    # an image's own Python has no guard to switch off; the distribution's beside it has, and a directory of its own
    return profile.kind is not ProfileKind.PRIVATE or MARKER in " ".join(found.argv) or bool(found.relied_on) or (
        isinstance(effect, FilesRemoved) and "/dist-packages/" in effect.path
        and not WITHOUT.search(found.circumstances.host.name))


def _evaluate_effects(found: FoundCommand, effects: Sequence[Effect], profile: Profile,
                      world: World) -> list[FileFinding]:
    if not effects:
        return []
    facts: Facts = system_facts(profile if profile.kind is ProfileKind.SYSTEM else UNKNOWN, True, ())
    verdict = evaluate(facts, Impact(tuple(effects)), _settings(profile, world), Basis.DECLARED)
    confidence = Confidence.CERTAIN if profile.kind is ProfileKind.SYSTEM else Confidence.LIKELY
    if found.circumstances.host.is_mac() or any(_is_matter_of_policy(effect, found) for effect in effects) or (
            profile.kind is ProfileKind.UNKNOWN and any(word.startswith("--from=") for word in found.argv[1:4])):
        confidence = Confidence.POSSIBLE
    standing = Standing(profile, confidence, evidence_of(found, found.circumstances.active))
    by_hand = BY_HAND if placed(found) is not None else TAKEN
    return [_place(found, each, standing, by_hand if each.rule == "protected-interpreter-install" else "")
            for each in verdict.findings if each.level > Level.ALLOW]


def _is_matter_of_policy(effect: Effect, found: FoundCommand) -> bool:
    """What many images do on purpose, and what ends with a job's machine: said, but never failing a build by itself."""
    if isinstance(effect, EnvironmentLeak):
        return effect.where == "the image's ENV"
    if isinstance(effect, GuardSwitchedOff) and found.argv[0] == "env":    # for a script that is not here
        return not found.circumstances.sudo and found.circumstances.user is not User.ROOT
    is_brief = OF_A_JOB.search(found.circumstances.host.named_by) is not None
    return isinstance(effect, CondaBaseActivated) or (
        isinstance(effect, CondaBaseChanged) and (is_brief or not effect.named))


def _assess_conda(found: FoundCommand, install: Install, profile: Profile, world: World) -> list[FileFinding]:
    from ..intake.frontends.conda import BASE, changes_nothing, read_command

    argv = ("conda", *install.arguments)
    command, said = read_command(argv)
    if changes_nothing(argv, {}) or command == "run":
        return _assess_tampering(found, profile, world)
    name = said.value("-n", "--name", "-p", "--prefix")
    if name not in ("", *BASE) or (not name and install.active.ground in (Ground.CONDA, Ground.VENV)):
        return []
    if command == "env update" and not name:
        return []    # its file names the environment
    operands = {word.partition("=")[0].rsplit("::", 1)[-1] for word in said.words}
    if operands and operands <= OF_CONDA:
        return []    # conda's own upkeep is what base is for
    if found.argv[0].rsplit("/", 1)[-1] == "micromamba":
        return []    # no conda runs from that base: it is an environment like others
    effect = CondaBaseChanged(" ".join(found.argv)[:60], bool(name))
    return _evaluate_effects(found, [effect], profile, world)


def assess_all(commands: Iterable[FoundCommand], world: World) -> list[FileFinding]:
    """Findings in the order of the file, one a rule and command: the surest, where several hosts run it."""
    surest: dict[tuple[object, ...], FileFinding] = {}
    for command in commands:
        for finding in assess_command(command, world):
            key = (finding.rule, finding.location.path, finding.location.line, finding.location.column, finding.command)
            if key not in surest or surest[key].confidence < finding.confidence:
                surest[key] = finding
    return sorted(surest.values(), key=lambda each: (each.location.path, each.location.line, each.location.column,
                                                     each.rule))
