"""The formats of `pyguard check`: each parses as what it says it is, and carries every finding."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator

import pytest

from pyguard.cli.check_options import FORMATS
from pyguard.model.frozen import replace
from pyguard.model.report import CheckReport, Confidence, FileFinding, NotChecked
from pyguard.model.request import Location
from pyguard.model.verdict import Level
from pyguard.policy.rules import RULES
from pyguard.render.check_json import render_check_json
from pyguard.render.check_text import render_check_text
from pyguard.render.github import render_github
from pyguard.render.gitlab import render_gitlab
from pyguard.render.sarif import render_sarif
from pyguard.render.xml_reports import render_checkstyle, render_junit

NASTY = "a\x1b]0;x\x07\x9b2J\u202e\u2028<&\"'%\n:,\r\udc80"
REPORT = CheckReport((
    FileFinding("protected-interpreter-install", Level.BLOCK, Confidence.CERTAIN, "it writes", Location("a/b", 3, 4, 5),
                ("FROM ubuntu, line 1",), ("pip", "install", "x"), "a venv", "RUN pip install x"),
    FileFinding("python-variables-exported", Level.WARN, Confidence.LIKELY, NASTY, Location(NASTY, 1, 1, 1)),
    FileFinding("conda-base-changed", Level.WARN, Confidence.POSSIBLE, "perhaps", Location("c", 2, 2, 1)),
), (NotChecked("d.yml", "not YAML: <&>"),), 9, 1)
RENDERERS: dict[str, Callable[[CheckReport], Iterator[str]]] = {
    "text": lambda report: render_check_text(report, Confidence.POSSIBLE),
    "json": render_check_json,
    "sarif": lambda report: render_sarif(report, RULES, "1"),
    "github": lambda report: render_github(report, Confidence.POSSIBLE),
    "gitlab": lambda report: render_gitlab(report, Confidence.POSSIBLE),
    "junit": lambda report: render_junit(report, Confidence.POSSIBLE),
    "checkstyle": lambda report: render_checkstyle(report, Confidence.POSSIBLE),
}


@pytest.mark.parametrize("form", RENDERERS)
def test_nothing_that_could_steer_a_terminal_is_printed(form: str) -> None:
    nasty = replace(REPORT, not_checked=(NotChecked(NASTY, NASTY),), findings=(
        *REPORT.findings, FileFinding(NASTY, Level.BLOCK, Confidence.CERTAIN, NASTY, Location(NASTY, 1, 1, 1), (NASTY,),
                                      (NASTY,), NASTY, NASTY)))
    if form == "sarif":
        nasty = replace(nasty, findings=REPORT.findings)    # its rules are known ones
    assert {each for each in "".join(RENDERERS[form](nasty)) if not each.isprintable()} <= {"\n"}


def test_every_format_is_tried() -> None:
    assert set(RENDERERS) == set(FORMATS)


def test_json_has_everything() -> None:
    data = json.loads("".join(render_check_json(REPORT)))
    assert data["schema"] == 1
    assert [each["confidence"] for each in data["findings"]] == ["certain", "likely", "possible"]
    assert set(data["findings"][0]) >= {"path", "line", "end_line", "column", "rule", "level", "confidence", "message",
                                        "evidence"}
    assert data["not_checked"] == [{"path": "d.yml", "reason": "not YAML: <&>"}]


def test_sarif_has_the_shape_of_its_schema() -> None:
    data = json.loads("".join(render_sarif(REPORT, RULES, "1")))
    assert data["version"] == "2.1.0"
    (run,) = data["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert 1 <= region["startLine"] <= region["endLine"] and region["startColumn"] >= 1
        assert " " not in result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note"]
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 1


def test_github_annotations_stay_on_their_lines() -> None:
    lines = "".join(render_github(REPORT, Confidence.LIKELY)).splitlines()
    assert lines[0].startswith("::error file=a/b,line=3,endLine=4,col=5,title=pyguard%3A protected-interpreter")
    assert len([line for line in lines if line.startswith(("::error", "::warning", "::notice"))]) == len(lines) == 3


def test_gitlab_fingerprints_differ_and_do_not_move_with_lines() -> None:
    entries = json.loads("".join(render_gitlab(REPORT, Confidence.POSSIBLE)))
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) == 4
    assert {entry["severity"] for entry in entries} <= {"info", "minor", "major", "critical", "blocker"}
    moved = CheckReport((FileFinding("conda-base-changed", Level.WARN, Confidence.POSSIBLE, "perhaps",
                                     Location("c", 7, 7, 1)),))
    assert json.loads("".join(render_gitlab(moved, Confidence.POSSIBLE)))[0]["fingerprint"] == entries[2]["fingerprint"]


@pytest.mark.parametrize("render", [render_junit, render_checkstyle])
def test_xml_parses_whatever_the_names_are(render) -> None:    # type: ignore[no-untyped-def]
    root = ElementTree.fromstring("".join(render(REPORT, Confidence.LIKELY)))
    assert root.tag in ("testsuites", "checkstyle")
    loud = [error for error in root.findall(".//error") if error.get("severity") != "info"]
    assert len(root.findall(".//failure") or loud) == 2


def test_junit_without_findings_has_one_passed_case() -> None:
    root = ElementTree.fromstring("".join(render_junit(CheckReport(), Confidence.LIKELY)))
    assert len(root.findall(".//testcase")) == 1 and not root.findall(".//failure")


def test_text_counts_what_it_does_not_show() -> None:
    text = "".join(render_check_text(REPORT, Confidence.LIKELY))
    assert "2 findings in 2 files (1 more only possible" in text
    assert "9 files looked at, 1 finding ignored on request, 1 not checked" in text
    assert "because: FROM ubuntu, line 1" in text and "instead: a venv" in text
    assert "\x1b" not in text and "\udc80" not in text
