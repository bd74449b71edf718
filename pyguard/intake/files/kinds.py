"""The kinds of files that are read, in the order in which they are asked whether a file is theirs.

Each is a module of this package, imported when the first file comes along whose path could be of its kind:
start-up is most of what checking one file costs.
"""

from __future__ import annotations

import importlib
import re
from contextlib import suppress
from typing import Optional, Protocol, cast

from ...model.late_pattern import late
from ..circumstances import Reading, Skipped, Unreadable
from .repository import FileText, Repository


class FileKind(Protocol):
    """A module that claims files by their path and first lines, and reads them."""

    KIND: str

    def claims(self, path: str, head: str) -> bool:
        """Whether the file is of this kind. `head` is its first 16 KiB."""
        ...

    def read(self, file: FileText, repository: Repository) -> Reading:
        """All its commands. Raises Unreadable where the file is not what its kind has to be, and nothing else."""
        ...


YAML = r"\.ya?ml$"
KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple((name, late(pattern)) for name, pattern in (
    ("github_workflow", YAML),
    ("github_action", YAML),
    ("gitlab_ci", r"gitlab.*" + YAML),
    ("circleci", r"circleci.*" + YAML),
    ("azure_pipelines", YAML),
    ("travis", r"travis" + YAML),
    ("bitbucket", r"bitbucket-pipelines" + YAML),
    ("drone", r"(drone|woodpecker).*" + YAML),
    ("cirrus", r"cirrus" + YAML),
    ("appveyor", r"appveyor[^/]*" + YAML),
    ("buildkite", r"buildkite.*" + YAML),
    ("taskfile", r"taskfile[^/]*" + YAML),
    ("compose_file", r"compose.*" + YAML),
    ("cloud_init", r"(\.ya?ml|\.cfg|\.txt|\.(tf)?tpl|\.tmpl|\.template|\.j2|user-?data[^/]*|"
                   r"cloud-?(config|init)[^/]*)$"),
    ("cloudformation", r"\.(ya?ml|json|template)$|\.ebextensions/"),
    ("containers", YAML),
    ("ansible", YAML),
    ("gitlab_ci", YAML),    # jobs that a pipeline includes from wherever they lie
    ("jenkinsfile", r"jenkinsfile|\.groovy$|\.dockerfile$"),
    ("dockerfile", r"dockerfile|containerfile|\.docker$|(docker|container)[^/]*/([^/]+/)*[^/.]+$"),
    ("earthfile", r"(^|/)(earthfile|build\.earth)$"),
    ("makefile", r"makefile|\.mk$|\.?just(file)?$|(^|/)debian/rules$"),
    ("vagrantfile", r"vagrantfile"),
    ("chef", r"\.rb$"),
    ("puppet", r"\.pp$"),
    ("salt", r"\.sls$"),
    ("devcontainer", r"devcontainer\.json$"),
    ("package_json", r"package\.json$"),
    ("tox_ini", r"tox\.ini$|setup\.cfg$"),
    ("systemd_unit", r"\.service(\.\w+)?$"),
    ("crontab", r"cron"),
    ("requirements_file", r"\.(txt|in|pip)$"),
    ("settings_files", r"pip\.(conf|ini)$|(uv|pyproject)\.toml$|\.?env$|etc/|condarc$|environment"),
    ("preseed", r"preseed|\.(cfg|seed)(\.\w+)?$"),
    ("sections", r"\.(def|recipe|ks|cfg|spec)$|singularity[^/]*$|kickstart"),
    ("machine_program", r"\.[jt]s$"),
    ("provisioners", r"\.tf$|\.hcl$|\.json$"),
    ("shell_script", r"\.(sh|bash|zsh|ksh|bats|in|j2|erb|(tf)?tpl|tmpl|template|(pre|post)(inst|rm)|chroot)$|"
                     r"(^|/)[^/.]*$|(^|/)\.\w+$|build$"),
    ("noxfile", r"(^|/)noxfile\.py$"),
    ("python_source", r"\.py$|(^|/)[^/.]*$"),
))
DOCUMENTS = ("documents", late(r"\.(md|markdown|rst|mdx)$"))


def find_kind(path: str, head: str, documents_too: bool = False) -> Optional[FileKind]:
    """The first kind that claims the file; documents only where they are asked for."""
    lower = path.lower()
    for name, pattern in (*KINDS, DOCUMENTS) if documents_too else KINDS:
        if pattern.search(lower):
            kind = load_kind(name)
            if kind.claims(path, head):
                return kind
    return None


def read_as(kind: FileKind, file: FileText, repository: Repository) -> Reading:
    """What the reader finds, or that the file was not checked, and why; what stands before the mistake is read."""
    try:
        return kind.read(file, repository)
    except Unreadable as error:
        skipped = Skipped(file.path, str(error))
        lines = file.text.split("\n") if error.whole else []
        for end in error.whole:
            with suppress(Unreadable):
                part = kind.read(file._replace(text="\n".join(lines[:end])), repository)
                said = skipped._replace(reason=f"{error}; what stands before line {end + 1} was read")
                return part._replace(skipped=(*part.skipped, said))
        return Reading(skipped=(skipped,))


def load_kind(name: str) -> FileKind:
    """The module of that name."""
    return cast(FileKind, importlib.import_module(f".{name}", __package__))
