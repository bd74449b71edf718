"""A small Debian 12 as an image has it, with dpkg's own digests, and the damage that a scenario does to it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pyguard.auditing.audit import audit
from pyguard.auditing.finders import FINDERS
from pyguard.auditing.world import World, look_around
from pyguard.facts.accounts import read_accounts
from pyguard.host import Host
from pyguard.model.audit import AuditReport
from pyguard.model.damage import ToolBroken
from pyguard.model.frozen import dataclass
from pyguard.model.impact import Effect
from pyguard.model.settings import Settings
from tests.facts.debian_host import SITE, DebianHost

STDLIB = "/usr/lib/python3.11"
MARKER = f"{STDLIB}/EXTERNALLY-MANAGED"
PACKAGES = {
    "python3-minimal": ({"/usr/share/python3/debian_defaults": "[DEFAULT]\ndefault-version = python3.11\n"}, ""),
    "python3.11-minimal": ({"/usr/bin/python3.11": "\x7fELF not really\n"}, ""),
    "libpython3.11-minimal": ({f"{STDLIB}/os.py": "# the landmark\n", f"{STDLIB}/site.py": "# dist-packages\n"}, ""),
    "libpython3.11-stdlib": ({MARKER: "[externally-managed]\nError=ask apt\n", f"{STDLIB}/enum.py": "",
                              f"{STDLIB}/random.py": "", f"{STDLIB}/lib-dynload/_ssl.cpython-311.so": ""}, ""),
    "python3-six": ({f"{SITE}/six.py": "__version__ = '1.16.0'\n",
                     f"{SITE}/six-1.16.0.egg-info/PKG-INFO": "Name: six\nVersion: 1.16.0\n",
                     f"{SITE}/six-1.16.0.egg-info/top_level.txt": "six\n"}, "python3:any"),
    "python3-pip": ({f"{SITE}/pip/__init__.py": "__version__ = '23.0.1'\n", "/usr/bin/pip": "#!/usr/bin/python3\n",
                     f"{SITE}/pip-23.0.1.dist-info/METADATA": "Name: pip\nVersion: 23.0.1\n",
                     f"{SITE}/pip-23.0.1.dist-info/RECORD": "pip/__init__.py,,\n"}, "python3:any"),
    "firewalld": ({"/usr/bin/firewall-cmd": "#!/usr/bin/python3\nimport six\n"}, "python3-six, python3:any"),
    "openssh-client": ({"/usr/bin/ssh-keygen": "\x7fELF not really\n", "/usr/bin/ssh": "\x7fELF not really\n"}, ""),
}


@dataclass(frozen=True)
class TreeFile:
    """One file; `mode` in octal."""

    path: str
    text: str = ""
    mode: str = "644"


@dataclass(frozen=True)
class TreeLink:
    """A symbolic link that takes the place of what is there."""

    path: str
    target: str


@dataclass(frozen=True)
class TreeLibrary:
    """A shared library, or with `program` a program, made by the compiler: it defines or asks for versions."""

    path: str
    soname: str = ""
    defines: tuple[str, ...] = ()    # versions; each has a function of its own
    needs: str = ""                  # the path of a library in the tree, all of whose functions are called


@dataclass(frozen=True)
class GivenTree:
    """What was done to the tree, in this order: removed, files, links, libraries."""

    removed: tuple[str, ...] = ()
    files: tuple[TreeFile, ...] = ()
    links: tuple[TreeLink, ...] = ()
    libraries: tuple[TreeLibrary, ...] = ()
    broken: tuple[ToolBroken, ...] = ()    # what `--run` would say there: nothing is run in a tree


def pristine(root: Path) -> DebianHost:
    """As it was installed: no audit finds anything in it."""
    tree = DebianHost(root)
    for name, (files, depends) in PACKAGES.items():
        own = {**files, **({"/usr/bin/python3": ""} if name == "python3-minimal" else {})}
        fields = {"Depends": depends} if depends else {}
        tree.package(name, "3.11.2-6" if "3.11" in name else "1.16.0-4", own, **fields)
        sums = "".join(f"{hashlib.md5(text.encode()).hexdigest()}  {path[1:]}\n" for path, text in files.items())
        tree.write(f"/var/lib/dpkg/info/{name}.md5sums", sums)
    (root / "usr/bin/python3").unlink()
    (root / "usr/bin/python3").symlink_to("python3.11")
    tree.write("/etc/os-release", 'ID=debian\nVERSION_ID="12"\nNAME="Debian GNU/Linux"\n')
    tree.write("/etc/passwd", "root:x:0:0::/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\n")
    for home in ("root", "home/alice", "usr/local/lib/python3.11/dist-packages", "usr/local/bin"):
        (root / home).mkdir(parents=True)
    return tree


def damage(tree: DebianHost, given: GivenTree) -> None:
    """Skips where a library is to be made and there is no compiler."""
    for path in given.removed:
        place = Path(tree.host.locate(path, follow=False))
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink()
    for file in given.files:
        tree.write(file.path, file.text, int(file.mode, 8))
    for link in given.links:
        place = Path(tree.host.locate(link.path, follow=False))
        place.unlink(missing_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(link.target)
    for library in given.libraries:
        compile_library(tree.root, library)


def compile_library(root: Path, library: TreeLibrary) -> None:
    """With the C compiler; the versions are `sym_<version>` functions."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("needs a C compiler")
    place = root / library.path.lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    work = root.parent / f"{root.name}-build"
    work.mkdir(exist_ok=True)
    source, script = work / "x.c", work / "x.map"
    names = {version: "f_" + "".join(c if c.isalnum() else "_" for c in version) for version in library.defines}
    if library.needs:
        needed = root / library.needs.lstrip("/")
        calls = [line.split()[-1].split("@")[0] for line in subprocess.run(
            ["nm", "-D", "--defined-only", str(needed)], capture_output=True, text=True, check=True).stdout.splitlines()
            if " T " in line]
        source.write_text("".join(f"int {call}(void);\n" for call in calls) + "int main(void) { return "
                          + " + ".join(f"{call}()" for call in calls) + "; }\n")
        run(compiler, str(source), "-o", str(place), str(needed))
        return
    source.write_text("".join(f"int {name}(void) {{ return 0; }}\n" for name in names.values()))
    script.write_text("".join(f"{version} {{ global: {name}; }};\n" for version, name in names.items()))
    versions = [f"-Wl,--version-script={script}"] if names else []
    run(compiler, "-shared", "-fPIC", str(source), f"-Wl,-soname,{library.soname}", *versions, "-o", str(place))


def run(*argv: str) -> None:
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


class Recorded:
    """A finder that found this."""

    NAME = "recorded"

    def __init__(self, effects: Sequence[Effect]) -> None:
        self.effects = effects

    def find(self, world: World) -> Iterator[Effect]:
        yield from self.effects


def audited(root: Path, more: Sequence[Effect] = ()) -> AuditReport:
    """What an audit of the tree says."""
    host = Host(str(root))
    world = look_around(host, read_accounts(host), environ={}, uid=0, cwd="/")
    return audit(world, Settings(), (*FINDERS, Recorded(more)))
