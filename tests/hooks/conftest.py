"""Fixtures of the hooks' tests: the startup hook in a real interpreter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Optional

import pytest

from tests.hooks.startuprig import Rig, bundled_pip


@pytest.fixture
def rig(tmp_path: Path) -> Callable[..., Rig]:
    """A function that makes a Rig of a Python's minor version, with the pip that comes with it or another one."""
    def make(minor: str = "3.11", pip: Optional[str] = "") -> Rig:
        return Rig(minor, tmp_path, bundled_pip(minor) if pip == "" else pip)
    return make
