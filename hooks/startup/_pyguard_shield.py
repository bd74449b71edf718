"""A script of an OS package starts: what users and the administrator have put on sys.path is taken off.

Loaded by _pyguard_boot.py and only then, while site is still at work: other directories may follow, so every import
until that of sitecustomize, with which site ends, takes them off again. What the script itself adds later stays.
Standard library only, valid on Python 2.7 and 3.3 to 3.15.
"""

import os
import sys


def take_off(finder):
    """Keep the prefix's own directories but for /usr/local, and what PYTHONPATH names."""
    prune()
    begin = finder.find_spec

    def find_spec(name, path=None, target=None):
        if path is None:
            prune()
        if name == "sitecustomize":
            finder.find_spec = begin
        return None
    finder.find_spec = find_spec


def prune():
    """Take everything else off the path."""
    kept = [os.path.abspath(entry) for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    own, local = sys.prefix + "/", sys.prefix + "/local/"
    sys.path[:] = [entry for entry in sys.path
                   if entry in kept or (entry.startswith(own) and not entry.startswith(local))]
