"""A wheel with a libcrypto of its own: what pyguard says before is what ssh-keygen says after."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.proof.damage_kinds import old_crypto
from tests.rootfs import Root

pytestmark = [pytest.mark.proof, pytest.mark.core]
Install = Callable[[Root], list[str]]
KEYGEN = "rm -f /tmp/k; ssh-keygen -q -t ed25519 -N '' -f /tmp/k"
INFO = "vendor_crypto-1.0.dist-info"
VENDOR = "/opt/vendor/lib"


def make_wheel(root: Root) -> str:
    """With a libcrypto at its root, where `--target` puts it as it is, and in the prefix's lib."""
    old_crypto(root, "/srv/build")
    data = Path(root.path, "srv/build/libcrypto.so.3").read_bytes()
    path = "/srv/vendor_crypto-1.0-py3-none-any.whl"
    files = {"libcrypto.so.3": data, "vendor_crypto-1.0.data/data/lib/libcrypto.so.3": data,
             f"{INFO}/METADATA": b"Metadata-Version: 2.1\nName: vendor-crypto\nVersion: 1.0\n",
             f"{INFO}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
    record = "".join(f"{name},,\n" for name in [*files, f"{INFO}/RECORD"])
    with zipfile.ZipFile(root.path + path, "w") as archive:
        for name, content in {**files, f"{INFO}/RECORD": record.encode()}.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(("place", "library"), [
    (("--target", VENDOR), f"{VENDOR}/libcrypto.so.3"),
    (("--prefix", "/usr"), "/usr/local/lib/libcrypto.so.3"),    # where Debian's pip puts it
], ids=["target", "prefix"])
def test_said_before_and_so_after(place: tuple[str, ...], library: str, new_root: Callable[..., Root],
                                  installed_pyguard: Install) -> None:
    root = new_root("bookworm", ("python3-pip", "openssh-client"))
    command = installed_pyguard(root)
    wheel = make_wheel(root)
    root.write("/etc/profile.d/vendor.sh", f"export LD_LIBRARY_PATH={VENDOR}\n")
    install = ["pip", "install", "-q", "--no-index", "--no-deps", *place, wheel]
    done = root.run([*command, "explain", "--json", "--depth", "resolved", "--", *install])
    decision = json.loads(done.stdout)
    found = [effect for effect in decision["impact"]["effects"] if effect["is"] == "LibraryShadow"
             and effect["tool"] == "/usr/bin/ssh-keygen"]
    assert (found[0]["library"], found[0]["missing"]) == (library, ["OPENSSL_3.0.0"]), done.stdout
    assert any(row["rule"] == "native-library-shadowed" for row in decision["verdict"]["findings"])
    assert root.run(["bash", "-lc", KEYGEN]).returncode == 0
    root.run(install, check=True)
    root.run(["ldconfig"], check=True)
    failed = root.run(["bash", "-lc", KEYGEN])
    assert failed.returncode and f"{library}: version `OPENSSL_3.0.0' not found" in failed.stderr, failed.stderr
