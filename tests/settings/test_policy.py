"""Policy files: who may loosen and who only tighten, what is wrong and where, whom to believe, what is compiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.enforce.approvals import approve
from pyguard.model.settings import (
    CondaBasePolicy,
    ContainerPolicy,
    Effective,
    InstallPolicy,
    Redirect,
    Settings,
    Shield,
)
from pyguard.model.verdict import Allowance, Level
from pyguard.settings import (
    Asker,
    PolicyError,
    approval_name,
    is_disabled,
    load_policy,
    read_policy,
)
from pyguard.settings.combine import default_lines
from tests.settings.fakes import ALICE, Machine, Memory

RULES = {"os-files-changed": Level.BLOCK, "conda-base-changed": Level.WARN}
CONFIG = "/home/alice/.config/pyguard/policy.toml"
PROJECT = "/home/alice/work/pyproject.toml"
APPROVALS = "/home/alice/.local/state/pyguard/approved"
EVERYTHING = """
global-installs = "shadow-only"
user-installs = "allow"
conda-base = "refuse"
containers = "refuse"
redirect = "ask"
shield = "all"
shield-exceptions = ["/usr/bin/certbot"]
enforce-from = 2027-01-31
[levels]
os-files-changed = "warn"
[[allow]]
rule = "os-files-changed"
subject = "python3-jwt"
reason = "tested by us"
until = 2027-06-30
"""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "etc").mkdir()
    (tmp_path / "home/alice/work").mkdir(parents=True)
    return Machine(tmp_path)


def asker(uid: int = ALICE) -> Asker:
    return Asker(uid, "/home/alice/work", CONFIG, APPROVALS)


def policy(machine: Machine, uid: int = ALICE) -> Effective:
    return load_policy(machine, asker(uid), RULES, "2026-11-23")


def settings(machine: Machine, uid: int = ALICE) -> Settings:
    return policy(machine, uid).settings


def test_without_files_there_are_the_defaults(machine: Machine) -> None:
    assert policy(machine) == Effective(Settings(today="2026-11-23"))
    assert machine.texts == 0


@pytest.mark.parametrize("store", [None, Memory()])
@pytest.mark.parametrize("uid", [0, ALICE])
def test_a_machines_policy_that_cannot_be_read_is_no_absent_one(machine: Machine, uid: int,
                                                                store: Memory | None) -> None:
    """Made with umask 077, or a link to a file that is gone."""
    machine.put("/etc/pyguard/policy.toml", EVERYTHING)
    machine.closed = "/etc/pyguard"
    with pytest.raises(PolicyError, match="Permission denied") as caught:
        load_policy(machine, asker(uid), RULES, "2026-11-23", store)
    assert (caught.value.reference, caught.value.context) == ("policy-unreadable", "/etc/pyguard/policy.toml")
    machine.closed = ""
    (Path(machine.root) / "etc/pyguard/policy.toml").unlink()
    assert policy(machine, uid) == Effective(Settings(today="2026-11-23"))
    (Path(machine.root) / "etc/pyguard/policy.toml").symlink_to("gone")
    with pytest.raises(PolicyError, match="No such file"):
        load_policy(machine, asker(uid), RULES, "2026-11-23", store)


def test_a_home_that_may_not_be_entered_is_somebody_elses(machine: Machine) -> None:
    machine.put(CONFIG, 'redirect = "ask"\n')
    machine.closed = "/home/alice"
    assert policy(machine) == Effective(Settings(today="2026-11-23"))
    machine.closed = ""
    (Path(machine.root) / CONFIG[1:]).unlink()
    (Path(machine.root) / CONFIG[1:]).symlink_to("gone")
    with pytest.raises(PolicyError, match="No such file"):
        policy(machine)


def test_where_there_is_no_directory_there_is_no_policy(machine: Machine) -> None:
    (Path(machine.root) / "etc/pyguard").write_text("")
    assert policy(machine) == Effective(Settings(today="2026-11-23"))


def test_every_setting(machine: Machine) -> None:
    machine.put("/etc/pyguard/policy.toml", EVERYTHING)
    assert settings(machine) == Settings(
        InstallPolicy.SHADOW_ONLY, InstallPolicy.ALLOW, CondaBasePolicy.REFUSE, ContainerPolicy.REFUSE, Redirect.ASK,
        "2027-01-31", Shield.ALL, ("/usr/bin/certbot",), (("os-files-changed", Level.WARN),),
        (Allowance("os-files-changed", "python3-jwt", "tested by us", "2027-06-30"),), "2026-11-23")


def test_each_line_says_where_it_stands(machine: Machine) -> None:
    machine.put("/etc/pyguard/policy.toml", EVERYTHING)
    origins = {line.key: line.origin for line in policy(machine).lines}
    assert origins["global-installs"] == "/etc/pyguard/policy.toml:2"
    assert origins["levels.os-files-changed"] == "/etc/pyguard/policy.toml:11"
    assert origins["allow"] == "/etc/pyguard/policy.toml:12"
    assert default_lines(settings(machine), policy(machine).lines) == ()


def test_a_user_decides_where_the_machine_says_nothing(machine: Machine) -> None:
    machine.put("/etc/pyguard/policy.toml", "# nothing is set here\n")
    machine.put(CONFIG, 'user-installs = "allow"\n')
    assert settings(machine).user_installs is InstallPolicy.ALLOW


@pytest.mark.parametrize("line", [
    'user-installs = "allow"', 'conda-base = "warn"', 'containers = "allow"', 'redirect = "create"',
    'shield = "off"', 'shield-exceptions = ["/usr/bin/certbot"]', "enforce-from = 2030-01-01",
    '[levels]\nos-files-changed = "warn"', '[levels]\nconda-base-changed = "allow"',
    '[[allow]]\nrule = "os-files-changed"\nreason = "because"\nuntil = 2030-01-01'])
def test_nothing_loosens_a_machine_file(machine: Machine, line: str) -> None:
    machine.put("/etc/pyguard/policy.toml", 'conda-base = "refuse"\n')
    machine.put(CONFIG, line + "\n")
    before = Settings(conda_base=CondaBasePolicy.REFUSE, today="2026-11-23")
    assert settings(machine) == before
    refused = [found for found in policy(machine).lines if found.refused]
    assert [found.refused for found in refused] == ["/etc/pyguard/policy.toml can only be tightened"]


@pytest.mark.parametrize(("line", "expected"), [
    ('user-installs = "shadow-only"', {"user_installs": InstallPolicy.SHADOW_ONLY}),
    ('containers = "refuse"', {"containers": ContainerPolicy.REFUSE}),
    ('shield = "all"', {"shield": Shield.ALL}),
    ("enforce-from = 2026-12-01", {"enforce_from": "2026-12-01"}),
    ('[levels]\nconda-base-changed = "block"', {"levels": (("conda-base-changed", Level.BLOCK),)})])
def test_a_machine_file_can_be_tightened(machine: Machine, line: str, expected: dict[str, object]) -> None:
    machine.put("/etc/pyguard/policy.toml", 'user-installs = "allow"\nenforce-from = 2027-01-01\n')
    machine.put(CONFIG, line + "\n")
    found = settings(machine)
    assert {name: getattr(found, name) for name in expected} == expected


def test_a_project_only_tightens_until_it_is_approved(machine: Machine) -> None:
    text = '[project]\nname = "x"\n[tool.pyguard]\nuser-installs = "allow"\ncontainers = "refuse"\n'
    machine.put(PROJECT, text)
    assert settings(machine).user_installs is InstallPolicy.REFUSE
    assert settings(machine).containers is ContainerPolicy.REFUSE
    (refused,) = [line for line in policy(machine).lines if line.refused]
    assert refused.origin == f"{PROJECT}:4" and "pyguard policy approve" in refused.refused
    approve(machine.root + APPROVALS, approval_name(PROJECT, text))
    assert settings(machine).user_installs is InstallPolicy.ALLOW
    machine.put(PROJECT, text.replace('name = "x"', 'name = "y"'))    # not what was approved, nor about it
    assert settings(machine).user_installs is InstallPolicy.ALLOW
    machine.put(PROJECT, text + 'redirect = "create"\n')
    assert settings(machine).user_installs is InstallPolicy.REFUSE


def test_an_approval_holds_for_one_place(machine: Machine) -> None:
    text = '[tool.pyguard]\nuser-installs = "allow"\n'
    machine.put(PROJECT, text)
    approve(machine.root + APPROVALS, approval_name("/home/alice/other/pyproject.toml", text))
    assert settings(machine).user_installs is InstallPolicy.REFUSE


def test_approvals_that_others_could_write_do_not_count(machine: Machine) -> None:
    text = '[tool.pyguard]\nuser-installs = "allow"\n'
    machine.put(PROJECT, text)
    approve(machine.root + APPROVALS, approval_name(PROJECT, text))
    machine.modes[APPROVALS] = 0o777
    assert settings(machine).user_installs is InstallPolicy.REFUSE
    machine.modes[APPROVALS] = 0o700
    machine.owners[APPROVALS] = 1001
    assert settings(machine).user_installs is InstallPolicy.REFUSE


def test_an_approved_project_does_not_loosen_a_machine_file(machine: Machine) -> None:
    text = '[tool.pyguard]\nuser-installs = "allow"\n'
    machine.put("/etc/pyguard/policy.toml", 'user-installs = "refuse"\n')
    machine.put(PROJECT, text)
    approve(machine.root + APPROVALS, approval_name(PROJECT, text))
    assert settings(machine).user_installs is InstallPolicy.REFUSE


def test_a_project_above_counts(machine: Machine) -> None:
    machine.put("/home/alice/pyproject.toml", '[tool.pyguard]\ncontainers = "refuse"\n')
    assert settings(machine).containers is ContainerPolicy.REFUSE


def test_a_project_that_does_not_speak_of_pyguard_is_not_parsed(machine: Machine) -> None:
    machine.put(PROJECT, "this is no TOML")
    assert settings(machine) == Settings(today="2026-11-23")


def test_for_root_a_users_files_count_for_nothing(machine: Machine) -> None:
    machine.put(CONFIG, "user-installs = 'allow'\nnonsense")
    machine.put(PROJECT, "[tool.pyguard]\nuser-installs = 'allow'\nnonsense")
    found = policy(machine, uid=0)
    assert found.settings == Settings(today="2026-11-23")
    assert [note.split(":")[0] for note in found.notes] == [CONFIG, PROJECT]


@pytest.mark.parametrize(("path", "uid", "mode", "said"), [
    ("/etc/pyguard/policy.toml", ALICE, 0o644, "belongs to user 1000"),
    ("/etc/pyguard/policy.toml", 0, 0o664, "others may write"),
    (CONFIG, 1001, 0o644, "belongs to user 1001"),
    (CONFIG, ALICE, 0o666, "others may write")])
def test_what_others_could_have_written_is_an_error(machine: Machine, path: str, uid: int, mode: int,
                                                    said: str) -> None:
    machine.put(path, 'user-installs = "allow"\n', uid, mode)
    with pytest.raises(PolicyError) as caught:
        policy(machine)
    assert caught.value.reference == "policy-untrusted" and said in caught.value.message
    assert caught.value.context == path and "chmod go-w" in caught.value.hint


def test_a_machine_file_below_a_strangers_directory_is_an_error(machine: Machine) -> None:
    machine.put("/etc/pyguard/policy.toml", 'user-installs = "allow"\n')
    machine.owners["/etc/pyguard"] = ALICE
    with pytest.raises(PolicyError):
        policy(machine)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"#" + b"x" * (1 << 20)])
def test_a_file_that_is_no_text_or_too_long(machine: Machine, data: bytes) -> None:
    machine.put("/etc/pyguard/policy.toml", "")
    Path(machine.root, "etc/pyguard/policy.toml").write_bytes(data)
    with pytest.raises(PolicyError) as caught:
        policy(machine)
    assert caught.value.context.startswith("/etc/pyguard/policy.toml")


def test_a_directory_in_the_place_of_a_file_is_an_error(machine: Machine) -> None:
    Path(machine.root, "etc/pyguard/policy.toml").mkdir(parents=True)
    with pytest.raises(PolicyError) as caught:
        policy(machine)
    assert caught.value.reference == "policy-unreadable"


def test_a_compiled_policy_is_read_without_its_files(machine: Machine) -> None:
    store = Memory()
    machine.put("/etc/pyguard/policy.toml", EVERYTHING)
    first = load_policy(machine, asker(), RULES, "2026-11-23", store)
    texts = machine.texts
    second = load_policy(machine, asker(), RULES, "2026-11-24", store)
    assert store.hits == 1 and machine.texts == texts
    assert second.settings.today == "2026-11-24" and second.lines == first.lines
    assert second.settings.allowances == first.settings.allowances


def test_a_changed_file_is_compiled_again(machine: Machine) -> None:
    store = Memory()
    machine.put("/etc/pyguard/policy.toml", 'redirect = "ask"\n')
    load_policy(machine, asker(), RULES, "2026-11-23", store)
    machine.put("/etc/pyguard/policy.toml", 'redirect = "create"\n')
    found = load_policy(machine, asker(), RULES, "2026-11-23", store)
    assert found.settings.redirect is Redirect.CREATE and store.hits == 0


@pytest.mark.parametrize("kept", ["no JSON", "{}", '{"lines": 3}', '{"settings": {"redirect": "never"}}'])
def test_what_is_kept_and_not_understood_is_compiled_again(machine: Machine, kept: str) -> None:
    machine.put("/etc/pyguard/policy.toml", 'redirect = "ask"\n')
    store = Memory()
    load_policy(machine, asker(), RULES, "", store)
    store.kept = dict.fromkeys(store.kept, kept)
    found = load_policy(machine, asker(), RULES, "", store)
    assert found.settings.redirect is (Redirect.SUGGEST if kept == "{}" else Redirect.ASK)


def test_only_root_switches_pyguard_off(machine: Machine) -> None:
    assert not is_disabled(machine)
    machine.put("/etc/pyguard/disabled", "")
    assert is_disabled(machine)
    machine.owners["/etc/pyguard/disabled"] = ALICE
    assert not is_disabled(machine)
    machine.put("/etc/pyguard/disabled", "", mode=0o666)
    assert not is_disabled(machine)


def test_read_policy_finds_its_files(machine: Machine) -> None:
    machine.put(CONFIG, 'redirect = "ask"\n')
    assert read_policy(machine, asker(), RULES).settings.redirect is Redirect.ASK
