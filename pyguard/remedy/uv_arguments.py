"""What pip was told, by options, variables and files, becomes what uv has to be told for the same. Pure.

uv knows most of pip's options by the same names, and none of its variables and files (uv 0.13).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Optional

from ..model.request import Request, Setting
from .names import operands

TOOL = frozenset(("--index-url", "--extra-index-url", "--find-links", "--no-index", "--trusted-host", "--pre"))
PIP = TOOL | {"--no-binary", "--only-binary", "--require-hashes", "--config-settings", "-C", "--no-build-isolation",
              "--build-constraint"}
FLAGS = frozenset(("--no-index", "--pre", "--require-hashes", "--no-build-isolation", "--prefer-binary", "--isolated",
                   "--no-proxy-env", "--use-pep517", "--check-build-dependencies", "--no-require-hashes"))
RENAMED = {"--pypi-url": "--index-url"}
# What comes out is the same without them, or uv goes about it in its own way.
LEFT_OUT = frozenset((
    "--prefer-binary", "--isolated", "--no-proxy-env", "--use-pep517", "--check-build-dependencies",
    "--no-require-hashes", "--default-timeout", "--timeout", "--retries", "--resume-retries", "--use-feature",
    "--use-deprecated", "--source", "--source-dir", "--source-directory", "--src"))
# From variables and files: what uv has to be told, and without what it would not get through.
SPLIT = frozenset(("--extra-index-url", "--find-links", "--trusted-host"))
BARRIERS = frozenset(("proxy", "client-cert", "keyring-provider"))
NO = frozenset(("", "0", "n", "no", "f", "false", "off"))


def uv_arguments(request: Request, known: Collection[str] = PIP) -> Optional[tuple[str, ...]]:
    """None where something was asked for that uv cannot be told. `known`: options of that command of uv's."""
    configured = [] if request.frontend == "uv" else list(request.settings)
    if any(setting.name in BARRIERS and setting.value for setting in configured):
        return None
    words: list[str] = []
    for name, value in (*_options((*request.index_options, *request.pip_options)), *_configured(configured)):
        name = RENAMED.get(name, name)
        if name in known:
            words += [name] if name in FLAGS else [name, value]
        elif name not in LEFT_OUT:
            return None
    return (*words, *operands(request))


def uv_note(request: Request) -> str:
    """What pip goes by and uv does not."""
    names = [word for word in (*request.index_options, *request.pip_options) if word == "--prefer-binary"]
    names += [setting.origin for setting in request.settings if setting.name == "cert" and request.frontend != "uv"]
    return f"uv does not go by {', '.join(names)}" if names else ""


def _options(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    waiting = iter(words)
    for name in waiting:
        yield name, "" if name in FLAGS else next(waiting, "")


def _configured(settings: Collection[Setting]) -> Iterator[tuple[str, str]]:
    """The last of a name counts; only what chooses the source, for the rest is said in vain or decides elsewhere."""
    for setting in {setting.name: setting for setting in settings}.values():
        name = f"--{setting.name}"
        if name not in PIP or (name in FLAGS and setting.value.lower() in NO):
            continue
        for value in setting.value.split() if name in SPLIT else (setting.value,):
            if value:
                yield name, value
