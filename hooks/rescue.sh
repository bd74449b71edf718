#!/bin/sh
# The first steps of a repair where no Python starts: links /usr/bin/python3 to where the distribution declares, and
# brings the interpreter's own files back from the package manager's archives. Then pyguard can go on.
#
# usage: sh rescue.sh [--yes] [--offline]
# Without --yes it only says what it would do. What it moves or writes over is kept on record like any change of
# pyguard's: `pyguard undo ID` takes it back. Exit 0: Python starts (or already did), 10: there is something to do,
# 12: it could not be done.
set -eu

PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
unset PYTHONPATH PYTHONHOME PYTHONSTARTUP LD_LIBRARY_PATH LD_PRELOAD
LC_ALL=C
export LC_ALL
# The system's own libraries first: a directory in ld.so.conf may be what breaks apt-get.
for directory in /lib/*-linux-gnu* /usr/lib/*-linux-gnu* /lib64 /usr/lib64; do
    if [ -d "$directory" ]; then LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$directory; fi
done
export LD_LIBRARY_PATH
umask 077
state=${PYGUARD_RESCUE_STATE:-/var/lib/pyguard/changes}
yes=no offline=no change='' number=0 work='' todo=0 failed=0

say() { printf 'pyguard: %s\n' "$*"; }
complain() { printf 'pyguard: %s\n' "$*" >&2; }

main() {
    for option in "$@"; do
        case $option in
            --yes) yes=yes ;;
            --offline) offline=yes ;;
            *) complain "rescue.sh does not take $option"; exit 2 ;;
        esac
    done
    find_version
    if [ "$yes" = yes ] && [ "$(id -u)" != 0 ]; then complain '--yes needs root'; exit 2; fi
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    link_python
    restore_packages
    finish
}

# Sets version (3.11) and how it is known.
find_version() {
    version=''
    if [ -r /usr/share/python3/debian_defaults ]; then
        version=$(sed -n 's/^default-version *= *python\([0-9.]*\).*/\1/p' /usr/share/python3/debian_defaults | head -n 1)
    fi
    if [ -z "$version" ] && [ -d /var/lib/dpkg/info ]; then
        version=$(sed -n 's/^Depends:.*python\(3\.[0-9]*\)-minimal.*/\1/p' /var/lib/dpkg/status | head -n 1)
    fi
    if [ -z "$version" ] && command -v rpm >/dev/null; then
        version=$(rpm -q --qf '%{VERSION}\n' python3-libs 2>/dev/null | sed -n 's/^\(3\.[0-9]*\)\..*/\1/p' | head -n 1)
    fi
    if [ -z "$version" ]; then complain 'this is no system whose Python could be told'; exit 12; fi
}

# Where it starts, the link is no emergency: an alternative may rightly lead to another version (EL 8).
link_python() {
    if starts; then return; fi
    if [ "$(readlink /usr/bin/python3 || :)" = "python$version" ]; then return; fi
    if [ "$(readlink /usr/bin/python3 || :)" = "/usr/bin/python$version" ]; then return; fi
    if [ ! -e "/usr/bin/python$version" ] && ! can_be_restored "python$version-minimal"; then
        failed=1
        complain "there is no /usr/bin/python$version that /usr/bin/python3 could lead to: it was left as it is"
        return
    fi
    todo=1
    say "/usr/bin/python3 has to lead to python$version"
    if [ "$yes" = no ]; then return; fi
    begin
    if [ -e /usr/bin/python3 ] || [ -h /usr/bin/python3 ]; then move_away /usr/bin/python3; fi
    for alternative in /etc/alternatives/python3 /var/lib/dpkg/alternatives/python3; do
        if [ -e "$alternative" ] || [ -h "$alternative" ]; then move_away "$alternative"; fi
    done
    digest=$(printf 'link python%s' "$version" | sha256sum | cut -d' ' -f1)
    note put /usr/bin/python3 '' ", \"digest\": \"$digest\""
    # pyguard: ignore[system-interpreter-replaced] this puts back what the distribution had
    ln -s "python$version" /usr/bin/python3
}

# can_be_restored PACKAGE
can_be_restored() { command -v dpkg-deb >/dev/null && dpkg -s "$1" >/dev/null 2>&1; }

# The interpreter and its library: without them nothing of Python's can say what else is wrong.
restore_packages() {
    if ! command -v dpkg-deb >/dev/null; then
        if ! starts; then complain "reinstall with the package manager: dnf reinstall python3 python3-libs"; failed=1; fi
        return
    fi
    for package in "python$version-minimal" "libpython$version-minimal" "libpython$version-stdlib"; do
        can_be_restored "$package" || continue
        damaged=$(dpkg -V "$package" 2>/dev/null | grep -v ' c /' | sed -n 's#^[^/]*\(/usr/\(bin\|lib\)/.*\)#\1#p' |
            grep -v -e '/EXTERNALLY-MANAGED$' || :)
        if [ -n "$damaged" ]; then restore "$package" "$damaged"; fi
    done
}

# restore PACKAGE PATHS
restore() {
    todo=1
    say "$1: $(printf '%s\n' "$2" | wc -l | tr -d ' ') of its files are gone or changed"
    if [ "$yes" = no ]; then return; fi
    archive=$(find_archive "$1") || { failed=1; complain "$1 is in no cache and could not be fetched"; return 0; }
    mkdir -p "$work/files"
    dpkg-deb -x "$archive" "$work/files" || { failed=1; return 0; }
    begin
    printf '%s\n' "$2" >"$work/paths"
    while IFS= read -r path; do
        if [ ! -e "$work/files$path" ] && [ -e "$work/files${path#/usr}" ]; then
            source=$work/files${path#/usr}
        else
            source=$work/files$path
        fi
        if [ ! -f "$source" ] || [ -h "$source" ]; then continue; fi
        bring_back "$source" "$path"
    done <"$work/paths"
    rm -rf "$work/files"
}

# The archive of exactly the installed version: apt's cache first.
find_archive() {
    full=$(dpkg-query -W -f '${Version}' "$1") arch=$(dpkg-query -W -f '${Architecture}' "$1")
    name=${1}_$(printf %s "$full" | sed 's/:/%3a/')_$arch.deb
    if [ -f "/var/cache/apt/archives/$name" ]; then printf '%s\n' "/var/cache/apt/archives/$name"; return; fi
    if [ "$offline" = yes ]; then return 1; fi
    fetch "$1=$full" >&2 || return 1
    for found in "$work"/debs/"$1"_*.deb; do printf '%s\n' "$found"; done
}

# With a private state directory: the system's lists and caches stay as they are, signatures are checked.
fetch() {
    mkdir -p "$work/apt/state/lists/partial" "$work/apt/cache/archives/partial" "$work/debs"
    if [ ! -e "$work/apt.conf" ]; then
        {
            printf 'Dir::State "%s";\nDir::State::status "/var/lib/dpkg/status";\n' "$work/apt/state"
            printf 'Dir::Cache "%s";\nAcquire::Languages "none";\nAPT::Sandbox::User "root";\n' "$work/apt/cache"
            printf '#clear APT::Update::Pre-Invoke;\n#clear APT::Update::Post-Invoke;\n'
            printf '#clear APT::Update::Post-Invoke-Success;\n#clear DPkg::Post-Invoke;\n'
            if [ -n "${SSL_CERT_FILE:-}" ]; then printf 'Acquire::https::CaInfo "%s";\n' "$SSL_CERT_FILE"; fi
        } >"$work/apt.conf"
        apt-get -q -c "$work/apt.conf" update >"$work/apt.log" 2>&1 || { tail -n 2 "$work/apt.log"; return 1; }
    fi
    (cd "$work/debs" && apt-get -q -c "$work/apt.conf" download "$1" >>"$work/apt.log" 2>&1) ||
        { tail -n 2 "$work/apt.log"; return 1; }
}

# A record as pyguard keeps it: a journal, and what was moved away beside it.
begin() {
    if [ -n "$change" ]; then return; fi
    mkdir -p "$state"
    change=$state/$(date -u +%Y%m%d-%H%M%S)-$(od -An -N2 -tx1 /dev/urandom | tr -d ' \n')
    mkdir "$change" "$change/kept"
    printf '{"schema": 1, "id": "%s", "kind": "rescue", "title": "rescue of python%s", "time": "%s", "uid": 0}\n' \
        "${change##*/}" "$version" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$change/journal"
    sync
}

# note KIND PATH KEPT MORE: the paths here have no quotes and no backslashes in them
note() {
    times=$(stat -c '%.9X, %.9Y' "$(dirname -- "$2")" | tr -d .)
    printf '{"op": "%s", "path": "%s", "kept": "%s", "parent": [%s]%s}\n' "$1" "$2" "$3" "$times" "${4:-}" \
        >>"$change/journal"
    sync "$change/journal"
}

next_kept() { number=$((number + 1)); kept=$(printf '%06d' "$number"); }

move_away() {
    next_kept
    note move "$1" "$kept"
    cp -a -- "$1" "$change/kept/.$kept.pyguard-new"
    mv -T -- "$change/kept/.$kept.pyguard-new" "$change/kept/$kept"
    # pyguard: ignore[system-interpreter-replaced] a copy is kept, and the right one follows
    rm -f -- "$1"
}

# bring_back SOURCE PATH: kept first, then written beside and renamed over
bring_back() {
    directory=$(dirname -- "$2")
    if [ ! -d "$directory" ]; then
        missing='' parent=$directory
        while [ ! -d "$parent" ]; do missing="$parent $missing" parent=$(dirname -- "$parent"); done
        # shellcheck disable=SC2086  # paths of the distribution's Python have no blanks
        for parent in $missing; do note make "$parent" ''; mkdir -m 755 "$parent"; done
    fi
    kept=''
    if [ -e "$2" ] || [ -h "$2" ]; then next_kept; fi
    digest=$({ printf 'file '; cat -- "$1"; } | sha256sum | cut -d' ' -f1)
    note put "$2" "$kept" ", \"digest\": \"$digest\""
    if [ -n "$kept" ]; then
        cp -a -- "$2" "$change/kept/.$kept.pyguard-new"
        mv -T -- "$change/kept/.$kept.pyguard-new" "$change/kept/$kept"
    fi
    beside=$directory/.$(basename -- "$2").pyguard-new
    cp -p -- "$1" "$beside"
    chown 0:0 "$beside"
    mv -f -T -- "$beside" "$2"
}

starts() { env -u LD_LIBRARY_PATH /usr/bin/python3 -I -S -c 'import os, json, re, encodings.idna' >/dev/null 2>&1; }

finish() {
    if [ -n "$change" ]; then
        printf '{"mark": "%s"}\n' "$([ "$failed" = 0 ] && echo 'done' || echo failed)" >>"$change/journal"
        say "on record: pyguard undo ${change##*/} takes it back"
    fi
    if [ "$yes" = no ] && [ "$todo" = 1 ]; then say 'nothing was done: --yes carries it out'; exit 10; fi
    if starts; then
        say "python3 starts; go on with: pyguard repair"
        exit "$((failed * 12))"
    fi
    complain 'python3 does not start yet'
    exit 12
}

main "$@"
