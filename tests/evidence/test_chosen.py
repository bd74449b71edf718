"""Whom `pyguard rehearse --for` means: a program by its path or its name, what an OS package ships by the package."""

from __future__ import annotations

import pytest

from pyguard.evidence.chosen import choose
from pyguard.model.facts import Owner, OwnerKind, Requester, RequesterKind

SHIPPED = Owner(OwnerKind.OS, "certbot", "2.1.0-4")
REQUESTERS = (
    Requester("/usr/bin/certbot", RequesterKind.SCRIPT, SHIPPED),
    Requester("/usr/bin/letsencrypt", RequesterKind.SCRIPT, SHIPPED),
    Requester("python3-certbot", RequesterKind.OS_PACKAGE, Owner(OwnerKind.OS, "python3-certbot", "2.1.0-4")))
OWN = "/usr/local/bin/backup"


@pytest.mark.parametrize(("name", "meant"), [
    ("/usr/bin/certbot", {"/usr/bin/certbot"}),
    ("letsencrypt", {"/usr/bin/letsencrypt"}),
    ("certbot", {"/usr/bin/certbot", "/usr/bin/letsencrypt"}),
    ("python3-certbot", {"python3-certbot"}),
    ("backup", {OWN}),
])
def test_who_is_meant(name: str, meant: set[str]) -> None:
    assert choose([name], REQUESTERS, [OWN]) == (meant, ())


def test_a_name_that_is_nobodys_is_said() -> None:
    assert choose(["certbto", "letsencrypt", "certbto"], REQUESTERS, []) == ({"/usr/bin/letsencrypt"}, ("certbto",))
