"""What every test may use and how skips are judged: options and fixtures in, failures for silent gaps out."""

from __future__ import annotations

import contextlib
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

from tests.engine import install_engine
from tests.rootfs import Root, overlay

ALL_ONLY = "only with --all"
# With PYGUARD_REQUIRE=1 a skip is a failure, unless its reason starts with one of these.
ALLOWED_SKIPS = (
    ALL_ONLY,
    "no Python 2.7 is installed here",    # nothing can be done about it: no distribution has it any more
    "pyenv is not installed here",
    "fish has no strict mode",
    "an alias of fish is a function",
    "shellcheck does not read zsh and fish",
    "only with the list of standard modules that Python 3.10 brought",
    "py-rattler needs Python 3.10",
    "the user nobody cannot enter the directory of the checkout",    # root's home, as a rule
)
# How long an example takes says how busy the machine is: what is timed is timed in tests/bench/.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
COUNTED = ("proof", "core", "full")


def pytest_configure(config: pytest.Config) -> None:
    """In the background of a shell, or by nohup, signals are ignored that the tests send to what they start."""
    for each, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGQUIT, signal.SIG_DFL),
                          (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(each) is signal.SIG_IGN:
            signal.signal(each, handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", default=False,
                     help="run the full products too, not only their core")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("full") and not config.getoption("--all"):
            item.add_marker(pytest.mark.skip(reason=ALL_ONLY))
        if item.get_closest_marker("proof") and os.geteuid() != 0:
            item.add_marker(pytest.mark.skip(reason="needs root: mount, chroot and other users"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Turn a skip into a failure where the tests have to run."""
    outcome = yield
    report = outcome.get_result()    # type: ignore[attr-defined]
    report.counted = [name for name in COUNTED if item.get_closest_marker(name)]
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("PYGUARD_REQUIRE") == "1":
        reason = skip_reason(report)
        if not reason.startswith(ALLOWED_SKIPS):
            report.outcome = "failed"
            report.longrepr = f"must run, but was skipped: {reason}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print how much of each kind has run: a product that shrank unnoticed shows here."""
    ran: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            ran.update(getattr(report, "counted", []) if report.when == "call" else [])
    kinds = ", ".join(f"{ran[name]} {name}" for name in COUNTED)
    terminalreporter.write_line(f"of these ran: {kinds}{' (--all)' if config.getoption('--all') else ''}")


def skip_reason(report: pytest.TestReport) -> str:
    """Why a test was skipped, without pytest's prefix."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason[len("Skipped: "):] if reason.startswith("Skipped: ") else reason


@pytest.fixture
def new_root() -> Iterator[Callable[..., Root]]:
    """A function as `rootfs.overlay` that gives a root until the test ends."""
    with contextlib.ExitStack() as stack:
        def make(release: str, packages: tuple[str, ...] = (), lists: bool = False,
                 network: bool = True) -> Root:
            return stack.enter_context(overlay(release, packages, lists, network))
        yield make


@pytest.fixture
def installed_pyguard() -> Callable[[Root], list[str]]:
    """A function that installs pyguard into a root and gives the command that runs it."""
    return install_engine
