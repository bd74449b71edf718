"""What a command line names becomes a plan: markers that nobody can evaluate leave nothing out."""

from __future__ import annotations

import pytest

from pyguard.plan.declared import declare
from tests.builders import a_request, a_wanted, some_facts


@pytest.mark.parametrize(("marker", "names"), [
    ("", ["six"]), ("python_version < '3'", []), ('os_name ~= "posix"', ["six"]), ("extra == 'x'", [])])
def test_markers(marker: str, names: list[str]) -> None:
    found = declare(a_request(a_wanted("six", marker=marker)), some_facts())
    assert [change.name for change in found.changes] == names
