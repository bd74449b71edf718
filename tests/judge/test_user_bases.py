"""What is put into somebody's user site from outside: by root, through sudo, past the variables of the moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.facts.accounts import all_homes
from pyguard.host import Host
from pyguard.intake.frontends import load
from pyguard.judge import Caller, Command, judge
from pyguard.model.decision import Decision
from pyguard.model.settings import Settings
from pyguard.model.verdict import Level
from tests.builders import OS_SITE
from tests.facts.debian_host import DebianHost

SITE = "lib/python3.11/site-packages"
PASSWD = """\
root:x:0:0::/root:/bin/bash
bin:x:2:2::/:/usr/sbin/nologin
jenkins:x:105:112::/var/lib/jenkins:/bin/bash
alice:x:1000:1000::/home/alice:/bin/bash
"""


@pytest.fixture
def host(tmp_path: Path) -> Host:
    debian = DebianHost(tmp_path)
    debian.package("python3.11-minimal", files={"/usr/bin/python3.11": "\x7fELF"})
    debian.package("python3-minimal", files=("/usr/bin/python3",), make=False)
    debian.package("python3", files={"/usr/share/python3/debian_defaults": "[DEFAULT]\ndefault-version = python3.11\n"})
    debian.package("libpython3.11-minimal", files={
        "/usr/lib/python3.11/os.py": "", "/usr/lib/python3.11/site.py": "dist-packages"})
    debian.package("python3-six", "1.16.0-4", files=(f"{OS_SITE}/six.py", f"{OS_SITE}/six-1.16.0.egg-info/PKG-INFO"))
    (tmp_path / "usr/bin/python3").symlink_to("python3.11")
    for name, text in (("/etc/passwd", PASSWD), ("/home/alice/.profile", ""), ("/srv/t/x", ""), ("/setup.py", ""),
                       ("/srv/v/pyvenv.cfg", "home = /usr/bin\nversion = 3.11.2\n")):
        debian.write(name, text)
    (tmp_path / "srv/v/bin").mkdir()
    (tmp_path / "srv/v/bin/python3").symlink_to("/usr/bin/python3")
    (tmp_path / "srv/alices").symlink_to("/home/alice")
    return debian.host


def decide(host: Host, place: str, caller: Caller, python: str = "/usr/bin/python3", frontend: str = "pip_frontend",
           argv: tuple[str, ...] = ("pip", "install")) -> Decision:
    command = Command(load(frontend), (*argv, *place.split(), "six==1.15"), python, python)
    return judge(host, command, caller, Settings())


def root(**variables: str) -> Caller:
    return Caller({"HOME": "/root", **variables}, "/", 0)


@pytest.mark.parametrize(("place", "python"), [
    (f"-t /home/alice/.local/{SITE}", "/usr/bin/python3"), (f"-t /srv/alices/.local/{SITE}", "/usr/bin/python3"),
    (f"-t /var/lib/jenkins/.local/{SITE}", "/usr/bin/python3"), (f"-t /root/.local/{SITE}", "/usr/bin/python3"),
    ("--prefix /home/alice/.local", "/srv/v/bin/python3"), (f"-t /home/alice/.local/{SITE}", "/srv/v/bin/python3"),
])
def test_root_writes_into_somebodys_user_site(host: Host, place: str, python: str) -> None:
    found = decide(host, place, root(), python)
    assert found.verdict.level is Level.BLOCK and found.plan.target.on_path
    assert (found.facts.environment.home, found.facts.environment.get("PYTHONUSERBASE")) == ("/root", "")
    assert found.facts.interpreter.is_protected


@pytest.mark.parametrize("place", [
    "-t /home/alice/lib", "-t /home/alice/.local/lib/python3.9/site-packages", "--prefix /home/alice/.local",
    f"-t /srv/t/.local/{SITE}", f"-t /.local/{SITE}",
])
def test_other_places_of_theirs_are_their_own_business(host: Host, place: str) -> None:
    assert decide(host, place, root()).verdict.level is Level.ALLOW    # --prefix: Debian's local/lib/.../dist-packages


@pytest.mark.parametrize("variables", [{}, {"PYTHONNOUSERSITE": "1"}, {"PYTHONUSERBASE": "/srv/base"}])
def test_ones_own_user_site_whatever_the_variables_say(host: Host, variables: dict[str, str]) -> None:
    caller = Caller({"HOME": "/home/alice", **variables}, "/", 1000)
    found = decide(host, f"-t /home/alice/.local/{SITE}", caller)
    assert found.verdict.level is Level.BLOCK
    assert found.facts.environment.variables == tuple(sorted({"HOME": "/home/alice", **variables}.items()))


def test_the_base_of_who_typed_sudo(host: Host) -> None:
    for own in ({"HOME": "/remote/bob"}, {"HOME": "/home/alice", "PYTHONUSERBASE": "/remote/bob/.local"}):
        place = f"-t /remote/bob/.local/{SITE}"
        assert decide(host, place, root()).verdict.level is Level.ALLOW    # no account, and nobody's home
        caller = Caller({"HOME": "/root"}, "/", 0, behalf=Caller(own, "/", 1001))
        assert decide(host, place, caller).verdict.level is Level.BLOCK


def test_develop_with_a_prefix(host: Host) -> None:
    found = decide(host, "--prefix=/home/alice/.local", root(), frontend="setup_py_frontend",
                   argv=("setup.py", "develop"))
    assert found.verdict.level is Level.BLOCK and found.plan.target.purelib == f"/home/alice/.local/{SITE}"


def test_whose_homes_there_are(host: Host) -> None:
    assert all_homes(host) == ("/root", "/var/lib/jenkins", "/home/alice")
    (Path(host.root) / "etc/passwd").unlink()
    assert all_homes(host)[0] == "/root"


@pytest.mark.parametrize(("sees_system", "level"), [("false", Level.ALLOW), ("true", Level.BLOCK)])
@pytest.mark.parametrize(("place", "variables"), [("--user", {}), ("", {"PIP_USER": "1"})])
def test_an_environment_that_sees_no_user_site_leaves_the_error_to_pip(
        tmp_path: Path, host: Host, sees_system: str, level: Level, place: str, variables: dict[str, str]) -> None:
    settings = f"home = /usr/bin\nversion = 3.11.2\ninclude-system-site-packages = {sees_system}\n"
    (tmp_path / "srv/v/pyvenv.cfg").write_text(settings)
    alice = Caller({"HOME": "/home/alice", **variables}, "/", 1000)
    assert decide(host, place, alice, "/srv/v/bin/python3").verdict.level is level
