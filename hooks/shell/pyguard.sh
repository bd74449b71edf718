# pyguard for /etc/profile.d and other POSIX shells: puts the shims first on PATH, once.
# shellcheck shell=sh
__pyguard_shims=@SHIMS@
case :${PATH-}: in
    *:"$__pyguard_shims":*) ;;
    *) PATH=$__pyguard_shims${PATH:+:$PATH}; export PATH ;;
esac
pyguard_off() {
    __pyguard_rest=:${PATH-}:
    while :; do
        case $__pyguard_rest in
            *:"$__pyguard_shims":*)
                __pyguard_rest=${__pyguard_rest%%:"$__pyguard_shims":*}:${__pyguard_rest#*:"$__pyguard_shims":} ;;
            *) break ;;
        esac
    done
    __pyguard_rest=${__pyguard_rest#:}
    PATH=${__pyguard_rest%:}
    unset -f pyguard_off
    unset __pyguard_rest __pyguard_shims
}
