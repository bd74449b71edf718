"""Changes of a resolved plan in, their wheels on disk out: from a cache by SHA-256, else through the target's own pip.

pip knows the way to its index (proxies, certificates, credentials); what it brings is held against the hash
that the resolution named, so that what is tried is what was judged.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Mapping, Sequence
from typing import Optional

from ..model.facts import Gap
from ..model.plan import Change, Plan
from .resolved import Answer, clean_environment

Ask = Callable[[Sequence[str], Mapping[str, str], str], Answer]
QUESTION = ("-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--no-input",
            "--disable-pip-version-check")


def fetch(plan: Plan, python: str, environ: Mapping[str, str], options: Sequence[str], ask: Ask, cache: str,
          scratch: str, uid: int) -> tuple[dict[str, str], tuple[Gap, ...]]:
    """Each change's name with its wheel's path, and a gap for each that could not be had.

    `cache` is a directory that nobody else may write to; `scratch` one that the pip that is asked may.
    """
    wheels: dict[str, str] = {}
    gaps = []
    for change in plan.changes:
        if change.version is None:
            continue
        found = _cached(change, cache) or _download(change, python, environ, options, ask, cache, scratch, uid)
        if found.startswith("/"):
            wheels[change.name] = found
        else:
            gaps.append(Gap(change.name, found))
    return wheels, tuple(gaps)


def _cached(change: Change, cache: str) -> str:
    directory = f"{cache}/{change.digest}"
    if not change.digest or not os.path.isdir(directory):
        return ""
    names = [name for name in os.listdir(directory) if name.endswith(".whl")]
    return f"{directory}/{names[0]}" if names else ""


def _download(change: Change, python: str, environ: Mapping[str, str], options: Sequence[str], ask: Ask,
              cache: str, scratch: str, uid: int) -> str:
    """The wheel's path, or why there is none."""
    if not change.source:
        return "its files are not known before it is installed"
    place = f"{scratch}/{change.name}"
    os.makedirs(place, 0o755, exist_ok=True)
    if uid == 0:
        os.chmod(place, 0o777)    # below a directory that is root's alone but for passing through
    answer = ask([python, *QUESTION, *options, "--dest", place, change.source], clean_environment(environ), "/")
    wheel = _only_wheel(place)
    if answer.code != 0 or wheel is None:
        lines = [line for line in answer.stderr.strip().splitlines() if line.strip()]
        return f"pip could not fetch its wheel: {lines[-1] if lines else 'without a word'}"
    digest = _digest(wheel)
    if change.digest and digest != change.digest:
        return f"the wheel that pip fetched has another hash than the one that was resolved ({digest[:12]})"
    return _keep(wheel, digest, cache)


def _only_wheel(place: str) -> Optional[str]:
    found = [entry.path for entry in os.scandir(place) if entry.name.endswith(".whl")
             and stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)]
    return found[0] if len(found) == 1 else None


def _digest(path: str) -> str:
    found = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            found.update(chunk)
    return found.hexdigest()


def _keep(wheel: str, digest: str, cache: str) -> str:
    """Copied, so that nobody who could write to the download can write to what is kept."""
    directory = f"{cache}/{digest}"
    temporary = f"{directory}.{os.getpid()}"
    shutil.rmtree(temporary, ignore_errors=True)
    os.makedirs(temporary, 0o755)
    kept = f"{temporary}/{os.path.basename(wheel)}"
    shutil.copyfile(wheel, kept)
    if _digest(kept) != digest:
        shutil.rmtree(temporary, ignore_errors=True)
        return "the wheel changed while it was read"
    try:
        os.rename(temporary, directory)
    except OSError:    # somebody else kept it meanwhile
        shutil.rmtree(temporary, ignore_errors=True)
    return f"{directory}/{os.path.basename(wheel)}"
