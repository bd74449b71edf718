"""Refuse a pip command in a made-up world and redirect it for real: MODE, the tools' places as JSON, pip's words.

A process of its own, so that tests can send it signals. HOME and the working directory are the caller's,
PYGUARD_TEST_VERSION is what the Python that is refused says of itself.
"""

from __future__ import annotations

import json
import os
import sys

from pyguard.cli.redirect import redirect
from pyguard.cli.settle import settle
from pyguard.decide import decide
from pyguard.facts.conda import read_conda, read_setup
from pyguard.host import Host
from pyguard.intake.frontends.pip import parse
from pyguard.judge import Caller
from pyguard.model.decision import Decision
from pyguard.model.facts import ShellEnvironment, Tool
from pyguard.model.settings import Redirect, Settings
from pyguard.plan.declared import declare
from tests.builders import an_interpreter, some_facts
from tests.conda.channel import MINOR

SOMEBODY = 1000
PYTHON = os.path.realpath(sys.executable)


def decide_in_world(tools: dict[str, str], words: list[str], environ: dict[str, str], cwd: str,
                    stale: bool = False) -> Decision:
    """The decision about `pip install ...` of a protected Python that is the tests' own in truth.

    `stale`: what is there already is not known, as if it had appeared since.
    """
    host = Host()
    request = parse(host, ["pip", *words], environ=environ, cwd=cwd, uid=os.geteuid())
    conda = read_conda(host, environ, environ["HOME"])
    names = [wanted.name for wanted in request.wanted if wanted.name]
    facts = some_facts(
        interpreter=an_interpreter(path=PYTHON, version=environ.get("PYGUARD_TEST_VERSION", f"{MINOR}.0")),
        prefixes=() if stale else conda.taken,
        tools=tuple(Tool(name, path) for name, path in tools.items()), distributions=(), requesters=(),
        environment=ShellEnvironment(environ["HOME"], tuple(environ.get("PATH", "").split(":"))),
        conda=read_setup(host, conda, environ, names, uid=os.geteuid(), deep=True))
    return decide(facts, request, declare(request, facts), Settings())


def main(mode: str, tools: str, words: list[str]) -> int:
    environ = dict(os.environ)
    stale = environ.get("PYGUARD_TEST_STALE") == "1"
    decision = decide_in_world(json.loads(tools), words, environ, os.getcwd(), stale)
    caller = Caller(environ, os.getcwd(), os.geteuid() or SOMEBODY)    # no test writes root's journal
    assert not settle(decision, caller, sys.stderr)
    return redirect(decision, caller, Redirect(mode), sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
