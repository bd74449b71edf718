"""What a refusal prints does what it says, typed again by who reads it: after sudo, inside an interpreter, homeless."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine import install_engine
from tests.rootfs import Root, overlay
from tests.wheels import make_wheel

pytestmark = [pytest.mark.proof, pytest.mark.core]
REFUSED = 11
SHIMS = "/usr/local/lib/pyguard/shims"
INSTALL = "install --no-index --break-system-packages /srv/advised_thing-1.0-py3-none-any.whl"
REASON = "PYGUARD_ALLOW='your reason' "


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Root]:
    with overlay("bookworm", ("python3-pip", "python3-venv", "sudo")) as made:
        install_engine(made)
        made.run(["pyguard", "hook", "install", "--system"], check=True)
        made.run(["pyguard", "hook", "rehash", "--system"], check=True)
        made.write("/etc/sudoers.d/alice", "alice ALL=(ALL) NOPASSWD:SETENV: ALL\n", 0o440)
        wheel = Path(make_wheel(str(tmp_path_factory.mktemp("wheels")), "advised-thing", "1.0"))
        Path(made.path, "srv", wheel.name).write_bytes(wheel.read_bytes())
        yield made


def run(root: Root, line: str, user: str = "alice", **more: str | None) -> tuple[int, str]:
    """The exit code and all that was said."""
    done = root.run(["bash", "-c", line], user=user, cwd="/tmp", env={"PYTHONWARNINGS": "ignore", **more})
    return done.returncode, done.stdout + done.stderr


def lines(said: str, label: str) -> list[str]:
    """The commands behind a label, and on the lines below it that have none."""
    found = re.search(rf"^  {label}:? +(.*(?:\n {{12}}[^ (].*)*)", said, re.MULTILINE)
    assert found, said
    return [line.strip() for line in found[1].split("\n")]


def test_what_is_refused_through_sudo(root: Root) -> None:
    snippet = f". {SHIMS}/.pyguard-init.bash; "
    code, said = run(root, f"bash -ic {shlex.quote(f'{snippet}sudo pip3 {INSTALL}')}")
    assert code == REFUSED and "/root" not in said
    for line in lines(said, "Instead"):
        assert run(root, line)[0] == 0, line
    assert "interpreter /usr/bin/python3" in run(root, *lines(said, "Why and what else"))[1]
    assert run(root, f"bash -ic {shlex.quote(f'{snippet}{REASON}sudo pip3 {INSTALL}')}")[0] == REFUSED
    (override,) = lines(said, "Override, on the record")
    assert override.startswith(f"sudo {REASON}pip3 install")
    code, said = run(root, f"bash -ic {shlex.quote(snippet + override)}")
    assert code == 0, said
    root.run(["/usr/bin/pip3", "uninstall", "-y", "--break-system-packages", "advised-thing"],
             env={"PYGUARD_ALLOW": "put back"}, check=True)


def test_a_broken_policy_stops_sudo(root: Root) -> None:
    root.write("/etc/pyguard/policy.toml", 'global-installs = "nonsense"\n')
    line = f". {SHIMS}/.pyguard-init.bash; function command {{ echo RUN; }}; sudo pip3 {INSTALL}"
    code, said = run(root, f"bash -ic {shlex.quote(line)}")
    root.run(["rm", "/etc/pyguard/policy.toml"], check=True)
    assert code == REFUSED and "the policy cannot be read" in said and "RUN" not in said


def test_what_is_refused_inside_an_interpreter(root: Root) -> None:
    """While another environment is first on PATH, and for a setup.py, which is no command by itself."""
    run(root, "mkdir /tmp/s; python3 -m venv /tmp/v")
    root.write("/tmp/s/setup.py", "from distutils.core import setup\nsetup(name='q')\n", user="alice")
    active = {"PATH": "/tmp/v/bin:/usr/sbin:/usr/local/bin:/usr/bin:/bin", "VIRTUAL_ENV": "/tmp/v"}
    for line in (f"/usr/bin/python3 -m pip {INSTALL} --user", "cd /tmp/s; /usr/bin/python3 setup.py install --user"):
        code, said = run(root, line, **active)
        assert code == REFUSED
        start = "cd /tmp/s; " if "/tmp/s" in line else ""
        assert "interpreter /usr/bin/python3 " in run(root, start + lines(said, "Why and what else")[0], **active)[1]
        code, said = run(root, start + lines(said, "Override, on the record")[0], **active)
        assert code == 0, said


def test_who_has_no_home_is_promised_none(root: Root) -> None:
    line = f"/usr/bin/python3 -m pip {INSTALL} --target /usr/local/lib/python3.11/dist-packages"
    for start in ("", "unset HOME; "):
        code, said = run(root, start + line, "nobody")
        assert code == REFUSED and "/nonexistent/.venvs" not in said and " /.venvs" not in said
        assert "/usr/bin/python3 -m venv DIR/advised-thing-py311" in said and "there is no home of yours" in said
