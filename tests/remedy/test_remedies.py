"""What is offered instead, by machine and by request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pyguard.model.conda import CondaSetup
from pyguard.model.facts import EnvironmentKind, PipBuild, Tool
from pyguard.model.remedy import Remedy
from pyguard.model.request import SourceKind
from pyguard.model.verdict import Level, Verdict
from pyguard.remedy import propose
from pyguard.remedy.conda_specs import conda_spec
from pyguard.remedy.names import suggest_name
from pyguard.remedy.target_python import choose_python
from pyguard.remedy.translate import translate
from tests.builders import USER_SITE, a_request, a_wanted, an_interpreter, some_facts

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


def test_without_a_home_nothing_in_it_is_promised() -> None:
    """HOME=/nonexistent, as Debian's nobody has it, or none at all."""
    facts = some_facts(environment=replace(some_facts().environment, home="/nonexistent", homeless=True))
    tools = tuple(Tool(name, f"/usr/bin/{name}") for name in ("uv", "pixi"))
    found = propose(replace(facts, tools=(*facts.tools, *tools)), a_request(), BLOCK)
    homely = [remedy for remedy in found if remedy.id in ("venv", "uv-venv", "pixi")]
    assert len(homely) == 3 and not any(remedy.runnable for remedy in homely)
    assert all("DIR/cryptography" in remedy.creates and "DIR: a directory" in remedy.note for remedy in homely)
    assert "/nonexistent" not in str([remedy.steps for remedy in homely])


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


@pytest.mark.parametrize(("pip", "filled"), [
    (PipBuild("/usr/lib/python3/dist-packages/pip", "23.0.1"), True),
    (PipBuild("/usr/lib/python3/dist-packages/pip", "22.2"), False), (None, False),
    (PipBuild(USER_SITE + "/pip", "26.3"), False)])
def test_the_pip_that_is_there_fills_the_environment_if_it_can(pip: PipBuild | None, filled: bool) -> None:
    facts = some_facts(tools=(Tool("apt-get", "/usr/bin/apt-get"),), pip=pip)
    venv = next(remedy for remedy in propose(facts, a_request(uid=0), BLOCK) if remedy.id == "venv")
    assert (venv.steps[1].argv[:5] == ("/usr/bin/python3", "-I", "-m", "pip", "--python")) is filled
    assert (venv.steps[0].argv[:2] == ("apt-get", "install")) is not filled


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
    ("<2", "x <2.0a0"), (">=1,<2", "x <2.0a0,>=1"), ("~=1.2", "x ~=1.2"), ("~=1.2.post1", "x >=1.2.0.0.post1,1.*"),
    ("==1.0-1", "x==1.0.post1"), ("===1.0", "x==1.0"), ("==1!2.0", "x==1!2.0"), ("!=1.2.*", "x !=1.2.*"),
    ("<2.0rc1", "x <2.0rc1"),
])
def test_conda_specs(specifier: str, spec: str) -> None:
    assert conda_spec("x", specifier) == spec


def all_of(*tools: Tool, **fields: object) -> dict[str, Remedy]:
    facts = some_facts(tools=(*some_facts().tools, *tools), **fields)
    return {remedy.id: remedy for remedy in propose(facts, a_request(a_wanted("black==24.1")), BLOCK)}


def test_everything_that_is_there_is_offered_in_order_of_fit_with_the_reason() -> None:
    found = all_of(CONDA, Tool("pixi", "/usr/bin/pixi"), Tool("uv", "/srv/uv"), Tool("pipx", "/usr/bin/pipx"),
                   Tool("active-venv", "/home/alice/v"))
    assert list(found) == ["active-environment", "pipx", "uv-tool", "conda-create", "pixi", "uv-venv", "venv"]
    assert all(remedy.reason for remedy in found.values())
    assert found["pipx"].steps[0].argv == ("pipx", "install", "black==24.1")
    assert found["uv-tool"].steps[0].argv == ("/srv/uv", "tool", "install", "black==24.1")    # not on PATH: by its path
    assert found["active-environment"].steps[0].argv[:4] == ("/home/alice/v/bin/python", "-m", "pip", "install")
    assert [step.argv[1] for step in found["pixi"].steps] == ["init", "add", "run", "shell"]
    assert found["uv-venv"].steps[0].argv[:4] == ("/srv/uv", "venv", "--python", "/usr/bin/python3")


def test_a_named_conda_environment_that_is_active_is_installed_into_and_never_created() -> None:
    facts = some_facts(tools=(CONDA, Tool("active-conda", "/opt/conda/envs/dev", "named")))
    first = propose(facts, a_request(a_wanted("numpy"), a_wanted("unknown-thing")), BLOCK)[0]
    assert [step.argv for step in first.steps] == [
        ("conda", "install", "-n", "dev", "--override-channels", "-c", "conda-forge", "numpy"),
        ("conda", "run", "-n", "dev", "python", "-m", "pip", "install", "unknown-thing")]


def test_configured_channels_are_used_as_they_are_and_defaults_is_spoken_of() -> None:
    names = (("numpy", "numpy"),)
    for channels, spoken in ((("conda-forge",), False), (("defaults",), True), (("pkgs/main",), True), ((), False),
                             (("https://mirror.example/defaults-free",), False)):
        conda = propose(some_facts(tools=(CONDA,), conda=CondaSetup(channels, names)), a_request(a_wanted("numpy")),
                        BLOCK)[0]
        assert ("-c" in conda.steps[0].argv) is (not channels)
        assert ("terms" in conda.note) is spoken
        assert "defaults" not in conda.steps[0].argv


def test_pip_itself_is_a_matter_for_a_venv() -> None:
    assert ids(propose(some_facts(tools=(*some_facts().tools, CONDA)), a_request(a_wanted("pip")), BLOCK)) == ["venv"]


def test_base_gets_an_environment_beside_it_and_no_os_package() -> None:
    base = an_interpreter(path="/opt/conda/bin/python", kind=EnvironmentKind.CONDA_BASE, prefix="/opt/conda",
                          runs_os_tools=False)
    facts = some_facts(tools=(*some_facts().tools, CONDA), interpreter=base)
    found = propose(facts, a_request(a_wanted("cryptography==38.0.4")), Verdict(Level.WARN))
    assert ids(found) == ["conda-create", "venv"]


@pytest.mark.parametrize(("minor", "requires", "python"), [
    ("3.11", "", "3.11"), ("3.9", "", "3.12"), ("3.11", ">=3.12", "3.12"), ("3.11", ">=3.13", "3.13"),
    ("3.13", "<3.12", "3.11"), ("3.11", ">=3.11.4", "3.11"), ("3.11", "nonsense", "3.11"), ("3.11", "<3", "3.11"),
])
def test_the_python_of_the_new_environment(minor: str, requires: str, python: str) -> None:
    facts = some_facts(interpreter=an_interpreter(version=f"{minor}.2"))
    assert choose_python(facts, (a_wanted(requires_python=requires),)) == python


def test_the_python_that_a_channel_has_builds_for() -> None:
    assert choose_python(some_facts(), (), [frozenset({"3.10", "3.12"}), frozenset()]) == "3.12"
    assert choose_python(some_facts(), (), [frozenset({"2.7"})]) == "3.11"


def test_markers_hold_for_the_new_environment() -> None:
    wanted = (a_wanted("numpy", marker="python_version >= '3.12'"),
              a_wanted("pandas", marker="python_version < '3.12'"))
    for minor, specs in (("3.11", ("pandas",)), ("3.12", ("numpy",))):
        facts = some_facts(interpreter=an_interpreter(version=f"{minor}.1"))
        assert translate(facts, a_request(*wanted)).specs == specs


@pytest.mark.parametrize("changes", [{"index_options": ("--index-url", "https://i.example")}, {"no_deps": True},
                                     {"wanted": (a_wanted("numpy==1", hashed=True),)}])
def test_what_conda_cannot_express_is_pips_alone(changes: dict[str, object]) -> None:
    request = replace(a_request(a_wanted("numpy==1")), **changes)
    conda = propose(some_facts(tools=(CONDA,)), request, BLOCK)[0]
    assert conda.steps[0].argv[-2:] == ("python=3.11", "pip") and "numpy==1" in conda.steps[1].argv
    assert not changes.get("no_deps") or "--no-deps" in conda.steps[1].argv


def test_what_was_asked_of_conda_stays_as_it_was_written() -> None:
    """`conda install -n base docker python=3.12`: conda's own names, not PyPI's."""
    wanted = (a_wanted("docker", specifier=""), a_wanted("python=3.12", name="python", specifier=""))
    facts = some_facts(tools=(*some_facts().tools, CONDA), conda=CondaSetup(names=(("docker", "docker-py"),)))
    (only,) = propose(facts, a_request(*wanted, frontend="conda"), Verdict(Level.WARN))
    assert only.steps[0].argv == ("conda", "create", "-n", "docker-py311", "--override-channels", "-c", "conda-forge",
                                  "docker", "python=3.12")
