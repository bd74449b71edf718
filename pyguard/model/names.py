"""A distribution's name becomes the form in which two spellings are equal: PEP 503, without packaging.utils.

That module imports packaging.tags, and it subprocess and logging: ten milliseconds for one substitution.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from packaging.utils import NormalizedName
else:
    NormalizedName = NewType("NormalizedName", str)

__all__ = ["NormalizedName", "canonicalize_name"]
SEPARATORS = re.compile(r"[-_.]+")


def canonicalize_name(name: str) -> NormalizedName:
    """`Jinja2`, `zope.interface`, `ruamel_yaml` as indexes and comparisons have them."""
    return NormalizedName(SEPARATORS.sub("-", name).lower())
