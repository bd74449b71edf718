"""Which files `pyguard check` looks at: .gitignore and exclude, what is named, what cannot be read."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from pyguard.host import Host
from pyguard.intake.files.discover import find_files
from tests.check.test_cli import BAD, findings, not_checked, write
from tests.checkout import CHECKOUT


def found(top: Path, *paths: str, exclude: tuple[str, ...] = (), as_found: bool = False) -> list[str]:
    names = find_files(Host(), str(top), paths or (".",), False, exclude, as_found).names
    return [name for name in names if not name.endswith("ignore")]


def test_the_last_line_and_the_nearest_file_decide(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", "*\n!*/\n!*.sh\n/[z-a]\n")
    for name in ("gen/a.sh", "gen/a.yml", "n/keep.yml", "n/lose.yml", "n/lose.sh"):
        write(tmp_path, name, "")
    write(tmp_path, "n/.gitignore", "!keep.yml\nlose.*\n")
    assert found(tmp_path) == ["gen/a.sh", "n/keep.yml"]


def test_what_stands_above_the_start_counts(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path, ".gitignore", "sub/inner/\n*.yml\n")
    write(tmp_path, "sub/.gitignore", "!b.yml\n")
    for name in ("sub/inner/Dockerfile", "sub/Dockerfile"):
        write(tmp_path, name, BAD)
    for name in ("sub/deep/a.yml", "sub/deep/b.yml"):
        write(tmp_path, name, "")
    assert found(tmp_path, "sub") == found(tmp_path) == ["sub/Dockerfile", "sub/deep/b.yml"]
    assert found(tmp_path, "sub/deep") == ["sub/deep/b.yml"]
    assert [each["path"] for each in findings(tmp_path / "sub")] == ["Dockerfile"]
    assert found(tmp_path, "sub/inner") == ["sub/inner/Dockerfile"]    # it was named


def test_a_directory_outside_has_only_its_own(tmp_path: Path) -> None:
    write(tmp_path, "here/.gitignore", "a.sh\n")
    for name in ("there/a.sh", "there/b.sh", "there/n/c.sh"):
        write(tmp_path, name, "")
    write(tmp_path, "there/.gitignore", "/b.sh\n/n/c.sh\n")
    assert found(tmp_path / "here", "../there") == ["../there/a.sh"]
    assert found(tmp_path / "here", "..", "../there/b.sh") == ["../there/a.sh", "../there/b.sh"]


def test_what_is_excluded_is_read_where_it_is_named_unless_as_found(tmp_path: Path) -> None:
    for name in ("vendor/a/x.sh", "b.sh", "picture.png"):
        write(tmp_path, name, "")
    names = ("vendor/a/x.sh", "b.sh", "picture.png", "vendor")
    assert found(tmp_path, exclude=("vendor/",)) == ["b.sh"]
    assert found(tmp_path, *names, exclude=("vendor/",)) == ["vendor/a/x.sh", "b.sh", "picture.png"]
    assert found(tmp_path, *names, exclude=("vendor/",), as_found=True) == ["b.sh"]
    write(tmp_path, ".gitignore", "b.sh\n")    # git names it nevertheless: it is tracked
    assert found(tmp_path, *names, exclude=("vendor/",), as_found=True) == ["b.sh"]


def test_what_an_environment_has_installed_is_left_out_whatever_it_is_called(tmp_path: Path) -> None:
    for name in ("roles/venv/tasks/main.sh", "env/pyvenv.cfg", "env/bin/x.sh", "a/conda/conda-meta/history",
                 "a/conda/bin/x.sh", "a/conda/lib/y.py", "r/conda-meta/x.sh", "venv/bin/activate",
                 "venv/lib/python2.7/x.sh", ".venv/x.sh", "bin/x.sh", "lib/y.sh", "env/setup/Dockerfile", "env/z.sh"):
        write(tmp_path, name, "")
    kept = ["bin/x.sh", "env/pyvenv.cfg", "env/z.sh", "env/setup/Dockerfile", "lib/y.sh", "r/conda-meta/x.sh",
            "roles/venv/tasks/main.sh"]    # `python -m venv .` beside a project hides nothing of it
    assert found(tmp_path) == kept
    assert "env/bin/x.sh" in found(tmp_path, "env")    # it was named
    named = [*kept, "env/bin/x.sh", "a/conda/bin/x.sh", "venv/lib/python2.7/x.sh", ".venv/x.sh"]
    assert found(tmp_path, *named, as_found=True) == kept


def test_a_gitignore_that_is_not_read_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a/x.sh", "")
    write(tmp_path, "a/ignore", "x.sh\n")
    (tmp_path / "a/.gitignore").symlink_to("ignore")
    write(tmp_path, "b/x.sh", "")
    (tmp_path / "b/.gitignore").write_bytes(b"x.sh\n" * 300_000)
    os.mkfifo(write(tmp_path, "c/x.sh", "").parent / ".gitignore")
    assert found(tmp_path) == ["a/x.sh", "b/x.sh", "c/x.sh"]
    assert set(not_checked(tmp_path)) == {"a/.gitignore", "b/.gitignore", "c/.gitignore"}


@contextmanager
def as_somebody(top: Path) -> Iterator[None]:
    """For a time not as root, who may read everything."""
    if os.geteuid() != 0:
        yield
        return
    for directory in (top, *top.parents):
        if directory.parent != directory and directory.stat().st_mode & 0o077 == 0:
            directory.chmod(0o711 if directory != top else 0o755)
    os.seteuid(1500)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_cannot_be_read_is_no_silence(tmp_path: Path) -> None:
    write(tmp_path, "x/Dockerfile", BAD)
    write(tmp_path, "y/.gitignore", "z\n").chmod(0)
    (tmp_path / "x").chmod(0)
    with as_somebody(tmp_path):
        said = not_checked(tmp_path)
        named = not_checked(tmp_path, "x")
    (tmp_path / "x").chmod(0o755)
    assert said == {"x": "cannot be listed: Permission denied", "y/.gitignore": "cannot be read: Permission denied"}
    assert named == {"x": "cannot be listed: Permission denied"}


def test_a_file_s_size_is_told_before_it_is_decoded(tmp_path: Path) -> None:
    text = "#!/bin/sh\n" + "# a comment\n" * 100_000 + "sudo pip install x\n"
    (tmp_path / "a.sh").write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))
    assert not_checked(tmp_path) == {"a.sh": "larger than 2048 KiB"}


def test_the_hook_for_pre_commit_finds_what_the_walk_finds(tmp_path: Path) -> None:
    """pre-commit names every file of the commit that is text; the hook's own words make the rest of the command."""
    (hook,) = yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["types"] == ["text"] and not {"files", "exclude", "types_or"} & set(hook)
    program, command, *options = shlex.split(hook["entry"])
    assert (program, command) == ("pyguard", "check")
    shell = "#!/bin/sh\nsudo pip install x\n"
    texts = {"setup.sh.j2": shell, "init.bats": shell, "bootstrap": shell, ".bashrc": "sudo pip install x\n",
             ".profile": "sudo pip install x\n", "vendor/Dockerfile": BAD,
             "node_modules/x/a.sh": shell, "build/Dockerfile.dev": BAD,
             "LICENSE": "pip\n", "a.json": '{"pip": 1}', "pip.c": "int pip;\n", "README.md": f"```sh\n{shell}```\n",
             "main.tf": 'resource "a" "b" {\n  provisioner "remote-exec" {\n    inline = ["sudo pip install x"]\n'
                        "  }\n}\n",
             "pyproject.toml": "[tool.pyguard.check]\nexclude = ['vendor/']\ndocs = true\n"}
    for name, text in texts.items():
        write(tmp_path, name, text)
    walked = findings(tmp_path)
    places = {each["path"] for each in walked}
    assert {*texts} - places == {"LICENSE", "a.json", "pip.c", "pyproject.toml", "vendor/Dockerfile",
                                 "node_modules/x/a.sh"}
    named = findings(tmp_path, *options, *texts)
    assert sorted(named, key=str) == sorted(walked, key=str)
    assert not_checked(tmp_path, *options, *texts) == not_checked(tmp_path) == {}
