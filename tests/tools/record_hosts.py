"""Record the stock hosts that scenarios replay on: Debian 11, 12 and 13 with the tools the scenarios name.

Run as root: `python -m tests.tools.record_hosts [RELEASE ...]`. Read the diff before you commit it.
"""

from __future__ import annotations

import os
import sys

from pyguard.cli.facts import run
from tests.rootfs import overlay
from tests.scenarios import HOSTS

HOSTS_BY_RELEASE = {"bullseye": "debian-11", "bookworm": "debian-12", "trixie": "debian-13"}
PACKAGES = ("apt-listchanges", "awscli", "certbot", "cloud-init", "command-not-found", "dnf", "duplicity", "fail2ban",
            "httpie", "networkd-dispatcher", "python3-flask", "python3-jwt", "python3-pip", "python3-venv",
            "reportbug", "ssh-import-id", "supervisor", "ufw", "unattended-upgrades", "waagent")
MORE = {    # what only some releases have
    "bullseye": ("docker-compose", "firewalld", "software-properties-common",
                 "python3-httplib2=0.18.1-3"),    # the update to it is gone from the archive
    "bookworm": ("ansible-core", "cookiecutter", "docker-compose", "firewalld", "software-properties-common"),
    "trixie": ("ansible-core", "cookiecutter"),    # whose cloud-init conflicts with firewalld
}


def packages_of(release: str) -> tuple[str, ...]:
    return PACKAGES + MORE.get(release, ())


def record_host(root: str, name: str, note: str) -> None:
    """What `pyguard facts --record` reads in a file system tree, as alice would meet it."""
    code = run(["--root", root, "--user", "alice", "--interpreter", "/usr/bin/python3", "--note", note, "--force",
                "--record", str(HOSTS / f"{name}.toml")],
               environ={}, cwd="/", uid=os.getuid(), stdout=sys.stdout, stderr=sys.stderr)
    if code:
        sys.exit(code)


def main(releases: list[str]) -> None:
    for release in releases or list(HOSTS_BY_RELEASE):
        packages = packages_of(release)
        note = f"Debian {release}, minbase and {', '.join(packages)} without recommended packages"
        with overlay(release, packages) as root:
            record_host(root.path, HOSTS_BY_RELEASE[release], note)


if __name__ == "__main__":
    main(sys.argv[1:])
