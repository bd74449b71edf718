"""Programs that run nothing of what they are given: `echo pip install x` installs nothing."""

from __future__ import annotations

from ...model.late_pattern import late

ASKS = late(r"command -p?[vV]+$")
QUIET = frozenset(("pyguard", "explain",
                   "echo", "printf", "cat", "grep", "egrep", "which", "type", "hash", "man", "apt", "apt-get", "yum",
                   "dnf", "apk", "pacman", "zypper", "brew", "test", "[", "[[", "log", "info", "warn", "die", "error",
                   "alias", "rm", "cp", "mv", "ln", "find", "ls", "dpkg", "rpm", "pipx", "conda", "mamba", ":", "true",
                   "docker", "podman", "ssh", "pdsh", "print", "fail", "abort", "export", "asdf", "pyenv", "snap",
                   "choco", "scoop", "winget", "port", "pkg", "emerge", "nix-env", "virtualenv", "sed", "awk", "say"))


def only_asks(argv: list[str]) -> bool:
    """`command -v pip` tells where it is."""
    return ASKS.match(" ".join(argv[:2])) is not None
