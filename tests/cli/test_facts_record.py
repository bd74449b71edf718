"""`pyguard facts --root DIR` and `--record NAME`: a tree is read and nothing of it is run, a host file is whole."""

from __future__ import annotations

import io
import os
import subprocess

import pytest

from pyguard.cli.facts import run
from pyguard.cli.main import report_error
from pyguard.codec import decode
from pyguard.errors import PyguardError
from pyguard.host import Host
from pyguard.model.facts import Facts
from tests.facts.debian_host import DebianHost
from tests.scenarios import HOSTS, tomllib
from tests.tools.record_hosts import HOSTS_BY_RELEASE, packages_of

PASSWD = "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/bash\n"
SPY = "#!/bin/sh\ntouch {}\n"


def call(*arguments, cwd="/"):
    stdout, stderr = io.StringIO(), io.StringIO()
    try:
        code = run(arguments, environ={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PYTHONPATH": "/secret"},
                   cwd=str(cwd), uid=os.getuid(), stdout=stdout, stderr=stderr)
    except PyguardError as error:
        code = report_error("facts", error, stderr)
    return code, stdout.getvalue(), stderr.getvalue()


def load_host_file(path):
    return decode(Facts, tomllib.loads(path.read_text(encoding="utf-8"))["facts"], path.stem)


def named(facts):
    return {item.name for item in facts.distributions if item.metadata != "none"}


@pytest.fixture
def tree(tmp_path):
    world = DebianHost(tmp_path / "tree")
    world.stock()
    world.write("/usr/bin/python3.11", "\x7fELF", 0o755)
    world.write("/usr/bin/python3", "\x7fELF", 0o755)
    world.write("/usr/lib/python3.11/site.py", "# Debian's knows dist-packages\n")
    world.write("/usr/share/python3/debian_defaults", "[DEFAULT]\ndefault-version = python3.11\n")
    world.write("/etc/passwd", PASSWD)
    world.write("/etc/os-release", 'ID=debian\nVERSION_ID="12"\nNAME="Debian GNU/Linux"\n')
    return world


def test_a_tree_is_described_as_its_own_user_meets_it(tree):
    code, out, err = call("--root", str(tree.root), "--user", "ann")
    assert (code, err) == (0, "")
    assert out.startswith("Debian GNU/Linux 12\n") and "/usr/bin/python3: " in out
    assert "/home/ann/.local/lib/python3.11/site-packages" in out and str(tree.root) not in out
    assert "/secret" not in out and "writable" not in out
    assert "/root/.local" in call("--root", str(tree.root))[1]


def test_a_tree_can_be_named_from_the_working_directory(tree):
    assert call("--root", "tree", cwd=tree.root.parent)[0] == 0


def test_nothing_of_a_tree_is_run(tree, tmp_path):
    for name in ("python3", "python3.11", "dpkg", "rpm", "apt-get"):
        tree.write(f"/usr/bin/{name}", SPY.format(tmp_path / "ran"), 0o755)
    call("--root", str(tree.root), "--all")
    assert call("--root", str(tree.root), "--record", str(tmp_path / "x.toml"))[0] == 0
    assert not (tmp_path / "ran").exists()


def test_links_of_a_tree_do_not_lead_out_of_it(tree):
    (tree.root / "etc/os-release").unlink()
    (tree.root / "etc/os-release").symlink_to("/../../../../etc/hostname")
    (tree.root / "etc/hostname").write_text("ID=inside\nNAME=inside\n")
    assert call("--root", str(tree.root))[1].startswith("inside")


def test_a_loop_of_links_in_a_tree_is_nothing(tree):
    for name, target in (("a", "b"), ("b", "a")):
        (tree.root / name).symlink_to(target)
    host = Host(str(tree.root))
    assert not host.exists("/a") and not host.is_dir("/a/b") and not host.is_file("/a")
    (tree.root / "usr/bin/python3").unlink()
    (tree.root / "usr/bin/python3").symlink_to("/a")
    code, out, err = call("--root", str(tree.root))
    assert (code, out) == (1, "") and "no python3 on PATH" in err


def test_a_host_file_holds_the_facts_and_no_variable_of_the_shell(tree, tmp_path):
    code, out, err = call("--root", str(tree.root), "--user", "ann", "--record", "mine", cwd=tmp_path)
    assert (code, err) == (0, "")
    assert out == f"{tmp_path}/mine.toml: 3 distributions, 5 requesters, 0 gaps\n"
    facts = load_host_file(tmp_path / "mine.toml")
    assert {item.name for item in facts.distributions} == {"cryptography", "pyopenssl", "certbot"}
    assert facts.environment.home == "/home/ann" and not facts.environment.variables
    assert "/secret" not in (tmp_path / "mine.toml").read_text()


def test_a_host_file_of_this_machine(tmp_path):
    if not os.path.exists("/usr/bin/python3"):
        pytest.skip("there is no /usr/bin/python3 here")
    code, out, err = call("--record", "-")
    assert (code, err) == (0, "") and out.startswith("schema = 1\nrecorded = true\n") and "/secret" not in out
    (tmp_path / "here.toml").write_text(out)
    assert load_host_file(tmp_path / "here.toml").interpreter.path == "/usr/bin/python3"


def test_a_file_that_is_there_is_replaced_only_when_told(tree, tmp_path):
    (tmp_path / "mine.toml").write_text("precious")
    arguments = ("--root", str(tree.root), "--record", "mine")
    code, out, err = call(*arguments, cwd=tmp_path)
    assert (code, out) == (2, "") and "is there already" in err
    assert (tmp_path / "mine.toml").read_text() == "precious"
    assert call(*arguments, "--force", cwd=tmp_path)[0] == 0
    assert sorted(os.listdir(tmp_path)) == ["mine.toml", "tree"]


@pytest.mark.parametrize("arguments", [
    ("--root", "/no/such/directory"), ("--root", "/"), ("--root", ""), ("--user", "ann"), ("--note", "x"), ("--force",),
    ("--record", ""), ("--record", "x", "--all"), ("--record", "x", "--json")])
def test_what_does_not_go_together_is_one_clear_error(arguments):
    code, out, err = call(*arguments)
    assert (code, out) == (2, "") and err.startswith("pyguard: ")


def test_a_user_that_the_tree_does_not_have(tree):
    code, out, err = call("--root", str(tree.root), "--user", "bob")
    assert (code, out, err) == (1, "", "pyguard: /etc/passwd has no user bob\n")


def test_a_file_that_cannot_be_written_is_one_error(tree, tmp_path):
    code, out, err = call("--root", str(tree.root), "--record", str(tmp_path / "no" / "x.toml"))
    assert (code, out) == (1, "") and "cannot be written" in err


@pytest.mark.proof
def test_a_real_root_gives_the_host_file_that_scenarios_replay_on(new_root, tmp_path):
    root = new_root("bookworm", packages_of("bookworm"))
    before = subprocess.run(["find", root.path, "-newer", root.path + "/etc/passwd"], capture_output=True, check=True)
    code, _, err = call("--root", root.path, "--user", "alice", "--record", str(tmp_path / "it"))
    assert (code, err) == (0, "")
    after = subprocess.run(["find", root.path, "-newer", root.path + "/etc/passwd"], capture_output=True, check=True)
    assert before.stdout == after.stdout
    found, kept = load_host_file(tmp_path / "it.toml"), load_host_file(HOSTS / f"{HOSTS_BY_RELEASE['bookworm']}.toml")
    assert named(found) == named(kept)
    assert [item.path for item in found.sites] == [item.path for item in kept.sites]
    assert {item.name for item in found.requesters} == {item.name for item in kept.requesters}
    assert found.interpreter.kind is kept.interpreter.kind
