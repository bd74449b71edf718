"""What `pip --version` prints, shown in a document, becomes evidence of whose pip that is."""

from __future__ import annotations

from typing import NamedTuple, Optional

from ...model.late_pattern import late
from ..source_text import SourceText

SHOWN = late(r"\bpip \d[\w.]* from ([^\s`'\"]+)[ \t]+\(python \d")
OF_DISTRIBUTION = late(r"/usr/lib(?:64)?/python[\d.]+/(?:site|dist)-packages(?:/pip)?$|/usr/share/python-wheels/")


class Shown(NamedTuple):
    """`manager` is empty where it is another pip than the distribution's; `end` is the offset behind the text."""

    manager: str
    end: int


def shown_in(source: SourceText) -> Optional[Shown]:
    """`pip 9.0.1 from /usr/lib/python2.7/site-packages (python 2.7)`, the last where the text has several that agree.

    Where one of them is an environment's, which the commands beside it mean is not known.
    """
    shown = list(SHOWN.finditer(source.text)) if " from " in source.text else []
    if not shown:
        return None
    told = all(OF_DISTRIBUTION.match(each.group(1)) for each in shown)
    line = source.line_at(shown[-1].start())
    return Shown(f"pip is that of {shown[-1].group(1)}, line {line}" if told else "", shown[-1].end())
