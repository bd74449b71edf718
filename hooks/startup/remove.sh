#!/bin/sh
# Takes back what `pyguard hook install` wrote, by the manifests it kept: for when the engine is gone.
# usage: sh remove.sh [DIRECTORY OF THE MANIFESTS]
set -eu

if [ $# -gt 0 ]; then
    kept=$1
elif [ "$(id -u)" = 0 ]; then
    kept=/var/lib/pyguard/hooks
else
    kept=$HOME/.local/state/pyguard/hooks    # XDG_STATE_HOME moves the journal only
fi
tab=$(printf '\t')
left=no

digest() { sha256sum <"$1" | cut -d' ' -f1; }

# The temporary name that a file is written under before it gets its own.
unfinished() { printf '%s/.%s.pyguard-new' "$(dirname -- "$1")" "$(basename -- "$1")"; }

# The links to the shim, pyguard's own files beside them, and the directories that were made for them.
unlink_shims() {
    if [ ! -d "$1" ]; then return; fi
    made=$(sed -n 's/.*"made": \[\([^]]*\)\].*/\1/p' "$1/.pyguard-manifest" 2>/dev/null | tr ',' '\n' |
        sed -e 's/^ *"//' -e 's/"$//' | sed -n '1!G;h;$p') || made=''
    for link in "$1"/*; do
        if [ "$(readlink -- "$link")" = .pyguard-shim ]; then rm -f -- "$link"; fi
    done
    rm -f -- "$1"/.pyguard-*
    printf '%s\n' "$made" | while IFS= read -r directory; do
        case $directory in /*) rmdir -- "$directory" 2>/dev/null || break ;; esac
    done
}

# undo KIND DIGEST BACKUP PATH
undo() {
    case $1 in
        d) rmdir -- "$4" 2>/dev/null || : ;;
        c) rm -f -- "$4" ;;
        s) unlink_shims "$4" ;;
        f)
            rm -f -- "$(unfinished "$4")"
            if [ -f "$4" ] && [ ! -h "$4" ] && [ "$(digest "$4")" = "$2" ]; then
                rm -f -- "$4"
            elif [ -e "$4" ] || [ -h "$4" ]; then
                printf 'pyguard: %s was changed since pyguard wrote it, and was left\n' "$4" >&2
                left=yes
            fi
            ;;
        r)
            rm -f -- "$(unfinished "$4")"
            if [ ! -e "$3" ]; then return; fi
            if [ -f "$4" ] && [ "$(digest "$4")" = "$2" ]; then
                cp -p -- "$3" "$(unfinished "$4")"
                mv -f -- "$(unfinished "$4")" "$4"
            elif [ -f "$4" ]; then
                cp -p -- "$4" "$(unfinished "$4")"
                sed '/^# pyguard: begin/,/^# pyguard: end/d' "$4" >"$(unfinished "$4")"
                mv -f -- "$(unfinished "$4")" "$4"
            fi
            rm -f -- "$3"
            ;;
    esac
}

# The last change first. A line that was cut short stands for nothing that was done.
undo_all() {
    whole='p' last_byte=$(tail -c 1 -- "$1")
    if [ -n "$last_byte" ]; then whole='$d;p'; fi
    reversed=$(sed -n "$whole" "$1" | sed -n '1!G;h;$p')
    left=no
    while IFS=$tab read -r kind sum backup path; do
        if [ -n "$path" ]; then undo "$kind" "$sum" "$backup" "$path"; fi
    done <<LINES
$reversed
LINES
    if [ "$left" = yes ]; then return; fi
    rm -f -- "$1"
    while IFS=$tab read -r kind sum backup path; do    # those in which the manifest itself lay
        if [ "$kind" = d ] && [ -n "$path" ]; then rmdir -- "$path" 2>/dev/null || :; fi
    done <<LINES
$reversed
LINES
}

# This very script is on record, too, and the directories: they go when nothing is left that needs them.
others=''
for manifest in "$kept"/*.manifest; do
    case $manifest in
        */0-directories.manifest | */remover.manifest) continue ;;
    esac
    if [ -f "$manifest" ]; then undo_all "$manifest"; fi
    if [ -f "$manifest" ]; then others=yes; fi
done
for manifest in "$kept/remover.manifest" "$kept/0-directories.manifest"; do
    if [ -z "$others" ] && [ -f "$manifest" ]; then undo_all "$manifest"; fi
done
