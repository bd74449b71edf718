"""What a fleet costs: python -m tests.bench.fleet [--hosts N] [--rounds N] [--reported N]

Rolls the OS package out to hosts behind sshd (tests/ansible/network.py) twice: by hand, with Ansible's own copy and
apt, and with the role (package, policy, hooks); the ratio of the wall times is of the medians over alternating rounds,
each with fresh hosts. Then what an audit takes of a host (the CPU of everything below its sshd) and of its cable
(bytes, link layer and all), and the report over many hosts that are made up. Needs root; the package is the one that
build.sh makes.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyguard.fleet.combine import combine
from pyguard.fleet.read import read_hosts
from pyguard.host import Host
from pyguard.render.fleet_html import render_fleet_html
from pyguard.render.fleet_json import render_fleet_json
from tests.ansible.network import Network, network
from tests.ansible.test_role import ROLE, own_package
from tests.fleet.reports import a_finding, an_audit

RELEASES = ("bookworm", "bullseye", "trixie")
POLICY: dict[str, Any] = {"pyguard_policy": {"user-installs": "refuse"}, "pyguard_enforce_from": "2099-01-01"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--reported", type=int, default=10_000, help="made-up hosts in the report")
    options = parser.parse_args()
    report_of(options.reported)
    releases = [RELEASES[number % len(RELEASES)] for number in range(options.hosts)]
    ways: dict[str, Callable[[Network], float]] = {"by hand": by_hand, "role": by_role}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(options.rounds):
        for name in list(ways) if number % 2 == 0 else list(ways)[::-1]:
            with tempfile.TemporaryDirectory() as home, network(Path(home), releases) as net:
                inventory = str(net.home / "inventory")
                own_package(net.home)
                net.run(["ansible", "-i", inventory, "all", "-m", "ping"])    # what is read from disk once
                before = net.bytes_to_and_from("h1")[0]
                seconds[name].append(ways[name](net))
                sent = (net.bytes_to_and_from("h1")[0] - before) / 1000
                print(f"roll-out to {len(releases)} hosts, {name}: {seconds[name][-1]:.1f} s, {sent:.0f} kB to a host, "
                      f"{os.path.getsize(own_package(net.home)) / 1000:.0f} of them the package")
                if number == options.rounds - 1 and name == "role":
                    audits(net)
    print(f"ratio of the medians: {statistics.median(seconds['role']) / statistics.median(seconds['by hand']):.2f}")


def by_hand(net: Network) -> float:
    """Copy, install: two commands, the second over the first one's connections."""
    deb = own_package(net.home)
    place = f"/var/cache/apt/archives/{os.path.basename(deb)}"
    begun = time.monotonic()
    done = net.run(["sh", "-ec", 'ansible -i "$1" all -m copy -a "$2"; ansible -i "$1" all -m apt -a "$3"', "sh",
                    str(net.home / "inventory"), f"src={deb} dest={place}", f"deb={place}"])
    assert done.returncode == 0, done.stdout + done.stderr
    return time.monotonic() - begun


def by_role(net: Network) -> float:
    """The same, and the policy, without an audit."""
    return play(net, pyguard_audit=False)


def play(net: Network, **variables: Any) -> float:
    """Seconds of one run of the role."""
    file = net.home / "variables.json"
    file.write_text(json.dumps({"pyguard_package": own_package(net.home), **POLICY, **variables}))
    ran = net.play(ROLE, "-e", f"@{file}")
    assert ran.code == 0, ran.output
    return ran.seconds


def audits(net: Network) -> None:
    """CPU and bytes of a host, of a run that installs nothing: without an audit, and with one."""
    for name, audit in (("nothing to do, no audit", False), ("first audit", True), ("audit again", True)):
        before = {host: (net.bytes_to_and_from(host), cpu_of(net, host)) for host in net.machines}
        own = children()
        seconds = play(net, pyguard_audit=audit, pyguard_report=audit)
        own = (children() - own) / len(net.machines)
        time.sleep(1)    # until sshd has seen the end of its connections
        after = {host: (net.bytes_to_and_from(host), cpu_of(net, host)) for host in net.machines}
        to, back, cpu = (statistics.mean(values) for values in zip(*(
            (after[host][0][0] - before[host][0][0], after[host][0][1] - before[host][0][1],
             after[host][1] - before[host][1]) for host in net.machines)))
        print(f"{name}: {seconds:.1f} s in all; a host: {to / 1000:.0f} kB to it, {back / 1000:.0f} kB back, "
              f"{cpu:.2f} s of its CPU, {own:.2f} s of the controller's")
    for host, machine in net.machines.items():
        begun = children()
        sent = machine.root.run(["pyguard", "audit", "--json", "--fail-on", "never"], check=True).stdout
        print(f"pyguard audit on {host} ({machine.root.release}): "
              f"{children() - begun:.2f} s of CPU, {len(sent)} bytes")


def children() -> float:
    """Seconds of CPU of what this process has started and that has ended; hosts are not among it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cpu_of(net: Network, host: str) -> float:
    """Seconds of CPU of everything that has run and ended below the host's sshd (proc(5), fields 14 to 17)."""
    waiting = [net.machines[host].process.pid]
    while waiting:
        pid = waiting.pop()
        name, fields = Path(f"/proc/{pid}/stat").read_text().split("(", 1)[1].rsplit(") ", 1)
        if name == "sshd":
            return sum(map(int, fields.split()[11:15])) / os.sysconf("SC_CLK_TCK")
        waiting += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    raise AssertionError(f"no sshd on {host}")


def report_of(count: int) -> None:
    """The report over made-up hosts: four findings on each, of fifty."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "hosts.json"
        rows = [{"name": f"host{number:05}.example", "audit": an_audit(
            *(a_finding(f"python3-package{(number * 7 + each) % 50}") for each in range(4)))}
            for number in range(count)]
        file.write_text(json.dumps({"hosts": rows}))
        begun = time.process_time()
        hosts = read_hosts(Host(), [str(file)], "2026-11-27T06:00:00Z")
        report = combine(hosts, "2026-11-27T06:00:00Z", "2026-11-26T06:00:00Z", hosts)
        sizes = [len(render_fleet_json(report)), len(render_fleet_html(report))]
        print(f"report over {count} hosts with 4 findings each: {time.process_time() - begun:.1f} s of CPU; input "
              f"{file.stat().st_size / 1e6:.1f} MB, JSON {sizes[0] / 1e6:.1f} MB, page {sizes[1] / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
