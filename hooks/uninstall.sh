# shellcheck shell=sh disable=SC2154,SC2034
# Takes an installation away: sourced by hooks/install.sh, which says where everything lies.

uninstall() {
    if ! is_installation && ! leads_here && ! hooks_without_engine; then
        say "there is nothing to remove in $data"
        return
    fi
    left=no
    refuse_to_orphan
    made=$(cat "$data/directories" 2>/dev/null) || made=''
    unhook
    if leads_here; then rm -f "$command" || fail "$command cannot be removed"; fi
    if is_installation; then remove_data; fi
    if ! other_installation; then forget; fi
    printf '%s\n' "$made" | remove_empty
    say "removed from $data"
    if [ "$left" = yes ]; then explained=yes; exit 12; fi
}

# What install.sh makes first, and what it makes last.
is_installation() {
    if [ -f "$data/directories" ]; then return 0; fi
    case $(readlink "$data/venv") in env-*) return 0 ;; *) return 1 ;; esac
}

is_launcher() { [ -f "$command" ] && grep -q "hands over to pyguard's own environment" "$command"; }

# The command may be that of another installation, which has its directory elsewhere.
leads_here() {
    is_launcher || return 1
    named=$(sed -n "s/^data='\(.*\)'\$/\1/p" "$command" | sed "s/'\\\\''/'/g")
    [ "$named" = "$data" ] || { [ -d "$named" ] && [ "$(readlink -f "$named")" = "$(readlink -f "$data")" ]; }
}

# What a cleaning moved away comes back, or goes for good, as long as there is a pyguard to do it.
refuse_to_orphan() {
    if other_installation || ! engine --version >/dev/null 2>&1; then return; fi
    waiting=$(kept_changes clean)
    if [ -n "$waiting" ]; then
        fail "what pyguard clean moved away is still kept, so nothing was removed: pyguard undo ID brings it back" \
            "(${waiting% }), pyguard clean --purge deletes it for good"
    fi
}

# kept_changes [KIND]: the changes that can still be taken back, by their journals (pyguard/enforce/changes/journal.py).
kept_changes() {
    for record in "$state"/changes/*/journal; do
        if [ ! -s "$record" ]; then continue; fi
        case $(head -n 1 "$record") in *"${1:+\"kind\": \"$1\"}"*) ;; *) continue ;; esac
        case $(sed -n 's/^{"mark": "\([a-z]*\)".*/\1/p' "$record" | tail -n 1) in
            undone | purged) ;;
            *) record=${record%/journal}; printf '%s ' "${record##*/}" ;;
        esac
    done
}

# Others may have put something there since.
remove_data() {
    rm -rf "$data"/env-?????? "$data"/venv "$data"/venv.new "$data"/launcher.new "$data"/shims "$data"/lock \
        "$data"/directories || fail "$data cannot be removed"
    if ! rmdir "$data" 2>/dev/null && [ -d "$data" ]; then
        say "$data holds what is not pyguard's, which was left"
    fi
}

# Records that something can be taken back by are no leftovers.
forget() {
    remove_named "$cache" archive 'closures-*' 'conda-*' 'index-*' 'policy-*' rehearsed 'stale-*' 'summaries-*' \
        upstream wheels
    remove_named "$journal" 'journal.jsonl*' approved
    waiting=$(kept_changes)
    if [ -z "$waiting" ]; then
        remove_named "$state" changes approved
    else
        left=yes
        say "$state/changes stays, as what pyguard changed can still be taken back: install it again for pyguard" \
            "undo ID (${waiting% }), or delete that directory" >&2
    fi
    for directory in "$cache" "$journal"; do
        if [ "$directory" != "$state" ] && [ -d "$directory" ]; then
            say "$directory holds what is not pyguard's, which was left"
        fi
    done
}

# remove_named DIRECTORY PATTERN...: of what a variable may have led to, only what pyguard names so, or began to write.
remove_named() {
    directory=$1
    if [ ! -d "$directory" ]; then return; fi
    shift
    for pattern in "$@"; do
        find "$directory" -mindepth 1 -maxdepth 1 \( -name "$pattern" -o -name ".$pattern.[0-9]*" \) \
            -exec rm -rf {} + || fail "$directory cannot be emptied"
    done
    rmdir "$directory" 2>/dev/null || :
}

# What `pyguard hook` put in place goes first, while there is somebody who knows what that was.
unhook() {
    case $place in
        user) scope='' ;;
        system) scope=--system ;;
        *) return ;;
    esac
    # root's hooks are the machine's: they stay while the system-wide installation does
    if [ "$place" = user ] && [ "$(id -u)" = 0 ] && other_installation; then return; fi
    if ! engine --version >/dev/null 2>&1; then
        unhook_by_record
        return
    fi
    # shellcheck disable=SC2086  # empty, or one word
    engine hook remove $scope || fail 'hooks are left, for the reason above, so nothing more was removed'
    if [ -d "$data/shims" ]; then
        # shellcheck disable=SC2086
        engine hook rehash $scope --remove || fail 'shims are left, for the reason above, so nothing more was removed'
    fi
}

engine() { HOME=$home "$data/venv/bin/python" -I "$data/venv/main.py" "$@"; }

# The records say what there is to take back, and no Python is needed to read them.
unhook_by_record() {
    sh "$here/startup/remove.sh" "$state/hooks"
    if hooks_on_record; then fail 'hooks are left, for the reason above, so nothing more was removed'; fi
}

hooks_on_record() {
    for manifest in "$state"/hooks/*.manifest; do
        if [ -e "$manifest" ]; then return 0; fi
    done
    return 1
}

# Those of an installation that somebody has deleted by hand.
hooks_without_engine() {
    if [ "$place" = prefix ] || [ -e /usr/local/lib/pyguard/venv ] || [ -e /usr/lib/pyguard/main.py ] ||
        [ -e "$home/.local/share/pyguard/venv" ]; then return 1; fi
    hooks_on_record
}

# Another installation that the same records serve: root's own, the system-wide one and an OS package's share theirs.
other_installation() {
    set -- "$home/.local/share/pyguard/venv"
    if [ "$(id -u)" = 0 ]; then set -- "$@" /usr/local/lib/pyguard/venv /usr/lib/pyguard/main.py; fi
    for other in "$@"; do
        if [ "$other" != "$data/venv" ] && [ -e "$other" ]; then return 0; fi
    done
    return 1
}

# rmdir refuses what is not empty, and that is meant.
remove_empty() {
    while IFS= read -r directory; do
        if [ -n "$directory" ]; then rmdir "$directory" 2>/dev/null || :; fi
    done
}
