#!/bin/sh
# Sets up what the tests need on this machine and runs them: sh tests/run.sh [--all] [--python PATH] [pytest's own]
#
# One process a core; `-n 0` among pytest's own options for a single one (a debugger, -s).
# The environment lies in .cache/ of the checkout, or in $PYGUARD_TEST_CACHE. As root the tests that break
# root file systems for real run too; elsewhere they are skipped and say why.
set -eu

checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
# shellcheck source-path=SCRIPTDIR source=../hooks/bootstrap.sh
. "$checkout/hooks/bootstrap.sh"

main() {
    python=''
    if [ "${1:-}" = --python ]; then
        python=${2:?--python needs a value}
        shift 2
    fi
    base=$(find_python "$python") || no_python "$python"
    cache=${PYGUARD_TEST_CACHE:-$checkout/.cache}
    mkdir -p "$cache" || fail "$cache cannot be made: set PYGUARD_TEST_CACHE to a directory of your own"
    environment=$cache/test-${base##*/}
    prepare_environment
    prepare_machine
    cd "$checkout"
    unset PYTHONPATH PYTHONHOME PYTHONSTARTUP
    exec "$environment/bin/python" -m pytest -n auto --dist worksteal "$@"
}

# Made anew when what it was made from has changed, or when it was not finished.
prepare_environment() {
    stamp=$(printf '%s ' "$base" "$checkout" && cksum <"$checkout/pyproject.toml")
    if [ "$(cat "$environment/stamp" 2>/dev/null)" = "$stamp" ]; then return; fi
    say "making the tests' environment in $environment"
    rm -rf "$environment"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    make_environment "$base" "$environment"
    run_pip "$environment/bin/python" -I -m pip install --editable "$checkout"'[test]' ||
        fail "the tests' requirements could not be installed: the message of pip is above"
    printf '%s\n' "$stamp" >"$environment/stamp"
    rm -rf "$work"
    trap - EXIT INT TERM
}

# Root file systems are made with mmdebstrap; the shell snippets are tried in every shell that people use; the readers
# of rpm's and pacman's databases are held against rpm and pacman, and the packages against the distributions' linters;
# a fleet is reached over networks of its own, and its report is opened in a browser, which not every distribution has.
prepare_machine() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then return; fi
    missing=''
    for program in git mmdebstrap zsh fish busybox strace gdb rpm lintian rpmlint; do
        command -v "$program" >/dev/null || missing="$missing $program"
    done
    command -v man >/dev/null || missing="$missing man-db"
    command -v rpmbuild >/dev/null || missing="$missing rpm"
    command -v pacman >/dev/null || missing="$missing pacman-package-manager"
    command -v ip >/dev/null || missing="$missing iproute2"
    command -v ssh >/dev/null || missing="$missing openssh-client"
    if [ -n "$missing" ]; then install_packages "$missing debian-archive-keyring gpg mount"; fi
    "$base" -c 'import ensurepip' 2>/dev/null || install_packages ' python3-venv'    # tests make environments
    command -v chromium >/dev/null || install_packages ' chromium'
}

install_packages() {
    say "installing$1, which the tests use"
    # shellcheck disable=SC2086  # names without blanks
    if ! { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q install --yes --no-install-recommends \
        $1; } >"$cache/apt.log" 2>&1; then
        say "$1 could not be installed ($cache/apt.log); the tests that need them say so"
    fi
}

main "$@"
