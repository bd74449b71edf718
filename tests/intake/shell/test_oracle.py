"""The shell reader beside tree-sitter-bash: the same commands at the same places, in every script of the fixtures."""

from __future__ import annotations

import subprocess

import pytest

from pyguard.intake.files.kinds import find_kind
from pyguard.intake.shell.reader import read_shell
from pyguard.intake.shell.tree import Block, Case, Function, If, Loop, Node, Pipeline, Redirected, Simple, Subshell
from tests.check.fixtures import bundles, read_bundle

tree_sitter = pytest.importorskip("tree_sitter")
tree_sitter_bash = pytest.importorskip("tree_sitter_bash")
PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))
SCRIPTS = {f"{path.stem}/{name}": text for path in bundles() for name, text in read_bundle(path).files.items()
           if (kind := find_kind(name, text[:4096])) is not None and kind.KIND == "shell"
           and not name.endswith((".erb", ".bats", ".tmpl", ".j2"))}    # templates, tests of bats: no shell text yet
# An apostrophe that is only a letter, inside of "${...}": so in sh, zsh and bash's POSIX mode, not in bash itself;
# a here-string after a redirection
BEYOND = {"shell_reading/quotes/braces.sh", "shell_far/names/messages.sh"}
BUILT = {
    "nested": "if a; then b && c || d; elif e; then (f; g) | h; else for i in 1 2; do j $i; done; fi",
    "case": "case $x in a|b) one;; *) two; three;; esac; four",
    "functions": "f() { a; b; }\nfunction g { c; }\nf; g",
    "documents": "cat <<EOF > x\nnot a command\nEOF\nnext <<-'E' && after\n\tno\n\tE\nlast",
    "quotes": "a 'b; c' \"d && e\" f\\ g; h $'i\\nj'",
    "substitutions": "a $(b | c) `d` <(e) ; f",
    "while": "while read -r x; do a \"$x\"; done < file; until b; do c; done",
    "tests": "[ -f a ] && b; [[ -n $c ]] || d; ! e; time f",
    "braces": "{ a; b; } > c 2>&1 & d",
    "assignments": "A=1 B=$(x) c; D=(1 2); export E=3 && f",
    "continued": "a \\\n  b \\\n  && c \\\n  | d",
    "document in a substitution": "u=\"$(cat <<EOF\nIt's (a \"b\nEOF\n)\"; after",
    "comment in a substitution": "u=\"$(a # don't\nb)\"; after",
    "case in a substitution": "u=$(case $y in a) echo \"it's\";; (b) c;; esac); after",
    "quotes in substitutions": "a \"$(b \"$(c \")\")\" ')')\"; after",
    "apostrophes": "a \"${x:-it's}\" \"${y:?it's}\" $'it\\'s' \"b$'\"; after",
    "quoted patterns": "case $x in \"c)\") a;; 'd)'|e) b;; esac; after",
    "declared arrays": "f() { local a=(b \"$c\") d; declare -A e=([\"/\"]=1 \\\n [x]=2); g; }; after",
    "arithmetic": "((i++)); a; for ((i=0; i<3; i++)); do b; done",
}


def by_oracle(text: str) -> set[tuple[int, str]]:
    """Line and first word of every command outside of substitutions."""
    data = text.encode()
    found: set[tuple[int, str]] = set()
    waiting = [PARSER.parse(data).root_node]
    while waiting:
        node = waiting.pop()
        if node.type in ("command_substitution", "process_substitution", "heredoc_body"):
            continue
        if node.type == "command":
            name = node.child_by_field_name("name")
            if name is not None:
                found.add((name.start_point[0], data[name.start_byte:name.end_byte].decode()))
        waiting.extend(node.children)
    return found


def by_reader(text: str) -> set[tuple[int, str]]:
    """The same from the tree of read_shell."""
    found: set[tuple[int, str]] = set()
    waiting: list[Node] = [read_shell(text)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Simple) and node.words:
            word = node.words[0]
            found.add((text.count("\n", 0, word.start), text[word.start:word.end]))
        waiting.extend(_inside(node))
    return found


def _inside(node: Node) -> list[Node]:
    if isinstance(node, Block):
        return [each for _, each in node.items]
    if isinstance(node, Pipeline):
        return list(node.commands)
    if isinstance(node, If):
        return [each for pair in node.branches for each in pair] + ([node.otherwise] if node.otherwise else [])
    if isinstance(node, Loop):
        return [node.condition, node.body]
    if isinstance(node, Case):
        return [body for _, body in node.arms]
    if isinstance(node, Redirected):
        return [node.node]
    return [node.body] if isinstance(node, (Subshell, Function)) else []


# What the oracle has node types of its own for, and the reader holds to be commands.
DECLARATIONS = frozenset(("export", "declare", "typeset", "readonly", "local", "unset", "[", "[[", "test"))


@pytest.mark.parametrize("name", sorted(BEYOND))
def test_what_the_oracle_does_not_read_is_shell(name: str) -> None:
    assert PARSER.parse(SCRIPTS[name].encode()).root_node.has_error
    subprocess.run(["bash", "--posix", "-n"], input=SCRIPTS[name], text=True, check=True)


@pytest.mark.parametrize("name", [*sorted(SCRIPTS.keys() - BEYOND), *BUILT])
def test_the_same_commands(name: str) -> None:
    text = {**SCRIPTS, **BUILT}[name].replace("time ", "     ")    # a reserved word, which the oracle does not know
    if PARSER.parse(text.encode()).root_node.has_error:
        pytest.skip("not bash for the oracle")
    assert _commands(by_reader(text)) == _commands(by_oracle(text))


def _commands(found: set[tuple[int, str]]) -> set[tuple[int, str]]:
    """Without what is none; `((` is one for an oracle of Python 3.9's."""
    return {each for each in found if each[1] not in DECLARATIONS and not each[1].startswith("((")}
