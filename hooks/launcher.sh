# shellcheck shell=sh disable=SC2154,SC3067
# The body of the command `pyguard`, after the lines in which an installation sets data (its directory), python, main,
# rescue (their paths) and again (what to do when they are gone).
#
# `eval "$(pyguard init bash)"` is at every start of a shell: what rehash has written is read, no Python started.
case $#$1$2 in 2initbash | 2initzsh | 2initfish | 2initsh)
    own=${HOME-}/.local/share/pyguard
    if [ ! -O "${HOME-}" ] || [ ! -O "$own/shims" ]; then own=$data; fi    # sudo may leave somebody else's HOME
    file=$own/shims/.pyguard-init.$2
    case $2 in fish) read=source ;; *) read=. ;; esac
    case $file in
        *[\'\\]*) ;;
        /*) if [ -r "$file" ]; then printf "%s '%s'\n" "$read" "$file"; exit; fi ;;
    esac ;;
esac
if [ "${1:-}" = repair ] && ! "$python" -I "$main" repair --help >/dev/null 2>&1; then
    shift
    sh "$rescue" "$@" || exit
    set -- repair "$@"
fi
if [ ! -x "$python" ] || [ ! -e "$main" ]; then
    printf 'pyguard: %s or its Python is gone: %s\n' "${main%/*}" "$again" >&2
    exit 127
fi
exec "$python" -I "$main" "$@"
