"""Who owns what in a conda prefix that py-rattler made for real, and what stands on it; damaged records."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from pyguard.decide import decide
from pyguard.errors import CollectError
from pyguard.facts.collect import collect
from pyguard.facts.ownership import conda_meta, read_settled
from pyguard.facts.ownership.conda_meta import CondaMeta
from pyguard.host import Host
from pyguard.model.facts import EnvironmentKind, Importance, OwnerKind, RequesterKind
from pyguard.model.settings import Settings
from pyguard.plan.declared import declare
from tests.builders import a_request, a_wanted
from tests.condaprefix import BASE, make_prefix

SITE = "lib/python3.12/site-packages"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_prefix(tmp_path_factory.mktemp("conda"))


@pytest.fixture
def prefix(made: Path, tmp_path: Path) -> Path:
    """A copy that may be broken."""
    return Path(shutil.copytree(made, tmp_path / "base", symlinks=True))


def facts_of(prefix: Path, cache: tuple[str, ...] = (), **fields):
    return collect(Host(), str(prefix / "bin/python"), environment={"HOME": "/nonexistent"}, uid=os.getuid(), cwd="/",
                   cache=cache, **fields)


def test_every_file_that_rattler_linked_has_its_package(prefix):
    found = read_settled(Host(), CondaMeta(str(prefix)))
    linked = {str(path) for path in prefix.rglob("*") if path.is_file()
              and path.relative_to(prefix).parts[0] in ("bin", "lib")}
    assert set(found.owners) == linked
    for record in (prefix / "conda-meta").glob("*.json"):
        data = json.loads(record.read_text())
        assert {path for path, name in found.owners.items() if name == data["name"]} == {
            f"{prefix}/{file}" for file in data["files"]}
    assert {name: package.version for name, package in found.packages.items()} == {
        package.name: package.version for package in BASE}
    assert not found.gaps


def test_distributions_have_condas_package_as_their_owner(prefix):
    (prefix / SITE / "cowsay-6.1.dist-info").mkdir()
    (prefix / SITE / "cowsay-6.1.dist-info" / "METADATA").write_text("Name: cowsay\nVersion: 6.1\n")
    facts = facts_of(prefix)
    assert facts.interpreter.kind is EnvironmentKind.CONDA_BASE
    owners = {item.name: item.owner for item in facts.distributions}
    assert (owners["requests"].kind, owners["requests"].name, owners["requests"].version) == (
        OwnerKind.CONDA, "requests", "2.32.3")
    assert owners["conda"].name == "conda"    # a module without metadata
    assert owners["cowsay"].kind is OwnerKind.NOBODY    # pip's, of which conda knows nothing


def test_what_stands_on_a_package(prefix):
    requesters = {item.name: item for item in facts_of(prefix, wanted={"urllib3"}).requesters}
    assert set(requesters) == {"requests", "conda"}
    assert requesters["conda"].kind is RequesterKind.CONDA_PACKAGE
    assert requesters["conda"].importance is Importance.CORE
    assert requesters["conda"].commands == (f"{prefix}/bin/conda",)
    assert [str(bound) for bound in requesters["conda"].needs] == ["requests"]


def test_pip_over_condas_own_names_conda(prefix):
    facts = facts_of(prefix, wanted={"urllib3"})
    request = a_request(a_wanted("urllib3==1.0"), argv=("pip", "install", "urllib3==1.0"))
    decision = decide(facts, request, declare(request, facts), Settings())
    finding = next(each for each in decision.verdict.findings if each.rule == "conda-base-changed")
    assert "over its own urllib3 2.2.2" in finding.summary and finding.evidence == ("conda",)
    harmless = a_request(a_wanted("cowsay==1.0"))
    facts = facts_of(prefix, wanted={"cowsay"})
    verdict = decide(facts, harmless, declare(harmless, facts), Settings()).verdict
    assert "over its own" not in verdict.findings[0].summary


def test_a_kept_index_is_never_stale(prefix, tmp_path):
    cache = (str(tmp_path / "cache"),)
    first, again = facts_of(prefix, cache), facts_of(prefix, cache)
    assert first == again and len(os.listdir(cache[0])) == 1
    next((prefix / "conda-meta").glob("idle-*.json")).unlink()
    assert {item.owner.name for item in facts_of(prefix, cache).distributions} == {"requests", "urllib3", "conda", ""}


@pytest.mark.parametrize("text, said", [
    (b'{"name": "requests", "ver', "is no JSON: it may break off"), (b"", "is no JSON"), (b"\xff\xfe", "is no JSON"),
    (b"[]", "is no record of a conda package"), (b'{"name": "x", "version": "1"}', "is no record"),
    (b'{"name": "x", "version": "1", "files": [1]}', "is no record"),
    (b'{"name": 1, "version": "1", "files": []}', "is no record"),
    (b'{"name": "x", "version": "1", "files": [], "depends": "y"}', "is no record")])
def test_a_damaged_record_is_an_error_and_a_gap(text, said, prefix, tmp_path):
    record = next((prefix / "conda-meta").glob("requests-*.json"))
    record.write_bytes(text)
    with pytest.raises(CollectError, match=said):
        read_settled(Host(), CondaMeta(str(prefix)))
    facts = facts_of(prefix, (str(tmp_path / "cache"),))
    assert [gap.subject for gap in facts.gaps] == [str(record)] and not (tmp_path / "cache").exists()


def test_two_records_of_one_package_are_a_gap(prefix):
    record = next((prefix / "conda-meta").glob("requests-*.json"))
    shutil.copy(record, record.with_name("requests-2.31.0-0.json"))
    assert "is recorded twice" in read_settled(Host(), CondaMeta(str(prefix))).gaps[0].reason


def test_a_transaction_in_the_middle(prefix, monkeypatch):
    """conda adds a record while they are read: read again, until nothing changes any more."""
    extra = json.loads(next((prefix / "conda-meta").glob("idle-*.json")).read_text())
    database, count = CondaMeta(str(prefix)), []
    load = CondaMeta.load

    def load_and_change(self, host):
        count.append(1)
        found = load(self, host)
        if len(count) == 1:
            (prefix / "conda-meta" / "late-1-0.json").write_text(json.dumps({**extra, "name": "late"}))
        return found

    monkeypatch.setattr(conda_meta.CondaMeta, "load", load_and_change)
    assert "late" in read_settled(Host(), database).packages and len(count) == 2


def test_a_file_of_two_packages_is_neithers(prefix):
    record = next((prefix / "conda-meta").glob("idle-*.json"))
    data = json.loads(record.read_text())
    record.write_text(json.dumps({**data, "files": [*data["files"], f"{SITE}/requests/__init__.py"]}))
    assert f"{prefix}/{SITE}/requests/__init__.py" not in read_settled(Host(), CondaMeta(str(prefix))).owners


def test_a_prefix_without_records_is_read_like_any_other(tmp_path):
    assert not CondaMeta(str(tmp_path)).available(Host())
