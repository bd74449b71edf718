"""A Request becomes a Plan by asking the target's own pip what it would install: seconds, an index, wheels only.

The report is pip's own (22.2 and later, "Installation Report" in its documentation); only what pip would
really install is in it, since the question leaves out nothing that the request says and adds no
`--ignore-installed` of its own. No build is ever run: a requirement that has no wheel is a gap.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ..model.facts import Facts, Gap
from ..model.frozen import replace
from ..model.names import canonicalize_name
from ..model.plan import Basis, Change, Plan
from ..model.request import Action, Request, SourceKind
from .ask_pip import Answer, Ask, clean_environment
from .backports import BACKPORTS

REPORTS_SINCE = (22, 2)
QUESTION = ("--dry-run", "--quiet", "--report", "-", "--only-binary", ":all:", "--no-input",
            "--disable-pip-version-check")
SUBJECT = "the resolution"
DEPENDENCIES = "dependencies"     # declared's gap that a resolution closes


def resolve(declared: Plan, request: Request, facts: Facts, environ: Mapping[str, str], ask: Ask,
            asked: Sequence[str] = (), hidden: str = "") -> Plan:
    """The plan at depth `resolved`, or the declared one with a gap that says why pip could not tell.

    `asked` is the whole command line: the request's own, with `question`'s options. `hidden`: why there is no asking.
    """
    if request.action is not Action.INSTALL:
        return declared
    reason = _why_not(request, facts) or hidden
    if not reason:
        found = read_report(ask(asked, clean_environment(environ), request.cwd or "/"))
        if isinstance(found, list):
            return _plan(declared, request, facts, found)
        reason = found
    return replace(declared, gaps=(Gap(SUBJECT, reason), *declared.gaps))    # a refusal names the first


def question(request: Request) -> tuple[str, ...]:
    """The options that make pip answer instead of install."""
    return (*QUESTION, *request.index_options)


def _why_not(request: Request, facts: Facts) -> str:
    if request.frontend != "pip":
        return f"what {request.frontend} would install is not known to pip"
    elsewhere = bool(request.destination.interpreter)    # another interpreter's pip, which is new enough (22.3)
    if facts.pip is None and not elsewhere:
        return "there is no pip to ask"
    built = next((wanted.text for wanted in (*request.wanted, *request.constraints)
                  if wanted.editable or wanted.source not in (SourceKind.INDEX, SourceKind.WHEEL)), request.source_only)
    if built:
        return f"{built}: what it installs is known when it is built, and nothing is built for an answer"
    if facts.pip is None or elsewhere:
        return ""
    numbers = tuple(int(part) for part in facts.pip.version.split(".")[:2] if part.isdigit())
    if numbers < REPORTS_SINCE:
        return f"pip {facts.pip.version} has no --report (22.2 has)"
    return ""


def read_report(answer: Answer) -> list[Any] | str:
    """The report's `install` list, or why there is none."""
    if answer.code is None:
        return answer.stderr
    if answer.code != 0:
        lines = [line for line in answer.stderr.strip().splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith("ERROR:")] or lines[-1:] or ["without a word"]
        return f"pip could not resolve this with wheels alone: {errors[-1].removeprefix('ERROR:').strip()}"
    try:
        found = json.loads(answer.stdout)["install"]
    except (ValueError, KeyError, TypeError):
        return "pip's report is not understood"
    return found if isinstance(found, list) else "pip's report is not understood"


def _plan(declared: Plan, request: Request, facts: Facts, items: Sequence[Any]) -> Plan:
    """Changes in pip's order; what was declared and is not in the report is satisfied already."""
    closed = {DEPENDENCIES, *(wanted.text for wanted in request.wanted)}
    changes, gaps = [], [gap for gap in declared.gaps if gap.subject not in closed]
    for item in items:
        change = _change(item, declared, facts)
        if change is None:
            gaps.append(Gap(SUBJECT, "pip's report has an entry that is not understood"))
        else:
            changes.append(change)
    return Plan(Basis.RESOLVED, declared.target, tuple(changes), tuple(gaps))


def _change(item: Any, declared: Plan, facts: Facts) -> Optional[Change]:
    try:
        metadata = item["metadata"]
        name, version = canonicalize_name(metadata["name"]), str(metadata["version"])
        requires = tuple(str(text) for text in metadata.get("requires_dist", ()))
        requested = bool(item.get("requested", False))
        source, digest = _download(item.get("download_info") or {})
    except (KeyError, TypeError, AttributeError):
        return None
    named = next((change for change in declared.changes if change.name == name), None)
    if named is not None:
        return replace(named, version=version, requires=requires, source=source, digest=digest)
    twin = next((item for item in facts.distributions if item.name == name), None)
    imports = twin.import_names if twin else BACKPORTS.get(name) or (name.replace("-", "_"),)
    return Change(name, version, declared.target.purelib, import_names=imports, assumed_import_names=twin is None,
                  requires=requires, requested=requested, source=source, digest=digest)


def _download(info: Any) -> tuple[str, str]:
    """The file's address and SHA-256 (PEP 610); what is no archive has neither."""
    archive = info.get("archive_info") or {}
    digest = (archive.get("hashes") or {}).get("sha256") or ""
    if not digest and str(archive.get("hash", "")).startswith("sha256="):
        digest = archive["hash"].partition("=")[2]
    return (str(info.get("url", "")), str(digest)) if "archive_info" in info else ("", "")
