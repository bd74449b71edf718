"""The options that pip takes inside requirements files, as data: the union of pip 9 to 26.3.

From SUPPORTED_OPTIONS and SUPPORTED_OPTIONS_REQ of pip's `req_file.py`, release by release.
"""

from __future__ import annotations

from .pip_options import FLAG, LIST, OFF, VALUE, Option

FILE_OPTIONS = (
    Option("--index-url --pypi-url -i", VALUE, "index_url"),
    Option("--extra-index-url", LIST, "extra_index_urls"),
    Option("--no-index", FLAG, "no_index"),
    Option("--constraint -c", LIST, "constraints"),
    Option("--requirement -r", LIST, "requirements"),
    Option("--editable -e", LIST, "editables"),
    Option("--find-links -f", LIST, "find_links"),
    Option("--no-binary", LIST, "format_control"),
    Option("--only-binary", LIST, "format_control"),
    Option("--prefer-binary", FLAG, "prefer_binary", since=(20, 0)),
    Option("--require-hashes", FLAG, "require_hashes"),
    Option("--no-require-hashes", FLAG, "no_require_hashes", since=(26, 2)),
    Option("--pre", FLAG, "pre"),
    Option("--all-releases", LIST, "release_control", since=(26, 0)),
    Option("--only-final", LIST, "release_control", since=(26, 0)),
    Option("--trusted-host", LIST, "trusted_hosts"),
    Option("--use-feature", LIST, "features_enabled", since=(20, 2)),
    Option("--hash", LIST, "hashes"),
    Option("--config-settings", LIST, "config_settings", since=(23, 1)),
    Option("-C", LIST, "config_settings", since=(23, 1)),
    Option("--install-option", LIST, "install_options", until=(23, 1)),
    Option("--global-option", LIST, "global_options", until=(25, 3)),
    Option("--process-dependency-links", FLAG, "process_dependency_links", until=(19, 0)),
    Option("--always-unzip -Z", FLAG, "always_unzip", until=(20, 0)),
    Option("--use-wheel", FLAG, "use_wheel", until=(10, 0)),
    Option("--no-use-wheel", OFF, "use_wheel", until=(10, 0)),
    Option("--allow-external", LIST, "allow_external", until=(10, 0)),
    Option("--allow-all-external", FLAG, "allow_all_external", until=(10, 0)),
    Option("--no-allow-external", OFF, "allow_all_external", until=(10, 0)),
    Option("--allow-unverified --allow-insecure", LIST, "allow_unverified", until=(10, 0)),
    Option("--no-allow-insecure", OFF, "allow_all_insecure", until=(10, 0)),
)
