"""Generated text for the shell, Dockerfile and YAML readers: nothing raises, places lie in the file, meaning stays."""

from __future__ import annotations

import shlex
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyguard.checking import check_files
from pyguard.checking.assess import World, assess_all
from pyguard.checking.check_files import Job
from pyguard.host import Host
from pyguard.intake.files.dockerfile_text import read_instructions
from pyguard.intake.files.kinds import load_kind, read_as
from pyguard.intake.files.repository import FileText, Repository
from pyguard.intake.shell.reader import read_shell
from pyguard.intake.shell.run import ShellRun
from pyguard.intake.shell.state import State
from pyguard.intake.source_text import SourceText
from pyguard.model.report import CheckReport
from tests.check.fixtures import bundles, read_bundle

PIECES = st.sampled_from([
    "pip install x", "sudo pip3 install y", "python3 -m venv v", ". v/bin/activate", "deactivate", "if", "then", "fi",
    "else", "elif", "for a in b", "do", "done", "while", "case $x in", "a)", ";;", "esac", "f() {", "}", "{", "(", ")",
    "$(", "`", "'", '"', "\\", "\n", " ", ";", "&&", "||", "|", "&", ">", ">>", "<<E", "<<-'E'", "E", "<(", "$((", "[[",
    "]]", "#", "${a:-", "${", "$x", "=", "a=", "a+=(", "eval", "bash -c", "xargs", "env", "cd /", "export PATH=", "\t",
    "\r\n", "é", "\x00", "conda activate", "source", "exit", "!", "function g", "apt-get install -y python3-pip"])
SHELL = st.lists(PIECES, max_size=40).map(" ".join)
DOCKER = st.lists(st.one_of(PIECES, st.sampled_from([
    "FROM ubuntu:24.04\n", "FROM python:3.12 AS b\n", "FROM b\n", "RUN ", "RUN <<E\n", "ENV PATH=/v/bin:$PATH\n",
    "ENV a b\n", "ARG X=1\n", "USER app\n", "SHELL [", "COPY <<E /x\n", "ONBUILD RUN ", "# escape=`\n", "\\\n",
    "WORKDIR /a\n", "RUN --mount=type=bind,source=a,target=/b ", '["pip", "install"]\n', "CMD "])),
    max_size=40).map("".join)
YAML = st.lists(st.one_of(PIECES, st.sampled_from([
    "on: push\n", "jobs:\n", "  a:\n", "    runs-on: ubuntu-latest\n", "    steps:\n", "      - run: ",
    "      - run: |\n",
    "          ", "      - uses: actions/setup-python@v5\n", "      - uses: ./a\n", "&x ", "*x", "<<: ", "- ",
    "? ", ": ",
    "[", "]", "{", "}", "!!set ", "%YAML 9\n", "---\n", "...\n", ">-\n", "script:\n", "image: debian\n", "- pip:\n",
    "    name: x\n", "services:\n", "    command: ", "#cloud-config\n", "runcmd:\n", "hosts: all\n", "tasks:\n",
    "pipelines:\n", "  - step:\n", "steps:\n", "    commands:\n", "task:\n", "  container:\n", "  a_script: "])),
    max_size=40).map("".join)
YAML_KINDS = ("github_workflow", "github_action", "gitlab_ci", "circleci", "azure_pipelines", "travis", "bitbucket",
              "drone", "cirrus", "appveyor", "buildkite", "taskfile", "ansible", "salt", "cloud_init",
              "compose_file")
COMMON = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def places_lie_inside(text: str, kind: str, top: Path) -> None:
    reading = read_as(load_kind(kind), FileText("x", text), Repository(Host(), str(top)))
    count = text.count("\n") + 1
    for finding in assess_all(reading.commands, World()):
        assert 1 <= finding.location.line <= max(finding.location.end_line, finding.location.line) <= count


@COMMON
@given(SHELL)
def test_shell(tmp_path: Path, text: str) -> None:
    places_lie_inside(text, "shell_script", tmp_path)
    places_lie_inside(text, "makefile", tmp_path)


@COMMON
@given(DOCKER)
def test_dockerfile(tmp_path: Path, text: str) -> None:
    places_lie_inside(text, "dockerfile", tmp_path)
    lines = [(each.line, each.end_line) for each in read_instructions(text)]
    assert all(first <= last for first, last in lines)
    assert all(before[1] < after[0] for before, after in zip(lines, lines[1:]))


@COMMON
@given(YAML, st.sampled_from(YAML_KINDS))
def test_yaml(tmp_path: Path, text: str, kind: str) -> None:
    places_lie_inside(text, kind, tmp_path)


@COMMON
@given(st.text(max_size=200))
def test_any_text_is_a_script(text: str) -> None:
    read_shell(text)


def verdicts(text: str) -> list[tuple[str, str]]:
    shell = ShellRun()
    shell.run_script(SourceText(text, "x"), State())
    return [(each.rule, each.confidence.name) for each in assess_all(shell.found, World())]


SCRIPTS = [text for path in bundles() if path.stem.startswith("shell") for name, text in read_bundle(path).files.items()
           if name.endswith(".sh")]


@pytest.mark.parametrize("text", SCRIPTS, ids=range(len(SCRIPTS)))
def test_what_means_the_same_is_judged_the_same(text: str) -> None:
    plain = sorted(verdicts(text))
    if "<<" not in text:
        assert sorted(verdicts("".join(f"  {line}" for line in text.splitlines(True)))) == plain
    assert sorted(verdicts(f"{{\n{text}\n}}")) == plain
    assert sorted(verdicts(text.replace("pip install", "pip \\\n  install"))) == plain
    if not text.startswith("#!") and "$0" not in text:
        assert {each[0] for each in verdicts("bash -c " + shlex.quote(text))} == {each[0] for each in plain}


def test_in_an_active_environment_only_sudo_and_paths_are_left() -> None:
    for command in ("pip install x", "python3 -m pip install x", "pip3 install -r r.txt", "easy_install x",
                    "python setup.py install"):
        assert verdicts(f"apt-get install -y python3-pip\n{command}\n")
        assert not verdicts(f"apt-get install -y python3-pip\npython3 -m venv v\n. v/bin/activate\n{command}\n")
    assert verdicts("python3 -m venv v\n. v/bin/activate\nsudo pip install x\n")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")    # raised in a callback, see AGAIN
def test_a_file_has_its_time_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_files, "SECONDS", 0.2)
    text = "#!/bin/sh\n" + "sudo pip install x && \\\n" * 80_000
    (tmp_path / "slow.sh").write_text(text, encoding="utf-8")
    job = Job(str(tmp_path), World())

    def spent(report: CheckReport) -> float:
        assert [each.reason for each in report.not_checked] == ["took more than 0 seconds"]
        return time.monotonic() - begun

    begun = time.monotonic()
    assert spent(job.check("slow.sh")) < 5
    begun = time.monotonic()
    assert spent(job.check_text(text.encode(), "slow.sh")) < 5


@pytest.mark.parametrize("text", [
    "".join(f"cat <<E{n}\npip install x\nE{n}\n" for n in range(3000)), "cat " + "<<E " * 3000 + "\nE\n" * 3000,
    "(" * 5000 + "sudo pip install x", "if true; then\n" * 5000, "$(" * 5000, "`" * 5001, "'" * 5001,
    "f() { f; f; sudo pip install x; }\nf\n", "a=$a$a\n" * 3000 + "sudo pip install $a",
    "x | " * 5000 + "bash", "$(# )\n" * 5000, '"$(case x in a) "' * 3000, '"$(' + "<<E " * 3000 + "\nE\n" * 3000 + ')"',
], ids=["documents", "one line's documents", "parentheses", "ifs", "substitutions", "backquotes", "quotes", "recursion",
        "doubling", "pipes", "comments in substitutions", "open cases", "documents in a substitution"])
def test_deep_and_many(text: str, tmp_path: Path) -> None:
    begun = time.monotonic()
    (tmp_path / "a.sh").write_text("#!/bin/sh\n" + text, encoding="utf-8")
    Job(str(tmp_path), World()).check("a.sh")
    assert time.monotonic() - begun < check_files.SECONDS + 2


def test_a_script_that_calls_its_namesakes_is_not_walked_for_each(tmp_path: Path) -> None:
    """`(cd lang/x; ./build.sh test)`, where only this one of that name is here: Apache Avro's took the whole bound."""
    calls = "".join(f"(cd lang/{number}; ./build.sh lint test)\n" for number in range(60))
    (tmp_path / "build.sh").write_text(f"#!/bin/bash\n{calls}sudo pip install twine\n", encoding="utf-8")
    flow = tmp_path / ".github/workflows/ci.yml"
    flow.parent.mkdir(parents=True)
    flow.write_text("on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: ./build.sh test\n",
                    encoding="utf-8")
    begun = time.process_time()
    report = Job(str(tmp_path), World()).check("build.sh")
    assert [each.location.line for each in report.findings] == [62]
    assert time.process_time() - begun < 3
