"""What the role makes of a host's answers, in which users' own names stand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ansible.controller import controller, environment

PLAY = """- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.import_role: {{name: pyguard, tasks_from: audit.yml}}
    - ansible.builtin.copy:
        content: "{{{{ [pyguard_result, pyguard_answer] | to_json }}}}"
        dest: {home}/results.json
"""


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="Ansible needs a /dev/shm that it can write to")
def test_a_mark_in_a_path_ends_nothing(tmp_path: Path) -> None:
    """A directory of that name is all that it takes, and anybody can make one."""
    audit = {"findings": [{"site": "/home/alice/pyguard-audit:", "summary": "pyguard-audit: {{ 7 * 7 }}"}]}
    (tmp_path / "audit.json").write_text(json.dumps(audit))
    (tmp_path / "pyguard").write_text(f"cat {tmp_path}/audit.json\n")
    said = "lecture of sudo's\npyguard-answer: installed 1.2-1~pyguard-answer:3 off\n"
    (tmp_path / "variables.json").write_text(json.dumps({
        "pyguard_command": f"sh {tmp_path}/pyguard", "pyguard_asked": {"stdout": said},
        "ansible_python_interpreter": sys.executable}))
    (tmp_path / "play.yml").write_text(PLAY.format(home=tmp_path))
    done = subprocess.run([f"{controller()}/ansible-playbook", "-i", "localhost,", "-e", f"@{tmp_path}/variables.json",
                           str(tmp_path / "play.yml")], env=environment(tmp_path), capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((tmp_path / "results.json").read_text()) == [
        audit, ["installed", "1.2-1~pyguard-answer:3", "off"]]
