"""Nothing that an ordinary user can write changes what happens in a root process: alice plants, root runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.rootfs import Root, changes, overlay

pytestmark = [pytest.mark.proof, pytest.mark.core]
REFUSED = 11
VERSION = "3.11"
HOME = "/home/alice"
SHIMS = "/usr/local/lib/pyguard/shims"
PLAIN = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CANARY = "/tmp/planted-code-ran"
PROGRAM = f"#!/bin/sh\ntouch {CANARY}\nexit 0\n"
MODULE = f"open({CANARY!r}, 'w').close()\n"
NOTICE = f"pyguard-notice\t1\nshadow\tjson\t/usr/lib/python{VERSION}\t\033]0;owned\a\tjson\tplanted\nend\n"
# Programs that pyguard might start, and modules that it or its hooks might import.
PROGRAMS = ("python3", "python", "dpkg", "dpkg-query", "apt-get", "apt-cache", "rpm", "conda", "mamba", "sudo", "env",
            "readlink", "pyguard", "cat", "id", "dirname")
MODULES = ("json", "re", "os", "typing", "pyguard", "packaging", "_pyguard_boot", "_pyguard_handover", "sitecustomize",
           "usercustomize", "_pyguard_words", "site", "pip")
ESCAPE = "evil\033]0;owned\a\033[2J"


@pytest.fixture
def planted(installed_pyguard: Callable[[Root], list[str]]) -> Iterator[Root]:
    """Everything alice can think of, in her home, her cache, a project, /tmp."""
    with overlay("bookworm", ("python3-pip", "python3-six", "sudo"), network=False) as root:
        command = installed_pyguard(root)
        root.run([*command, "hook", "install", "--system", "--shell"], check=True)
        files = {
            f"{HOME}/.config/pyguard/policy.toml": 'global-installs = "allow"\nuser-installs = "allow"\n',
            f"{HOME}/project/pyproject.toml": '[tool.pyguard]\nglobal-installs = "allow"\n',
            f"{HOME}/project/pip.conf": "[global]\ntarget = /tmp\n",
            f"{HOME}/project/{ESCAPE}.txt": "six\n",
            f"{HOME}/.local/state/pyguard/notices/usr-{VERSION}": NOTICE,
            f"{HOME}/.local/state/pyguard/notices/usr-{VERSION}.shield": "/usr/bin/pip\n/usr/bin/pip3\nend\n",
            f"{HOME}/.local/share/pyguard/venv/main.py": MODULE,
            f"{HOME}/.local/share/pyguard/venv/pyvenv.cfg": "home = /usr/bin\n",
            f"{HOME}/.local/share/pyguard/shims/.pyguard-engine": f"{HOME}/bin/python3\n",
        }
        files.update({f"{HOME}/project/{name}.py": MODULE for name in MODULES})
        programs = [f"{HOME}/bin/{name}" for name in PROGRAMS]
        programs += [f"{HOME}/.local/share/pyguard/venv/bin/python", f"{HOME}/.local/bin/pyguard",
                     f"{HOME}/.local/share/pyguard/shims/.pyguard-shim", *(
                         f"{HOME}/.local/share/pyguard/shims/.pyguard-init.{shell}" for shell in ("bash", "sh"))]
        for path, text in files.items():
            root.write(path, text, user="alice")
        for path in programs:
            root.write(path, PROGRAM, 0o755, "alice")
        root.run(["chown", "-R", "alice:", HOME], check=True)
        plant = (f"mkdir -p {HOME}/.cache; ln -s /etc {HOME}/.cache/pyguard; mkfifo {HOME}/.pydistutils.cfg;"
                 f"ln -s /etc/passwd {HOME}/.local/state/pyguard/journal.jsonl;"
                 f"for n in 1 2 3; do ln -s /etc/passwd /tmp/pyguard-$n; done")
        root.run(["sh", "-c", plant], user="alice", check=True)
        yield root


def run(root: Root, line: str, **more: str) -> tuple[int, str, str]:
    """As root, with everything that can be taken from alice taken from her."""
    env = {"HOME": HOME, "XDG_CACHE_HOME": f"{HOME}/.cache", "XDG_CONFIG_HOME": f"{HOME}/.config",
           "XDG_STATE_HOME": f"{HOME}/.local/state", "SUDO_USER": "alice", "SHELL": f"{HOME}/bin/sh", **more}
    done = root.run(["/bin/sh", "-c", line], cwd=f"{HOME}/project", env=env)
    return done.returncode, done.stdout, done.stderr


def test_root_is_refused_and_runs_nothing_of_a_users(planted: Root) -> None:
    before = planted.tree()
    install = f"{SHIMS}/pip install --break-system-packages six==1.15"
    ours = {"PATH": f"{HOME}/bin:{SHIMS}:{PLAIN}"}
    for line, more in (
        (install, ours), (install, {**ours, "PYTHONPATH": f"{HOME}/project"}), (install, {"PATH": f"::.:{PLAIN}"}),
        ("pip install six", {"PATH": f"{SHIMS}:{PLAIN}", "PYTHONSTARTUP": f"{HOME}/project/os.py"}),
        ("/usr/bin/python3 -Im pip install six", {"PATH": PLAIN}), ("/usr/bin/pip install six", {"PATH": PLAIN}),
        (f"/usr/local/bin/pyguard pip -- install -r '{ESCAPE}.txt'", ours),
    ):
        code, out, err = run(planted, line, **more)
        assert code == REFUSED and "pyguard: refused" in err, (line, out, err)
        assert "\033" not in out + err and "\a" not in out + err
    found = {path: what for path, what in changes(before, planted.tree()).items()
             if not path.startswith(("/var/log/pyguard", "/var/cache/pyguard", "/root/.cache"))}
    assert CANARY not in found
    assert [path for path in found if path not in ("/var/log", "/var/cache", "/tmp", "/root")] == []


def test_root_reads_no_notice_no_list_and_no_start_of_a_users(planted: Root) -> None:
    plain = {"PATH": PLAIN}
    assert run(planted, "/usr/bin/python3 -c 'import six'", **plain) == (0, "", "")
    planted.write("/srv/program.py", "import json\nimport six\n")
    assert run(planted, "/usr/bin/python3 -I /srv/program.py", **plain)[2] == ""
    code, out, _ = run(planted, "/usr/local/bin/pyguard init bash", **plain)
    assert code == 0 and HOME not in out and "/usr/local/lib/pyguard/shims" in out
    planted.write(f"{HOME}/bin/pip", PROGRAM, 0o755, "alice")
    for line in ("facts", "log", "hook status", "doctor", "policy show", "explain pip install six", "hook refresh"):
        code, out, err = run(planted, f"/usr/local/bin/pyguard {line}", PATH=f"{HOME}/bin:{PLAIN}")
        assert code in (0, 10), (line, err)
        assert "\033" not in out + err
    assert planted.run(["test", "-e", CANARY]).returncode != 0
    assert "root" in planted.run(["cat", "/etc/passwd"]).stdout


def test_root_makes_and_removes_nothing_in_a_users_home(planted: Root) -> None:
    before = planted.tree(HOME)
    for line in ("hook rehash", "hook install --shell", "hook remove --own-shell", "hook rehash --remove"):
        code, _, err = run(planted, f"/usr/local/bin/pyguard {line}", PATH=PLAIN)
        assert code in (0, 1) and "Traceback" not in err, (line, err)
    assert changes(before, planted.tree(HOME)) == {}
    assert planted.run(["test", "-e", CANARY]).returncode != 0


def test_root_makes_no_environment_in_a_users_home(planted: Root) -> None:
    """Though the directory of environments is root's own, as after `sudo -E`: alice can put another in its place."""
    planted.run(["mkdir", f"{HOME}/.venvs"], check=True)
    code, _, err = run(planted, "/usr/local/bin/pyguard pip --redirect -- install six==1.15", PATH=PLAIN)
    assert code == REFUSED and f"{HOME} can be changed by others than root: nothing is made below it" in err
    assert planted.run(["ls", "-A", f"{HOME}/.venvs"]).stdout == ""
