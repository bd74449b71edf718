"""Runs inside some Python with some pip on PYTHONPATH: command lines on stdin, pip's grammar and readings out.

JSON both ways; 2.7 and 3.6 syntax. The oracle of test_pip_options.
"""

import json
import sys


def main_parser():
    try:
        from pip._internal.cli.main_parser import create_main_parser
    except ImportError:
        try:
            from pip._internal import create_main_parser
        except ImportError:
            from pip import create_main_parser
    return create_main_parser()


def splitter():
    try:
        from pip._internal.cli.main_parser import parse_command
    except ImportError:
        try:
            from pip._internal import parseopts as parse_command
        except ImportError:
            from pip import parseopts as parse_command
    return parse_command


def commands():
    try:
        from pip._internal.commands import commands_dict, create_command
        return {name: lambda name=name: create_command(name) for name in commands_dict}
    except ImportError:
        try:
            from pip._internal.commands import commands_dict
        except ImportError:
            from pip.commands import commands_dict
        return {name: lambda name=name: commands_dict[name]() for name in commands_dict}


def grammar(parser):
    found = {}
    for option in parser.option_list_all:
        for spelling in option._short_opts + option._long_opts:
            found[spelling] = [option.action, bool(option.takes_value()), option.dest]
    return found


def read(line, table):
    try:
        name, words = splitter()(list(line))
    except SystemExit as error:
        return {"stop": bool(error.code)}
    except Exception:    # pip's own errors have moved between modules
        return {"stop": True}
    if name == "help":
        return {"stop": False}
    try:
        options, arguments = table[name]().parse_args(words)
    except SystemExit as error:
        return {"stop": bool(error.code)}
    values = {}
    for key, value in vars(options).items():
        if value is None or isinstance(value, (bool, int, float, str, list)):
            values[key] = value
    return {"command": name, "arguments": arguments, "values": values}


def run():
    lines = json.load(sys.stdin)
    out = sys.stdout
    with open("/dev/null", "w") as nowhere:
        sys.stdout = sys.stderr = nowhere
        table = commands()
        answer = {"main": grammar(main_parser()),
                  "commands": {name: grammar(make().parser) for name, make in table.items()},
                  "readings": [read(line, table) for line in lines]}
        json.dump(answer, out)
    sys.stdout, sys.stderr = out, sys.__stderr__


if __name__ == "__main__":
    run()
