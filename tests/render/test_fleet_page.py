"""The fleet's page in a real browser: it opens, sorts and filters; no request leaves it, and nothing of a host runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pyguard.fleet.combine import combine
from pyguard.model.fleet import FleetHost, HostFinding, HostStatus
from pyguard.model.verdict import Level
from pyguard.render.fleet_html import render_fleet_html
from tests.browser import Page, browser_page
from tests.render.test_fleet_html import NOW, evil_report

BEFORE = "2026-11-26T06:00:00Z"
SHOWN = "[...document.querySelectorAll('#%s tbody tr')].filter(row => !row.hidden).map(row => " \
        "row.cells[%d].textContent)"
SIX = HostFinding("os-distribution-shadowed", Level.BLOCK, "six 99 is imported", "python3-six", ("certbot",))
YAML = HostFinding("os-distribution-shadowed", Level.BLOCK, "yaml 99 is imported", "python3-yaml")
PATH = HostFinding("path-reordered", Level.WARN, "/etc/profile.d/x.sh puts /opt in front")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser_page(tmp_path_factory.mktemp("browser")) as found:
        yield found


def a_page(scratch: Path) -> str:
    """Ten hosts, out of order: two with six, one with yaml, all but one with the warning."""
    hosts = [FleetHost(f"web{number}", HostStatus.AUDITED, "", "Debian 12", "0.1.0",
                       (*([SIX] if number in (2, 9) else [YAML] if number == 3 else []),
                        *([PATH] if number != 4 else [])), 0, NOW) for number in range(9, 0, -1)]
    hosts += [FleetHost("web10", HostStatus.UNREACHABLE, "Ansible did not reach it in this run")]
    file = scratch / "report.html"
    file.write_text(render_fleet_html(combine(hosts, NOW, BEFORE, hosts[:8])), encoding="utf-8")
    return file.as_uri()


def shown(page: Page, table: str, column: int = 0) -> list[str]:
    """The texts of a column, of the rows that are not filtered out."""
    return list(page.evaluate(SHOWN % (table, column)))


def click(page: Page, table: str, column: int) -> None:
    page.evaluate(f"document.querySelectorAll('#{table} th button')[{column}].click()")


def choose(page: Page, field: str, value: str) -> None:
    page.evaluate(f"document.getElementById('{field}').value = '{value}';"
                  f"document.getElementById('{field}').dispatchEvent(new Event('input'))")


def test_it_opens_sorts_and_filters(page: Page, tmp_path: Path) -> None:
    address = a_page(tmp_path)
    page.open(address)
    assert shown(page, "findings", 1) == ["os-distribution-shadowed", "os-distribution-shadowed", "path-reordered"]
    assert shown(page, "hosts")[:3] == ["web9", "web8", "web7"]
    click(page, "hosts", 0)
    assert shown(page, "hosts") == [f"web{number}" for number in range(1, 11)]
    click(page, "hosts", 0)
    assert shown(page, "hosts")[:2] == ["web10", "web9"]
    click(page, "hosts", 3)    # the most damaged first
    assert set(shown(page, "hosts")[:3]) == {"web2", "web3", "web9"}
    click(page, "findings", 3)
    assert shown(page, "findings", 1)[0] == "path-reordered"
    choose(page, "words", "SIX web9")
    assert (shown(page, "hosts"), shown(page, "findings", 0)) == (["web9"], ["damaged"])
    choose(page, "words", "")
    choose(page, "level", "warn")
    assert len(shown(page, "hosts")) == 5 and shown(page, "findings", 1) == ["path-reordered"]
    choose(page, "level", "")
    choose(page, "status", "unreachable")
    assert shown(page, "hosts") == ["web10"]
    assert page.evaluate("document.getElementById('hosts-shown').textContent") == "1 of 10"
    assert (page.asked, page.said) == ([address], [])


def test_nothing_of_a_host_runs_or_is_fetched(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(render_fleet_html(evil_report()), encoding="utf-8")
    page.open(file.as_uri())
    assert page.evaluate("document.scripts.length + document.images.length") == 1
    assert "<script>alert(1)</script>" in page.evaluate("document.body.innerText")
    assert (page.asked, page.said) == ([file.as_uri()], [])


def test_the_policy_of_the_page_would_stop_both(page: Page, tmp_path: Path) -> None:
    """Were something not escaped: the same page with markup put in by hand asks for nothing and runs nothing."""
    file = tmp_path / "report.html"
    markup = "<h1><script>document.title = 'taken'</script><img src='http://198.18.9.9/x.png'>"
    file.write_text(render_fleet_html(evil_report()).replace("<h1>", markup), encoding="utf-8")
    page.open(file.as_uri())
    assert page.evaluate("document.title") != "taken"
    assert any("Content Security Policy" in text and "script" in text for text in page.said)
    assert any("Content Security Policy" in text and "198.18.9.9" in text for text in page.said)
