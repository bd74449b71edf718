"""Every scenario, replayed offline against its host: the verdict, the rules, who is named, the remedies."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.model.verdict import Level
from tests.scenarios import audit_scenario, check_scenario, name_of, read_scenario, replay, scenario_files

FILES = [path for path in scenario_files() if read_scenario(path).request.argv]
TREES = [path for path in scenario_files() if read_scenario(path).tree is not None]
CHECKED = [path for path in scenario_files() if read_scenario(path).file is not None]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_scenario(path: Path, tmp_path: Path) -> None:
    scenario = read_scenario(path)
    decision = replay(scenario, tmp_path)
    loud = [finding for finding in decision.verdict.findings if finding.level > Level.ALLOW]
    assert decision.verdict.level.name.lower() == scenario.expect.level
    assert sorted({finding.rule for finding in loud}) == sorted(scenario.expect.rules)
    named = {name for finding in loud for name in (finding.subject, *finding.evidence)}
    assert set(scenario.expect.requesters) <= named
    assert named.isdisjoint(scenario.expect.spared)
    assert [remedy.id for remedy in decision.remedies][:len(scenario.expect.remedies)] == list(scenario.expect.remedies)


@pytest.mark.parametrize("path", CHECKED, ids=name_of)
def test_scenario_of_a_file(path: Path, tmp_path: Path) -> None:
    scenario = read_scenario(path)
    findings = check_scenario(scenario, tmp_path)
    assert max((finding.level for finding in findings), default=Level.ALLOW).name.lower() == scenario.expect.level
    assert sorted({finding.rule for finding in findings}) == sorted(scenario.expect.rules)


@pytest.mark.parametrize("path", TREES, ids=name_of)
def test_scenario_of_a_tree(path: Path, tmp_path: Path) -> None:
    scenario = read_scenario(path)
    findings = audit_scenario(scenario, tmp_path)
    assert max((finding.level for finding in findings), default=Level.ALLOW).name.lower() == scenario.expect.level
    assert sorted({finding.rule for finding in findings}) == sorted(scenario.expect.rules)
    named = {name for finding in findings for name in (finding.subject, *finding.evidence)}
    assert set(scenario.expect.requesters) <= named
