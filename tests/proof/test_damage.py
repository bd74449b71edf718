"""What a pip build does to the copy that is there: predicted before, class for class, then done and looked at.

The table behind it: Debian 12's patched pip, an upstream pip in its place, Debian 13's, and what `--user`,
`--target`, `--prefix`, `--ignore-installed` and `-nspkg.pth` change.
"""

from __future__ import annotations

import shlex
from typing import NamedTuple

import pytest

from pyguard.facts.collect import collect
from pyguard.facts.pip_build import find_pip
from pyguard.host import Host
from pyguard.impact import assess
from pyguard.intake.frontends.pip import parse
from pyguard.model.impact import Impact, Removal, Shadow
from pyguard.model.plan import Effectiveness
from pyguard.plan.declared import declare
from tests.rootfs import Root, overlay
from tests.wheelhouse import make_wheel

WHEELS = "/srv/wheels"
UPSTREAM = "24.0"     # on Debian 11 and 12 in place of their own
PACKAGES = {
    "bullseye": ("python3-pip", "python3-yaml"),
    "bookworm": ("python3-pip", "python3-ruamel.yaml", "python3-six"),
    "trixie": ("python3-certifi", "python3-pip", "python3-requests", "python3-attr"),
}
NEW = {"attr": "attr", "certifi": "certifi", "PyYAML": "yaml", "requests": "requests", "six": "six",
       "ruamel.yaml": "ruamel.yaml"}    # distribution -> import name, all of version 99


class Row(NamedTuple):
    """A command on a release, with that pip; `package` and `module` are looked at afterwards."""

    release: str
    line: str
    package: str
    module: str
    outcome: Effectiveness
    user: str = "root"
    upstream: bool = False


SIX, CERTIFI, REQUESTS = ("python3-six", "six"), ("python3-certifi", "certifi"), ("python3-requests", "requests")
DIST_PACKAGES = "/usr/lib/python3/dist-packages"
SHADOWS, REPLACES = Effectiveness.SHADOWS, Effectiveness.REPLACES
REFUSED, KEEPS, PINNED = Effectiveness.REFUSED, Effectiveness.KEEPS, Effectiveness.PINNED
ROWS = (
    Row("bookworm", "pip install six==99", *SIX, SHADOWS),
    Row("bookworm", "pip install --user six==99", *SIX, SHADOWS, "alice"),
    Row("bookworm", "pip install --ignore-installed six==99", *SIX, SHADOWS),
    Row("bookworm", "pip install six", *SIX, KEEPS),
    Row("bookworm", "pip install --upgrade six", *SIX, SHADOWS),
    Row("bookworm", "pip install --prefix /usr six==99", *SIX, SHADOWS),
    Row("bookworm", f"pip install --target {DIST_PACKAGES} --upgrade six==99", *SIX, REPLACES),
    Row("bookworm", f"pip install --target {DIST_PACKAGES} six==99", *SIX, KEEPS),
    Row("bookworm", "pip uninstall -y six", *SIX, KEEPS),
    Row("bookworm", "pip install ruamel.yaml==99", "python3-ruamel.yaml", "ruamel.yaml", PINNED),
    Row("bookworm", "pip install six==99", *SIX, REPLACES, upstream=True),
    Row("bookworm", "pip install --prefix /usr six==99", *SIX, REPLACES, upstream=True),
    Row("bookworm", "pip install --user six==99", *SIX, SHADOWS, "alice", upstream=True),
    Row("bookworm", "pip uninstall -y six", *SIX, REPLACES, upstream=True),
    Row("trixie", "pip install certifi==99", *CERTIFI, REPLACES),
    Row("trixie", "pip install requests==99", *REQUESTS, REFUSED),
    Row("trixie", "pip install --ignore-installed requests==99", *REQUESTS, SHADOWS),
    Row("trixie", "pip install --ignore-installed certifi==99", *CERTIFI, SHADOWS),
    Row("trixie", "pip install --user certifi==99", *CERTIFI, SHADOWS, "alice"),
    Row("trixie", "pip install certifi", *CERTIFI, KEEPS),
    Row("trixie", "pip install attr==99", "python3-attr", "attr", SHADOWS),
    Row("trixie", f"pip install --target {DIST_PACKAGES} --upgrade requests==99", *REQUESTS, REPLACES),
    Row("trixie", "pip uninstall -y certifi", *CERTIFI, REPLACES),
    Row("trixie", "pip uninstall -y requests", *REQUESTS, REFUSED),
    Row("bullseye", "pip install PyYAML==99", "python3-yaml", "yaml", SHADOWS),
    Row("bullseye", "pip install PyYAML==99", "python3-yaml", "yaml", REFUSED, upstream=True),
)


def prepare(root: Root, row: Row) -> None:
    for name, module in NEW.items():
        files = {module.replace(".", "/") + "/__init__.py": "NEW = True\n"}
        make_wheel(root.path + WHEELS, name, "99", {"six.py": "NEW = True\n"} if name == "six" else files)
    root.run(["chmod", "-R", "a+rX", "/srv"], check=True)
    if row.upstream:
        done = root.run(["pip", "install", "-q", "--ignore-installed", f"pip=={UPSTREAM}"],
                        env={"PIP_BREAK_SYSTEM_PACKAGES": "1", "PIP_ROOT_USER_ACTION": "ignore"})
        if done.returncode:
            pytest.skip(f"no pip {UPSTREAM} to be had: {done.stderr.strip()[-200:]}")


def environment(root: Root, row: Row) -> dict[str, str]:
    own = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": WHEELS, "PIP_BREAK_SYSTEM_PACKAGES": "1",
           "PIP_ROOT_USER_ACTION": "ignore", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return {**root.environment(row.user, root.account(row.user)[5], {}), **own}


def predicted(root: Root, row: Row, environ: dict[str, str]) -> Effectiveness:
    """By the effects that a decision would rest on."""
    host, argv = Host(root.path), tuple(shlex.split(row.line))
    uid = int(root.account(row.user)[2])
    facts = collect(host, "/usr/bin/python3", environment=environ, uid=uid, cwd="/", find_pip=find_pip)
    assert facts.pip is not None and facts.pip.patched is (row.release != "trixie" and not row.upstream)
    request = parse(host, argv, environ=environ, cwd="/", uid=uid, prefix="/usr", pip_version=facts.pip.version)
    return outcome_of(assess(facts, request, declare(request, facts)))


def outcome_of(impact: Impact) -> Effectiveness:
    for effect in impact.effects:
        if isinstance(effect, (Shadow, Removal)):
            return effect.outcome
    return KEEPS


def verify(root: Root, package: str) -> set[str]:
    return set(root.run(["dpkg", "-V", package]).stdout.splitlines())


def where(root: Root, row: Row, *options: str) -> str:
    """The file that an import finds; empty where it fails."""
    code = f"import importlib; print(importlib.import_module({row.module!r}).__file__)"
    return root.run(["python3", *options, "-c", code], user=row.user).stdout.strip()


def observed(root: Root, row: Row, environ: dict[str, str]) -> Effectiveness:
    before, place = verify(root, row.package), where(root, row)
    done = root.run(shlex.split(row.line), user=row.user, env=dict(environ))
    if verify(root, row.package) != before:
        return REPLACES
    if done.returncode:
        return REFUSED
    if where(root, row) == place:
        return KEEPS
    return PINNED if row.user == "root" and where(root, row, "-I") == place else SHADOWS


@pytest.mark.proof
@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(
    (row.release, "upstream" if row.upstream else "own", row.line.replace(" ", "_").replace("/", "."))))
def test_what_pip_does_is_what_was_predicted(row: Row) -> None:
    with overlay(row.release, PACKAGES[row.release]) as root:
        prepare(root, row)
        environ = environment(root, row)
        assert predicted(root, row, environ) is row.outcome
        assert observed(root, row, environ) is row.outcome
