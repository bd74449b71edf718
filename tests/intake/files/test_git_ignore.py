"""A .gitignore is read as git reads it: git itself is asked about the same paths."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.intake.files.git_ignore import IgnoreLines, split_lines

PATHS = ("a", "b", "ab", "a.sh", "b.sh", "A.sh", "a b", "a ", "a\\", "#a", "!a", "[a", "a]", "-", "é", "x\ny",
         "a-b/c.sh", "d/a", "d/a.sh", "d/e/a.sh", "d/e/f/a.sh", "d/e/f/b", "d-/e", "de/f", "dd/e/f", "build/x/a.sh")
LINES = ("a", "/a", "a/", "*", "!*/", "!*.sh", "*.sh", "d/", "d/*", "d/**", "**/a.sh", "d/**/a.sh", "d**/a.sh", "/d/e",
         "d/e/", "!d/e", "/[z-a]", "[z-a]", "[a", "[", "\\", "!", "!!a", "/", "//", "\\#a", "#a", "\\!a", "a\\ ", "a  ",
         "a\\\\", "[!a]", "[^a]", "[]a]", "[a-]", "[[:alpha:]]", "[[:upper:]].sh", "[[:nonsense:]]", "[[:alpha]",
         "[[:a-b]", "[\\]]", "[a\\-c]", "?", "??", "???", "*.[s]h", "é", "[é]", "a?sh", "*b", "b*", "*/e", "*/", "**",
         "**/", "/**", "/*", "!/d", "d/e/f/", "d?e", "d[/]e", "d\\/e", "***/f", "build/", "a.sh\r", "\ufeffa", "d/e\\",
         "[b-a]c", "[--a]", "[a-c-e]", "[[:digit:]-a]", "\\a", "d//e", "./a", "a\fb")


def ask_git(top: Path, rules: dict[str, str], paths: tuple[str, ...]) -> set[str]:
    """Those of the paths that git ignores."""
    for name, text in rules.items():
        place = top / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode("utf-8"))
    done = subprocess.run(["git", "check-ignore", "-z", "--stdin", "--no-index"], cwd=top, check=False,
                          input="\0".join(paths).encode("utf-8"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert done.returncode in (0, 1)
    return set(done.stdout.decode("utf-8").split("\0")) - {""}


def ask_ours(text: str, paths: tuple[str, ...]) -> set[str]:
    """The same by our reading: what lies in an ignored directory is ignored."""
    lines = IgnoreLines(split_lines(text.encode("utf-8")))
    found = set()
    for path in paths:
        parts = path.split("/")
        steps = [("/".join(parts[:count]), count < len(parts)) for count in range(1, len(parts) + 1)]
        if any(lines.decide(step.encode("utf-8"), is_dir) for step, is_dir in steps):
            found.add(path)
    return found


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("git") is None:
        pytest.skip("git is not installed here")
    top = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", str(top)], check=True)
    for path in PATHS:
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text("")
    return top


@pytest.mark.parametrize("line", LINES)
def test_each_line_means_what_it_means_to_git(tree: Path, line: str) -> None:
    assert ask_ours(line, PATHS) == ask_git(tree, {".gitignore": line}, PATHS)
    taken_back = f"*\n!*/\n!{line}\n"
    assert ask_ours(taken_back, PATHS) == ask_git(tree, {".gitignore": taken_back}, PATHS)


@given(st.data())
def test_any_lines_mean_what_they_mean_to_git(tree: Path, data: st.DataObject) -> None:
    word = st.text("ab.shde*?[]!^-\\/: #", max_size=7)
    text = "\n".join(data.draw(st.lists(st.one_of(st.sampled_from(LINES), word), max_size=5)))
    assert ask_ours(text, PATHS) == ask_git(tree, {".gitignore": text}, PATHS)
