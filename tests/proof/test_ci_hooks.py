"""pre-commit, the GitHub action and the GitLab template, each installed from this checkout and run for real."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.checkout import CHECKOUT, tracked_files

BAD = "FROM ubuntu:24.04\nRUN pip install x\n"
GOOD = "FROM python:3.12\nRUN pip install x\n"
pytestmark = pytest.mark.proof


def run(argv: list[str], cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "GIT_"))}
    return subprocess.run(argv, cwd=cwd, env={**kept, **environ}, capture_output=True, text=True, check=False,
                          timeout=500)


def git(where: Path, *arguments: str) -> str:
    done = run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main",
                *arguments], where)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with this checkout's files and a tag, as people would name it."""
    top = tmp_path_factory.mktemp("published")
    for name in tracked_files():
        place = top / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes((CHECKOUT / name).read_bytes())
    git(top, "init", "-q")
    git(top, "add", "-A", "-f")
    git(top, "commit", "-q", "-m", "published")
    git(top, "tag", "v0.1.0")
    return top


def steps_of(published: Path) -> list[dict[str, Any]]:
    action = yaml.safe_load((published / "hooks/ci/github/action.yml").read_text(encoding="utf-8"))
    return list(action["runs"]["steps"])


@pytest.mark.core
def test_pre_commit_at_a_pinned_version(published: Path, tmp_path: Path) -> None:
    made = run([sys.executable, "-m", "venv", str(tmp_path / "tools")], tmp_path)
    assert made.returncode == 0, made.stderr
    installed = run([str(tmp_path / "tools/bin/pip"), "install", "-q", "pre-commit"], tmp_path)
    assert installed.returncode == 0, installed.stderr
    project = tmp_path / "project"
    project.mkdir()
    git(project, "init", "-q")
    (project / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {published}\n  rev: v0.1.0\n  hooks:\n  - id: pyguard-check\n", encoding="utf-8")
    for text, code in ((BAD, 1), (GOOD, 0)):
        (project / "Dockerfile").write_text(text, encoding="utf-8")
        git(project, "add", "-A")
        done = run([str(tmp_path / "tools/bin/pre-commit"), "run", "--all-files"], project,
                   PRE_COMMIT_HOME=str(tmp_path / "cache"))
        assert done.returncode == code, done.stdout + done.stderr
        assert ("protected-interpreter-install" in done.stdout) == bool(code)


@pytest.mark.core
def test_the_github_action_s_steps(published: Path, tmp_path: Path) -> None:
    install, check = steps_of(published)
    temporary = tmp_path / "runner"
    temporary.mkdir()
    (tmp_path / "Dockerfile").write_text(BAD, encoding="utf-8")
    done = run(["bash", "-e", "-o", "pipefail", "-c", install["run"]], tmp_path, RUNNER_TEMP=str(temporary),
               PYGUARD_VERSION="", PYGUARD_ACTION=str(published / "hooks/ci/github"))
    assert done.returncode == 0, done.stdout + done.stderr
    done = run(["bash", "-e", "-o", "pipefail", "-c", check["run"]], tmp_path, RUNNER_TEMP=str(temporary),
               PYGUARD_PATHS=".", PYGUARD_ARGUMENTS="--exclude runner/")
    assert done.returncode == 10, done.stderr
    assert done.stdout.startswith("::error file=Dockerfile,line=2,endLine=2,col=5,title=pyguard%3A protected-")


@pytest.mark.full
def test_the_gitlab_template_s_job(published: Path, tmp_path: Path) -> None:
    job = yaml.safe_load((published / "hooks/ci/gitlab.yml").read_text(encoding="utf-8"))["pyguard-check"]
    wheels = tmp_path / "wheels"
    built = run([sys.executable, "-m", "pip", "wheel", "-q", "-w", str(wheels), str(published)], tmp_path)
    assert built.returncode == 0, built.stderr
    project = tmp_path / "project"
    project.mkdir()
    (project / "Dockerfile").write_text(BAD, encoding="utf-8")
    script = "\n".join(job["script"]).replace("/opt/pyguard", str(tmp_path / "opt")).replace(
        "python -m venv", f"{sys.executable} -m venv")
    done = run(["sh", "-e", "-c", script], project, PIP_FIND_LINKS=str(wheels), PIP_NO_INDEX="1", **job["variables"])
    assert done.returncode == 10, done.stdout + done.stderr
    report = job["artifacts"]["reports"]["codequality"]
    (entry,) = json.loads((project / report).read_text(encoding="utf-8"))
    assert entry["check_name"] == "protected-interpreter-install"
    assert entry["location"] == {"path": "Dockerfile", "lines": {"begin": 2, "end": 2}}
