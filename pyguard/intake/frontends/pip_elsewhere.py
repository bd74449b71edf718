"""What pip was told -> what another pip has to be told for the same, and what nothing but a pip can be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ...model.frozen import replace
from ...model.request import Request
from .pip_command import Given
from .pip_options import TAKES_VALUE

INDEX = frozenset(("index_url", "extra_index_urls", "find_links", "no_index", "trusted_hosts", "pre",
                   "format_control", "prefer_binary", "release_control"))
# How it gets there and how it builds: nothing of this is about where it is installed.
WAYS = frozenset(("cert", "client_cert", "proxy", "no_proxy_env", "keyring_provider", "timeout", "retries",
                  "resume_retries", "isolated_mode", "src_dir", "features_enabled", "deprecated_features_enabled",
                  "use_pep517", "check_build_deps", "no_require_hashes"))
# These choose what is installed, and no other tool goes by them.
CHOICES = frozenset(("require_hashes", "config_settings", "global_options", "install_options", "build_constraints",
                     "build_isolation", "ignore_requires_python", "only_dependencies", "uploaded_prior_to",
                     "refresh_package", "skip_requirements_regex", "process_dependency_links"))
PIPS_OWN = CHOICES | {"index_url", "extra_index_urls", "find_links", "no_index", "pre", "release_control"}
OFF = frozenset(("build_isolation",))    # what is said when it is not on


class Unread(NamedTuple):
    """A list that was not read, and the option that names it."""

    given: Given
    files: tuple[str, ...]


def with_options(request: Request, configured: Sequence[Given], given: Sequence[Given], listed: Sequence[Given],
                 unread: Sequence[Unread]) -> Request:
    """The Request with all that has to be repeated; what variables and files set holds for every pip by itself.

    `given`: on the command line; `listed`: in requirements files.
    """
    said = [one for one in (*configured, *given, *listed) if _is_pips_own(one)]
    lists = [one.given for one in unread if one.given in given]
    origins = [*(one.origin for one in said), *(file for one in unread for file in one.files)]
    return replace(
        request, index_options=_words((*given, *listed), INDEX), pip_options=_words(given, WAYS | CHOICES),
        unread=tuple(word for one in lists for word in (_list_option(one), one.value)),
        pip_only=tuple(dict.fromkeys(origins)))


def _is_pips_own(one: Given) -> bool:
    if one.option.dest == "format_control":
        return one.option.spellings == "--no-binary" and one.value != ":none:"    # a wheel is what conda has, too
    if one.option.dest not in PIPS_OWN:
        return False
    if one.option.kind in TAKES_VALUE:
        return bool(one.value)
    return one.value == ("0" if one.option.dest in OFF else "1")


def _words(given: Iterable[Given], dests: frozenset[str]) -> tuple[str, ...]:
    """As arguments, each once."""
    pairs = dict.fromkeys(
        (_spelling(one), one.value) if one.option.kind in TAKES_VALUE else (_spelling(one),)
        for one in given if one.option.dest in dests)
    return tuple(word for pair in pairs for word in pair)


def _spelling(one: Given) -> str:
    return one.origin if one.origin.startswith("--") else one.option.spellings.split()[0]


def _list_option(one: Given) -> str:
    return {"requirements": "-r", "constraints": "-c"}.get(one.option.dest) or _spelling(one)
