"""Names that are a Mac's, and words in which only the letters stand."""

from __future__ import annotations

import pytest

from pyguard.intake.mac_names import names_a_mac


@pytest.mark.parametrize("name", [
    "setup-macos.sh", "scripts/osx/deps.sh", "BootstrapMac", "installMACOS", "macOS_setup", "mac_install",
    "install_for_mac", "mac", "ci/darwin.sh", "MacOSInstall", "mac-os-x"])
def test_a_mac(name: str) -> None:
    assert names_a_mac(name)


@pytest.mark.parametrize("name", [
    "install_macros", "get_mac_address", "check_mac", "emacs/setup.sh", "machine-setup.sh", "stomach", "hmac_build",
    "osxphotos", "MACHINE", "setup"])
def test_no_mac(name: str) -> None:
    assert not names_a_mac(name)
