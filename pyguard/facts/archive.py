"""apt's index files in, the Python packages that could be installed from the archive out, with versions.

Reading 50 MB of index takes a fraction of a second, so the result is kept; the hot path asks for what is
kept only. Which of several versions pins would choose is not looked at: the newest is named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ..errors import CollectError
from ..host import Host
from ..model.debian_version import compare
from ..model.facts import Gap
from .cache import read_cached, write_cached
from .ownership.stamps import stamp_of

LISTS = "/var/lib/apt/lists"
HELPER = "/usr/lib/apt/apt-helper"
FORMAT = 1
LARGEST = 512 * 1024 * 1024    # of one index, uncompressed
TIMEOUT = 60.0
NAMES = (b"python3-", b"python3.")
SINGLE = frozenset({b"pipx"})

Archive = tuple[tuple[str, str], ...]


def read_archive(host: Host, *, cache: Sequence[str] = (), uid: int = 0,
                 build: bool = True) -> tuple[Archive, tuple[Gap, ...]]:
    """Names and newest versions; nothing where apt has no lists, or `build` is false and nothing is kept."""
    files = _index_files(host)
    if not files:
        return (), ()
    key = json.dumps([FORMAT, host.root, [stamp_of(host, path) for path in files]])
    text = read_cached(cache, "archive", key, uid) if cache else None
    if text is not None:
        return tuple(json.loads(text).items()), ()
    if not build:
        return (), ()
    found, gaps = _read_indexes(host, files)
    if cache and not gaps:
        write_cached(cache, "archive", key, json.dumps(found, separators=(",", ":")), uid)
    return tuple(found.items()), gaps


def _index_files(host: Host) -> tuple[str, ...]:
    try:
        names = host.list(LISTS)
    except OSError:
        return ()    # no apt, or lists that nobody fetched: there is nothing to offer
    return tuple(f"{LISTS}/{name}" for name in names
                 if name.endswith("_Packages") or "_Packages." in name)


def _read_indexes(host: Host, files: Sequence[str]) -> tuple[dict[str, str], tuple[Gap, ...]]:
    found: dict[str, str] = {}
    gaps = []
    for path in files:
        try:
            data = _read_index(host, path)
        except (OSError, EOFError, ValueError, CollectError) as error:
            gaps.append(Gap(path, f"this package index cannot be read: {error}"))
            continue
        for name, version in _find_packages(data):
            if name not in found or compare(found[name], version) < 0:
                found[name] = version
    return dict(sorted(found.items())), tuple(gaps)


def _read_index(host: Host, path: str) -> bytes:
    """apt's own helper knows every compression it uses itself; in a tree nothing is run."""
    suffix = path.rpartition("_Packages")[2]
    if not suffix:
        return host.read_bytes(path, LARGEST)
    if not host.root and host.exists(HELPER):
        done = host.run((HELPER, "cat-file", path), timeout=TIMEOUT)
        if done.code == 0:
            return done.stdout
        raise CollectError("not-run", f"apt-helper ended with {done.code}")
    if suffix == ".gz":
        import gzip

        return gzip.decompress(host.read_bytes(path))
    if suffix == ".xz":
        import lzma

        try:
            return lzma.decompress(host.read_bytes(path))
        except lzma.LZMAError as error:
            raise CollectError("index-damaged", str(error)) from error
    raise CollectError("index-compressed", f"its compression ({suffix[1:]}) needs apt-helper")


def _find_packages(data: bytes) -> Iterator[tuple[str, str]]:
    """Package is the first field of a stanza in an index, as apt-ftparchive and dak write it."""
    data = b"\n" + data + b"\n\n"
    for prefix in (*NAMES, *SINGLE):
        start = data.find(b"\nPackage: " + prefix)
        while start >= 0:
            stanza = data[start:data.index(b"\n\n", start + 1)].split(b"\n")
            name = stanza[1][len(b"Package: "):]
            version = next((line[9:] for line in stanza if line.startswith(b"Version: ")), b"")
            if version and (prefix not in SINGLE or name in SINGLE):
                yield name.decode("utf-8", "replace"), version.decode("utf-8", "replace")
            start = data.find(b"\nPackage: " + prefix, start + 1)
