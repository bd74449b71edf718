"""Repairs and audits as root where something is in their way: users who steer, full and read-only disks, others."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

import pytest

from tests.proof.damage_kinds import PACKAGES, old_crypto
from tests.rootfs import Root, changes

pytestmark = [pytest.mark.proof, pytest.mark.core]
Install = Callable[[Root], list[str]]
SITE = "/usr/lib/python3/dist-packages"
LOCAL = "/usr/local/lib/python3.11/dist-packages"
USER = "/home/alice/.local/lib/python3.11/site-packages"


def own(path: str) -> bool:
    return path.startswith(("/var/lib/pyguard", "/var/cache/pyguard", "/tmp", "/home/alice/.local/state", "/run",
                            "/home/alice/.cache")) or path in (
        "/var/lib", "/var/cache", "/home/alice/.local", "/home/alice")


def different(before: dict, root: Root) -> dict[str, str]:    # type: ignore[type-arg]
    return {path: what for path, what in changes(before, root.tree()).items() if not own(path)}


@pytest.fixture
def root(new_root: Callable[..., Root], installed_pyguard: Install) -> Root:
    made = new_root("bookworm", ("python3-six",))
    installed_pyguard(made)
    return made


def shadow(root: Root) -> None:
    root.write(f"{LOCAL}/six.py", "raise ImportError\n")
    os.unlink(f"{root.path}{SITE}/six.py")


def as_alice(root: Root, script: str) -> None:
    root.run(["sh", "-ec", script], user="alice", check=True)


def test_what_a_user_puts_in_the_way_of_roots_audit(root: Root) -> None:
    """Links to what only root can read, FIFOs, a file of a terabyte, escapes: it ends, and says nothing of root's."""
    root.write("/root/secret.conf", "[global]\nbreak-system-packages = true\n", 0o600)
    root.write("/root/secret.sh", "export PYTHONHOME=/root/only\n", 0o600)
    as_alice(root, f"""cd; mkdir -p .config/pip .pip {USER}
        ln -sf /root/secret.conf .config/pip/pip.conf; ln -sf /root/secret.sh .bash_profile
        mkfifo .zshrc .profile.d .pip/pip.conf {USER}/x.pth {USER}/six.py {USER}/y-1.dist-info
        mv .profile .profile.old; mkfifo .profile; truncate -s 1T {USER}/huge.pth; ln -s loop loop
        printf 'export PYTHONPATH=/opt/\\033]0;x\\007\\n' >.zshenv""")
    done = root.run(["pyguard", "audit"], timeout=60)
    assert done.returncode == 10, done.stderr
    assert "secret" not in done.stdout and "/root/only" not in done.stdout and "\x1b" not in done.stdout
    own_view = root.run(["pyguard", "audit"], user="alice", timeout=60)
    assert own_view.returncode == 10 and "Traceback" not in own_view.stderr


def test_a_home_that_leads_elsewhere_makes_roots_repair_move_nothing_of_roots(root: Root) -> None:
    root.write(f"{LOCAL}/mine.py", "")
    as_alice(root, f"mkdir -p ~/.local/lib/python3.11; ln -s {LOCAL} {USER}; mkdir -p ~/.pip")
    root.write(f"{LOCAL}/six.py", "x = 1\n")
    root.write("/etc/pip.conf", "[global]\nbreak-system-packages = true\n")
    as_alice(root, "ln -s /etc/pip.conf ~/.pip/pip.conf; ln -sf /etc/shadow ~/.bashrc")
    before = root.tree()
    done = root.run(["pyguard", "repair", "--yes"])
    assert done.returncode == 12, done.stdout
    touched = set(different(before, root))
    assert touched <= {LOCAL, f"{LOCAL}/six.py", "/etc", "/etc/pip.conf", f"{LOCAL}/__pycache__"}, touched
    assert os.path.exists(root.path + f"{LOCAL}/mine.py") and os.path.islink(root.path + USER)
    assert root.run(["pyguard", "undo"]).returncode == 0
    assert different(before, root) == {}


def test_with_a_users_home_root_repairs_no_more_than_with_its_own(root: Root) -> None:
    """sudo -E, su: HOME is alice's, and her site directory a link to the operating system's."""
    as_alice(root, f"mkdir -p ~/.local/lib/python3.11 ~/bin; ln -s {SITE} {USER}; echo 'exit 1' >~/.profile")
    before = root.tree()
    done = root.run(["pyguard", "repair", "--yes", "--offline"], env={"HOME": "/home/alice"})
    assert different(before, root) == {}, done.stdout + done.stderr
    assert root.run(["python3", "-B", "-c", "import six"]).returncode == 0


def test_with_a_users_home_nothing_of_that_user_runs_as_root(root: Root) -> None:
    shadow(root)
    as_alice(root, f"""mkdir -p {USER} /tmp/ran; chmod 777 /tmp/ran
        echo 'import os; open("/tmp/ran/%d" % os.geteuid(), "w")' >{USER}/usercustomize.py""")
    assert root.run(["pyguard", "audit", "--run"], env={"HOME": "/home/alice"}).returncode == 10
    assert root.run(["pyguard", "repair", "--yes"], env={"HOME": "/home/alice"}).returncode == 0
    assert os.listdir(root.path + "/tmp/ran") in ([], ["1000"])


def test_where_the_audit_sends_people_there_is_an_answer(root: Root) -> None:
    """A variable of somebody's program is left alone, not kept quiet; at the level of damage it is none."""
    root.write("/etc/environment", "PYTHONPATH=/opt/y\n")
    root.write("/etc/profile.d/x.sh", "export PYTHONPATH=/opt/y\n")
    before = root.tree()
    done = root.run(["pyguard", "audit"])
    assert done.returncode == 10
    assert done.stdout.endswith("2 to look at; pyguard repair --level warn shows what can be done\n")
    for option in ((), ("--yes",)):
        done = root.run(["pyguard", "repair", "--level", "warn", *option])
        assert (done.returncode, done.stderr) == (10, "") and "nothing to repair" not in done.stdout
        for place in ("/etc/environment:1", "/etc/profile.d/x.sh:1"):
            assert f"PYTHONPATH=/opt/y in {place}" in done.stdout.split("Left to you")[1]
        done = root.run(["pyguard", "repair", *option])
        assert done.returncode == 0
        assert done.stdout.strip() == "nothing to repair; 2 to look at: pyguard repair --level warn"
    assert different(before, root) == {}


def test_login_shells_start_after_a_repair(root: Root) -> None:
    """Lines that are not an assignment alone stay, and are left to a person."""
    root.write("/opt/v/agent", "#!/bin/sh\necho agent $PYTHONHOME\n", 0o755)
    root.write("/etc/profile.d/a.sh", "agent() {\n  PYTHONHOME=/opt/v /opt/v/agent \"$@\"\n}\n")
    root.write("/etc/profile.d/b.sh", "if [ -d /opt ]; then\n  export PYTHONHOME=/opt/v; fi\n")
    root.write("/etc/profile.d/c.sh", "export PYTHONHOME=/opt/old:\\\n/opt/v/lib\n")
    root.write("/etc/profile.d/d.sh", "if [ -d /opt ]; then\n  export PYTHONHOME=/opt/w\nfi\n")
    before = root.tree()
    done = root.run(["pyguard", "repair", "--yes"])
    assert done.returncode == 10 and "nothing is left but what is left to you" in done.stdout, done.stdout + done.stderr
    assert "in /etc/profile.d/b.sh:2" in done.stdout and "a.sh" not in done.stdout
    assert set(different(before, root)) == {"/etc/profile.d", "/etc/profile.d/c.sh", "/etc/profile.d/d.sh"}
    for shell in ("sh", "bash"):
        login = root.run([shell, "-lc", "agent; echo $PYTHONHOME"])
        assert (login.stdout, login.stderr) == ("agent /opt/v\n/opt/v\n", "")
    assert root.run(["pyguard", "undo"]).returncode == 0
    assert different(before, root) == {}


def test_a_read_only_usr(root: Root) -> None:
    shadow(root)
    before = root.tree()
    read_only = "mount --bind /usr /usr && mount -o remount,ro,bind /usr"
    done = root.run(["sh", "-c", f"{read_only} && exec pyguard repair --yes"])
    assert done.returncode == 12 and "Read-only file system" in done.stderr, done.stderr
    assert "pyguard undo" in done.stderr
    assert different(before, root) == {}
    assert root.run(["pyguard", "repair", "--yes"]).returncode == 0
    assert root.run(["python3", "-B", "-c", "import six"]).returncode == 0


@pytest.mark.parametrize("size", ["4k", "64k"])
def test_a_full_disk(size: str, root: Root) -> None:
    """No room for the record, or for what has to be kept: nothing is changed that cannot be taken back."""
    shadow(root)
    root.write(f"{LOCAL}/six.py", "raise ImportError\n" + "#" * 200_000)
    before = root.tree()
    script = (f"mkdir -p /var/lib/pyguard && mount -t tmpfs -o size={size} none /var/lib/pyguard && "
              "pyguard repair --yes; code=$?; pyguard undo >/dev/null 2>&1; exit $code")
    done = root.run(["sh", "-c", script])
    assert done.returncode in (1, 12) and "No space left" in done.stderr, done.stdout + done.stderr
    assert different(before, root) == {}
    assert root.run(["pyguard", "repair", "--yes"]).returncode == 0


def test_two_at_once(root: Root) -> None:
    shadow(root)
    before = root.tree()
    done = root.run(["sh", "-c", "pyguard repair --yes >/tmp/1 2>&1 & first=$!; pyguard repair --yes >/tmp/2 2>&1; "
                                 "echo $?; wait $first; echo $?"])
    codes = sorted(done.stdout.split())
    assert codes[0] == "0", done.stdout + root.run(["cat", "/tmp/1", "/tmp/2"]).stdout
    assert root.run(["pyguard", "audit"]).returncode == 0
    history = json.loads(root.run(["pyguard", "history", "--json"]).stdout)["changes"]
    for change in reversed([change for change in history if change["state"] == "done"]):
        assert root.run(["pyguard", "undo", change["id"]]).returncode == 0
    assert different(before, root) == {}


def test_killed_in_the_middle_of_a_real_one(root: Root) -> None:
    """The next undo takes back what was begun; the next repair does it all."""
    shadow(root)
    before = root.tree()
    for pause in ("0.6", "1.0", "1.5", "2.5"):
        root.run(["sh", "-c", f"pyguard repair --yes >/dev/null 2>&1 & sleep {pause}; kill -9 $!; wait; "
                              "pyguard undo >/dev/null 2>&1; true"])
        assert different(before, root) == {}, pause
    assert root.run(["pyguard", "repair", "--yes"]).returncode == 0
    assert root.run(["python3", "-B", "-c", "import six"]).returncode == 0
    assert root.run(["pyguard", "undo"]).returncode == 0
    assert different(before, root) == {}


def test_what_an_undo_had_to_leave_stays_whatever_comes_next(root: Root) -> None:
    """An admin mends the file that was left: it is theirs, and no command after that takes it away."""
    shadow(root)
    assert root.run(["pyguard", "repair", "--yes"]).returncode == 0
    root.run(["sh", "-c", f"cp -p {SITE}/six.py /srv; echo '# a local fix' >>{SITE}/six.py"], check=True)
    assert root.run(["pyguard", "undo"]).returncode == 12
    root.run(["sh", "-c", f"rm {LOCAL}/six.py; cp -p /srv/six.py {SITE}/six.py"], check=True)
    before = root.tree()
    done = root.run(["pyguard", "undo"])
    assert done.returncode == 1 and "no change to take back" in done.stderr, done.stdout
    assert root.run(["pyguard", "repair", "--yes"]).returncode == 0
    assert different(before, root) == {}


def test_the_loaders_cache_is_made_anew_where_ldconfig_ran_since(new_root: Callable[..., Root],
                                                                 installed_pyguard: Install) -> None:
    """The old one knows nothing of what was installed after the repair."""
    root = new_root("bookworm", PACKAGES)
    installed_pyguard(root)
    old_crypto(root, "/opt/loader/lib")
    root.write("/etc/ld.so.conf.d/000-vendor.conf", "/opt/loader/lib\n")
    root.run(["ldconfig"], check=True)
    before = root.tree("/etc")
    assert root.run(["pyguard", "repair", "--yes"]).returncode == 0
    assert root.run(["pyguard", "undo"]).returncode == 0
    assert changes(before, root.tree("/etc")) == {}    # nobody has changed it: the very file
    assert root.run(["pyguard", "repair", "--yes"]).returncode == 0
    root.run(["sh", "-c", "cp /lib/*/libz.so.1 /usr/local/lib/libmine.so.1; cp -P /lib/*/libz.so.1* /usr/local/lib; "
                          "ldconfig"], check=True)
    assert root.run(["pyguard", "undo"]).returncode == 0
    cache = root.run(["ldconfig", "-p"]).stdout
    assert "=> /usr/local/lib/libz.so.1" in cache and "=> /opt/loader/lib/libcrypto.so.3" in cache


def test_an_ordinary_user_repairs_what_is_theirs(root: Root) -> None:
    root.write(f"{LOCAL}/six.py", "")
    as_alice(root, f"mkdir -p {USER} ~/.config/pip; echo 'x = 1' >{USER}/six.py; "
                   "printf '[global]\\nbreak-system-packages = true\\n' >~/.config/pip/pip.conf")
    before = root.tree()
    done = root.run(["pyguard", "repair", "--yes"], user="alice")
    assert done.returncode in (10, 12) and "needs root" in done.stdout, done.stdout + done.stderr
    assert not os.path.exists(root.path + f"{USER}/six.py") and os.path.exists(root.path + f"{LOCAL}/six.py")
    assert root.run(["pyguard", "undo"], user="alice").returncode == 0
    assert different(before, root) == {}
