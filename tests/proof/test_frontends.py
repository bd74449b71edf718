"""The predicted destination of every frontend against the real one: the real tool runs in a throw-away Debian."""

from __future__ import annotations

import shlex
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pyguard.errors import ForeignUsageError
from pyguard.facts.interpreter import inspect
from pyguard.host import Host
from pyguard.judge import Caller, identify, is_free
from pyguard.judge.identify import describe_surroundings
from pyguard.judge.links import real_path
from pyguard.model.request import UV_SYNC, Action
from pyguard.plan.destination import locate, refused_by_pip
from tests import rootcache
from tests.pip_releases import unpacked
from tests.proof.frontend_cases import CASES, PROJECT, Case
from tests.proof.test_destinations import MODULE, Place, collect, walk
from tests.rootfs import Root
from tests.tool_roots import tool_root
from tests.wheelhouse import make_old_project, make_project, make_wheel

SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/tools/bin"
COMMAND = f"{MODULE}-run"
HARMLESS = "harmless"
LEFT_OUT = ("/srv/wheels", "/srv/project", "/srv/old", "/proc", "/sys", "/dev")
CACHES = ("/.cache/uv", "/.cache/pip", "/.cache/pdm", "/.cache/pypoetry/cache", "/.cache/pypoetry/artifacts")


def prepare(root: Root, case: Case) -> None:
    make_wheel(root.path + "/srv/wheels", MODULE, "1.0")
    make_project(root.path + "/srv/project", MODULE, "1.0")
    make_old_project(root.path + "/srv/old", MODULE, "1.0")
    for release in ("26", "25.1.1") if case.tool in ("pipx", "get-pip.py") else ():    # pipx makes sure of a new pip
        for wheel in Path(unpacked(release)).parent.glob(f"pip-{release}*.whl"):
            shutil.copy(wheel, root.path + "/srv/wheels")
    for path, text in case.files.items():
        root.write(path, text, user="alice" if path.startswith("/home/alice/") else "root")
    if case.setup:
        root.run(["sh", "-ec", case.setup], cwd="/srv", check=True)
    if not case.marker:
        for marker in Path(root.path).glob("usr/lib/python3*/EXTERNALLY-MANAGED"):
            marker.unlink()
    root.run(["sh", "-c", "chmod -R a+rwX /srv; mkdir -p /home/alice/.cache; chown -R alice: /home/alice"], check=True)
    if case.venv:
        root.run(["python3", "-m", "venv", case.venv], user=case.user, check=True)


def environment(root: Root, case: Case) -> dict[str, str]:
    """Indexes that are not there: the only distribution is the one in /srv/wheels."""
    own = {"PATH": SEARCH_PATH, "UV_NO_INDEX": "1", "UV_OFFLINE": "1", "UV_FIND_LINKS": "/srv/wheels",
           "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/srv/wheels", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
           "PDM_CHECK_UPDATE": "0"}
    found = {**root.environment(case.user, root.account(case.user)[5], {}), **own, **case.env}
    if "PATH" in case.env and "/opt/tools/bin" not in case.env["PATH"]:
        found["PATH"] = f"{case.env['PATH']}:/opt/tools/bin"
    return found


def predict(root: Root, case: Case, environ: dict[str, str]) -> Place | str:
    """Where it would write, without links, nowhere where the tool itself refuses, or that it is harmless."""
    host = Host(root.path)
    uid = 0 if case.user == "root" else int(root.account(case.user)[2])
    caller = Caller(environ, case.cwd, uid)
    command = identify(host, shlex.split(case.line), caller)
    if command.frontend.changes_nothing(command.argv, environ) or not command.interpreter:
        return HARMLESS
    interpreter = inspect(host, command.interpreter, environment=environ, uid=uid, cwd=case.cwd, probe=False)
    interpreter = replace(interpreter, writable=uid == 0 or interpreter.prefix.startswith(("/home/alice", "/srv")))
    if is_free(host, interpreter, command, caller):
        return HARMLESS
    facts = collect(root, host, interpreter.path, case, environ, uid)    # type: ignore[arg-type]  # cwd and user
    around = describe_surroundings(host, caller, command.program)
    try:
        request = command.frontend.parse_request(host, command.argv, around, facts.interpreter)
    except ForeignUsageError:
        return Place()
    if request.action is Action.NONE or refused_by_pip(request, facts):
        return Place()
    assert MODULE in [wanted.name for wanted in request.wanted] or request.command == UV_SYNC
    target = locate(request, facts)
    return Place(real_path(host, target.purelib), real_path(host, target.scripts), target.on_path)


def observe(root: Root, case: Case, environ: dict[str, str]) -> tuple[Place, str]:
    done = root.run(["sh", "-c", f"exec {case.line}"], user=case.user, cwd=case.cwd, env=environ)
    found = [(path, name) for path, name in walk(root.path)
             if not path.startswith(LEFT_OUT) and not any(cache in path for cache in CACHES)]
    sites = sorted({path for path, name in found if name.startswith(MODULE) and name.endswith(
        (".dist-info", ".egg-info", ".egg-link", ".egg"))})
    scripts = [path for path, name in found if name == COMMAND]
    tried = root.run(["/usr/bin/python3", "-c", f"import {MODULE}"], user=case.user, cwd="/", env=environ)
    scripts = [path for path in scripts if path.endswith(("local/bin", "opt/b"))] or scripts    # what is linked
    return (Place(sites[0] if sites else "", scripts[0] if scripts else "", tried.returncode == 0),
            f"exit {done.returncode}\n{done.stdout}{done.stderr}")


def is_apart(root: Root, place: Place, case: Case) -> bool:
    """Whether what was written is nothing that the operating system's Python would import."""
    if place.importable:
        return False
    minor = rootcache.RELEASES[root.release]
    return not place.site.startswith(("/usr/lib/", f"/usr/local/lib/python{minor}", "/usr/lib/python3"))


def check(release: str, case: Case) -> None:
    with tool_root(release, case.tool) as root:
        prepare(root, case)
        environ = environment(root, case)
        predicted = predict(root, case, environ)
        observed, output = observe(root, case, environ)
        if predicted == HARMLESS:
            assert is_apart(root, observed, case), f"{release}: {case}\n{observed}\n{output}"
        else:
            assert predicted == observed, f"{release}: {case}\n{output}"


# The core has two lines a tool, on Debian 12 where the tool is there; with --all each runs on all of its releases.
FIRST = {tool: [case for case in CASES if case.tool == tool][:2] for tool in {case.tool for case in CASES}}


def is_core(case: Case, release: str) -> bool:
    return case in FIRST[case.tool] and release == ("bookworm" if "bookworm" in case.releases else case.releases[0])


PRODUCT = [pytest.param(release, case, id=f"{release}-{case.tool}-{number}-{case.user}",
                        marks=pytest.mark.core if is_core(case, release) else pytest.mark.full)
           for number, case in enumerate(CASES) for release in case.releases]


@pytest.mark.proof
@pytest.mark.parametrize(("release", "case"), PRODUCT)
def test_written_where_predicted(release: str, case: Case) -> None:
    check(release, case)


def test_every_tool_has_ten_lines() -> None:
    counted = {tool: sum(case.tool == tool for case in CASES) for tool in FIRST}
    assert min(counted.values()) >= 10, counted
    assert PROJECT
