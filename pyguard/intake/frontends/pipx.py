"""A pipx command line -> Request: the commands that `pipx --global` puts in front of the operating system's.

pipx installs into environments of its own; what reaches everybody are the links that it makes in
/usr/local/bin. An ordinary user's links are that user's own business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...host import Host
from ...model.facts import Interpreter
from ...model.paths import absolute
from ...model.request import Action, Destination, Request, Scheme
from .around import Around
from .command_line import Grammar, Said, read_words

NAME = "pipx"
PROGRAMS = ("pipx",)
MODULES = ("pipx",)
INSTALLING = ("inject", "install")
SYSTEM_PYTHON = "/usr/bin/python3"
BIN_DIRECTORY = "/usr/local/bin"
HOME_DIRECTORY = "/opt/pipx"
GRAMMAR = Grammar("pipx", """--app --backend --cooldown --fetch-python --include-resources-from --index-url -i
 --installer --lock --output --pip-args --preinstall --python --requirement -r --suffix --upgrade-strategy""",
                  """--editable -e --fetch-missing-python --force -f --global --include-apps --include-deps
 --include-injected --quiet -q --skip-maintenance --system-site-packages --upgrade -U --verbose -v --version
 --with-suffix""", abbreviated=True)


def changes_nothing(argv: Sequence[str], environ: Mapping[str, str]) -> bool:
    """All but `install --global`, and `inject --global` where that links commands."""
    said = read_words(argv[1:], GRAMMAR)
    if said.helped or said.words[:1] not in (("install",), ("inject",)) or not said.has("--global"):
        return True
    return said.words[0] == "inject" and not said.has("--include-apps", "--include-deps")


def choose_interpreter(host: Host, argv: Sequence[str], around: Around) -> str:
    """The operating system's, for it is its commands that may be hidden."""
    return SYSTEM_PYTHON


def leaves_environment(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> bool:
    """Never: where that interpreter is none of the operating system's, there is nothing to hide."""
    return False


def parse_request(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> Request:
    """The distributions; their commands go by their names."""
    from .operands import read_operands

    said = read_words(argv[1:], GRAMMAR)
    words = said.words[2:] if said.words[0] == "inject" else said.words[1:]
    found = read_operands(host, Said(words=words, end=said.end), around)
    home = around.environ.get("PIPX_GLOBAL_HOME") or HOME_DIRECTORY
    scripts = around.environ.get("PIPX_GLOBAL_BIN_DIR") or BIN_DIRECTORY
    return Request(NAME, tuple(argv), Action.INSTALL, said.words[0], around.uid, around.cwd, found.wanted,
                   destination=Destination(Scheme.PRIVATE, absolute(home, around.cwd),
                                           asked_by="--global", scripts=scripts),
                   gaps=found.gaps)
