"""Shielded tools of the system work before and after an install that got through; unshielded ones do not.

cloud-init is a core tool; certbot is shielded where the policy says `shield = "all"`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.rootcache import RELEASES
from tests.rootfs import Root, overlay

pytestmark = pytest.mark.proof
Install = Callable[[Root], list[str]]
BROKEN = "raise ImportError('another version')\n"
CLOUD_INIT = "cloud-init --version 2>&1"
CERTBOT = "certbot --version && certbot certificates --config-dir /tmp/c --work-dir /tmp/c --logs-dir /tmp/c 2>&1"
APT = ("apt-get -q update", "apt-get -qy --no-install-recommends install python3-yaml python3-jinja2",
       "apt-get -qy upgrade", "apt-get -qy --reinstall install cloud-init")
PARAMETERS = [pytest.param(release, marks=pytest.mark.core if release == "bookworm" else pytest.mark.full)
              for release in RELEASES]


@pytest.fixture(params=PARAMETERS)
def root(request: pytest.FixtureRequest, installed_pyguard: Install) -> Iterator[Root]:
    """A guarded system with both tools; the shield is what the policy's default says."""
    with overlay(request.param, ("python3-pip", "certbot", "cloud-init"), lists=True) as made:
        command = installed_pyguard(made)
        made.run([*command, "hook", "install", "--system", "--shell"], check=True)
        yield made


def shadow(root: Root, user: str = "root") -> None:
    """What an install that nobody stopped leaves: other versions of what both tools import, in /usr/local or a home."""
    site = (f"/usr/local/lib/python{RELEASES[root.release]}/dist-packages" if user == "root"
            else f"/home/{user}/.local/lib/python{RELEASES[root.release]}/site-packages")
    for name in ("yaml", "jinja2", "acme", "josepy"):
        root.write(f"{site}/{name}.py", BROKEN, user=user)
    if user != "root":
        root.run(["chown", "-R", f"{user}:", f"/home/{user}"], check=True)


def say(root: Root, line: str, user: str = "root") -> tuple[int, str, str]:
    done = root.run(["sh", "-c", line], user=user, timeout=900, env={"DEBIAN_FRONTEND": "noninteractive"})
    return done.returncode, done.stdout, done.stderr


def set_policy(root: Root, text: str) -> None:
    root.write("/etc/pyguard/policy.toml", text)
    root.run(["pyguard", "hook", "refresh"], check=True)


def test_a_tool_survives_an_install_that_got_through(root: Root) -> None:
    set_policy(root, 'shield = "off"\n')
    before = {line: say(root, line) for line in (CLOUD_INIT, CERTBOT)}
    assert all(code == 0 for code, _, _ in before.values()), before
    shadow(root)
    root.run(["pyguard", "hook", "refresh"], check=True)
    assert all(say(root, line)[0] == 1 for line in before), "the control: unshielded they break"
    set_policy(root, 'shield = "core"\n')
    assert say(root, CLOUD_INIT) == before[CLOUD_INIT] and say(root, CERTBOT)[0] == 1
    set_policy(root, 'shield = "all"\n')
    assert {line: say(root, line) for line in before} == before
    set_policy(root, 'shield = "all"\nshield-exceptions = ["/usr/bin/certbot"]\n')
    assert say(root, CLOUD_INIT) == before[CLOUD_INIT] and say(root, CERTBOT)[0] == 1
    listed = root.run(["pip", "list"]).stdout
    assert root.run(["python3", "-c", "import yaml"]).returncode == 1    # nobody else is shielded
    assert root.run(["/usr/bin/pip", "list"]).stdout == listed


@pytest.mark.full
def test_a_users_own_site_is_taken_off_as_well(root: Root) -> None:
    before = say(root, CLOUD_INIT, "alice")
    shadow(root, "alice")
    assert say(root, CLOUD_INIT, "alice") == before
    assert say(root, "HOME=/home/alice cloud-init --version 2>&1") == before    # sudo that keeps HOME
    set_policy(root, 'shield = "off"\n')
    assert say(root, CLOUD_INIT, "alice")[0] == 1


@pytest.mark.full
def test_apt_works_guarded_and_shielded_after_a_shadowing_install(root: Root) -> None:
    set_policy(root, 'shield = "all"\n')
    for line in APT:
        code, out, err = say(root, line)
        assert code == 0, err
        assert "pyguard" not in out + err
    shadow(root)
    root.run(["pyguard", "hook", "refresh"], check=True)
    for line in APT[1:]:
        code, out, err = say(root, line)
        assert code == 0, err
        assert "another version" not in out + err
