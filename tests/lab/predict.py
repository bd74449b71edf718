#!/usr/bin/env python3
"""Writes pyguard's predictions for requests of the lab's format: which tools use what changes, are at risk, break.

usage: tests/lab/predict.py --root DIR --requests FILE [--tools FILE] [--output FILE] [--depth resolved]
                            [--wheels DIR] [--only ID,ID] [--keep DIR]

It needs root and the tests' environment (sh tests/run.sh makes it: .cache/test-python3.N/bin/python).

DIR is the system that the tools are installed in; nothing in it is changed. Each request is put to
`pyguard explain --json` inside a throw-away overlay of it, by the user who made the request and under the
variables that the tools ran under; all steps but the last are then carried out for real. What the measurement
recorded as an answer (broken, latent, shadowed) is not looked at.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
import time
from typing import Any

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))    # called by its path, too

from tests.lab.inside import Inside, opened
from tests.lab.outcomes import Tools, merge

DEB_LAYOUT = {"distro-dir": {"DEB_PYTHON_INSTALL_LAYOUT": "deb"}}    # how that destination comes about (Debian)


def main() -> int:
    """0 when every request has a prediction."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--root", required=True, help="a directory, or layers of an overlay with : between")
    parser.add_argument("--requests", type=pathlib.Path, required=True)
    parser.add_argument("--tools", type=pathlib.Path)
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("predictions.json"))
    parser.add_argument("--depth", choices=("resolved", "rehearsed"), default="rehearsed")
    parser.add_argument("--wheels", type=pathlib.Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", type=pathlib.Path, help="where each answer of pyguard's is kept")
    options = parser.parse_args()
    requests = json.loads(options.requests.read_text())
    tools = Tools(json.loads((options.tools or options.requests.parent / "tools.json").read_text()))
    only = set(filter(None, options.only.split(",")))
    found: dict[str, Any] = json.loads(options.output.read_text()) if only and options.output.exists() else {}
    with opened(options.root, options.wheels) as inside:
        tools.look(inside.lower)
        for request in requests:
            if not only or request["id"] in only:
                started = time.monotonic()
                found[request["id"]] = predict(inside, request, tools, options)
                said = {grade: len(names) for grade, names in found[request["id"]].items()}
                print(f"{request['id']}: {said} in {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)
                options.output.write_text(json.dumps(found, indent=1) + "\n")
    return 0 if all(request["id"] in found for request in requests) else 1


def predict(inside: Inside, request: dict[str, Any], tools: Tools, options: argparse.Namespace) -> dict[str, list[str]]:
    """One request, step by step; what an earlier step broke stays broken unless a later one mends it."""
    state: dict[str, str] = {}
    layout = DEB_LAYOUT.get(request["destination"], {})
    with inside.overlay(request["user"]) as view:
        for number, step in enumerate(request["steps"]):
            pins = [f"{item['name']}=={item['version']}" for item in request["resolved"] if item["step"] == number]
            variables = {**layout, **view.pinned(pins)}
            answer = view.explain(step["argv"], options.depth, {**variables, **request["smoke_env"]},
                                  tools.requesters)
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{request['id']}-{number}.json").write_text(answer or "")
            if answer:
                merge(state, json.loads(answer))
            if number < len(request["steps"]) - 1:
                view.carry_out(step["argv"], variables)
    return tools.graded(state, request)


if __name__ == "__main__":
    sys.exit(main())
