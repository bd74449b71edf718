"""Requirement lines and files by pip's own rules; bad ones are one clear error with file and line."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.errors import IntakeError, PyguardError
from pyguard.host import Host
from pyguard.intake.requirement_files import FileContents, read_requirements_file
from pyguard.intake.requirement_text import Place, read_requirement, split_archive_name
from pyguard.model.request import SourceKind
from tests.wheelhouse import make_wheel


def write(tmp_path: Path, text: str | bytes, name: str) -> None:
    path = tmp_path / "work" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def read(tmp_path: Path, text: str | bytes, name: str = "req.txt", **environ: str) -> FileContents:
    write(tmp_path, text, name)
    return read_requirements_file(Host(str(tmp_path)), name, environ=environ, cwd="/work")


def names(contents: FileContents) -> list[str]:
    return [wanted.name + wanted.specifier for wanted in contents.wanted]


@pytest.mark.parametrize(("text", "name", "specifier", "version", "marker"), [
    ("Six", "six", "", "", ""), ("ruamel.yaml==0.17", "ruamel-yaml", "==0.17", "0.17", ""),
    ("a>=1,<2", "a", "<2,>=1", "", ""), ("a == 1.*", "a", "==1.*", "", ""), ("a===1.0", "a", "===1.0", "1.0", ""),
    ("a; python_version<'3'", "a", "", "", 'python_version < "3"'), ("foo==1.0-custom_build", "foo",
                                                                     "==1.0-custom_build", "", ""),
])
def test_names(tmp_path: Path, text: str, name: str, specifier: str, version: str, marker: str) -> None:
    found = read_requirement(Host(str(tmp_path)), text, Place("/work", "r.txt:1"))
    assert (found.name, found.specifier, found.version, found.marker) == (name, specifier, version, marker)
    assert (found.text, found.origin, found.source) == (text, "r.txt:1", SourceKind.INDEX)


@pytest.mark.parametrize(("text", "name", "version", "kind"), [
    ("https://host/PyYAML-6.0-cp311-cp311-manylinux_x86_64.whl#sha256=ab", "pyyaml", "6.0", SourceKind.WHEEL),
    ("https://host/six-1.16.0.tar.gz", "six", "1.16.0", SourceKind.SDIST),
    ("https://host/archive/main.zip", "", "", SourceKind.SDIST),
    ("https://host/archive/main.zip#egg=Six", "six", "", SourceKind.SDIST),
    ("https://host/thing", "", "", SourceKind.URL),
    ("git+https://host/x.git@v1#egg=My_Thing[a]&subdirectory=y", "my-thing", "", SourceKind.VCS),
    ("git+ssh://git@host/x.git", "", "", SourceKind.VCS),
    ("six @ https://host/main.zip", "six", "", SourceKind.SDIST),
    ("six[x] @ git+https://host/six", "six", "", SourceKind.VCS),
    ("dist/six-1.16.0.tar.gz", "six", "1.16.0", SourceKind.SDIST),
])
def test_links_and_archives(tmp_path: Path, text: str, name: str, version: str, kind: SourceKind) -> None:
    found = read_requirement(Host(str(tmp_path)), text, Place("/work"))
    assert (found.name, found.version, found.source) == (name, version, kind)


def test_wheel_on_disk(tmp_path: Path) -> None:
    make_wheel(str(tmp_path / "work"), "demo", "2.0", {"demo/__init__.py": "", "extra.py": "", "data/x.txt": ""},
               ("six>=1", "yaml; extra == 'y'"))
    for text in ("./demo-2.0-py3-none-any.whl", "demo-2.0-py3-none-any.whl[y]", "file:///work/demo-2.0-py3-none-any.whl",
                 "demo @ file:///work/demo-2.0-py3-none-any.whl"):
        found = read_requirement(Host(str(tmp_path)), text, Place("/work"))
        assert (found.name, found.version, found.import_names) == ("demo", "2.0", ("demo", "extra"))
        assert found.requires == ("six>=1", "yaml; extra == 'y'")


def test_unreadable_wheel_is_reported(tmp_path: Path) -> None:
    (tmp_path / "x-1-py3-none-any.whl").write_bytes(b"PK\x03\x04 junk")
    gaps: list[str] = []
    found = read_requirement(Host(str(tmp_path)), "./x-1-py3-none-any.whl", Place("/", report=gaps.append))
    assert (found.name, found.import_names, len(gaps)) == ("x", (), 1)


@pytest.mark.parametrize("text", ["", "=1", "a b c", "a==1;nonsense", "./nowhere", "six=1", "\x1b[31mred", "a\0b", "-x",
                                  "./not-a-wheel.whl", "x" * 100_000, "[" * 5000])
def test_what_pip_would_not_take(tmp_path: Path, text: str) -> None:
    with pytest.raises(IntakeError) as caught:
        read_requirement(Host(str(tmp_path)), text, Place("/", "r.txt:7"))
    assert caught.value.context == "r.txt:7"
    assert len(caught.value.message) < 250


def test_editable(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p/pyproject.toml").write_text("[project]\nname = 'P.P'\nversion = '1'\n")
    host = Host(str(tmp_path))
    found = read_requirement(host, "p[x]", Place("/"), editable=True)
    assert (found.name, found.editable, found.extras, found.url) == ("p-p", True, ("x",), "/p")
    assert read_requirement(host, "git:x/y#egg=z", Place("/"), editable=True).name == "z"
    assert read_requirement(host, "z @ git+https://h/x", Place("/"), editable=True).source is SourceKind.VCS
    with pytest.raises(IntakeError):
        read_requirement(host, "six", Place("/"), editable=True)


@pytest.mark.parametrize(("stem", "expected"), [
    ("six-1.0.zip", ("six", "1.0")), ("a-b-1.0.tar.bz2", ("a-b", "1.0")), ("v1.0.tar.gz", ("", "")), ("x.whl", ("",
                                                                                                                "")),
    ("1.0.zip", ("", "")), ("a_b-1!2.0.post1.tgz", ("a-b", "1!2.0.post1"))])
def test_archive_names(stem: str, expected: tuple[str, str]) -> None:
    assert split_archive_name(stem) == expected


def test_lines(tmp_path: Path) -> None:
    contents = read(tmp_path, """\
# comment \\
six==1.16 \\
    --hash=sha256:aa \\
    --hash=sha256:bb   # trailing
--index-url https://host/simple --pre
--only-binary=:all:
a#b>=1 # not here
  ${NAME}==${VERSION}   # ${UNSET} stays

requests [security] >= 2 ; python_version > '3'
""".replace("a#b>=1", "ab>=1"), NAME="yaml", VERSION="6")
    assert names(contents) == ["six==1.16", "ab>=1", "yaml==6", "requests>=2"]
    assert [wanted.origin for wanted in contents.wanted] == ["req.txt:2", "req.txt:7", "req.txt:8", "req.txt:10"]
    assert [(one.option.dest, one.value) for one in contents.options] == [
        ("index_url", "https://host/simple"), ("pre", "1"), ("format_control", ":all:")]


def test_nested_files(tmp_path: Path) -> None:
    write(tmp_path, "one\n", "sub/one.txt")
    write(tmp_path, "two<3\n", "sub/two.txt")
    write(tmp_path, "-r one.txt\n--constraint two.txt\n", "sub/all.txt")
    contents = read(tmp_path, "-r sub/all.txt\nthree -r ignored.txt\n-r https://host/r.txt\n")
    assert names(contents) == ["one", "three"]
    assert [wanted.name for wanted in contents.constraints] == ["two"]
    assert contents.wanted[0].origin == "sub/one.txt:1"
    assert len(contents.gaps) == 1 and "https://host/r.txt" in contents.gaps[0]


def test_the_same_file_twice_is_no_cycle(tmp_path: Path) -> None:
    write(tmp_path, "one\n", "one.txt")
    assert names(read(tmp_path, "-r one.txt\n-r one.txt\n")) == ["one", "one"]


def test_cycle(tmp_path: Path) -> None:
    write(tmp_path, "six\n-r req.txt\n", "b.txt")
    with pytest.raises(IntakeError) as caught:
        read(tmp_path, "\n-r b.txt\n")
    assert (caught.value.reference, caught.value.context) == ("requirements-cycle", "b.txt:2")


def test_too_deep(tmp_path: Path) -> None:
    for number in range(120):
        write(tmp_path, f"-r {number + 1}.txt\n", f"{number}.txt")
    with pytest.raises(IntakeError, match="deep"):
        read_requirements_file(Host(str(tmp_path)), "0.txt", environ={}, cwd="/work")


@pytest.mark.parametrize(("content", "name"), [
    ("\ufeffsix".encode(), "six"), ("six\n".encode("utf-16"), "six"), ("six\n".encode("utf-32"), "six"),
    (b"# -*- coding: latin-1 -*-\n# caf\xe9\nsix\n", "six"), (b"six\r\n", "six")])
def test_encodings(tmp_path: Path, content: bytes, name: str) -> None:
    assert names(read(tmp_path, content)) == [name]


@pytest.mark.parametrize("content", [b"\x7fELF\x02\x01\x00\xff\xfe", b"# coding: nonsense\nsix",
                                     b"# coding: rot13\nsix\n",
                                     b"caf\xe9"])
def test_binary_junk(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(IntakeError) as caught:
        read(tmp_path, content)
    assert caught.value.reference == "unreadable-requirements"


@pytest.mark.parametrize("line", ["--nonsense", "six --nonsense", "-r", "--hash 'x", "-e", "-q six"])
def test_bad_lines(tmp_path: Path, line: str) -> None:
    with pytest.raises(IntakeError) as caught:
        read(tmp_path, f"six\n{line}\n")
    assert caught.value.context == "req.txt:2"


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "work/dir.txt").mkdir(parents=True)
    host = Host(str(tmp_path))
    for name in ("missing.txt", "dir.txt"):
        with pytest.raises(IntakeError, match="could not read") as caught:
            read_requirements_file(host, name, environ={}, cwd="/work")
        assert caught.value.context == f"/work/{name}"


def test_a_pipe_is_left_to_pip(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    os.mkfifo(tmp_path / "work/pipe")
    os.mkfifo(tmp_path / "work/pylock.toml")
    (tmp_path / "work/r.txt").write_text("six\n-r pipe\n")
    for name in ("pipe", "r.txt", "pylock.toml"):
        found = read_requirements_file(Host(str(tmp_path)), name, environ={}, cwd="/work")
        assert [gap for gap in found.gaps if "was not read: what it asks for is not known" in gap]
    assert names(read(tmp_path, b"six")) == ["six"]


@pytest.mark.parametrize("content", [b"x" * 10_000_000, b" " * 4_000_000 + b"#\n", b"six \\\n" * 400_000,
                                     b"\0" * 4_000_000])
def test_megabytes_of_it(tmp_path: Path, content: bytes) -> None:
    began = time.process_time()
    with pytest.raises(IntakeError):
        read(tmp_path, content + b"x x")
    assert time.process_time() - began < 5


def test_lock_file(tmp_path: Path) -> None:
    text = "lock-version = '1.0'\n[[packages]]\nname = 'six'\nversion = '1.16'\n[[packages]]\nname = 'own'\n"
    assert names(read(tmp_path, text, "pylock.toml")) == ["six==1.16", "own"]
    with pytest.raises(IntakeError):
        read(tmp_path, "= nonsense", "pylock.ci.toml")


@pytest.mark.parametrize(("defaults", "marker"), [("[]", "'dev' in dependency_groups"), ("['dev']", "")])
def test_the_groups_of_a_lock_file(tmp_path: Path, defaults: str, marker: str) -> None:
    text = f"default-groups = {defaults}\n[[packages]]\nname = 'six'\nmarker = \"'dev' in dependency_groups\"\n"
    (found,) = read(tmp_path, text, "pylock.toml").wanted
    assert found.marker == marker


LINE = st.one_of(
    st.sampled_from(["six", "-r req.txt", "-c x", "-e .", "--hash=a:b", "# c", "six \\", "\\", "-", "--", "x @ y",
                     "'", '"',
                     "-i x", "a;b", "git+x", "file:", "file:///", "http://[", "${X}", "\x1b", "./", ".", "/",
                     "-e git+x#egg=y"]),
    st.text(max_size=20))


@given(st.lists(LINE, max_size=6))
def test_any_file(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    try:
        read(tmp_path_factory.mktemp("r"), "\n".join(lines).encode("utf-8", "surrogatepass"), X="y")
    except PyguardError as error:
        assert error.message and error.context


@given(st.text(max_size=60), st.booleans())
def test_any_requirement(text: str, editable: bool) -> None:
    try:
        read_requirement(Host("/nonexistent"), text, Place("/"), editable)
    except PyguardError as error:
        assert error.message


@pytest.mark.parametrize("line", ["-r a\0b", "-c \0", "-e ./\0"])
@pytest.mark.parametrize("tree", [True, False])
def test_a_nul_in_a_path_is_one_error(tmp_path: Path, line: str, tree: bool) -> None:
    write(tmp_path, f"{line}\n", "req.txt")
    with pytest.raises(PyguardError):
        read_requirements_file(Host(str(tmp_path) if tree else ""), "req.txt", environ={},
                               cwd="/work" if tree else f"{tmp_path}/work")
