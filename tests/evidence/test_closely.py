"""Uses that no longer fit: both of two imports, bases, calls; and what does fit."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pyguard.evidence.closely import Closely
from pyguard.evidence.details import read_details
from pyguard.evidence.names import Contents
from pyguard.facts.imports.finder import Finder
from tests.evidence.worlds import LOCAL, SITE, write

OLD = {
    f"{SITE}/lib/__init__.py": "from .base import Base\ndef call(a, b=1): ...\n"
                               "class Made:\n    def __init__(self, a): ...\n",
    f"{SITE}/lib/base.py": "class Base: ...\n",
    f"{SITE}/lib/parts.py": "thing = 1\n",
    f"{SITE}/other.py": "thing = 1\n",
}


def faults(tmp_path: Path, new: dict[str, str], user: str) -> list[tuple[str, str]]:
    """The names that no longer fit, each with what is wrong."""
    root, tree = tmp_path / "root", tmp_path / "tree"
    write(root, OLD)
    write(tree, {f"{LOCAL}/lib/{name}": text for name, text in new.items()})
    closely = Closely(Contents(Finder([SITE], root=str(root))), Contents(Finder([LOCAL], root=str(tree))))
    return [(missing.name, missing.fault) for _, missing in closely.unfit("/u.py", read_details(ast.parse(user)))]


CHOICE = "try:\n    from {first} import thing\nexcept ImportError:\n    from {second} import thing\n"


@pytest.mark.parametrize(("first", "second", "lost"), [
    ("lib.nowhere", "lib.parts", True), ("lib.parts", "lib.nowhere", True), ("other", "lib.parts", False),
    ("lib.parts", "other", False)])
def test_a_choice_is_lost_when_neither_import_is_there(tmp_path: Path, first: str, second: str, lost: bool) -> None:
    found = faults(tmp_path, {"__init__.py": "", "parts.py": ""}, CHOICE.format(first=first, second=second))
    assert found == ([("lib.parts.thing", "")] if lost else [])


def test_a_handler_that_needs_no_import_copes(tmp_path: Path) -> None:
    user = "try:\n    from lib.parts import thing\nexcept ImportError:\n    thing = None\n"
    assert faults(tmp_path, {"__init__.py": "", "parts.py": ""}, user) == []


@pytest.mark.parametrize(("new", "risky"), [
    ({"__init__.py": "from ._inner import x\nBase = x.Base\n", "_inner.abi3.so": ""}, True),
    ({"__init__.py": "from .base import Base\n", "base.py": "class Base: ...\n"}, False),
    ({"__init__.py": "Base = make()\n"}, False)])
def test_a_base_that_is_compiled_now(tmp_path: Path, new: dict[str, str], risky: bool) -> None:
    found = faults(tmp_path, new, "from lib import Base\nclass Own(Base): ...\n")
    assert found == ([("lib.Base", "is compiled now, and may not be inherited from")] if risky else [])


@pytest.mark.parametrize(("new", "call", "fits"), [
    ("def call(a): ...\n", "lib.call(1, 2)", False), ("def call(a, *rest): ...\n", "lib.call(1, 2)", True),
    ("def call(a, *, b=1): ...\n", "lib.call(1, 2)", False), ("def call(a, *, b=1): ...\n", "lib.call(1, b=2)", True),
    ("def call(a, **more): ...\n", "lib.call(1, b=2)", True), ("def call(c): ...\n", "lib.call(a=1)", False),
    ("def call(a, b, c): ...\n", "lib.call(1, 2)", False), ("def call(a, b, c=0): ...\n", "lib.call(1, 2)", True),
    ("@wrapped\ndef call(a): ...\n", "lib.call(1, 2)", True), ("def call(a, /): ...\n", "lib.call(a=1)", False),
    ("def call(a): ...\n", "lib.call(*given)", True), ("def call(a): ...\n", "lib.call(1, 2, 3)", True),
    ("def call(a, b, *, c): ...\n", "lib.call(1, 2)", False),
    ("class Made:\n    def __init__(self): ...\n", "lib.Made(1)", False),
    ("class Made:\n    def __init__(self, a): ...\n", "lib.Made(1)", True),
    ("class Made(Other, metaclass=M):\n    def __init__(self): ...\n", "lib.Made(1)", True)])
def test_calls_at_import(tmp_path: Path, new: str, call: str, fits: bool) -> None:
    found = faults(tmp_path, {"__init__.py": new}, f"import lib\nx = {call}\n")
    assert found == ([] if fits else [(f"lib.{call[4:].partition('(')[0]}", "takes other arguments")])


def test_what_a_function_does_later_is_not_looked_at(tmp_path: Path) -> None:
    assert faults(tmp_path, {"__init__.py": "def call(): ...\n"}, "import lib\ndef f():\n    lib.call(1)\n") == []


def test_what_is_nested_too_deeply_is_not_looked_into(tmp_path: Path) -> None:
    deep = "if a:\n    pass\n" + "".join(f"elif a == {number}:\n    x = {number}\n" for number in range(1200))
    user = "import lib\nx = lib.call(1, 2)\n"
    assert faults(tmp_path, {"__init__.py": f"def call(a): ...\n{deep}"}, user) == []
    assert faults(tmp_path, {"__init__.py": "def call(a): ...\n"}, user + deep) == []
