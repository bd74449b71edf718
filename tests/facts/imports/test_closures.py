"""A small system: scripts, packages, plug-ins; who reaches what, over which step, and what is kept of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.facts.imports.entry import read_program
from pyguard.facts.imports.finder import Finder
from pyguard.facts.imports.graph import Builder
from pyguard.facts.imports.inputs import read_entry_points
from pyguard.facts.imports.reach import MISSING, Edge, incoming, reach_back, reach_on
from pyguard.facts.imports.store import Store
from pyguard.facts.imports.strength import GUARDED, INNER, LAZY, MODULE, NAMED, PLUGIN
from pyguard.host import Host

SITE = "/usr/lib/python3/dist-packages"
FILES = {
    "/usr/bin/tool": "#!/usr/bin/python3\nimport toolkit\n",
    f"{SITE}/toolkit/__init__.py": "from . import core\nimport importlib.metadata\nGROUP = 'toolkit.plugins'\n"
                                   "LATER = 'toolkit.named.thing'\n",
    f"{SITE}/toolkit/core.py": "try:\n    import guarded\nexcept ImportError:\n    guarded = None\n"
                               "def f():\n    from . import inner\n    import lazy\n    import nowhere\n",
    f"{SITE}/toolkit/inner.py": "import deep.er\n",
    f"{SITE}/toolkit/named.py": "import by_name\n",
    f"{SITE}/guarded.py": "", f"{SITE}/lazy.py": "", f"{SITE}/by_name.py": "",
    f"{SITE}/deep/__init__.py": "", f"{SITE}/deep/er.py": "", f"{SITE}/plugged.py": "",
    f"{SITE}/plug-1.0.egg-info/entry_points.txt": "[toolkit.plugins]\na = plugged:A\n",
}


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    for name, text in FILES.items():
        path = tmp_path / name[1:]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    host = Host(str(tmp_path))
    built = Builder(Finder([SITE], root=str(tmp_path)), read_entry_points(host, [SITE]), Store(str(tmp_path)).get)
    built.add("/usr/bin/tool", read_program("/usr/bin/tool", FILES["/usr/bin/tool"]))
    built.run()
    return built


@pytest.mark.parametrize(("node", "strength"), [
    (f"{SITE}/toolkit/core.py", MODULE), (f"{SITE}/guarded.py", GUARDED), (f"{SITE}/deep/er.py", INNER),
    (f"{SITE}/deep/__init__.py", INNER), (f"{SITE}/lazy.py", LAZY), (MISSING + "nowhere", LAZY),
    (f"{SITE}/by_name.py", NAMED), (f"{SITE}/plugged.py", PLUGIN)])
def test_how_firmly_the_tool_reaches(builder: Builder, node: str, strength: int) -> None:
    back = reach_back(incoming(builder.edges), [node])
    assert back["/usr/bin/tool"].strength == strength


def test_the_way_ends_at_the_line_that_imports(builder: Builder) -> None:
    back = reach_back(incoming(builder.edges), [f"{SITE}/guarded.py"])
    step = back[f"{SITE}/toolkit/core.py"].step
    assert step is not None and (step.source, step.line) == (f"{SITE}/toolkit/core.py", 2)


def test_forwards_only_through_what_is_asked(builder: Builder) -> None:
    back = reach_back(incoming(builder.edges), [f"{SITE}/deep/er.py"])
    out_of: dict[str, list[object]] = {}
    for edge in builder.edges:
        out_of.setdefault(edge.source, []).append(edge)
    found = reach_on(out_of, ["/usr/bin/tool"], NAMED, back)    # type: ignore[arg-type]
    assert found[f"{SITE}/toolkit/inner.py"] == INNER
    assert f"{SITE}/guarded.py" not in found


def test_a_summary_is_read_again_only_when_the_file_changed(tmp_path: Path) -> None:
    cache, source = tmp_path / "cache", tmp_path / "a.py"
    cache.mkdir(0o700)
    source.write_text("import x\n")
    first = Store()
    first.get([str(source)])
    first.save([str(cache)], "summaries", 0 if cache.stat().st_uid == 0 else cache.stat().st_uid)
    again = Store()
    again.load([str(cache)], "summaries", cache.stat().st_uid)
    summary = again.get([str(source)])[str(source)]
    assert again.read == 0 and summary is not None and summary["imports"][0][1] == "x"
    source.write_text("import longer_name\n")
    again.get([str(source)])
    assert again.read == 1


def test_modules_beside_one_that_computes_a_name_are_named(tmp_path: Path) -> None:
    found = reached(tmp_path, {
        "/usr/bin/multi": "#!/usr/bin/python3\nfrom multi import main\n", f"{SITE}/multi/__init__.py": "",
        f"{SITE}/multi/main.py": "__import__(prefix + name)\n", f"{SITE}/multi/command.py": "import far\n",
        f"{SITE}/far.py": ""}, "/usr/bin/multi")
    assert found[f"{SITE}/far.py"] == NAMED


@pytest.mark.parametrize(("first", "runs"), [
    ("import lib", False), ("import nowhere", True), ("from lib import name", False), ("from lib import gone", True),
    ("from lib import inner", False), ("from star import any", False), ("import sys", False),
    ("import lib, nowhere", True)])
def test_a_handler_runs_only_where_the_first_import_fails(tmp_path: Path, first: str, runs: bool) -> None:
    tool = f"#!/usr/bin/python3\ntry:\n    {first}\nexcept ImportError:\n    import other\n"
    found = reached(tmp_path, {"/usr/bin/t": tool, f"{SITE}/lib/__init__.py": "name = 1\n", f"{SITE}/other.py": "",
                               f"{SITE}/lib/inner.py": "", f"{SITE}/star.py": "from lib import *\n"}, "/usr/bin/t")
    assert (f"{SITE}/other.py" in found) is runs


def test_a_program_whose_distribution_lies_beside_it(tmp_path: Path) -> None:
    found = reached(tmp_path, {
        "/usr/share/own/own": "#!/usr/bin/python3\n# EASY-INSTALL-ENTRY-SCRIPT: 'own==1','console_scripts','own'\n",
        "/usr/share/own/own-1.egg-info/entry_points.txt": "[console_scripts]\nown = owned.cli:main\n",
        "/usr/share/own/owned/__init__.py": "", "/usr/share/own/owned/cli.py": "import far\n",
        f"{SITE}/far.py": ""}, "/usr/share/own/own")
    assert found[f"{SITE}/far.py"] == MODULE


def reached(root: Path, files: dict[str, str], start: str) -> dict[str, int]:
    for name, text in files.items():
        path = root / name[1:]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    host, program = Host(str(root)), read_program(start, files[start])
    built = Builder(Finder([SITE], root=str(root)), {}, Store(str(root)).get)
    built.know(read_entry_points(host, program.directories))
    built.add(start, program)
    built.run()
    out_of: dict[str, list[Edge]] = {}
    for edge in built.edges:
        out_of.setdefault(edge.source, []).append(edge)
    return reach_on(out_of, [start], PLUGIN, built.nodes)
