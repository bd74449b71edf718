"""Sizes and a rectangle -> a rectangle each, areas in proportion and near to squares.

The squarified treemap of Bruls, Huizing and van Wijk (2000): rows are laid along the shorter side, and a row
ends where one more would make its worst rectangle longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


def lay_out(sizes: Sequence[float], box: Box) -> list[Box]:
    """One box a size, in the given order, which is best the largest first; sizes are above zero."""
    total = sum(sizes)
    if not sizes or total <= 0 or box.width <= 0 or box.height <= 0:
        return [Box(box.x, box.y, 0, 0) for _ in sizes]
    scale = box.width * box.height / total
    areas = [size * scale for size in sizes]
    placed: list[Box] = []
    while areas:
        count = _row_length(areas, min(box.width, box.height))
        row, areas = areas[:count], areas[count:]
        boxes, box = _place(row, box)
        placed.extend(boxes)
    return placed


def _row_length(areas: Sequence[float], side: float) -> int:
    """How many of the first areas make the best row along a side."""
    count, worst = 1, _worst(areas[:1], side)
    while count < len(areas):
        longer = _worst(areas[:count + 1], side)
        if longer > worst:
            break
        count, worst = count + 1, longer
    return count


def _worst(row: Sequence[float], side: float) -> float:
    """The most stretched rectangle of a row, as its aspect ratio."""
    thickness = sum(row) / side
    return max(max(thickness * thickness / area, area / (thickness * thickness)) for area in row)


def _place(row: Sequence[float], box: Box) -> tuple[list[Box], Box]:
    boxes = []
    if box.width >= box.height:
        thickness, at = sum(row) / box.height, box.y
        for area in row:
            boxes.append(Box(box.x, at, thickness, area / thickness))
            at += area / thickness
        return boxes, Box(box.x + thickness, box.y, max(box.width - thickness, 0), box.height)
    thickness, at = sum(row) / box.width, box.x
    for area in row:
        boxes.append(Box(at, box.y, area / thickness, thickness))
        at += area / thickness
    return boxes, Box(box.x, box.y + thickness, box.width, max(box.height - thickness, 0))
