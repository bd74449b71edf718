"""An interpreter that static evidence does not settle -> what it says about itself, asked in isolation."""

from __future__ import annotations

import json
import os
import stat

from ..errors import CollectError
from ..host import Host
from ..model.frozen import dataclass

LIMIT = 10.0    # seconds; a cold pyenv Python takes 0.05


class NotStarted(CollectError):
    """The interpreter was not asked, for safety or because this is a file system tree."""


@dataclass(frozen=True)
class Answer:
    """The part of the probe's answer that evidence can be completed with."""

    version: str
    implementation: str
    prefix: str
    base_prefix: str
    stdlib: str


def run_probe(host: Host, path: str, uid: int) -> Answer:
    """Raises NotStarted, or CollectError when it gives no sensible answer.

    `-I -B`, nothing in the environment, an empty working directory (CVE-2024-48990), nothing on
    stdin. Never `-S`: a venv would report its base (3.13 and earlier).
    """
    if host.root:
        raise NotStarted("not-run", "nothing is started in a file system tree", host.root)
    stranger = find_stranger(host, path, uid)
    if stranger:
        raise NotStarted("not-run", f"somebody else may change {stranger}, so it is not started", path)
    data = _ask(host, path)
    if "unsupported" in data:
        raise CollectError("unsupported-python", f"Python {data['unsupported']} is older than 3.6", path)
    names = ("version", "implementation", "prefix", "base_prefix", "stdlib")
    fields = {name: data.get(name) for name in names}
    wrong = [name for name, value in fields.items() if not isinstance(value, str) or not value]
    if wrong:
        raise CollectError("bad-probe", f"{path} gave an answer without {wrong[0]}", path)
    return Answer(**{name: str(value) for name, value in fields.items()})


def find_stranger(host: Host, path: str, uid: int) -> str:
    """The first thing on the way to the file that neither root nor the asking user controls alone."""
    for lead in dict.fromkeys((path, host.realpath(path))):
        while lead not in ("/", ""):
            status = host.stat(lead)
            if status.st_uid not in (0, uid) or _is_loose(status, uid):
                return lead
            lead = os.path.dirname(lead)
    return ""


def _is_loose(status: os.stat_result, uid: int) -> bool:
    """Writable for others; for a group only root minds (umask 002 with a group of one's own is common)."""
    if stat.S_ISDIR(status.st_mode) and status.st_mode & stat.S_ISVTX:
        return False
    by_group = status.st_mode & stat.S_IWGRP and status.st_gid != 0 and uid == 0
    return bool(status.st_mode & stat.S_IWOTH or by_group)


def find_answer(output: str, first: str, last: str) -> dict[str, object]:
    """The JSON between the cookies; sitecustomize and other noise around it does not matter."""
    start, end = output.find(first), output.rfind(last)
    if start < 0 or end < start:
        raise CollectError("bad-probe", "the interpreter gave no answer")
    try:
        data = json.loads(output[start + len(first):end])
    except ValueError as error:
        raise CollectError("bad-probe", f"the interpreter's answer is no JSON: {error}") from error
    if not isinstance(data, dict):
        raise CollectError("bad-probe", "the interpreter's answer is no JSON object")
    return data


def _ask(host: Host, path: str) -> dict[str, object]:
    import tempfile

    with open(os.path.join(os.path.dirname(__file__), "probe.py"), encoding="utf-8") as file:
        program = file.read()
    first, last = f"<{os.urandom(16).hex()}>", f"<{os.urandom(16).hex()}>"
    with tempfile.TemporaryDirectory(prefix="pyguard-probe-") as empty:
        done = host.run((path, "-I", "-B", "-c", program, first, last), environment={},
                        timeout=LIMIT, cwd=empty)
    output = done.stdout.decode("utf-8", "replace")
    if done.code and b"nknown option: -I" in done.stderr:    # Python 2 has no -I
        return {"unsupported": "2"}
    if done.code and first not in output:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"]
        raise CollectError("bad-probe", f"it ends with {done.code}: {lines[0]}", path)
    return find_answer(output, first, last)
