"""A question for the target's own pip in, its answer out: pip resolves and fetches, and starts no other program.

pip builds what has no wheel by running the project's own code in a child process, whatever `--only-binary` says of
links and directories: nothing of that may happen for an answer. It would also start lsb_release(1), and with it a
dozen more, for the name that it gives itself before an index.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any, NamedTuple, Optional

KEPT = ("PIP_", "SSL_CERT_", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
CONFIGURATION = ("HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS")
MEASURED = {"PIP_VERBOSE": "0", "PIP_QUIET": "0"}    # of pip's answer nothing but the report is on stdout
NOBODY = 65534
HERE = """import sys
if sys.path[0] == "":
    del sys.path[0]
"""    # what lies in the working directory is not imported
# keyring(1) knows the way into an index.
HELD = HERE + """import gc, os, runpy, subprocess
gc.set_threshold(200_000, 10, 10)
start = subprocess.Popen._execute_child
def only_keyring(self, args, *rest):
    words = [args] if isinstance(args, str) else [os.fspath(word) for word in args]
    if os.path.basename(words[0]) != "keyring":
        raise PermissionError(1, "pyguard lets pip run nothing for an answer", words[0])
    return start(self, args, *rest)
subprocess.Popen._execute_child = only_keyring
"""
ALONE = HELD + 'runpy.run_module("pip", run_name="__main__", alter_sys=True)\n'    # as `-m pip`
RUNNER = "__pip-runner__.py"
BY_FILE = HELD + 'runpy.run_path(sys.argv.pop(1), run_name="__main__")\n'
# As pip's `--python` (22.3, _internal/cli/main_parser.py): pip's own file, run by the other interpreter.
ELSEWHERE = HERE + f"""import importlib.util, os
found = importlib.util.find_spec("pip")
if found is None:
    sys.exit("ERROR: there is no pip to ask")
python, text = sys.argv[1:3]
file = os.path.join(os.path.dirname(os.path.realpath(found.origin)), "{RUNNER}")
os.execv(python, [python, "-c", text, file, *sys.argv[3:]])
"""


class Answer(NamedTuple):
    """What pip left behind; `code` None: it was not run, and `stderr` says why."""

    code: Optional[int]
    stdout: str
    stderr: str


Ask = Callable[[Sequence[str], Mapping[str, str], str], Answer]    # argv, environment, working directory


def pip_alone(python: str) -> tuple[str, ...]:
    """The words before pip's own."""
    return (python, "-c", ALONE)


def pip_by_file(python: str, file: str) -> tuple[str, ...]:
    """The same where a pip runs by its file `__pip-runner__.py`, on an interpreter that need not have one."""
    return (python, "-c", BY_FILE, file)


def pip_elsewhere(python: str, other: str) -> tuple[str, ...]:
    """The same for the pip of `python`, run by the other interpreter."""
    return (python, "-c", ELSEWHERE, other, BY_FILE)


def for_python(minor: str) -> tuple[str, ...]:
    """Options of a dry run for another Python: before 23.1 pip takes them with --target alone. Nothing comes there."""
    return ("--python-version", minor, "--target", "/nonexistent/for-an-answer")


def clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What reaches an index: pip's own variables, proxies and certificates. Nothing of Python's.

    pip takes itself for the one that `--python` or PIP_PYTHON has started, so that it starts no other (22.3).
    """
    kept = {name: value for name, value in environ.items() if name.upper() not in MEASURED
            and (name.startswith(KEPT) or name.lower() in PROXIES or name in CONFIGURATION)}
    return {**kept, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1",
            **MEASURED, "_PIP_RUNNING_IN_SUBPROCESS": "1"}


def ask_pip(argv: Sequence[str], environment: Mapping[str, str], directory: str, uid: int = 0,
            configuration: str = "", timeout: float = 300.0) -> Answer:
    """Run the question; root's is asked as nobody, with nothing of root's to write to.

    pip takes a pip.conf that it cannot open for one that is not there: `configuration` is what nobody is to go by.
    """
    import subprocess  # 13 ms: only who looks deeper pays

    options: dict[str, Any] = {}
    if uid == 0:
        options = {"user": NOBODY, "group": NOBODY, "extra_groups": ()}
        environment = {**environment, "PIP_NO_CACHE_DIR": "1"}
    with _file(configuration) as file:
        if file is not None:
            options["pass_fds"] = (file.fileno(),)
            environment = {**environment, "PIP_CONFIG_FILE": f"/proc/self/fd/{file.fileno()}"}
        try:
            done = subprocess.run(list(argv), env=dict(environment), cwd=directory, stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=timeout, check=False, **options)
        except (OSError, subprocess.SubprocessError) as error:
            return Answer(None, "", f"pip could not be asked: {error}")
    return Answer(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


@contextmanager
def _file(text: str) -> Iterator[Optional[IO[bytes]]]:
    """Without a name, for whoever gets its descriptor to read."""
    if not text:
        yield None
        return
    import tempfile

    with tempfile.TemporaryFile() as file:
        os.fchmod(file.fileno(), 0o444)
        file.write(text.encode())
        file.flush()
        yield file
