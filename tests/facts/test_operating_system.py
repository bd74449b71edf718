"""os-release against the `distro` library, older release files, and hosts that say nothing."""

from __future__ import annotations

import subprocess

import distro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.facts.operating_system import operating_system, parse_os_release
from pyguard.host import Host

DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n'
UBUNTU = "NAME=Ubuntu\nID=ubuntu\nID_LIKE=debian\nVERSION_ID='22.04'\n"
ROCKY = '# comment\n\nNAME="Rocky Linux"\nID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.3"\n'
ODD = 'NAME="A \\"quoted\\" \\$name"\nID=o\\dd\nlower=1\n'


def write(root, path, text):
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
    return Host(str(root))


@pytest.mark.parametrize("text", [DEBIAN, UBUNTU, ROCKY])
def test_os_release_is_read_as_distro_reads_it(tmp_path, text):
    found = operating_system(write(tmp_path, "etc/os-release", text))
    expected = distro.LinuxDistribution(include_lsb=False, include_uname=False, root_dir=str(tmp_path))
    release = expected.os_release_info()
    assert (found.id, found.name, found.version_id) == (
        release["id"], release["name"], release.get("version_id", ""))
    assert found.like == tuple(release.get("id_like", "").split())


def test_quotes_are_those_of_sh(tmp_path):
    """os-release(5) is made to be sourced: sh itself is the oracle where the distro library is not exact."""
    found = operating_system(write(tmp_path, "etc/os-release", ODD))
    script = f'. {tmp_path}/etc/os-release; printf %s "$NAME|$ID"'
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True)
    assert f"{found.name}|{found.id}" == done.stdout


def test_the_second_place_and_a_link_into_it(tmp_path):
    assert operating_system(write(tmp_path, "usr/lib/os-release", DEBIAN)).id == "debian"
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").symlink_to("/usr/lib/os-release")
    assert operating_system(Host(str(tmp_path))).version_id == "12"


@pytest.mark.parametrize(("line", "ident", "version", "name"), [
    ("CentOS release 6.10 (Final)\n", "centos", "6.10", "CentOS"),
    ("Red Hat Enterprise Linux Server release 5.11 (Tikanga)\n", "rhel", "5.11",
     "Red Hat Enterprise Linux Server"),
    ("Fedora release 14 (Laughlin)\n", "fedora", "14", "Fedora"),
    ("Something else\n", "rhel", "", "Something else")])
def test_old_red_hats(tmp_path, line, ident, version, name):
    found = operating_system(write(tmp_path, "etc/redhat-release", line))
    assert (found.id, found.version_id, found.name) == (ident, version, name)


def test_old_debians_and_hosts_that_say_nothing(tmp_path):
    assert operating_system(Host(str(tmp_path))).id == "unknown"
    found = operating_system(write(tmp_path, "etc/debian_version", "6.0.10\n"))
    assert (found.id, found.version_id) == ("debian", "6")


def test_containers_leave_a_mark(tmp_path):
    assert not operating_system(write(tmp_path, "etc/os-release", DEBIAN)).container
    (tmp_path / ".dockerenv").touch()
    assert operating_system(Host(str(tmp_path))).container


@given(st.text())
def test_any_text_is_an_os_release(text):
    assert isinstance(parse_os_release(text), dict)


def test_junk_is_no_failure(tmp_path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_bytes(b"\xff\x00NAME\n" * 10)
    assert operating_system(Host(str(tmp_path))).id == "unknown"
