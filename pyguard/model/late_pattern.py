"""A regular expression that is compiled when it is first used: a file needs few of the hundred that readers have."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

METHODS = ("match", "search", "fullmatch", "finditer", "findall", "sub", "subn", "split")


class _Late:
    """Stands in for a compiled pattern; after the first use its methods are the pattern's own."""

    def __init__(self, text: Any, flags: int) -> None:
        self.text = text
        self.flags = flags

    def __getattr__(self, name: str) -> Any:
        if name not in METHODS:
            raise AttributeError(name)
        compiled: re.Pattern[Any] = re.compile(self.text, self.flags)
        for each in METHODS:
            setattr(self, each, getattr(compiled, each))
        return getattr(self, name)


def late(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What re.compile(text, flags) gives, but an error in `text` shows at the first use. Not for `pattern.flags`."""
    return cast("re.Pattern[AnyStr]", _Late(text, flags))
