"""A release's own Python as .deb files: as it is, and as the same with a higher version, to upgrade to and back."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator

from tests import rootcache
from tests.rootfs import Root, build

PLACE = "/srv/python"
HIGHER = "+pyguard1"
# Every installed package of Python's own, fetched at the very version that is installed, and made again with a
# version that dpkg takes for newer, the relations between them following.
SCRIPT = rf"""
set -e
mkdir -p {PLACE}/old {PLACE}/new
cd {PLACE}/old
dpkg-query -W -f '${{Package}}=${{Version}}\n' 'python3*' 'libpython3*' |
    grep -E '^(lib)?python3(\.[0-9]+)?(-minimal|-stdlib)?=.' >../installed
apt-get -q download $(cat ../installed)
for deb in *.deb; do
    dpkg-deb -R "$deb" ../work
    while IFS='=' read -r name version; do
        quoted=$(printf '%s' "$version" | sed 's/[.]/[.]/g')
        sed -i "s/\(^Version: \|(= \)$quoted\($\|)\)/\1$version{HIGHER}\2/" ../work/DEBIAN/control
    done <../installed
    dpkg-deb -Znone -b ../work "../new/$deb"
    rm -rf ../work
done
"""


@contextlib.contextmanager
def root_with_pythons(release: str, packages: tuple[str, ...]) -> Iterator[Root]:
    """A root without network that has both sets in PLACE/old and PLACE/new."""
    rootcache.require_means()
    base = rootcache.base_layer(release)
    name = f"{release}-{rootcache.RECIPE}-pythons-{hashlib.sha256(SCRIPT.encode()).hexdigest()[:16]}"
    debs = rootcache.make_layer(name, [rootcache.lists_layer(release, build), base], SCRIPT, build)
    with rootcache.mounted([debs, rootcache.package_layer(release, packages, build), base]) as path:
        yield Root(path, release, network=False)
