"""The Ansible role on real machines: what it changes, that it changes it once, and what it says of all of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.ansible.controller import LIBRARY, controller, environment
from tests.ansible.network import Network, Ran, network
from tests.browser import browser_page
from tests.packaging.packages import package
from tests.render.test_fleet_html import EVIL
from tests.rootfs import Root
from tests.wheels import make_wheel

ROLE = Path(LIBRARY, "pyguard.yml")
SIX = ("bookworm", "bookworm", "bullseye", "bullseye", "trixie", "trixie")
POLICY = {"pyguard_policy": {"user-installs": "refuse", "levels": {"command-shadowed": "warn"}},
          "pyguard_shield": False,
          "pyguard_allow": [{"rule": "os-distribution-shadowed", "subject": "python3-yaml", "until": "2099-03-31",
                             "reason": 'the "backup" agent: {für uns}'}]}
SHADOW = "/usr/local/lib/python3.11/dist-packages"
PIP = """- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.pip: {name: cryptography==42.0, extra_args: --no-index --find-links /srv/wheels}
      register: first
      ignore_errors: true
    - ansible.builtin.pip:
        {name: cryptography==42.0, executable: pip3, extra_args: --no-index --find-links /srv/wheels}
      register: second
      ignore_errors: true
    - ansible.builtin.pip:
        {name: cryptography==42.0, break_system_packages: true, extra_args: --no-index --find-links /srv/wheels}
      register: third
      ignore_errors: true
    - ansible.builtin.pip:
        {name: cryptography==42.0, virtualenv: /srv/venv, virtualenv_command: python3 -m venv,
         extra_args: --no-index --find-links /srv/wheels}
      register: fourth
    - ansible.builtin.assert:
        that:
          - "first is failed and 'pyguard: refused' in first.msg"
          - "second is failed and 'pyguard: refused' in second.msg"
          - "third is failed and 'pyguard: refused' in third.msg"
          - fourth is changed
"""


def own_package(directory: Path) -> str:
    """A copy, for another run of the tests may build the package of another state of the checkout."""
    return str(shutil.copy(package("deb"), directory))


def roll_out(net: Network, *arguments: str, playbook: Path = ROLE, **variables: Any) -> Ran:
    """Run the role; the report goes beside the inventory."""
    file = net.home / "variables.json"
    file.write_text(json.dumps(variables))
    return net.play(playbook, "-e", f"@{file}", *arguments)


def report(net: Network) -> Any:
    return json.loads((net.home / "pyguard-report" / "report.json").read_text(encoding="utf-8"))


def counts(ran: Ran, name: str) -> dict[str, int]:
    """A counter of the recap for each host."""
    assert ran.recap, ran.output
    return {host: counters[name] for host, counters in ran.recap.items() if host != "localhost"}


def files(root: Root) -> Mapping[str, object]:
    """What an install could have changed."""
    return {path: entry for below in ("/usr", "/root/.local", "/opt") for path, entry in root.tree(below).items()
            if "__pycache__" not in path}


@pytest.mark.parametrize("arguments", [["--syntax-check"], ["--list-tasks"]])
def test_ansible_understands_the_role(tmp_path: Path, arguments: list[str]) -> None:
    done = subprocess.run([f"{controller()}/ansible-playbook", "-i", "localhost,", str(ROLE), *arguments],
                          env=environment(tmp_path), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr


@pytest.mark.proof
@pytest.mark.core
def test_one_host_from_check_mode_to_refusal(tmp_path: Path) -> None:
    with network(tmp_path, ["bookworm"]) as net:
        root = net.machines["h1"].root
        wanted = {"pyguard_package": own_package(tmp_path), **POLICY}
        before = root.tree("/")
        looked = roll_out(net, "--check", **wanted)
        assert counts(looked, "failed") == {"h1": 0}, looked.output
        assert [path for path in root.tree("/").keys() - before.keys() if path.startswith(("/etc", "/usr"))] == []
        first = roll_out(net, **wanted)
        assert first.code == 0 and counts(first, "changed")["h1"] > 0, first.output
        second = roll_out(net, **wanted)
        assert second.code == 0 and counts(second, "changed") == {"h1": 0}, second.output
        shown = root.run(["pyguard", "policy", "show"], check=True).stdout
        assert 'shield = "off"' in shown and 'python3-yaml until 2099-03-31: the "backup" agent: {für uns}' in shown
        make_wheel(root.path + "/srv/wheels", "cryptography", "42.0")
        (tmp_path / "pip.yml").write_text(PIP)
        watched = files(root)
        played = net.play(tmp_path / "pip.yml")
        assert played.code == 0, played.output
        assert files(root) == watched
        assert root.run(["/srv/venv/bin/python", "-c", "import cryptography"]).returncode == 0


@pytest.mark.proof
@pytest.mark.full
def test_phases_and_switches(tmp_path: Path) -> None:
    """As one who has to sudo: all off, warn first, block from a date; a policy that is none is kept out."""
    with network(tmp_path, ["bookworm"], user="alice") as net:
        root = net.machines["h1"].root
        install = ["sh", "-c", "rm -f /usr/lib/python3*/EXTERNALLY-MANAGED; python3 -m pip install --no-index "
                               "--find-links /srv/wheels cryptography==42.0"]
        make_wheel(root.path + "/srv/wheels", "cryptography", "42.0")
        wanted = {"pyguard_package": own_package(tmp_path), **POLICY}
        ran = roll_out(net, **wanted, pyguard_hooks=False, pyguard_report_command="no-pyguard-here")
        assert ran.code == 2 and "there is no report of these hosts: " in ran.output, ran.output
        assert root.run(install).stderr.count("pyguard") == 0
        root.run(["sh", "-c", "rm -r /usr/local/lib/python3*/dist-packages/cryptography*"], check=True)
        ran = roll_out(net, **wanted, pyguard_enforce_from="2099-01-01")
        assert ran.code == 0, ran.output
        warned = root.run(install)
        assert "pyguard: warning" in warned.stderr and warned.returncode == 0
        elsewhere = {"pyguard_report_on": "h1", "pyguard_report_dir": "/home/alice/report"}
        ran = roll_out(net, **wanted, **elsewhere, pyguard_enforce_from="2020-01-01")
        assert ran.code == 0, ran.output
        assert os.path.exists(root.path + "/home/alice/report/report.html")
        assert root.run(install).returncode == 11
        policy = Path(root.path + "/etc/pyguard/policy.toml").read_text()
        ran = roll_out(net, **{**wanted, "pyguard_policy": {"shields": "off"}})
        assert (ran.code, Path(root.path + "/etc/pyguard/policy.toml").read_text()) == (2, policy)
        [host] = report(net)["hosts"]
        assert host["status"] == "failed" and "there is no setting 'shields'" in host["message"]


@pytest.mark.proof
@pytest.mark.full
def test_six_hosts_of_three_releases(tmp_path: Path) -> None:
    with network(tmp_path, SIX) as net:
        wanted = {"pyguard_package": own_package(tmp_path), **POLICY}
        first = roll_out(net, **wanted)
        assert (first.code, set(counts(first, "failed").values())) == (0, {0}), first.output
        assert min(counts(first, "changed").values()) > 0
        assert report(net)["counts"] == {"hosts": 6, "audited": 6, "failed": 0, "unreachable": 0,
                                         "block": 0, "warn": 0, "allow": 6}
        second = roll_out(net, **wanted)
        assert counts(second, "changed") == dict.fromkeys(net.machines, 0), second.output
        assert report(net)["changes"] == [] and report(net)["previous"]
        break_three(net)
        third = roll_out(net, **wanted)
        assert third.code != 0 and counts(third, "unreachable") == {**dict.fromkeys(net.machines, 0), "h6": 1}
        assert counts(third, "failed") == {**dict.fromkeys(net.machines, 0), "h4": 1}, third.output
        check_report(report(net))
        with browser_page(tmp_path) as page:
            page.open((net.home / "pyguard-report" / "report.html").as_uri())
            rows = "Object.fromEntries([...document.querySelectorAll('#hosts tbody tr')].map(row => " \
                   "[row.cells[0].textContent, row.cells[1].textContent + ' ' + row.cells[2].textContent]))"
            assert page.evaluate(rows) == {"h1": "audited damaged", "h2": "audited damaged", "h3": "audited clean",
                                           "h4": "failed clean", "h5": "audited clean", "h6": "unreachable clean"}
            assert (page.asked, page.said) == ([(net.home / "pyguard-report" / "report.html").as_uri()], [])


def break_three(net: Network) -> None:
    """h1 sends markup and templates, h2 is damaged, h4's engine is broken, h6 answers no more."""
    root = net.machines["h1"].root
    finding = {"rule": EVIL, "level": "block", "summary": "{{ lookup('pipe', 'touch /tmp/taken') }}", "subject": EVIL}
    root.write("/srv/audit.json", json.dumps({"schema": 1, "pyguard": EVIL, "findings": [finding]}))
    root.run(["sh", "-c", "rm /usr/bin/pyguard; printf '#!/bin/sh\\ncat /srv/audit.json\\n' >/usr/bin/pyguard; "
                          "chmod 755 /usr/bin/pyguard"], check=True)
    shadowed = net.machines["h2"].root
    shadowed.write(f"{SHADOW}/six-99.dist-info/METADATA", "Metadata-Version: 2.1\nName: six\nVersion: 99\n")
    shadowed.write(f"{SHADOW}/six-99.dist-info/RECORD", "six.py,,\nsix-99.dist-info/METADATA,,\n")
    shadowed.write(f"{SHADOW}/six.py", "")
    broken = net.machines["h4"].root
    os.unlink(broken.path + "/usr/bin/pyguard")
    broken.write("/usr/bin/pyguard", "#!/bin/sh\necho broken on purpose >&2\nexit 1\n", 0o755)
    net.machines["h6"].process.kill()


def check_report(found: Any) -> None:
    """The third run's."""
    hosts = {host["name"]: host for host in found["hosts"]}
    assert {name: host["status"] for name, host in hosts.items()} == {
        "h1": "audited", "h2": "audited", "h3": "audited", "h4": "failed", "h5": "audited", "h6": "unreachable"}
    assert "broken on purpose" in hosts["h4"]["message"]
    [evil] = hosts["h1"]["findings"]
    assert (evil["rule"], evil["summary"]) == (EVIL, "{{ lookup('pipe', 'touch /tmp/taken') }}")
    assert not os.path.exists("/tmp/taken")
    [shadowed] = [each for each in found["findings"] if each["rule"] == "os-distribution-shadowed"]
    assert (shadowed["subject"], shadowed["hosts"]) == ("python3-six", ["h2"])
    kinds = {(change["host"], change["kind"]) for change in found["changes"]}
    assert kinds >= {("h1", "found"), ("h2", "found"), ("h4", "status"), ("h6", "status")}
    assert not {host for host, _ in kinds} & {"h3", "h5"}
