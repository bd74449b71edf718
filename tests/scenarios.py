"""Scenario files become what they stand for: a host, a request, what is expected, and the proof.

One file, one real failure; the folder is the rule it is about. Unknown keys are errors. What is compared
is data, never printed text.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any, Optional

from pyguard.checking.assess import World
from pyguard.checking.check_files import Job
from pyguard.codec import CodecError, decode
from pyguard.decide import decide
from pyguard.host import Host
from pyguard.intake.frontends import recognize
from pyguard.intake.frontends.around import Around
from pyguard.model.decision import Decision
from pyguard.model.facts import Distribution, Facts, Gap, PipBuild, Requester, ShellEnvironment, SiteDirectory
from pyguard.model.frozen import dataclass, replace
from pyguard.model.plan import Basis, Lack, Plan
from pyguard.model.report import FileFinding
from pyguard.model.request import Request, WantedDistribution
from pyguard.model.settings import Settings
from pyguard.model.verdict import Finding
from pyguard.plan.declared import declare
from tests.auditing.trees import GivenTree, audited, damage, pristine

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TOP = Path(__file__).resolve().parent.parent
SCENARIOS = TOP / "scenarios"
HOSTS = TOP / "pyguard" / "data" / "hosts"
ALICE = 1000


@dataclass(frozen=True)
class GivenFile:
    """A file of a repository, for what `pyguard check` says of it, or one that pip reads on the host."""

    path: str
    text: str


@dataclass(frozen=True)
class Given:
    """Changes to the recorded host."""

    distributions: tuple[Distribution, ...] = ()
    requesters: tuple[Requester, ...] = ()
    without: tuple[str, ...] = ()               # distributions that are not there
    externally_managed: bool = True
    sites: tuple[SiteDirectory, ...] = ()       # in front of the recorded ones, by their ranks
    stdlib_modules: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    pip: Optional[PipBuild] = None              # another one than the recorded
    files: tuple[GivenFile, ...] = ()           # pip.conf, requirements.txt


@dataclass(frozen=True)
class Asked:
    """The command, by whom, from where; `environ` in the form NAME=value."""

    argv: tuple[str, ...]
    uid: int = 0
    cwd: str = "/"
    environ: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expected:
    """The verdict. `rules`: all that speak, `remedies`: in that order, the first ones.

    `requesters`: some that are named, `spared`: some that are not, for they are not affected.
    """

    level: str
    rules: tuple[str, ...] = ()
    requesters: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proof:
    """Carried out in a fresh root: `works` exits 0 before, not 0 after the command, 0 after a guarded attempt."""

    release: str
    packages: tuple[str, ...]
    works: tuple[str, ...]


@dataclass(frozen=True)
class Chosen:
    """One distribution that pip chose: the exact version."""

    name: str
    version: str


@dataclass(frozen=True)
class Resolved:
    """The plan at depth `resolved`: what pip chose, as `source` reports it or as those versions' metadata asks for.

    `lacks`: what native tools would miss in the libraries that the wheels bring.
    """

    changes: tuple[Chosen, ...]
    lacks: tuple[Lack, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """One real failure: a request on a recorded host, a file that would carry it out where it says, or a tree
    where it has happened.

    `shown`: `proof` when a proof shows the damage, `read` when it was only read about.
    """

    title: str
    source: str
    shown: str
    expect: Expected
    host: str = ""
    request: Asked = Asked(())
    file: Optional[GivenFile] = None
    tree: Optional[GivenTree] = None
    given: Given = Given()
    plan: Optional[Resolved] = None
    proof: tuple[Proof, ...] = ()


def scenario_files() -> list[Path]:
    """All of them, as `<rule>/<slug>.toml`."""
    return sorted(SCENARIOS.glob("*/*.toml"))


def name_of(path: Path) -> str:
    """As test reports show it; what was not recorded says so."""
    host = read_scenario(path).host
    return str(path.relative_to(SCENARIOS))[:-5] + (f"@{host}-not-recorded" if host and not is_recorded(host) else "")


def read_scenario(path: Path) -> Scenario:
    """Raises CodecError for an unknown key, a wrong type, or a claim that nothing stands behind."""
    scenario = decode(Scenario, tomllib.loads(path.read_text(encoding="utf-8")), path.stem)
    if (scenario.shown == "proof") is not bool(scenario.proof) or scenario.shown not in ("proof", "read"):
        raise CodecError("bad-scenario", f"{path}: shown = {scenario.shown!r} does not fit its proof")
    given = (bool(scenario.request.argv), scenario.file is not None, scenario.tree is not None)
    if given.count(True) != 1 or bool(scenario.host) is not bool(scenario.request.argv):
        raise CodecError("bad-scenario", f"{path}: it needs a request on a host, a file, or a tree")
    return scenario


@cache
def read_host(name: str) -> Facts:
    """The facts of a host, recorded or described."""
    return decode(Facts, read_host_file(name)["facts"], name)


def is_recorded(name: str) -> bool:
    """Whether the facts were read from a real system; the others were put together from documentation."""
    return bool(read_host_file(name)["recorded"])


@cache
def read_host_file(name: str) -> dict[str, Any]:
    """The whole file: schema, recorded, note, sources where it was not recorded, facts."""
    return tomllib.loads((HOSTS / f"{name}.toml").read_text(encoding="utf-8"))


def adapt(facts: Facts, given: Given, uid: int, environ: dict[str, str]) -> Facts:
    """The recorded host as that user meets it, with the scenario's own changes."""
    home = environ["HOME"]
    recorded = facts.environment.home
    sites = tuple(replace(site, path=site.path.replace(recorded, home, 1) if site.scheme == "user_site" else site.path,
                          writable=uid == 0 or site.writable or site.scheme == "user_site") for site in facts.sites)
    kept = tuple(distribution for distribution in facts.distributions if distribution.name not in given.without)
    interpreter = replace(facts.interpreter, writable=uid == 0 or facts.interpreter.writable)
    if not given.externally_managed:
        interpreter = replace(interpreter, externally_managed=None)
    sites = given.sites + tuple(replace(site, rank=site.rank + len(given.sites)) for site in sites)
    return replace(facts, sites=sites, stdlib_modules=given.stdlib_modules, gaps=facts.gaps + given.gaps,
                   pip=given.pip or facts.pip,
                   distributions=kept + given.distributions, interpreter=interpreter,
                   requesters=facts.requesters + given.requesters,
                   environment=ShellEnvironment(home, (), tuple(environ.items())))


def check_scenario(scenario: Scenario, empty: Path) -> tuple[FileFinding, ...]:
    """What `pyguard check` says of the scenario's file, alone in a repository."""
    given = scenario.file
    assert given is not None
    job = Job(str(empty), World(repository=Host(str(empty))))
    report = job.check_text(given.text.encode(), given.path)
    assert not report.not_checked
    return report.findings


def audit_scenario(scenario: Scenario, empty: Path) -> tuple[Finding, ...]:
    """What `pyguard audit --root` says of the scenario's tree."""
    assert scenario.tree is not None
    damage(pristine(empty / "root"), scenario.tree)
    return audited(empty / "root", scenario.tree.broken).findings


def replay(scenario: Scenario, empty: Path) -> Decision:
    """The offline replay: the command on the recorded host; `empty` is a directory for the files it is given."""
    asked = scenario.request
    home = "/root" if asked.uid == 0 else "/home/alice"
    environ = {"HOME": home, **dict(pair.split("=", 1) for pair in asked.environ)}
    for given in scenario.given.files:
        place = empty / given.path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(given.text, encoding="utf-8")
    facts = adapt(read_host(scenario.host), scenario.given, asked.uid, environ)
    recognized = recognize(asked.argv)
    assert recognized is not None, f"no frontend reads {asked.argv[0]}"
    host = Host(str(empty))
    around = Around(environ, asked.cwd, asked.uid, program=f"/usr/bin/{asked.argv[0]}", find=lambda name: "",
                    python_of=lambda script: facts.interpreter.path)
    request = recognized.frontend.parse_request(host, recognized.argv, around, facts.interpreter)
    plan = plan_of(scenario.plan, request, facts) if scenario.plan else declare(request, facts)
    return decide(facts, request, plan, Settings())


def plan_of(resolved: Resolved, request: Request, facts: Facts) -> Plan:
    """That choice as the plan it stands for; whether that host's pip could have told is another question."""
    wanted = tuple(WantedDistribution(f"{one.name}=={one.version}", one.name, f"=={one.version}", one.version)
                   for one in resolved.changes)
    return replace(declare(replace(request, wanted=wanted, no_deps=True), facts), basis=Basis.RESOLVED,
                   lacks=resolved.lacks)
