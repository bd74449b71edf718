"""A conda prefix in, its side of the facts out: what its packages own, and what stands on them; kept like the OS's.

Only an install that writes there asks for it: the base environment of conda, mostly.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from typing import Any

from .. import __version__
from ..errors import CollectError
from ..host import Host
from ..model.facts import Distribution, Gap, SiteDirectory
from .index import EMPTY_ROWS, FORMAT, Index, keep_index
from .ownership.conda_meta import CondaMeta
from .ownership.stamps import stamp_of


def open_conda_index(host: Host, prefix: str, sites: Sequence[SiteDirectory], *, cache: Sequence[str] = (),
                     uid: int = 0) -> Index:
    """From the cache if nothing has changed since; empty for a prefix that no conda package was installed in."""
    database = CondaMeta(prefix)
    if not database.available(host):
        return Index(EMPTY_ROWS)
    name = f"conda-{zlib.crc32(f'{host.root}:{prefix}'.encode('utf-8', 'surrogateescape')):08x}"

    def key() -> str:
        return json.dumps([FORMAT, __version__, host.root, prefix, database.stamp(host),
                           [stamp_of(host, site.path) for site in sites]])

    return keep_index(host, name, key, lambda: _build(host, database, sites), cache, uid)


def _build(host: Host, database: CondaMeta, sites: Sequence[SiteDirectory]) -> tuple[dict[str, Any], bool]:
    from .distributions import read_distributions
    from .index_build import dump_distribution, dump_package
    from .ownership import read_settled
    from .ownership.interface import PackageSet
    from .requesters.conda_packages import read_conda_requesters

    gaps: list[Gap] = []
    try:
        packages = read_settled(host, database)
    except CollectError as error:
        packages = PackageSet({}, {})
        gaps.append(Gap(error.context or database.directory, error.message))
    distributions: list[Distribution] = []
    for site in sites:
        try:
            distributions += read_distributions(host, [site], packages)
        except CollectError as error:
            gaps.append(Gap(site.path, error.message))
    data = {**EMPTY_ROWS, "owner": "conda",
            "gaps": [[gap.subject, gap.reason] for gap in (*packages.gaps, *gaps)],
            "distributions": list(map(dump_distribution, distributions)),
            "requesters": {item.name: dump_package(item) for item in read_conda_requesters(packages)}}
    return data, not gaps
