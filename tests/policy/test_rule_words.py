"""Each rule's findings, whole: the sentence a person reads, whom it is about, and who would notice."""

from __future__ import annotations

from typing import Any

import pytest

from pyguard.model.facts import Bound, EnvironmentKind, Gap, Owner, OwnerKind, PipBuild
from pyguard.model.frozen import replace
from pyguard.model.impact import (
    BrokenBound,
    BrokenRequirement,
    CommandShadow,
    CondaBaseActivated,
    CondaBaseChanged,
    CondaBaseMutation,
    Effect,
    EnvironmentLeak,
    GuardBypass,
    GuardRemoved,
    GuardSwitchedOff,
    Impact,
    InterpreterRemoved,
    InterpreterReplaced,
    LibraryShadow,
    Overwrite,
    PipReplaced,
    ProtectedInstall,
    Removal,
    Shadow,
    StdlibShadow,
    UnknownRemoval,
    UserSiteLeak,
)
from pyguard.model.plan import Change, Effectiveness
from pyguard.model.verdict import Finding, Level
from pyguard.policy.rules import RULES
from tests.builders import LOCAL_SITE, OS_SITE, USER_SITE, a_distribution, a_requester, an_interpreter, some_facts

BY_ID = {rule.ID: rule for rule in RULES}
NEWER = Change("cryptography", "42.0", LOCAL_SITE, "==42.0", ("cryptography",))
OPEN = replace(NEWER, version="")
GONE = replace(NEWER, version=None)
LOSER = a_distribution()
TOOLS = ("cloud-init", "certbot")
DPKG = Owner(OwnerKind.OS, "python3-cryptography", "38.0.4-3")
PIP = PipBuild("/usr/lib/python3/dist-packages/pip", "23.0.1", Owner(OwnerKind.OS, "python3-pip", "23.0.1-1"))
MARKER = "/usr/lib/python3.11/EXTERNALLY-MANAGED"


def shadow(**fields: Any) -> Shadow:
    return Shadow(**{"change": NEWER, "loser": LOSER, "import_names": ("cryptography",), "requesters": TOOLS, **fields})


WORDS: list[tuple[str, Effect, str, str, tuple[str, ...]]] = [
    ("os-package-bound-violated",
     BrokenBound(a_requester("python3-openssl", version="23.0.0-1"), Bound("python3-cryptography", "<<", "40"), NEWER,
                 LOSER, TOOLS),
     "python3-openssl 23.0.0-1 needs python3-cryptography (<< 40)", "python3-openssl", TOOLS),
    ("os-package-bound-violated",
     BrokenBound(replace(a_requester("tool"), owner=None), Bound("python3-cryptography", "<<", "40"), NEWER, LOSER),
     "tool  needs python3-cryptography (<< 40)", "tool", ()),
    ("os-package-bound-violated",
     BrokenRequirement(a_distribution("awscli", "2.9.19", "awscli"), "urllib3<1.27", NEWER, TOOLS),
     "awscli (awscli 2.9.19) requires urllib3<1.27", "awscli", TOOLS),
    ("os-package-bound-violated",
     BrokenRequirement(replace(a_distribution("mine", "1.0"), owner=None), "urllib3<1.27", NEWER),
     "mine (mine 1.0) requires urllib3<1.27", "mine", ()),
    ("os-files-changed", Overwrite(OS_SITE, DPKG, NEWER),
     f"cryptography would overwrite python3-cryptography's files in {OS_SITE}", "python3-cryptography", ()),
    ("os-files-changed", Removal(LOSER, GONE, TOOLS),
     f"cryptography 38.0.4 in {OS_SITE} belongs to python3-cryptography", "python3-cryptography", TOOLS),
    ("os-files-changed", Removal(replace(LOSER, version=""), GONE, TOOLS, Effectiveness.REFUSED, "it has no RECORD"),
     f"cryptography in {OS_SITE} belongs to python3-cryptography; pip would stop: it has no RECORD",
     "python3-cryptography", TOOLS),
    ("os-files-changed", Removal(LOSER, NEWER, TOOLS, Effectiveness.REPLACES, "its egg-info names its files"),
     f"this pip would delete python3-cryptography's cryptography 38.0.4 from {OS_SITE} to put cryptography 42.0 "
     "elsewhere (its egg-info names its files)", "python3-cryptography", TOOLS),
    ("os-files-changed", Removal(LOSER, OPEN, TOOLS, Effectiveness.REPLACES, "its egg-info names its files"),
     f"this pip would delete python3-cryptography's cryptography 38.0.4 from {OS_SITE} to put cryptography "
     "elsewhere (its egg-info names its files)", "python3-cryptography", TOOLS),
    ("stdlib-module-shadowed", StdlibShadow(Change("enum34", "1.1", "/opt"), "enum", "/opt", "PYTHONPATH"),
     "enum34 brings its own enum to /opt, which PYTHONPATH puts before the standard library", "enum", ()),
    ("pip-replaced", PipReplaced(Change("pip", "26.1", LOCAL_SITE), PIP),
     "pip 26.1 would run instead of python3-pip's pip 23.0.1", "pip", ()),
    ("pip-replaced", PipReplaced(Change("pip", "", LOCAL_SITE), replace(PIP, patched=True)),
     "pip would run instead of python3-pip's pip 23.0.1, which leaves alone what OS packages own", "pip", ()),
    ("pip-replaced", PipReplaced(Change("pip", "", LOCAL_SITE), replace(PIP, owner=None, spares_prefix=True)),
     "pip would run instead of the operating system's pip 23.0.1, which leaves alone what OS packages own", "pip", ()),
    ("pip-replaced", PipReplaced(Change("pip", "", LOCAL_SITE), None),
     "pip would run instead of the distribution's own, or where the distribution meant none to run", "pip", ()),
    ("os-distribution-shadowed", shadow(),
     "cryptography 42.0 would be imported as cryptography instead of python3-cryptography's cryptography 38.0.4",
     "python3-cryptography", TOOLS),
    ("os-distribution-shadowed",
     shadow(change=OPEN, import_names=("a", "b", "c", "d", "e"), loser=replace(LOSER, owner=None, version="")),
     "cryptography would be imported as a, b, c, d instead of cryptography's cryptography", "cryptography", TOOLS),
    ("os-distribution-shadowed", shadow(outcome=Effectiveness.REFUSED, because="it has no RECORD"),
     "cryptography 42.0 would be imported as cryptography instead of python3-cryptography's cryptography 38.0.4 "
     "(as it is, pip itself would stop: it has no RECORD)", "python3-cryptography", TOOLS),
    ("os-distribution-shadowed", shadow(outcome=Effectiveness.PINNED, because="a -nspkg.pth file ties it"),
     "cryptography 42.0 would be imported as cryptography instead of python3-cryptography's cryptography 38.0.4 "
     "(not by programs run with -I or -P: a -nspkg.pth file ties it)", "python3-cryptography", TOOLS),
    ("externally-managed-removed", GuardRemoved(MARKER, f"rm {MARKER}"),
     f"rm {MARKER} takes {MARKER} away, the only guard of the distribution's Python", MARKER, ()),
    ("break-system-packages-persisted", GuardSwitchedOff("pip config set", "pip's configuration"),
     "pip config set switches EXTERNALLY-MANAGED off for every later install (pip's configuration)",
     "pip's configuration", ()),
    ("command-shadowed", CommandShadow("/usr/local/bin/dnf", "/usr/bin/dnf", Owner(OwnerKind.OS, "dnf"),
                                       Change("dnf", "", LOCAL_SITE)),
     "dnf would put /usr/local/bin/dnf before dnf's /usr/bin/dnf", "dnf", ("/usr/bin/dnf",)),
    ("command-shadowed", CommandShadow("/usr/local/bin/dnf", "/usr/bin/dnf", Owner(OwnerKind.OS, "dnf"),
                                       Change("dnf", "", LOCAL_SITE), assumed=True),
     "dnf would put /usr/local/bin/dnf before dnf's /usr/bin/dnf (a command of its own name is assumed)", "dnf",
     ("/usr/bin/dnf",)),
    ("conda-base-changed", CondaBaseMutation("/opt/conda", tuple(Change(name, "", "/s") for name in "abcde")),
     "/opt/conda is conda's base environment, and conda runs in it: pip would change a, b, c, d there without conda's "
     "knowledge", "/opt/conda", ()),
    ("conda-base-changed", CondaBaseChanged("conda install numpy", named=False),
     "conda install numpy names no environment and so means conda's base environment", "base", ()),
    ("conda-base-changed", CondaBaseChanged("conda install -n base numpy", named=True),
     "conda install -n base numpy names conda's base environment", "base", ()),
    ("conda-base-activated", CondaBaseActivated("conda init bash"),
     "conda init bash makes conda's base environment the first Python of every shell", "base", ()),
    ("user-site-leaks", UserSiteLeak("/opt/conda/bin/python", USER_SITE, "PYTHONNOUSERSITE",
                                     tuple(Change(name, "", USER_SITE) for name in "abcde")),
     f"a, b, c, d would go to {USER_SITE}, which every environment with this Python version imports from unless "
     "PYTHONNOUSERSITE is set", USER_SITE, ()),
    ("user-site-leaks", UserSiteLeak("/opt/conda/bin/python", USER_SITE, "PYTHONNOUSERSITE", ()),
     f"this would go to {USER_SITE}, which every environment with this Python version imports from unless "
     "PYTHONNOUSERSITE is set", USER_SITE, ()),
    ("native-library-shadowed",
     LibraryShadow("/usr/bin/ssh", "/opt/lib/libcrypto.so.3", ("OPENSSL_3.0.9",), "LD_LIBRARY_PATH",
                   "the environment of this command", "/usr/bin/ssh", change="vendor-crypto 1.0"),
     "/usr/bin/ssh would load /opt/lib/libcrypto.so.3 (brought by vendor-crypto 1.0), which lacks OPENSSL_3.0.9; "
     "LD_LIBRARY_PATH in the environment of this command puts it first", "/usr/bin/ssh", ()),
    ("externally-managed-bypassed", GuardBypass("--prefix", "/etc/pip.conf:2", MARKER),
     f"--prefix (/etc/pip.conf:2) walks around {MARKER}", "--prefix", ()),
    ("externally-managed-bypassed", GuardBypass("--prefix", "--prefix", MARKER),
     f"--prefix walks around {MARKER}", "--prefix", ()),
    ("externally-managed-bypassed", GuardBypass("--prefix", "", MARKER),
     f"--prefix walks around {MARKER}", "--prefix", ()),
    ("protected-interpreter-install", ProtectedInstall("/usr/bin/python3", LOCAL_SITE, "posix_local", ()),
     f"/usr/bin/python3 would import from {LOCAL_SITE}, where this writes", LOCAL_SITE, ()),
    ("python-variables-exported", EnvironmentLeak("PYTHONPATH", "/opt/lib", "/etc/profile"),
     "PYTHONPATH=/opt/lib is set for everybody in /etc/profile", "PYTHONPATH", ()),
    ("system-interpreter-replaced", InterpreterReplaced("/usr/bin/python3", "/usr/local/bin/python3", "ln -sf"),
     "ln -sf replaces the distribution's /usr/bin/python3 with /usr/local/bin/python3", "/usr/bin/python3", ()),
    ("system-interpreter-replaced", InterpreterReplaced("/usr/bin/python3", "", "rm"),
     "rm replaces the distribution's /usr/bin/python3 with nothing", "/usr/bin/python3", ()),
    ("system-python-removed", InterpreterRemoved("python3", "apt-get remove python3"),
     "apt-get remove python3 removes python3, on which the distribution's own tools run", "python3", ()),
]


@pytest.mark.parametrize(("rule", "effect", "summary", "subject", "evidence"), WORDS,
                         ids=[f"{row[0]}-{type(row[1]).__name__}-{number}" for number, row in enumerate(WORDS)])
def test_what_a_rule_says(rule: str, effect: Effect, summary: str, subject: str, evidence: tuple[str, ...]) -> None:
    """The one rule that speaks of this effect, in these words."""
    spoken = [finding for each in RULES for finding in each.check(some_facts(), Impact((effect,)))]
    expected = Finding(rule, BY_ID[rule].LEVEL, summary, subject=subject, evidence=evidence)
    assert [finding for finding in spoken if finding.rule == rule] == [expected]
    assert {finding.rule for finding in spoken} <= {rule, "foreign-module-name"}


def test_another_project_under_the_same_module_name() -> None:
    attrs = a_distribution("attrs", "22.2.0", "python3-attr", import_names=("attr", "attrs"))
    taken = shadow(change=Change("attr", "0.3.2", LOCAL_SITE, import_names=("attr",)), loser=attrs,
                   import_names=("attr",))
    (finding,) = BY_ID["foreign-module-name"].check(some_facts(), Impact((taken,)))
    assert finding == Finding("foreign-module-name", Level.BLOCK, "attr is not attrs, and both provide attr",
                              subject="attr", evidence=TOOLS)
    assert list(BY_ID["foreign-module-name"].check(some_facts(), Impact((shadow(),)))) == []


def test_what_is_not_known_of_the_machine_or_of_the_plan() -> None:
    machine, plan = Gap("/var/lib/dpkg/status", "breaks off"), Gap("dependencies", "were not looked up")
    facts, check = some_facts(gaps=(machine,)), BY_ID["facts-incomplete"].check
    install = ProtectedInstall("/usr/bin/python3", LOCAL_SITE, "posix_local", ())
    assert list(check(facts, Impact((install,), (machine, plan)))) == [
        Finding("facts-incomplete", Level.BLOCK, "/var/lib/dpkg/status: breaks off", subject="/var/lib/dpkg/status"),
        Finding("facts-incomplete", Level.BLOCK, "dependencies: were not looked up", subject="the plan")]
    assert list(check(facts, Impact((), (machine, plan)))) == []
    unknown = UnknownRemoval("pip uninstall", "r.txt was not fetched")
    assert list(check(some_facts(), Impact((unknown,)))) == [Finding(
        "facts-incomplete", Level.BLOCK, "pip uninstall may take what the operating system owns: r.txt was not fetched",
        subject="pip uninstall")]
    ones_own = some_facts(interpreter=an_interpreter(kind=EnvironmentKind.VENV, runs_os_tools=False))
    assert list(check(ones_own, Impact((install,), (machine, plan)))) == []


def test_every_rule_has_its_words_here() -> None:
    assert {rule for rule, *_ in WORDS} | {"foreign-module-name", "facts-incomplete"} == set(BY_ID)
