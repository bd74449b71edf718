"""Facts -> the notice that the startup hook reads: which import names are shadowed, and when that was true."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator

from ..errors import PyguardError
from ..facts.import_names import names_of_files
from ..model.facts import Distribution, Facts, OwnerKind, SiteDirectory
from ..model.names import canonicalize_name

# Directories whose time changes at each run of dpkg, rpm, apk, pacman that installs something, and before it does.
DATABASES = ("/var/lib/dpkg/updates", "/usr/lib/sysimage/rpm", "/var/lib/rpm", "/lib/apk/db", "/var/lib/pacman/local")


def watched_sites(facts: Facts, owners: Collection[OwnerKind]) -> tuple[SiteDirectory, ...]:
    """The directories that are searched before one of the operating system's, and are not its own."""
    last = max((site.rank for site in facts.sites if site.owner is OwnerKind.OS), default=-1)
    return tuple(site for site in facts.sites
                 if site.rank < last and site.owner in owners and site.scheme != "pythonpath")


def modification_times(sites: Collection[SiteDirectory]) -> dict[str, str]:
    """Each directory's time in nanoseconds as text, `-` where it is absent: to be taken before it is read."""
    times = {}
    for site in sites:
        try:
            times[site.path] = str(os.stat(site.path).st_mtime_ns)
        except OSError:
            times[site.path] = "-"
    return times


def owned_times(facts: Facts) -> list[tuple[str, str, str, str]]:
    """The operating system's own directories, and beside each the place that changes while its package manager works.

    Where the first has changed and the second has not, somebody else has written there (`pip install --target`).
    """
    database = next((path for path in DATABASES if os.path.isdir(path)), "")
    sites = [site for site in facts.sites if database and site.owner is OwnerKind.OS and os.path.isdir(site.path)]
    times = modification_times(sites)
    return [(path, time, database, str(os.stat(database).st_mtime_ns)) for path, time in times.items()]


def compose(facts: Facts, sites: Collection[SiteDirectory], times: dict[str, str],
            owned: Collection[tuple[str, str, str, str]] = ()) -> str:
    """The notice's text: fields separated by tabs, closed by `end`, so that half a notice is none."""
    lines = ["pyguard-notice\t1", f"interpreter\t{facts.interpreter.path}"]
    lines += [f"site\t{path}\t{time}" for path, time in times.items()]
    lines += ["\t".join(("owned", *fields)) for fields in owned]
    for name, winner, loser in find_shadows(facts, sites):
        package = loser.owner.name if loser.owner else ""
        lines.append("\t".join(("shadow", name, winner.site, f"{winner.name} {winner.version}",
                                f"{loser.name} {loser.version}".rstrip(), package)))
    return "".join(_clean(line) + "\n" for line in (*lines, "end"))


def find_shadows(facts: Facts, sites: Collection[SiteDirectory]) -> Iterator[tuple[str, Distribution, Distribution]]:
    """An import name, who wins it, and the operating system's distribution that loses it."""
    paths = {site.path for site in sites}
    owned = {name: found for found in facts.distributions
             if found.owner is not None and found.owner.kind is OwnerKind.OS for name in found.import_names}
    seen = set()
    for found in facts.distributions:
        for name in found.import_names if found.site in paths else ():
            if name in owned and name not in seen:
                seen.add(name)
                yield name, found, owned[name]
    for site in sites:
        for name in list_modules(site.path):
            if name in owned and name not in seen:
                seen.add(name)
                yield name, Distribution(canonicalize_name(name), "of no distribution", site.path), owned[name]


def list_modules(directory: str) -> tuple[str, ...]:
    """The import names that a directory's own entries bring, with or without metadata: what `cp` leaves behind."""
    try:
        entries = sorted(os.listdir(directory))
    except OSError:
        return ()
    files = [name for name in entries if "." in name]
    files += [f"{name}/__init__.py" for name in entries if os.path.exists(f"{directory}/{name}/__init__.py")]
    return names_of_files(files)


def write_notice(path: str, text: str, mode: int) -> None:
    """Exchange the notice in one step; `mode` is that of directories that are missing."""
    temporary = f"{path}.{os.getpid()}.new"
    try:
        os.makedirs(os.path.dirname(path), mode, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o644)    # whatever the umask: every user's interpreter reads it
            file.write(text.encode("utf-8", "surrogateescape"))
        os.replace(temporary, path)
    except OSError as error:
        raise PyguardError("not-written", f"{path} could not be written: {error.strerror}") from error


def _clean(line: str) -> str:
    return line.replace("\n", " ").replace("\r", " ")
