"""The same rules on what has happened already, and those that only an audit asks: each finding whole."""

from __future__ import annotations

from typing import Optional

import pytest

from pyguard.model.damage import (
    DeadScript,
    FilesDamaged,
    ModuleBesideScript,
    OrphanedSite,
    PathShadow,
    PipRedirected,
    StdlibNameTaken,
    StrangeFiles,
    ToolBroken,
)
from pyguard.model.facts import Bound, Owner, OwnerKind, PipBuild
from pyguard.model.frozen import replace
from pyguard.model.impact import (
    BrokenBound,
    BrokenRequirement,
    CommandShadow,
    CondaBaseMutation,
    Effect,
    EnvironmentLeak,
    GuardRemoved,
    GuardSwitchedOff,
    Impact,
    InterpreterReplaced,
    LibraryShadow,
    PipReplaced,
    Shadow,
    UserSiteLeak,
)
from pyguard.model.plan import Change
from pyguard.model.request import Location
from pyguard.model.verdict import Finding
from pyguard.policy.audited import AUDIT_ONLY, AUDITED
from pyguard.policy.rules import AUDIT_LEVELS
from tests.builders import LOCAL_SITE, USER_SITE, a_distribution, a_requester, some_facts

LEVELS = {rule.ID: rule.LEVEL for rule in AUDITED}
THERE = Change("cryptography", "42.0", LOCAL_SITE, "==42.0", ("cryptography",))
OWNER = Owner(OwnerKind.OS, "python3-six", "1.16.0-4")
TOOLS = ("cloud-init", "certbot")
PIP = PipBuild("/usr/lib/python3/dist-packages/pip", "23.0.1", Owner(OwnerKind.OS, "python3-pip", "23.0.1-1"))
LIBRARY = LibraryShadow("/usr/bin/ssh", "/opt/conda/lib/libcrypto.so.3", ("OPENSSL_3.0.9",), "LD_LIBRARY_PATH",
                        "/home/alice/.bashrc:7")

Row = tuple[str, Effect, str, str, tuple[str, ...], Optional[Location]]
WORDS: list[Row] = [
    ("os-package-bound-violated",
     BrokenBound(a_requester("python3-openssl", version="23.0.0-1"), Bound("python3-cryptography", "<<", "40"), THERE,
                 a_distribution(), TOOLS),
     f"python3-openssl 23.0.0-1 needs python3-cryptography (<< 40), but imports cryptography 42.0 from {LOCAL_SITE}",
     "python3-openssl", TOOLS, None),
    ("os-package-bound-violated",
     BrokenRequirement(a_distribution("awscli", "2.9.19", "awscli"), "cryptography<40", replace(THERE, version=""),
                       TOOLS),
     f"awscli (awscli 2.9.19) requires cryptography<40, but imports cryptography from {LOCAL_SITE}", "awscli", TOOLS,
     None),
    ("os-distribution-shadowed", Shadow(THERE, a_distribution(), ("cryptography",), TOOLS),
     f"cryptography 42.0 in {LOCAL_SITE} is imported as cryptography instead of python3-cryptography's cryptography "
     "38.0.4", "python3-cryptography", TOOLS, None),
    ("pip-replaced", PipReplaced(Change("pip", "26.1", LOCAL_SITE), PIP),
     f"pip 26.1 in {LOCAL_SITE} runs instead of python3-pip's pip 23.0.1", "pip", (), None),
    ("command-shadowed", CommandShadow("/usr/local/bin/dnf", "/usr/bin/dnf", Owner(OwnerKind.OS, "dnf"), THERE, True),
     "/usr/local/bin/dnf is found before dnf's /usr/bin/dnf", "dnf", ("/usr/bin/dnf",), None),
    ("externally-managed-removed", GuardRemoved("/usr/lib/python3.11/EXTERNALLY-MANAGED", "is gone"),
     "/usr/lib/python3.11/EXTERNALLY-MANAGED is gone, the only guard of the distribution's Python",
     "/usr/lib/python3.11/EXTERNALLY-MANAGED", (), None),
    ("break-system-packages-persisted", GuardSwitchedOff("break-system-packages", "/etc/pip.conf:2"),
     "break-system-packages switches EXTERNALLY-MANAGED off for every later install (/etc/pip.conf:2)",
     "/etc/pip.conf", (), Location("/etc/pip.conf", 2)),
    ("user-site-leaks", UserSiteLeak("/opt/conda/bin/python", USER_SITE, "PYTHONNOUSERSITE", (THERE,)),
     f"cryptography lies in {USER_SITE}, which /opt/conda/bin/python imports from unless PYTHONNOUSERSITE is set",
     USER_SITE, (), None),
    ("python-variables-exported", EnvironmentLeak("PYTHONPATH", "/opt/lib", "/etc/profile:4"),
     "PYTHONPATH=/opt/lib is set for everybody in /etc/profile:4", "PYTHONPATH", (), Location("/etc/profile", 4)),
    ("system-interpreter-replaced", InterpreterReplaced("/usr/bin/python3", "/usr/local/bin/python3", "no alternative"),
     "the distribution's /usr/bin/python3 leads to /usr/local/bin/python3; no alternative", "/usr/bin/python3", (),
     None),
    ("system-interpreter-replaced", InterpreterReplaced("/usr/bin/python3", "", "python3-minimal ships it"),
     "the distribution's /usr/bin/python3 is not there; python3-minimal ships it", "/usr/bin/python3", (), None),
    ("os-tool-broken", ToolBroken("/usr/bin/certbot", "certbot", "ImportError: no such name"),
     "/usr/bin/certbot of certbot does not start: ImportError: no such name", "certbot", ("/usr/bin/certbot",), None),
    ("os-tool-broken", ToolBroken("/usr/bin/certbot", "certbot", "ImportError: no such name", "alice"),
     "/usr/bin/certbot of certbot does not start (as alice): ImportError: no such name", "certbot",
     ("/usr/bin/certbot",), None),
    ("conda-base-changed", CondaBaseMutation("/opt/conda", (THERE,)),
     "/opt/conda is conda's base environment, and conda runs in it: pip has changed cryptography there without conda's "
     "knowledge", "/opt/conda", (), None),
    ("os-files-damaged", FilesDamaged(OWNER, ("/a",), (), TOOLS), "python3-six 1.16.0-4: /a is gone", "python3-six",
     TOOLS, None),
    ("os-files-damaged", FilesDamaged(OWNER, ("/a", "/b"), ("/c",)),
     "python3-six 1.16.0-4: 2 files are gone, among them /a; /c was changed", "python3-six", (), None),
    ("os-files-damaged", FilesDamaged(OWNER, (), ("/c", "/d", "/e")),
     "python3-six 1.16.0-4: 3 files were changed, among them /c", "python3-six", (), None),
    ("module-beside-scripts", ModuleBesideScript("/usr/bin/six.pyc", "six", "python3-six"),
     "every Python script in /usr/bin imports /usr/bin/six.pyc instead of the six of python3-six", "/usr/bin/six.pyc",
     (), None),
    ("native-library-shadowed", LIBRARY,
     "/usr/bin/ssh would load /opt/conda/lib/libcrypto.so.3, which lacks OPENSSL_3.0.9; LD_LIBRARY_PATH in "
     "/home/alice/.bashrc:7 puts it first", "/usr/bin/ssh", (), Location("/home/alice/.bashrc", 7)),
    ("native-library-shadowed", replace(LIBRARY, missing=("A", "B", "C", "D"), needed_by="/usr/lib/libfido2.so.1"),
     "/usr/bin/ssh would load /opt/conda/lib/libcrypto.so.3, which lacks A, B, C and more (needed by "
     "/usr/lib/libfido2.so.1); LD_LIBRARY_PATH in /home/alice/.bashrc:7 puts it first", "/usr/bin/ssh", (),
     Location("/home/alice/.bashrc", 7)),
    ("native-library-shadowed", replace(LIBRARY, missing=("A", "B", "C"), needed_by="/usr/bin/ssh"),
     "/usr/bin/ssh would load /opt/conda/lib/libcrypto.so.3, which lacks A, B, C; LD_LIBRARY_PATH in "
     "/home/alice/.bashrc:7 puts it first", "/usr/bin/ssh", (), Location("/home/alice/.bashrc", 7)),
    ("stdlib-name-taken", StdlibNameTaken("enum34", LOCAL_SITE, ("enum", "re")),
     f"enum34 in {LOCAL_SITE} brings its own enum, re, which the standard library has", LOCAL_SITE, (), None),
    ("pip-redirected", PipRedirected("target", "/opt", "/etc/pip.conf:3"),
     "target = /opt in /etc/pip.conf:3 holds for every pip install", "/etc/pip.conf", (), Location("/etc/pip.conf", 3)),
    ("pip-redirected", PipRedirected("target", "/opt", "/home/alice/.config/pip/pip.conf:1", "alice"),
     "target = /opt in /home/alice/.config/pip/pip.conf:1 holds for every pip install of alice",
     "/home/alice/.config/pip/pip.conf", (), Location("/home/alice/.config/pip/pip.conf", 1)),
    ("os-directory-polluted", StrangeFiles("/usr/bin", ("/usr/bin/x",)), "x in /usr/bin belongs to no OS package",
     "/usr/bin", (), None),
    ("os-directory-polluted", StrangeFiles("/usr/bin", tuple(f"/usr/bin/{name}" for name in "abcd")),
     "a, b, c, d in /usr/bin belong to no OS package", "/usr/bin", (), None),
    ("os-directory-polluted", StrangeFiles("/usr/bin", tuple(f"/usr/bin/{name}" for name in "abcdef")),
     "a, b, c, d and 2 more in /usr/bin belong to no OS package", "/usr/bin", (), None),
    ("path-reordered", PathShadow("/opt/conda/bin", "/etc/profile.d/conda.sh:1", ("python3", "curl")),
     "every session takes python3, curl from /opt/conda/bin, not from the operating system", "/opt/conda/bin", (),
     Location("/etc/profile.d/conda.sh", 1)),
    ("path-reordered", PathShadow("/opt/conda/bin", "/home/alice/.bashrc:2", ("python3",), "alice"),
     "alice's sessions take python3 from /opt/conda/bin, not from the operating system", "/opt/conda/bin", (),
     Location("/home/alice/.bashrc", 2)),
    ("script-without-interpreter", DeadScript("/usr/local/bin/x", "/usr/bin/python3.9"),
     "/usr/local/bin/x cannot start: /usr/bin/python3.9 is not there", "/usr/local/bin/x", (), None),
    ("site-directory-orphaned", OrphanedSite("/usr/local/lib/python3.9", "3.9", ("six",)),
     "/usr/local/lib/python3.9 holds 1 entry for Python 3.9, which is not here any more", "/usr/local/lib/python3.9",
     (), None),
    ("site-directory-orphaned", OrphanedSite("/usr/local/lib/python3.9", "3.9", ("six", "attr")),
     "/usr/local/lib/python3.9 holds 2 entries for Python 3.9, which is not here any more",
     "/usr/local/lib/python3.9", (), None),
]


@pytest.mark.parametrize(("rule", "effect", "summary", "subject", "evidence", "location"), WORDS,
                         ids=[f"{row[0]}-{number}" for number, row in enumerate(WORDS)])
def test_what_a_rule_says_of_what_is(rule: str, effect: Effect, summary: str, subject: str,
                                     evidence: tuple[str, ...], location: Optional[Location]) -> None:
    spoken = [finding for each in AUDITED for finding in each.check(some_facts(), Impact((effect,), happened=True))]
    assert spoken == [Finding(rule, LEVELS[rule], summary, subject=subject, evidence=evidence, location=location)]


def test_every_rule_of_an_audit_alone_has_its_words_here() -> None:
    assert {rule.ID for rule in AUDIT_ONLY} <= {row[0] for row in WORDS}
    assert {rule.ID: rule.LEVEL for rule in AUDIT_ONLY} == AUDIT_LEVELS
