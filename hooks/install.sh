#!/bin/sh
# Sets pyguard up in an environment of its own, and takes it away again.
set -eu

usage() {
    cat <<'TEXT'
usage: sh hooks/install.sh [--system | --prefix DIR] [--python PATH] [--no-hooks] [--no-demo] [--uninstall]

Makes pyguard's own environment from this checkout and the command `pyguard`, puts the hooks in place that hand
installs over to it, and ends by testing what they catch (pyguard doctor). Nothing is asked.

  (nothing)      for you alone: ~/.local/share/pyguard and ~/.local/bin/pyguard
  --system       for everyone, as root: /usr/local/lib/pyguard and /usr/local/bin/pyguard
  --prefix DIR   DIR/lib/pyguard and DIR/bin/pyguard, without hooks
  --python PATH  the Python to build on, 3.9 or later (default: the distribution's)
  --no-hooks     the environment and the command only: pyguard hook install puts the hooks in place later
  --no-demo      do not show what pyguard says about this machine at the end
  --uninstall    remove it all: hooks, environment, command, caches, journal
TEXT
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
source_tree=$(dirname -- "$here")
# shellcheck source-path=SCRIPTDIR source=bootstrap.sh
. "$here/bootstrap.sh"
# shellcheck source-path=SCRIPTDIR source=uninstall.sh
. "$here/uninstall.sh"
trap report_end EXIT

main() {
    place=user prefix='' python='' demo=yes hooks=yes action=install
    while [ $# -gt 0 ]; do
        case $1 in
            --system) place=system ;;
            --prefix) need_value "$@"; place=prefix prefix=$2; shift ;;
            --python) need_value "$@"; python=$2; shift ;;
            --no-demo) demo=no ;;
            --no-hooks) hooks=no ;;
            --uninstall) action=uninstall ;;
            -h | --help) usage; exit 0 ;;
            *) wrong_usage "no such option: $1" ;;
        esac
        shift
    done
    case $prefix in '' | /*) ;; *) prefix=$PWD/$prefix ;; esac
    case $python in /*) ;; */*) python=$PWD/$python ;; esac
    leave_unusable_directory
    settle_home
    settle_places
    if [ "$place" = system ] && [ "$(id -u)" != 0 ]; then fail '--system needs root'; fi
    if [ "$action" = uninstall ]; then uninstall; else install; fi
}

need_value() { if [ $# -lt 2 ] || [ -z "$2" ]; then wrong_usage "$1 needs a value"; fi; }

wrong_usage() {
    explained=yes
    printf 'pyguard: %s\n' "$1" >&2
    usage >&2
    exit 2
}

# HOME, or what the password database says where it is not set (cron, systemd). A relative one would be another one in
# every directory.
settle_home() {
    home=${HOME:-}
    if [ -z "$home" ]; then home=$(getent passwd "$(id -u)" | cut -d: -f6) || home=''; fi
    case $home in /*) ;; *) home='' ;; esac
    if [ "$place" != user ]; then return; fi
    if [ -z "$home" ]; then fail 'you have no home directory (HOME is not set, or relative): use --prefix DIR'; fi
    if [ -d "$home" ] && [ -z "$(find "$home" -prune -user "$(id -u)")" ]; then
        fail "$home (HOME) belongs to somebody else: use sudo -H, --system or --prefix DIR"
    fi
}

# Sets data (environments), command, and what pyguard itself writes: cache, journal, and state, which no variable moves.
settle_places() {
    case $place in
        user) data=$home/.local/share/pyguard command=$home/.local/bin/pyguard ;;
        system) data=/usr/local/lib/pyguard command=/usr/local/bin/pyguard ;;
        prefix) data=$prefix/lib/pyguard command=$prefix/bin/pyguard ;;
    esac
    if [ "$(id -u)" = 0 ]; then
        cache=/var/cache/pyguard journal=/var/log/pyguard state=/var/lib/pyguard
    else
        state=$home/.local/state/pyguard
        cache=$(base_directory "${XDG_CACHE_HOME:-}" "$home/.cache")/pyguard
        journal=$(base_directory "${XDG_STATE_HOME:-}" "$home/.local/state")/pyguard
    fi
}

# base_directory VALUE DEFAULT: a relative value is to be ignored (XDG base directory specification).
base_directory() { case $1 in /*) printf '%s\n' "$1" ;; *) printf '%s\n' "$2" ;; esac }

install() {
    if [ "$place" = system ]; then umask 022; fi
    if [ ! -f "$source_tree/pyproject.toml" ]; then
        fail "$source_tree holds no pyproject.toml: run install.sh from a checkout of pyguard"
    fi
    refuse_what_is_there
    base=$(find_python "$python") || no_python "$python"
    start_work
    made=$(missing_directories)
    make_directory "$data"
    make_directory "$(dirname -- "$command")"
    lock
    printf '%s\n' "$made" >>"$data/directories"
    build
    swap
    say "installed in $data, on $("$data/venv/bin/python" -I --version)"
    say "command: $command"
    case ":$PATH:" in
        *":$(dirname -- "$command"):"*) ;;
        *) say "$(dirname -- "$command") is not on your PATH: add it to call pyguard by its name" ;;
    esac
    hook_up
    if [ "$demo" = yes ]; then show; fi
    if [ "$hooks" = yes ]; then demonstrate doctor; fi
    say "to take it all away again: sh $here/install.sh$again --uninstall"
}

# Replacing or, later, deleting what others have put there is not for an installer. The shims may come before the rest.
refuse_what_is_there() {
    if { [ -e "$command" ] || [ -h "$command" ]; } && ! is_launcher; then
        fail "$command is there already and is not pyguard's: move it away, or use --prefix DIR"
    fi
    if [ ! -e "$data" ] || is_installation; then return; fi
    if [ -n "$(find "$data" -mindepth 1 -maxdepth 1 ! -name shims ! -name lock)" ]; then
        fail "$data is there already and is not pyguard's: move it away, or use another --prefix DIR"
    fi
}

# The startup hook, the shims and the line in the shells' start-up files: all of it on record, to be undone.
hook_up() {
    scope='' again=''
    case $place in
        system) scope=--system again=' --system' ;;
        prefix) hooks=no again=" --prefix $prefix" ;;
    esac
    if [ "$hooks" = yes ]; then
        # shellcheck disable=SC2086  # empty, or one word
        HOME=$home "$command" hook install --shell $scope ||
            fail "pyguard is installed, but its hooks are not in place: the reason is above (--no-hooks goes without)"
    elif [ -d "$data/shims" ]; then
        # shellcheck disable=SC2086
        HOME=$home "$command" hook rehash --quiet $scope || fail 'the shims could not be renewed'
    fi
}

start_work() {
    new='' made=''
    work=$(mktemp -d) || fail 'no temporary directory can be made: set TMPDIR to one that can be written'
    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

clean_up() {
    report_end
    rm -rf "$work"
    if [ -n "$new" ]; then rm -rf "$new"; fi
    if [ ! -e "$data/venv" ]; then    # a first installation that failed
        rm -f "$data/lock" "$data/directories"
        rmdir "$data" 2>/dev/null || :
        printf '%s\n' "$made" | remove_empty
    fi
}

# The directories above ours that are not there yet, deepest first: uninstalling takes them away again.
missing_directories() {
    for path in "$data" "$command" "$cache" "$journal" "$state"; do
        parent=$(dirname -- "$path")
        while [ ! -e "$parent" ]; do
            printf '%s\n' "$parent"
            parent=$(dirname -- "$parent")
        done
    done
}

make_directory() {
    if ! mkdir -p "$1" 2>"$work/error" || [ ! -w "$1" ]; then
        fail "$1 cannot be written: use --prefix DIR, or --system as root"
    fi
}

lock() {
    exec 9>>"$data/lock"
    if command -v flock >/dev/null && ! flock -n 9; then fail "another installation is at work in $data"; fi
}

# The new environment stands beside the old one until it has proven that it works.
build() {
    new=$(mktemp -d "$data/env-XXXXXX")
    chmod "$(if [ "$place" = user ]; then echo 700; else echo 755; fi)" "$new"
    make_environment "$base" "$new"
    run_pip "$new/bin/python" -I -m pip install "$source_tree" ||
        fail 'pyguard could not be installed into its environment: the message of pip is above'
    keep_plugins
    main_file=$("$new/bin/python" -I -c 'import os, pyguard.cli.main as m
print(os.path.join(os.path.dirname(os.path.dirname(m.__file__)), "__main__.py"))') ||
        fail 'the new environment does not work; an old one, if there was one, is still in place'
    ln -s "${main_file#"$new"/}" "$new/main.py"
    cp -- "$here/rescue.sh" "$new/rescue.sh"
}

# Plugins of the environment that is replaced come along; one that cannot leaves the old environment in place.
keep_plugins() {
    "$new/bin/python" -I -c 'import glob, sys
from pyguard.plugins.find import find_plugins, requirement_of
places = glob.glob(glob.escape(sys.argv[1]) + "/venv/lib/python3*/site-packages")
print("\n".join(dict.fromkeys(map(requirement_of, find_plugins(places)))))' "$data" >"$work/plugins" ||
        fail "the plugins in $data/venv cannot be read"
    if ! grep -q . "$work/plugins"; then return; fi
    run_pip "$new/bin/python" -I -m pip install --requirement "$work/plugins" ||
        fail "the plugins of the old environment could not be installed into the new one, and the old one is still
  in place: $(tr '\n' ' ' <"$work/plugins")"
}

# Both renames are atomic: at every moment there is an old pyguard or a new one.
swap() {
    rm -f "$data/venv.new"
    ln -s "${new##*/}" "$data/venv.new"
    write_launcher >"$data/launcher.new"
    chmod 755 "$data/launcher.new"
    mv -T "$data/venv.new" "$data/venv"
    current=$new new=''
    mv -f "$data/launcher.new" "$command"
    for old in "$data"/env-*; do
        if [ "$old" != "$current" ]; then rm -rf "$old"; fi
    done
}

# Where the environment is gone, or the Python below it, it says so and exits as a shell would. A repair begins with
# what no Python is needed for.
write_launcher() {
    quoted=$(printf '%s' "$data" | sed "s/'/'\\\\''/g")
    cat <<LAUNCHER
#!/bin/sh
# pyguard's command: hands over to pyguard's own environment.
data='$quoted'
python=\$data/venv/bin/python main=\$data/venv/main.py rescue=\$data/venv/rescue.sh
again='run hooks/install.sh again'
LAUNCHER
    cat -- "$here/launcher.sh"
}

# The main job, on this machine.
show() {
    demonstrate facts
    demonstrate explain pip install cryptography==42.0 --user
}

# Findings (10) and a refusal (11) are answers, not failures.
demonstrate() {
    printf '\n$ pyguard %s\n' "$*"
    code=0
    "$command" "$@" || code=$?
    case $code in
        0 | 10 | 11) ;;
        *) fail "it is installed, but \`pyguard $*\` exited $code here" ;;
    esac
}

main "$@"
