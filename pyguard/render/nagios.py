"""An AuditReport becomes one line and an exit code as the Monitoring Plugins' guidelines have them."""

from __future__ import annotations

from typing import Optional

from ..model.audit import AuditReport
from ..model.verdict import Level
from .prometheus import INCOMPLETE, is_complete
from .words import printable

OK, WARNING, CRITICAL, UNKNOWN = 0, 1, 2, 3
WORDS = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
LONGEST = 200    # characters of what was found; the line is read on pagers


def render_nagios(report: AuditReport, threshold: Optional[Level], seconds: float) -> tuple[int, str]:
    """The exit code and the line. What is below `threshold` is counted and does not alarm; None: nothing does.

    A gap alone is UNKNOWN: the audit does not know. Beside damage that was found the damage counts. What was left out
    on request is no gap.
    """
    counted = [finding for finding in report.findings
               if threshold is not None and finding.level >= threshold and finding.level is not Level.ALLOW]
    known = [finding for finding in counted if finding.rule != INCOMPLETE]
    worst = max((finding.level for finding in known), default=Level.ALLOW)
    unseen = report.unseen if threshold is not None else ()
    code = {Level.BLOCK: CRITICAL, Level.WARN: WARNING}.get(worst, UNKNOWN if counted or unseen else OK)
    rules = dict.fromkeys(finding.rule for finding in (known or counted))
    said = ", ".join((*(f"{rule} {sum(finding.rule == rule for finding in counted)}" for rule in rules),
                      *(f"not looked at: {gap.subject}: {gap.reason}" for gap in unseen)))
    numbers = " ".join((f"block={report.count(Level.BLOCK)};;0;0", f"warn={report.count(Level.WARN)};0;;0",
                        f"complete={int(is_complete(report))}", f"time={seconds:.3f}s"))
    return code, line(code, said or "nothing found", numbers)


def line(code: int, said: str, numbers: str = "") -> str:
    """`|` divides what is said from the numbers, so that it cannot be in what is said."""
    short = printable(said).replace("|", "/").replace("\n", " ")
    short = short if len(short) <= LONGEST else short[:LONGEST - 3] + "..."
    return f"PYGUARD {WORDS[code]} - {short}{f' | {numbers}' if numbers else ''}\n"
