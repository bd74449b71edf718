"""The path of an interpreter -> Interpreter: by static evidence, by a probe only where that is not enough."""

from __future__ import annotations

import os
from collections.abc import Mapping

from ..errors import CollectError
from ..host import Host
from ..model.facts import EnvironmentKind as Kind
from ..model.facts import ExternallyManaged, Interpreter, Reason
from ..model.frozen import replace
from ..model.paths import normalize
from .classify import Classification, classify, classify_base
from .evidence import Evidence, collect_evidence, complete_evidence
from .landmark import Library
from .protection import find_owner, why_os_tools_run_on_it

MAX_SHIMS = 4    # a shim's `system` may be another manager's shim


def inspect(host: Host, path: str, *, environment: Mapping[str, str], uid: int, probe: bool = True,
            cwd: str = "") -> Interpreter:
    """What would run when `path` is called, with the evidence for each statement.

    A shim is followed by reading, so the result's path can be another one; `cwd` is where version
    files are looked for. Raises CollectError for a relative path without a `cwd`.
    """
    path = os.path.join(cwd, path)
    if not path.startswith("/"):
        raise CollectError("relative-interpreter", f"{path} is not an absolute path",
                           hint="give the interpreter's full path")
    hops: list[Reason] = []
    evidence = collect_evidence(host, path, environment, uid)
    while (evidence.script or evidence.tool) and len(hops) < MAX_SHIMS:
        from .shims import follow_shim  # only who calls a shim pays

        target = follow_shim(host, evidence.path, environment, uid, cwd)
        hops.append(Reason("path", target.because))
        if not target.path:
            break
        evidence = collect_evidence(host, target.path, environment, uid)
    found = classify(evidence)
    said: tuple[Reason, ...] = ()
    if probe and _is_unsettled(evidence, found):
        evidence, found, said = _ask(host, evidence, found, uid)
    return _describe(host, evidence, found, environment, (*hops, *said))


def _is_unsettled(evidence: Evidence, found: Classification) -> bool:
    return found.kind is Kind.UNKNOWN or (found.kind is Kind.VENV and not evidence.base_prefix)


def _ask(host: Host, evidence: Evidence, found: Classification,
         uid: int) -> tuple[Evidence, Classification, tuple[Reason, ...]]:
    """What the interpreter itself says; one that gives no answer is broken, or was not asked."""
    from .probing import NotStarted, run_probe  # only where nothing else helps

    try:
        answer = run_probe(host, evidence.path, uid)
    except NotStarted as error:
        refused = Reason("kind", f"it was not asked: {error.message}")
        return evidence, found, (refused,)
    except CollectError as error:
        broken = Classification(Kind.BROKEN, "", (*found.reasons, Reason("kind", error.message)))
        return evidence, broken, ()
    library = Library(answer.base_prefix, answer.stdlib, os.path.basename(answer.stdlib))
    completed = complete_evidence(host, evidence, library)
    completed = replace(completed, version=answer.version, implementation=answer.implementation)
    if completed.is_venv:
        completed = replace(completed, prefix=answer.prefix)
    return completed, classify(completed), (Reason("prefix", "the interpreter itself says so (probe)"),)


def _describe(host: Host, evidence: Evidence, found: Classification, environment: Mapping[str, str],
              said: tuple[Reason, ...]) -> Interpreter:
    kind = found.kind
    system_site = evidence.is_venv and evidence.sees_base_sites
    protected = why_os_tools_run_on_it(evidence)
    managed = _externally_managed(evidence)
    owner_uid = _owner_uid(host, evidence)
    interpreter = Interpreter(
        path=evidence.path, kind=kind, real_path=evidence.real_path, version=evidence.version,
        implementation=evidence.implementation, prefix=evidence.prefix, base_prefix=evidence.base_prefix,
        stdlib=evidence.stdlib, flavour=found.flavour,
        base_kind=classify_base(evidence) if kind is Kind.VENV else None,
        externally_managed=managed, runs_os_tools=bool(protected), system_site=system_site,
        frozen="frozen" in evidence.conda, also_conda=evidence.is_venv and bool(evidence.conda),
        user_site=_has_user_site(evidence, environment, system_site),
        owner=find_owner(evidence, kind, owner_uid), owner_uid=owner_uid,
        reasons=(*said, *found.reasons, *_reasons(evidence, managed, protected),
                 *_environment_reasons(evidence, environment)))
    return replace(interpreter, writable=_is_writable(host, interpreter))


def _externally_managed(evidence: Evidence) -> ExternallyManaged | None:
    """PEP 668: it binds only outside virtual environments."""
    return evidence.marker if evidence.prefix == evidence.base_prefix else None


def _owner_uid(host: Host, evidence: Evidence) -> int | None:
    try:
        return host.stat(evidence.prefix or evidence.real_path).st_uid
    except OSError:
        return None    # a broken path has no owner


def _has_user_site(evidence: Evidence, environment: Mapping[str, str], system_site: bool) -> bool:
    if not evidence.base_prefix or environment.get("PYTHONNOUSERSITE", ""):
        return False
    return system_site or not evidence.is_venv


def _is_writable(host: Host, interpreter: Interpreter) -> bool:
    from .sites import is_writable, own_sites

    return any(is_writable(host, path) for path in own_sites(host, interpreter)[:1])


def _reasons(evidence: Evidence, managed: ExternallyManaged | None, protected: str) -> tuple[Reason, ...]:
    reasons = []
    if protected:
        reasons.append(Reason("runs_os_tools", protected))
    if managed:
        reasons.append(Reason("externally_managed", f"{managed.path} is there"))
    elif evidence.marker:
        reasons.append(Reason("externally_managed",
                              f"{evidence.marker.path} does not count in a virtual environment"))
    if evidence.is_venv and evidence.base_prefix:
        reasons.append(Reason("base_prefix", f"its standard library is {evidence.stdlib}"))
    if evidence.package and not evidence.is_venv:
        reasons.append(Reason("owner", f"{evidence.package} lists {evidence.real_path}"))
    return tuple(reasons)


def _environment_reasons(evidence: Evidence, environment: Mapping[str, str]) -> tuple[Reason, ...]:
    """Variables never decide what an interpreter is, but they explain why it is not what one thinks."""
    reasons = []
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        active = environment.get(name, "")
        if active and evidence.prefix and normalize(active) != evidence.prefix:
            reasons.append(Reason("prefix", f"{name} names {active}, but this interpreter is not in it"))
    for name in ("PYTHONHOME", "PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__"):
        if environment.get(name, ""):
            reasons.append(Reason("prefix", f"{name}={environment[name]} is set: called from this shell, "
                                            "it would look for its libraries elsewhere"))
    if environment.get("SUDO_USER", ""):
        reasons.append(Reason("path", f"called through sudo by {environment['SUDO_USER']}: the PATH of that "
                                      "user's shell, with its environments, is gone"))
    return tuple(reasons)
