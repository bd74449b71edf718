"""A root of rpm's: Debian's Python moved to where Fedora's has its modules, and owned by real .rpm files."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator

from tests import rootcache
from tests.rootfs import Root, build

RELEASE = "bullseye"    # from Python 3.11 on site.py is frozen into the interpreter, which could not be moved
RPM = ("rpm", "--dbpath", "/usr/lib/sysimage/rpm", "--nosignature")
STDLIB = "/usr/lib/python3.9"
SITE = f"{STDLIB}/site-packages"
BUILT = "/srv/rpms/noarch"
OTHER = f"{BUILT}/python3-other-1-1.noarch.rpm"
OLDER, NEWER = (f"{BUILT}/python3-{version}-1.noarch.rpm" for version in ("3.9.2", "3.9.99"))
PACKAGES = {
    "bash": ("/bin/bash",),
    "python3": ("/usr/bin/python3", "/usr/bin/python3.9"),
    "python3-libs": (f"{STDLIB}/[!s]*", f"{STDLIB}/s[!i]*", f"{STDLIB}/si[!t]*", f"{STDLIB}/site.py",
                     f"{STDLIB}/sitec*"),
    "python3-six": (f"{SITE}/six.py", f"{SITE}/six-1.16.0.egg-info"),
    "python3-pip": ("/usr/bin/pip", "/usr/bin/pip3", f"{SITE}/[!s]*", f"{SITE}/setuptools*"),
}
MAKE = rf"""
set -e
# make NAME VERSION PROVIDES FILES...: an .rpm of files that lie here
make() {{
    name=$1 version=$2 provides=$3
    shift 3
    for pattern; do
        mkdir -p "/srv/content$(dirname "$pattern")"
        cp -a $pattern "/srv/content$(dirname "$pattern")/"
    done
    cat >/srv/spec <<SPEC
Name: $name
Version: $version
Release: 1
Summary: made for a test
License: none
BuildArch: noarch
AutoReqProv: no
Provides: $provides
%global __os_install_post %{{nil}}
%global _binaries_in_noarch_packages_terminate_build 0
%description
made for a test
%files
$(printf '%s\n' "$@")
SPEC
    rpmbuild -bb --quiet --define '_topdir /srv/rpmbuild' --define '_rpmdir /srv/rpms' --buildroot /srv/content \
        --define '_binary_payload w0.gzdio' --noclean --nocheck /srv/spec
    rm -rf /srv/content
}}
sed -i -e 's/dist-packages/site-packages/g' -e 's#"local/lib"#"lib"#' {STDLIB}/site.py
mkdir -p {SITE} /usr/lib/sysimage/rpm
cp -a /usr/lib/python3/dist-packages/. {SITE}/
rm -rf /usr/lib/python3
python3 -m compileall -q {STDLIB}/site.py
printf 'ID=fedora\nVERSION_ID="40"\nNAME="Fedora Linux"\n' >/etc/os-release
"""
INSTALL = f"""
rpm --dbpath /usr/lib/sysimage/rpm --justdb --install --nodeps --ignorearch {BUILT}/*.rpm
make python3 3.9.99 newer {' '.join(PACKAGES['python3'])}
touch {SITE}/other.py
make python3-other 1 other {SITE}/other.py
rm -rf {SITE}/other.py /srv/rpmbuild /srv/spec /var/lib/dpkg /etc/apt /usr/share/python3/debian_defaults
"""


@contextlib.contextmanager
def fedora_root(*more: str) -> Iterator[Root]:
    """A root without network; .rpm files of another Python and of a module lie in BUILT. `more`: Debian packages."""
    rootcache.require_means()
    packages = tuple(dict.fromkeys(("python3-pip", "python3-six", "rpm", *more)))
    below = [rootcache.package_layer(RELEASE, packages, build), rootcache.base_layer(RELEASE)]
    made = [["make", name, "3.9.2", "/bin/sh" if name == "bash" else f"{name}-x", *(f"'{file}'" for file in files)]
            for name, files in PACKAGES.items()]
    script = MAKE + "\n".join(map(" ".join, made)) + INSTALL
    digest = hashlib.sha256("\n".join((script, *more)).encode()).hexdigest()[:16]
    name = f"{RELEASE}-{rootcache.RECIPE}-fedora-{digest}"
    with rootcache.mounted([rootcache.make_layer(name, below, script, build), *below]) as path:
        yield Root(path, RELEASE, network=False)


def rpm(root: Root, *words: str) -> str:
    """What it says; it must not fail, nor pyguard's scripts complain."""
    done = root.run([*RPM, *words], timeout=600)
    complaints = [line for line in done.stderr.splitlines() if not line.startswith("rpm: ")]    # Debian's own warning
    assert (done.returncode, complaints) == (0, []), done.stdout + done.stderr
    return done.stdout
