"""The modules that every install passes through, however it was called: imported so that it is judged there.

For callers that go round the command line, for a second one in the same process, and for setup scripts by any name.
Loaded by _pyguard_handover.py and only then. Standard library only, valid on Python 2.7, where nothing is watched, and
3.3 to 3.15.
"""

import os
import sys


handover = sys.modules["_pyguard_boot"].load("_pyguard_handover")


def watch(finder, name, path):
    """The spec of such a module, which asks before it does anything; None where that cannot be had."""
    for other in sys.meta_path:
        find = getattr(other, "find_spec", None)
        spec = find(name, path) if other is not finder and find else None
        if spec is not None:
            spec.loader = Watching(spec.loader)
            return spec
    return None


class Watching(object):
    """A loader that stands in for another one until the module is there."""

    def __init__(self, loader):
        self.loader = loader

    def __getattr__(self, name):
        return getattr(self.loader, name)

    def create_module(self, spec):
        create = getattr(self.loader, "create_module", None)
        return create(spec) if create else None

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self.loader
        if hasattr(self.loader, "exec_module"):
            self.loader.exec_module(module)
        else:    # a zip's before Python 3.10; it takes the module that is there (PEP 302)
            module = self.loader.load_module(module.__name__)
        try:
            guard = guard_distribution if module.__name__.endswith(".dist") else guard_command
            guard(module)
        except Exception:
            pass    # one that is built in another way


def guard_command(module):
    """Make InstallCommand.main (pip 9 to 26: everything passes there, with its arguments) ask first."""
    name = module.__name__.rpartition(".")[2]
    command = getattr(module, name.capitalize() + "Command")
    inner = command.main

    def main(self, args, *rest, **named):
        try:
            args = judge_command(name, args)
        except Exception:
            pass    # half an installation of ours
        return inner(self, args, *rest, **named)
    command.main = main


def judge_command(name, args):
    """The arguments that it may go on with."""
    words = [name] + list(args)
    if handover.was_judged("pip", words[1:], name) or not handover.changes_something("pip", words):
        return args
    return handover.ask("pip", "pip", words) + words[1:]


def guard_distribution(module):
    """Make Distribution.run_commands ask first, which runs what the command line of a setup script names.

    What those commands run in their turn does not pass there: a wheel is built by an `install` of its own.
    """
    inner = module.Distribution.run_commands

    def run_commands(self):
        try:
            judge_distribution(self)
        except Exception:
            pass    # a Distribution that somebody has made in another way
        return inner(self)
    module.Distribution.run_commands = run_commands


def judge_distribution(distribution):
    """Come back when it may go on."""
    kind, words = command_line(distribution)
    if not handover.changes_something(kind, words) or handover.is_run_by_pip():
        return
    if not handover.was_judged(kind, words) and not handover.was_judged("setup.py", list(distribution.script_args)):
        handover.ask(kind, name_script(), words)


def command_line(distribution):
    """The kind of command line that it is, and its arguments; none where no command of it installs."""
    words = list(distribution.script_args or [])    # aliases spelt out; none where a program names the commands
    named = [command for command in distribution.commands if handover.words_file().changes_setup([command])]
    if not named or not words:
        return "setup.py", []
    if named == ["easy_install"] and named[0] in words:
        words = words[words.index(named[0]) + 1:]
        return named[0], words[words[:1] == ["-v"]:]    # setuptools' own main adds that
    return "setup.py", words


def name_script():
    """What it is called by; `setup.py` where it came on standard input or by -c."""
    return sys.argv[0] if os.path.isfile(sys.argv[0]) else "setup.py"
