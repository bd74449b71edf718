"""Ansible's own modules on a guarded host do what they did before it was guarded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ansible.network import Network, network
from tests.ansible.test_role import own_package, roll_out
from tests.wheels import make_wheel

# Module and its arguments; each leaves the host as it found it, or is run on a state that the one before has made.
TASKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("ping", {}),
    ("setup", {"gather_subset": ["!all", "!min", "python", "pkg_mgr", "distribution", "env"]}),
    ("command", {"argv": ["python3", "-c", "import sys, six; print(sys.path, six.__file__)"]}),
    ("shell", {"cmd": "python3 -m pip --version; pip list --format=freeze"}),
    ("script", {"cmd": "probe.py", "executable": "python3"}),
    ("apt", {"name": "python3-six", "state": "present"}),
    ("package_facts", {"manager": "apt"}),
    ("user", {"name": "bob", "uid": 4711, "state": "present"}),
    ("user", {"name": "bob", "state": "absent", "remove": True}),
    ("copy", {"content": "one\n", "dest": "/srv/file"}),
    ("lineinfile", {"path": "/srv/file", "line": "two"}),
    ("slurp", {"src": "/srv/file"}),
    ("file", {"path": "/srv/file", "state": "absent"}),
    ("pip", {"name": "simple-thing", "virtualenv": "/srv/venv", "virtualenv_command": "python3 -m venv",
             "extra_args": "--no-index --find-links /srv/wheels"}),
    ("pip", {"name": "simple-thing", "virtualenv": "/srv/venv", "state": "absent"}),
    ("file", {"path": "/srv/venv", "state": "absent"}),
    ("service_facts", {}),
)
VOLATILE = {"start", "end", "delta", "src", "ansible_date_time", "SSH_CLIENT", "SSH_CONNECTION", "SSH_TTY"}


@pytest.mark.proof
@pytest.mark.full
def test_modules_do_what_they_did(tmp_path: Path) -> None:
    with network(tmp_path, ["bookworm"]) as net:
        make_wheel(net.machines["h1"].root.path + "/srv/wheels", "simple-thing", "1.0")
        (tmp_path / "probe.py").write_text("import json, sys\nprint(json.dumps([sys.argv[1:], sys.flags.isolated]))\n")
        (tmp_path / "modules.json").write_text(json.dumps(playbook(tmp_path)))
        before = run_modules(net)
        assert roll_out(net, pyguard_package=own_package(tmp_path)).code == 0
        after = run_modules(net)
        assert len(before) == len(TASKS)
        assert [(task, old, new) for task, old, new in zip(TASKS, before, after) if new != old] == []


def playbook(directory: Path) -> list[dict[str, Any]]:
    """Each result is registered, and all of them are written on the controller."""
    tasks: list[dict[str, Any]] = [{f"ansible.builtin.{module}": arguments, "register": f"result{number}"}
                                   for number, (module, arguments) in enumerate(TASKS)]
    results = ", ".join(f"result{number}" for number in range(len(TASKS)))
    tasks.append({"ansible.builtin.copy": {"content": f"{{{{ [{results}] | to_json }}}}",
                                           "dest": str(directory / "results.json")}, "delegate_to": "localhost"})
    return [{"hosts": "all", "gather_facts": False, "tasks": tasks}]


def run_modules(net: Network) -> list[Any]:
    """What the modules answered, without what no two runs have in common and without pyguard's own package."""
    ran = net.play(net.home / "modules.json")
    assert ran.code == 0, ran.output
    return [steady(each) for each in json.loads((net.home / "results.json").read_text())]


def steady(value: Any) -> Any:
    """The same without what changes from run to run."""
    if isinstance(value, dict):
        return {key: steady(each) for key, each in value.items()
                if key not in VOLATILE and not key.startswith("pyguard")}
    return [steady(each) for each in value] if isinstance(value, list) else value
