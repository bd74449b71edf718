"""A baseline file: findings that were there when the check was adopted, recognised though lines move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ..errors import PyguardError
from ..host import Host
from ..model.report import FileFinding

SCHEMA = 1


def fingerprint(finding: FileFinding) -> str:
    """The same for the same command in the same file under the same rule, wherever in the file it stands."""
    import hashlib  # 3 ms: only who has a baseline pays

    text = "\0".join((finding.location.path, finding.rule, " ".join(finding.command)))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def write_baseline(findings: Iterable[FileFinding]) -> str:
    """The file's text: an entry a finding, in a stable order, so that a diff says what was repaired."""
    import json

    entries = [{"path": each.location.path, "rule": each.rule, "fingerprint": fingerprint(each)} for each in findings]
    entries.sort(key=lambda entry: (entry["path"], entry["rule"], entry["fingerprint"]))
    return json.dumps({"schema": SCHEMA, "findings": entries}, indent=1) + "\n"


def read_baseline(host: Host, path: str) -> Counter[str]:
    """How often each fingerprint is allowed. Raises PyguardError for a file that is none."""
    import json

    try:
        data = json.loads(host.read_text(path))
        if data["schema"] != SCHEMA:
            raise ValueError(f"its schema is {data['schema']}, not {SCHEMA}")
        return Counter(str(entry["fingerprint"]) for entry in data["findings"])
    except OSError as error:
        raise PyguardError("no-baseline", f"the baseline cannot be read: {error.strerror}", path,
                           "make one: pyguard check --write-baseline FILE") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PyguardError("bad-baseline", f"the baseline is no baseline: {error}", path) from error


def without_baseline(findings: Sequence[FileFinding], known: Counter[str]) -> list[FileFinding]:
    """What is new."""
    left = Counter(known)
    new = []
    for finding in findings:
        key = fingerprint(finding)
        if left[key] > 0:
            left[key] -= 1
        else:
            new.append(finding)
    return new
