"""A worked example of a plugin: a rule, a remedy, a package database and a frontend of Acme's machines.

Acme copies its backup agent to /opt/acme without an OS package; /opt/acme/packages.tsv says what it stands on.
"""

from __future__ import annotations

from packaging.utils import canonicalize_name

from pyguard.errors import CollectError, ForeignUsageError
from pyguard.facts.ownership.interface import Package, PackageSet
from pyguard.facts.ownership.stamps import stamp_of
from pyguard.model.facts import Bound
from pyguard.model.impact import ProtectedInstall
from pyguard.model.remedy import Remedy, Safety, Step
from pyguard.model.request import Action, Request, WantedDistribution
from pyguard.model.verdict import Finding, Level

LIST = "/opt/acme/packages.tsv"


class UnreviewedName:
    """A distribution that Acme's security team has not reviewed would be installed for everybody.

    ## Why is this bad?
    On Acme's machines the system Python is audited.

    ## Example
    `sudo pip install leftpad`

    ## What to do instead
    Ask for it: `acme-env create`.
    """

    ID = "acme-unreviewed-name"
    LEVEL = Level.WARN
    SINCE = "acme-pyguard 1.0"

    def check(self, facts, impact):
        for effect in impact.effects:
            if isinstance(effect, ProtectedInstall):
                for change in effect.changes:
                    if not change.name.startswith("acme-"):
                        yield Finding(self.ID, self.LEVEL, f"{change.name} is on no list of Acme's", change.name)


class AcmeEnvironment:
    """Acme's own command for environments."""

    def propose(self, facts, request):
        names = [wanted.name for wanted in request.wanted if wanted.name]
        if names:
            yield Remedy("environment", "an environment of Acme's", Safety.SAFE,
                         (Step(("acme-env", "create", *names)),))


class AcmePackages:
    """Lines of name, version, file and the OS packages that it needs, separated by tabs."""

    NAME = "acme"

    def available(self, host):
        return host.is_file(LIST)

    def stamp(self, host):
        return (stamp_of(host, LIST),)

    def load(self, host):
        packages, owners = {}, {}
        for line in host.read_text(LIST).splitlines():
            fields = line.split("\t")
            if len(fields) < 4:
                raise CollectError("package-database-damaged", f"{LIST} has a line of {len(fields)} fields", LIST)
            name, version, path, *needs = fields
            packages[name] = Package(name, version, depends=tuple((Bound(need),) for need in needs))
            owners[path] = name
        return PackageSet(packages, owners)


class AcmeGet:
    """`acme-get NAME...` is Acme's own wrapper around `sudo pip install`."""

    NAME = "acme-get"
    PROGRAMS = ("acme-get",)
    MODULES = ()

    def changes_nothing(self, argv, environ):
        return len(argv) < 2

    def choose_interpreter(self, host, argv, around):
        return "/usr/bin/python3"

    def leaves_environment(self, host, argv, around, interpreter):
        return True

    def parse_request(self, host, argv, around, interpreter):
        names = argv[1:]
        if any(name.startswith("-") for name in names):
            raise ForeignUsageError("bad-usage", f"acme-get knows no {names[0]}")
        wanted = tuple(WantedDistribution(name, canonicalize_name(name)) for name in names)
        return Request(self.NAME, tuple(argv), Action.INSTALL, "install", uid=0, cwd=around.cwd, wanted=wanted)


def pyguard_frontends():
    return [AcmeGet()]


def pyguard_rules():
    return [UnreviewedName()]


def pyguard_remedies():
    return [AcmeEnvironment()]


def pyguard_ownership():
    return [AcmePackages()]
