"""Which Python programs of OS packages do not start as things stand: their imports tried, nothing else of theirs.

Runs foreign code, so only on request, never in a tree, and as the account whose programs they are.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from typing import Optional

from ...errors import CollectError
from ...facts.accounts import Account
from ...model.damage import FilesDamaged, ToolBroken
from ...model.facts import OwnerKind, Requester, RequesterKind
from ..world import View, World
from . import os_files

NAME = "tools"
TIMEOUT = 30.0
MOST_AT_A_TIME = 8
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
# Python 3.6 syntax. Executes the import statements of a script's top level and loads the entry point it names;
# sys.path[0] is the script's directory, as when it runs. -P and -I leave that out.
DRIVER = r'''
import ast, os, re, sys
path, clean = sys.argv[1], sys.argv[2] == "clean"
sys.argv = [path]
safe = sys.flags.isolated or getattr(sys.flags, "safe_path", False)
if sys.path and sys.path[0] == "":
    del sys.path[0]
if clean:
    sys.path[:] = [entry for entry in sys.path if entry.startswith("/usr/lib")]
if not safe:
    sys.path.insert(0, os.path.dirname(path))
with open(path, "rb") as file:
    source = file.read()
space = {"__name__": "pyguard_rehearsal", "__file__": path}
for node in ast.parse(source, path).body:
    if isinstance(node, (ast.Import, ast.ImportFrom)) and getattr(node, "module", "") != "__future__":
        module = ast.parse("")
        module.body = [node]
        exec(compile(module, path, "exec"), space)
found = re.search(rb"load_entry_point\(\s*'([^']+)',\s*'([^']+)',\s*'([^']+)'\s*\)\(\)", source)
if found:
    name, group, entry = (part.decode() for part in found.groups())
    try:
        from importlib.metadata import distribution
    except ImportError:
        distribution = None
    if distribution:
        for point in distribution(name.partition("==")[0]).entry_points:
            if point.group == group and point.name == entry:
                point.load()
'''


def find(world: World, packages: Optional[Collection[str]] = None) -> Iterator[ToolBroken]:
    """One effect a script and account; `packages`: only those of these OS packages.

    A script that does not start even with nothing but the OS's own modules is the distribution's own affair, unless
    files of the OS are damaged.
    """
    damaged: Optional[bool] = None
    for view in _distinct(world.views):
        for script, error in _try_all(world, view, list(_scripts(view, packages))):
            if not error:
                continue
            if _try(world, view, script, "clean"):
                damaged = _is_damaged(world) if damaged is None else damaged
                if not damaged:
                    continue
            owner = script.owner.name if script.owner else ""
            yield ToolBroken(script.name, owner, error, view.account.name if view.account.uid != world.uid else "")


def _distinct(views: Sequence[View]) -> Iterator[View]:
    """Each sys.path once: what starts for root starts for everybody who imports the very same files.

    A site directory in which nothing is left, as a repair leaves it, changes nothing.
    """
    known = set()
    for view in views:
        occupied = {item.site for item in view.facts.distributions}
        sites = tuple(site.path for site in view.facts.sites
                      if site.exists and (site.owner is OwnerKind.OS or site.path in occupied))
        key = (view.facts.interpreter.path, sites, view.facts.environment.get("PYTHONPATH"))
        if key not in known:
            known.add(key)
            yield view


def _try_all(world: World, view: View, scripts: Sequence[Requester]) -> Iterator[tuple[Requester, str]]:
    """One for each processor at a time: there may be hundreds, and each is an interpreter's start."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=min(MOST_AT_A_TIME, os.cpu_count() or 1)) as pool:
        yield from zip(scripts, pool.map(lambda script: _try(world, view, script, "as it is"), scripts))


def _is_damaged(world: World) -> bool:
    return any(isinstance(effect, FilesDamaged) for effect in os_files.find(world))


def _scripts(view: View, packages: Optional[Collection[str]]) -> Iterator[Requester]:
    """Others' accounts only where they have something of their own in front."""
    own = any(site.owner is OwnerKind.USER and site.exists for site in view.facts.sites)
    if view.account.uid and not own and packages is None:
        return
    for item in view.facts.requesters:
        if item.kind is RequesterKind.SCRIPT and item.name.startswith("/") and (
                packages is None or (item.owner and item.owner.name in packages)):
            yield item


def _try(world: World, view: View, script: Requester, how: str) -> str:
    """The last line it said when it failed; empty when it starts."""
    interpreter = view.facts.interpreter.path
    flags = [flag for flag in script.flags if flag.startswith("-")]
    argv = [interpreter, *flags, "-B", "-c", DRIVER, script.name, how]
    environ = {"PATH": PATH, "HOME": view.account.home, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    path = view.facts.environment.get("PYTHONPATH")
    if path and how != "clean":
        environ["PYTHONPATH"] = path
    try:
        done = world.host.run(_as_account(world, view.account, argv), environ, TIMEOUT)
    except CollectError as error:
        return error.message
    if done.code == 0:
        return ""
    lines = done.stderr.decode("utf-8", "replace").strip().split("\n")
    return lines[-1][:300] or f"exit code {done.code}"


def _as_account(world: World, account: Account, argv: list[str]) -> list[str]:
    """With the account's rights for good; an ordinary user runs their own."""
    if world.uid != 0 or account.uid == 0:
        return argv
    program = next((path for path in ("/usr/bin/setpriv", "/bin/setpriv") if os.path.exists(path)), "")
    if not program:
        raise CollectError("not-run", "setpriv is not here: other users' programs are not tried")
    return [program, f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups", "--", *argv]
