"""`pyguard check [PATH...]`: every command of a repository that would damage a system Python when it runs."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Optional, TextIO

from .. import __version__
from ..checking.assess import World
from ..checking.baseline import read_baseline, without_baseline, write_baseline
from ..checking.check_files import Choice, Job, check_files, fails, join, renamed
from ..checking.check_settings import CheckSettings, known_rule, read_check_settings
from ..checking.read_file import HEAD
from ..errors import UsageError
from ..host import Host
from ..intake.files.discover import find_files
from ..model.frozen import replace
from ..model.report import CheckReport, Confidence, NotChecked
from ..model.verdict import Level
from ..policy.rules import RULES
from .check_fix import fix_files, fix_given
from .check_options import USAGE, Options, read_options
from .main import EXIT_FAILED, contain
from .outlet import write_file

EXIT_FINDINGS = 10
CONFIDENCES = {each.name.lower(): each for each in sorted(Confidence, reverse=True)}
SCHEMA = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data",
                      "check-report-1.schema.json")
PATIENCE = 2.0     # seconds before a progress line appears on a terminal


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """0 without findings, 10 with; `possible` ones do not count unless --confidence says so. 1 where a file failed."""
    options = read_options(arguments)
    if options.help:
        stdout.write(USAGE)
        return 0
    host = Host()
    if options.json_schema:
        stdout.write(host.read_text(SCHEMA))
        return 0
    given = _standard_input(options)
    top = find_top(host, cwd, [options.stdin_filename] if options.stdin_filename else options.paths)
    settings = read_check_settings(host, top)
    report = _report(options, settings, _job(options, settings, top), cwd, given, stderr)
    if options.write_baseline:
        return _write_baseline(options.write_baseline, report, cwd, stderr)
    baseline = options.baseline or settings.baseline
    if baseline:
        known = read_baseline(host, os.path.join(cwd if options.baseline else top, baseline))
        report = replace(report, findings=tuple(without_baseline(report.findings, known)))
    if options.diff or options.fix:
        if given is not None:
            fix_given(report, given, options.stdin_filename, options.fix, stdout)
        else:
            fix_files(report, top, options.fix, stdout, stderr)
        return _failed(report, stderr)
    shown = CONFIDENCES[options.confidence]
    pieces = render(renamed(report, top, cwd), options.format, shown, _wants_colour(options.colour, environ, stdout))
    _write(pieces, options.output, cwd, stdout)
    return _failed(report, stderr) or (EXIT_FINDINGS if fails(report, shown) and not options.exit_zero else 0)


def _failed(report: CheckReport, stderr: TextIO) -> int:
    if not report.failed:
        return 0
    stderr.write(f"pyguard: {report.failed} files ended in an internal error, PYGUARD_DEBUG=1 shows where\n")
    return EXIT_FAILED


def _standard_input(options: Options) -> Optional[bytes]:
    """What --stdin-filename is about; None where files are."""
    if not options.stdin_filename:
        return None
    if options.paths not in ([], ["-"]):
        raise UsageError("bad-usage", "--stdin-filename checks standard input, and no PATH beside it",
                         hint="pyguard check --help")
    return sys.stdin.buffer.read()


def find_top(host: Host, cwd: str, paths: Sequence[str]) -> str:
    """The repository: the nearest directory with .git above the first path; else the current directory."""
    start = os.path.normpath(os.path.join(cwd, paths[0])) if paths else cwd
    if not host.is_dir(start):
        start = os.path.dirname(start)
    here = start
    while True:
        if host.exists(os.path.join(here, ".git")):
            return here
        above = os.path.dirname(here)
        if above == here:
            inside = start == cwd or start.startswith(cwd.rstrip("/") + "/")
            return cwd if inside else start
        here = above


def _job(options: Options, settings: CheckSettings, top: str) -> Job:
    select, ignore = _rules(options.select) or settings.select, _rules(options.ignore) + settings.ignore
    level = Level[(options.level or settings.level).upper()]
    relaxed = (options.containers or settings.containers) == "conflicts"
    world = World(settings.policy, settings.images, Host(top), relaxed)
    return Job(top, world, Choice(select, ignore, level, options.docs or settings.docs), contain)


def _rules(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if not known_rule(name):
            raise UsageError("unknown-rule", f"there is no rule {name!r}", hint="pyguard explain --markdown lists them")
    return names


def _report(options: Options, settings: CheckSettings, job: Job, cwd: str, given: Optional[bytes],
            stderr: TextIO) -> CheckReport:
    """Of the files, or of the text that came in. What the job knows of the repository is gone then."""
    if given is not None:
        return _report_text(given, os.path.relpath(os.path.join(cwd, options.stdin_filename), job.top), job)
    missing = [path for path in options.paths if not os.path.lexists(os.path.join(cwd, path))]
    if missing:
        raise UsageError("no-such-path", f"there is no {missing[0]}")
    wanted = [os.path.relpath(os.path.join(cwd, path), job.top) for path in options.paths] or [
        os.path.relpath(cwd, job.top)]
    host = Host()
    found = find_files(host, job.top, wanted, job.choice.documents, (*settings.exclude, *options.exclude),
                       options.as_found)
    report = check_files(job, found.names, options.jobs, _progress(stderr))
    named = [] if options.as_found else [
        path for path in wanted if not host.is_dir(os.path.join(job.top, path)) and not _is_read(job, path)]
    unread = tuple(NotChecked(path, "no kind of file that is read") for path in named)
    return join([CheckReport(not_checked=found.not_read), report, CheckReport(not_checked=unread)])


def _is_read(job: Job, path: str, data: Optional[bytes] = None) -> bool:
    """A file that was named and that no kind claims is said to be not checked. `data` is its text if it was given."""
    from ..intake.files.kinds import find_kind

    try:
        head = (job.world.repository.read_bytes("/" + path, HEAD) if data is None else data[:HEAD]).decode(
            "utf-8", "surrogateescape")
    except OSError:
        return True    # said already
    return "\0" in head or find_kind(path, head, job.choice.documents) is not None


def _report_text(data: bytes, name: str, job: Job) -> CheckReport:
    report = job.check_text(data, name)
    if _is_read(job, name, data):
        return report
    return join([report, CheckReport(not_checked=(NotChecked(name, "no kind of file that is read"),))])


def _progress(stderr: TextIO) -> Optional[Callable[[int, int], None]]:
    if not stderr.isatty():
        return None
    begun = time.monotonic()

    def show(done: int, total: int) -> None:
        if time.monotonic() - begun > PATIENCE and (done % 25 == 0 or done == total):
            width = 30 * done // max(total, 1)
            end = "\r\033[K" if done == total else ""
            stderr.write(f"\r[{'#' * width}{'.' * (30 - width)}] {done}/{total} files{end}")
            stderr.flush()

    return show


def render(report: CheckReport, form: str, shown: Confidence, colour: bool) -> Iterator[str]:
    """The report in one of check_options.FORMATS, in pieces."""
    if form == "json":
        from ..render.check_json import render_check_json
        return render_check_json(report)
    if form == "sarif":
        from ..render.sarif import render_sarif
        return render_sarif(report, RULES, __version__)
    if form == "github":
        from ..render.github import render_github
        return render_github(report, shown)
    if form == "gitlab":
        from ..render.gitlab import render_gitlab
        return render_gitlab(report, shown)
    if form in ("junit", "checkstyle"):
        from ..render.xml_reports import render_checkstyle, render_junit
        return render_junit(report, shown) if form == "junit" else render_checkstyle(report, shown)
    from ..render.check_text import render_check_text
    return render_check_text(report, shown, colour)


def _wants_colour(choice: str, environ: Mapping[str, str], stdout: TextIO) -> bool:
    if choice != "auto":
        return choice == "always"
    return stdout.isatty() and "NO_COLOR" not in environ and environ.get("TERM") != "dumb"


def _write(pieces: Iterable[str], output: str, cwd: str, stdout: TextIO) -> None:
    if not output:
        for piece in pieces:
            stdout.write(piece)
        return
    write_file(output, "".join(pieces), cwd)


def _write_baseline(name: str, report: CheckReport, cwd: str, stderr: TextIO) -> int:
    _write([write_baseline(report.findings)], name, cwd, stderr)
    stderr.write(f"pyguard: {len(report.findings)} findings are the baseline now\n")
    return 0
