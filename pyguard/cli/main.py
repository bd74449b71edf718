"""The command line: finds the command, runs it, turns what went wrong into one error and an exit code."""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Optional, Protocol, TextIO, TypeVar, Union, cast

Work = TypeVar("Work")
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_REFUSED = 11
EXIT_INTERRUPTED = 130
NO_OUTPUT = "no-output"
HELP = (["-h"], ["--help"])

# Each command is a module of this package with a function `run`; imported only when it is called.
COMMANDS = {
    "explain": "say what a command would do, and why it is or is not allowed; or what a rule is about",
    "rehearse": "try an install where nothing of it stays, and say which tools break",
    "check": "what in a repository would damage a system Python when it runs",
    "audit": "what has already happened to the system's Python, here or in a file system tree",
    "fleet": "one report over many hosts, from the audits of each: JSON, and a page to sort and filter",
    "repair": "put right what the audit finds: shown first, carried out with --yes, on record",
    "undo": "take back a change that pyguard made: pyguard undo [ID]",
    "history": "the changes that pyguard made",
    "facts": "what the interpreters on this machine are",
    "envs": "every environment on this machine: size, last use, who needs it, health",
    "clean": "leftovers and environments that nobody needs: a plan, and with --yes its execution",
    "log": "refusals and overrides on record",
    "init": "the lines that your shell is to evaluate: pyguard init bash|zsh|fish|sh",
    "sudo": "judge what sudo would run, and run nothing: pyguard sudo -- WORDS",
    "hook": "put pyguard where the command is typed, see what is caught, take it away again",
    "doctor": "test live what is caught on this machine and what is not",
    "handover": "what the startup hook asks; not for people",
    "plugins": "the plugins in pyguard's own environment, and what is wrong with them",
    "policy": "the policy that holds here, and where each line of it is written: show, check, approve",
    "manual": "this command line as a manual page or a shell's completions: man, bash, zsh, fish",
}

# Half of what these do is worse than all of it, whether or not anybody reads on (`| head -1`).
CHANGE_THE_MACHINE = ("clean", "repair", "undo", "hook")

# Tools whose commands are judged: pyguard TOOL -- ARGS.
GUARDED = ("pip", "uv", "pipx", "conda", "mamba", "micromamba", "poetry", "pipenv", "pdm", "pip-sync", "easy_install")
LOOKS_HERE = ("check",)    # commands about the directory they are called in: another one would be the wrong answer


class Run(Protocol):
    """What a command's module offers: the exit code; everything from outside comes as an argument."""

    def __call__(self, arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
                 stdout: TextIO, stderr: TextIO) -> int: ...


def entry_point() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:]))


class Stream:
    """A standard stream that knows what it could not write. `quiet`: nobody else needs to, as on stderr.

    A message that a full disk or a reader who is gone does not take changes no answer and no record. `lasting`: no
    change of the machine either, and the programs that make it write nowhere then, instead of ending half way.
    """

    def __init__(self, stream: TextIO, descriptor: int, quiet: bool = False, lasting: bool = False) -> None:
        self.stream, self.descriptor, self.quiet, self.lasting = stream, descriptor, quiet or lasting, lasting
        self.lost: Optional[OSError] = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """Raises OSError, unless it is quiet."""
        return self._try(lambda: self.stream.write(text)) or 0

    def flush(self) -> None:
        """Raises OSError, unless it is quiet."""
        self._try(self.stream.flush)

    def let_go(self) -> None:
        """Python flushes once more when it ends, and would exit 120: what nobody takes leads nowhere."""
        self.quiet = True
        self.flush()
        if self.lost:
            self._lead_nowhere()

    def _lead_nowhere(self) -> None:
        with suppress(OSError):    # a tree without /dev
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.descriptor)
            os.close(nowhere)

    def _try(self, work: Callable[[], Work]) -> Optional[Work]:
        try:
            return work()
        except OSError as error:
            self.lost = error
            if self.lasting:
                self._lead_nowhere()
            if not self.quiet:
                raise
            return None


def main(arguments: Sequence[str]) -> int:
    """Run one command. Here and in `contain` is where an unforeseen error ends."""
    open_streams()
    command = arguments[0] if arguments else ""
    lasting = command in CHANGE_THE_MACHINE
    out, err = Stream(sys.stdout, 1, lasting=lasting), Stream(sys.stderr, 2, quiet=True, lasting=lasting)
    try:
        code = _answer(command, list(arguments[1:]), cast(TextIO, out), cast(TextIO, err))
        out.flush()
    except SystemExit as done:    # --help
        code = int(done.code or 0)
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
    except BrokenPipeError:
        code = _failure(command)    # the reader is gone; nothing more to say to it
    except Exception as error:
        code = report_error(command, _output_error(error) if error is out.lost else error, cast(TextIO, err))
    out.let_go()
    if lasting and out.lost and not isinstance(out.lost, BrokenPipeError):
        report_error(command, _output_error(out.lost), cast(TextIO, err))
    err.let_go()
    return _failure(command) if out.lost and code == 0 else code


def _failure(command: str) -> int:
    return EXIT_REFUSED if command in (*GUARDED, "sudo") else EXIT_FAILED    # else what asked would go on


def _output_error(error: OSError) -> Exception:
    from ..errors import PyguardError

    return PyguardError(NO_OUTPUT, f"the output could not be written: {error.strerror or error}")


def open_streams() -> None:
    """Standard streams that take every character; one that the caller has closed leads nowhere (Python has None there).

    So that no file of ours gets its number either. Not inheritable: the real tool finds it closed, as it was.
    """
    try:
        while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
            pass
        os.close(descriptor)
    except OSError:
        pass    # a tree without /dev
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, io.TextIOWrapper(io.BytesIO()))
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")    # type: ignore[union-attr]  # an ASCII locale prints too


def contain(work: Callable[[], Work]) -> Union[Work, Exception]:
    """What `work` gives, or the error in it that nobody foresaw: for one of many pieces, where the others go on."""
    try:
        return work()
    except Exception as error:
        if os.environ.get("PYGUARD_DEBUG"):
            import traceback
            traceback.print_exception(type(error), error, error.__traceback__)
        return error


def _answer(command: str, arguments: list[str], stdout: TextIO, stderr: TextIO) -> int:
    """Runs it; where its help is asked for and its few words are read by hand, that is the usage it would fail with."""
    if command == "help" and len(arguments) == 1:
        command, arguments = arguments[0], ["--help"]
    if "--" in arguments or arguments[-1:] not in HELP:
        return _dispatch(command, arguments, stdout, stderr)
    from ..errors import UsageError

    try:
        return _dispatch(command, arguments, stdout, stderr)
    except UsageError as error:
        if not error.hint.startswith("usage: "):
            raise
        stdout.write(f"{error.hint.rstrip()}\n")
        return 0


def _dispatch(command: str, arguments: list[str], stdout: TextIO, stderr: TextIO) -> int:
    if command in ("", "-h", "--help", "help"):
        stdout.write(_usage())
        return 0 if command else EXIT_USAGE
    if command in ("-V", "--version"):
        from .. import __version__
        stdout.write(f"pyguard {__version__}\n")
        return 0
    environ, cwd, uid = dict(os.environ), _working_directory(command), os.geteuid()
    if command in GUARDED:
        from .guard import run as guard

        return guard(arguments, environ=environ, cwd=cwd, uid=uid, stdout=stdout, stderr=stderr, tool=command)
    if command not in COMMANDS:
        stderr.write(f"pyguard: there is no command {command!r}\n{_usage()}")
        return EXIT_USAGE
    run: Run = importlib.import_module(f".{command}", __package__).run
    return run(arguments, environ=environ, cwd=cwd, uid=uid, stdout=stdout, stderr=stderr)


def _usage() -> str:
    guarded = f"  {GUARDED[0]:<10} judge a pip command, then refuse it or run the real pip: pyguard pip -- ARGS\n"
    others = f"  {'':<10} likewise: {', '.join(GUARDED[1:])}\n"
    rows = guarded + others + "".join(f"  {name:<10} {purpose}\n" for name, purpose in COMMANDS.items())
    return f"usage: pyguard COMMAND ...\n\n{rows}\n  --version, --help\n"


def _working_directory(command: str) -> str:
    try:
        return os.getcwd()
    except OSError as error:    # it was deleted under us
        if command not in LOOKS_HERE:
            return "/"
        from ..errors import PyguardError

        raise PyguardError("no-directory", "the current directory is not there any more", hint="cd to one that is") \
            from error


def report_error(command: str, error: Exception, stderr: TextIO) -> int:
    """Says it, and gives the exit code."""
    from ..errors import PyguardError
    from ..render.words import printable

    if isinstance(error, PyguardError):
        where = f" ({error.context})" if error.context and error.context not in error.message else ""
        stderr.write(printable(f"pyguard: {error.message}{where}") + "\n")
        for line in error.hint.rstrip().split("\n") if error.hint else ():
            stderr.write(printable(f"  {line}") + "\n")
        return _failure(command) if error.reference == NO_OUTPUT else error.exit_code
    kind = type(error).__name__
    stderr.write(printable(f"pyguard: internal error: {kind}: {error}") + "\n")
    if os.environ.get("PYGUARD_DEBUG"):
        import traceback
        traceback.print_exception(type(error), error, error.__traceback__, file=stderr)
    else:
        stderr.write("  PYGUARD_DEBUG=1 shows where; nothing was run\n")
    return _failure(command)
