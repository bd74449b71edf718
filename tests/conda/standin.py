"""A stand-in for conda: its command line as pyguard prints and runs it, environments made for real by py-rattler.

Where it matters it does what conda 26 does: `create` on a name that exists deletes that environment first and solves
then; `install` refuses a prefix that is no environment. PYGUARD_STANDIN holds the base prefix, the channel's URL and a
file that each argv is appended to. PYGUARD_STANDIN_BEFORE is a shell command that is run before anything is made, as
if somebody else did it at that moment. PYGUARD_STANDIN_STOP names a stage (info, begun, solved, made) at which it
touches the log's name with `.stopped` and waits to be ended.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import time

BASE, CHANNEL, LOG = os.environ["PYGUARD_STANDIN"].split("\n")
CACHE = f"{BASE}/pkgs"


def main(arguments: list[str]) -> int:
    with open(LOG, "a", encoding="utf-8") as log:
        log.write(json.dumps(arguments) + "\n")
    words = arguments[1:] if arguments[:1] == ["env"] else arguments
    command, rest = words[0], words[1:]
    if command == "info":
        pause("info")
        print(json.dumps({"envs_dirs": [f"{BASE}/envs"], "root_prefix": BASE}))
        return 0
    if command == "activate":
        return 0
    if command not in ("create", "install", "update", "run"):
        print(f"no such command: {command}", file=sys.stderr)
        return 2
    prefix, options, specs = read(rest)
    if command == "run":
        return subprocess.run([f"{prefix}/bin/{specs[0]}", *specs[1:]], check=False).returncode
    return fill(command, prefix, options, specs)


def fill(command: str, prefix: str, options: dict[str, str], specs: list[str]) -> int:
    pause("begun")
    if os.environ.get("PYGUARD_STANDIN_BEFORE"):
        subprocess.run(["sh", "-c", os.environ["PYGUARD_STANDIN_BEFORE"]], check=True)
    is_environment = os.path.isfile(f"{prefix}/conda-meta/history")
    if command == "create" and is_environment:
        if "--yes" not in options and os.environ.get("PYGUARD_STANDIN_YES") != "1":
            print("Remove existing environment (y/[n])?", file=sys.stderr)
            return 0
        shutil.rmtree(prefix)    # before the solve, as the real one does
    if command != "create" and not is_environment:
        print(f"EnvironmentLocationNotFound: Not a conda environment: {prefix}", file=sys.stderr)
        return 1
    pip_lines: list[str] = []
    if "-f" in options:
        specs, pip_lines = read_file(options["-f"])
    try:
        asyncio.run(install(prefix, specs))
    except Exception as error:    # whatever the solver says
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    os.makedirs(f"{prefix}/conda-meta", exist_ok=True)
    with open(f"{prefix}/conda-meta/history", "a", encoding="utf-8") as file:
        file.write("# cmd: conda " + command + "\n")
    pause("made")
    return install_with_pip(prefix, pip_lines, options.get("-f", "")) if pip_lines else 0


async def install(prefix: str, specs: list[str]) -> None:
    import rattler

    have = _installed(prefix)
    asked = {re.split("[ =<>!~]", spec)[0] for spec in specs}
    specs = [*specs, *(record.name.normalized for record in have if record.name.normalized not in asked)]
    records = await rattler.solve([CHANNEL], specs, platforms=[rattler.Platform.current(), rattler.Platform("noarch")],
                                  locked_packages=have, gateway=rattler.Gateway(cache_dir=f"{BASE}/cache"))
    print("solved:", ", ".join(f"{record.name.normalized} {record.version}" for record in records), file=sys.stderr)
    pause("solved")
    await rattler.install(records, target_prefix=prefix, cache_dir=CACHE, show_progress=False)


def _installed(prefix: str) -> list:    # type: ignore[type-arg]
    import rattler

    directory = f"{prefix}/conda-meta"
    names = os.listdir(directory) if os.path.isdir(directory) else []
    return [rattler.PrefixRecord.from_path(f"{directory}/{name}") for name in names if name.endswith(".json")]


def read(rest: list[str]) -> tuple[str, dict[str, str], list[str]]:
    """Prefix, options and specs; everything after the name belongs to the command with `run`."""
    prefix, options, specs = "", {}, []
    rest = list(rest)
    while rest:
        word = rest.pop(0)
        if word in ("-n", "-p", "-c", "-f") and not specs:
            options[word] = rest.pop(0)
        elif word.startswith("-") and not specs:
            options[word] = ""
        else:
            specs.append(word)
    prefix = options.get("-p") or f"{BASE}/envs/{options['-n']}"
    return prefix, options, specs


def read_file(path: str) -> tuple[list[str], list[str]]:
    import yaml

    with open(path, encoding="utf-8") as file:
        table = yaml.safe_load(file)
    specs = [entry for entry in table["dependencies"] if isinstance(entry, str)]
    return specs, [line for entry in table["dependencies"] if isinstance(entry, dict) for line in entry["pip"]]


def install_with_pip(prefix: str, lines: list[str], file: str) -> int:
    path = os.path.join(os.path.dirname(os.path.abspath(file)), "condaenv.requirements.txt")
    with open(path, "w", encoding="utf-8") as text:
        text.write("".join(f"{line}\n" for line in lines))
    return subprocess.run([f"{prefix}/bin/python", "-m", "pip", "install", "-U", "-r", path],
                          cwd=os.path.dirname(path), check=False).returncode


def pause(stage: str) -> None:
    if os.environ.get("PYGUARD_STANDIN_STOP") == stage:
        with open(f"{LOG}.stopped", "w", encoding="utf-8"):
            pass
        time.sleep(60)


if __name__ == "__main__":
    CODE = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(CODE)    # py-rattler's threads may abort an interpreter that is taken down in order
