"""A host's policy files in, the effective Settings out; what was compiled is read back on the hot path.

tomllib costs 17 ms, so a compiled policy is kept beside the index, keyed by stamps of every file it came
from. A machine without policy files pays three looks for files that are not there.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Optional, Protocol

from ..host import Host
from ..model.frozen import replace
from ..model.settings import Effective
from ..model.verdict import Level
from .places import Asker, PolicyError, Source, find_files, is_disabled, why_not_read

__all__ = ["Asker", "PolicyError", "Source", "Store", "approval_name", "find_files", "is_approved", "is_disabled",
           "load_policy", "read_policy"]

FORMAT = 1    # of what is kept; another number is another key


class Store(Protocol):
    """Where compiled policies are kept: text by name, valid for one key only, believed by its owner."""

    def read(self, name: str, key: str) -> Optional[str]:
        """The text, or None where nothing is kept for that key."""

    def write(self, name: str, key: str, text: str) -> None:
        """Keep it if that can be done."""


def load_policy(host: Host, asker: Asker, rules: Mapping[str, Level], today: str,
                store: Optional[Store] = None) -> Effective:
    """The policy that holds for `asker` on the ISO date `today`. Raises PolicyError; see `read_policy`.

    `rules`: the ids that may be named, with the level each has by itself.
    """
    files = find_files(host, asker)
    if not files:
        effective = Effective()
    elif store is None:
        effective = read_policy(host, asker, rules, files)
    else:
        effective = _compiled(host, asker, rules, files, store)
    return replace(effective, settings=replace(effective.settings, today=today))


def _compiled(host: Host, asker: Asker, rules: Mapping[str, Level], files: Sequence[tuple[Source, str]],
              store: Store) -> Effective:
    from ..codec import CodecError, decode, encode

    name = f"policy-{zlib.crc32(repr((host.root, files)).encode('utf-8', 'surrogateescape')):08x}"
    key = _key(host, asker, rules, files)
    text = store.read(name, key)
    if text is not None:
        try:
            return decode(Effective, json.loads(text))
        except (ValueError, CodecError):
            pass    # of another version: it is written again below
    effective = read_policy(host, asker, rules, files)
    if _key(host, asker, rules, files) == key:
        store.write(name, key, json.dumps(encode(effective), separators=(",", ":")))
    return effective


def _key(host: Host, asker: Asker, rules: Mapping[str, Level], files: Sequence[tuple[Source, str]]) -> str:
    """One line that differs as soon as a file, its owner or mode, or an approval does."""
    approvals = [asker.approvals] if asker.approvals and host.exists(asker.approvals) else []
    stamps = []
    for path in [*(path for _, path in files), *approvals]:
        try:
            status = host.stat(path)
        except OSError as error:
            raise _unreadable(path, error) from error
        stamps.append([path, status.st_ctime_ns, status.st_size, status.st_ino, status.st_uid, status.st_mode])
    return json.dumps([FORMAT, host.root, asker.uid, stamps, [[rule, int(rules[rule])] for rule in rules]])


def read_policy(host: Host, asker: Asker, rules: Mapping[str, Level],
                files: Optional[Sequence[tuple[Source, str]]] = None) -> Effective:
    """Every file read and combined: machine, user, project.

    A machine file that says anything binds what comes after it; a project's binds unless it is approved.
    Raises PolicyError with file:line for a file that cannot be read, understood or believed.
    """
    from .combine import apply_statements
    from .parse import parse_policy

    effective, bound = Effective(), ""
    for source, path in find_files(host, asker) if files is None else files:
        passed_over = _believe(host, source, path, asker.uid)
        if passed_over:
            effective = replace(effective, notes=(*effective.notes, f"{path}: {passed_over}"))
            continue
        text = _text(host, path)
        statements = parse_policy(text, path, source, rules)
        why_not = bound
        if source is Source.PROJECT and not why_not and not is_approved(host, asker, path, text):
            why_not = f"not approved: pyguard policy approve {path}"
        effective = apply_statements(effective, statements, rules, not why_not, why_not)
        if source is Source.MACHINE and statements:
            bound = f"{path} can only be tightened"
    return effective


def _believe(host: Host, source: Source, path: str, uid: int) -> str:
    try:
        return why_not_read(host, source, path, uid)
    except OSError as error:
        raise _unreadable(path, error) from error


def _text(host: Host, path: str) -> str:
    from .places import LARGEST

    try:
        data = host.read_bytes(path, LARGEST + 1)
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(data) > LARGEST:
        raise PolicyError("bad-policy", f"a policy file has at most {LARGEST} bytes", path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PolicyError("bad-policy", "this is not UTF-8", f"{path}:{line}") from error


def _unreadable(path: str, error: OSError) -> PolicyError:
    from .places import MACHINE

    closed = path == MACHINE and isinstance(error, PermissionError)
    hint = f"chmod a+rX {path.rpartition('/')[0]} {path}" if closed else ""
    return PolicyError("policy-unreadable", f"this policy file cannot be read: {error.strerror or error}", path, hint)


def approval_name(path: str, text: str) -> str:
    """The name an approval is kept under: where the project is and what its policy says, nothing else of it."""
    import hashlib

    from .parse import read_table

    table = json.dumps(read_table(text, path, Source.PROJECT), sort_keys=True, default=str)
    return hashlib.sha256(f"{path}\0{table}".encode("utf-8", "surrogateescape")).hexdigest()


def is_approved(host: Host, asker: Asker, path: str, text: str) -> bool:
    """Whether exactly this policy at this place was approved, in a directory nobody else can write to."""
    from .places import FOREIGN_WRITE

    if not asker.approvals:
        return False
    try:
        status = host.stat(asker.approvals, follow=False)
        found = host.is_file(f"{asker.approvals}/{approval_name(host.realpath(path), text)}")
    except OSError:
        return False    # nothing was ever approved
    return found and status.st_uid in (0, asker.uid) and not status.st_mode & FOREIGN_WRITE
