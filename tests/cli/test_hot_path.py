"""What a refusal imports: it stands in front of every `pip install`, and each module costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

# Whatever is not here may not be loaded for a plain refusal. The engine's own modules are counted, not named.
STANDARD = {
    "__future__", "__main__", "_abc", "_codecs", "_collections", "_collections_abc", "_datetime", "_functools", "_io",
    "_json", "_operator", "_signal", "_sre", "_stat", "_struct", "_typing", "_weakref", "abc", "bisect", "_bisect",
    "builtins", "codecs", "collections", "contextlib", "copyreg", "encodings", "enum", "functools", "gc", "genericpath",
    "importlib", "_imp", "_frozen_importlib", "_frozen_importlib_external", "io", "itertools", "json", "keyword",
    "marshal", "math", "operator", "os", "posix", "posixpath", "pwd", "re", "reprlib", "shlex", "site", "_sitebuiltins",
    "sre_compile", "sre_constants", "sre_parse", "stat", "struct", "sys", "syslog", "_thread", "time", "types",
    "typing", "_warnings", "warnings", "zipimport", "zlib", "_weakrefset", "_heapq", "heapq", "_locale",
    "locale", "string", "errno", "_opcode", "fcntl"}
DEPENDENCIES = {"packaging", "packaging.version"}
MODULES = 120    # of pyguard's own: 107 when this was written
REFUSAL = """
import io, json, sys
before = set(sys.modules)
from pyguard.cli import main, pip
said = io.StringIO()
code = pip.run(["--real", "/usr/bin/pip3", "--", "install", "cryptography==42.0"], environ={{"HOME": {home!r},
               "PATH": "/usr/bin:/bin", "PIP_CONFIG_FILE": "/dev/null"}}, cwd="/", uid=65534, stdout=said, stderr=said)
loaded = sorted(set(sys.modules) - before)
print(json.dumps([code, said.getvalue(), loaded]))
"""


def refuse(home: Path) -> tuple[int, str, list[str]]:
    done = subprocess.run([sys.executable, "-I", "-S", "-c", "import sys; sys.path += " + repr(sys.path) +
                           REFUSAL.format(home=str(home))], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    code, said, loaded = json.loads(done.stdout)
    return code, said, loaded


def test_a_refusal_loads_no_module_too_many(tmp_path: Path) -> None:
    refuse(tmp_path)    # makes the index
    code, said, loaded = refuse(tmp_path)
    if code != 11:
        pytest.skip("/usr/bin/python3 of this machine is no protected interpreter")
    assert "pyguard: refused: pip3 install cryptography==42.0" in said
    foreign = {name for name in loaded if name.split(".")[0] not in STANDARD and not name.startswith("pyguard")}
    assert foreign <= DEPENDENCIES
    assert len([name for name in loaded if name.startswith("pyguard")]) <= MODULES
