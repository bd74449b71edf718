"""After dnf has changed something pyguard looks again, by the plugin that Debian has too; taken away, it is gone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.rootcache import RELEASES
from tests.rootfs import Root, overlay

Install = Callable[[Root], list[str]]
ACTION = "/etc/dnf/plugins/post-transaction-actions.d/pyguard.action"
SPEC = """\
Name: thing
Version: 1
Release: 1
Summary: made for a test
License: none
BuildArch: noarch
%description
made for a test
%files
"""


@pytest.mark.proof
@pytest.mark.core
def test_dnf_has_pyguard_look_again(installed_pyguard: Install) -> None:
    """On Debian 13: 11 has no such plugin, and 12's calls what its libdnf does not have (ConfigParser_substitute)."""
    release = "trixie"
    with overlay(release, ("python3-pip", "python3-six", "dnf", "dnf-plugins-core", "rpm")) as root:
        root.write("/srv/thing.spec", SPEC)
        root.run(["rpmbuild", "-bb", "--quiet", "--define", "_topdir /srv/build", "/srv/thing.spec"], check=True)
        command = installed_pyguard(root)
        before = set(root.tree("/etc"))
        said = root.run([*command, "hook", "install", "--system"], check=True).stdout
        assert f"{ACTION}: looks again after dnf has changed something\n" in said
        root.write(f"/usr/local/lib/python{RELEASES[release]}/dist-packages/six.py", "")
        noted = f"cat /var/lib/pyguard/notices/usr-{RELEASES[release]}"
        assert "shadow\tsix" not in root.run(["sh", "-c", noted], check=True).stdout
        done = root.run(["sh", "-c", "dnf -y --disablerepo='*' install /srv/build/RPMS/noarch/thing-1-1.noarch.rpm"],
                        env={"PYGUARD_QUIET": "1"})    # dnf's own Python would say that the directory has changed
        assert done.returncode == 0 and "Complete!" in done.stdout, done.stdout + done.stderr
        assert "pyguard" not in done.stdout + done.stderr
        assert "shadow\tsix" in root.run(["sh", "-c", noted], check=True).stdout
        root.run([*command, "hook", "remove"], check=True)
        assert set(root.tree("/etc")) == before
