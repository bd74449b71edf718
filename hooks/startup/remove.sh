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

say_left() {
    printf 'pyguard: %s was changed since pyguard wrote it, and was left%s\n' "$1" "$2" >&2
    left=yes
}

# marked FILE: `none` of our lines, `whole`: each begin has its end, or `open`: what follows may be anybody's.
marked() {
    state=none
    while IFS= read -r mark; do
        case $state$mark in
            *'# pyguard: end'*) if [ "$state" = begun ]; then state=whole; fi ;;
            begun'# pyguard: begin'*) break ;;
            *'# pyguard: begin'*) state=begun ;;
        esac
    done <<MARKS
$(LC_ALL=C sed -n -e '/^# pyguard: begin/s/begin.*/begin/p' -e '/^# pyguard: end/s/end.*/end/p' "$1")
MARKS
    if [ "$state" = begun ]; then state=open; fi
    printf '%s\n' "$state"
}

take_ours_out() {
    cp -p -- "$1" "$(unfinished "$1")"
    LC_ALL=C sed '/^# pyguard: begin/,/^# pyguard: end/d' "$1" >"$(unfinished "$1")"
    mv -f -- "$(unfinished "$1")" "$1"
}

# undo_change DIGEST BACKUP PATH; a link leads to what a person keeps somewhere else
undo_change() {
    rm -f -- "$(unfinished "$3")"
    if [ ! -e "$2" ]; then return; fi
    if [ -f "$3" ]; then
        ours=$(marked "$3")
        if [ "$ours" = open ] || { [ "$ours" = whole ] && [ -h "$3" ]; }; then
            say_left "$3" "; what it was is in $2"
            return
        fi
        if [ "$(digest "$3")" = "$1" ]; then
            cp -p -- "$2" "$(unfinished "$3")"
            mv -f -- "$(unfinished "$3")" "$3"
        elif [ "$ours" = whole ]; then
            take_ours_out "$3"
        fi
    fi
    rm -f -- "$2"
}

# undo_file KIND DIGEST PATH: what others have changed since is left, or loses the lines that are marked as ours
undo_file() {
    rm -f -- "$(unfinished "$3")"
    if [ ! -e "$3" ] && [ ! -h "$3" ]; then return; fi
    ours=none is_link=no
    if [ -f "$3" ]; then ours=$(marked "$3"); fi
    if [ -h "$3" ]; then is_link=yes; fi
    if [ "$1$ours" = mnone ]; then return; fi
    if [ -f "$3" ] && [ "$is_link" = no ] && [ "$(digest "$3")" = "$2" ]; then
        rm -f -- "$3"
    elif [ "$ours$is_link" = wholeno ]; then
        take_ours_out "$3"
        if ! LC_ALL=C grep -q '[^[:space:]]' "$3"; then rm -f -- "$3"; fi
    else
        say_left "$3" ''
    fi
}

# undo_byte_code PATH: unless a file of ours that is still there names it
undo_byte_code() {
    while IFS=$tab read -r its_kind _ _ named_in; do
        case $its_kind in f | m | r) ;; *) continue ;; esac
        if [ -f "$named_in" ] && grep -qF -- "$1" "$named_in"; then
            printf 'pyguard: %s was left, as %s still names it\n' "$1" "$named_in" >&2
            left=yes
            return
        fi
    done <<NAMING
$reversed
NAMING
    rm -f -- "$1"
}

# undo KIND DIGEST BACKUP PATH
undo() {
    case $1 in
        d) rmdir -- "$4" 2>/dev/null || : ;;
        c) undo_byte_code "$4" ;;
        s) unlink_shims "$4" ;;
        f | m) undo_file "$1" "$2" "$4" ;;
        r) undo_change "$2" "$3" "$4" ;;
    esac
}

# The last change first. A line that was cut short stands for nothing that was done.
undo_all() {
    whole='p' last_byte=$(tail -c 1 -- "$1")
    if [ -n "$last_byte" ]; then whole='$d;p'; fi
    reversed=$(sed -n "$whole" "$1" | sed -n '1!G;h;$p')
    left=no
    for turn in '[!c]' c; do    # what may appear goes last: a file that is left may name it
        while IFS=$tab read -r kind sum backup path; do
            # shellcheck disable=SC2254  # a pattern
            case $kind in $turn) if [ -n "$path" ]; then undo "$kind" "$sum" "$backup" "$path"; fi ;; esac
        done <<LINES
$reversed
LINES
    done
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
