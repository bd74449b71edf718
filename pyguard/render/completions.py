"""The commands with their options -> what bash, zsh and fish complete after `pyguard`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from .manual_page import Entry

TOP_OPTIONS = ("--help", "--version")


def render_bash(entries: Sequence[Entry]) -> str:
    """One function; files where no word fits."""
    cases = "".join(f"        {' '.join(path)!r}) words={' '.join(words)!r} ;;\n"
                    for path, words in _tables(entries))
    return f"""\
# bash completion for pyguard
_pyguard() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} command=${{COMP_WORDS[1]:-}} words=
    if [ "$COMP_CWORD" -eq 1 ]; then command=; fi
    if [ "$command" = hook ] && [ "$COMP_CWORD" -gt 2 ]; then command="hook ${{COMP_WORDS[2]}}"; fi
    case $command in
{cases}    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -o default -F _pyguard pyguard
"""


def render_zsh(entries: Sequence[Entry]) -> str:
    """One function, with each command's purpose."""
    described = "".join(f"        {_quoted(f'{entry.name}:{entry.purpose}')}\n" for entry in entries)
    cases = "".join(f"        {' '.join(path)!r}) words=({' '.join(words)}) ;;\n"
                    for path, words in _tables(entries) if path)
    return f"""\
#compdef pyguard
_pyguard() {{
    local command=${{words[2]:-}}
    local -a commands
    commands=(
{described}    )
    if (( CURRENT == 2 )); then
        _describe command commands
        compadd -- {' '.join(TOP_OPTIONS)}
        return
    fi
    if [[ $command == hook ]] && (( CURRENT > 3 )); then command="hook ${{words[3]}}"; fi
    local -a words
    case $command in
{cases}    esac
    compadd -- $words
    _files
}}
_pyguard "$@"
"""


def render_fish(entries: Sequence[Entry]) -> str:
    """A line a word."""
    return "".join(f"{line}\n" for line in _fish_lines(entries))


def _fish_lines(entries: Sequence[Entry]) -> Iterator[str]:
    yield "# fish completion for pyguard"
    for entry in entries:
        yield f"complete -c pyguard -n __fish_use_subcommand -a {entry.name} -d {_quoted(entry.purpose)}"
    for option in TOP_OPTIONS:
        yield f"complete -c pyguard -n __fish_use_subcommand -l {option[2:]}"
    for entry in entries:
        seen = f"'__fish_seen_subcommand_from {entry.name}'"
        for each in entry.below:
            yield f"complete -c pyguard -n {seen} -a {each.name} -d {_quoted(each.purpose)}"
        options = dict.fromkeys((*entry.options, *(option for each in entry.below for option in each.options)))
        yield from (f"complete -c pyguard -n {seen} -l {option[2:]}" for option in options)


def _tables(entries: Sequence[Entry]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The words that lead somewhere, and the words that may come next."""
    yield (), (*(entry.name for entry in entries), *TOP_OPTIONS)
    for entry in entries:
        if entry.below or entry.options:
            yield (entry.name,), (*(each.name for each in entry.below), *entry.options)
        for each in entry.below:
            yield (entry.name, each.name), each.options


def _quoted(text: str) -> str:
    """For zsh and fish alike: single quotes, and none inside."""
    return "'" + text.replace("'", "’") + "'"


COMPLETIONS: Mapping[str, Callable[[Sequence[Entry]], str]] = {
    "bash": render_bash, "zsh": render_zsh, "fish": render_fish}
