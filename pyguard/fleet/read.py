"""Files with audits of hosts -> FleetHosts. What a host has sent is believed in nothing but its shape."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Optional

from ..errors import PyguardError
from ..host import Host
from ..model.fleet import SCHEMA, FleetHost, HostFinding, HostStatus
from ..model.verdict import Level

ENDING = ".json"
LEVELS = {level.name.lower(): level for level in Level}
LONGEST = 2000      # characters of any one text; a host does not decide how big the report gets
MOST = 5000         # findings of one host
LARGEST = 1 << 30   # bytes of a file: 10,000 hosts send some 50 MB


class NotAnAudit(Exception):
    """The data is no audit; the text says why, and becomes the host's message."""


def read_hosts(host: Host, paths: Sequence[str], made: str, reports: Collection[str] = ()) -> tuple[FleetHost, ...]:
    """Each path: a directory of NAME.json as `pyguard audit --json` writes them, one such file, or a list of hosts
    (`{"hosts": [{"name", "status", "message", "audit"}]}`). Raises PyguardError for what cannot be read at all, for a
    list without its shape and for a name that is there twice; a bad audit makes its host FAILED.

    `reports`: files that are no hosts' if they lie in such a directory. By their paths: a host could send their shape.
    """
    found: dict[str, FleetHost] = {}
    others = frozenset(map(host.realpath, reports))
    for path in paths:
        for each in _read_path(host, path, made, others):
            if each.name in found:
                raise PyguardError("host-twice", f"the host {each.name} is there twice", path,
                                   "the report of another run is left out where --json or --previous names it")
            found[each.name] = each
    return tuple(sorted(found.values(), key=lambda each: each.name))


def read_report(host: Host, path: str) -> tuple[str, tuple[FleetHost, ...]]:
    """When an earlier report was made, and its hosts. Raises PyguardError."""
    data = _load(host, path)
    if not isinstance(data, dict) or data.get("schema") != SCHEMA or not isinstance(data.get("made"), str):
        raise PyguardError("bad-report", "this is no report of pyguard fleet, schema 1, to compare with", path,
                           "move it away, or name another with --previous")
    return data["made"], tuple(_listed(each, path, "") for each in _hosts(data, path))


def _read_path(host: Host, path: str, made: str, others: Collection[str]) -> Iterator[FleetHost]:
    if host.is_dir(path):
        for name in host.list(path):
            if name.endswith(ENDING) and host.realpath(os.path.join(path, name)) not in others:
                yield from _read_path(host, os.path.join(path, name), made, others)
        return
    name = os.path.basename(path)
    name = name[:-len(ENDING)] if name.endswith(ENDING) else name
    try:
        data = _load(host, path)
    except PyguardError as error:
        if error.reference != "not-json":
            raise
        yield FleetHost(name, HostStatus.FAILED, error.message)
        return
    if isinstance(data, dict) and "hosts" in data:
        for each in _hosts(data, path):
            yield _listed(each, path, made)
    else:
        yield _audited(name, data, made)


def _load(host: Host, path: str) -> Any:
    try:
        text = host.read_text(path, LARGEST)
    except OSError as error:
        raise PyguardError("not-read", f"it cannot be read: {error.strerror or error}", path) from error
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PyguardError("not-json", f"this is no JSON: {error}", path) from error


def _hosts(data: Mapping[str, Any], path: str) -> list[Mapping[str, Any]]:
    hosts = data.get("hosts")
    if not isinstance(hosts, list) or not all(isinstance(each, dict) and isinstance(each.get("name"), str)
                                              and each["name"] for each in hosts):
        raise PyguardError("bad-host-list", '"hosts" is no list of objects with a "name"', path)
    return hosts


def _listed(data: Mapping[str, Any], path: str, made: str) -> FleetHost:
    """A host of a list (`audit` in it), or of an earlier report (`made` is empty and findings stand in it)."""
    try:
        status = HostStatus(data.get("status", HostStatus.AUDITED.value))
    except ValueError:
        raise PyguardError("bad-host-list", f"{data['name']}: a status is one of "
                           f"{', '.join(each.value for each in HostStatus)}, not {data['status']!r}", path) from None
    message = _text(data.get("message"))
    if made and status is HostStatus.AUDITED:
        return _audited(data["name"], data.get("audit"), made)
    if made:
        return FleetHost(data["name"], status, message)
    try:
        return FleetHost(data["name"], status, message, _text(data.get("system")), _text(data.get("version")),
                         tuple(_findings(data.get("findings"))), _length(data.get("skipped")), _text(data.get("seen")))
    except NotAnAudit as error:
        raise PyguardError("bad-report", f"{data['name']}: {error}", path) from error


def _audited(name: str, data: Any, made: str) -> FleetHost:
    try:
        if not isinstance(data, dict) or data.get("schema") != 1 or "findings" not in data:
            raise NotAnAudit("what it sent is no report of pyguard audit, schema 1")
        system = data.get("os")
        label = _text(system.get("name")) + " " + _text(system.get("version_id")) if isinstance(system, dict) else ""
        return FleetHost(name, HostStatus.AUDITED, "", label.strip(), _text(data.get("pyguard")),
                         tuple(_findings(data["findings"])), _length(data.get("skipped")), made)
    except NotAnAudit as error:
        return FleetHost(name, HostStatus.FAILED, str(error))


def _findings(data: Any) -> Iterator[HostFinding]:
    if not isinstance(data, list):
        raise NotAnAudit("its findings are no list")
    for item in data[:MOST]:
        level: Optional[Level] = LEVELS.get(str(item.get("level"))) if isinstance(item, dict) else None
        if level is None or not isinstance(item.get("rule"), str):
            raise NotAnAudit("a finding of it has no rule or no level")
        allowed = item.get("allowed")
        evidence = item.get("evidence")
        yield HostFinding(_text(item["rule"]), level, _text(item.get("summary")), _text(item.get("subject")),
                          tuple(map(_text, evidence[:50])) if isinstance(evidence, list) else (),
                          _text(allowed.get("until")) if isinstance(allowed, dict) else _text(allowed))


def _text(value: Any) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list) else value if isinstance(value, int) else 0
