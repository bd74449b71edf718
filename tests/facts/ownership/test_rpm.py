"""The rpm reader against the real rpm: a root made with it, damage, and the refusal that names dnf."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.decide import decide
from pyguard.errors import CollectError
from pyguard.facts.collect import collect
from pyguard.facts.ownership import load_packages, rpm, rpm_query
from pyguard.facts.ownership.rpm_query import parse_dependency
from pyguard.host import Host
from pyguard.intake.frontends.pip import parse
from pyguard.model.facts import Bound, Facts
from pyguard.model.settings import Settings
from pyguard.model.verdict import Level
from pyguard.plan.declared import declare
from tests.facts.ownership.rpm_root import Made, make_root

SITE = "/usr/lib/python3.9/site-packages"
SITE_PY = "if known_paths is None: pass\n# RPM_BUILD_ROOT\n# /usr/local\n"
METADATA = "Metadata-Version: 2.1\nName: {}\nVersion: {}\n"
PACKAGES = (
    Made("python3-libs", "3.9.18", {"/usr/lib64/python3.9/os.py": "", "/usr/lib64/python3.9/site.py": SITE_PY,
                                    "/usr/bin/python3.9": "", "/etc/os-release": 'ID="rocky"\nVERSION_ID="9.3"\n'},
         provides=("python(abi) = 3.9", "python3 = 3.9.18")),
    Made("python3-cryptography", "36.0.1", {
        f"{SITE}/cryptography/__init__.py": "",
        f"{SITE}/cryptography-36.0.1.dist-info/METADATA": METADATA.format("cryptography", "36.0.1")},
        ("python(abi) = 3.9",), ("python3.9dist(cryptography) = 36.0.1", "python3dist(cryptography) = 36.0.1")),
    Made("python3-pyOpenSSL", "21.0.0", {
        f"{SITE}/OpenSSL/__init__.py": "",
        f"{SITE}/pyOpenSSL-21.0.0.dist-info/METADATA": METADATA.format("pyOpenSSL", "21.0.0")},
        ("python(abi) = 3.9", "python3-cryptography < 40", "(python3.9dist(cryptography) >= 3.3 with "
         "python3.9dist(cryptography) < 41)"), ("python3.9dist(pyopenssl) = 21",), epoch="1"),
    Made("python3-dnf", "4.14.0", {f"{SITE}/dnf/__init__.py": ""}, ("python3.9dist(pyopenssl)", "python(abi) = 3.9")),
    Made("dnf", "4.14.0", {"/usr/bin/dnf": "#!/usr/bin/python3.9\n"}, ("python3-dnf = 4.14.0-1", "/usr/bin/python3.9")),
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_root(tmp_path_factory.mktemp("rpm"), PACKAGES)
    (made / "usr/bin/python3").symlink_to("python3.9")
    return made


def facts_of(root: Path) -> Facts:
    return collect(Host(str(root)), "/usr/bin/python3", environment={"HOME": "/root"}, uid=0, cwd="/",
                   wanted=("cryptography",))


def test_packages_files_and_bounds(root: Path) -> None:
    found = load_packages(Host(str(root)))
    assert found.gaps == ()
    assert found.packages["python3-pyOpenSSL"].version == "1:21.0.0-1"
    assert found.packages["python3-pyOpenSSL"].source == "python3-pyOpenSSL"
    assert found.owners["/usr/bin/dnf"] == "dnf"
    assert found.owners[f"{SITE}/OpenSSL/__init__.py"] == "python3-pyOpenSSL"
    groups = found.packages["python3-pyOpenSSL"].depends
    assert (Bound("python3-cryptography", "<", "40", "rpm"),) in groups
    assert (Bound("python3.9dist(cryptography)", "<", "41", "python"),) in groups
    assert (Bound("python3-libs", scheme="rpm"),) in found.packages["dnf"].depends    # by the file it owns


def test_the_same_refusal_naming_dnf(root: Path) -> None:
    facts = facts_of(root)
    assert facts.interpreter.is_protected and facts.gaps == ()
    request = parse(Host(str(root)), ("pip", "install", "cryptography==42.0"), environ={"HOME": "/root"}, cwd="/",
                    uid=0, prefix="/usr")
    decision = decide(facts, request, declare(request, facts), Settings())
    assert decision.verdict.level is Level.BLOCK
    broken = [found for found in decision.verdict.findings if found.rule == "os-package-bound-violated"]
    assert {(found.subject, "dnf" in found.evidence) for found in broken} == {("python3-pyOpenSSL", True)}
    assert {found.summary.split(" needs ")[1] for found in broken} == {
        "python3-cryptography (< 40)", "python3-cryptography (< 41)"}


def test_within_the_bounds_nothing_is_violated(root: Path) -> None:
    request = parse(Host(str(root)), ("pip", "install", "cryptography==39.0.1"), environ={"HOME": "/root"}, cwd="/",
                    uid=0, prefix="/usr")
    facts = facts_of(root)
    decision = decide(facts, request, declare(request, facts), Settings())
    assert "os-package-bound-violated" not in {found.rule for found in decision.verdict.findings}


def test_reading_changes_nothing(root: Path) -> None:
    host = Host(str(root))
    before, names = rpm.stamp(host), sorted(path.name for path in (root / "usr/lib/sysimage/rpm").iterdir())
    load_packages(host)
    assert rpm.stamp(host) == before
    assert sorted(path.name for path in (root / "usr/lib/sysimage/rpm").iterdir()) == names


def test_a_damaged_database_is_one_error(root: Path, tmp_path: Path) -> None:
    place = tmp_path / "var/lib/rpm"
    place.mkdir(parents=True)
    data = (root / "usr/lib/sysimage/rpm/rpmdb.sqlite").read_bytes()
    for damaged in (data[:len(data) // 2 + 100], b"no database at all", b""):
        (place / "rpmdb.sqlite").write_bytes(damaged)
        with pytest.raises(CollectError) as caught:
            load_packages(Host(str(tmp_path)))
        assert caught.value.context == "/var/lib/rpm"


def test_without_rpm_there_is_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "var/lib/rpm").mkdir(parents=True)
    (tmp_path / "var/lib/rpm/Packages").touch()
    monkeypatch.setattr(rpm_query, "PROGRAMS", ())
    with pytest.raises(CollectError) as caught:
        load_packages(Host(str(tmp_path)))
    assert "which is not here" in caught.value.message


@pytest.mark.parametrize(("text", "expected"), [
    ("python3-rpm", ((Bound("python3-rpm", scheme="rpm"),),)),
    ("dnf = 4.14.0-1", ((Bound("dnf", "=", "4.14.0-1", "rpm"),),)),
    ("python3.9dist(requests) >= 2", ((Bound("python3.9dist(requests)", ">=", "2", "python"),),)),
    ("(a or b >= 2)", ((Bound("a", scheme="rpm"), Bound("b", ">=", "2", "rpm")),)),
    ("(a and b)", ((Bound("a", scheme="rpm"),), (Bound("b", scheme="rpm"),))),
    ("(a >= 1 without a = 2)", ((Bound("a", ">=", "1", "rpm"),),)),
    ("((a or b) and c)", ((Bound("a", scheme="rpm"), Bound("b", scheme="rpm")), (Bound("c", scheme="rpm"),))),
    ("(a if b)", ()),
    ("libc.so.6()(64bit)", ((Bound("libc.so.6()(64bit)", scheme="rpm"),),)),
    ("(a and b or c)", None),
    ("(a", None), ("(a and )", None), ("a >", None), ("a ~ 1", None)])
def test_dependencies(text: str, expected: object) -> None:
    assert parse_dependency(text) == expected


@given(st.text(alphabet="ab()<>= ~andorif1.", max_size=30))
def test_any_dependency_is_read_or_is_none(text: str) -> None:
    groups = parse_dependency(text)
    assert groups is None or all(bound.package for group in groups for bound in group)


@given(st.lists(st.sampled_from(["P\ta\t(none)\t1\t1\tnoarch\ta-1-1.src.rpm", "R\tb", "V\ta", "F\t/usr/bin/a", "E",
                                 "x", "P\ta"]), max_size=6))
def test_any_answer_is_read_or_is_one_error(lines: list[str]) -> None:
    try:
        records = list(rpm_query._records("".join(line + "\n" for line in lines)))
        for record in records:
            rpm_query._read_record(record, [])
    except CollectError as error:
        assert error.reference.startswith("package-database-")


def test_the_query_is_one_run(root: Path, tmp_path: Path) -> None:
    """A thousand packages are one question: the database is copied where it is a tree's, and asked once."""
    shutil.copytree(root / "usr/lib/sysimage/rpm", tmp_path / "usr/lib/sysimage/rpm")
    assert set(load_packages(Host(str(tmp_path))).packages) == {package.name for package in PACKAGES}
