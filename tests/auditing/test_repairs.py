"""What a repair would do to a tree: which paths it moves, whose rights it uses, and what it never touches."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from pyguard.auditing.audit import audit
from pyguard.auditing.repairs import installed as owned_files
from pyguard.auditing.repairs import plan_repair, with_the_rest
from pyguard.auditing.repairs.owned import find_owned
from pyguard.auditing.repairs.settings import owner_of
from pyguard.auditing.world import look_around
from pyguard.enforce.repair import Prepared, Users, carry_out
from pyguard.facts.accounts import read_accounts
from pyguard.facts.site_listing import list_site
from pyguard.host import Host
from pyguard.model.audit import AuditReport
from pyguard.model.facts import OperatingSystem
from pyguard.model.impact import LibraryShadow
from pyguard.model.repair import Action, Left, Phase, RepairPlan, Verb
from pyguard.model.settings import Settings
from pyguard.model.verdict import Finding, Level
from tests.auditing.trees import MARKER, GivenTree, TreeFile, TreeLink, damage, pristine
from tests.facts.debian_host import SITE

LOCAL = "/usr/local/lib/python3.11/dist-packages"
USER = "/home/alice/.local/lib/python3.11/site-packages"


def plan(root: Path, given: GivenTree, uid: int = 0) -> RepairPlan:
    damage(pristine(root), given)
    return plan_of(root, uid)


def plan_of(root: Path, uid: int = 0) -> RepairPlan:
    host = Host(str(root))
    world = look_around(host, read_accounts(host), environ={}, uid=uid, cwd="/")
    return plan_repair(world, audit(world, Settings()).effects, uid)


def paths(found: RepairPlan, verb: Verb = Verb.QUARANTINE) -> list[str]:
    return [action.path for action in found.actions if action.verb is verb]


def installed(site: str, *record: str, name: str = "six", version: str = "99") -> tuple[TreeFile, ...]:
    info = f"{site}/{name}-{version}.dist-info"
    return (TreeFile(f"{info}/METADATA", f"Name: {name}\nVersion: {version}\n"),
            TreeFile(f"{info}/RECORD", "".join(f"{line},,\n" for line in record)))


def test_a_distribution_goes_by_its_record(tmp_path: Path) -> None:
    found = plan(tmp_path / "root", GivenTree(files=(
        *installed(LOCAL, "six/__init__.py", "six/a.py", "../../../bin/six-run", "shared/six_part.py"),
        TreeFile(f"{LOCAL}/six/__init__.py"), TreeFile(f"{LOCAL}/six/a.py"), TreeFile(f"{LOCAL}/six/__pycache__/a.pyc"),
        TreeFile(f"{LOCAL}/shared/six_part.py"), TreeFile(f"{LOCAL}/shared/other.py"),
        TreeFile("/usr/local/bin/six-run", "#!/usr/bin/python3.11\n", "755"))))
    assert paths(found) == ["/usr/local/bin/six-run", f"{LOCAL}/shared/six_part.py", f"{LOCAL}/six",
                            f"{LOCAL}/six-99.dist-info"]


def test_of_thousands_of_files_no_directory_is_listed_for_each(tmp_path: Path,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"six/{directory}/{file}.py" for directory in range(20) for file in range(10)]
    listed: list[str] = []

    def count(host: Host, path: str) -> tuple[str, ...]:
        listed.append(path)
        return list_site(host, path)

    monkeypatch.setattr(owned_files, "list_site", count)
    found = plan(tmp_path / "root", GivenTree(files=(
        *installed(LOCAL, "six/__init__.py", *names), TreeFile(f"{LOCAL}/six/__init__.py"),
        *(TreeFile(f"{LOCAL}/{name}") for name in names))))
    assert paths(found) == [f"{LOCAL}/six", f"{LOCAL}/six-99.dist-info"]
    assert max(listed.count(f"{LOCAL}/six{below}") for below in ("", "/0", "/19")) <= 2


def test_a_record_reaches_no_further_than_its_prefix_and_no_os_file(tmp_path: Path) -> None:
    found = plan(tmp_path / "root", GivenTree(files=(
        *installed(LOCAL, "six.py", "../../../../../etc/passwd", "/etc/passwd", "../../../../bin/pip",
                   f"{SITE}/six.py", "../../../../../home/alice/kept"),
        TreeFile(f"{LOCAL}/six.py"), TreeFile("/home/alice/kept"))))
    assert paths(found) == [f"{LOCAL}/six-99.dist-info", f"{LOCAL}/six.py"]


def test_what_another_distribution_has_as_well_stays_and_is_said(tmp_path: Path) -> None:
    found = plan(tmp_path / "root", GivenTree(files=(
        *installed(LOCAL, "six.py", "shared.py", "google/__init__.py", "google/a.py", "../../../bin/run"),
        *installed(LOCAL, "shared.py", "google/__init__.py", "google/b.py", "../../../bin/run", name="ns_b"),
        *(TreeFile(f"{LOCAL}/{name}") for name in ("six.py", "shared.py", "google/__init__.py", "google/a.py",
                                                   "google/b.py")), TreeFile("/usr/local/bin/run", "", "755"))))
    assert paths(found) == [f"{LOCAL}/google/a.py", f"{LOCAL}/six-99.dist-info", f"{LOCAL}/six.py"]
    assert found.left == tuple(Left(f"{path} of six 99", "it is ns-b's as well, and stays") for path in (
        "/usr/local/bin/run", f"{LOCAL}/google/__init__.py", f"{LOCAL}/shared.py"))


def test_what_goes_as_well_keeps_nothing(tmp_path: Path) -> None:
    """Two versions of one name, and two that are both in front of something."""
    found = plan(tmp_path / "root", GivenTree(files=(
        *installed(LOCAL, "six.py", "shared.py"), *installed(LOCAL, "six.py", version="98"),
        *installed(LOCAL, "pip/__init__.py", "shared.py", name="pip"),
        *(TreeFile(f"{LOCAL}/{name}") for name in ("six.py", "shared.py", "pip/__init__.py")))))
    assert {f"{LOCAL}/six.py", f"{LOCAL}/shared.py", f"{LOCAL}/pip", f"{LOCAL}/pip-99.dist-info"} <= set(paths(found))
    assert found.left == ()


def test_a_directory_without_a_list_goes_without_what_another_has_in_it(tmp_path: Path) -> None:
    egg = f"{LOCAL}/six-99.egg-info"
    found = plan(tmp_path / "root", GivenTree(files=(
        TreeFile(f"{egg}/PKG-INFO", "Name: six\nVersion: 99\n"), TreeFile(f"{egg}/top_level.txt", "six\n"),
        TreeFile(f"{LOCAL}/six/__init__.py"), TreeFile(f"{LOCAL}/six/part/a.py"), TreeFile(f"{LOCAL}/six/part/b.py"),
        *installed(LOCAL, "six/part/b.py", name="six_b"))))
    assert paths(found) == [egg, f"{LOCAL}/six/__init__.py", f"{LOCAL}/six/part/a.py"]


def test_a_users_part_is_done_with_that_users_rights(tmp_path: Path) -> None:
    given = GivenTree(files=(*installed(USER, "six.py"), TreeFile(f"{USER}/six.py"), TreeFile(f"{LOCAL}/six.py")))
    found = plan(tmp_path / "root", given)
    assert {action.path: action.user for action in found.actions} == {
        f"{LOCAL}/six.py": "", f"{USER}/six.py": "alice", f"{USER}/six-99.dist-info": "alice"}


def test_no_link_makes_it_move_what_an_os_package_owns(tmp_path: Path) -> None:
    """Whoever's it is: the name is not in dpkg's list, the file that it leads to is."""
    for site in (USER, LOCAL):
        tree = pristine(tmp_path / site.replace("/", "_"))
        (tree.root / LOCAL[1:]).rmdir()
        damage(tree, GivenTree(links=(TreeLink(site, SITE),)))
        found = plan_of(tree.root)
        assert found.actions == ()
        assert any(f"{site}/six.py" in left.what and f"{SITE}/six.py" in left.advice and "python3-six" in left.advice
                   for left in found.left), found.left


def test_nor_a_directory_in_which_one_has_files(tmp_path: Path) -> None:
    tree = pristine(tmp_path / "root")
    tree.package("python3-foo", "1", {f"{SITE}/foo/__init__.py": ""})
    damage(tree, GivenTree(links=(TreeLink(f"{USER}/pip", f"{SITE}/foo"),)))
    world = look_around(tree.host, (), environ={}, uid=0, cwd="/")
    assert find_owned(world, f"{SITE}/foo") == (f"{SITE}/foo", "python3-foo")
    assert find_owned(world, f"{SITE}/fo") == find_owned(world, f"{USER}/pip") == ("", "")


def test_what_a_link_leads_to_in_a_home_is_done_with_that_users_rights(tmp_path: Path) -> None:
    root = tmp_path / "root"
    damage(pristine(root), GivenTree(links=(TreeLink("/opt/tools", "/home/alice/tools"),
                                            TreeLink("/etc/profile.d/a.sh", "/home/alice/a.sh"))))
    world = look_around(Host(str(root)), read_accounts(Host(str(root))), environ={}, uid=0, cwd="/")
    assert [owner_of(world, path) for path in ("/opt/tools/pip", "/opt/tools", "/opt/other", "/home/alice/x")] == [
        "alice", "", "", "alice"]
    assert owner_of(world, "/etc/profile.d/a.sh", follow=True) == "alice"
    assert owner_of(world, "/etc/profile.d/a.sh") == ""


def test_an_ordinary_user_is_told_what_needs_root(tmp_path: Path) -> None:
    found = plan(tmp_path / "root", GivenTree(files=(TreeFile(f"{LOCAL}/six.py"),)), uid=1000)
    assert found.actions == () and "needs root" in found.left[0].advice


def test_a_path_file_loses_the_line_and_the_project_stays(tmp_path: Path) -> None:
    found = plan(tmp_path / "root", GivenTree(files=(
        TreeFile("/opt/project/six.py"), TreeFile(f"{LOCAL}/project.pth", "# a comment\n/opt/project\n"))))
    assert [(action.verb, action.path, action.lines) for action in found.actions] == [
        (Verb.COMMENT, f"{LOCAL}/project.pth", (2,))]


def test_the_interpreter_and_the_alternative_that_turned_it(tmp_path: Path) -> None:
    found = plan(tmp_path / "root", GivenTree(
        files=(TreeFile("/var/lib/dpkg/alternatives/python3", "auto\n"), TreeFile("/opt/python3", "", "755")),
        links=(TreeLink("/usr/bin/python3", "/etc/alternatives/python3"),
               TreeLink("/etc/alternatives/python3", "/opt/python3"))))
    assert found.actions[0] == Action(Phase.INTERPRETER, Verb.LINK, "/usr/bin/python3", "it has to lead to python3.11",
                                      target="python3.11")
    assert paths(found) == ["/var/lib/dpkg/alternatives/python3", "/etc/alternatives/python3"]


def test_the_order(tmp_path: Path) -> None:
    found = plan(tmp_path / "root", GivenTree(
        removed=(MARKER, f"{SITE}/six.py"), links=(TreeLink("/usr/bin/python3", "/opt/none"),),
        files=(TreeFile(f"{LOCAL}/pip.py"), TreeFile("/etc/pip.conf", "[global]\nbreak-system-packages = 1\n"))))
    assert [action.phase for action in found.actions] == [
        Phase.ENVIRONMENT, Phase.INTERPRETER, Phase.SHADOWS, Phase.OS_PACKAGES, Phase.EXTERNALLY_MANAGED]
    assert found.actions[-1].path == "libpython3.11-stdlib" and found.actions[-1].paths == (MARKER,)


def test_a_variable_goes_only_where_what_it_brings_in_does_harm(tmp_path: Path) -> None:
    harmless = plan(tmp_path / "a", GivenTree(files=(
        TreeFile("/opt/app/app.py"), TreeFile("/etc/profile.d/app.sh", "export PYTHONPATH=/opt/app\n"))))
    assert harmless.actions == ()
    assert [left.what for left in harmless.left] == ["PYTHONPATH=/opt/app in /etc/profile.d/app.sh:1"]
    harmful = plan(tmp_path / "b", GivenTree(files=(
        TreeFile("/opt/app/six.py"), TreeFile("/etc/profile.d/app.sh", "export PYTHONPATH=/opt/app\n"))))
    assert paths(harmful, Verb.COMMENT) == ["/etc/profile.d/app.sh"] and paths(harmful) == []
    assert harmful.left == ()
    library = plan(tmp_path / "c", GivenTree(files=(
        TreeFile("/etc/environment", "LD_LIBRARY_PATH=/opt/app\nLD_PRELOAD=/opt/x.so\n"),)))
    assert [left.what for left in library.left] == ["LD_LIBRARY_PATH=/opt/app in /etc/environment:1",
                                                    "LD_PRELOAD=/opt/x.so in /etc/environment:2"]


def test_a_finding_that_nothing_answers_is_left_and_not_kept_quiet() -> None:
    findings = (Finding("facts-incomplete", Level.BLOCK, "it could not be read"),
                Finding("python-variables-exported", Level.WARN, "it is set"))
    report = AuditReport(OperatingSystem("debian", "12"), (), (), findings)
    for level, number in ((Level.BLOCK, 1), (Level.WARN, 2)):
        assert [left.what for left in with_the_rest(RepairPlan(), report, level).left] == [
            finding.summary for finding in findings[:number]]
    assert with_the_rest(RepairPlan(), replace(report, findings=findings[1:]), Level.BLOCK) == RepairPlan(below=1)
    answered = RepairPlan(left=(Left("this", "that"),))
    assert with_the_rest(answered, report, Level.WARN) == answered


def test_what_is_left_to_a_person(tmp_path: Path) -> None:
    found = plan(tmp_path / "root", GivenTree(files=(
        TreeFile("/home/alice/.bashrc", "# >>> conda initialize >>>\n"),
        TreeFile("/opt/x/bin/python3", "", "755"), TreeFile("/etc/profile", "PATH=/opt/x/bin:$PATH\n"))))
    assert found.actions == ()
    assert [left.advice for left in found.left] == ["conda config --set auto_activate_base false",
                                                    "put it behind: PATH=$PATH:/opt/x/bin"]


@pytest.mark.parametrize(("text", "lines"), [
    ("if [ -d /opt ]; then\n  export PYTHONHOME=/opt/v; fi\n", ()),
    ("agent() {\n  PYTHONHOME=/opt/v /opt/v/agent \"$@\"\n}\n", ()),
    ("export PYTHONHOME=/opt/v OTHER=x\n", ()),
    ("if [ -d /opt ]; then\n  export PYTHONHOME=/opt/v\nfi\n", (2,)),
    ("PYTHONHOME=/opt/v && export PYTHONHOME\n", (1,)),
    ("export PYTHONHOME=/opt/v:\\\n/opt/w/lib\n:\n", (1, 2)),
    ("X='\nexport PYTHONHOME=/opt/v\n", ()),
])
@pytest.mark.parametrize("path", ["/etc/profile.d/x.sh", "/home/alice/.bashrc"])
def test_only_lines_on_which_nothing_else_stands_become_comments(path: str, text: str, lines: tuple[int, ...],
                                                                 tmp_path: Path) -> None:
    """A login shell reads the file as before, without the variable."""
    root = tmp_path / "root"
    found = plan(root, GivenTree(files=(TreeFile(path, text),)))
    assert [action.lines for action in found.actions] == ([lines] if lines else [])
    if not lines:
        assert [left.what.endswith(f"in {path}:{text[:text.index('PYTHONHOME')].count(chr(10)) + 1}")
                for left in found.left] == ([] if "agent" in text else [True])
        return
    (tmp_path / "changes").mkdir()
    place = Action(Phase.ENVIRONMENT, Verb.COMMENT, str(root / path[1:]), "", lines=lines)
    assert carry_out([Prepared(place)], str(tmp_path / "changes"), "1", {}, Users(lambda *_: []), print, 1) == []
    done = subprocess.run(["sh", "-ec", '. "$0"; echo "${PYTHONHOME-not set}"', place.path],
                          env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("not set\n", "")


@pytest.mark.parametrize("text", [
    "[ -d /opt/dev ] && export PYTHONPATH=/opt/dev", "if [ -d /opt/dev ]; then export PYTHONPATH=/opt/dev; fi",
    "export V=1 PYTHONPATH=/opt/dev", "V=1; PYTHONPATH=/opt/dev; W=2; export V W PYTHONPATH",
    "set -a; PYTHONPATH=/opt/dev", "case x in x) export PYTHONPATH=/opt/dev;; esac",
    "f() { export PYTHONPATH=/opt/dev; }; f", "export PYTHONPATH+=:/opt/dev",
    'export PYTHONPATH="/opt/dev${PYTHONPATH:+:$PYTHONPATH}"', "export PYTHONPATH=${PYTHONPATH:+$PYTHONPATH:}/opt/dev",
    "D=/opt\nexport PYTHONPATH=$D/dev", "D=/opt; export PATH=/opt/dev:$PATH PYTHONPATH=$D/dev"])
def test_however_a_start_up_file_says_it_what_it_brings_in_is_the_damage(text: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    tree = pristine(root)
    damage(tree, GivenTree(files=(TreeFile("/opt/dev/six.py"), TreeFile("/etc/profile.d/zz.sh", f"{text}\n"))))
    world = look_around(tree.host, read_accounts(tree.host), environ={}, uid=0, cwd="/")
    report = audit(world, Settings())
    assert {"os-distribution-shadowed", "python-variables-exported"} <= {finding.rule for finding in report.findings}
    found = plan_repair(world, report.effects, 0)
    alone = text.startswith("export PYTHONPATH") or "\n" in text
    assert [action.lines for action in found.actions] == ([(text.count("\n") + 1,)] if alone else [])
    assert [left.advice for left in found.left] == ([] if alone else [
        "take PYTHONPATH out of it by hand: more than that stands on the line"])


def test_what_cannot_be_told_is_a_gap(tmp_path: Path) -> None:
    root = tmp_path / "root"
    tree = pristine(root)
    damage(tree, GivenTree(files=(TreeFile("/etc/profile.d/zz.sh", "V=1\nread PYTHONPATH < /etc/paths\n"),)))
    report = audit(look_around(tree.host, read_accounts(tree.host), environ={}, uid=0, cwd="/"), Settings())
    assert [(finding.rule, finding.summary) for finding in report.findings] == [(
        "facts-incomplete", "/etc/profile.d/zz.sh:2: PYTHONPATH is set there in a way that is not understood")]


def test_a_native_librarys_line_is_no_exception(tmp_path: Path) -> None:
    damage(pristine(tmp_path / "root"), GivenTree(files=(
        TreeFile("/etc/profile.d/x.sh", "if :; then\nexport LD_LIBRARY_PATH=/opt/l; fi\n"),)))
    host = Host(str(tmp_path / "root"))
    world = look_around(host, read_accounts(host), environ={}, uid=0, cwd="/")
    effect = LibraryShadow("ssh", "/opt/l/libz.so.1", ("1",), "LD_LIBRARY_PATH", "/etc/profile.d/x.sh:2")
    found = plan_repair(world, [effect], 0)
    assert found.actions == () and "by hand" in found.left[0].advice
