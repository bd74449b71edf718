"""Scenarios for real: the tool works, the unguarded install breaks it, the guarded attempt leaves it working."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rootfs import Root, changes
from tests.scenarios import SCENARIOS, Proof, Scenario, read_scenario, scenario_files

PROVEN = [path for path in scenario_files() if read_scenario(path).proof]
REFUSED = 11
UNGUARDED = {"PIP_BREAK_SYSTEM_PACKAGES": "1", "PIP_ROOT_USER_ACTION": "ignore"}
OURS = ("/var/log/pyguard", "/var/cache/pyguard", "/root/.cache", "/home/alice/.cache", "/home/alice/.local/state")


def unguarded(scenario: Scenario) -> dict[str, str]:
    """The scenario's own variables, and pip's own guard out of the way."""
    return {**UNGUARDED, **dict(pair.split("=", 1) for pair in scenario.request.environ)}


def smoke(root: Root, proof: Proof, user: str) -> int:
    return root.run(list(proof.works), user=user).returncode


@pytest.mark.proof
@pytest.mark.parametrize("path", PROVEN, ids=[str(path.relative_to(SCENARIOS))[:-5] for path in PROVEN])
def test_proof(path: Path, new_root: Callable[..., Root], installed_pyguard: Callable[[Root], list[str]]) -> None:
    scenario = read_scenario(path)
    (proof,) = scenario.proof
    user = "root" if scenario.request.uid == 0 else "alice"
    broken = new_root(proof.release, ("python3-pip", *proof.packages))
    assert smoke(broken, proof, user) == 0, "the tool does not work to begin with"
    install = broken.run(list(scenario.request.argv), user=user, env=unguarded(scenario))
    assert install.returncode == 0, install.stderr
    assert smoke(broken, proof, user) != 0, "the unguarded install breaks nothing: this is no evidence"
    check_guarded(scenario, proof, user, new_root(proof.release, ("python3-pip", *proof.packages)), installed_pyguard)


def check_guarded(scenario: Scenario, proof: Proof, user: str, root: Root,
                  installed_pyguard: Callable[[Root], list[str]]) -> None:
    command = installed_pyguard(root)
    before = root.tree()
    attempt = root.run([*command, "pip", "--", *scenario.request.argv[1:]], user=user, env=unguarded(scenario))
    assert attempt.returncode == REFUSED, attempt.stdout + attempt.stderr
    assert attempt.stdout == ""
    for requester in scenario.expect.requesters[:1]:
        assert requester in attempt.stderr
    touched = [name for name in changes(before, root.tree()) if not name.startswith(OURS)]
    assert [name for name in touched if not any(own.startswith(name + "/") for own in OURS) and name != "/tmp"] == []
    assert smoke(root, proof, user) == 0
