"""Depth `resolved` against what that very pip then installs: the same distributions in the same versions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

import pytest

from pyguard.model.names import canonicalize_name
from tests.rootfs import Root
from tests.wheels import make_wheel

pytestmark = pytest.mark.proof
# Debian 13's pip stops where it would have to uninstall what dpkg owns: there nothing of that stands in its way.
PACKAGES = {"bullseye": ("python3-pip",), "bookworm": ("python3-pip", "python3-requests", "python3-yaml"),
            "trixie": ("python3-pip",)}
REQUIREMENTS = "click==8.1.7\nitsdangerous>=2,<2.2 ; python_version > '3'\n-c constraints.txt\nflask<3\n"
FILES = {"/srv/requirements.txt": REQUIREMENTS, "/srv/constraints.txt": "werkzeug==2.3.7\nrich==13.5.0\n"}
SITES = "/usr/local/lib/python3*/dist-packages /home/alice/.local/lib/python3*/site-packages /srv/target"
LISTING = f"for d in {SITES}; do ls -d $d/*.dist-info $d/*.egg-info; done 2>/dev/null; true"
CLEAN = ("rm -rf /usr/local/lib/python3*/dist-packages/* /home/alice/.local /srv/target; "
         "find /usr/local/bin -mindepth 1 ! -name pyguard -delete")


class Asked(NamedTuple):
    """A request, and who makes it."""

    words: str
    user: str = "root"


CORE = (Asked("requests==2.25.1"), Asked("-r /srv/requirements.txt", "alice"), Asked("rich -c /srv/constraints.txt"))
MORE = (
    Asked("cowsay"), Asked("requests"), Asked("requests[socks]"), Asked("flask<3", "alice"), Asked("httpx"),
    Asked("rich"),
    Asked("click==8.0.4"), Asked("jinja2==3.0.3"), Asked("black==23.1.0"), Asked("pydantic==1.10.13", "alice"),
    Asked("attrs==21.4.0 idna<3"), Asked("typer", "alice"), Asked("tqdm"), Asked("python-dateutil==2.8.1"),
    Asked("urllib3==1.26.5 certifi"), Asked("--upgrade urllib3"), Asked("PyYAML"), Asked("--no-deps flask"),
    Asked("--pre click"), Asked("tomli;python_version<'3.10'"), Asked("--target /srv/target cowsay"),
    Asked("/srv/local_thing-1.0-py3-none-any.whl"), Asked("markdown-it-py[linkify]"), Asked("cryptography==42.0"),
    Asked("--upgrade --upgrade-strategy eager requests"), Asked("--ignore-installed certifi"),
    Asked("--user six", "alice"), Asked("--force-reinstall chardet==5.1.0", "alice"), Asked("anyio>=3,<4 sniffio"))


def test_there_are_thirty() -> None:
    assert len({*CORE, *MORE}) >= 30


@pytest.mark.core
def test_the_core(new_root: Callable[..., Root], installed_pyguard: Callable[[Root], list[str]]) -> None:
    compare("bookworm", CORE, new_root, installed_pyguard)


@pytest.mark.full
@pytest.mark.parametrize("release", ["bookworm", "trixie"])
def test_all_of_them(release: str, new_root: Callable[..., Root],
                     installed_pyguard: Callable[[Root], list[str]]) -> None:
    compare(release, (*CORE, *MORE), new_root, installed_pyguard)


@pytest.mark.full
def test_a_pip_without_reports_is_a_gap(new_root: Callable[..., Root],
                                        installed_pyguard: Callable[[Root], list[str]]) -> None:
    root = new_root("bullseye", PACKAGES["bullseye"])
    installed_pyguard(root)
    plan = planned(root, Asked("requests==2.25.1"))
    assert plan["basis"] == "declared"
    assert "pip 20.3.4 has no --report (22.2 has)" in {gap["reason"] for gap in plan["gaps"]}


def compare(release: str, requests: tuple[Asked, ...], new_root: Callable[..., Root],
            installed_pyguard: Callable[[Root], list[str]]) -> None:
    """One root a release, cleaned between requests."""
    root = new_root(release, PACKAGES[release])
    installed_pyguard(root)
    for path, text in FILES.items():
        root.write(path, text)
    root.run(["chown", "alice", "/srv"], check=True)
    make_wheel(root.path + "/srv", "local-thing", "1.0", requires=("itsdangerous==2.1.2",))
    different = {}
    for asked in requests:
        predicted = {(change["name"], change["version"]) for change in planned(root, asked)["changes"]}
        root.run(["pip", "install", "-q", "--break-system-packages", *asked.words.split()], user=asked.user, cwd="/srv",
                 timeout=600, check=True)
        happened = installed(root)
        if predicted != happened:
            different[asked] = (predicted - happened, happened - predicted)
        root.run(["sh", "-c", CLEAN], check=True)
    print(f"{release}: {len(requests) - len(different)} of {len(requests)}")
    assert not different


def planned(root: Root, asked: Asked) -> dict:    # type: ignore[type-arg]
    """The plan of `pyguard explain`."""
    done = root.run(["/usr/local/bin/pyguard", "explain", "--json", "--depth", "resolved", "pip", "install",
                     "--break-system-packages", *asked.words.split()], user=asked.user, cwd="/srv", timeout=600,
                    check=True)
    plan = json.loads(done.stdout)["plan"]
    plan.setdefault("changes", [])
    return plan


def installed(root: Root) -> set[tuple[str, str]]:
    """Name and version of everything that is in the places pip writes to."""
    found = set()
    for line in root.run(["sh", "-c", LISTING], check=True).stdout.split():
        name, _, version = line.rpartition("/")[2].rpartition(".")[0].partition("-")
        found.add((str(canonicalize_name(name)), version))
    return found
