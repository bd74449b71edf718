"""Comments that ask for silence: what they reach, when they are in vain, and that --fix takes no other away."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.check.test_cli import BAD, GOOD, check, findings, write

RULE = "protected-interpreter-install"
USED = f"FROM ubuntu:24.04\n# pyguard: ignore[{RULE}] on purpose\nRUN pip install x\n"
IDLE = "# pyguard: ignore[system-python-removed] long ago\n"
STEPS = """on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
"""


def found(top: Path, *arguments: str) -> list[tuple[object, object]]:
    return [(each["rule"], each["line"]) for each in findings(top, *arguments)]


@pytest.mark.parametrize("arguments", [
    ["--select", "system-python-removed"], ["--select", "unused-ignore"], ["--ignore", RULE], ["--level", "block"],
    ["--containers", "conflicts"], []])
def test_a_comment_in_use_stays_whatever_was_asked_for(tmp_path: Path, arguments: list[str]) -> None:
    path = write(tmp_path, "Dockerfile", USED)
    assert check(tmp_path, *arguments, "--diff")[1] == ""
    check(tmp_path, *arguments, "--fix")
    assert path.read_text() == USED
    assert findings(tmp_path, *arguments) == []


@pytest.mark.parametrize("table", [f'[tool.pyguard.levels]\n{RULE} = "allow"\n',
                                   '[tool.pyguard.check]\ncontainers = "conflicts"\n'])
def test_a_comment_on_what_the_settings_allow_is_not_in_vain(tmp_path: Path, table: str) -> None:
    write(tmp_path, "Dockerfile", USED)
    write(tmp_path, "pyproject.toml", table)
    assert findings(tmp_path) == []


def test_nothing_is_in_vain_in_a_file_that_was_not_read_whole(tmp_path: Path) -> None:
    text = STEPS + f"      # pyguard: ignore[{RULE}] x\n      - run: pip install x\n{IDLE}bad: [\n"
    path = write(tmp_path, ".github/workflows/x.yml", text)
    check(tmp_path, "--fix")
    assert path.read_text() == text
    assert findings(tmp_path) == []


def test_what_was_not_asked_for_is_not_counted_as_ignored(tmp_path: Path) -> None:
    write(tmp_path, "Dockerfile", USED)
    assert "1 finding ignored" in check(tmp_path)[1]
    assert "ignored" not in check(tmp_path, "--select", "system-python-removed")[1]


@pytest.mark.parametrize("arguments", [["--ignore", "unused-ignore"], ["--select", RULE], ["--level", "block"]])
def test_unused_ignore_is_a_rule_like_others(tmp_path: Path, arguments: list[str]) -> None:
    write(tmp_path, "Dockerfile", GOOD + IDLE + "RUN true\n")
    assert found(tmp_path) == [("unused-ignore", 3)]
    assert found(tmp_path, *arguments) == []


@pytest.mark.parametrize(("value", "level"), [("allow", []), ("block", ["block"])])
def test_unused_ignore_has_a_level(tmp_path: Path, value: str, level: list[str]) -> None:
    write(tmp_path, "Dockerfile", GOOD + IDLE + "RUN true\n")
    write(tmp_path, "pyproject.toml", f'[tool.pyguard.levels]\nunused-ignore = "{value}"\n')
    assert [each["level"] for each in findings(tmp_path)] == level


@pytest.mark.parametrize(("name", "text"), [
    ("a.py", 'import os\nos.system("pip install x")\nHELP = "# pyguard: ignore[system-python-removed] reason"\n'),
    ("a.py", f'import os\nos.system("pip install x")\nHELP = """\n{IDLE}"""\n'),
    ("a.sh", '#!/bin/sh\npip install x\necho "write # pyguard: ignore[system-python-removed]"\n'),
    ("a.sh", f"#!/bin/sh\npip install x\ncat >y.sh <<'E'\n{IDLE}E\n"),
    ("a.sh", f"#!/bin/sh\npip install x\necho a \\\n{IDLE}b\n"),
    ("Makefile", "a:\n\tpip install x\n\t@echo '# pyguard: ignore[system-python-removed]'\n"),
    ("package.json", '{"scripts": {"a": "pip install x",\n'
                     '"b": "echo # pyguard: ignore[system-python-removed]"}}\n'),
    (".github/workflows/x.yml", STEPS + '      - run: "pip install x # pyguard: ignore[system-python-removed] y"\n'),
    ("README.md", "```sh\nsudo pip install x\n```\nWrite `# pyguard: ignore[system-python-removed] why`\n"),
], ids=["string", "long string", "quotes", "here-document", "continued", "make", "json", "yaml", "markdown"])
def test_what_may_be_no_comment_is_left_alone(tmp_path: Path, name: str, text: str) -> None:
    path = write(tmp_path, name, text)
    check(tmp_path, "--docs", "--fix")
    assert path.read_text() == text


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_idle_comment_goes_with_its_line_and_no_other(tmp_path: Path, newline: str) -> None:
    path = write(tmp_path, "Dockerfile", "")
    before = (USED + IDLE + "RUN true # pyguard: ignore[system-python-removed] x\n").replace("\n", newline)
    path.write_bytes(before.encode())
    check(tmp_path, "--fix")
    assert path.read_bytes() == before.replace(IDLE.replace("\n", newline), "").encode()


@pytest.mark.parametrize("between", ["", "# a builder\n", "\n", "\n# a\n\n# b\n", "ARG VERSION=1\n"])
def test_a_stage_is_the_one_after_the_comment(tmp_path: Path, between: str) -> None:
    write(tmp_path, "Dockerfile", f"# pyguard: ignore-stage[{RULE}] x\n{between}{BAD}{BAD}")
    assert found(tmp_path) == [(RULE, 5 + between.count("\n"))]


def test_a_stage_is_not_the_one_before_the_comment(tmp_path: Path) -> None:
    write(tmp_path, "Dockerfile", f"{BAD}# pyguard: ignore-stage[{RULE}] x\n# a builder\n\n{BAD}{BAD}")
    assert found(tmp_path) == [(RULE, 2), (RULE, 9)]


def test_within_a_stage_it_holds_from_the_comment_on(tmp_path: Path) -> None:
    write(tmp_path, "Dockerfile", f"{BAD}# pyguard: ignore-stage[{RULE}] x\nRUN true\nRUN pip install y\n{BAD}")
    assert found(tmp_path) == [(RULE, 2), (RULE, 7)]


def test_only_a_dockerfile_has_stages(tmp_path: Path) -> None:
    write(tmp_path, "a.sh", f"#!/bin/sh\nsudo pip install x\n# pyguard: ignore-stage[{RULE}] y\nsudo pip install y\n")
    assert found(tmp_path) == [(RULE, 2), ("unused-ignore", 3), (RULE, 4)]
    check(tmp_path, "--fix")
    assert "ignore-stage" in (tmp_path / "a.sh").read_text()


@pytest.mark.parametrize("step", [
    "      - name: x\n        run: pip install x\n",
    "      - run: |\n          true\n\n          pip install x\n",
    "      -\n        name: x\n        # why\n        run: >-\n          pip install x\n",
])
def test_before_a_step_it_covers_the_step(tmp_path: Path, step: str) -> None:
    text = STEPS + f"      # pyguard: ignore[{RULE}] y\n\n      # more\n" + step
    write(tmp_path, ".github/workflows/x.yml", text + "      - run: pip install y\n")
    assert found(tmp_path) == [(RULE, text.count("\n") + 1)]


@pytest.mark.parametrize("run", [f"        # pyguard: ignore[{RULE}] y\n        run: |\n",
                                 f"        run: |  # pyguard: ignore[{RULE}] y\n"])
def test_before_a_script_it_covers_the_script(tmp_path: Path, run: str) -> None:
    text = STEPS + "      - name: x\n" + run + "          true\n          pip install x\n"
    write(tmp_path, ".github/workflows/x.yml", text + "      - run: pip install y\n")
    assert found(tmp_path) == [(RULE, text.count("\n") + 1)]


@pytest.mark.parametrize("block", ["```sh\nsudo pip install x\n```\n", "~~~\nsudo pip install x\n~~~\n"])
def test_before_a_code_block_it_covers_the_block(tmp_path: Path, block: str) -> None:
    write(tmp_path, "README.md", f"<!-- pyguard: ignore[{RULE}] y -->\n{block}\n{block}")
    assert found(tmp_path, "--docs") == [(RULE, 7)]


def test_before_a_directive_it_covers_its_lines(tmp_path: Path) -> None:
    block = ".. code-block:: sh\n\n   true\n   sudo pip install x\n\nText.\n\n"
    write(tmp_path, "a.rst", f".. pyguard: ignore[{RULE}] y\n\n{block}{block}")
    assert found(tmp_path, "--docs") == [(RULE, 13)]
