"""A path in, a directory that is ours out: made by this process at one blow, removed again only if it is still it."""

from __future__ import annotations

import os
import shutil
from typing import NamedTuple

from ..errors import PyguardError
from ..facts.cache import find_foreign, is_trusted
from .prefixes import nearest


class Claim(NamedTuple):
    """A directory that this process made, and an open descriptor of it.

    As long as that is open no other directory can get its inode, so the two say whether it is still that one.
    `above` is the nearest directory that was there before.
    """

    path: str
    descriptor: int
    above: str


def claim(path: str, uid: int, as_conda: bool = False) -> Claim:
    """Make the directory, which fails where anything of that name is there. Raises PyguardError.

    Root makes it only where nobody else could put another one in its place: root runs what lies in it afterwards.

    `as_conda` makes it an empty conda environment (conda-meta/history): `conda install` fills such a one and,
    unlike `conda create`, never deletes anything first, so that nothing that appears meanwhile can be lost.
    """
    above = nearest(os.path.dirname(path))
    foreign = (find_foreign(above) or ("" if is_trusted(os.stat(above), 0) else above)) if uid == 0 else ""
    if foreign:
        raise PyguardError("not-roots", f"{foreign} can be changed by others than root: nothing is made "
                           f"{'there' if foreign == above else 'below it'}", foreign)
    try:
        os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
        os.mkdir(path, 0o755)
        made = Claim(path, os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC), above)
    except OSError as error:
        if os.path.lexists(path):
            raise PyguardError("name-taken", f"{path} is there already and is left as it is", path) from error
        raise PyguardError("not-made", f"{path} could not be made: {error.strerror}", path) from error
    if as_conda:
        try:
            os.mkdir(f"{path}/conda-meta")
            os.close(os.open(f"{path}/conda-meta/history", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644))
        except OSError as error:
            release(made)
            raise PyguardError("not-made", f"{path} could not be made: {error.strerror}", path) from error
    return made


def release(made: Claim) -> bool:
    """Remove the directory with all that came to be in it; False where something of it is left."""
    try:
        if not os.path.samestat(os.lstat(made.path), os.fstat(made.descriptor)):
            return True    # somebody else's by now
        shutil.rmtree(made.path, ignore_errors=True)
        _remove_empty(os.path.dirname(made.path), made.above)
        return not os.path.lexists(made.path)
    except FileNotFoundError:
        return True    # gone already
    finally:
        keep(made)


def _remove_empty(directory: str, above: str) -> None:
    """The directories that were made on the way, unless somebody has put something into them."""
    try:
        while directory != above:
            os.rmdir(directory)
            directory = os.path.dirname(directory)
    except OSError:
        return    # not empty


def keep(made: Claim) -> None:
    """It is done, and stays."""
    os.close(made.descriptor)
