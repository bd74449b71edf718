"""JSON with comments becomes its values, and each string's place in the file."""

from __future__ import annotations

import json
import re
from typing import Any

from ...model.late_pattern import late
from ..circumstances import Unreadable
from ..source_text import SourceText

COMMENT = late(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', re.S)
TRAILING = late(r",(\s*[}\]])")


def load(text: str) -> Any:
    """The value; comments and trailing commas are allowed. Raises Unreadable."""
    try:
        return json.loads(TRAILING.sub(r" \1", without_comments(text)))
    except RecursionError as error:
        raise Unreadable("not JSON: nested too deeply") from error
    except ValueError as error:
        raise Unreadable(f"not JSON: {error}") from error


def without_comments(text: str) -> str:
    """The text with comments made blank, offsets kept."""
    return COMMENT.sub(lambda match: match.group() if match.group().startswith('"') else
                       re.sub(r"[^\n]", " ", match.group()), text)


def source_of(value: str, text: str, path: str, after: int = 0) -> tuple[SourceText, int]:
    """The string's text with its place: the first time it stands there from offset `after`; and where it ends."""
    for written in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        start = without_comments(text).find(written, after)
        if start >= 0:
            break
    start = max(start, 0)
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 2
    return SourceText(value, path, line, column), start + len(value)
