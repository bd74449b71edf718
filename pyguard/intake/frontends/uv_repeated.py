"""What uv was told about indexes and builds, by options or variables -> the same as pip's arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .command_line import Said

INDEX = {"-i": "--index-url", "--index-url": "--index-url", "--default-index": "--index-url",
         "--extra-index-url": "--extra-index-url", "--index": "--extra-index-url", "-f": "--find-links",
         "--find-links": "--find-links", "--no-index": "--no-index", "--pre": "--pre", "--no-binary": "--no-binary",
         "--only-binary": "--only-binary", "--trusted-host": "--trusted-host",
         "--allow-insecure-host": "--trusted-host"}
BUILDS = {"--require-hashes": "--require-hashes", "--no-build-isolation": "--no-build-isolation",
          "--config-setting": "--config-settings", "--config-settings": "--config-settings",
          "-C": "--config-settings", "--build-constraint": "--build-constraint",
          "--build-constraints": "--build-constraint", "-b": "--build-constraint"}
# pip reads none of these; what is on the command line comes before them. Those of lists are split at blanks.
VARIABLES = (("UV_DEFAULT_INDEX", "--default-index"), ("UV_INDEX_URL", "--index-url"), ("UV_INDEX", "--index"),
             ("UV_EXTRA_INDEX_URL", "--extra-index-url"), ("UV_FIND_LINKS", "--find-links"))
SINGLE = "--index-url"


def repeated(said: Said, environ: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """About indexes, and about builds."""
    index: list[str] = []
    builds: list[str] = []
    for name, value in said.options:
        index += _words(INDEX, name, value)
        builds += _words(BUILDS, name, value)
    for variable, name in VARIABLES:
        if INDEX[name] != SINGLE or SINGLE not in index:
            separator = "," if variable == "UV_FIND_LINKS" else None
            for value in filter(None, environ.get(variable, "").split(separator)):
                index += _words(INDEX, name, value)
    return tuple(index), tuple(builds)


def _words(table: Mapping[str, str], name: str, value: str) -> Iterator[str]:
    if name in table:
        yield table[name]
        if value:
            yield _address(value) if name in ("--index", "--default-index") else value


def _address(value: str) -> str:
    """uv takes a name before it."""
    name, equals, rest = value.partition("=")
    return rest if equals and "/" not in name else value
