"""Names of distributions become normalized names (PEP 503), without the 10 ms that packaging.utils costs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from packaging.utils import NormalizedName, canonicalize_name
else:
    NormalizedName = NewType("NormalizedName", str)
    _RUN = re.compile(r"[-_.]+")

    def canonicalize_name(name):
        """As `packaging.utils.canonicalize_name`."""
        return _RUN.sub("-", name).lower()

__all__ = ["NormalizedName", "canonicalize_name"]
