"""What the matrix, the inputs and `env` put into a step's script: values in its lines, and whole scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Optional

from ...model.late_pattern import late
from ..source_text import SourceText
from .github_expressions import EXPRESSION, values_of
from .github_matrix import Leg

ENVIRONMENT = late(r"\$\{\{\s*env\.(\w+)\s*\}\}")
MAX_VALUE = 200    # characters
MAX_TEXTS = 6      # of one step, in a matrix of commands


def filled(text: str, legs: list[Leg]) -> list[str]:
    """The script with the values in it: more than one where legs run others."""
    text = ENVIRONMENT.sub(r"${\1}", text)
    if "${{" not in text:
        return [text]
    return sorted({_with_values(text, leg) for leg in legs})[:MAX_TEXTS] or [text]


def _with_values(text: str, leg: Leg) -> str:
    def replace(match: re.Match[str]) -> str:
        value = values_of(match.group(), leg.known)[0]
        return match.group() if "\n" in value or len(value) > MAX_VALUE else value

    return EXPRESSION.sub(replace, text)


def scripts_in(text: str, legs: list[Leg], lines: list[str], path: str) -> Iterator[SourceText]:
    """The values of several lines that it is given as a whole (`run: ${{ matrix.install }}`), where they stand."""
    if "${{" not in text:
        return
    values = {value for match in EXPRESSION.finditer(text) for leg in legs
              for value in values_of(match.group(), leg.known) if "\n" in value.strip()}
    for value in sorted(values)[:MAX_TEXTS]:
        found = _place(value.rstrip().split("\n"), lines)
        if found is not None:
            margin = len(lines[found]) - len(lines[found].lstrip())
            yield SourceText(value, path, found + 1, margin + 1, margin)


def _place(wanted: list[str], lines: list[str]) -> Optional[int]:
    """Where a block of these lines stands in the file, however far in; None where it is written in another way."""
    stripped = [line.strip() for line in wanted]
    return next((start for start in range(len(lines) - len(wanted) + 1)
                 if lines[start].strip() == stripped[0]
                 and [line.strip() for line in lines[start:start + len(wanted)]] == stripped), None)
