# shellcheck shell=sh disable=SC2154
# Takes an installation away: sourced by hooks/install.sh, which says where everything lies.

uninstall() {
    if [ ! -e "$data" ] && [ ! -e "$command" ] && ! hooks_without_engine; then
        say "there is nothing to remove in $data"
        return
    fi
    made=$(cat "$data/directories" 2>/dev/null) || made=''
    unhook
    if [ -f "$command" ] && grep -q "hands over to pyguard's own environment" "$command"; then
        rm -f "$command" || fail "$command cannot be removed"
    fi
    rm -rf "$data" || fail "$data cannot be removed"
    if ! other_installation; then rm -rf "$cache" "$journal"; fi
    printf '%s\n' "$made" | remove_empty
    say "removed from $data"
}

# What `pyguard hook` put in place goes first, while there is somebody who knows what that was.
unhook() {
    case $place in
        user) scope='' ;;
        system) scope=--system ;;
        *) return ;;
    esac
    # root's hooks are the machine's: they stay while the system-wide installation does
    if [ "$place" = user ] && [ "$(id -u)" = 0 ] && [ -e /usr/local/lib/pyguard/venv ]; then return; fi
    if ! engine --version >/dev/null 2>&1; then
        unhook_by_record
        return
    fi
    # shellcheck disable=SC2086  # empty, or one word
    engine hook remove $scope || fail 'the hooks could not be removed, so nothing was'
    if [ -d "$data/shims" ]; then
        # shellcheck disable=SC2086
        engine hook rehash $scope --remove || fail 'the shims could not be removed, so nothing was'
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

# Root's cache and journal serve root's own and the system-wide installation alike.
other_installation() {
    if [ "$(id -u)" = 0 ] && [ -e /usr/local/lib/pyguard/venv ]; then return 0; fi
    [ -e "$home/.local/share/pyguard/venv" ]
}

# rmdir refuses what is not empty, and that is meant.
remove_empty() {
    while IFS= read -r directory; do
        if [ -n "$directory" ]; then rmdir "$directory" 2>/dev/null || :; fi
    done
}
