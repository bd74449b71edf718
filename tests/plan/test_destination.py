"""Where pip would write, by build, release, environment and request; for real in tests/proof/test_destinations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.impact.bypass import find_bypasses
from pyguard.model.facts import (
    EnvironmentKind,
    ExternallyManaged,
    Facts,
    Owner,
    OwnerKind,
    PipBuild,
    ShellEnvironment,
    SiteDirectory,
)
from pyguard.model.request import Action, Destination, Request, Scheme, Setting
from pyguard.plan.destination import locate, refused_by_pip
from tests.builders import a_request, an_interpreter, some_facts

DEBIAN_PIP = Owner(OwnerKind.OS, "python3-pip")
OVERRIDE = Setting("break-system-packages", "1", "--break-system-packages")


def debian(python: str = "3.11", pip: str = "23.0.1", owner: Owner | None = DEBIAN_PIP,
           environ: dict[str, str] | None = None, **interpreter: Any) -> Facts:
    minor = ".".join(python.split(".")[:2])
    sites = (SiteDirectory(f"/home/alice/.local/lib/python{minor}/site-packages", OwnerKind.USER, "user_site", 0, True),
             SiteDirectory(f"/usr/local/lib/python{minor}/dist-packages", OwnerKind.LOCAL, "posix_local", 1),
             SiteDirectory("/usr/lib/python3/dist-packages", OwnerKind.OS, "deb_system", 2),
             SiteDirectory(f"/usr/lib/python{minor}/dist-packages", OwnerKind.OS, "posix_prefix", 3))
    fields = {"version": python, "stdlib": f"/usr/lib/python{minor}", **interpreter}
    return some_facts(interpreter=an_interpreter(**fields), sites=sites,
                      pip=PipBuild("/usr/lib/python3/dist-packages/pip", pip, owner, pip < "24"),
                      environment=ShellEnvironment("/home/alice", (), tuple((environ or {}).items())))


def asked(uid: int = 0, action: Action = Action.INSTALL, override: Setting | None = None, settings: tuple[Setting,
                                                                                                          ...] = (),
          **destination: Any) -> Request:
    return a_request(uid=uid, action=action, destination=Destination(**destination), break_system_packages=override,
                     settings=settings, cwd="/srv")


def to(path: str, scheme: Scheme = Scheme.PREFIX) -> dict[str, Any]:
    return {"scheme": scheme, "path": path}


ELEVEN = debian("3.9.2", "20.3.4")


@pytest.mark.parametrize(("facts", "request_", "site", "scripts", "rank"), [
    (debian(), asked(), "/usr/local/lib/python3.11/dist-packages", "/usr/local/bin", 1),
    (debian(), asked(1000), "/home/alice/.local/lib/python3.11/site-packages", "/home/alice/.local/bin", 0),
    (debian(pip="19.3", owner=None), asked(1000), "/usr/local/lib/python3.11/dist-packages", "/usr/local/bin", 1),
    (debian(), asked(user=True), "/home/alice/.local/lib/python3.11/site-packages", "/home/alice/.local/bin", 0),
    (debian(), asked(1000, user=False), "/usr/local/lib/python3.11/dist-packages", "/usr/local/bin", 1),
    (debian(environ={"PYTHONUSERBASE": "/b"}), asked(user=True), "/b/lib/python3.11/site-packages", "/b/bin", None),
    (debian(environ={"PYTHONUSERBASE": "b"}), asked(user=True), "/srv/b/lib/python3.11/site-packages", "/srv/b/bin",
     None),
    (debian(environ={"PYTHONNOUSERSITE": "1"}), asked(1000), "/usr/local/lib/python3.11/dist-packages",
     "/usr/local/bin", 1),
    (debian(user_site=False), asked(1000), "/usr/local/lib/python3.11/dist-packages", "/usr/local/bin", 1),
    (debian(environ={"DEB_PYTHON_INSTALL_LAYOUT": "deb"}), asked(), "/usr/lib/python3/dist-packages", "/usr/bin", 2),
    (debian(), asked(**to("/usr")), "/usr/local/lib/python3.11/dist-packages", "/usr/local/bin", 1),
    (debian(), asked(**to("/usr/local")), "/usr/local/local/lib/python3.11/dist-packages", "/usr/local/local/bin",
     None),
    (debian(pip="26.3"), asked(**to("/usr/local")), "/usr/local/lib/python3.11/site-packages", "/usr/local/bin", None),
    (debian(environ={"DEB_PYTHON_INSTALL_LAYOUT": "deb_system"}), asked(**to("/o")), "/o/lib/python3/dist-packages",
     "/o/bin",
     None),
    (debian(), asked(**to("/t", Scheme.TARGET)), "/t", "/t/bin", None),
    (debian(), asked(**to("/usr/lib/python3/dist-packages", Scheme.TARGET)), "/usr/lib/python3/dist-packages",
     "/usr/lib/python3/dist-packages/bin", 2),
    (debian(), asked(**to("", Scheme.TARGET)), "/usr/local/lib/python3.11/dist-packages", "/usr/local/bin", 1),
    (debian(), asked(root="/s"), "/s/usr/local/lib/python3.11/dist-packages", "/s/usr/local/bin", None),
    (debian(), asked(root="/"), "/usr/local/lib/python3.11/dist-packages", "/usr/local/bin", 1),
    (debian(), asked(1000, root="/home/alice/s", root_writable=True),
     "/home/alice/s/usr/local/lib/python3.11/dist-packages", "/home/alice/s/usr/local/bin", None),
    (debian(), asked(1000, root="/s", root_writable=False),
     "/s/home/alice/.local/lib/python3.11/site-packages", "/s/home/alice/.local/bin", None),
    # Debian 11: distutils, and a pip of its own mind
    (ELEVEN, asked(), "/usr/local/lib/python3.9/dist-packages", "/usr/local/bin", 1),
    (ELEVEN, asked(1000), "/home/alice/.local/lib/python3.9/site-packages", "/home/alice/.local/bin", 0),
    (debian("3.9", "20.3.4", environ={"PYTHONNOUSERSITE": "1"}), asked(1000),
     "/home/alice/.local/lib/python3.9/site-packages", "/home/alice/.local/bin", 0),
    (ELEVEN, asked(user=True, settings=(Setting("no-user", "yes", "PIP_NO_USER"),)),
     "/usr/local/lib/python3.9/dist-packages", "/usr/local/bin", 1),
    (ELEVEN, asked(**to("/usr")), "/usr/lib/python3.9/site-packages", "/usr/bin", None),
    (ELEVEN, asked(**to("/usr/local")), "/usr/local/lib/python3.9/dist-packages", "/usr/local/bin", 1),
    (debian("3.9", "20.3.4", environ={"VIRTUAL_ENV": ""}), asked(), "/usr/lib/python3.9/site-packages", "/usr/bin",
     None),
    (debian("3.9", "20.3.4", environ={"VIRTUAL_ENV": "/v"}), asked(**to("/usr/local")),
     "/usr/local/lib/python3.9/site-packages", "/usr/local/bin", None),
    (debian("3.9", "24.0", None), asked(1000), "/home/alice/.local/lib/python3.9/site-packages",
     "/home/alice/.local/bin", 0),
    (debian("3.11", "21.0", None), asked(), "/usr/local/lib/python3.11/dist-packages", "/usr/local/bin", 1),
])
def test_debian(facts: Facts, request_: Request, site: str, scripts: str, rank: int | None) -> None:
    target = locate(request_, facts)
    assert (target.purelib, target.platlib, target.scripts, target.rank) == (site, site, scripts, rank)
    assert target.on_path is (rank is not None)
    assert target.reason


@pytest.mark.parametrize(("frontend", "command", "site"), [
    ("setup.py", "install", "/o/local/lib/python3.11/dist-packages"),
    ("setup.py", "develop", "/o/lib/python3.11/site-packages"),
    ("setup.py", "easy_install", "/o/lib/python3.11/site-packages"),
    ("easy_install", "install", "/o/lib/python3.11/site-packages"),
])
def test_setuptools_own_commands_keep_their_own_scheme(frontend: str, command: str, site: str) -> None:
    for environ in ({}, {"DEB_PYTHON_INSTALL_LAYOUT": "deb"}) if "local" not in site else ({},):
        request_ = replace(asked(**to("/o")), frontend=frontend, command=command)
        assert locate(request_, debian(environ=environ)).purelib == site


def test_an_empty_place_walks_around_the_marker() -> None:
    facts = debian(externally_managed=ExternallyManaged("/usr/lib/python3.11/EXTERNALLY-MANAGED"))
    request_ = replace(asked(), destination=Destination(emptied="--target"))
    assert "externally managed" in refused_by_pip(asked(), facts) and not refused_by_pip(request_, facts)
    assert [bypass.how for bypass in find_bypasses(facts, request_)] == ["an empty --target"]
    assert "dist-packages" in locate(request_, facts).purelib


OUTSIDE, LOCAL = ("/usr/lib/python3.9/site-packages", "/usr/bin"), ("/usr/local/lib/python3.9/dist-packages",
                                                                     "/usr/local/bin")


@pytest.mark.parametrize(("frontend", "variable", "place"), [
    ("setup.py", "VIRTUAL_ENV", OUTSIDE), ("setup.py", "PYTHONUSERBASE", OUTSIDE), ("setup.py", "PYTHONPATH", LOCAL),
    ("easy_install", "VIRTUAL_ENV", OUTSIDE), ("easy_install", "PYTHONUSERBASE", OUTSIDE),
    ("uv", "VIRTUAL_ENV", OUTSIDE), ("uv", "PYTHONUSERBASE", LOCAL),    # which uv's cache knows or not
    ("poetry", "VIRTUAL_ENV", OUTSIDE), ("poetry", "PYTHONPATH", OUTSIDE),    # sysconfig
])
def test_debians_old_distutils_is_led_by_variables(frontend: str, variable: str, place: tuple[str, str]) -> None:
    request_ = replace(asked(), frontend=frontend, command="install")
    found = locate(request_, debian("3.9", "20.3.4", environ={variable: "/v"}))
    assert (found.purelib, found.scripts) == place
    assert "/local/" in locate(request_, debian("3.11", environ={variable: "/v"})).purelib


DEB = {"DEB_PYTHON_INSTALL_LAYOUT": "deb"}


@pytest.mark.parametrize(("facts", "prefix", "site"), [
    (debian("3.9"), "/usr", "/usr/lib/python3.9/site-packages"),
    (debian("3.9"), "/usr/local/", "/usr/local/lib/python3.9/dist-packages"),
    (debian("3.9", environ={"VIRTUAL_ENV": "/v"}), "/usr/local", "/usr/local/lib/python3.9/site-packages"),
    (debian(), "/usr", "/usr/local/lib/python3.11/dist-packages"),
    (debian(pip="26.3"), "/usr", "/usr/local/lib/python3.11/dist-packages"),    # pip has no part in it
    (debian(), "//usr/local", "/usr/local/lib/python3.11/dist-packages"),
    (debian(environ=DEB), "/usr", "/usr/lib/python3/dist-packages"),
    (debian(environ=DEB), "/usr/local", "/usr/local/lib/python3.11/dist-packages"),
])
def test_the_prefix_of_setup_py(facts: Facts, prefix: str, site: str) -> None:
    assert locate(replace(asked(**to(prefix)), frontend="setup.py", command="install"), facts).purelib == site


def elsewhere(kind: EnvironmentKind, prefix: str, scheme: str, writable: bool = False, library: str = "lib",
              **fields: Any) -> Facts:
    site = SiteDirectory(f"{prefix}/{library}/python3.11/site-packages", OwnerKind.LOCAL, scheme, 4, writable)
    defaults = {"kind": kind, "prefix": prefix, "stdlib": f"/usr/{library}/python3.11", "runs_os_tools": False}
    return some_facts(interpreter=an_interpreter(**{**defaults, **fields}), sites=(site,), pip=PipBuild("/p", "24.0"))


@pytest.mark.parametrize(("facts", "request_", "purelib", "scheme"), [
    (elsewhere(EnvironmentKind.VENV, "/v", "venv"), replace(asked(1000, **to("/usr")), frontend="setup.py"),
     "/usr/lib/python3.11/site-packages", "prefix"),
    (elsewhere(EnvironmentKind.VENV, "/v", "venv"), asked(1000), "/v/lib/python3.11/site-packages", "venv"),
    (elsewhere(EnvironmentKind.VENV, "/v", "venv", True, system_site=True), asked(1000),
     "/v/lib/python3.11/site-packages",
     "venv"),
    (elsewhere(EnvironmentKind.VENV, "/v", "venv", system_site=True), asked(1000),
     "/home/alice/.local/lib/python3.11/site-packages", "user_site"),
    (elsewhere(EnvironmentKind.VENV, "/v", "venv"), asked(**to("/p")), "/p/lib/python3.11/site-packages", "prefix"),
    (elsewhere(EnvironmentKind.CONDA, "/c", "conda"), asked(), "/c/lib/python3.11/site-packages", "conda"),
    (elsewhere(EnvironmentKind.LOCAL, "/usr/local", "posix_prefix"), asked(), "/usr/local/lib/python3.11/site-packages",
     "posix_prefix"),
    (elsewhere(EnvironmentKind.SYSTEM, "/usr", "posix_prefix"), asked(), "/usr/lib/python3.11/site-packages",
     "posix_prefix"),
    (elsewhere(EnvironmentKind.UV, "/u", "posix_prefix", True), asked(1000), "/u/lib/python3.11/site-packages",
     "posix_prefix"),
])
def test_other_pythons(facts: Facts, request_: Request, purelib: str, scheme: str) -> None:
    target = locate(request_, facts)
    assert (target.purelib, target.scheme) == (purelib, scheme)


def test_fedora() -> None:
    sites = tuple(SiteDirectory(path, OwnerKind.LOCAL, scheme, rank) for rank, (path, scheme) in enumerate([
        ("/usr/local/lib64/python3.11/site-packages", "posix_local"), ("/usr/local/lib/python3.11/site-packages",
                                                                       "posix_local"),
        ("/usr/lib64/python3.11/site-packages", "posix_prefix"), ("/usr/lib/python3.11/site-packages",
                                                                  "posix_prefix")]))
    facts = some_facts(interpreter=an_interpreter(stdlib="/usr/lib64/python3.11"), sites=sites)
    target = locate(asked(), facts)
    assert (target.purelib, target.platlib, target.scripts, target.rank) == (
        "/usr/local/lib/python3.11/site-packages", "/usr/local/lib64/python3.11/site-packages", "/usr/local/bin", 0)


@pytest.mark.parametrize(("facts", "request_", "word"), [
    (debian(), asked(), "externally managed"), (debian(), asked(1000, user=True), "externally managed"),
    (debian(), asked(action=Action.UNINSTALL), "externally managed"),
    (debian(), asked(action=Action.UNINSTALL, **to("/p")), "externally managed"),
    (debian(), asked(override=OVERRIDE), ""), (debian(), asked(**to("/p")), ""), (debian(), asked(root="/s"), ""),
    (debian(), asked(**to("", Scheme.TARGET)), ""), (debian(pip="22.3"), asked(), ""),
    (debian(externally_managed=None), asked(), ""), (debian(), asked(action=Action.NONE), ""),
    (debian(), asked(user=True, **to("/t", Scheme.TARGET)), "combine"), (debian(), asked(user=True, **to("/t")),
                                                                         "combine"),
    (elsewhere(EnvironmentKind.VENV, "/v", "venv"), asked(user=True), "not visible"),
    (elsewhere(EnvironmentKind.VENV, "/v", "venv"), asked(), ""),
    (debian(pip="25.3", user_site=False), asked(user=True, override=OVERRIDE), "disabled"),
    (debian(pip="25.2", user_site=False), asked(user=True, override=OVERRIDE), ""),
])
def test_refusals(facts: Facts, request_: Request, word: str) -> None:
    reason = refused_by_pip(request_, facts)
    assert word in reason and bool(reason) is bool(word)


@given(st.sampled_from(list(EnvironmentKind)), st.sampled_from(["3.9", "3.13.1", "", "x"]),
       st.sampled_from(["9.0.3", "23.0.1", "", "junk", "26.3"]), st.integers(0, 1000),
       st.sampled_from(list(Scheme)), st.sampled_from(["", "/", "/usr", "/usr/local"]), st.sampled_from([None, True,
                                                                                                         False]))
def test_always_an_absolute_place(kind: EnvironmentKind, python: str, pip: str, uid: int, scheme: Scheme, path: str,
                                  user: bool | None) -> None:
    request = asked(uid, scheme=scheme, path=path, root=path, user=user)
    target = locate(request, debian(python, pip, kind=kind))
    assert target.purelib.startswith("/") and target.scripts.startswith("/")
    assert isinstance(refused_by_pip(request, debian(python, pip, kind=kind)), str)
