"""A translated request becomes the text of an environment.yml: conda's part first, one pip section last. Pure."""

from __future__ import annotations

import re

from ..model.facts import Facts
from ..model.request import Request, SourceKind, WantedDistribution
from .names import constraint_files
from .translate import Translation

PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_.,<>=!~/+*@ -]*")    # needs no quotes in YAML, unless it is one of these
WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def render_environment_file(name: str, facts: Facts, request: Request, translation: Translation) -> str:
    """Paths in it are absolute: conda runs pip in the directory of the file, wherever that is."""
    channels = facts.conda.channels or ("conda-forge",)
    lines = [f"name: {_scalar(name)}", "channels:", *(f"  - {_scalar(channel)}" for channel in channels),
             "dependencies:", f"  - python={translation.python}",
             *(f"  - {_scalar(spec)}" for spec in translation.specs)]
    if translation.left:
        left = [f"-c {file}" for file in constraint_files(request, absolute=True)]
        left += [_line(wanted) for wanted in translation.left]
        lines += ["  - pip", "  - pip:", *(f"      - {_scalar(text)}" for text in left)]
    return "\n".join(lines) + "\n"


def _line(wanted: WantedDistribution) -> str:
    """A line of a requirements file that means the same from any directory."""
    if wanted.source is SourceKind.INDEX or not wanted.url.startswith("/"):
        return f"-e {wanted.url or wanted.text}" if wanted.editable else wanted.text
    extras = f"[{','.join(wanted.extras)}]" if wanted.extras else ""
    marker = f" ; {wanted.marker}" if wanted.marker and not wanted.editable else ""
    return f"-e {wanted.url}{extras}" if wanted.editable else f"{wanted.url}{extras}{marker}"


def _scalar(text: str) -> str:
    """YAML 1.1: plain where nothing in it can mean anything else, else in double quotes."""
    if PLAIN.fullmatch(text) and text.lower() not in WORDS and not text.endswith(" "):
        return text
    return '"' + "".join(_escape(character) for character in text) + '"'


def _escape(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character.isprintable() else f"\\U{ord(character):08x}"
