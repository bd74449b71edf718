"""A host and its OS packages -> where each name of the system's Python has to lead, whatever it leads to now."""

from __future__ import annotations

import posixpath

from ..facts.defaults import find_system_pythons
from ..facts.ownership import rpm
from ..facts.ownership.contents import read_contents
from ..facts.ownership.interface import PackageSet
from ..host import Host

LINKS = ("/usr/bin/python3", "/usr/libexec/platform-python")


def declared_links(host: Host, packages: PackageSet) -> dict[str, str]:
    """Debian says it in debian_defaults, rpm keeps every link's target; elsewhere nothing is known.

    EL 8's /usr/bin/python3 belongs to alternatives and to no package: it may lead anywhere. One that the administrator
    has diverted is still the name that every tool starts.
    """
    declared = find_system_pythons(host).declared
    if declared:
        turned = (each.target for each in packages.diversions if each.is_local and each.source == "/usr/bin/python3")
        owned = any(path in packages.owners for path in ("/usr/bin/python3", *turned))
        return {"/usr/bin/python3": f"/usr/bin/python{declared}"} if owned else {}
    owners = {packages.owners[path] for path in LINKS if path in packages.owners}
    if not owners or not rpm.available(host):
        return {}
    return {found.path: posixpath.normpath(posixpath.join(posixpath.dirname(found.path), found.link))
            for found in read_contents(host, owners) if found.path in LINKS and found.link}
