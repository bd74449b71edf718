"""`pyguard history [--json]`: the changes that pyguard made, and whether they were taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TextIO

from ..enforce.changes.journal import Change, list_changes
from ..enforce.manifest import list_manifests
from ..render.words import printable
from .changes import changes_directory
from .hook_targets import Parser

STATES = {"open": "interrupted", "undoing": "interrupted while it was taken back", "failed": "failed in the middle",
          "done": "done", "left": "taken back in part", "undone": "taken back", "purged": "deleted for good"}


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """Always 0; raises PyguardError for a record that cannot be read."""
    parser = Parser(prog="pyguard history", description=__doc__, allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="machine-readable, schema 1")
    options = parser.parse_args(list(arguments))
    directory = changes_directory(environ, uid)
    changes = list(list_changes(directory))
    hooks = list_manifests(f"{directory.rsplit('/', 1)[0]}/hooks")
    if options.json:
        data = {"schema": 1, "changes": [_data(change) for change in changes], "hooks": list(hooks)}
        stdout.write(json.dumps(data, indent=2) + "\n")
        return 0
    for change in changes:
        title, time = change.head.get("title", "begun, and nothing done"), change.head.get("time", "")
        stdout.write(printable(f"{change.id}  {time}  {STATES[change.state]}: {title}") + "\n")
    for path in hooks:
        name = path.rsplit("/", 1)[-1].removesuffix(".manifest")
        if name != "0-directories":
            stdout.write(printable(f"hook  {name}: pyguard undo hooks takes it away") + "\n")
    if not changes and not hooks:
        stdout.write("nothing is on record\n")
    return 0


def _data(change: Change) -> dict[str, object]:
    return {"id": change.id, "time": change.head.get("time", ""), "kind": change.head.get("kind", ""),
            "title": change.head.get("title", ""), "state": change.state,
            "paths": [operation.get("path", operation.get("account", "")) for operation in change.operations]}
