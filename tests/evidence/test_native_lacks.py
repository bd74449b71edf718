"""Libraries that a plan would bring: predicted from the wheels' own files, by whatever would have them loaded first."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from pyguard.evidence.contents import Who
from pyguard.evidence.native_lacks import LOADERS, planned_lacks
from pyguard.host import Host
from pyguard.model.plan import Lack, Target
from tests.auditing.trees import TreeLibrary, compile_library
from tests.evidence.worlds import write

REAL, OLD = ("OPENSSL_3.0.0",), ("OPENSSL_1_1_1",)
SSH, VENDOR = "/usr/bin/ssh-keygen", "/opt/vendor/lib"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """ssh-keygen, the libcrypto that it needs, and root."""
    root = tmp_path / "machine"
    write(root, {"/etc/passwd": "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n"})
    compile_library(root, TreeLibrary("/usr/lib/libcrypto.so.3", "libcrypto.so.3", REAL))
    compile_library(root, TreeLibrary(SSH, needs="/usr/lib/libcrypto.so.3"))
    (root / SSH[1:]).chmod(0o755)
    return root


def predicted(machine: Path, path: str, defines: tuple[str, ...] = OLD, uid: int = 0, target: str = VENDOR,
              scheme: str = "") -> tuple[Lack, ...]:
    """What is said of a wheel that has a libcrypto under that name, below its `scheme` (at the root without)."""
    compile_library(machine.parent, TreeLibrary("/libcrypto", "libcrypto.so.3", defines))
    data = (machine.parent / "libcrypto").read_bytes()
    wheel = machine.parent / "vendor_crypto-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"vendor_crypto-1.0.data/{scheme}/{path}" if scheme else path, data)
        archive.writestr("vendor_crypto-1.0.dist-info/WHEEL", "Root-Is-Purelib: true\n")
    bringing = {str(wheel): ("vendor-crypto 1.0", (path.rpartition("/")[2],))}
    where = Target(target, target, f"{target}/bin" if scheme == "" else "/usr/local/bin", "target")
    return planned_lacks(bringing, where, Who(Host(str(machine)), "/usr/bin/python3.11", {}, uid))


def lack(library: str, variable: str, where: str) -> Lack:
    return Lack(SSH, library, REAL, variable, where, SSH, "vendor-crypto 1.0")


def test_a_target_on_a_variable_that_a_file_sets(machine: Path) -> None:
    write(machine, {"/etc/profile.d/vendor.sh": f"# a vendor's\nexport LD_LIBRARY_PATH={VENDOR}\n"})
    path = f"{VENDOR}/libcrypto.so.3"
    assert predicted(machine, "libcrypto.so.3") == (lack(path, "LD_LIBRARY_PATH", "/etc/profile.d/vendor.sh:2"),)
    assert predicted(machine, "libcrypto.so.3", (*REAL, *OLD)) == ()      # it has what is needed
    assert predicted(machine, "libcrypto.so.3", target="/opt/elsewhere") == ()
    assert predicted(machine, "vendor.libs/libcrypto.so.3") == ()
    assert predicted(machine, "libvendor.so.1") == ()    # takes no library's place
    (machine / SSH[1:]).chmod(0o4755)
    assert predicted(machine, "libcrypto.so.3") == ()    # set-user-ID programs take no variable of the caller's


def test_a_prefix_that_the_loader_is_configured_for(machine: Path) -> None:
    write(machine, {"/etc/ld.so.conf.d/local.conf": "/usr/local/lib\n"})
    path = "/usr/local/lib/libcrypto.so.3"
    assert predicted(machine, "lib/libcrypto.so.3", scheme="data") == (
        lack(path, "ld.so.conf", "/etc/ld.so.conf.d/local.conf:1"),)
    (machine / "srv").mkdir()
    (machine / "srv/linked").symlink_to("../usr/local/lib")
    (machine / "usr/local/lib").mkdir(parents=True)
    assert predicted(machine, "libcrypto.so.3", target="/srv/linked") == (
        lack(path, "ld.so.conf", "/etc/ld.so.conf.d/local.conf:1"),)


def test_the_loaders_own_directory(machine: Path) -> None:
    assert predicted(machine, "libcrypto.so.3", target="/usr/lib") == (
        lack("/usr/lib/libcrypto.so.3", "ld.so", LOADERS),)


def test_only_the_callers_own_files_count(machine: Path) -> None:
    write(machine, {"/home/alice/.profile": f"export LD_LIBRARY_PATH={VENDOR}\n"})
    path = f"{VENDOR}/libcrypto.so.3"
    assert predicted(machine, "libcrypto.so.3") == ()
    assert predicted(machine, "libcrypto.so.3", uid=1000) == (lack(path, "LD_LIBRARY_PATH", "/home/alice/.profile:1"),)
