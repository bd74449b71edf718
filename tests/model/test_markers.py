"""Whether a marker holds; one that makes no sense leaves nothing out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.model.markers import holds

HERE = {"python_version": "3.11", "python_full_version": "3.11.2", "implementation_name": "cpython"}


@pytest.mark.parametrize(("marker", "expected"), [
    ("python_version >= '3.11'", True), ("python_version < '3.11'", False), ("extra == 'x'", False),
    ("implementation_name == 'pypy'", False),
    ('os_name ~= "posix"', True), ("(" * 5000, True),
    ("(" * 5000 + "os_name == 'x'" + ")" * 5000, True), ("nonsense", True)])
def test_holds(marker: str, expected: bool) -> None:
    assert holds(marker, HERE) is expected


@pytest.mark.parametrize("marker", ['"x" in extras', "'dev' in dependency_groups"])
def test_what_lock_files_ask_for(marker: str) -> None:
    """An older packaging does not know them: they apply then."""
    from packaging.markers import InvalidMarker, Marker

    try:
        Marker(marker)
    except InvalidMarker:
        assert holds(marker, HERE)
    else:
        assert not holds(marker, HERE)


NAMES = st.sampled_from(["python_version", "os_name", "extra", "extras", "dependency_groups", "platform_release",
                         "platform_version", "'x'", '"3.1"', "''", "'6.1.0-13-amd64'"])
OPERATORS = st.sampled_from(["==", "~=", "===", "in", "not in", "<", ">=", "!="])


@given(st.lists(st.tuples(NAMES, OPERATORS, NAMES), min_size=1, max_size=3), st.sampled_from([" and ", " or "]))
def test_any_marker(parts: list[tuple[str, str, str]], between: str) -> None:
    assert holds(between.join(map(" ".join, parts)), HERE) in (True, False)
