"""Audits of hosts as `pyguard audit --json` writes them, in small."""

from __future__ import annotations

from typing import Any

SHADOWED = "os-distribution-shadowed"


def a_finding(subject: str = "python3-six", level: str = "block", rule: str = SHADOWED, **more: Any) -> dict[str, Any]:
    """One finding; `more` replaces or adds keys."""
    return {"rule": rule, "level": level, "summary": f"{subject} is not what it was", "subject": subject,
            "evidence": ["certbot"], "path": "", "line": 0, "allowed": None, **more}


def an_audit(*findings: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One host's report; `more` replaces or adds keys."""
    return {"schema": 1, "pyguard": "0.1.0", "root": "", "os": {"id": "debian", "version_id": "12", "name": "Debian"},
            "interpreters": [], "accounts": ["root"], "level": "block" if findings else "allow", "counts": {},
            "findings": list(findings), "skipped": [], **more}
