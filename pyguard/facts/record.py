"""A host and one of its accounts in, the Facts of its own Python out, as that account meets them."""

from __future__ import annotations

from ..errors import CollectError
from ..host import Host
from ..model.facts import Facts, ShellEnvironment
from ..model.frozen import dataclass, replace
from .collect import collect
from .pip_build import find_pip

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"    # login(1)'s for root, and sudo's


@dataclass(frozen=True)
class Account:
    """A line of passwd(5), as far as it changes what an interpreter imports."""

    name: str
    uid: int
    home: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables that a fresh login has; nobody's shell adds to them."""
        return {"HOME": self.home, "PATH": PATH}


def read_account(host: Host, name: str) -> Account:
    """From the host's own passwd file, never from this machine's. Raises CollectError."""
    try:
        lines = host.read_text("/etc/passwd").splitlines()
    except OSError as error:
        if name == "root":    # an image without users (distroless, scratch)
            return Account(name, 0, "/root")
        raise CollectError("no-account", f"/etc/passwd cannot be read: {error.strerror or error}") from error
    for line in lines:
        fields = line.split(":")
        if len(fields) > 5 and fields[0] == name and fields[2].isdigit():
            return Account(name, int(fields[2]), fields[5])
    raise CollectError("no-account", f"/etc/passwd has no user {name}")


def record(host: Host, interpreter: str, account: Account) -> Facts:
    """Everything that `collect` reads, from no cache; of the account only its home directory is kept.

    Variables are left out: a host file describes a machine, and is made to be passed on.
    """
    facts = collect(host, interpreter, environment=account.environment, uid=account.uid, cwd="/", find_pip=find_pip)
    return replace(facts, environment=ShellEnvironment(account.home))
