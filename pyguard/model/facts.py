"""What is so on a host, before anyone asks for anything: interpreters, sites, owners, requesters."""

from __future__ import annotations

from enum import Enum
from typing import Optional

from .conda import CondaSetup
from .frozen import dataclass, field
from .names import NormalizedName


class EnvironmentKind(Enum):
    """What an interpreter is. EXTERNALLY-MANAGED is an attribute, not a kind (PEP 668)."""

    SYSTEM = "system"                    # the distribution's default Python
    SYSTEM_EXTRA = "system-extra"        # another Python of the distribution (deadsnakes, AppStream)
    PLATFORM_PYTHON = "platform-python"  # EL8: /usr/libexec/platform-python
    CONDA_BASE = "conda-base"
    CONDA = "conda"                      # a named environment or any other conda prefix
    PIXI = "pixi"
    VENV = "venv"
    LOCAL = "local"                      # prefix /usr/local: source builds, python: images
    PYENV = "pyenv"
    ASDF = "asdf"
    MISE = "mise"
    RYE = "rye"
    UV = "uv"                            # uv-managed standalone builds
    HOMEBREW = "homebrew"
    MACOS = "macos"                      # Command Line Tools, Xcode, python.org framework
    NIX = "nix"
    GUIX = "guix"
    SCL = "scl"                          # /opt/rh/<collection>
    OPT = "opt"                          # /opt/<anything else>
    TERMUX = "termux"
    STANDALONE = "standalone"            # a complete Python anywhere else
    SHIM = "shim"                        # a script that picks an interpreter when run
    BROKEN = "broken"                    # dangling link, no standard library
    UNKNOWN = "unknown"                  # static evidence does not settle it


class OwnerKind(Enum):
    """Who answers for a file."""

    OS = "os"
    CONDA = "conda"
    LOCAL = "local"      # the machine's administrator: /usr/local, /opt
    USER = "user"        # one user's home
    NOBODY = "nobody"    # below an OS directory, but in no package's file list


class RequesterKind(Enum):
    """What stops working when an import breaks."""

    OS_PACKAGE = "os-package"
    CONDA_PACKAGE = "conda-package"
    SCRIPT = "script"
    SERVICE = "service"


class Importance(Enum):
    """CORE: package management, boot, network, login, remote access."""

    CORE = "core"
    NORMAL = "normal"


@dataclass(frozen=True)
class Gap:
    """Something that could not be learned, and why. Policy decides what it costs."""

    subject: str
    reason: str


@dataclass(frozen=True)
class Reason:
    """Why a statement about an interpreter holds: `about` names the field, `because` the evidence."""

    about: str
    because: str


@dataclass(frozen=True)
class Owner:
    """Who owns a path. `name` and `version` are those of the OS package or the conda package."""

    kind: OwnerKind
    name: str = ""
    version: str = ""


@dataclass(frozen=True)
class OperatingSystem:
    """From os-release(5): `id` (debian), `version_id` (12), `name` (Debian GNU/Linux)."""

    id: str
    version_id: str = ""
    name: str = ""
    like: tuple[str, ...] = ()
    container: bool = False


@dataclass(frozen=True)
class ExternallyManaged:
    """An EXTERNALLY-MANAGED file that counts for this interpreter (PEP 668), with its text."""

    path: str
    message: str = ""


@dataclass(frozen=True)
class Interpreter:
    """One Python, by static evidence or by a probe.

    `path` is as the user would run it, links not resolved (a link to a venv's python is not the
    venv: getpath.py looks at the path it was called by). `version` is `3.11.2`, or `3.11` where
    only the minor is known, or empty. `runs_os_tools` says that the operating system's own tools
    run on it; with `SYSTEM` or not, that is what makes it a protected interpreter.
    """

    path: str
    kind: EnvironmentKind
    real_path: str = ""
    version: str = ""
    implementation: str = "cpython"
    prefix: str = ""
    base_prefix: str = ""
    stdlib: str = ""
    flavour: str = ""                                # venv: venv, virtualenv, uv, pipx, poetry ...
    base_kind: Optional[EnvironmentKind] = None      # venv: what it was made from
    externally_managed: Optional[ExternallyManaged] = None
    runs_os_tools: bool = False
    system_site: bool = False                        # venv: include-system-site-packages
    frozen: bool = False                             # conda: conda-meta/frozen (CEP 22)
    also_conda: bool = False                         # a venv laid over a conda environment
    user_site: bool = True                           # ENABLE_USER_SITE would be true
    owner: Optional[Owner] = None
    owner_uid: Optional[int] = None
    writable: bool = False                           # its own site directory, by the asking user
    reasons: tuple[Reason, ...] = ()

    @property
    def minor(self) -> str:
        """`3.11`, or empty when even that is not known."""
        return ".".join(self.version.split(".")[:2])

    @property
    def is_protected(self) -> bool:
        """True for an interpreter that the operating system's own tools run on."""
        return self.runs_os_tools or self.kind in PROTECTED_KINDS


PROTECTED_KINDS = frozenset({EnvironmentKind.SYSTEM, EnvironmentKind.PLATFORM_PYTHON})


@dataclass(frozen=True)
class SiteDirectory:
    """A directory on `sys.path` that distributions are installed in. The lower rank wins an import.

    `pins`: namespace packages that a `-nspkg.pth` file there ties to this directory at start-up.
    """

    path: str
    owner: OwnerKind
    scheme: str              # user_site, posix_local, deb_system, posix_prefix, venv, conda ...
    rank: int
    writable: bool = False
    exists: bool = True
    pins: tuple[str, ...] = ()


@dataclass(frozen=True)
class Distribution:
    """An installed distribution with metadata. `version` is as its metadata says, not always PEP 440."""

    name: NormalizedName
    version: str
    site: str
    owner: Optional[Owner] = None
    installer: str = ""
    metadata: str = ""                       # dist-info, egg-info, egg-info-file, egg, egg-link, none
    record: bool = False                     # a RECORD or installed-files.txt is there
    import_names: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()           # Requires-Dist, as written


@dataclass(frozen=True)
class Bound:
    """A dependency of one OS package on another: `python3-cryptography (<< 40)`.

    `relation` is dpkg's (`<<`, `<=`, `=`, `>=`, `>>`) or rpm's (`<`, `<=`, `=`, `>=`, `>`), empty when
    any version will do. `scheme` says whose versions these are: dpkg's where it is empty, else rpm, apk,
    pacman, or python for a capability such as `python3dist(cryptography)`.
    """

    package: str
    relation: str = ""
    version: str = ""
    scheme: str = ""

    def __str__(self) -> str:
        return f"{self.package} ({self.relation} {self.version})" if self.relation else self.package


@dataclass(frozen=True)
class Requester:
    """Something that stops working when its imports break.

    An OS package: `needs` are its Depends and Pre-Depends on packages that carry Python, `commands`
    the programs and services it ships. A script: `interpreter` and `flags` are its shebang's
    (`-s`, `-I`, `-P`, `-E` change what it can be made to import).
    """

    name: str
    kind: RequesterKind
    owner: Optional[Owner] = None
    importance: Importance = Importance.NORMAL
    needs: tuple[Bound, ...] = ()
    commands: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    interpreter: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tool:
    """A program that a remedy could use: conda, mamba, uv, pipx, apt-get, python3 -m venv ..."""

    name: str
    path: str
    version: str = ""


@dataclass(frozen=True)
class PipBuild:
    """The pip that would run: where it is imported from, whose build it is, and its version.

    `patched` is true for Debian 11 and 12's build, which never uninstalls what dpkg owns
    (hands-off-system-packages.patch; gone in Debian 13). `spares_prefix` is true for Fedora's and its kin's:
    an install uninstalls nothing below the interpreter's own prefix, `pip uninstall` still does
    (remove-existing-dist-only-if-path-conflicts.patch, rhbz#1550368).
    """

    path: str
    version: str = ""
    owner: Optional[Owner] = None
    patched: bool = False
    spares_prefix: bool = False


@dataclass(frozen=True)
class ShellEnvironment:
    """The variables that change what Python imports or where pip writes, as the caller has them."""

    home: str = ""
    path: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    homeless: bool = False    # the user can make nothing in the home: it is none, not there or not writable

    def get(self, name: str) -> str:
        """The variable's value, or an empty string."""
        for key, value in self.variables:
            if key == name:
                return value
        return ""


@dataclass(frozen=True)
class Facts:
    """Everything the decision may rest on. Nothing behind it does I/O."""

    os: OperatingSystem
    interpreter: Interpreter
    sites: tuple[SiteDirectory, ...] = ()
    pip: Optional[PipBuild] = None
    distributions: tuple[Distribution, ...] = ()
    requesters: tuple[Requester, ...] = ()
    tools: tuple[Tool, ...] = ()
    archive: tuple[tuple[str, str], ...] = ()    # OS packages that could be installed: name, version
    environment: ShellEnvironment = field(default_factory=ShellEnvironment)
    gaps: tuple[Gap, ...] = ()
    prefixes: tuple[str, ...] = ()               # environments that exist: their names are taken
    stdlib_modules: tuple[str, ...] = ()         # its top-level names; read where something comes before them
    os_names: tuple[tuple[str, str], ...] = ()   # distribution -> the OS package that holds it, where that is known
    conda: CondaSetup = field(default_factory=CondaSetup)
