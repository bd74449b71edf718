"""Files that import what changes in, those whose use of it no longer fits out: bases, calls, both of two choices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..model.plan import Missing
from .details import Details, Taken
from .names import Contents
from .shapes import CLASS, COMPILED, Shapes

NO_BASE = "is compiled now, and may not be inherited from"
OTHER_ARGUMENTS = "takes other arguments"


class Closely:
    """What is there today and what arrives, with the shapes of both."""

    def __init__(self, old: Contents, new: Contents) -> None:
        self.old, self.new = old, new
        self._before, self._after = Shapes(old.finder), Shapes(new.finder)

    def unfit(self, file: str, details: Details) -> Iterator[tuple[Taken, Missing]]:
        """The change of each is still to be found."""
        for taken in details.bases:
            if self._brings(taken) and self._becomes_compiled(taken):
                yield taken, _missing(file, taken, NO_BASE)
        for call in details.calls:
            taken = call.taken
            if not self._brings(taken):
                continue
            before, after = self._before.look(*taken[:2]), self._after.look(*taken[:2])
            if before is not None and after is not None and before.kind == after.kind \
                    and before.arguments is not None \
                    and before.takes(call.positional, call.keywords) \
                    and not after.takes(call.positional, call.keywords):
                yield taken, _missing(file, taken, OTHER_ARGUMENTS)
        for first, second in details.choices:
            lost = next((taken for taken in (*first, *second) if self._lost(taken)), None)
            if lost is not None and not self._holds(first) and not self._holds(second):
                yield lost, _missing(file, lost, "")

    def _brings(self, taken: Taken) -> bool:
        return self.new.brings(taken.module)

    def _becomes_compiled(self, taken: Taken) -> bool:
        before, after = self._before.look(*taken[:2]), self._after.look(*taken[:2])
        return before is not None and after is not None and before.kind == CLASS and after.kind == COMPILED

    def _lost(self, taken: Taken) -> bool:
        """There today, and not in the new files."""
        if not taken.name or not self.new.brings(taken.module):
            return False
        return self.old.has(*taken[:2]) is True and self.new.has(*taken[:2]) is False

    def _holds(self, choice: Sequence[Taken]) -> bool:
        """Everything of it is known to be there afterwards."""
        return all(self._there(taken) for taken in choice)

    def _there(self, taken: Taken) -> bool:
        contents = self.new if self.new.brings(taken.module) else self.old
        if not taken.name:
            return contents.finds(taken.module)
        return contents.finds(taken.module) and contents.has(*taken[:2]) is not False


def _missing(file: str, taken: Taken, fault: str) -> Missing:
    return Missing("", "", f"{file}:{taken.line}", f"{taken.module}.{taken.name}", fault=fault)
