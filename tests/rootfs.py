"""Throw-away Debian root file systems: a release and a list of packages in, a root to break things in out.

A base root is made once a release (minbase, python3, the user alice), each list of extra packages is one
more cached layer over it, and every test gets an empty overlay on top (`rootcache`). Mounts live in a
mount namespace private to this process and every command runs in process and mount namespaces of its own,
so that nothing outlives the process, however it ends. To look into a live root from another terminal:
`nsenter --target PID --mount`. The cache is $PYGUARD_TEST_CACHE, else ~/.cache/pyguard-tests.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Optional

from tests import rootcache

BUNDLE = "/etc/pyguard-test-roots.pem"
BUNDLE_PLACES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
PASSED_ON = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
             "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "PIP_DEFAULT_TIMEOUT")
SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# $1 root, $2 uid:gid, $3 directory, then the command. The command is a child of the namespace's init
# and not init itself, which would be deaf to signals.
ENTER = """mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$1/dev/pts" || exit 125
root=$1 user=$2 directory=$3; shift 3; unset OLDPWD
exec chroot --userspec="$user" --groups="${user#*:}" "$root" /bin/sh -c \
    'cd "$1" || exit 125; shift; unset OLDPWD; "$@"; exit $?' sh "$directory" "$@"
"""


class Entry(NamedTuple):
    """One path of a tree: its type as in `ls -l`, and the SHA-256 of a file or the text of a link."""

    type: str
    mode: int
    owner: tuple[int, int]
    size: int
    mtime_ns: int
    content: str


class Root:
    """A Debian root that may be broken at will; `path` is where this process sees it."""

    def __init__(self, path: str, release: str = "", network: bool = True) -> None:
        self.path = path
        self.release = release
        self.network = network

    def run(self, argv: Sequence[str], user: str = "root", env: Optional[Mapping[str, Optional[str]]] = None,
            cwd: str = "/", timeout: float = 300, check: bool = False,
            stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command as `user` in a clean environment plus `env`; a None there unsets the name.

        Whatever it leaves running is killed when it ends. A signal is exit code 128 + n, as in sh.
        """
        account = self.account(user)
        isolate = ["setpriv", "--pdeathsig", "KILL", "--", "unshare", "--mount", "--pid", "--fork",
                   "--kill-child", f"--mount-proc={self.path}/proc"]
        done = subprocess.run(
            [*isolate, *([] if self.network else ["--net"]), "sh", "-c", ENTER, "sh", self.path,
             f"{account[2]}:{account[3]}", cwd, *argv],
            env=self.environment(user, account[5], env or {}), timeout=timeout, input=stdin,
            capture_output=True, text=True, errors="surrogateescape", check=False)
        if check and done.returncode:
            raise AssertionError(f"{list(argv)} exited {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def account(self, user: str) -> list[str]:
        """The fields of a user's line in this root's /etc/passwd."""
        with open(self.path + "/etc/passwd", encoding="utf-8") as file:
            for line in file:
                fields = line.rstrip("\n").split(":")
                if fields[0] == user:
                    return fields
        raise AssertionError(f"there is no user {user} in this root")

    def environment(self, user: str, home: str, changes: Mapping[str, Optional[str]]) -> dict[str, str]:
        """What a command sees: nothing of this machine's but proxy, index and the certificate bundle."""
        variables: dict[str, Optional[str]] = {name: os.environ.get(name) for name in PASSED_ON}
        variables.update(PATH=SEARCH_PATH, HOME=home, USER=user, LOGNAME=user, LANG="C.UTF-8")
        if os.path.exists(self.path + BUNDLE):
            variables.update(SSL_CERT_FILE=BUNDLE, PIP_CERT=BUNDLE)
        variables.update(changes)
        return {name: value for name, value in variables.items() if value is not None}

    def write(self, path: str, text: str, mode: int = 0o644, user: str = "root") -> None:
        """Write a file of `user`'s, and the directories above it."""
        fields = self.account(user)
        place = self.path + path
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        os.chmod(place, mode)
        os.chown(place, int(fields[2]), int(fields[3]))

    def tree(self, below: str = "/") -> dict[str, Entry]:
        """Every path below a directory with what it is, to compare before and after."""
        top = self.path + below.rstrip("/")
        entries: dict[str, Entry] = {}
        for directory, directories, files in os.walk(top):
            for name in [*directories, *files]:
                place = os.path.join(directory, name)
                entries[place[len(self.path):]] = describe(place)
        return entries


def describe(place: str) -> Entry:
    """One path, without following it."""
    status = os.lstat(place)
    content = ""
    if stat.S_ISLNK(status.st_mode):
        content = os.readlink(place)
    elif stat.S_ISREG(status.st_mode):
        with open(place, "rb") as file:
            content = hashlib.sha256(file.read()).hexdigest()
    size = 0 if stat.S_ISDIR(status.st_mode) else status.st_size
    return Entry(stat.filemode(status.st_mode)[0], stat.S_IMODE(status.st_mode),
                 (status.st_uid, status.st_gid), size, status.st_mtime_ns, content)


def changes(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> dict[str, str]:
    """What differs between two trees: path -> "added", "removed" or "changed"."""
    found = dict.fromkeys(before.keys() - after.keys(), "removed")
    found.update(dict.fromkeys(after.keys() - before.keys(), "added"))
    found.update({path: "changed" for path in before.keys() & after.keys() if before[path] != after[path]})
    return dict(sorted(found.items()))


@contextlib.contextmanager
def overlay(release: str, packages: tuple[str, ...] = (), lists: bool = False,
            network: bool = True) -> Iterator[Root]:
    """A throw-away root of a Debian release with extra packages, no recommended ones among them.

    `lists` adds apt's package lists (as after `apt-get update`), without which it knows of no package
    to install; without `network` nothing in it reaches any. Skips the test with the exact reason where
    there is no root, no mmdebstrap or debootstrap, or no network to make the base with.
    """
    rootcache.require_means()
    lower = [rootcache.base_layer(release)]
    if packages:
        lower.insert(0, rootcache.package_layer(release, packages, build))
    if lists:
        lower.insert(0, rootcache.lists_layer(release, build))
    with rootcache.mounted(lower) as path:
        if network:
            hand_in_network(path)
        yield Root(path, release, network)


def build(path: str, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script that fills a cached layer, with the network handed in and taken out again."""
    hand_in_network(path)
    done = Root(path).run(["sh", "-c", script], timeout=1200)
    for handed_in in (BUNDLE, "/etc/resolv.conf"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path + handed_in)
    return done


def hand_in_network(path: str) -> None:
    """Give a root this machine's name servers and trust roots; they stay out of the cached layers."""
    shutil.copyfile("/etc/resolv.conf", path + "/etc/resolv.conf")
    for bundle in (os.environ.get("SSL_CERT_FILE", ""), *BUNDLE_PLACES):
        if bundle and os.path.isfile(bundle):
            shutil.copyfile(bundle, path + BUNDLE)
            os.chmod(path + BUNDLE, 0o644)
            return
