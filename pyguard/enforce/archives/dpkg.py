"""Debian archives: apt's cache, or `apt-get download` with a private state, and `dpkg-deb` to look inside.

No maintainer script runs and dpkg's database stays as it is: the files that come back are the ones it lists.
"""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Collection, Mapping
from urllib.parse import quote

from ...errors import PyguardError
from ...host import Host
from ..changes.files import NewFile
from .interface import Wanted
from .running import run_native

NAME = "dpkg"
CACHE = "/var/cache/apt/archives"
TOPS = ("bin/", "sbin/", "lib/", "lib64/")
SETTINGS = """\
Dir::State "{work}/state";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "{work}/cache";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "30";
APT::Sandbox::User "root";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
"""


def available(host: Host) -> bool:
    """dpkg-deb is C and works whatever Python does."""
    return host.is_file("/var/lib/dpkg/status") and host.is_file("/usr/bin/dpkg-deb")


def obtain(wanted: Wanted, directory: str, offline: bool, environ: Mapping[str, str]) -> str:
    """In exactly the installed version. Raises PyguardError where it is in no cache and cannot be fetched."""
    cached = f"{CACHE}/{wanted.name}_{quote(wanted.version, safe='+~.-')}_{wanted.architecture}.deb"
    if os.path.isfile(cached) and _is(cached, wanted):
        return cached
    if offline:
        raise PyguardError("no-archive", f"{os.path.basename(cached)} is not in {CACHE}",
                           hint="with the network: pyguard repair --yes")
    return _download(wanted, directory, environ)


def _download(wanted: Wanted, directory: str, environ: Mapping[str, str]) -> str:
    configuration = os.path.join(directory, "apt.conf")
    if not os.path.exists(configuration):
        for name in ("state/lists/partial", "cache/archives/partial"):
            os.makedirs(os.path.join(directory, name))
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(SETTINGS.format(work=directory))
            if environ.get("SSL_CERT_FILE"):
                file.write(f'Acquire::https::CaInfo "{environ["SSL_CERT_FILE"]}";\n')
        run_native(["/usr/bin/apt-get", "-q", "-c", configuration, "update"], directory, environ)
    name = f"{wanted.name}:{wanted.architecture}" if wanted.architecture != "all" else wanted.name
    try:
        run_native(["/usr/bin/apt-get", "-q", "-c", configuration, "download", f"{name}={wanted.version}"], directory,
                   environ)
    except PyguardError as error:
        raise PyguardError("no-archive", f"{wanted.name} {wanted.version} cannot be fetched: {error.message}",
                           hint=f"apt-get install --reinstall {wanted.name} takes the version of today") from error
    for entry in os.listdir(directory):
        path = os.path.join(directory, entry)
        if entry.startswith(wanted.name + "_") and entry.endswith(".deb") and _is(path, wanted):
            return path
    raise PyguardError("no-archive", f"apt-get fetched another version of {wanted.name} than {wanted.version}")


def _is(path: str, wanted: Wanted) -> bool:
    fields = run_native(["/usr/bin/dpkg-deb", "-f", path, "Package", "Version"]).decode("utf-8", "replace")
    found = dict(line.split(": ", 1) for line in fields.splitlines() if ": " in line)
    return (found.get("Package"), found.get("Version")) == (wanted.name, wanted.version)


def read(archive: str, paths: Collection[str]) -> Mapping[str, NewFile]:
    """Hard links within the archive are followed; directories are nobody's damage."""
    data = run_native(["/usr/bin/dpkg-deb", "--fsys-tarfile", archive])
    found: dict[str, NewFile] = {}
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
        for member in tar:
            path = _merged(member.name)
            if path not in paths:
                continue
            content = tar.extractfile(member) if member.isreg() or member.islnk() else None
            if content is not None:
                found[path] = NewFile(content.read(), "", member.mode & 0o7777, member.uid, member.gid,
                                      int(member.mtime) * 1_000_000_000)
            elif member.issym():
                found[path] = NewFile(b"", member.linkname, 0o777, member.uid, member.gid,
                                      int(member.mtime) * 1_000_000_000)
    return found


def _merged(name: str) -> str:
    """`./lib/x` is /usr/lib/x where /lib is a link (usr-merge)."""
    path = name[2:] if name.startswith("./") else name.lstrip("/")
    if path.startswith(TOPS) and os.path.islink("/" + path.split("/", 1)[0]):
        return "/usr/" + path
    return "/" + path
