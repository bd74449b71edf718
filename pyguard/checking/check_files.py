"""Files become a CheckReport: read, assessed, pragmas and baseline applied, within a time for each file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Optional, Union

from ..host import Host
from ..intake.files.repository import Repository
from ..model.frozen import dataclass, replace
from ..model.report import CheckReport, Confidence, FileFinding, NotChecked
from ..model.verdict import Level
from .assess import World, assess_all
from .check_settings import HOST_POLICY
from .fixes import can_fix
from .pragmas import UNUSED, Pragma, apply_pragmas, idle_pragmas, misplaced_pragmas, read_pragmas
from .profiles import is_known_image
from .read_file import FileRead, read_data, read_path
from .time_bound import TimeBound, TooSlow
from .workers import check_apart

# What a piece of work gives, or the error that nobody foresaw: one file must not cost the others (cli/main.py)
Contain = Callable[[Callable[[], CheckReport]], Union[CheckReport, Exception]]
SECONDS = 10.0     # for one file; the slowest of 5,000 real ones takes a fiftieth of a second


@dataclass(frozen=True)
class Choice:
    """Which findings are wanted."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    level: Level = Level.WARN
    documents: bool = False


class Job:
    """One run over one repository: everything a worker process needs. One Repository for all files: it lists once."""

    def __init__(self, top: str, world: World, choice: Optional[Choice] = None,
                 contain: Optional[Contain] = None) -> None:
        self.top = top
        self.contain = contain
        self.world = world
        self.choice = choice or Choice()
        self.repository = Repository(Host(), top, is_known_image)
        self.bound = TimeBound()

    def check_all(self, names: Sequence[str]) -> Iterator[CheckReport]:
        """One file after the other."""
        with self.bound:
            yield from map(self.check, names)

    def check(self, name: str) -> CheckReport:
        """One file, named relative to `top`."""
        full = name if name.startswith("/") else f"{self.top}/{name}"
        return self._contained(
            name, lambda: read_path(Host(), full, name, self.repository, self.choice.documents))

    def check_text(self, data: bytes, name: str) -> CheckReport:
        """The same for text that came in by standard input."""
        return self._contained(name, lambda: read_data(data, name, self.repository, self.choice.documents))

    def _contained(self, name: str, read: Callable[[], FileRead]) -> CheckReport:
        if self.contain is None:
            return self._within_bound(name, read)
        outcome = self.contain(lambda: self._within_bound(name, read))
        if isinstance(outcome, CheckReport):
            return outcome
        why = f"pyguard itself failed on it: {type(outcome).__name__}: {outcome}"
        return CheckReport(not_checked=(NotChecked(name, why),), files=1, failed=1)

    def _within_bound(self, name: str, read: Callable[[], FileRead]) -> CheckReport:
        try:
            return self.bound.run(SECONDS, lambda: self.finish(name, read()))
        except TooSlow:
            return CheckReport(not_checked=(NotChecked(name, f"took more than {SECONDS:.0f} seconds"),), files=1)

    def finish(self, name: str, read: FileRead) -> CheckReport:
        """Findings of what was read."""
        skipped = [read.skipped] if read.skipped else []
        if read.reading is None:
            return CheckReport((), tuple(skipped), 1)
        skipped += [NotChecked(each.path, each.reason) for each in read.reading.skipped]
        pragmas = read_pragmas(read.text, read.kind)
        kept, hidden = apply_pragmas(_assess(read, name, self.world), pragmas)
        if pragmas:
            kept += self._on_pragmas(pragmas, read, name, not skipped)
            kept.sort(key=lambda each: each.location.line)
        lines = read.text.split("\n")
        return CheckReport(tuple(_with_source(each, lines) for each in kept if self._is_wanted(each)), tuple(skipped),
                           1, sum(map(self._is_wanted, hidden)))

    def _on_pragmas(self, pragmas: Sequence[Pragma], read: FileRead, name: str, is_whole: bool) -> list[FileFinding]:
        """What is to be said of the comments. One is in vain only where the whole file was read, and every rule judged.

        The settings may allow a rule, or judge images mildly: what would be found without them counts as ignored, too.
        """
        world = self.world
        level = dict(world.settings.levels).get(UNUSED, Level.WARN)
        found = misplaced_pragmas(pragmas, name, level)
        if not is_whole:
            return found
        if (world.relaxed or world.settings.levels) and any(each.idle for each in pragmas):
            apply_pragmas(_assess(read, name, replace(world, settings=HOST_POLICY, relaxed=False)), pragmas)
        return [*found, *idle_pragmas(pragmas, name, level)]

    def _is_wanted(self, finding: FileFinding) -> bool:
        chosen = self.choice
        return (finding.level >= chosen.level and finding.rule not in chosen.ignore
                and (not chosen.select or finding.rule in chosen.select))


def check_files(job: Job, names: Sequence[str], workers: int = 1,
                progress: Optional[Callable[[int, int], None]] = None) -> CheckReport:
    """All files, in order; with more than one worker in as many processes."""
    def parts() -> Iterator[CheckReport]:
        for done, part in enumerate(check_apart(job.check_all, names, workers), 1):
            yield part
            if progress is not None:
                progress(done, len(names))

    return join(parts())


def join(parts: Iterable[CheckReport]) -> CheckReport:
    """One report out of many, none of which is kept."""
    findings: list[FileFinding] = []
    not_checked: list[NotChecked] = []
    files = suppressed = failed = 0
    for part in parts:
        findings += part.findings
        not_checked += part.not_checked
        files, suppressed, failed = files + part.files, suppressed + part.suppressed, failed + part.failed
    return CheckReport(tuple(findings), tuple(not_checked), files, suppressed, failed)


def renamed(report: CheckReport, top: str, cwd: str) -> CheckReport:
    """Paths as somebody in `cwd` would write them."""
    if os.path.realpath(top) == os.path.realpath(cwd):
        return report

    def rename(path: str) -> str:
        return os.path.relpath(os.path.join(top, path), cwd)

    return replace(
        report,
        findings=tuple(replace(each, location=replace(each.location, path=rename(each.location.path)))
                       for each in report.findings),
        not_checked=tuple(replace(each, path=rename(each.path)) for each in report.not_checked))


def fails(report: CheckReport, confidence: Confidence = Confidence.LIKELY) -> bool:
    """Whether a build should stop: a finding that is at least so sure."""
    return any(finding.confidence >= confidence for finding in report.findings)


def _assess(read: FileRead, name: str, world: World) -> list[FileFinding]:
    commands = read.reading.commands if read.reading else ()
    return [each for each in assess_all(commands, world) if each.location.path == name]


def _with_source(finding: FileFinding, lines: Sequence[str]) -> FileFinding:
    """With the line it is about; a fix that does not fit that line is none."""
    number = finding.location.line
    line = lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""
    return replace(finding, source=line, fix=finding.fix if finding.fix and can_fix(line, finding) else "")
