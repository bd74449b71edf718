"""The predicted destination against the real one: pip runs in a throw-away Debian, and its files are looked for."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pyguard.errors import ForeignUsageError
from pyguard.facts.interpreter import inspect
from pyguard.facts.ownership import load_packages
from pyguard.facts.pip_build import find_pip
from pyguard.facts.shell_environment import shell_environment
from pyguard.facts.sites import site_directories
from pyguard.host import Host
from pyguard.intake.frontends.pip import parse
from pyguard.intake.frontends.pip_command import read_command
from pyguard.model.facts import Facts, OperatingSystem, Owner, OwnerKind, SiteDirectory
from pyguard.model.request import Action
from pyguard.plan.destination import locate, refused_by_pip
from tests import rootcache
from tests.pip_releases import unpacked
from tests.proof.destination_cases import CASES, DEBIANS, OLD_PROJECT, PROJECT, WHEELS, Case
from tests.rootfs import Root, overlay
from tests.wheelhouse import make_old_project, make_project, make_wheel

PACKAGES = ("python3-pip", "python3-setuptools", "python3-venv")
MODULE = "pgprobe"
COMMAND = "pgprobe-run"
LEFT_OUT = (WHEELS, PROJECT, OLD_PROJECT, "/proc", "/sys", "/dev", "/tmp/d")


class Place(NamedTuple):
    """Where the distribution's metadata and its command are, and whether it can be imported; empty: nowhere."""

    site: str = ""
    scripts: str = ""
    importable: bool = False


def prepare(root: Root, case: Case) -> None:
    make_wheel(root.path + WHEELS, MODULE, "1.0")
    make_project(root.path + PROJECT, MODULE, "1.0")
    make_old_project(root.path + OLD_PROJECT, MODULE, "1.0")
    root.run(["sh", "-c", "chmod -R a+rwX /srv; mkdir -p /home/alice/.cache; chown -R alice: /home/alice"], check=True)
    for path, text in case.files.items():
        root.write(path, text, user="alice" if path.startswith("/home/alice/") else "root")
    if case.upgraded:
        site = f"/usr/local/lib/python{rootcache.RELEASES[root.release]}/dist-packages"
        shutil.copytree(unpacked(case.upgraded), root.path + site, dirs_exist_ok=True)
    if case.venv:
        option = ["--system-site-packages"] if case.system_site else []
        root.run(["python3", "-m", "venv", *option, case.venv], user=case.user, check=True)


def environment(root: Root, case: Case) -> dict[str, str]:
    """As the command would see it; --isolated reads no variables, so its case has a file instead."""
    own = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": WHEELS, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if case.override:
        own["PIP_BREAK_SYSTEM_PACKAGES"] = "1"
    return {**root.environment(case.user, root.account(case.user)[5], {}), **own, **case.env}


def predict(root: Root, case: Case, environ: dict[str, str]) -> Place:
    host, argv = Host(root.path), tuple(shlex.split(case.line))
    uid = 0 if case.user == "root" else int(root.account(case.user)[2])
    interpreter = "/usr/bin/python3"
    if argv[0].startswith("/"):
        interpreter = os.path.join(os.path.dirname(argv[0]), "python3")
    if os.path.basename(argv[0]).startswith("python"):
        argv = ("pip", *argv[3:])
    try:
        chosen = read_command(argv[1:], version_of(host, interpreter, environ, uid)).python
        interpreter = f"{chosen}/bin/python3" if chosen else interpreter
        facts = collect(root, host, interpreter, case, environ, uid)
        assert facts.pip is not None
        request = parse(host, argv, environ=environ, cwd=case.cwd, uid=uid, prefix=facts.interpreter.prefix,
                        pip_version=facts.pip.version)
    except ForeignUsageError:
        return Place()
    if request.action is Action.NONE or refused_by_pip(request, facts):
        return Place()
    assert [wanted.name for wanted in request.wanted] == [MODULE]
    target = locate(request, facts)
    return Place(target.purelib, target.scripts, target.on_path)


def version_of(host: Host, path: str, environ: dict[str, str], uid: int) -> str:
    interpreter = inspect(host, path, environment=environ, uid=uid, probe=False)
    sites = site_directories(host, interpreter, environment=shell_environment(environ), uid=uid)
    found = find_pip(host, interpreter, sites, lambda path: None)
    assert found is not None
    return found.version


def collect(root: Root, host: Host, path: str, case: Case, environ: dict[str, str], uid: int) -> Facts:
    interpreter = inspect(host, path, environment=environ, uid=uid, probe=False)
    shell = shell_environment(environ)
    sites = site_directories(host, interpreter, environment=shell, uid=uid, cwd=case.cwd)
    packages = load_packages(host)

    def owner_of(file: str) -> Owner | None:
        package = packages.owners.get(file)
        return Owner(OwnerKind.OS, package) if package else None

    return Facts(OperatingSystem("debian"), interpreter, with_writability(root, sites, case.user),
                 find_pip(host, interpreter, sites, owner_of), environment=shell)


def with_writability(root: Root, sites: tuple[SiteDirectory, ...], user: str) -> tuple[SiteDirectory, ...]:
    """A tree that is only looked at has no writable directories: what the user may write is asked inside."""
    script = 'for d; do while [ ! -e "$d" ]; do d=$(dirname "$d"); done; test -w "$d" && echo y || echo n; done'
    answers = root.run(["sh", "-c", script, "sh", *(site.path for site in sites)], user=user, check=True).stdout.split()
    return tuple(replace(site, writable=answer == "y") for site, answer in zip(sites, answers))


def observe(root: Root, case: Case, environ: dict[str, str]) -> tuple[Place, str]:
    done = root.run(shlex.split(case.line), user=case.user, cwd=case.cwd, env=environ)
    found = {name: path for path, name in walk(root.path)}
    sites = [path for name, path in found.items()
             if name.endswith((".dist-info", ".egg-info", ".egg-link")) and name.startswith(MODULE)]
    scripts = found.get(COMMAND, "")
    program = shlex.split(case.line)[0]
    python = os.path.join(os.path.dirname(program), "python3") if program.startswith("/") else "python3"
    if "--python" in case.line:
        python = f"{case.venv}/bin/python3"
    tried = root.run([python, "-c", f"import {MODULE}"], user=case.user, cwd="/", env=environ)
    assert len(sites) <= 1, sites
    place = Place(sites[0] if sites else "", scripts, tried.returncode == 0)
    return place, f"exit {done.returncode}\n{done.stdout}{done.stderr}"


def walk(top: str) -> Iterator[tuple[str, str]]:
    """Directory (as in the root) and name of everything that belongs to the distribution."""
    for directory, directories, files in os.walk(top):
        here = directory[len(top):]
        directories[:] = [name for name in directories if f"{here}/{name}" not in LEFT_OUT]
        for name in (*directories, *files):
            if name.startswith(MODULE):
                yield here, name


def check(release: str, case: Case) -> None:
    with overlay(release, PACKAGES, network=False) as root:
        prepare(root, case)
        environ = environment(root, case)
        predicted = predict(root, case, environ)
        observed, output = observe(root, case, environ)
        assert predicted == observed, f"{release}: {case}\n{output}"


# The core has every line once, on the releases in turn; with --all each runs on all of its releases.
PRODUCT = [pytest.param(release, case, id=f"{release}-{number}-{case.user}",
                        marks=pytest.mark.core if number % len(case.releases) == turn else pytest.mark.full)
           for number, case in enumerate(CASES) for turn, release in enumerate(case.releases)]


@pytest.mark.proof
@pytest.mark.parametrize(("release", "case"), PRODUCT)
def test_written_where_predicted(release: str, case: Case) -> None:
    check(release, case)


PLACES = {
    "root": ((), ("--user",), ("--us",), ("--target", "/opt/h"), ("-t", "deep/er"), ("--prefix", "/usr"),
             ("--prefix", "/usr/local/"), ("--prefix=/opt/h",), ("--root", "/stage"), ("--no-user",)),
    "alice": ((), ("--user",), ("-t", "/home/alice/h"), ("--prefix", "/home/alice/h"),
              ("--root", "/home/alice/stage", "--user")),
}
NOISE = ((), ("-q",), ("-vv",), ("--no-deps",), ("-I",), ("--upgrade",), ("--no-compile",), ("--timeout", "5"),
         ("--log", "/tmp/install"), ("--pre",), ("--exists-action=i",), ("-qU",))
VARIABLES = ({}, {}, {"PIP_USER": "1"}, {"PIP_TARGET": "/tmp/env"}, {"PIP_PREFIX": "/tmp/env"},
             {"PYTHONUSERBASE": "/tmp/base"}, {"PIP_NO_DEPS": "yes"}, {"PIP_REQUIRE_VIRTUALENV": "0"})


@st.composite
def lines(draw: st.DrawFn) -> Case:
    user = draw(st.sampled_from(sorted(PLACES)))
    words = [*draw(st.sampled_from(PLACES[user])), *draw(st.sampled_from(NOISE)), *draw(st.sampled_from(NOISE))]
    before = draw(st.sampled_from(((), ("--no-input",), ("-q", "--no-cache-dir"))))
    wanted = draw(st.sampled_from((MODULE, f"{MODULE}==1.0", f"{WHEELS}/{MODULE}-1.0-py3-none-any.whl", PROJECT)))
    ordered = [wanted, *words] if draw(st.booleans()) else [*words, wanted]
    return Case(shlex.join(["pip", *before, "install", *ordered]), user, draw(st.sampled_from(VARIABLES)),
                override=draw(st.integers(0, 4)) > 0)


@pytest.mark.proof
@pytest.mark.parametrize("release", [pytest.param(each, marks=pytest.mark.full if each == "bullseye" else
                                                  pytest.mark.core) for each in DEBIANS])
def test_generated_lines(release: str) -> None:
    tried: list[Case] = []

    @settings(derandomize=True, max_examples=20, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(lines())
    def run(case: Case) -> None:
        tried.append(case)
        check(release, case)

    run()
    assert len(set(map(str, tried))) == 20
