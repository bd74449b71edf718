"""pyguard envs: what is found, whose it is, what it is worth, and what is wrong with it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pyguard.cli import envs
from pyguard.host import Host
from pyguard.inventory import Asker, take_stock
from pyguard.model.storage import EntryState, StorageKind, StorageReport, StoredEnvironment
from pyguard.render.environments import render_text
from pyguard.render.sizes import bar, shown_size
from pyguard.render.storage_html import render_storage_html
from pyguard.render.treemap import Box, lay_out
from tests.facts.conda_tree import COPY, SOFT, make_base, make_conda_environment, make_package, write

UID = 65533    # not root: nobody else's home is looked into


def stock(home: Path, caches: bool = True, search: tuple[str, ...] = (), **variables: str) -> StorageReport:
    environ = {"HOME": str(home), "PATH": "/usr/bin", **variables}
    return take_stock(Host(), Asker(environ, str(home), UID), search, caches)


def one(report: StorageReport, prefix: Path) -> StoredEnvironment:
    return next(each for each in report.environments if each.prefix == str(prefix))


def du(path: Path) -> int:
    said = subprocess.run(["du", "-s", "--block-size=1", str(path)], capture_output=True, text=True, check=True).stdout
    return int(said.split()[0])


@pytest.fixture
def conda(tmp_path: Path) -> Path:
    base = make_base(tmp_path / "miniconda3")
    packages = [make_package(base / "pkgs", f"p{number}-1.0-0") for number in range(3)]
    make_conda_environment(base / "envs" / "one", packages)
    make_conda_environment(base / "envs" / "two", packages[:2])
    return base


def test_shared_files_are_freed_by_nobody_alone(conda: Path) -> None:
    report = stock(conda.parent)
    first = one(report, conda / "envs" / "one")
    assert first.kind is StorageKind.CONDA and first.python == "3.11.9"
    assert first.size == du(conda / "envs" / "one")
    assert first.freed == first.size - sum(os.stat(path).st_blocks * 512 for path in (conda / "envs/one/lib").iterdir())
    own = one(report, conda)
    assert own.kind is StorageKind.CONDA_BASE
    assert own.size < du(conda) - first.size
    # but for the directory of the package cache itself, which is never removed
    assert report.size == du(conda) - os.stat(conda / "pkgs").st_blocks * 512


def test_what_a_cache_holds(conda: Path) -> None:
    pkgs = conda / "pkgs"
    make_package(pkgs, "orphan-1.0-0")
    soft = make_package(pkgs, "soft-1.0-0")
    copied = make_package(pkgs, "copied-1.0-0")
    make_conda_environment(conda / "envs" / "soft", [soft], SOFT)
    make_conda_environment(conda / "envs" / "copy", [copied], COPY)
    write(pkgs / "broken-1.0-0" / "lib" / "x", "x")
    write(pkgs / "p0-1.0-0.conda", "x" * 5000)
    for name in ("a.conda.partial", "b.c~", "c.conda_trash"):
        write(pkgs / name, "x")
    write(pkgs / "cache" / "a.json", "{}")
    (cache,) = stock(conda.parent).caches
    states = {Path(entry.path).name: entry.state for entry in cache.entries}
    assert states == {
        "p0-1.0-0": EntryState.USED, "p1-1.0-0": EntryState.USED, "p2-1.0-0": EntryState.USED,
        "copied-1.0-0": EntryState.USED, "soft-1.0-0": EntryState.NEEDED, "orphan-1.0-0": EntryState.ORPHANED,
        "broken-1.0-0": EntryState.INCOMPLETE, "p0-1.0-0.conda": EntryState.ARCHIVE, "cache": EntryState.INDEX,
        "a.conda.partial": EntryState.TEMPORARY, "b.c~": EntryState.TEMPORARY, "c.conda_trash": EntryState.TEMPORARY}
    orphan = next(entry for entry in cache.entries if entry.state is EntryState.ORPHANED)
    assert orphan.freed == orphan.size == du(pkgs / "orphan-1.0-0")


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / ".venvs" / "web")], check=True)
    return tmp_path / ".venvs" / "web"


def test_a_venv_that_is_well(venv: Path) -> None:
    found = one(stock(venv.parents[1]), venv)
    assert (found.kind, found.defects, found.references) == (StorageKind.VENV, (), ())
    assert found.python.startswith(f"{sys.version_info.major}.{sys.version_info.minor}")
    assert found.last_used and found.size == found.freed == du(venv)


def defects(report: StorageReport, prefix: Path) -> list[str]:
    return [defect.id for defect in one(report, prefix).defects]


def test_a_venv_that_was_moved(venv: Path) -> None:
    moved = venv.with_name("elsewhere")
    venv.rename(moved)
    assert defects(stock(venv.parents[1]), moved) == ["moved"]


def test_a_venv_whose_base_is_gone(venv: Path) -> None:
    config = venv / "pyvenv.cfg"
    config.write_text(config.read_text().replace("home = ", "home = /nowhere"))
    for name in ("python", "python3"):
        (venv / "bin" / name).unlink()
        (venv / "bin" / name).symlink_to("/nowhere/python3")
    assert defects(stock(venv.parents[1]), venv) == ["missing-interpreter", "broken-base"]


def test_an_editable_installation_whose_source_is_gone(venv: Path) -> None:
    site = next(venv.glob("lib/python*/site-packages"))
    for name, place in (("here", venv), ("gone", "/nowhere/at all")):
        url = {"url": f"file://{str(place).replace(' ', '%20')}", "dir_info": {"editable": True}}
        write(site / f"{name}-1.0.dist-info" / "direct_url.json", json.dumps(url))
    (defect,) = one(stock(venv.parents[1]), venv).defects
    assert defect.id == "editable-source-gone" and "gone is installed from /nowhere/at all" in defect.text


def test_the_user_site_leaks_into_conda_environments_only(conda: Path, venv: Path) -> None:
    site = conda.parent / ".local/lib/python3.11/site-packages"
    (site / "six-1.16.0.dist-info").mkdir(parents=True)
    write(conda / "envs" / "two" / "conda-meta" / "state", json.dumps({"env_vars": {"PYTHONNOUSERSITE": "1"}}))
    report = stock(conda.parent)
    assert defects(report, conda / "envs" / "one") == ["user-site-leaks"]
    assert defects(report, conda / "envs" / "two") == defects(report, venv) == []


def test_who_still_names_an_environment(conda: Path, venv: Path) -> None:
    home, prefix = conda.parent, conda / "envs" / "one"
    kernel = {"argv": [f"{prefix}/bin/python", "-m", "x"]}
    write(home / ".local/share/jupyter/kernels/one/kernel.json", json.dumps(kernel))
    write(home / ".config/systemd/user/job.service", f"[Service]\nExecStart={prefix}/bin/python -m job\n")
    write(home / ".local/bin/tool", f"#!{prefix}/bin/python\n")
    (home / ".local/bin/linked").symlink_to(f"{prefix}/bin/other")
    write(home / ".bashrc", f'. "{prefix}/bin/activate"\n')
    write(home / ".local/bin/no", "#!/usr/bin/env python3\n")
    write(venv / "pyvenv.cfg", f"home = {prefix}/bin\nversion = 3.11.9\n")
    names = {(each.kind, Path(each.where).name) for each in one(stock(home), prefix).references}
    assert names == {("kernel", "kernel.json"), ("unit", "job.service"), ("command", "tool"), ("command", "linked"),
                     ("shell start-up file", ".bashrc"), ("environment", "web")}
    # a name that only begins alike is another's
    make_conda_environment(conda / "envs" / "on", [])
    assert one(stock(home), conda / "envs" / "on").references == ()


def test_a_process_uses_it(venv: Path) -> None:
    child = subprocess.Popen(["/bin/sh", "-c", "echo begun; read line"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             env={"VIRTUAL_ENV": str(venv)})
    assert child.stdout is not None and child.stdout.readline() == b"begun\n"
    try:
        (reference,) = one(stock(venv.parents[1]), venv).references
        assert reference.kind == "process" and str(child.pid) in reference.where
    finally:
        child.communicate(b"\n")


def test_one_environment_with_two_names_and_a_search(venv: Path, tmp_path: Path) -> None:
    project = tmp_path / "work" / "project"
    project.mkdir(parents=True)
    (project / ".venv").symlink_to(venv)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(project / "own")], check=True)
    (tmp_path / "work" / "loop").symlink_to(tmp_path / "work")
    report = stock(tmp_path, search=("work",))
    assert sorted(each.prefix for each in report.environments) == [str(venv), str(project / "own")]


def run(home: Path, *arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    code = envs.run(arguments, environ={"HOME": str(home), "PATH": "/usr/bin"}, cwd=str(home), uid=UID, stdout=out,
                    stderr=io.StringIO())
    return code, out.getvalue()


def test_json_is_schema_1(conda: Path) -> None:
    code, text = run(conda.parent, "--json", "--caches")
    data: dict[str, Any] = json.loads(text)
    assert (code, data["schema"]) == (0, 1)
    assert {"prefix", "kind", "python", "owner", "size", "freed", "last_used", "last_used_by", "active", "frozen",
            "references", "defects"} == set(data["environments"][0])
    assert data["caches"][0]["entries"][0]["state"] in {state.value for state in EntryState}


def test_the_text_and_the_page(conda: Path) -> None:
    (conda / "envs" / "esc\x1b[31m").mkdir()
    make_conda_environment(conda / "envs" / "esc\x1b[31m", [])
    code, text = run(conda.parent, "--caches")
    assert code == 0 and "\x1b" not in text
    assert "4 environments and 1 cache take" in text and "~/miniconda3/envs/one" in text
    report = stock(conda.parent)
    assert "█" in render_text(report, "", bars=True)
    page = render_storage_html(report)
    assert "\x1b" not in page and page.count("<rect") == len({*report.environments, *report.caches}) + 1
    assert run(conda.parent, "--html", "page.html")[0] == 0 and (conda.parent / "page.html").read_text() == page


def test_nothing_at_all(tmp_path: Path) -> None:
    assert run(tmp_path)[1].startswith("no environments were found")


def test_what_cannot_be_read_is_in_the_report(conda: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stock(conda.parent).unread == ()
    real = os.open

    def refuse(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if path == "lib":
            raise PermissionError(13, "Permission denied", path)
        return real(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", refuse)
    unread = {each.path for each in stock(conda.parent).unread}
    assert {str(conda / "envs" / name / "lib") for name in ("one", "two")} < unread
    assert "not counted: ~/miniconda3/" in run(conda.parent)[1]


def test_words_and_shapes() -> None:
    assert [shown_size(size) for size in (0, 1023, 1024, 1536 * 1024)] == ["0 B", "1023 B", "1.0 KiB", "1.5 MiB"]
    assert bar(1, 2, 4) == "██  " and bar(0, 0, 2) == "  " and len(bar(1, 3, 10)) == 10
    boxes = lay_out([6, 6, 4, 3, 2, 2, 1], Box(0, 0, 6, 4))    # the paper's own example
    assert sum(box.width * box.height for box in boxes) == pytest.approx(24)
    assert max(max(box.width / box.height, box.height / box.width) for box in boxes) < 3.1
    assert lay_out([], Box(0, 0, 1, 1)) == []
