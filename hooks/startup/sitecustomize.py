"""pyguard's startup hook for sites that want a sitecustomize: starts the hook, then runs the one it hides.

Only one sitecustomize is imported, the first on sys.path, and several distributions already own that one
(Debian's leads to /etc). This file therefore never stands alone: the next one is executed in its place.
"""

import sys


def _start():
    try:
        import _pyguard_boot
        _pyguard_boot.main()
    except Exception:
        pass


def _find_next():
    """The sitecustomize that this one hides: its spec, or None."""
    here = __file__.rpartition("/")[0]
    entries = [entry for entry in sys.path if entry.rstrip("/") != here]
    for finder in sys.meta_path:
        find = getattr(finder, "find_spec", None)
        spec = find("sitecustomize", entries) if find else None
        if spec is not None and spec.origin != __file__:
            return spec
    return None


_start()
_next = _find_next()
if _next is not None and _next.loader is not None:
    __file__ = _next.origin
    __spec__ = _next
    __loader__ = _next.loader
    exec(_next.loader.get_code("sitecustomize"), globals())    # its errors are its own, as they always were
