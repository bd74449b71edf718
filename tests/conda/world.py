"""A machine with a stand-in conda and a channel of its own: directories in, redirected pip commands out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from tests.checkout import CHECKOUT
from tests.conda.channel import Channel

STANDIN = Path(__file__).parent / "standin.py"
TIMEOUT = 120.0


class World(NamedTuple):
    """`home`: the caller's; `base`: the stand-in's base prefix; `log`: an argv of the stand-in a line, as JSON."""

    directory: Path
    channel: str

    @property
    def home(self) -> Path:
        return self.directory / "home"

    @property
    def base(self) -> Path:
        return self.home / "miniforge3"

    @property
    def log(self) -> Path:
        return self.directory / "log"

    def environ(self, **more: str) -> dict[str, str]:
        # py-rattler makes no client without trust roots, even where it only reads files
        trusted = {"SSL_CERT_FILE": os.environ["SSL_CERT_FILE"]} if "SSL_CERT_FILE" in os.environ else {}
        return {**trusted, "HOME": str(self.home), "PATH": f"{self.base}/bin:/usr/bin:/bin",
                "TMPDIR": str(self.directory / "tmp"), "PYTHONPATH": str(CHECKOUT), "PIP_CONFIG_FILE": "/dev/null",
                "PIP_DISABLE_PIP_VERSION_CHECK": "1",
                "PYGUARD_STANDIN": f"{self.base}\n{self.channel}\n{self.log}", "PIP_PROXY": "http://127.0.0.1:9",
                "PIP_RETRIES": "0", **more}

    def command(self, *words: str, mode: str = "create", tools: tuple[str, ...] = ("conda",)) -> list[str]:
        """`pyguard pip --redirect` in this world."""
        known = {"conda": f"{self.base}/bin/conda", "pyguard-pip": sys.executable}
        places = {name: known.get(name, "/x") for name in tools}
        return [sys.executable, "-m", "tests.conda.drive", mode, json.dumps(places), *words]

    def start(self, *words: str, mode: str = "create", tools: tuple[str, ...] = ("conda",), cwd: Path | None = None,
              **more: str) -> subprocess.Popen[str]:
        """The same, begun."""
        return subprocess.Popen(
            self.command(*words, mode=mode, tools=tools), env=self.environ(**more), cwd=cwd or self.home,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))    # background jobs of sh ignore it

    def redirect(self, *words: str, **options: str) -> subprocess.CompletedProcess[str]:
        """The same, to its end."""
        child = self.start(*words, **options)    # type: ignore[arg-type]
        out, said = child.communicate(timeout=TIMEOUT)
        return subprocess.CompletedProcess(list(words), child.returncode, out, said)

    def calls(self) -> list[list[str]]:
        """What the stand-in was called with."""
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def environments(self) -> list[str]:
        """What there is where environments are made."""
        places = [self.base / "envs", self.home / ".venvs"]
        return sorted(path.name for place in places if place.is_dir() for path in place.iterdir())

    def wait_for(self, path: Path, child: subprocess.Popen[str]) -> None:
        """Until a file appears that the child makes."""
        deadline = time.monotonic() + TIMEOUT
        while not path.exists():
            assert child.poll() is None, f"it ended before {path} appeared: {child.communicate()[1]}"
            assert time.monotonic() < deadline, f"{path} did not appear"
            time.sleep(0.02)


def make_world(directory: Path, channel: Channel) -> World:
    world = World(directory, channel.url)
    for place in (world.base / "bin", world.base / "envs", world.base / "conda-meta", world.base / "condabin",
                  world.directory / "tmp"):
        place.mkdir(parents=True)
    (world.base / "conda-meta" / "history").touch()
    conda = world.base / "bin" / "conda"
    conda.write_text(f"#!/bin/sh\nexec '{sys.executable}' -I '{STANDIN}' \"$@\"\n")
    conda.chmod(0o755)
    os.chmod(directory, 0o755)
    return world
