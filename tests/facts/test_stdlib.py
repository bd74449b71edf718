"""What the standard library could lose to PYTHONPATH, and the namespaces that `-nspkg.pth` files tie down."""

from __future__ import annotations

from pathlib import Path

from pyguard.facts.pth import read_pins
from pyguard.facts.stdlib import stdlib_modules
from pyguard.host import Host
from pyguard.model.facts import OwnerKind, SiteDirectory
from tests.builders import an_interpreter

PATH = (SiteDirectory("/opt/libs", OwnerKind.LOCAL, "pythonpath", 0),)
PIN = ("import sys, types, os;has_mfs = sys.version_info > (3, 5);"
       "p = os.path.join(sys._getframe(1).f_locals['sitedir'], *({parts}));m = 1\n")


def library(root: Path) -> Host:
    for name in ("enum.py", "os.py", "README.txt", "lib-dynload/_ssl.cpython-311-x86_64-linux-gnu.so",
                 "json/__init__.py", "__pycache__/enum.pyc", "config-3.11/Makefile"):
        file = root / "usr/lib/python3.11" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return Host(str(root))


def test_modules(tmp_path: Path) -> None:
    host = library(tmp_path)
    assert stdlib_modules(host, an_interpreter(), PATH) == ("_ssl", "enum", "json")
    older = an_interpreter(version="3.9.2")
    assert stdlib_modules(host, older, PATH) == ("_ssl", "enum", "json", "os")


def test_only_behind_pythonpath(tmp_path: Path) -> None:
    assert stdlib_modules(library(tmp_path), an_interpreter(), ()) == ()
    assert stdlib_modules(library(tmp_path), an_interpreter(stdlib=""), PATH) == ()
    assert stdlib_modules(Host(str(tmp_path)), an_interpreter(stdlib="/nowhere"), PATH) == ()


def test_pins(tmp_path: Path) -> None:
    for name, text in (("zope.event-4.4-nspkg.pth", PIN.format(parts="'zope',")),
                       ("a.b-1-nspkg.pth", PIN.format(parts="'a', 'b'") + PIN.format(parts="'a',")),
                       ("other.pth", PIN.format(parts="'other',")), ("empty-nspkg.pth", "")):
        (tmp_path / name).write_text(text)
    assert read_pins(Host(), str(tmp_path)) == ("a", "a.b", "zope")
    assert read_pins(Host(), str(tmp_path / "absent")) == ()
    (tmp_path / "dangling-nspkg.pth").symlink_to("nowhere")
    assert read_pins(Host(), str(tmp_path)) == ("a", "a.b", "zope")
