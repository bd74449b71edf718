"""The ground truth's system: its list of packages in, a cached read-only layer over a bookworm root out.

What it costs is some 15 minutes and 4 GB the first time; after that an overlay over it takes a moment.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
from collections.abc import Iterator

from tests import rootcache, rootfs

RELEASE = "bookworm"
# No services are started in a root that has no init; manual pages and documentation are not what is measured.
SCRIPT = """printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d &&
DEBIAN_FRONTEND=noninteractive apt-get -q install --yes --no-install-recommends \
    -o Dpkg::Options::=--force-unsafe-io -o Dpkg::Options::=--path-exclude='/usr/share/man/*' \
    -o Dpkg::Options::=--path-exclude='/usr/share/doc/*' {packages} &&
rm -f /usr/sbin/policy-rc.d && apt-get clean && rm -f /var/cache/apt/*.bin"""
PATIENCE = 5400    # seconds in which 1,500 packages are fetched and set up


def packages(listing: str) -> tuple[str, ...]:
    """The names in a list of packages, one a line."""
    with open(listing, encoding="utf-8") as file:
        return tuple(sorted({line.strip() for line in file} - {""}))


def layers(names: tuple[str, ...]) -> list[str]:
    """The directories of an overlay that holds packages, the topmost first."""
    rootcache.require_means()
    digest = hashlib.sha256(" ".join(names).encode()).hexdigest()[:16]
    base = rootcache.base_layer(RELEASE)
    made = rootcache.make_layer(f"{RELEASE}-{rootcache.RECIPE}-lab-{digest}",
                                [rootcache.lists_layer(RELEASE, rootfs.build), base],
                                SCRIPT.format(packages=" ".join(names)), install)
    return [made, base]


def install(path: str, script: str) -> subprocess.CompletedProcess[str]:
    """`rootfs.build` with more patience."""
    rootfs.hand_in_network(path)
    done = rootfs.Root(path).run(["sh", "-c", script], timeout=PATIENCE)
    for handed_in in (rootfs.BUNDLE, "/etc/resolv.conf"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path + handed_in)
    return done


@contextlib.contextmanager
def overlay(names: tuple[str, ...], network: bool = True) -> Iterator[rootfs.Root]:
    """A throw-away root with the packages, to install into and break."""
    with rootcache.mounted(layers(names)) as path:
        if network:
            rootfs.hand_in_network(path)
        yield rootfs.Root(path, RELEASE, network)
