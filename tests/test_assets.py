"""Where hooks/ is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard import assets
from pyguard.errors import PyguardError


def test_a_checkout_has_its_hooks_beside_the_package() -> None:
    assert Path(assets.find_asset("install.sh")).read_text(encoding="utf-8").startswith("#!/bin/sh")


def test_a_wheel_has_them_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "_hooks"
    (inside / "shim").mkdir(parents=True)
    (inside / "install.sh").touch()
    (inside / "shim" / "pip").touch()
    monkeypatch.setattr(assets, "PLACES", (str(inside), *assets.PLACES))
    assert assets.find_asset("shim/pip") == str(inside / "shim" / "pip")


def test_what_is_missing_is_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PyguardError, match="no/such is missing"):
        assets.find_asset("no/such")
    monkeypatch.setattr(assets, "PLACES", (str(tmp_path),))
    with pytest.raises(PyguardError, match="hooks/ are missing"):
        assets.find_asset("install.sh")
