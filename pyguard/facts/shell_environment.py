"""The variables of a process -> ShellEnvironment, and program names -> files on its PATH."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from ..host import Host
from ..model.facts import ShellEnvironment
from ..model.paths import normalize

PREFIXES = ("PYTHON", "PIP_", "UV_", "CONDA", "_CONDA", "MAMBA", "PIXI_", "PIPX_", "PYENV_", "ASDF_",
            "MISE_", "XDG_", "POETRY_", "HATCH_", "__PYVENV")
NAMES = frozenset({
    "DEB_PYTHON_INSTALL_LAYOUT", "HOME", "LD_LIBRARY_PATH", "LD_PRELOAD", "PATH", "RPM_BUILD_ROOT",
    "RYE_HOME", "SETUPTOOLS_USE_DISTUTILS", "SUDO_UID", "SUDO_USER", "TERMUX_VERSION", "USER",
    "VIRTUAL_ENV", "WORKON_HOME",
})
SECRETS = ("PASSWORD", "TOKEN", "SECRET")


def shell_environment(environ: Mapping[str, str]) -> ShellEnvironment:
    """Only variables that change what is imported, installed or found; none that is named a secret.

    The result is saved in bug reports, so what need not be known is not kept.
    """
    kept = tuple(sorted((name, value) for name, value in environ.items() if _matters(name)))
    path = tuple(entry for entry in environ.get("PATH", "").split(":") if entry)
    return ShellEnvironment(home=environ.get("HOME", ""), path=path, variables=kept)


def find_program(host: Host, name: str, path: Sequence[str], skip: Sequence[str] = ()) -> str:
    """The first executable file of that name on the path, or an empty string.

    Empty and relative entries of PATH mean the working directory, which a stranger may have
    filled: they are left out, for root and for everybody.
    """
    left_out = {normalize(entry) for entry in skip}
    for entry in path:
        if not entry.startswith("/") or normalize(entry) in left_out:
            continue
        candidate = os.path.join(entry, name)
        try:
            if host.is_file(candidate) and host.stat(candidate).st_mode & 0o111:
                return candidate
        except OSError:
            continue    # a loop of links: the shell goes on as well
    return ""


def _matters(name: str) -> bool:
    if any(word in name for word in SECRETS):
        return False
    return name in NAMES or name.startswith(PREFIXES)
