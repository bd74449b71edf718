"""Runs inside an interpreter with some pip: compares _pyguard_words' table of options with pip's own parsers.

usage: python -c THIS PATH-OF-_pyguard_words.py; prints a line for each difference.
"""

import sys

table = {}
with open(sys.argv[1]) as file:
    exec(compile(file.read(), sys.argv[1], "exec"), table)
sys.argv = ["pip"]
try:
    from pip._internal.commands import create_command
except ImportError:
    try:
        from pip._internal.commands import commands_dict
    except ImportError:
        from pip.commands import commands_dict

    def create_command(name):
        command = commands_dict[name]
        return command(name, name) if "name" in command.__init__.__code__.co_varnames[:3] else command()
try:
    from pip._internal.cli.main_parser import create_main_parser
except ImportError:
    try:
        from pip._internal import create_main_parser
    except ImportError:
        from pip import create_main_parser


def compare(parser, options, letters):
    for group in [parser] + parser.option_groups:
        for option in group.option_list:
            takes = bool(option.takes_value())
            for name in option._long_opts:
                if table["takes_value"](name, options) != takes:
                    print("%s takes a value: %s" % (name, takes))
                if not letters and not table["is_general"](name):
                    print("%s is not known" % name)
            for name in option._short_opts:
                if (name[1] in letters) != takes:
                    print("%s takes a value: %s" % (name, takes))


compare(create_main_parser(), table["GENERAL"], "")
for name in ("install", "uninstall"):
    compare(create_command(name).parser, table["INSTALL"], table["INSTALL_LETTERS"])
