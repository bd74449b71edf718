"""Debian hosts behind real sshd, in network namespaces of the test's own: releases in, machines to log in to out.

A hub namespace holds a bridge, which the controller runs beside; each host has a namespace with one cable to it. No
address of this machine is touched (198.18.0.0/15 is for tests: RFC 2544), the keys are made for the test, and with
the processes everything is gone, however the test ends.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.ansible.controller import controller, environment
from tests.rootfs import ENTER, SEARCH_PATH, Root, overlay

PACKAGES = ("openssh-server", "python3-apt", "python3-pip", "python3-venv", "python3-six")
DIES = ("setpriv", "--pdeathsig", "KILL", "--")
HUB = "198.18.7.1"
PATIENCE = 20    # seconds until sshd has to be there
PREPARE_HUB = f"""ip link set lo up && ip link add hub type bridge && ip addr add {HUB}/24 dev hub &&
ip link set hub up && echo ready && exec sleep infinity"""
PREPARE_HOST = """echo ready; read -r go
ip link set lo up && ip addr add "$1/24" dev eth0 && ip link set eth0 up || exit 125
shift; """
SSHD = ("/usr/sbin/sshd", "-D", "-e", "-f", "/dev/null", "-h", "/etc/ssh/ssh_host_ed25519_key",
        "-o", "PermitRootLogin=prohibit-password", "-o", "PidFile=/run/sshd.pid",
        "-o", "Subsystem=sftp internal-sftp")


class Machine(NamedTuple):
    """A host; `wire` is its end of the cable in the hub."""

    name: str
    root: Root
    address: str
    process: subprocess.Popen[str]
    wire: str


class Ran(NamedTuple):
    """What ansible-playbook did: the recap as host -> counter -> number, and the seconds it took."""

    code: int
    output: str
    recap: dict[str, dict[str, int]]
    seconds: float


class Network:
    """The hub, the hosts, and the controller's own directory."""

    def __init__(self, home: Path, hub: subprocess.Popen[str], machines: Sequence[Machine]) -> None:
        self.home = home
        self.hub = hub
        self.machines = {machine.name: machine for machine in machines}

    def run(self, argv: Sequence[str], timeout: float = 600) -> subprocess.CompletedProcess[str]:
        """A command of Ansible's beside the hub; what it leaves running (ssh's masters) ends with it."""
        return subprocess.run(
            [*enter(self.hub), *DIES, "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
             *argv],
            env=environment(self.home), cwd=self.home, capture_output=True, text=True, timeout=timeout)

    def play(self, playbook: Path, *arguments: str) -> Ran:
        """Run a playbook."""
        begun = time.monotonic()
        done = self.run(["ansible-playbook", "-i", str(self.home / "inventory"), str(playbook), *arguments])
        return Ran(done.returncode, done.stdout + done.stderr, read_recap(done.stdout), time.monotonic() - begun)

    def bytes_to_and_from(self, name: str) -> tuple[int, int]:
        """What has gone over the host's cable, link layer and all: to the host, and from it."""
        place = f"/sys/class/net/{self.machines[name].wire}/statistics"
        done = subprocess.run([*enter(self.hub), "unshare", "--mount", "sh", "-c", "mount -t sysfs sysfs /sys && "
                               f"cat {place}/tx_bytes {place}/rx_bytes"], capture_output=True, text=True, check=True)
        sent, received = map(int, done.stdout.split())
        return sent, received


def read_recap(output: str) -> dict[str, dict[str, int]]:
    """The last lines of a play: `name : ok=5 changed=1 ...`."""
    rows = output.rpartition("PLAY RECAP")[2].splitlines()[1:]
    parted = [row.partition(":") for row in rows if " : " in row]
    return {name.strip(): {key: int(value) for key, value in (word.split("=") for word in counts.split())}
            for name, _, counts in parted}


def enter(process: subprocess.Popen[str]) -> tuple[str, ...]:
    """The beginning of a command in the network of a process."""
    return ("nsenter", f"--net=/proc/{process.pid}/ns/net", "--")


@contextlib.contextmanager
def network(home: Path, releases: Sequence[str], user: str = "root") -> Iterator[Network]:
    """One host a release, named h1, h2, ..., where `user` logs in, and may sudo; skips where it cannot be had."""
    controller()
    for program in ("ip", "nsenter", "ssh", "ssh-keygen"):
        if not shutil.which(program):
            pytest.skip(f"needs the program {program}")
    key = home / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    with contextlib.ExitStack() as stack:
        packages = PACKAGES if user == "root" else (*PACKAGES, "sudo")
        roots = [stack.enter_context(overlay(release, packages, network=False)) for release in releases]
        for root in roots:
            let_in(root, user, Path(f"{key}.pub").read_text())
        hub = stack.enter_context(running([*DIES, "unshare", "--net", "sh", "-c", PREPARE_HUB]))
        machines = [stack.enter_context(machine(number, root, hub)) for number, root in enumerate(roots, 1)]
        write_inventory(home, machines, user)
        yield Network(home, hub, machines)


@contextlib.contextmanager
def running(argv: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    """A process that has said that it is ready, until the end."""
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env={"PATH": SEARCH_PATH, "LANG": "C.UTF-8"}) as process:
        try:
            assert process.stdout
            said = process.stdout.readline()
            if said != "ready\n":
                pytest.skip(f"no network of its own: {said}{process.stdout.read()}")
            yield process
        finally:
            process.kill()


@contextlib.contextmanager
def machine(number: int, root: Root, hub: subprocess.Popen[str]) -> Iterator[Machine]:
    """A host with sshd at work, connected to the hub."""
    address, wire = f"198.18.7.{10 + number}", f"wire{number}"
    os.makedirs(root.path + "/run/sshd", mode=0o755, exist_ok=True)
    inside = ["sh", "-c", PREPARE_HOST + ENTER, "sh", address, root.path, "0:0", "/", *SSHD]
    with running([*DIES, "unshare", "--net", "--mount", "--pid", "--fork", "--kill-child",
                  f"--mount-proc={root.path}/proc", *inside]) as process:
        link = ["ip", "link", "add", wire, "type", "veth", "peer", "name", "eth0", "netns", str(process.pid)]
        subprocess.run([*enter(hub), *link], check=True)
        subprocess.run([*enter(hub), "ip", "link", "set", wire, "master", "hub", "up"], check=True)
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
        limit = time.monotonic() + PATIENCE
        while not os.path.exists(root.path + "/run/sshd.pid"):
            assert process.poll() is None and time.monotonic() < limit, process.stdout and process.stdout.read()
            time.sleep(0.05)
        yield Machine(f"h{number}", root, address, process, wire)


def let_in(root: Root, user: str, key: str) -> None:
    """The key opens the user's account, which may become root without a password."""
    home = root.account(user)[5]
    root.write(f"{home}/.ssh/authorized_keys", key, 0o600, user)
    root.run(["sh", "-c", f"chown {user} {home}/.ssh && chmod 700 {home}/.ssh"], check=True)
    if user != "root":
        root.run(["usermod", "-p", "*", user], check=True)    # an account without any password is locked
        root.write("/etc/sudoers.d/tests", f"{user} ALL=(ALL) NOPASSWD: ALL\n", 0o440)


def write_inventory(home: Path, machines: Sequence[Machine], user: str) -> None:
    """Addresses, the key, and each host's own key to know it by."""
    known, lines = [], ["[all]"]
    for each in machines:
        public = Path(each.root.path + "/etc/ssh/ssh_host_ed25519_key.pub").read_text()
        known.append(f"{each.address} {' '.join(public.split()[:2])}\n")
        lines.append(f"{each.name} ansible_host={each.address}")
    (home / "known_hosts").write_text("".join(known))
    options = f"""-o 'UserKnownHostsFile="{home}/known_hosts"' -o IdentitiesOnly=yes -F none"""
    lines += ["[all:vars]", f"ansible_user={user}", f"ansible_ssh_private_key_file={f'{home}/key'!r}",
              "ansible_python_interpreter=/usr/bin/python3", f"ansible_ssh_common_args={options!r}", ""]
    (home / "inventory").write_text("\n".join(lines))
    (home / "ansible.cfg").write_text("[defaults]\n")
