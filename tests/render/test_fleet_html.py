"""The fleet's page: everything of the hosts escaped, one script and one style by their hashes, nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

from pyguard.fleet.combine import combine
from pyguard.model.fleet import FleetHost, FleetReport, HostFinding, HostStatus
from pyguard.model.verdict import Level
from pyguard.render.fleet_html import render_fleet_html
from pyguard.render.fleet_text import render_fleet_text

EVIL = "</script><script>alert(1)</script><img src=http://attacker.example/ onerror=alert(2)>\"'&\x1b[2J{{ 7*7 }}"
NOW = "2026-11-27T06:00:00Z"


def evil_report() -> FleetReport:
    """Markup in every text that a report has."""
    finding = HostFinding(EVIL, Level.BLOCK, EVIL, EVIL, (EVIL,), EVIL)
    hosts = [FleetHost(EVIL, HostStatus.AUDITED, EVIL, EVIL, EVIL, (finding,), 1, EVIL),
             FleetHost("b" + EVIL, HostStatus.FAILED, EVIL)]
    before = [FleetHost(EVIL, HostStatus.AUDITED, EVIL, EVIL, EVIL, (), 0, EVIL),
              FleetHost("c" + EVIL, HostStatus.AUDITED),
              FleetHost("b" + EVIL, HostStatus.AUDITED, findings=(finding,), seen=EVIL)]
    return combine(hosts, NOW, EVIL, before)


class Reader(HTMLParser):
    """Collects tags with their attributes, and checks that what is opened is known."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_nothing_of_a_host_becomes_markup() -> None:
    page = render_fleet_html(evil_report())
    reader = Reader()
    reader.feed(page)
    names = [tag for tag, _ in reader.tags]
    assert names.count("script") == 1 and "img" not in names and "\x1b" not in page
    for tag, attributes in reader.tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "style", "action")], tag
        assert (attributes.get("href") or "#").startswith("#")


def test_the_policy_of_the_page_names_what_is_in_it() -> None:
    page = render_fleet_html(evil_report())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy and policy[1].startswith("default-src 'none'; ")
    for part in ("style", "script"):
        [content] = re.findall(f"<{part}>(.*?)</{part}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{part}-src 'sha256-{digest}'" in policy[1]
    assert page.index("Content-Security-Policy") < page.index("<style>")


def test_each_host_and_finding_has_its_row() -> None:
    page = render_fleet_html(evil_report())
    rows = re.findall(r'<tr (?:id="h\d+" )?data-level="(\w*)"(?: data-status="(\w+)")?', page)
    assert rows == [("block", ""), ("block", "audited"), ("block", "failed")]
    assert "last audited" in page and "host is gone" in page


def test_a_first_run_and_no_hosts() -> None:
    page = render_fleet_html(combine([], NOW))
    assert "no earlier run" in page and "0 hosts" in page
    assert render_fleet_text(combine([], NOW)) == "no hosts\n"


def test_the_text_steers_no_terminal() -> None:
    text = render_fleet_text(evil_report())
    assert "\x1b" not in text and "2 hosts: 1 damaged, 1 failed" in text
