"""Where a fenced block of Markdown ends, and where its writer meant it to."""

from __future__ import annotations

from ...model.late_pattern import late

SHORTER = late(r"[ \t>]*(`{3,}|~{3,})(.*)$")


def end_of_fence(lines: list[str], index: int, fence: str) -> int:
    """The index of the line that closes what `fence` opened, or the end of the file.

    A longer fence is for text that has fences of its own, which come in pairs (CommonMark, 4.5). Where one is left
    over, and stands alone on its line, it was typed short: the block ends there, and what follows is not turned
    inside out.
    """
    end = index
    short: list[tuple[int, bool]] = []
    while end < len(lines) and not lines[end].lstrip(" \t>").startswith(fence):
        match = SHORTER.match(lines[end]) if len(fence) > 3 else None
        if match is not None and match.group(1)[0] == fence[0]:
            short.append((end, not match.group(2).strip()))
        end += 1
    return short[0][0] if len(short) == 1 and short[0][1] else end
