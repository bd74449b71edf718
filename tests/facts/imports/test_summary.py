"""What a file imports and takes, and how firmly: by its source alone."""

from __future__ import annotations

import textwrap

import pytest

from pyguard.facts.imports.strength import CONDITIONAL, GUARDED, LAZY, MODULE
from pyguard.facts.imports.summary import Summary, summarise


def read(source: str) -> Summary:
    found = summarise(textwrap.dedent(source).encode())
    assert found is not None
    return found


def imports(source: str) -> dict[str, int]:
    return {"." * row[0] + row[1]: row[4] for row in read(source)["imports"]}


def test_place_decides_strength() -> None:
    assert imports("""
        import a
        try:
            import b
        except ImportError:
            import c
        try:
            import d
        except KeyError:
            pass
        def f():
            import e
        class K:
            import g
        if something():
            import h
        """) == {"a": MODULE, "b": GUARDED, "d": MODULE, "e": LAZY, "g": MODULE, "h": CONDITIONAL}


def test_what_a_handler_imports_instead_is_apart() -> None:
    found = read("try:\n    import b\nexcept ImportError:\n    from c import d\n")["others"]
    assert [[[row[1], row[4]] for row in rows] for rows in found[0]] == [[["b", GUARDED]], [["c", CONDITIONAL]]]


@pytest.mark.parametrize(("test", "strength"), [
    ("TYPE_CHECKING", None), ("typing.TYPE_CHECKING", None), ("sys.version_info >= (3, 8)", MODULE),
    ("sys.version_info < (3,)", None), ("sys.version_info[0] == 2", None), ("six.PY2", None), ("not six.PY2", MODULE),
    ("sys.platform == 'win32'", None), ("os.name == 'posix'", MODULE), ("x and TYPE_CHECKING", None),
    ("0", None), ("f()", CONDITIONAL)])
def test_tests_that_are_settled(test: str, strength: int | None) -> None:
    assert imports(f"if {test}:\n    import a\n").get("a") == strength


def test_what_only_a_program_does_is_apart() -> None:
    found = read("if __name__ == '__main__':\n    import a\nelse:\n    import b\n")
    assert [row[1] for row in found["main"]] == ["a"]
    assert [row[1] for row in found["imports"]] == ["b"]


def test_names_and_attributes_with_their_lines() -> None:
    found = read("""\
        from a.b import c as d, e
        import f.g
        d.x
        def later():
            f.g.h.i
        """)
    assert found["imports"][0] == [0, "a.b", ["c", "e"], 1, MODULE]
    assert found["uses"] == [["a.b:c.x", 3, MODULE], ["f.g.h.i", 5, LAZY]]


def test_relative_imports_and_imports_by_call() -> None:
    assert imports("from . import a\nfrom ..b import c\nimportlib.import_module('x.y')\n__import__('z')\n") == {
        ".": MODULE, "..b": MODULE, "x.y": MODULE, "z": MODULE}


def test_annotations_count_until_they_are_postponed() -> None:
    source = "import a\ndef f(x: a.Gone) -> None: ...\n"
    assert read(source)["uses"] == [["a.Gone", 2, MODULE]]
    assert read("from __future__ import annotations\n" + source)["uses"] == []


def test_asking_first_is_no_use() -> None:
    assert read("import a\nif hasattr(a, 'b'): pass\n")["uses"] == []


def test_defines_what_others_may_take() -> None:
    assert read("import a\nfrom b import *\nx = 1\ndef f(): y = 2\nclass C: z = 3\n")["defines"] == [
        "*b", "C", "a", "f", "x"]
    assert "*" in read("def __getattr__(name): ...\n")["defines"]


@pytest.mark.parametrize("source", [b"print 'two'", b"\xff\xfe", b"def f(:", b"x = " + b"(" * 5000])
def test_what_is_no_python_of_today_is_none(source: bytes) -> None:
    assert summarise(source) is None
