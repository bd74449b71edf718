"""Conditions that never hold: `condition: false`, `enabled: no`, `when: [x, false]`."""

from __future__ import annotations

from typing import Any

from .yaml_nodes import mapping, text_of, texts

FALSE = frozenset(("false", "no", "off"))
TRUE = frozenset(("true", "yes", "on"))


def is_false(node: Any) -> bool:
    """Whether that is a condition, or a list with one, that is written as false."""
    return any(text.strip().lower() in FALSE for text in texts(node))


def is_skipped_step(step: dict[str, Any]) -> bool:
    """CircleCI's `when: {condition: false, ...}` and `unless: {condition: true, ...}`."""
    return is_false(mapping(step.get("when")).get("condition")) or text_of(
        mapping(step.get("unless")).get("condition")).lower() in TRUE
