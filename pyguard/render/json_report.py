"""A Decision becomes JSON: schema 1, the model as it is, control characters escaped by JSON itself."""

from __future__ import annotations

import json

from ..codec import encode
from ..model.decision import Decision


def render_json(decision: Decision) -> str:
    """One object, indented, ending in a newline."""
    return json.dumps(encode(decision), indent=2, ensure_ascii=True) + "\n"
