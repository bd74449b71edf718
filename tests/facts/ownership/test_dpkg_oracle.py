"""The database of a real machine: what is read as text against what the real dpkg says."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from pyguard.facts.ownership import load_packages
from pyguard.host import Host

ABSENT = {"not-installed", "config-files"}
real = pytest.mark.skipif(not shutil.which("dpkg-query"), reason="no dpkg here to compare with")


@real
def test_packages_are_those_of_dpkg_query():
    form = "${Package}\t${Version}\t${db:Status-Status}\n"
    done = subprocess.run(["dpkg-query", "-W", "-f", form], capture_output=True, text=True, check=True)
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    expected = {name: version for name, version, state in rows if state not in ABSENT}
    found = load_packages(Host())
    assert {name: package.version for name, package in found.packages.items()} == expected


@real
def test_owners_are_those_of_dpkg_search():
    owners = load_packages(Host()).owners
    paths = sorted(path for path in owners if path.isascii() and not set(path) & set("*?[]\\"))[::23]
    done = subprocess.run(["dpkg", "-S", *paths], capture_output=True, text=True,
                          env={**os.environ, "LC_ALL": "C"})
    said: dict[str, str] = {}
    diverted = set()
    for line in done.stdout.splitlines():
        if line.startswith(("diversion by", "local diversion")):
            diverted.add(line.rsplit(": ", 1)[-1])
            continue
        package, _, path = line.partition(": ")
        said[path] = package.split(":")[0]
    compared = [path for path in paths if path in said and path not in diverted]
    assert len(compared) > 20
    assert {path: owners[path] for path in compared} == {path: said[path] for path in compared}
