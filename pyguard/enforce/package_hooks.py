"""Files that package managers read: pyguard looks again after packages have changed, one entry a package manager."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import NamedTuple

from ..errors import PyguardError
from .manifest import Manifest

PLAIN = re.compile(r"[A-Za-z0-9/._+-]+$")
PURPOSE = "pyguard looks again at what is shadowed and which tools there are; does nothing once pyguard is gone."
# Whatever becomes of pyguard, the package manager never fails because of it and prints nothing of it.
LINE = "test ! -x {program} || {command} hook refresh >/dev/null 2>&1 </dev/null || true"


class PackageHook(NamedTuple):
    """`before` and `after` stand around the line, `blank` for a blank in it; `plugin`: a file of its reader's."""

    name: str
    tool: str
    directory: str
    path: str
    comment: str
    before: str
    after: str = ""
    blank: str = " "
    plugin: str = ""
    package: str = ""


# apt.conf(5), DPkg::Post-Invoke; dnf-post-transaction-actions(8): a filter, a state, a command of sh;
# libdnf5-actions(8): callback, filter, direction, options, a program with arguments in which a blank is escaped.
HOOKS = (
    PackageHook("apt-hook", "apt", "/etc/apt/apt.conf.d", "/etc/apt/apt.conf.d/90pyguard", "//",
                'DPkg::Post-Invoke { "', '"; };'),
    PackageHook("dnf-hook", "dnf", "/etc/dnf/plugins", "/etc/dnf/plugins/post-transaction-actions.d/pyguard.action",
                "#", "*:any:", plugin="/etc/dnf/plugins/post-transaction-actions.conf",
                package="python3-dnf-plugin-post-transaction-actions (Debian: dnf-plugins-core)"),
    PackageHook("dnf5-hook", "dnf5", "/etc/dnf/libdnf5-plugins", "/etc/dnf/libdnf5-plugins/actions.d/pyguard.actions",
                "#", "post_transaction::::/bin/sh -c ", blank="\\ ",
                plugin="/etc/dnf/libdnf5-plugins/actions.conf", package="libdnf5-plugin-actions"),
)


def present() -> tuple[PackageHook, ...]:
    """Those of the package managers that are configured on this machine."""
    return tuple(hook for hook in HOOKS if os.path.isdir(hook.directory))


def install(hook: PackageHook, argv: Sequence[str], manifest: Manifest) -> str:
    """`argv`: how pyguard is called. What was done, in words; PyguardError for a path that sh would read otherwise."""
    if not all(PLAIN.match(word) for word in argv):
        raise PyguardError("odd-path", f"{' '.join(argv)} cannot stand in the configuration of {hook.tool}",
                           hint="install pyguard in a directory with a plain name")
    manifest.open()
    manifest.create(hook.path, compose(hook, argv).encode("ascii"))
    if hook.plugin and not os.path.exists(hook.plugin):
        return f"{hook.path}: looks again after {hook.tool} has changed something, once it has {hook.package}"
    return f"{hook.path}: looks again after {hook.tool} has changed something"


def compose(hook: PackageHook, argv: Sequence[str]) -> str:
    """The file's text."""
    line = LINE.format(program=argv[0], command=" ".join(argv)).replace(" ", hook.blank)
    return f"{hook.comment} {PURPOSE}\n{hook.before}{line}{hook.after}\n"
