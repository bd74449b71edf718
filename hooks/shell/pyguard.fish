# pyguard for fish: keeps the shims first on PATH, refuses `sudo pip install`, completes pyguard's commands.
set -g __pyguard_shims @SHIMS@
set -g __pyguard_command @COMMAND@

function __pyguard_first --on-event fish_prompt
    test "$PATH[1]" = "$__pyguard_shims"; and return
    set -l others
    for directory in $PATH
        test "$directory" = "$__pyguard_shims"; or set -a others $directory
    end
    set -gx PATH $__pyguard_shims $others
end

function __pyguard_sudo_is_fine -d "looks at sudo's plain options and the first word of the command"
    for word in $argv
        switch $word
            case '-A*' '-B*' '-E*' '-H*' '-K*' '-P*' '-S*' '-b*' '-i*' '-k*' '-s*'
            case --set-home --preserve-env --non-interactive -n
            case pip 'pip2*' 'pip3*' python 'python2*' 'python3*' '*/pip' '*/pip2*' '*/pip3*' '*/python*'
                break
            case '*'
                string match -qr '^[A-Za-z_]+=' -- $word; or return 0
        end
    end
    contains -- install $argv; or contains -- uninstall $argv; or return 0
    test -x $__pyguard_command; or return 0
    $__pyguard_command sudo -- $argv
    test $status -ne 11
end

function pyguard_off
    set -l others
    for directory in $PATH
        test "$directory" = "$__pyguard_shims"; or set -a others $directory
    end
    set -gx PATH $others
    complete -e -c pyguard
    if functions -q sudo; and string match -q '*__pyguard_sudo*' -- (functions sudo)
        functions -e sudo
    end
    functions -e __pyguard_first __pyguard_sudo_is_fine pyguard_off
    set -eg __pyguard_shims
    set -eg __pyguard_command
end

__pyguard_first
if status is-interactive
    complete -c pyguard -f -n __fish_use_subcommand -a @COMMANDS@
    if not functions -q sudo
        function sudo
            __pyguard_sudo_is_fine $argv; or return 11
            command sudo $argv
        end
    end
    if test -w $__pyguard_shims; and test -x $__pyguard_command; and not set -q VIRTUAL_ENV; and not set -q CONDA_PREFIX
        for tool in @TOOLS@ # a tool without a shim: one for it, in the background
            if not test -e $__pyguard_shims/$tool; and command -q $tool
                $__pyguard_command hook rehash --quiet@SCOPE@ >/dev/null 2>&1 </dev/null &
                disown
                break
            end
        end
    end
end
