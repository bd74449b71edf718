# pyguard for bash: keeps the shims first on PATH, refuses `sudo pip install`, completes pyguard's commands.
__pyguard_shims=@SHIMS@
__pyguard_command=@COMMAND@

__pyguard_remove() {    # PATH without the shims; an empty entry means the current directory and stays
    local rest=:${PATH-}:
    while [[ $rest == *":$__pyguard_shims:"* ]]; do
        rest=${rest%%":$__pyguard_shims:"*}:${rest#*":$__pyguard_shims:"}
    done
    rest=${rest#:}
    PATH=${rest%:}
}

__pyguard_first() {
    case ${PATH-} in "$__pyguard_shims" | "$__pyguard_shims":*) return 0 ;; esac
    __pyguard_remove
    export PATH=$__pyguard_shims${PATH:+:$PATH}
}

__pyguard_prompt() {    # hands on $?, but never ends a shell that is under `set -e`
    local code=$?
    __pyguard_first
    case $- in *e*) return 0 ;; esac
    return "$code"
}

__pyguard_sudo_is_fine() {    # looks at sudo's plain options and the first word of the command
    local word
    for word; do
        case $word in
            -[ABEHKPSbiks]* | --set-home | --preserve-env | --non-interactive | -n | [A-Za-z_]*=*) ;;
            pip | pip[0-9]* | python | python[0-9]* | */pip | */pip[0-9]* | */python | */python[0-9]*) break ;;
            *) return 0 ;;
        esac
    done
    case " $* " in *' install '* | *' uninstall '*) ;; *) return 0 ;; esac
    [[ -x $__pyguard_command ]] || return 0
    local code=0
    "$__pyguard_command" sudo -- "$@" || code=$?
    [[ $code -ne 11 ]]
}

pyguard_off() {
    __pyguard_remove
    if [[ $- == *i* ]]; then
        PROMPT_COMMAND=${PROMPT_COMMAND-}
        PROMPT_COMMAND=${PROMPT_COMMAND//$'\n'__pyguard_prompt/}
        PROMPT_COMMAND=${PROMPT_COMMAND//__pyguard_prompt/}
        [[ -n ${PROMPT_COMMAND[*]-} ]] || unset PROMPT_COMMAND
        complete -r pyguard 2>/dev/null || :
        [[ $(declare -f sudo) == *__pyguard_sudo* ]] && unset -f sudo
    fi
    unset -f __pyguard_remove __pyguard_first __pyguard_prompt __pyguard_sudo_is_fine pyguard_off
    unset __pyguard_shims __pyguard_command
}

__pyguard_first
if [[ $- == *i* ]]; then
    case $'\n'${PROMPT_COMMAND[*]-}$'\n' in
        *__pyguard_prompt*) ;;
        *) PROMPT_COMMAND=${PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}__pyguard_prompt ;;
    esac
    complete -W @COMMANDS@ pyguard
    if ! declare -F sudo >/dev/null; then
        function sudo {
            __pyguard_sudo_is_fine "$@" || return 11
            command sudo "$@"
        }
    fi
    if [[ -w $__pyguard_shims && -x $__pyguard_command && -z ${VIRTUAL_ENV-}${CONDA_PREFIX-} ]]; then
        for __pyguard_tool in @TOOLS@; do    # a tool without a shim: one for it, in the background
            if [[ ! -e $__pyguard_shims/$__pyguard_tool ]] && type -P "$__pyguard_tool" >/dev/null; then
                ("$__pyguard_command" hook rehash --quiet@SCOPE@ >/dev/null 2>&1 </dev/null &)
                break
            fi
        done
        unset __pyguard_tool
    fi
fi
