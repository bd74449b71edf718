"""Whether the tests would notice: mutants of the impact and of the rules, and how many of them a test fails for."""

from __future__ import annotations

import sys

import pytest

from tests.tools.mutate import WANTED, mutate


@pytest.mark.full
@pytest.mark.skipif(sys.version_info < (3, 10), reason="only with --all, and Python 3.10 that mutmut needs")
def test_most_mutants_are_killed(capsys: pytest.CaptureFixture[str]) -> None:
    score = mutate()
    with capsys.disabled():
        print(f"\nmutation testing: {score.killed} of {score.total} killed, {100 * score.share:.1f} %")
    assert score.share >= WANTED, "\n".join(score.survivors)
