"""What a refusal imports: it stands in front of every `pip install`, and each module costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# Whatever is not here may not be loaded for a plain refusal. The engine's own modules are counted, not named.
STANDARD = {
    "__future__", "__main__", "_abc", "_bisect", "_codecs", "_collections", "_collections_abc", "_datetime",
    "_frozen_importlib", "_frozen_importlib_external", "_functools", "_heapq", "_imp", "_io", "_json", "_locale",
    "_opcode", "_operator", "_signal", "_sitebuiltins", "_sre", "_stat", "_struct", "_thread", "_typing", "_warnings",
    "_weakref", "_weakrefset", "abc", "bisect", "builtins", "codecs", "collections", "contextlib", "copyreg",
    "encodings", "enum", "errno", "fcntl", "functools", "gc", "genericpath", "heapq", "importlib", "io", "itertools",
    "json", "keyword", "locale", "marshal", "math", "mmap", "operator", "os", "posix", "posixpath", "pwd", "re",
    "reprlib", "shlex", "site", "sre_compile", "sre_constants", "sre_parse", "stat", "string", "struct", "sys",
    "syslog", "time", "types", "typing", "warnings", "zipimport", "zlib",
}
DEPENDENCIES = {"packaging", "packaging.version"}
MODULES = 150    # of pyguard's own: 140 when this was written
NOBODY = 65534    # who trusts what root has written, as the kept index
REFUSAL = """
import io, json, sys
before = set(sys.modules)
from pyguard.cli import guard, main
said = io.StringIO()
code = guard.run(["--real", "/usr/bin/pip3", "--", "install", "cryptography==42.0"], environ={{
               "HOME": {home!r},
               "PATH": "/usr/bin:/bin", "PIP_CONFIG_FILE": "/dev/null"}}, cwd="/", uid={uid}, stdout=said,
               stderr=said, tool="pip")
loaded = sorted(set(sys.modules) - before)
print(json.dumps([code, said.getvalue(), loaded]))
"""


def refuse(home: Path) -> tuple[int, str, list[str]]:
    done = subprocess.run([sys.executable, "-I", "-S", "-c", "import sys; sys.path += " + repr(sys.path) +
                           REFUSAL.format(home=str(home), uid=os.geteuid() or NOBODY)], capture_output=True, text=True,
                          check=False)
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
