"""Tools that have pip do the work: the pip command they would run, and their own command line -> Request."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ...host import Host
from ...model.facts import Interpreter
from ...model.frozen import replace
from ...model.request import Request, WantedDistribution
from .around import Around
from .pip import parse


def request_of(host: Host, name: str, argv: Sequence[str], words: Sequence[str], around: Around,
               interpreter: Interpreter, wanted: Sequence[WantedDistribution] = (),
               gaps: Sequence[str] = ()) -> Request:
    """`words` are pip's arguments; what the tool wants besides them is `wanted`."""
    found = parse(host, ("pip", *words), environ=around.environ, cwd=around.cwd, uid=around.uid,
                  prefix=interpreter.prefix)
    return replace(found, frontend=name, argv=tuple(argv), wanted=(*found.wanted, *wanted),
                   gaps=(*found.gaps, *gaps))


def without_settings(around: Around) -> Around:
    """For those that read neither PIP_ variables nor pip.conf; /dev/null is pip's word for none."""
    environ = {name: value for name, value in around.environ.items() if not name.startswith("PIP_")}
    return around._replace(environ={**environ, "PIP_CONFIG_FILE": os.devnull})
