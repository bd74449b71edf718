"""A CheckReport becomes JUnit or checkstyle XML: for systems that show test results or lint results."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from xml.sax.saxutils import quoteattr

from ..model.report import CheckReport, Confidence, FileFinding
from ..model.verdict import Level
from .words import printable

HEADER = '<?xml version="1.0" encoding="utf-8"?>\n'


def render_junit(report: CheckReport, shown: Confidence) -> Iterator[str]:
    """A test case a finding, failed; what was not checked is skipped; nothing at all is one passed case.

    No more than the xUnit schema has: readers that are strict refuse `file` and `line` on a test case.
    """
    loud = [finding for finding in report.findings if finding.confidence >= shown]
    count = len(loud) + len(report.not_checked)
    yield f'{HEADER}<testsuites>\n  <testsuite name="pyguard" tests="{count or 1}" failures="{len(loud)}" ' \
          f'errors="0" skipped="{len(report.not_checked)}">\n'
    yield from map(_case, loud)
    for each in report.not_checked:
        yield f"    <testcase classname={_quote(each.path)} name=\"not checked\">\n" \
              f"      <skipped message={_quote(each.reason)}/>\n    </testcase>\n"
    if not count:
        yield '    <testcase classname="pyguard" name="check"/>\n'
    yield "  </testsuite>\n</testsuites>\n"


def _case(finding: FileFinding) -> str:
    place = finding.location
    text = f"{place.path}:{place.line}:{max(place.column, 1)}: {finding.message}"
    kind = finding.level.name.lower()
    return (f"    <testcase classname={_quote(place.path)} name={_quote(f'{finding.rule} line {place.line}')}>\n"
            f"      <failure type=\"{kind}\" message={_quote(text)}/>\n    </testcase>\n")


def render_checkstyle(report: CheckReport, shown: Confidence) -> Iterator[str]:
    """Grouped by file, as checkstyle 4.3 does."""
    loud = [finding for finding in report.findings if finding.confidence >= shown]
    yield f'{HEADER}<checkstyle version="4.3">\n'
    for path, group in groupby(loud, key=lambda finding: finding.location.path):
        yield f"  <file name={_quote(path)}>\n" + "".join(_error(finding) for finding in group) + "  </file>\n"
    for each in report.not_checked:
        yield f"  <file name={_quote(each.path)}>\n    <error line=\"1\" severity=\"info\" " \
              f"message={_quote('not checked: ' + each.reason)} source=\"pyguard.not-checked\"/>\n  </file>\n"
    yield "</checkstyle>\n"


def _error(finding: FileFinding) -> str:
    place = finding.location
    severity = "error" if finding.level is Level.BLOCK else "warning"
    return (f"    <error line=\"{place.line}\" column=\"{max(place.column, 1)}\" severity=\"{severity}\" "
            f"message={_quote(finding.message)} source={_quote('pyguard.' + finding.rule)}/>\n")


def _quote(text: str) -> str:
    """An attribute's value; what XML 1.0 does not have, or what could steer a terminal, becomes an escape."""
    clean = "".join(each if each == "\n" or each == "\t" else printable(each) for each in text)
    return quoteattr(clean, {"\n": "&#10;", "\t": "&#9;"})
