"""Units, crontabs, D-Bus services, hooks of the package manager and programs of the administrator's as requesters."""

from __future__ import annotations

import pytest

from pyguard.facts.index import STARTERS, open_index
from pyguard.facts.requesters.starters import PLACES
from pyguard.model.facts import Importance, OwnerKind, RequesterKind
from tests.facts.debian_host import OS_SITE, DebianHost

SCRIPT = "#!/usr/bin/python3\nfrom cryptography.fernet import Fernet\nimport os, sys\n"
SHELL = "#!/bin/sh\n# python3 /opt/other.py\nset -e\nexec python3 -E /opt/tool.py\n"


@pytest.fixture
def world(tmp_path):
    world = DebianHost(tmp_path / "tree")
    world.stock()
    world.write("/opt/tool.py", "import cryptography.x509\n")
    world.write("/usr/local/bin/tool", SCRIPT, 0o755)
    world.write("/usr/local/bin/shell-tool", SHELL, 0o755)
    return world


def found(world, wanted="python3-cryptography"):
    return {item.name: item for item in open_index(world.host, [OS_SITE]).requesters({wanted})}


def test_the_places_that_the_index_watches_are_those_that_are_read():
    assert set(STARTERS) == set(PLACES) and len(STARTERS) == len(set(STARTERS))


@pytest.mark.parametrize("path, text, name", [
    ("/etc/systemd/system/backup.service", "[Service]\nExecStart=/usr/bin/python3 /opt/tool.py --all\n",
     "unit backup.service"),
    ("/etc/systemd/system/backup.service", "[Service]\nExecStartPre=-+/usr/local/bin/tool\nExecStart=/bin/true\n",
     "unit backup.service"),
    ("/etc/systemd/system/backup.service", "[Service]\nExecStart=/bin/sh -c 'python3 \\\n  /opt/tool.py'\n",
     "unit backup.service"),
    ("/run/systemd/generator/made.service", "[Service]\nExecStart=/usr/local/bin/shell-tool\n", "unit made.service"),
    ("/etc/systemd/user/mine.service", "[Service]\nExecStart=@/usr/local/bin/tool tool\n", "user unit mine.service"),
    ("/etc/crontab", "SHELL=/bin/sh\n17 * * * * root cd / && /usr/local/bin/tool\n", "crontab"),
    ("/etc/anacrontab", "1 5 cron.daily nice /usr/local/bin/tool\n", "anacrontab"),
    ("/etc/cron.d/job", "@daily alice /usr/bin/python3 -Es /opt/tool.py # x\n", "cron.d/job"),
    ("/etc/cron.daily/bar", SCRIPT, "cron.daily/bar"),
    ("/etc/cron.weekly/bar", "#!/bin/bash\nif true; then python3 -m cryptography; fi\n", "cron.weekly/bar"),
    ("/var/spool/cron/crontabs/alice", "*/5 * * * * python3 -c 'import cryptography'\n", "crontab of alice"),
    ("/var/spool/cron/root", "@reboot /usr/local/bin/shell-tool >/dev/null 2>&1\n", "crontab of root"),
    ("/usr/local/share/dbus-1/system-services/org.acme.Tool.service",
     "[D-BUS Service]\nName=org.acme.Tool\nExec=/usr/local/bin/tool\n", "D-Bus service org.acme.Tool"),
    ("/etc/apt/apt.conf.d/99acme", '// x\nDPkg::Pre-Install-Pkgs { "/usr/local/bin/tool --apt || true"; };\n',
     "apt hook 99acme"),
    ("/etc/dpkg/dpkg.cfg.d/acme", 'post-invoke="if [ -x /opt/tool.py ]; then /usr/local/bin/tool; fi"\n',
     "dpkg hook acme"),
    ("/usr/local/sbin/own", SCRIPT, "/usr/local/sbin/own"),
    ("/usr/libexec/own", SCRIPT, "/usr/libexec/own"),
    ("/usr/bin/copied-by-hand", "#!/usr/bin/env python3\nimport cryptography\n", "/usr/bin/copied-by-hand"),
])
def test_what_starts_by_itself_is_named(path, text, name, world):
    world.write(path, text, 0o755)
    item = found(world)[name]
    assert item.kind is RequesterKind.SERVICE and item.owner.kind is OwnerKind.LOCAL
    assert [bound.package for bound in item.needs] == ["python3-cryptography"] and "cryptography" in item.imports
    assert item.commands[0] == path
    assert (item.importance is Importance.CORE) is name.startswith(("apt", "dpkg"))
    assert name not in found(world, "python3-openssl")


@pytest.mark.parametrize("path, text", [
    ("/etc/systemd/system/venv.service", "[Service]\nExecStart=/opt/app/bin/python /opt/tool.py\n"),
    ("/etc/systemd/system/back.service", "[Service]\nExecStart=/usr/local/bin/tool\nExecStart=\nExecStart=/bin/true\n"),
    ("/etc/systemd/system/off.service", "[Service]\n#ExecStart=/usr/local/bin/tool\n"),
    ("/etc/systemd/system/timer.timer", "[Service]\nExecStart=/usr/local/bin/tool\n"),
    ("/etc/cron.d/old.dpkg-old", "@daily root /usr/local/bin/tool\n"),
    ("/etc/cron.d/.hidden", "@daily root /usr/local/bin/tool\n"),
    ("/etc/cron.daily/off~", SCRIPT),
    ("/etc/cron.daily/plain", "#!/usr/bin/python3\nimport os\n"),
    ("/etc/apt/apt.conf.d/99off", '// DPkg::Pre-Invoke { "/usr/local/bin/tool"; };\nAPT::X "1";\n'),
    ("/etc/cron.daily/pypy", "#!/opt/pypy/bin/python3\nimport cryptography\n"),
])
def test_what_does_not_run_on_the_systems_python_is_not(path, text, world):
    before = set(found(world))
    world.write(path, text, 0o755)
    assert set(found(world)) == before


def test_a_mask_and_a_drop_in_count(world):
    world.write("/usr/local/lib/systemd/system/a.service", "[Service]\nExecStart=/usr/local/bin/tool\n")
    world.write("/usr/local/lib/systemd/system/b.service", "[Service]\nExecStart=/bin/true\n")
    world.write("/etc/systemd/system/b.service.d/own.conf", "[Service]\nExecStart=\nExecStart=/usr/local/bin/tool\n")
    assert {"unit a.service", "unit b.service"} <= found(world).keys()
    (world.root / "etc/systemd/system/a.service").symlink_to("/dev/null")
    assert "unit a.service" not in found(world)


def test_what_an_os_package_ships_is_one_of_its_commands(world):
    world.package("sos", "1", {"/etc/cron.daily/sos": SCRIPT, "/etc/apt/apt.conf.d/20sos":
                               'DPkg::Pre-Invoke { "/etc/cron.daily/sos"; };\n',
                               "/usr/share/dbus-1/services/org.sos.service": "[D-BUS Service]\nExec=/usr/bin/sos\n"},
                  Depends="python3-cryptography")
    world.write("/var/lib/dpkg/info/sos.postinst", SCRIPT, 0o755)
    requesters = found(world)
    item = requesters["sos"]
    assert {"cron.daily/sos", "apt hook 20sos", "D-Bus service org.sos", "postinst of sos"} <= set(item.commands)
    assert item.importance is Importance.CORE
    assert "cron.daily/sos" not in requesters


@pytest.mark.parametrize("change", [
    lambda world: world.write("/opt/tool.py", "import os\n"),
    lambda world: (world.root / "opt/tool.py").unlink(),
    lambda world: world.write("/etc/systemd/system/backup.service", "[Service]\nExecStart=/bin/true\n"),
    lambda world: (world.root / "etc/systemd/system/backup.service").unlink(),
])
def test_a_kept_index_follows_the_files_that_it_rests_on(change, world, tmp_path):
    world.write("/etc/systemd/system/backup.service", "[Service]\nExecStart=/usr/bin/python3 /opt/tool.py\n")
    cache = [str(tmp_path / "cache")]

    def names():
        return {item.name for item in open_index(world.host, [OS_SITE], cache=cache).requesters()}

    assert "unit backup.service" in names() and "unit backup.service" in names()
    change(world)
    assert "unit backup.service" not in names()


@pytest.mark.parametrize("text", ["\x00\xff", "import cryptography\nprint 'old'\n", "(" * 5000, "import (",
                                  "x" * 2_000_000], ids=["binary", "python 2", "deep", "cut", "long"])
def test_a_file_that_is_no_python_of_today_stops_nothing(text, world):
    world.write("/etc/cron.daily/odd", "#!/usr/bin/python3\n" + text, 0o755)
    assert ("cron.daily/odd" in found(world)) is text.startswith("import cryptography")
