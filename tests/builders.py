"""Small worlds for tests: defaults, and keywords for what matters."""

from __future__ import annotations

from typing import Any

from packaging.utils import canonicalize_name

from pyguard.model.conda import CondaSetup
from pyguard.model.facts import (
    Bound,
    Distribution,
    EnvironmentKind,
    ExternallyManaged,
    Facts,
    Importance,
    Interpreter,
    OperatingSystem,
    Owner,
    OwnerKind,
    Requester,
    RequesterKind,
    ShellEnvironment,
    SiteDirectory,
    Tool,
)
from pyguard.model.request import Action, Request, WantedDistribution

USER_SITE = "/home/alice/.local/lib/python3.11/site-packages"
LOCAL_SITE = "/usr/local/lib/python3.11/dist-packages"
OS_SITE = "/usr/lib/python3/dist-packages"


def an_interpreter(**fields: Any) -> Interpreter:
    defaults: dict[str, Any] = {
        "path": "/usr/bin/python3", "kind": EnvironmentKind.SYSTEM, "version": "3.11.2", "prefix": "/usr",
        "base_prefix": "/usr", "stdlib": "/usr/lib/python3.11", "runs_os_tools": True,
        "externally_managed": ExternallyManaged("/usr/lib/python3.11/EXTERNALLY-MANAGED", "no"),
    }
    return Interpreter(**{**defaults, **fields})


def some_sites() -> tuple[SiteDirectory, ...]:
    return (
        SiteDirectory(USER_SITE, OwnerKind.USER, "user_site", 0, writable=True),
        SiteDirectory(LOCAL_SITE, OwnerKind.LOCAL, "posix_local", 1),
        SiteDirectory(OS_SITE, OwnerKind.OS, "deb_system", 2),
    )


def a_distribution(name: str = "cryptography", version: str = "38.0.4", package: str = "",
                   package_version: str = "", **fields: Any) -> Distribution:
    owner = Owner(OwnerKind.OS, package or f"python3-{name}", package_version or f"{version}-3")
    defaults: dict[str, Any] = {"site": OS_SITE, "owner": owner, "metadata": "egg-info",
                                "import_names": (name.replace("-", "_"),)}
    return Distribution(canonicalize_name(name), version, **{**defaults, **fields})


def a_requester(name: str, *needs: Bound, version: str = "1.0-1", commands: tuple[str, ...] = (),
                importance: Importance = Importance.NORMAL) -> Requester:
    return Requester(name, RequesterKind.OS_PACKAGE, Owner(OwnerKind.OS, name, version), importance, needs, commands)


def some_facts(**fields: Any) -> Facts:
    defaults: dict[str, Any] = {
        "os": OperatingSystem("debian", "12", "Debian GNU/Linux"), "interpreter": an_interpreter(),
        "sites": some_sites(), "distributions": (a_distribution(),),
        "requesters": (
            a_requester("python3-openssl", Bound("python3-cryptography", "<<", "40"), version="23.0.0-1"),
            a_requester("python3-acme", Bound("python3-openssl")),
            a_requester("certbot", Bound("python3-acme"), commands=("/usr/bin/certbot",)),
            a_requester("duplicity", Bound("python3-openssl"), commands=("/usr/bin/duplicity",)),
            a_requester("cloud-init", Bound("python3-openssl"), commands=("/usr/bin/cloud-init",),
                        importance=Importance.CORE),
        ),
        "tools": (Tool("ensurepip", "/usr/lib/python3.11/ensurepip"), Tool("apt-get", "/usr/bin/apt-get")),
        "environment": ShellEnvironment("/home/alice", ("/usr/bin", "/opt/conda/bin")),
        "conda": CondaSetup(names=tuple((name, name) for name in ("cryptography", "matplotlib", "numpy", "pandas"))),
    }
    return Facts(**{**defaults, **fields})


def a_wanted(text: str = "cryptography==42.0", **fields: Any) -> WantedDistribution:
    name, _, version = text.partition("==")
    defaults: dict[str, Any] = {"name": canonicalize_name(name), "version": version,
                                "specifier": f"=={version}" if version else ""}
    return WantedDistribution(text, **{**defaults, **fields})


def a_request(*wanted: WantedDistribution, **fields: Any) -> Request:
    things = wanted or (a_wanted(),)
    defaults: dict[str, Any] = {
        "frontend": "pip", "argv": ("pip", "install", *(thing.text for thing in things)),
        "action": Action.INSTALL, "command": "install", "uid": 1000, "cwd": "/home/alice", "wanted": things}
    return Request(**{**defaults, **fields})
