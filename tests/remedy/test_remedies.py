"""What is offered instead, by machine and by request."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pyguard.model.facts import Tool
from pyguard.model.remedy import Remedy
from pyguard.model.request import SourceKind
from pyguard.model.verdict import Level, Verdict
from pyguard.remedy import propose
from pyguard.remedy.conda_specs import conda_spec
from pyguard.remedy.names import suggest_name
from tests.builders import a_request, a_wanted, some_facts

CONDA = Tool("conda", "/opt/conda/bin/conda")
BLOCK = Verdict(Level.BLOCK)
COWSAY = (("cowsay", "python3-cowsay"),)


def ids(remedies: Sequence[Remedy]) -> list[str]:
    return [remedy.id for remedy in remedies]


def test_conda_comes_first_where_it_is_there() -> None:
    facts = some_facts(tools=(*some_facts().tools, CONDA))
    (conda, venv) = propose(facts, a_request(), BLOCK)
    assert (conda.id, venv.id) == ("conda-create", "venv")
    assert conda.steps[0].argv == ("conda", "create", "-n", "cryptography-py311", "--override-channels", "-c",
                                   "conda-forge", "python=3.11", "cryptography==42.0")
    assert conda.steps[1].argv == ("conda", "activate", "cryptography-py311")


def test_conda_comes_second_where_it_is_not() -> None:
    (venv, conda) = propose(some_facts(), a_request(), BLOCK)
    assert (venv.id, conda.id) == ("venv", "conda-create")
    assert not conda.runnable and "conda-forge.org" in conda.note
    assert [step.argv for step in venv.steps] == [
        ("/usr/bin/python3", "-m", "venv", "/home/alice/.venvs/cryptography-py311"),
        ("/home/alice/.venvs/cryptography-py311/bin/pip", "install", "cryptography==42.0")]


def test_a_name_that_is_taken_is_never_offered() -> None:
    facts = some_facts(prefixes=("/opt/conda/envs/cryptography-py311", "/home/alice/.venvs/cryptography-py311-2"))
    assert suggest_name(facts, a_request()) == "cryptography-py311-3"


@pytest.mark.parametrize(("wanted", "name"), [
    (a_wanted("base"), "base-env-py311"),
    (a_wanted("./x", name="", source=SourceKind.DIRECTORY), "alice-py311"),
    (a_wanted("x" * 90), "x" * 40 + "-py311"),
])
def test_names_are_valid_everywhere(wanted: object, name: str) -> None:
    assert suggest_name(some_facts(), a_request(wanted)) == name    # type: ignore[arg-type]


def test_the_os_package_that_is_there_needs_nothing() -> None:
    remedy = propose(some_facts(), a_request(a_wanted("cryptography==38.0.4")), BLOCK)[0]
    assert remedy.id == "os-package" and not remedy.steps
    assert "python3-cryptography is installed" in remedy.note


def test_the_os_package_from_the_archive_for_root() -> None:
    facts = some_facts(archive=(("python3-cowsay", "1:2.0-1"), ("python3-yaml", "6.0-3")), os_names=COWSAY)
    remedy = propose(facts, a_request(a_wanted("cowsay==2.0"), uid=0), BLOCK)[0]
    assert remedy.steps[0].argv == ("apt-get", "install", "python3-cowsay")


def test_the_os_package_for_a_user_without_sudo_is_not_runnable() -> None:
    facts = some_facts(archive=(("python3-cowsay", "2.0-1"),), os_names=COWSAY)
    found = propose(facts, a_request(a_wanted("cowsay")), BLOCK)
    assert ids(found)[0] == "venv" and not next(remedy for remedy in found if remedy.id == "os-package").runnable


def test_an_os_package_of_the_wrong_version_is_no_remedy() -> None:
    facts = some_facts(archive=(("python3-cowsay", "1.0-1"),), os_names=COWSAY)
    assert "os-package" not in ids(propose(facts, a_request(a_wanted("cowsay==2.0")), BLOCK))


def test_without_ensurepip_pyguards_own_pip_fills_the_environment() -> None:
    tools = (Tool("apt-get", "/usr/bin/apt-get"), Tool("pyguard-pip", "/opt/pg/bin/python3"))
    for uid in (0, 1000):
        venv = propose(some_facts(tools=tools), a_request(uid=uid), BLOCK)[0]
        assert venv.steps[0].argv[:4] == ("/usr/bin/python3", "-m", "venv", "--without-pip")
        assert venv.steps[1].argv[:5] == ("/opt/pg/bin/python3", "-I", "-m", "pip", "--python")


def test_without_any_pip_root_installs_the_os_package_and_a_user_asks_for_it() -> None:
    root = propose(some_facts(tools=(Tool("apt-get", "/usr/bin/apt-get"),)), a_request(uid=0), BLOCK)[0]
    assert root.steps[0].argv == ("apt-get", "install", "-y", "python3.11-venv")
    nothing = propose(some_facts(tools=()), a_request(), BLOCK)
    assert not any(remedy.runnable for remedy in nothing)


def test_what_conda_cannot_say_is_left_to_pip_inside_the_environment() -> None:
    local = a_wanted(".", name="simple-math", source=SourceKind.DIRECTORY, editable=True, url="/home/alice/math")
    facts = some_facts(tools=(CONDA,))
    steps = propose(facts, a_request(a_wanted("numpy"), local), BLOCK)[0].steps
    assert steps[0].argv[-2:] == ("numpy", "pip")
    assert steps[1].argv == ("conda", "run", "-n", "dev_env", "python", "-m", "pip", "install", "-e", ".")


def test_nothing_is_offered_for_what_is_allowed_or_removed() -> None:
    assert propose(some_facts(), a_request(), Verdict(Level.ALLOW)) == ()


@pytest.mark.parametrize(("specifier", "spec"), [
    ("", "x"), ("==1.2.3", "x==1.2.3"), ("==1.2.*", "x=1.2"), (">=1.0,==1.2.*", "x 1.2.*,>=1.0"),
    ("<2", "x <2.0a0"), (">=1,<2", "x <2.0a0,>=1"), ("~=1.2", "x ~=1.2"), ("~=1.2.post1", "x >=1.2.post1,1.*"),
    ("==1.0-1", "x==1.0.post1"), ("===1.0", "x==1.0"), ("==1!2.0", "x==1!2.0"), ("!=1.2.*", "x !=1.2.*"),
    ("<2.0rc1", "x <2.0rc1"),
])
def test_conda_specs(specifier: str, spec: str) -> None:
    assert conda_spec("x", specifier) == spec
