"""Commands that stand for pip: `mim install x`, `python -m spacy download x`, `ansible -m pip`, `pip_install x`."""

from __future__ import annotations

import re

from ...model.late_pattern import late
from .wrappers import Peeled

CALL_PIP = frozenset((("spacy", "download"), ("deeppavlov", "install")))    # a model is a package, or needs some
WRAPPER = late(r"pip([23]?)_(install|uninstall)$")
# sudo $PIP_CMD install, sudo $(get_pip_command 3) install: what nothing here says, called a pip and no environment's
SOME_PIP = late(r"\$(?!\W*\w*(?:env|virtual|conda))(?:\{?(?:\w+_)?pip[23]?(?:_(?:cmd|command|bin|exe|path))?\}?|"
                r"\((?:\w+_)*pip(?:_\w+)*(?:[ ][^()]*)?\))$", re.I)
IN_VENV = late(r"VENV|VIRTUAL_?ENV|CONDA", re.I)


def as_pip(argv: list[str], peeled: Peeled) -> list[str]:
    """The words that pip gets; those of any other command as they are.

    `pip_install x` is a function of a file that is not here: its name says what it does. Not where a variable that it
    is given names an environment.
    """
    if argv[0] == "mim" and argv[1:2] in (["install"], ["uninstall"]):    # OpenMMLab's: pip, after its own index
        return ["pip", *argv[1:]]
    if argv[0] == "ansible" and "-m" in argv and "-a" in argv:
        return _of_ansible(argv, peeled) or argv
    rest = argv[2:] if argv[1:2] == ["-m"] else argv if argv[0] == "spacy" else []
    if tuple(rest[:2]) in CALL_PIP:
        program = "python3" if rest is argv else argv[0]
        return [program, "-m", "pip", "install", *(word for word in rest[2:] if not word.startswith("-"))]
    if peeled.state.sudo and argv[1:2] in (["install"], ["uninstall"]) and SOME_PIP.match(argv[0]):
        return ["pip", *argv[1:]]
    match = WRAPPER.match(argv[0])
    if match is None or len(argv) < 2 or any(IN_VENV.search(name) for name, _ in peeled.extra):
        return argv
    if not peeled.state.manager:
        peeled.own_state().manager = f"{argv[0]}, which is not here: scripts that set a machine up have such a function"
    return [f"pip{match.group(1)}", match.group(2), *argv[1:]]


def _of_ansible(argv: list[str], peeled: Peeled) -> list[str]:
    """`ansible HOSTS -m pip -a "name=x"`: the module's command on the managed hosts; nothing where it is another."""
    module, arguments = (argv[argv.index(option) + 1:][:1] for option in ("-m", "-a"))
    given = dict(word.partition("=")[::2] for word in "".join(arguments).split())
    if module not in (["pip"], ["ansible.builtin.pip"]) or "virtualenv" in given or "localhost" in argv:
        return []
    peeled.own_state().manager = "Ansible runs it on the managed hosts"
    verb = "uninstall" if given.get("state") == "absent" else "install"
    what = [given["name"]] if "name" in given else ["-r", given.get("requirements", "requirements.txt")]
    return [given.get("executable", "pip"), verb, *what]
