"""Ways to call an install, as data: contexts in which a line runs, and forms of the line; and pairs of all of them.

A context is given the words of a command and says what to run, as whom, and what it makes of exit 11.
"""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Callable, Sequence
from typing import NamedTuple

REFUSED = 11
PLAIN = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SHIMS = "/usr/local/lib/pyguard/shims"
RELEASES = ("bullseye", "bookworm", "trixie")
USERS = ("alice", "root")
# inetd's way: no port that another run of the tests could have
SSH = ("ssh -q -i ~/.ssh/key -o StrictHostKeyChecking=no -o BatchMode=yes "
       "-o ProxyCommand='/usr/sbin/sshd -i -o PermitRootLogin=yes'")
PACKAGES = ("python3-pip", "zsh", "fish", "sudo", "tmux", "make", "bsdutils", "openssh-server", "openssh-client", "tox",
            "findutils")


class Context(NamedTuple):
    """`run`: words of the install, the user -> what root or the user executes; `code` is what comes of exit 11."""

    name: str
    run: Callable[[Sequence[str], str], Sequence[str]]
    code: int = REFUSED
    as_root: bool = False


class Form(NamedTuple):
    """The words before `install`."""

    name: str
    words: tuple[str, ...]
    users: tuple[str, ...] = USERS


class Combination(NamedTuple):
    """One row of the product."""

    context: Context
    form: Form
    user: str
    release: str

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.form.name} / {self.context.name} / {self.user} / {self.release}"


def _line(words: Sequence[str]) -> str:
    return shlex.join(words)


def _login(text: str) -> tuple[str, ...]:
    """What a user's session starts: PATH is that of a login shell."""
    return ("sh", "-lc", text)


def _script(shell: str) -> Callable[[Sequence[str], str], Sequence[str]]:
    file = f"~/way.{shell}"
    return lambda words, user: _login(f"printf '%s\\n' {shlex.quote(_line(words))} >{file}; {shell} {file}")


def _on_terminal(shell: str) -> Callable[[Sequence[str], str], Sequence[str]]:
    return lambda words, user: ("script", "-qec", f"{shell} -ic {shlex.quote(_line(words))}", "/dev/null")


def _login_shell(shell: str) -> Callable[[Sequence[str], str], Sequence[str]]:
    return lambda words, user: (shell, "-lc", _line(words))


def _python(words: Sequence[str], user: str) -> Sequence[str]:
    return _login(f"python3 -c {shlex.quote(f'import subprocess; raise SystemExit(subprocess.call({list(words)!r}))')}")


def _makefile(words: Sequence[str], user: str) -> Sequence[str]:
    return _login(f"printf 'all:\\n\\t@%s\\n' {shlex.quote(_line(words))} >~/Makefile && make -sf ~/Makefile")


def _shell_of_make(words: Sequence[str], user: str) -> Sequence[str]:
    text = f"ran := $(shell {_line(words)})\nall:\n\t@exit $(.SHELLSTATUS)\n"
    return _login(f"printf %s {shlex.quote(text)} >~/Makefile && make -sf ~/Makefile")


def _tox(words: Sequence[str], user: str) -> Sequence[str]:
    """An environment that runs a command from outside of it, as `allowlist_externals = *` permits; its own is free."""
    outside = words if words[0] in ("sudo", "/usr/bin/pip3") else [f"/usr/bin/{words[0]}", *words[1:]]
    # Not `whitelist_externals` as well, its old name (tox 3.18): tox 3 refuses both, where a command is looked up.
    text = ("[tox]\nskipsdist = true\n[testenv]\nskip_install = true\npassenv = *\nallowlist_externals = *\n"
            f"commands = {_line(outside)}\n")
    return _login(f"mkdir -p ~/tox && cd ~/tox && printf %s {shlex.quote(text)} >tox.ini && "
                  "tox -qq >&2; test $? != 0 && exit 11")


def _cron(words: Sequence[str], user: str) -> Sequence[str]:
    """crontab(5): /bin/sh -c, and nothing in the environment but these."""
    home = "/root" if user == "root" else f"/home/{user}"
    return ("env", "-i", f"HOME={home}", f"LOGNAME={user}", "SHELL=/bin/sh", "PATH=/usr/bin:/bin",
            "/bin/sh", "-c", _line(words))


def _xargs(words: Sequence[str], user: str) -> Sequence[str]:
    return _login(f"echo {shlex.quote(words[-1])} | xargs {_line(words[:-1])}")


def _find(words: Sequence[str], user: str) -> Sequence[str]:
    return _login(f"find {shlex.quote(words[-1])} -exec {_line(words[:-1])} {{}} +")


def _sudo(words: Sequence[str], user: str) -> Sequence[str]:
    return _login(f"sudo {_line(words)}")


def _su(words: Sequence[str], user: str) -> Sequence[str]:
    return ("su", "-", user, "-c", _line(words))


def _ssh(words: Sequence[str], user: str) -> Sequence[str]:
    return ("sh", "-c", f"mkdir -p /run/sshd; {SSH} {user}@localhost {shlex.quote(_line(words))}")


def _tmux(words: Sequence[str], user: str) -> Sequence[str]:
    inner = f"({_line(words)}) 2>~/tmux.out; echo $? >~/tmux.code; tmux -L way wait-for -S done"
    return ("bash", "-lc", f"tmux -L way -f /dev/null new-session -d {shlex.quote(inner)} \\; wait-for done; "
                           "cat ~/tmux.out >&2; exit $(cat ~/tmux.code)")


CONTEXTS = (
    *(Context(f"{shell}, login", _login_shell(shell)) for shell in ("bash", "zsh", "fish", "dash")),
    *(Context(f"{shell}, on a terminal", _on_terminal(shell)) for shell in ("bash", "zsh", "fish", "dash")),
    *(Context(f"{shell}, script", _script(shell)) for shell in ("bash", "zsh", "fish", "dash")),
    Context("Makefile", _makefile, 2), Context("$(shell) of make", _shell_of_make, 2),
    Context("xargs", _xargs, 123), Context("find -exec", _find, 1), Context("cron line", _cron),
    Context("sudo with secure_path", _sudo), Context("su -", _su, as_root=True),
    Context("ssh localhost", _ssh, as_root=True), Context("tmux", _tmux),
    Context("subprocess of Python", _python), Context("tox", _tox),
)
FORMS = (
    Form("pip", ("pip",)), Form("pip3", ("pip3",)), Form("/usr/bin/pip3", ("/usr/bin/pip3",)),
    Form("python3 -m pip", ("python3", "-m", "pip")), Form("python3 -Im pip", ("python3", "-Im", "pip")),
    Form("sudo pip3", ("sudo", "pip3"), ("alice",)),
)


class Row(NamedTuple):
    """A row of the README's table; `tried`: the forms and contexts here, or the test that has it."""

    called: str
    shim: str
    inside: str
    audit: str
    tried: tuple[str, ...]


TABLE = (
    Row("`pip`, `pip3`, `pip3.N` with the shim first on PATH, in any shell, script or Makefile", "yes", "yes", "yes",
        ("pip", "pip3", "bash, script", "Makefile", "xargs", "find -exec", "tmux", "ssh localhost")),
    Row("`python3 -m pip`, cron, a subprocess", "no", "yes", "yes",
        ("python3 -m pip", "python3 -Im pip", "cron line", "subprocess of Python", "tox")),
    Row("`/usr/bin/pip`, `sudo pip` with a reset PATH", "no", "yes", "yes",
        ("/usr/bin/pip3", "sudo pip3", "sudo with secure_path")),
    Row("`uv pip install --system`", "yes", "EXTERNALLY-MANAGED", "yes", ("uv --system",)),
    Row("`setup.py install`, whatever the script is called, `easy_install`, get-pip.py", "no", "yes", "yes",
        ("setup.py install",)),
    Row("`python3 -S -m pip` with PYTHONPATH", "no", "site pip.conf", "yes", ("-S + PYTHONPATH",)),
    Row("`/path/uv pip install --system --break-system-packages`, `cp` into a site directory", "no",
        "no: the import is warned about", "yes", ("uv --system --break", "cp")),
)


def render_table() -> str:
    """The table as the README has it."""
    head = "| how | shim | startup hook, configuration | audit |\n|---|---|---|---|\n"
    return head + "".join(f"| {row.called} | {row.shim} | {row.inside} | {row.audit} |\n" for row in TABLE)


def product() -> tuple[Combination, ...]:
    """Every combination."""
    return tuple(Combination(context, form, user, release) for release in RELEASES for context in CONTEXTS
                 for form in FORMS for user in form.users)


def pairwise() -> tuple[Combination, ...]:
    """Few of them, in which every pair of two values that occur together at all does; the same every time."""
    pairs = {row: _pairs(row) for row in product()}
    missing = set[tuple[str, ...]]().union(*pairs.values())
    chosen: list[Combination] = []
    used = dict.fromkeys(RELEASES, 0)
    while missing:
        best = max(pairs, key=lambda row: (len(missing & pairs[row]), -used[row.release]))
        missing -= pairs.pop(best)
        used[best.release] += 1
        chosen.append(best)
    return tuple(chosen)


def _pairs(row: Combination) -> set[tuple[str, ...]]:
    named = (row.context.name, row.form.name, row.user, row.release)
    return set(itertools.combinations(named, 2))
