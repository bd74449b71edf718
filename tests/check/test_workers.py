"""Files checked in several processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyguard.checking.workers import check_apart
from pyguard.model.report import CheckReport


class Counting:
    """Says with each report how many files this copy of it has had."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, names: Sequence[str]) -> Iterator[CheckReport]:
        for _ in names:
            self.count += 1
            yield CheckReport(files=1, suppressed=self.count)


def test_what_a_process_knows_serves_all_its_parcels() -> None:
    reports = list(check_apart(Counting(), [str(number) for number in range(64)], 2))
    assert len(reports) == 64
    assert max(report.suppressed for report in reports) >= 32    # one of two had half of the files
