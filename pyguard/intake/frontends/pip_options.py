"""pip's grammar as data: which words pip 9 to 26.3 take as options, whether a value follows, and since when.

Held against real releases by tests/intake/test_pip_options.py; the names of the values are pip's own
(`dest` in optparse). On the hot path of every pip command: nothing is imported here but typing.
"""

from __future__ import annotations

from typing import NamedTuple

FLAG = "flag"      # takes no value, means yes
OFF = "off"        # takes no value, means no
COUNT = "count"    # takes no value, may be repeated
VALUE = "value"    # takes a value, the last one counts
LIST = "list"      # takes a value, each one counts
HELP = "help"      # takes no value; pip prints its help and stops

TAKES_VALUE = (VALUE, LIST)
Release = tuple[int, ...]
OLDEST: Release = (9,)
NEWEST: Release = (26, 3)
STARTED_ANEW = "_PIP_RUNNING_IN_SUBPROCESS"    # by --python (main_parser.py): such a pip ignores the option


class Option(NamedTuple):
    """All spellings of one option. `until` is the first release without it; `vendor` is whose pip has it."""

    spellings: str
    kind: str
    dest: str
    since: Release = ()
    until: Release = ()
    vendor: str = ""


class Command(NamedTuple):
    """A command of pip. `changes`: it installs or removes."""

    name: str
    changes: bool = False
    since: Release = ()


COMMANDS = (
    Command("install", changes=True), Command("uninstall", changes=True),
    Command("cache", since=(20, 1)), Command("check"), Command("completion"),
    Command("config", since=(10, 0)), Command("debug", since=(19, 2)), Command("download"),
    Command("freeze"), Command("hash"), Command("help"), Command("index", since=(21, 2)),
    Command("inspect", since=(22, 2)), Command("list"), Command("lock", since=(25, 1)),
    Command("search"), Command("show"), Command("wheel"),
)

GENERAL = (
    Option("--no-cache-dir", OFF, "cache_dir"),
    Option("--cache-dir", VALUE, "cache_dir"),
    Option("--cert", VALUE, "cert"),
    Option("--client-cert", VALUE, "client_cert"),
    Option("--debug", FLAG, "debug_mode", since=(21, 3)),
    Option("--default-vcs", VALUE, "default_vcs", until=(10, 0)),
    Option("--use-deprecated", LIST, "deprecated_features_enabled", since=(20, 2)),
    Option("--disable-pip-version-check", FLAG, "disable_pip_version_check"),
    Option("--exists-action", LIST, "exists_action"),
    Option("--use-feature", LIST, "features_enabled", since=(20, 2)),
    Option("--help -h", HELP, "help"),
    Option("--isolated", FLAG, "isolated_mode"),
    Option("--keyring-provider", VALUE, "keyring_provider", since=(23, 1)),
    Option("--local-log --log --log-file", VALUE, "log"),
    Option("--no-color", FLAG, "no_color", since=(10, 0)),
    Option("--no-input", FLAG, "no_input"),
    Option("--no-proxy-env", FLAG, "no_proxy_env", since=(26, 2)),
    Option("--no-python-version-warning", FLAG, "no_python_version_warning", since=(20, 0)),
    Option("--proxy", VALUE, "proxy"),
    Option("--python", VALUE, "python", since=(22, 3)),
    Option("--quiet -q", COUNT, "quiet"),
    Option("--require-venv --require-virtualenv", FLAG, "require_venv"),
    Option("--resume-retries", VALUE, "resume_retries", since=(25, 1)),
    Option("--retries", VALUE, "retries"),
    Option("--skip-requirements-regex", VALUE, "skip_requirements_regex", until=(20, 1)),
    Option("--default-timeout --timeout", VALUE, "timeout"),
    Option("--trusted-host", LIST, "trusted_hosts"),
    Option("--unstable-feature", LIST, "unstable_features", since=(20, 1), until=(20, 3)),
    Option("--verbose -v", COUNT, "verbose"),
    Option("--version -V", FLAG, "version"),      # 26.3: only before the command
)

# Options of the commands named before them, on top of the general ones. `--system` is Debian's (and
# Ubuntu's) up to pip 20.3.4: their build defaults to --user for everybody but root, and this undoes it.
GROUPS: tuple[tuple[str, tuple[Option, ...]], ...] = (
    ("download install list wheel index lock", (
        Option("--extra-index-url", LIST, "extra_index_urls"),
        Option("--find-links -f", LIST, "find_links"),
        Option("--index-url --pypi-url -i", VALUE, "index_url"),
        Option("--no-index", FLAG, "no_index"),
        Option("--pre", FLAG, "pre"),
        Option("--refresh-package", LIST, "refresh_package", since=(26, 2)),
        Option("--all-releases --only-final", LIST, "release_control", since=(26, 0)),
        Option("--uploaded-prior-to", VALUE, "uploaded_prior_to", since=(26, 0)),
    )),
    ("download freeze install uninstall wheel lock", (
        Option("--requirement -r", LIST, "requirements"),
    )),
    ("download install wheel index lock", (
        Option("--no-binary", LIST, "format_control"),
        Option("--only-binary", LIST, "format_control"),
    )),
    ("download install wheel lock", (
        Option("--build-constraint", LIST, "build_constraints", since=(25, 3)),
        Option("--constraint -c", LIST, "constraints"),
        Option("--no-dependencies --no-deps", FLAG, "ignore_dependencies"),
        Option("--no-clean", FLAG, "no_clean"),
        Option("--no-require-hashes", FLAG, "no_require_hashes", since=(26, 2)),
        Option("--only-dependencies --only-deps", FLAG, "only_dependencies", since=(26, 2)),
        Option("--require-hashes", FLAG, "require_hashes"),
        Option("--requirements-from-script", LIST, "requirements_from_scripts", since=(26, 0)),
        Option("--source --source-dir --source-directory --src", VALUE, "src_dir"),
    )),
    ("download install list wheel", (
        Option("--process-dependency-links", FLAG, "process_dependency_links", until=(19, 0)),
    )),
    ("install wheel index lock", (
        Option("--ignore-requires-python", FLAG, "ignore_requires_python"),
    )),
    ("download install wheel", (
        Option("--build --build-dir --build-directory -b", VALUE, "build_dir", until=(21, 3)),
        Option("--no-build-isolation", OFF, "build_isolation", since=(10, 0)),
        Option("--check-build-dependencies", FLAG, "check_build_deps", since=(22, 1)),
        Option("--group", LIST, "dependency_groups", since=(25, 1)),
        Option("--global-option", LIST, "global_options", until=(25, 3)),
        Option("--prefer-binary", FLAG, "prefer_binary", since=(18, 0)),
        Option("--progress-bar", VALUE, "progress_bar", since=(10, 0)),
        Option("--no-use-pep517", OFF, "use_pep517", since=(19, 0), until=(25, 3)),
        Option("--use-pep517", FLAG, "use_pep517", since=(19, 0)),
    )),
    ("download debug index", (
        Option("--abi", LIST, "abis"),
        Option("--implementation", VALUE, "implementation"),
        Option("--platform", LIST, "platforms"),
        Option("--python-version", VALUE, "python_version"),
    )),
    ("freeze list inspect", (
        Option("--user", FLAG, "user"),
    )),
    ("install wheel lock", (
        Option("--editable -e", LIST, "editables"),
    )),
    ("install list wheel", (
        Option("--no-allow-external", OFF, "allow_all_external", until=(10, 0)),
        Option("--allow-all-external", FLAG, "allow_all_external", until=(10, 0)),
        Option("--no-allow-insecure", OFF, "allow_all_insecure", until=(10, 0)),
        Option("--allow-external", LIST, "allow_external", until=(10, 0)),
        Option("--allow-insecure --allow-unverified", LIST, "allow_unverified", until=(10, 0)),
    )),
    ("freeze list", (
        Option("--exclude", LIST, "excludes", since=(20, 3)),
        Option("--local -l", FLAG, "local"),
        Option("--path", LIST, "path", since=(19, 2)),
    )),
    ("install wheel", (
        Option("--config-settings", LIST, "config_settings", since=(22, 1)),
        Option("-C", LIST, "config_settings", since=(23, 1)),
        Option("--no-use-wheel", OFF, "use_wheel", until=(10, 0)),
        Option("--use-wheel", FLAG, "use_wheel", until=(10, 0)),
    )),
    ("install uninstall", (
        Option("--break-system-packages", FLAG, "override_externally_managed", since=(23, 0, 1)),
        Option("--root-user-action", VALUE, "root_user_action", since=(22, 1)),
    )),
    ("list index", (
        Option("--prefer-binary", FLAG, "prefer_binary", since=(26, 0)),
    )),
    ("completion", (
        Option("--powershell -p", FLAG, "shell", since=(22, 1)),
        Option("--bash --fish --zsh -b -f -z", FLAG, "shell"),
    )),
    ("download", (
        Option("--dest --destination-dir --destination-directory -d", VALUE, "download_dir"),
        Option("--editable -e", LIST, "editables", until=(10, 0)),
        Option("--ignore-requires-python", FLAG, "ignore_requires_python", since=(21, 0)),
    )),
    ("freeze", (
        Option("--exclude-editable", FLAG, "exclude_editable", since=(10, 0)),
        Option("--find-links -f", LIST, "find_links", until=(21, 2)),
        Option("--all", FLAG, "freeze_all"),
    )),
    ("hash", (
        Option("--algorithm -a", VALUE, "algorithm"),
    )),
    ("install", (
        Option("--abi", LIST, "abis", since=(18, 1)),
        Option("--egg", FLAG, "as_egg", until=(10, 0)),
        Option("--compile", FLAG, "compile"),
        Option("--no-compile", OFF, "compile"),
        Option("--download --download-dir --download-directory -d", VALUE, "download_dir", until=(10, 0)),
        Option("--dry-run", FLAG, "dry_run", since=(22, 2)),
        Option("--force-reinstall", FLAG, "force_reinstall"),
        Option("--ignore-installed -I", FLAG, "ignore_installed"),
        Option("--implementation", VALUE, "implementation", since=(18, 1)),
        Option("--install-option", LIST, "install_options", until=(23, 1)),
        Option("--report", VALUE, "json_report_file", since=(22, 2)),
        Option("--platform", LIST, "platforms", since=(18, 1)),
        Option("--prefix", VALUE, "prefix_path"),
        Option("--python-version", VALUE, "python_version", since=(18, 1)),
        Option("--root", VALUE, "root_path"),
        Option("--target -t", VALUE, "target_dir"),
        Option("--upgrade -U", FLAG, "upgrade"),
        Option("--upgrade-strategy", VALUE, "upgrade_strategy"),
        Option("--user", FLAG, "use_user_site"),
        Option("--no-user", OFF, "use_user_site", since=(10, 0)),
        Option("--no-warn-conflicts", OFF, "warn_about_conflicts", since=(10, 0)),
        Option("--no-warn-script-location", OFF, "warn_script_location", since=(10, 0)),
        Option("--system", FLAG, "use_system_location", until=(20, 4), vendor="debian"),
    )),
    ("list", (
        Option("--editable -e", FLAG, "editable"),
        Option("--no-binary", LIST, "format_control", since=(26, 0)),
        Option("--only-binary", LIST, "format_control", since=(26, 0)),
        Option("--include-editable", FLAG, "include_editable", since=(10, 0)),
        Option("--exclude-editable", OFF, "include_editable", since=(10, 0)),
        Option("--format", VALUE, "list_format"),
        Option("--not-required", FLAG, "not_required"),
        Option("--outdated -o", FLAG, "outdated"),
        Option("--uptodate -u", FLAG, "uptodate"),
    )),
    ("search", (
        Option("--index -i", VALUE, "index"),
    )),
    ("show", (
        Option("--files -f", FLAG, "files"),
    )),
    ("uninstall", (
        Option("--yes -y", FLAG, "yes"),
    )),
    ("wheel", (
        Option("--build-option", LIST, "build_options", until=(25, 3)),
        Option("--no-verify", FLAG, "no_verify", since=(20, 3)),
        Option("--wheel-dir -w", VALUE, "wheel_dir"),
    )),
    ("config", (
        Option("--editor", VALUE, "editor"),
        Option("--global", FLAG, "global_file"),
        Option("--site", FLAG, "site_file", since=(19, 1)),
        Option("--user", FLAG, "user_file"),
        Option("--venv", FLAG, "venv_file", until=(19, 3)),
    )),
    ("cache", (
        Option("--format", VALUE, "list_format", since=(20, 3)),
    )),
    ("index", (
        Option("--json", FLAG, "json", since=(25, 1)),
    )),
    ("inspect", (
        Option("--local", FLAG, "local"),
        Option("--path", LIST, "path"),
    )),
    ("lock", (
        Option("--no-build-isolation", OFF, "build_isolation"),
        Option("--check-build-dependencies", FLAG, "check_build_deps"),
        Option("--config-settings -C", LIST, "config_settings"),
        Option("--group", LIST, "dependency_groups"),
        Option("--output -o", VALUE, "output_file"),
        Option("--prefer-binary", FLAG, "prefer_binary"),
        Option("--progress-bar", VALUE, "progress_bar"),
        Option("--no-use-pep517", OFF, "use_pep517", until=(25, 3)),
        Option("--use-pep517", FLAG, "use_pep517"),
    )),
)


def options_of(command: str) -> tuple[Option, ...]:
    """Every option that some release takes after this command; those before any command for an empty name."""
    if not command:
        return GENERAL
    own = [option for names, group in GROUPS if command in names.split() for option in group]
    return (*own, *GENERAL)


def is_alive(option: Option, release: Release) -> bool:
    """Whether that release knows it; every option is alive where the release is not known (empty)."""
    return not release or (option.since <= release and (not option.until or release < option.until))


def read_release(version: str) -> Release:
    """`23.0.1` as (23, 0, 1), `26.1b1` as (26,), an empty or foreign text as ()."""
    numbers = []
    for part in version.split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers)
