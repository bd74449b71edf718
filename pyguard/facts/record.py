"""A host and one of its accounts in, the Facts of its own Python out, as that account meets them."""

from __future__ import annotations

from ..host import Host
from ..model.facts import Facts, ShellEnvironment
from ..model.frozen import replace
from .accounts import Account
from .collect import collect
from .pip_build import find_pip

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"    # login(1)'s for root, and sudo's


def login_environment(account: Account) -> dict[str, str]:
    """The variables that a fresh login has; nobody's shell adds to them."""
    return {"HOME": account.home, "PATH": PATH}


def record(host: Host, interpreter: str, account: Account) -> Facts:
    """Everything that `collect` reads, from no cache; of the account only its home directory is kept.

    Variables are left out: a host file describes a machine, and is made to be passed on.
    """
    facts = collect(host, interpreter, environment=login_environment(account), uid=account.uid, cwd="/",
                    find_pip=find_pip)
    return replace(facts, environment=ShellEnvironment(account.home))
