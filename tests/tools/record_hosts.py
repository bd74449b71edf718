"""Record the stock hosts that scenarios replay on: Debian 11, 12 and 13 with the tools the scenarios name.

Run as root: `python -m tests.tools.record_hosts [RELEASE ...]`. Read the diff before you commit it.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from pyguard.facts.collect import collect
from pyguard.facts.pip_build import find_pip
from pyguard.host import Host
from pyguard.model.facts import Facts, ShellEnvironment
from pyguard.render.host_file import render_host_file
from tests.rootfs import overlay
from tests.scenarios import HOSTS

HOSTS_BY_RELEASE = {"bullseye": "debian-11", "bookworm": "debian-12", "trixie": "debian-13"}
PACKAGES = ("certbot", "cloud-init", "duplicity", "python3-jwt", "python3-pip", "python3-venv")
MORE = {"bookworm": ("cookiecutter",), "trixie": ("cookiecutter",)}    # Debian 11 has none
HOME = "/home/alice"


def packages_of(release: str) -> tuple[str, ...]:
    return PACKAGES + MORE.get(release, ())


def record(release: str) -> Facts:
    """What the collectors read in a root of that release, as alice would meet it."""
    with overlay(release, packages_of(release)) as root:
        environment = {"HOME": HOME, "PATH": "/usr/local/bin:/usr/bin:/bin"}
        facts = collect(Host(root.path), "/usr/bin/python3", environment=environment, uid=1000, cwd="/",
                        find_pip=find_pip)
    return replace(facts, environment=ShellEnvironment(HOME))


def main(releases: list[str]) -> None:
    for release in releases or list(HOSTS_BY_RELEASE):
        facts = record(release)
        note = f"Debian {release}, minbase and {', '.join(packages_of(release))} without recommended packages"
        path = HOSTS / f"{HOSTS_BY_RELEASE[release]}.toml"
        path.write_text(render_host_file(facts, recorded=True, note=note), encoding="utf-8")
        print(path, path.stat().st_size)


if __name__ == "__main__":
    main(sys.argv[1:])
