"""A shadowed name is imported, or the engine's notice has become stale: one line on stderr, for people only.

Loaded by _pyguard_boot.py and only then. Standard library only, valid on Python 2.7 and 3.3 to 3.15.
"""

import os
import sys

DAY = 86400


class PyguardWarning(UserWarning):
    """What pyguard warns about: `-W ignore` and every other filter of `warnings` applies."""


def warn(name, fields):
    """`fields`: shadow, import name, site directory, what it is, what it shadows, the OS package, its import name."""
    _, _, site, copy, shadowed, package = fields[:6]
    if site not in sys.path or is_quiet():
        return    # -s, -I: this process does not get that copy
    say("importing %s: %s in %s shadows %s (%s); more: pyguard audit" % (name, copy, site, shadowed, package))


def tell_stale(notice, site):
    """Once a day and user: the engine has not seen what happened in a site directory."""
    if is_quiet():
        return
    try:
        stamp = find_stamp(notice)
        if stamp and not is_fresh(stamp):
            with open(stamp, "a"):
                pass
            os.utime(stamp, None)
            say("%s has changed since pyguard last looked; run: pyguard audit" % site)
    except OSError:
        pass    # what cannot be kept would be said at every start


def say(text):
    """Through `warnings`; a filter that turns warnings into errors must not break an import."""
    import warnings
    try:
        warnings.warn_explicit(escape(text), PyguardWarning, "pyguard", 0)
    except PyguardWarning:
        pass


def escape(text):
    """Names come from file names: nothing of them may steer a terminal."""
    return "".join(char if " " <= char <= "~" else char.encode("unicode_escape").decode("ascii") for char in text)


def is_quiet():
    """Probes and programs that asked for silence: -c, -I without a terminal, no stderr, PYGUARD_QUIET."""
    if os.environ.get("PYGUARD_QUIET") or sys.stderr is None:
        return True
    words = command_line()
    if not words or "python" not in os.path.basename(os.readlink("/proc/self/exe")):
        return True    # embedded, or nobody knows
    if is_command(words):
        return True
    return bool(getattr(sys.flags, "isolated", 0)) and not sys.stderr.isatty()


def is_command(words):
    """True for `-c`, also as `-Ic` or `-ccode`: its value ends the interpreter's own options."""
    index = 1
    while index < len(words):
        word = words[index]
        if not word.startswith("-") or word in ("-", "--"):
            return False
        if word.startswith("--"):
            index += 2 if word == "--check-hash-based-pycs" else 1
            continue
        for position, letter in enumerate(word[1:], 2):
            if letter == "c":
                return True
            if letter == "m":
                return False
            if letter in "WXQ":
                index += position == len(word)
                break
        index += 1
    return False


def command_line():
    """The interpreter's own arguments; Python 3.10 has them, before that the kernel does."""
    words = getattr(sys, "orig_argv", None)
    if words is None:
        with open("/proc/self/cmdline", "rb") as file:
            words = file.read().decode("utf-8", "replace").split("\0")[:-1]
    return words


def find_stamp(notice):
    """A file of the user's own; root's lies where only root writes."""
    name = "stale-" + os.path.basename(notice)
    if os.geteuid() == 0:
        directory = "/var/cache/pyguard"
    else:
        home = os.environ.get("HOME", "")
        cache = os.environ.get("XDG_CACHE_HOME") or home + "/.cache"
        directory = cache + "/pyguard" if cache.startswith("/") else ""
    if directory and not os.path.isdir(directory):
        os.makedirs(directory, 0o755 if os.geteuid() == 0 else 0o700)
    return directory and os.path.join(directory, name)


def is_fresh(stamp):
    """True within a day of the last line."""
    import time
    try:
        return abs(time.time() - os.lstat(stamp).st_mtime) < DAY
    except OSError:
        return False
