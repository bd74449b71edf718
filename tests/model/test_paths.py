"""Names that the kernel takes for one another are one text."""

from __future__ import annotations

import pytest

from pyguard.model.paths import absolute, normalize


@pytest.mark.parametrize(("path", "expected"), [
    ("//usr", "/usr"), ("///usr/", "/usr"), ("//", "/"), ("/usr//lib/./x/..", "/usr/lib"), ("lib/..", ".")])
def test_normalize(path: str, expected: str) -> None:
    assert normalize(path) == expected


@pytest.mark.parametrize(("path", "cwd", "expected"), [
    ("lib", "//srv", "/srv/lib"), ("//usr", "/srv", "/usr"), ("", "/srv", "/srv"), ("../x", "/srv", "/x")])
def test_absolute(path: str, cwd: str, expected: str) -> None:
    assert absolute(path, cwd) == expected
