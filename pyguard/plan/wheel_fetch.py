"""Changes of a resolved plan in, their wheels on disk out: from a cache by SHA-256, else through the target's own pip.

pip knows the way to its index (proxies, certificates, credentials); what it brings is held against the hash
that the resolution named, so that what is tried is what was judged.
"""

from __future__ import annotations

import functools
import os
import stat
from collections.abc import Mapping, Sequence

from ..model.facts import Gap
from ..model.plan import Change, Plan
from .ask_pip import Answer, Ask, clean_environment

QUESTION = ("download", "--quiet", "--no-deps", "--only-binary", ":all:", "--no-input",
            "--disable-pip-version-check")


def fetch(plan: Plan, pip: Sequence[str], environ: Mapping[str, str], options: Sequence[str], ask: Ask, cache: str,
          scratch: str, uid: int) -> tuple[dict[str, str], tuple[Gap, ...]]:
    """Each change's name with its wheel's path, and a gap for each that could not be had.

    `pip` are the words that begin a question. `cache` is a directory that nobody else may write to; `scratch` one that
    the pip that is asked may.
    """
    found = {change.name: cached_wheel(change, cache) for change in plan.changes if change.version is not None}
    missing = [change for change in plan.changes if found.get(change.name) == ""]
    together = [change for change in missing if change.digest and change.source]
    fetched: dict[str, str] = {}
    if len(together) > 1:    # one pip for all; where it stops at one of them, each is asked for by itself
        _download(together, pip, environ, options, ask, f"{scratch}/_all", uid)
        fetched = {_digest(path): path for path in _wheels(f"{scratch}/_all")}
    for change in missing:
        if change.digest in fetched:
            found[change.name] = _keep(fetched[change.digest], change.digest, cache, scratch)
        else:
            found[change.name] = _alone(change, pip, environ, options, ask, cache, scratch, uid)
    return ({name: path for name, path in found.items() if path.startswith("/")},
            tuple(Gap(name, reason) for name, reason in found.items() if not reason.startswith("/")))


def cached_wheel(change: Change, cache: str) -> str:
    """The path of the wheel with the change's hash; empty where it is not kept, or what is kept is another."""
    directory = f"{cache}/{change.digest}"
    if not change.digest or not os.path.isdir(directory):
        return ""
    try:
        names = [name for name in os.listdir(directory) if name.endswith(".whl")]
        kept = f"{directory}/{names[0]}" if names else ""
        status = os.stat(kept)
        return kept if _has(kept, change.digest, status.st_size, status.st_mtime_ns) else ""
    except OSError:
        return ""


@functools.lru_cache(maxsize=1024)
def _has(wheel: str, digest: str, size: int, time: int) -> bool:
    """Read once a run, while it has this size and time of change."""
    return _digest(wheel) == digest


def _alone(change: Change, pip: Sequence[str], environ: Mapping[str, str], options: Sequence[str], ask: Ask,
           cache: str, scratch: str, uid: int) -> str:
    """The wheel's path, or why there is none."""
    if not change.source:
        return "its files are not known before it is installed"
    place = f"{scratch}/{change.name}"
    answer = _download([change], pip, environ, options, ask, place, uid)
    wheels = _wheels(place)
    if answer.code != 0 or len(wheels) != 1:
        lines = [line for line in answer.stderr.strip().splitlines() if line.strip()]
        return f"pip could not fetch its wheel: {lines[-1] if lines else 'without a word'}"
    digest = _digest(wheels[0])
    if change.digest and digest != change.digest:
        return f"the wheel that pip fetched has another hash than the one that was resolved ({digest[:12]})"
    return _keep(wheels[0], digest, cache, scratch)


def _download(changes: Sequence[Change], pip: Sequence[str], environ: Mapping[str, str], options: Sequence[str],
              ask: Ask, place: str, uid: int) -> Answer:
    try:
        os.makedirs(place, 0o755, exist_ok=True)
        if uid == 0:
            os.chmod(place, 0o777)    # below a directory that is root's alone but for passing through
    except OSError as error:
        return Answer(None, "", str(error))
    sources = [change.source for change in changes if change.source]
    return ask([*pip, *QUESTION, *options, "--dest", place, *sources], clean_environment(environ), "/")


def _wheels(place: str) -> list[str]:
    """Regular files alone: who could write here could have put anything."""
    if not os.path.isdir(place):
        return []
    return [entry.path for entry in os.scandir(place) if entry.name.endswith(".whl")
            and stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)]


def _digest(path: str) -> str:
    import hashlib  # 7 ms, and most wheels are kept already

    found = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            found.update(chunk)
    return found.hexdigest()


def _keep(wheel: str, digest: str, cache: str, scratch: str) -> str:
    """Copied, so that nobody who could write to the download can write to what is kept: where there is room for it.

    Else it is copied for this run alone; the wheel's path, or why there is none.
    """
    for place in (cache, f"{scratch}/_kept"):
        try:
            return _copy(wheel, digest, place)
        except OSError as error:
            reason = str(error)
    return f"its wheel could not be copied: {reason}"


def _copy(wheel: str, digest: str, place: str) -> str:
    import shutil

    directory = f"{place}/{digest}"
    temporary = f"{directory}.{os.getpid()}"
    try:
        shutil.rmtree(temporary, ignore_errors=True)
        os.makedirs(temporary, 0o755)
        kept = f"{temporary}/{os.path.basename(wheel)}"
        shutil.copyfile(wheel, kept)
        if _digest(kept) != digest:
            return "the wheel changed while it was read"
        target = f"{directory}/{os.path.basename(wheel)}"
        if not os.path.exists(target) or _digest(target) != digest:    # else somebody else kept it meanwhile
            shutil.rmtree(directory, ignore_errors=True)
            os.rename(temporary, directory)
        return target
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
