"""A script of an OS package runs without what others have put on sys.path; every other program runs with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pyguard.enforce.shield import choose_scripts, compose
from pyguard.model.facts import (
    EnvironmentKind,
    Facts,
    Importance,
    Interpreter,
    OperatingSystem,
    Owner,
    OwnerKind,
    Requester,
    RequesterKind,
)
from pyguard.model.settings import Shield
from tests.hooks.startuprig import MINORS, Rig

SCRIPT = "/usr/bin/a-tool-of-the-system"
ASK = """
import json, sys
sys.argv = [{argv}]
boot = sys.modules["_pyguard_boot"]
print(json.dumps(boot.is_shielded()))
"""
TAKE_OFF = """
import json, os, sys
class Finder(object):
    def find_spec(self, name, path=None, target=None):
        return "begun"
boot, finder = sys.modules["_pyguard_boot"], Finder()
prefix = sys.prefix
before = list(sys.path)
sys.path[:0] = [os.environ["USER_SITE"], prefix + "/local/lib/python3/dist-packages", os.environ["KEPT"]]
boot.load("_pyguard_shield").take_off(finder)
first = list(sys.path)
sys.path.append(prefix + "/local/lib/later")
answers = [finder.find_spec("anything"), finder.find_spec("sitecustomize")]
second = list(sys.path)
sys.path.insert(0, "/opt/of/its/own")
answers.append(finder.find_spec("json"))
print(json.dumps([prefix, first, second, sys.path, answers]))
"""


@pytest.fixture(params=MINORS)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Rig:
    """An interpreter of each minor with the hook."""
    return Rig(request.param, tmp_path)


def write_list(rig: Rig, text: str) -> None:
    """The engine's list, and where the hook finds it."""
    listed = rig.base / "listed"
    listed.write_text(text)
    listed.chmod(0o644)
    configuration = Path(rig.site, "_pyguard.conf")
    configuration.write_text(configuration.read_text() + f"shield={listed}\n")


@pytest.mark.parametrize(("text", "argv", "expected"), [
    (f"{SCRIPT}\nend\n", SCRIPT, True), (f"{SCRIPT}\nend\n", SCRIPT[len("/usr"):], True),
    (f"{SCRIPT}\nend\n", SCRIPT + "2", False), (f"{SCRIPT}\nend\n", "a-tool-of-the-system", False),
    (f"{SCRIPT}\nend\n", "-c", False), (f"{SCRIPT}\nend\n", "", False),
    (f"{SCRIPT}\n", SCRIPT, False), (f"{SCRIPT}\nen", SCRIPT, False), ("\0garbage\xff", SCRIPT, False),
    ("", SCRIPT, False),
])
def test_only_what_is_listed_is_shielded(rig: Rig, text: str, argv: str, expected: bool) -> None:
    write_list(rig, text)
    done = rig.run("-c", ASK.format(argv=repr(argv)))
    assert (done.code, json.loads(done.stdout)) == (0, expected), done.stderr


def test_a_list_that_others_can_write_counts_for_nothing(rig: Rig) -> None:
    write_list(rig, f"{SCRIPT}\nend\n")
    (rig.base / "listed").chmod(0o666)
    assert json.loads(rig.run("-c", ASK.format(argv=repr(SCRIPT))).stdout) is False


def test_the_path_keeps_what_is_the_systems_and_what_was_asked_for(rig: Rig, tmp_path: Path) -> None:
    kept = str(tmp_path / "asked for")
    done = rig.run("-c", TAKE_OFF, env={"USER_SITE": str(tmp_path / "user"), "KEPT": kept, "PYTHONPATH": kept})
    prefix, first, second, last, answers = json.loads(done.stdout)
    assert kept in first and all(entry == kept or entry.startswith(prefix + "/") for entry in first)
    assert not [entry for entry in first if "/local/" in entry[len(prefix):]]
    assert second == first and last == ["/opt/of/its/own", *first]
    assert answers == [None, None, "begun"]


def facts(*requesters: Requester) -> Facts:
    interpreter = Interpreter("/usr/bin/python3", EnvironmentKind.SYSTEM, version="3.11.2")
    return Facts(OperatingSystem("debian"), interpreter, requesters=requesters)


def package(name: str, importance: Importance) -> Requester:
    return Requester(name, RequesterKind.OS_PACKAGE, Owner(OwnerKind.OS, name), importance)


def script(path: str, owner: str, interpreter: str = "/usr/bin/python3") -> Requester:
    return Requester(path, RequesterKind.SCRIPT, Owner(OwnerKind.OS, owner), interpreter=interpreter)


def test_which_scripts_are_chosen() -> None:
    found = facts(package("cloud-init", Importance.CORE), package("certbot", Importance.NORMAL),
                  script("/usr/bin/cloud-init", "cloud-init"), script("/usr/bin/certbot", "certbot"),
                  script("/usr/bin/pip3", "cloud-init"), script("/usr/bin/pydoc3.11", "cloud-init"),
                  script("/usr/bin/versioned", "certbot", "/usr/bin/python3.11"),
                  script("/usr/bin/other", "cloud-init", "/usr/bin/python3.9"),
                  script("/usr/bin/by-env", "certbot", "python3"))
    assert choose_scripts(found, Shield.CORE, ()) == ("/usr/bin/cloud-init",)
    assert choose_scripts(found, Shield.ALL, ("/usr/bin/by-env",)) == (
        "/usr/bin/certbot", "/usr/bin/cloud-init", "/usr/bin/versioned")
    assert choose_scripts(found, Shield.OFF, ()) == ()
    assert compose(("/usr/bin/a",)) == "/usr/bin/a\nend\n"
