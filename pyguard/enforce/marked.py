"""Lines of ours in a file of others', between two comments that say so."""

from __future__ import annotations

from typing import Optional

BEGIN = "# pyguard: begin"
END = "# pyguard: end"


def without_ours(data: bytes) -> Optional[bytes]:
    """A file without them; None where lines of ours begin and do not end: what follows may be anybody's."""
    kept, ours = [], False
    for line in data.splitlines(keepends=True):
        if line.startswith(BEGIN.encode()):
            if ours:
                return None
            ours = True
        if not ours:
            kept.append(line)
        ours = ours and not line.startswith(END.encode())
    return None if ours else b"".join(kept)
