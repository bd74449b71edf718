"""Files with audits become hosts; what is no audit becomes a host that failed, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.errors import PyguardError
from pyguard.fleet.read import LONGEST, MOST, read_hosts, read_report
from pyguard.host import Host
from pyguard.model.fleet import FleetHost, HostStatus
from pyguard.model.verdict import Level
from tests.fleet.reports import a_finding, an_audit

NOW = "2026-11-27T06:00:00Z"
ANYTHING = st.recursive(st.none() | st.booleans() | st.integers() | st.text(),
                        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                            st.sampled_from(["schema", "findings", "os", "rule", "level", "allowed", "skipped", "x"]),
                            inner, max_size=4), max_leaves=12)


def read(tmp_path: Path, data: Any) -> tuple[FleetHost, ...]:
    file = tmp_path / "web1.example.json"
    file.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return read_hosts(Host(), [str(file)], NOW)


def test_a_directory_of_audits(tmp_path: Path) -> None:
    (tmp_path / "b.example.json").write_text(json.dumps(an_audit(a_finding(), a_finding("x", "warn"))))
    (tmp_path / "a.json").write_text(json.dumps(an_audit(skipped=[{"subject": "x", "reason": "y"}])))
    (tmp_path / "notes.txt").write_text("no audit")
    first, second = read_hosts(Host(), [str(tmp_path)], NOW)
    assert (first.name, first.level, first.skipped, first.seen) == ("a", Level.ALLOW, 1, NOW)
    assert (second.name, second.level, second.count(Level.WARN)) == ("b.example", Level.BLOCK, 1)
    assert (second.system, second.version) == ("Debian 12", "0.1.0")


@pytest.mark.parametrize("data", ["", "{", "[]", "null", {"schema": 2, "findings": []}, {"schema": 1},
                                  an_audit(findings="x"), an_audit({"rule": "x"}), an_audit({"level": "block"}),
                                  an_audit({"rule": 1, "level": "block"}), an_audit({"rule": "x", "level": ["block"]}),
                                  "[" * 100_000])
def test_what_is_no_audit_is_a_host_that_failed(tmp_path: Path, data: Any) -> None:
    [host] = read(tmp_path, data)
    assert (host.name, host.status, host.findings) == ("web1.example", HostStatus.FAILED, ()) and host.message


@given(ANYTHING)
def test_whatever_a_host_sends_it_is_one_host(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    [host] = read(tmp_path_factory.mktemp("fleet"), data)
    assert host.status in (HostStatus.FAILED, HostStatus.AUDITED)


def test_a_host_does_not_decide_how_big_the_report_gets(tmp_path: Path) -> None:
    [host] = read(tmp_path, an_audit(*[a_finding("x" * 9000)] * (MOST + 9)))
    assert len(host.findings) == MOST and len(host.findings[0].subject) == LONGEST


def test_a_list_of_hosts(tmp_path: Path) -> None:
    hosts = [{"name": "a", "status": "audited", "audit": an_audit(a_finding())}, {"name": "b", "audit": None},
             {"name": "c", "status": "unreachable", "message": "no route to host"}]
    assert [(host.name, host.status, host.message) for host in read(tmp_path, {"hosts": hosts})] == [
        ("a", HostStatus.AUDITED, ""), ("b", HostStatus.FAILED, "what it sent is no report of pyguard audit, schema 1"),
        ("c", HostStatus.UNREACHABLE, "no route to host")]


@pytest.mark.parametrize("data", [{"hosts": {}}, {"hosts": ["a"]}, {"hosts": [{}]}, {"hosts": [{"name": ""}]},
                                  {"hosts": [{"name": "a", "status": "tired"}]},
                                  {"hosts": [{"name": "a", "status": "failed"}] * 2}])
def test_a_list_without_its_shape_is_one_error(tmp_path: Path, data: Any) -> None:
    with pytest.raises(PyguardError):
        read(tmp_path, data)


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PyguardError, match="cannot be read"):
        read_hosts(Host(), [str(tmp_path / "nowhere.json")], NOW)


@pytest.mark.parametrize("data", ["{", "[]", {"schema": 1, "made": "x"}, {"schema": 1, "made": "x", "hosts": [1]},
                                  {"schema": 9, "made": "x", "hosts": []}, an_audit(),
                                  {"schema": 1, "made": "x", "hosts": [{"name": "a", "findings": [1]}]}])
def test_no_report_to_compare_with(tmp_path: Path, data: Any) -> None:
    file = tmp_path / "report.json"
    file.write_text(data if isinstance(data, str) else json.dumps(data))
    with pytest.raises(PyguardError):
        read_report(Host(), str(file))
