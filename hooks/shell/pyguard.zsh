# pyguard for zsh: keeps the shims first on PATH, refuses `sudo pip install`, completes pyguard's commands.
typeset -g __pyguard_shims=@SHIMS@
typeset -g __pyguard_command=@COMMAND@

function __pyguard_first {
    emulate -L zsh
    [[ "${path[1]-}" != "$__pyguard_shims" ]] || return 0
    path=("$__pyguard_shims" "${(@)path:#$__pyguard_shims}")
    export PATH
}

function __pyguard_prompt {    # hands on $?, but never ends a shell that is under `set -e`
    local code=$?
    __pyguard_first
    [[ ! -o errexit && ! -o errreturn ]] || return 0
    return $code
}

function __pyguard_sudo_is_fine {    # looks at sudo's plain options and the first word of the command
    emulate -L zsh
    local word
    for word in "$@"; do
        case $word in
            -[ABEHKPSbiks]*|--set-home|--preserve-env|--non-interactive|-n|[A-Za-z_]*=*) ;;
            pip|pip[0-9]*|python|python[0-9]*|*/pip|*/pip[0-9]*|*/python|*/python[0-9]*) break ;;
            *) return 0 ;;
        esac
    done
    [[ " $* " == *' install '* || " $* " == *' uninstall '* ]] || return 0
    [[ -x $__pyguard_command ]] || return 0
    local code=0
    "$__pyguard_command" sudo -- "$@" || code=$?
    (( code != 11 ))
}

function __pyguard_complete {
    (( CURRENT != 2 )) || compadd -- @WORDS@
}

function pyguard_off {
    emulate -L zsh
    path=("${(@)path:#$__pyguard_shims}")
    precmd_functions=("${(@)precmd_functions:#__pyguard_prompt}")
    typeset -f compdef >/dev/null && compdef -d pyguard
    [[ "${functions[sudo]-}" != *__pyguard_sudo* ]] || unfunction sudo
    unfunction __pyguard_first __pyguard_prompt __pyguard_sudo_is_fine __pyguard_complete pyguard_off
    unset __pyguard_shims __pyguard_command
}

__pyguard_first
if [[ -o interactive ]]; then
    typeset -ga precmd_functions
    case " ${precmd_functions[*]-} " in
        *' __pyguard_prompt '*) ;;
        *) precmd_functions+=(__pyguard_prompt) ;;
    esac
    if typeset -f compdef >/dev/null; then compdef __pyguard_complete pyguard; fi
    if ! typeset -f sudo >/dev/null; then
        function sudo {
            __pyguard_sudo_is_fine "$@" || return 11
            command sudo "$@"
        }
    fi
    if [[ -w $__pyguard_shims && -x $__pyguard_command && -z "${VIRTUAL_ENV-}${CONDA_PREFIX-}" ]]; then
        for __pyguard_tool in @TOOLS@; do    # a tool without a shim: one for it, in the background
            if [[ ! -e $__pyguard_shims/$__pyguard_tool ]] && whence -p "$__pyguard_tool" >/dev/null; then
                ("$__pyguard_command" hook rehash --quiet@SCOPE@ >/dev/null 2>&1 </dev/null &)
                break
            fi
        done
        unset __pyguard_tool
    fi
fi
