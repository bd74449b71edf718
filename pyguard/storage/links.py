"""A directory tree -> the absolute paths that its symbolic links name: what it breaks without."""

from __future__ import annotations

import os


def outward_links(path: str) -> frozenset[str]:
    """Targets of the symbolic links that lead out of the tree, each as an absolute path; nothing is followed."""
    targets: set[str] = set()
    waiting = [path]
    while waiting:
        directory = waiting.pop()
        try:
            with os.scandir(directory) as entries:
                for entry in entries:
                    if entry.is_symlink():
                        targets.add(os.path.normpath(os.path.join(directory, os.readlink(entry.path))))
                    elif entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:
            continue    # unreadable or gone: the measurement of the same tree says so
    return frozenset(target for target in targets if not target.startswith(path + "/"))
