"""`pyguard check` as it is called: exit codes, what is said of bad input, pragmas, baseline, settings, fixes."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pyguard.checking import read_file
from pyguard.cli.check import run
from pyguard.errors import PyguardError
from pyguard.intake.circumstances import Reading
from pyguard.intake.files.callers import read_once
from pyguard.intake.files.kinds import FileKind
from pyguard.intake.files.repository import FileText, Repository
from tests.checkout import CHECKOUT

BAD = "FROM ubuntu:24.04\nRUN pip install x\n"
GOOD = "FROM python:3.12\nRUN pip install x\n"


def check(top: Path, *arguments: str) -> tuple[int, str]:
    out, err = io.StringIO(), io.StringIO()
    code = run(arguments, environ={}, cwd=str(top), uid=0, stdout=out, stderr=err)
    return code, out.getvalue()


def findings(top: Path, *arguments: str) -> list[dict[str, object]]:
    return list(json.loads(check(top, "--format", "json", *arguments)[1])["findings"])


def not_checked(top: Path, *arguments: str) -> dict[str, str]:
    return {each["path"]: each["reason"]
            for each in json.loads(check(top, "--format", "json", *arguments)[1])["not_checked"]}


def write(top: Path, name: str, text: str) -> Path:
    path = top / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_exit_codes(tmp_path: Path) -> None:
    write(tmp_path, "Dockerfile", GOOD)
    assert check(tmp_path)[0] == 0
    write(tmp_path, "Dockerfile", BAD)
    assert check(tmp_path)[0] == 10
    assert check(tmp_path, "--exit-zero")[0] == 0
    assert check(tmp_path, "--ignore", "protected-interpreter-install")[0] == 0
    assert check(tmp_path, "--select", "system-python-removed")[0] == 0


def test_possible_findings_count_only_when_asked_for(tmp_path: Path) -> None:
    write(tmp_path, "run.sh", "#!/bin/sh\npip install x\n")
    assert check(tmp_path)[0] == 0
    assert check(tmp_path, "--confidence", "possible")[0] == 10
    assert [each["confidence"] for each in findings(tmp_path)] == ["possible"]


@pytest.mark.parametrize("arguments", [["--nothing"], ["--format", "html"], ["--jobs", "many"], ["--jobs", "²"],
                                       ["--jobs", "0"], ["--jobs", "9" * 5000], ["--select", "no-rule"],
                                       ["--output"], ["--docs=yes"], ["no-such-file"], ["--paths", "x"]])
def test_usage_errors(tmp_path: Path, arguments: list[str]) -> None:
    with pytest.raises(PyguardError) as caught:
        check(tmp_path, *arguments)
    assert caught.value.exit_code == 2


def test_a_finding_says_where_why_and_what_instead(tmp_path: Path) -> None:
    write(tmp_path, "Dockerfile", "FROM ubuntu:24.04\nRUN apt-get install -y python3-pip && \\\n    pip install x\n")
    (finding,) = findings(tmp_path)
    assert (finding["path"], finding["line"], finding["column"]) == ("Dockerfile", 3, 5)
    assert finding["evidence"] == ["FROM ubuntu:24.04, line 1", "apt-get installs python3-pip, line 2", "pip, line 3"]
    assert finding["command"] == ["pip", "install", "x"]
    assert (finding["level"], finding["confidence"]) == ("block", "certain")


def test_a_python_program_says_whose_its_own_python_is(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "#!/usr/bin/python3\nimport subprocess, sys\n"
                            "subprocess.run([sys.executable, '-m', 'pip', 'install', 'x'])\n")
    (finding,) = findings(tmp_path)
    assert finding["evidence"] == ["nothing says which host runs this",
                                   "sys.executable is the distribution's: #!/usr/bin/python3, line 1",
                                   "python3, line 3"]


def test_a_call_says_which_function_runs_what_and_where(tmp_path: Path) -> None:
    write(tmp_path, "lib.sh", 'inst() {\npython3 -m pip install "$@"\n}\n')
    write(tmp_path, "a.sh", "apt-get install -y python3-pip\n. ./lib.sh\ninst x\n")
    told = {each["path"]: each["evidence"] for each in findings(tmp_path)}
    assert told["a.sh"][-2:] == ["inst runs python3, lib.sh, line 2", "inst, line 3"]
    assert told["lib.sh"][-1] == "python3, line 2"


def test_what_a_sourced_file_may_do_is_said_where_it_matters(tmp_path: Path) -> None:
    write(tmp_path, "a.sh", "apt-get install -y python3-pip\n. ./env\npip3 install x\n/usr/bin/pip3 install x\n")
    doubtful, sure = findings(tmp_path)
    assert (doubtful["confidence"], sure["confidence"]) == ("likely", "likely")
    assert doubtful["evidence"][-1].startswith("./env (line 2) was not found; ")
    assert sure["evidence"][-1] == "pip3, line 4"


def test_bad_input_is_said_to_be_not_checked(tmp_path: Path) -> None:
    write(tmp_path, ".github/workflows/x.yml", "jobs: [pip\n")
    (tmp_path / "big.sh").write_bytes(b"#!/bin/sh\npip install x\n" + b"#" * 3_000_000)
    (tmp_path / "binary.sh").write_bytes(b"pip\0\0\1")
    os.mkfifo(tmp_path / "pipe.sh")
    (tmp_path / "dangling.sh").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to(".")
    said = not_checked(tmp_path)
    assert said["big.sh"].startswith("larger than")
    assert said["binary.sh"] == "a binary file"
    assert said[".github/workflows/x.yml"].startswith("not YAML")
    assert "pipe.sh" in said
    assert "dangling.sh" in not_checked(tmp_path, "dangling.sh")


def test_odd_encodings_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_bytes(b"\xff\xfe" + "#!/bin/sh\nsudo pip install x\n".encode("utf-16-le"))
    (tmp_path / "b.sh").write_bytes(b"#!/bin/sh\n# \xe9\nsudo pip install x\r\n")
    (tmp_path / "c.sh").write_bytes(b"\xef\xbb\xbf#!/bin/sh\nsudo pip install x\n")
    assert [(each["path"], each["line"]) for each in findings(tmp_path)] == [("a.sh", 2), ("b.sh", 3), ("c.sh", 2)]


def test_gitignore_and_exclude(tmp_path: Path) -> None:
    for name in ("a/Dockerfile", "build/Dockerfile", "c/Dockerfile"):
        write(tmp_path, name, BAD)
    write(tmp_path, ".gitignore", "build/\n")
    assert [each["path"] for each in findings(tmp_path, "--exclude", "c/")] == ["a/Dockerfile"]
    assert [each["path"] for each in findings(tmp_path, "build/Dockerfile")] == ["build/Dockerfile"]


@pytest.mark.parametrize("text", [
    BAD.rstrip() + "  # pyguard: ignore[protected-interpreter-install] on purpose\n",
    "FROM ubuntu:24.04\n# pyguard: ignore[protected-interpreter-install] on purpose\nRUN true && \\\n  pip install x\n",
    "# pyguard: ignore-stage[protected-interpreter-install] a builder\n" + BAD,
    "# pyguard: ignore-file[protected-interpreter-install] generated\n" + BAD,
])
def test_pragmas(tmp_path: Path, text: str) -> None:
    write(tmp_path, "Dockerfile", text)
    code, out = check(tmp_path)
    assert code == 0
    assert "1 finding ignored on request" in out


def test_a_stage_s_pragma_ends_with_the_stage(tmp_path: Path) -> None:
    write(tmp_path, "Dockerfile", "# pyguard: ignore-stage[protected-interpreter-install] x\n" + BAD + BAD)
    assert [each["line"] for each in findings(tmp_path)] == [5]


def test_an_idle_pragma_is_reported(tmp_path: Path) -> None:
    write(tmp_path, "Dockerfile", GOOD + "# pyguard: ignore[system-python-removed] long ago\nRUN true\n")
    assert [each["rule"] for each in findings(tmp_path)] == ["unused-ignore"]


def test_a_baseline_survives_moved_lines_and_shows_what_is_new(tmp_path: Path) -> None:
    write(tmp_path, "Dockerfile", BAD)
    assert check(tmp_path, "--write-baseline", "base.json")[0] == 0
    write(tmp_path, "Dockerfile", "# moved\n\n" + BAD)
    assert check(tmp_path, "--baseline", "base.json")[0] == 0
    write(tmp_path, "Dockerfile", BAD + "RUN pip install y\n")
    assert [each["line"] for each in findings(tmp_path, "--baseline", "base.json")] == [3]
    for text in ("{}", "[]", "[" * 100_000, '{"schema": 1, "findings": [1]}', "\0"):
        write(tmp_path, "base.json", text)
        with pytest.raises(PyguardError, match="no baseline"):
            check(tmp_path, "--baseline", "base.json")


def test_settings(tmp_path: Path) -> None:
    write(tmp_path, "a/Dockerfile", BAD)
    write(tmp_path, "b/Dockerfile", "FROM acme/tool:1\nRUN pip install x\n")
    write(tmp_path, "pyproject.toml", '[tool.pyguard.check]\nexclude = ["a/"]\n[tool.pyguard.check.images]\n'
                                      '"acme/tool:*" = "ubuntu:22.04"\n')
    assert [(each["path"], each["confidence"]) for each in findings(tmp_path)] == [("b/Dockerfile", "certain")]
    write(tmp_path, "pyproject.toml", '[tool.pyguard.levels]\nprotected-interpreter-install = "allow"\n')
    assert findings(tmp_path) == []
    for text in ("[tool.pyguard.check]\nnonsense = 1\n", '[tool.pyguard.levels]\nno-rule = "warn"\n', "[tool.pyguard\n",
                 '[tool.pyguard.check]\nlevel = "loud"\n'):
        write(tmp_path, "pyproject.toml", text)
        with pytest.raises(PyguardError):
            check(tmp_path)


def test_what_is_put_there_by_hand_has_its_own_advice(tmp_path: Path) -> None:
    write(tmp_path, "Dockerfile", "FROM debian:12\nCOPY x.py /usr/lib/python3/dist-packages/\n")
    (found,) = findings(tmp_path)
    assert found["message"] == "/usr/bin/python3 would import from /usr/lib/python3/dist-packages, where this writes"
    assert found["instead"].startswith("leave it beside the program")


def test_containers_conflicts_keeps_only_what_conflicts(tmp_path: Path) -> None:
    write(tmp_path, "Dockerfile", BAD + "RUN rm /usr/lib/python3.12/EXTERNALLY-MANAGED\n"
                                        "COPY x.py /usr/lib/python3/dist-packages/\n")
    assert [each["line"] for each in findings(tmp_path, "--containers", "conflicts")] == [3]


def test_safe_fixes(tmp_path: Path) -> None:
    path = write(tmp_path, "a.sh", "#!/bin/bash\n. v/bin/activate\nsudo -H pip install x\nsudo true\n")
    path.chmod(0o755)
    code, out = check(tmp_path, "--diff")
    assert code == 0
    assert "-sudo -H pip install x\n+pip install x\n" in out
    check(tmp_path, "--fix")
    assert path.read_text() == "#!/bin/bash\n. v/bin/activate\npip install x\nsudo true\n"
    assert path.stat().st_mode & 0o777 == 0o755
    assert check(tmp_path)[0] == 0


def test_fixes_follow_a_link_inside_and_none_that_leads_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "#!/bin/bash\n. v/bin/activate\nsudo pip install x && sudo pip list\n"
    outside = write(tmp_path, "outside/a.sh", text)
    real = write(tmp_path, "top/real.sh", text)
    link, other = tmp_path / "top" / "link.sh", tmp_path / "top" / "other.sh"
    link.symlink_to("real.sh")
    other.symlink_to("../outside/a.sh")
    if os.geteuid() == 0:
        os.chown(real, 65533, 65533)
    check(tmp_path / "top", "--fix", "link.sh", "real.sh", "other.sh")
    assert link.is_symlink() and real.read_text() == text.replace("sudo pip install", "pip install")
    assert other.is_symlink() and outside.read_text() == text
    assert real.stat().st_uid == (os.geteuid() or 65533)


def test_jobs_find_the_same(tmp_path: Path) -> None:
    for number in range(60):
        write(tmp_path, f"{number:02}/Dockerfile", BAD)
    assert findings(tmp_path, "--jobs", "2") == findings(tmp_path)


def test_text_escapes_what_could_steer_a_terminal(tmp_path: Path) -> None:
    write(tmp_path, "a\x1b[31m.sh", "#!/bin/sh\nsudo pip install '\x1b[2J'\n")
    assert "\x1b" not in check(tmp_path)[1]


def test_help(tmp_path: Path) -> None:
    code, out = check(tmp_path, "--help")
    assert code == 0
    assert out.startswith("usage: pyguard check")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_file_on_which_pyguard_fails_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                      jobs: str) -> None:
    def read(kind: FileKind, file: FileText, repository: Repository) -> Reading:
        if file.path.startswith("odd"):
            raise KeyError("nobody thought of this")
        return read_once(kind, file, repository)

    monkeypatch.setattr(read_file, "read_once", read)
    for number in range(60):
        write(tmp_path, f"{number}/Dockerfile", BAD)
    write(tmp_path, "odd/Dockerfile", BAD)
    out, err = io.StringIO(), io.StringIO()
    code = run(("--format", "json", "--jobs", jobs), environ={}, cwd=str(tmp_path), uid=0, stdout=out, stderr=err)
    said = json.loads(out.getvalue())
    assert code == 1
    assert len(said["findings"]) == 60
    assert [each["path"] for each in said["not_checked"]] == ["odd/Dockerfile"]
    assert "KeyError" in said["not_checked"][0]["reason"]
    assert "1 files ended in an internal error" in err.getvalue()


def test_a_worker_that_is_killed_costs_only_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(kind: FileKind, file: FileText, repository: Repository) -> Reading:
        if file.path.startswith("odd"):
            os.kill(os.getpid(), signal.SIGKILL)
        return read_once(kind, file, repository)

    try:
        multiprocessing.Semaphore()
    except OSError as error:
        pytest.skip(f"needs /dev/shm, without which all is done in one process: {error}")
    monkeypatch.setattr(read_file, "read_once", read)
    names = [f"{number:02}/Dockerfile" for number in range(60)] + ["odd1/Dockerfile", "odd2/Dockerfile", "z/Dockerfile"]
    for name in names:
        write(tmp_path, name, BAD)
    out = json.loads(check(tmp_path, "--format", "json", "--jobs", "2")[1])
    assert {each["path"] for each in out["findings"]} == {*names} - {"odd1/Dockerfile", "odd2/Dockerfile"}
    assert {each["path"]: each["reason"] for each in out["not_checked"]} == dict.fromkeys(
        ("odd1/Dockerfile", "odd2/Dockerfile"), "the process that read it was killed")
    assert out["files"] == 63


def test_a_directory_that_is_gone_is_not_another_one(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(["sh", "-c", 'rmdir "$PWD" && exec "$@"', "sh", sys.executable, "-m", "pyguard", "check"],
                          cwd=gone, env={"PYTHONPATH": str(CHECKOUT), "PATH": os.environ["PATH"]}, text=True,
                          capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "pyguard: the current directory is not there any more\n  cd to one that is\n"
