"""The readers of files: nothing that a file holds makes one raise, and broken text is said to be not checked."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from pyguard.host import Host
from pyguard.intake.files.dockerfile_text import read_instructions
from pyguard.intake.files.kinds import DOCUMENTS, KINDS, load_kind, read_as
from pyguard.intake.files.repository import FileText, Repository
from pyguard.intake.files.yaml_nodes import YamlError, compose, compose_all
from tests.check.fixtures import bundles, read_bundle

MODULES = [name for name, _ in (*KINDS, DOCUMENTS)]
JUNK = ("", "\0", "{", "[", "'", '"', "|", ">", "&a *a", "<<: *x", "- ", ": ", "\t", "${", "$(", "<<EOF", "FROM",
        "RUN \\",
        "jobs:\n  a:\n    steps: 3\n", "run: |\n", "!!python/object:os.system x", "%", "@", "\ufeff", "é" * 10)


def samples() -> list[tuple[str, str]]:
    return [(name, text) for path in bundles() for name, text in list(read_bundle(path).files.items())[:12]]


@pytest.mark.parametrize("module", MODULES)
def test_no_text_makes_a_reader_raise(module: str, tmp_path: Path) -> None:
    kind = load_kind(module)
    repository = Repository(Host(), str(tmp_path))
    rng = random.Random(module)
    for name, text in samples():
        for _ in range(3):
            cut = rng.randrange(len(text) + 1)
            broken = text[:cut] + rng.choice(JUNK) + text[cut + rng.randrange(20):]
            kind.claims(name, broken[:4096])
            read_as(kind, FileText(name, broken), repository)
    for junk in JUNK:
        read_as(kind, FileText("x", junk * 50), repository)


@pytest.mark.parametrize("module", ["github_workflow", "gitlab_ci", "circleci", "azure_pipelines", "travis",
                                    "bitbucket", "drone", "cirrus", "appveyor", "buildkite",
                                    "taskfile", "ansible", "salt", "package_json", "devcontainer", "python_source"])
def test_what_cannot_be_parsed_is_named(module: str, tmp_path: Path) -> None:
    reading = read_as(load_kind(module), FileText("x", "a: [1\nb: }{"), Repository(Host(), str(tmp_path)))
    assert [each.path for each in reading.skipped] == ["x"]


@pytest.mark.parametrize("text", ["x: " + "{" * 100_000, "[" * 100_000, "- " * 100_000 + "x", "? " * 100_000 + "x",
                                  "a: [" + "{b: [" * 50_000])
def test_what_is_nested_too_deep_for_the_parser_is_no_yaml(text: str) -> None:
    for read in (compose, compose_all):    # libyaml ended the process, on Python 3.9
        with pytest.raises(YamlError):
            read(text)


def test_many_brackets_are_not_deep() -> None:
    assert compose("a: [" + "{b: []}, " * 5000 + "x]") is not None
    assert len(compose("- - x\n" * 5000).value) == 5000


def test_an_alias_bomb_ends(tmp_path: Path) -> None:
    levels = "\n".join(f"l{n}: &l{n} [" + ", ".join([f"*l{n - 1}"] * 9) + "]" for n in range(1, 9))
    text = f"l0: &l0 [pip install x]\n{levels}\nj:\n  image: debian:12\n  script: *l8\n"
    read_as(load_kind("gitlab_ci"), FileText(".gitlab-ci.yml", text), Repository(Host(), str(tmp_path)))


def test_a_repository_does_not_leave_its_directory(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.sh").write_text("pip install x")
    (inside / "link.sh").symlink_to("../secret.sh")
    repository = Repository(Host(), str(inside))
    assert repository.read("../secret.sh") is None
    assert repository.read("link.sh") is None


@pytest.mark.parametrize(("text", "expected"), [
    ("FROM x\nRUN a \\\n  # c\n\n  b\nCMD c", [("FROM", 1, 1), ("RUN", 2, 5), ("CMD", 6, 6)]),
    ("# escape=`\nRUN a `\n b", [("RUN", 2, 3)]),
    ("RUN <<A <<B\n1\nA\n2\nB\nCMD x", [("RUN", 1, 5), ("CMD", 6, 6)]),
    ("RUN cat <<never\nCMD x", [("RUN", 1, 1), ("CMD", 2, 2)]),
    ("RUN a \\", [("RUN", 1, 1)]),
])
def test_instructions(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert [(each.keyword, each.line, each.end_line) for each in read_instructions(text)] == expected


@pytest.mark.parametrize("module, name, text", [
    *(("jenkinsfile", "Jenkinsfile", text) for text in (
        "\\'" * 100_000, "withEnv([" * 20_000, "sh" + " " * 100_000, "/*" * 50_000, "{" * 50_000 + "}" * 50_000,
        "{" * 20_000 + "sh 'pip install x'\n" * 200, "a.inside(" * 20_000, "'''\\" * 20_000)),
    ("azure_pipelines", "azure-pipelines.yml", "x0: &x0 []\n" + "".join(
        f"x{n}: &x{n}\n" + f"  - ${{{{ if a }}}}: *x{n - 1}\n" * 10 for n in range(1, 15)) + "steps: *x14\n"),
    ("gitlab_ci", ".gitlab-ci.yml", "".join(
        f".a{n}:\n  script: [{', '.join([f'!reference [.a{n + 1}, script]'] * 10)}]\n" for n in range(12))
        + "j:\n  script: !reference [.a0, script]\n"),
    ("python_source", "a.py", "with venv():\n  run('pip install x')\n" * 2000),
    ("makefile", "justfile", "a:\n" + "  #!/bin/sh\n  x\n" * 2000),
    ("github_workflow", "a.yml", "jobs:\n  a:\n    runs-on: x\n    steps:\n" + "".join(
        f"      - if: {condition}\n        run: pip install {'${{ ' * 5000}\n"
        for condition in ("(" * 5000, "a || " * 5000, "!" * 5000, "'" * 5001))),
    ("github_workflow", "b.yml", "x0: &x0 {a: b}\n" + "".join(
        f"x{n}: &x{n} {{{', '.join(f'k{m}: *x{n - 1}' for m in range(10))}}}\n" for n in range(1, 9))
        + "jobs:\n  a:\n    strategy: {matrix: {a: [*x8]}}\n    steps: [run: pip install]\n"),
    ("sections", "a.def", "Bootstrap: docker\nFrom: x\n%post\npip\n" * 2000),
    ("cloud_init", "user-data", "Content-Type: multipart/mixed\n\n" + "--x\nA: b\n" * 20_000),
    ("vagrantfile", "Vagrantfile", 'c.vm.box = "x"\nc.vm.provision "shell", inline: "pip install x"\n' * 1000),
    ("documents", "a.md", "<pre>\n" * 20_000),
    *(("chef", "recipes/a.rb", text) for text in (
        "execute 'pip install x' do\n" * 5000, "execute 'pip install x' do\n" * 2000 + "end\n" * 2000,
        "bash 'x' do\n  code <<-E\npip install x\nE\nend\n" * 2000, "x <<E\n" * 20_000, "\"#{" * 50_000,
        "'" * 50_001, "python_pip x\n" * 5000, "\\\n" * 50_000, "if x\n" * 20_000 + "python_pip x\n" * 200)),
    *(("puppet", "a.pp", text) for text in (
        "package { 'x': provider => pip, " * 3000, "exec { '/usr/bin/pip install x': }\n" * 3000,
        "{" * 50_000 + "}" * 50_000, "\"${" * 50_000, "case x { y: {" * 5000 + "package { 'x': provider => pip }" * 200,
        "ensure_packages(" * 3000, "@(E)\n" * 20_000, "/*" * 50_000)),
    *(("salt", "a.sls", text) for text in (
        "x: pip.installed\n" * 3000, "{% if x %}\n" * 10_000, "{{" * 50_000, "{%" * 50_000,
        "{% if x %}\n" * 2000 + "x: pip.installed\n" * 500 + "{% endif %}\n" * 2000)),
])
def test_no_text_takes_a_reader_longer_than_it_is_long(module: str, name: str, text: str, tmp_path: Path) -> None:
    begun = time.monotonic()
    read_as(load_kind(module), FileText(name, text), Repository(Host(), str(tmp_path)))
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("module", MODULES)
def test_blank_lines_do_not_keep_a_reader_from_saying_whether_a_file_is_its_own(module: str) -> None:
    begun = time.monotonic()
    for text in ("\n \n" * 5000, " " * 15_000, "\t\n" * 7500, "%post\n" * 3000, "a:\n" * 5000):
        load_kind(module).claims("a.yml", text)
        load_kind(module).claims("Jenkinsfile", text)
    assert time.monotonic() - begun < 5
