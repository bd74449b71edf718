"""The words of a pip, setup.py or easy_install command line: do they install or remove something?

Arity and abbreviations are pip's own (optparse), so that `install --log --dry-run six` is an install and
`install --help` is none. In doubt the answer is yes: the engine reads it again, with what variables and pip.conf add
(PIP_REQUIREMENT is an install without words, PIP_PYTHON is nothing to a pip before 22.3). Valid on Python 2.7 and 3.3
to 3.15.
"""

import os

CHANGING = ("install", "uninstall", "pyguard-verify")    # the last is `pyguard doctor`'s question
SETUP_CHANGING = ("install", "develop", "easy_install", "install_lib", "install_scripts", "install_data",
                  "install_headers", "install_egg_info")
SETUP_PLACES = ("--user", "--prefix", "--exec-prefix", "--root", "--home", "--install-base", "--install-lib",
                "--install-purelib", "--install-platlib", "--install-dir", "--install-layout", "--target")
# Options of pip's that take a value, of pip 9 to 26, for what stands before the command and for `install`.
GENERAL = frozenset("""--python --log --log-file --local-log --keyring-provider --proxy --retries --timeout
    --default-timeout --resume-retries --skip-requirements-regex --exists-action --trusted-host --cert
    --client-cert --cache-dir --use-feature --use-deprecated --default-vcs""".split())
INSTALL = GENERAL | frozenset("""--requirement --constraint --build-constraint --requirements-from-script --editable
    --target --download --build --build-dir --build-directory --root --prefix --src --source --source-dir
    --source-directory --platform --python-version --implementation --abi --upgrade-strategy --install-option
    --global-option --build-option --config-settings --config-setting --no-binary --only-binary --progress-bar
    --root-user-action --report --index-url --pypi-url --extra-index-url --find-links --group --allow-external
    --allow-unverified --allow-insecure --download-cache --uploaded-prior-to --all-releases
    --only-final --refresh-package --download-dir --download-directory --mirrors --pypi-mirrors""".split())
INSTALL_LETTERS = frozenset("rcetdbifC")
# Flags whose whole name begins one of the above: no abbreviation.
WHOLE = frozenset(("--pre", "--upgrade", "--user", "--egg"))


def changes(kind, words):
    """True for a command line of that kind that installs or removes something, as far as words tell."""
    if kind == "pip":
        return changes_pip(words)
    return (kind == "easy_install" or changes_setup(words)) and not is_inert(kind, words)


def changes_pip(words):
    """True for a pip command line that installs or removes something, or that cannot be read."""
    index = 0
    while index < len(words):
        word = words[index]
        if word == "--":
            index += 1
            break
        if not word.startswith("-") or word == "-":
            break
        if is_help(word) or is_letter(word, "hV") or word == "--version":
            return False
        if not is_general(word):
            return any(other in CHANGING for other in words[index:])
        if "python".startswith(word[2:].split("=")[0]) and len(word) > 3 and is_parent():
            return False
        index += 2 if takes_value(word, GENERAL) else 1
    if index == len(words) or words[index] not in CHANGING:
        return False
    return not is_dry(words[index + 1:])


def with_options(words, options):
    """A pip command line with options put behind its command."""
    index = 0
    while index < len(words) and words[index].startswith("-") and words[index] not in ("-", "--"):
        index += 2 if takes_value(words[index], GENERAL) else 1
    if words[index:index + 1] == ["--"]:    # before the command: all that follows is none
        return words[:index] + words[index + 1:index + 2] + options + ["--"] + words[index + 2:]
    return words[:index + 1] + options + words[index + 1:]


def is_parent():
    """pip --python starts pip again on that interpreter, whose own hook is asked then (pip 22.3)."""
    return "_PIP_RUNNING_IN_SUBPROCESS" not in os.environ


def is_general(word):
    """True for an option that this reader knows where it stands, before the command."""
    name = word.split("=")[0]
    if not word.startswith("--"):
        return not word[1:].strip("vqhV")
    flags = ("--help", "--debug", "--isolated", "--require-virtualenv", "--require-venv", "--verbose", "--version",
             "--quiet", "--no-input", "--no-cache-dir", "--disable-pip-version-check", "--no-color",
             "--no-python-version-warning", "--no-proxy-env")
    return any(known.startswith(name) for known in flags) or any(known.startswith(name) for known in GENERAL)


def is_dry(words):
    """`--help` or `--dry-run` among the arguments of a command, where they are no option's value."""
    index = 0
    while index < len(words):
        word = words[index]
        if word == "--":
            return False
        if is_help(word) or (len(word) > 3 and "--dry-run".startswith(word)):
            return True
        if word.startswith("-") and not word.startswith("--"):
            position = find_letter(word, INSTALL_LETTERS)
            if "h" in word[1:position]:
                return True
            index += position == len(word) - 1
        elif takes_value(word, INSTALL):
            index += 1
        index += 1
    return False


def is_help(word):
    """`--help`, also abbreviated, as optparse takes it."""
    return len(word) > 2 and "--help".startswith(word)


def is_letter(word, letters):
    """One of the letters in a cluster of short options that take no value."""
    return word[:1] == "-" and word[:2] != "--" and any(letter in letters for letter in word[1:])


def find_letter(word, letters):
    """Where in a cluster the first letter stands that takes the rest for its value; its length where none does."""
    for position in range(1, len(word)):
        if word[position] in letters:
            return position
    return len(word)


def takes_value(word, options):
    """True if the next word belongs to this long option, abbreviated or not."""
    if not word.startswith("--") or "=" in word or word in WHOLE:
        return False
    return word in options or any(option.startswith(word) for option in options)


def changes_setup(words):
    """True for a setup.py command line in which a command that installs is named."""
    return any(word in SETUP_CHANGING for word in words)


def names_place(words):
    """True for a setup.py command line with an option that says where, which may be cut short."""
    names = [word.split("=")[0].replace("_", "-") for word in words if word.startswith("-")]
    return any(name.startswith("-d") or (len(name) > 2 and place.startswith(name))
               for name in names for place in SETUP_PLACES)


def is_inert(kind, words):
    """Help and dry runs of setup.py and easy_install; what follows an option may be its value, so that is not sure.

    setup.py's dry run is everybody's only before the first command: after one it is that command's own, and `install`
    runs others (distutils.cmd).
    """
    before, doubtful = True, False
    for word in words:
        if not doubtful and (word in ("--help", "-h") or (before and (
                word in ("--help-commands", "--dry-run", "--version") or (kind == "setup.py" and word == "-n")))):
            return True
        before = before and (kind == "easy_install" or word.startswith("-"))
        doubtful = word.startswith("-") and "=" not in word
    return False
