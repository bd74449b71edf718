"""Files checked in several processes. One that is killed costs the file that it was at, and no other result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Optional

from ..model.report import CheckReport, NotChecked

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

FEW = 50        # fewer files are done before a second process has started
PARTS = 8       # parcels a worker
KILLED = "the process that read it was killed"
Check = Callable[[Sequence[str]], Iterable[CheckReport]]
_checks: list[Check] = []    # in a worker, the one that it was begun with


def check_apart(check: Check, names: Sequence[str], workers: int) -> Iterator[CheckReport]:
    """A report a file, in order."""
    if workers < 2 or len(names) < FEW:
        yield from check(names)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    try:
        pool = ProcessPoolExecutor(workers, initializer=_begin, initargs=(check,))
        pool.submit(int).result()
    except (OSError, RuntimeError):    # no /dev/shm, no more processes: the work is done all the same
        yield from check(names)
        return
    size = max(1, len(names) // (workers * PARTS))
    parcels = [names[start:start + size] for start in range(0, len(names), size)]
    with pool:
        waiting = [_submit(pool, parcel) for parcel in parcels]
        try:
            for parcel, future in zip(parcels, waiting):
                try:
                    reports = future.result() if future is not None else _check_again(check, parcel)
                except BrokenProcessPool:    # whatever was waiting is lost with the one that was killed
                    reports = _check_again(check, parcel)
                yield from reports
        finally:
            for future in waiting:
                if future is not None:
                    future.cancel()


def _begin(check: Check) -> None:
    """In a worker: what it knows of the repository serves all its parcels."""
    _checks[:] = [check]


def _submit(pool: ProcessPoolExecutor, names: Sequence[str]) -> Optional[Future[list[CheckReport]]]:
    """None where the pool is broken already."""
    try:
        return pool.submit(_check_parcel, names)
    except RuntimeError:
        return None


def _check_parcel(names: Sequence[str]) -> list[CheckReport]:
    return list(_checks[0](names))


def _check_again(check: Check, names: Sequence[str]) -> list[CheckReport]:
    """Halved until it is known which file it was; not in this process, which has to live."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    with ProcessPoolExecutor(1, initializer=_begin, initargs=(check,)) as pool:
        try:
            return pool.submit(_check_parcel, names).result()
        except BrokenProcessPool:
            if len(names) == 1:
                return [CheckReport(not_checked=(NotChecked(names[0], KILLED),), files=1, failed=1)]
    middle = len(names) // 2
    return _check_again(check, names[:middle]) + _check_again(check, names[middle:])
