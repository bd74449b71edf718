"""Who uses what changes, and who is at risk of it: on a made-up system, each rule with what it must not catch."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.evidence.changed import changed_nodes
from pyguard.evidence.misfits import Sources, find_misfits
from pyguard.evidence.reaches import affected, standing_on
from pyguard.facts.imports.reach import MISSING, outgoing
from pyguard.host import Host
from pyguard.impact.grades import grade
from pyguard.model.impact import Grade
from pyguard.model.plan import Change, Missing, Plan, Reach, Trial
from tests.evidence.worlds import LOCAL, SITE, closures, facts, installed, plan, ways, write

TOOL = "/usr/bin/tool"
FILES = {
    TOOL: "#!/usr/bin/python3\nimport middle\n",
    f"{SITE}/middle.py": "import lib\nlib.old\n",
    f"{SITE}/lib/__init__.py": "old = 1\nkept = 2\n",
}
NEW = Change("lib", "2", LOCAL, import_names=("lib",))


def nothing_asked(items: object) -> tuple[dict[str, tuple[str, ...]], tuple[()]]:
    return {}, ()


@pytest.mark.parametrize(("change", "site", "expected"), [
    (NEW, LOCAL, {f"{SITE}/lib/__init__.py": "lib", MISSING + "lib": "lib"}),
    (Change("other", "2", LOCAL, import_names=("other",)), LOCAL, {MISSING + "other": "other"}),
    (Change("lib", "2", "/opt/x", import_names=("lib",)), "/opt/x", {}),
    (Change("lib", "2", SITE, import_names=("lib",)), SITE, {f"{SITE}/lib/__init__.py": "lib", MISSING + "lib": "lib"}),
])
def test_what_changes_is_what_comes_later_on_the_path(tmp_path: Path, change: Change, site: str,
                                                     expected: dict[str, str]) -> None:
    write(tmp_path, FILES)
    found = changed_nodes(facts([TOOL]), plan(change, site=site), closures(tmp_path, [TOOL]).nodes, {})
    assert found == expected


def test_what_is_removed_changes(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    gone = Change("lib", None, SITE)
    found = changed_nodes(facts([TOOL]), plan(gone, site="/opt/x"), closures(tmp_path, [TOOL]).nodes,
                          {"lib": [f"{SITE}/lib"]})
    assert found == {f"{SITE}/lib/__init__.py": "lib"}


def test_a_user_has_its_way_and_line(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    found = closures(tmp_path, [TOOL])
    reached = affected(facts([TOOL]), plan(NEW), found, ways(found, {f"{SITE}/lib/__init__.py": "lib"}))
    assert reached == (Reach(TOOL, "lib", "lib", "import", f"{SITE}/middle.py:1", True, ("middle",)),)


def test_an_isolated_script_does_not_see_the_user_site(tmp_path: Path) -> None:
    from dataclasses import replace

    from pyguard.model.facts import OwnerKind, SiteDirectory

    write(tmp_path, FILES)
    found = closures(tmp_path, [TOOL])
    home = "/home/alice/.local/lib/python3.11/site-packages"
    for flags, count in (((), 1), (("-s",), 0), (("-I",), 0), (("-E",), 1)):
        seen = facts([TOOL], flags)
        seen = replace(seen, sites=(SiteDirectory(home, OwnerKind.USER, "user_site", 0), *seen.sites))
        changed = ways(found, {f"{SITE}/lib/__init__.py": "lib"})
        assert len(affected(seen, plan(NEW, site=home), found, changed)) == count


def misfits(root: Path, tree: Path, sources: Sources) -> tuple[Missing, ...]:
    found = closures(root, [TOOL])
    back = ways(found, changed_nodes(facts([TOOL]), plan(NEW), found.nodes, {}))
    bad, _ = find_misfits(Host(str(root)), facts([TOOL]), plan(NEW), found, back, str(tree), sources)
    return standing_on(facts([TOOL]), plan(NEW), found, back, bad, outgoing(found.edges))


@pytest.mark.parametrize(("new", "gone"), [
    ("kept = 2\n", True), ("old = kept = 2\n", False), ("def __getattr__(name): ...\n", False),
    ("from .inner import *\n", False), ("from sys import *\n", False)])
def test_a_name_that_is_gone(tmp_path: Path, new: str, gone: bool) -> None:
    root, tree = tmp_path / "root", tmp_path / "tree"
    write(root, FILES)
    write(tree, {f"{LOCAL}/lib/__init__.py": new, f"{LOCAL}/lib/inner.py": "old = 1\n"})
    found = misfits(root, tree, Sources((), nothing_asked))
    expected = (Missing(TOOL, "lib", f"{SITE}/middle.py:2", "lib.old"),) if gone else ()
    assert found == expected


@pytest.mark.parametrize(("requires", "upstream", "risky"), [
    (("lib<2",), (), True), ((), ("lib<2",), True), (("lib<3",), (), False), (("lib<1",), (), False), ((), (), False)])
def test_a_requirement_that_holds_today_and_not_then(tmp_path: Path, requires: tuple[str, ...],
                                                     upstream: tuple[str, ...], risky: bool) -> None:
    root, tree = tmp_path / "root", tmp_path / "tree"
    write(root, FILES)
    write(tree, {f"{LOCAL}/lib/__init__.py": "old = 1\n"})
    known = (installed("middle", "1", *requires), installed("lib", "1"))

    def ask(items: object) -> tuple[dict[str, tuple[str, ...]], tuple[()]]:
        return {"middle": upstream}, ()

    found = misfits(root, tree, Sources(known, ask))
    expected = (Missing(TOOL, "lib", "", "", "middle 1", (*requires, *upstream)[0], "1", "2"),) if risky else ()
    assert found == expected


def test_grades_are_never_mixed_up() -> None:
    reaches = tuple(Reach(name, "lib", "lib", "import", "f:1", True) for name in ("a", "b", "c"))
    missing = (Missing("a", "lib", "f:2", "lib.x"), Missing("b", "lib", "f:2", "lib.x"))
    trials = (Trial("a", "import a", "", "AttributeError: x"), Trial("b", "--help", "was so", "was so"))
    found = list(grade(Plan(plan().basis, plan().target, (), (), reaches, missing, trials)))
    assert [(item.requester, item.grade) for item in found] == [
        ("a", Grade.BREAKS), ("b", Grade.AT_RISK), ("c", Grade.USES)]
    assert found[0].proof == "import a: AttributeError: x"
    assert "a rehearsal went well" in found[1].proof


def test_what_fails_later_is_a_risk() -> None:
    reaches = (Reach("a", "lib", "lib", "import", "f:1", True),)
    trials = (Trial("a", "import a.deep", "", "ImportError: x", deep=True),)
    found = list(grade(Plan(plan().basis, plan().target, (), (), reaches, (), trials)))
    assert [(item.grade, item.proof) for item in found] == [(Grade.AT_RISK, "import a.deep: ImportError: x")]


def test_nothing_here_names_a_distribution_or_a_tool() -> None:
    """Closures, evidence and rehearsal judge by files; what is on a system is data."""
    import ast

    from tests.checkout import CHECKOUT

    known = {"cryptography", "urllib3", "requests", "jinja2", "certbot", "ansible", "dnf", "openssl", "pyopenssl",
             "numpy", "six", "twisted", "setuptools", "click", "attrs", "attr", "django", "boto3", "botocore", "nova",
             "cloud-init", "twine", "mkdocs", "buildbot", "deluge", "flask", "sphinx"}
    parts = ("facts/imports", "evidence", "impact", "plan/sandbox")
    files = [path for part in parts for path in sorted((CHECKOUT / "pyguard" / part).rglob("*.py"))]
    files += [CHECKOUT / "pyguard/plan" / name for name in ("rehearsed.py", "wheel_fetch.py", "wheel_layout.py")]
    assert len(files) > 25
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value:
                words = set(node.value.lower().replace("/", " ").replace(",", " ").split())
                assert not words & known, (path, node.value)    # the frontends that requests are typed for are named
