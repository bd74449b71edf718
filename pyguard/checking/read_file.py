"""A path becomes the commands in that file: size, encoding and kind are settled here, nothing raises."""

from __future__ import annotations

from typing import NamedTuple, Optional

from ..host import Host
from ..intake.circumstances import Reading
from ..intake.file_text import FileText, with_newlines
from ..intake.files.callers import read_once
from ..intake.files.kinds import find_kind
from ..intake.files.own_images import with_own_images
from ..intake.files.python_in_shell import with_programs
from ..intake.files.records import with_records
from ..intake.files.repository import Repository
from ..intake.files.written import with_written
from ..model.late_pattern import late
from ..model.report import NotChecked

MAX_SIZE = 2 * 1024 * 1024      # bytes; a script of that size is data
HEAD = 16 * 1024             # bytes by which a file's kind is told
# Without one of these no rule has anything to say; plain searches, because they are what most files cost
NEEDLES = (b"pip", b"PIP", b"easy_install", b"EXTERNALLY-MANAGED", b"conda", b"mamba", b"setup.py", b"setup_",
           b"PYTHONPATH", b"PYTHONHOME", b"LD_LIBRARY_PATH", b"bin/python", b"virtualenvs.create",
           b"VIRTUALENVS_CREATE", b"break-system", b"break_system", b"auto_activate", b"python3", b"--prefix=/usr",
           b"dist-packages", b"pdm ", b"UV_", b"-m installer")
OF_HOSTS = (b"python_package", b"python::requirements")    # of Chef's recipes and Puppet's manifests, too
# ... where a package is taken away over two lines: its name, and what becomes of it
STATED = (".yml", ".yaml", ".sls", ".pp", ".rb")
GONE = (b"absent", b"removed", b"purged", b":remove", b":purge")
OF_PYTHON = late(rb"(?<![-\w./])(?:platform-|lib)?python(?:2\.7|3(?:\.\d+)?)?(?:-minimal|-stdlib)?(?![-\w./])")
PIP_ALONE = late(rb"pip(?<![A-Za-z]pip)(?![A-Za-z])")    # what most files have; begins with a text, which is fast
RELEVANT = late(
    rb"(?<![A-Za-z])(?:pip|PIP)(?![A-Za-z])|-mpip|pdm [^\n]*-g|UV_(?:PROJECT_ENV|BREAK_SYS)|"
    rb"ensurepip|pipenv|break[-_]system|auto_activate|easy_install|"
    rb"EXTERNALLY-MANAGED|conda|mamba|setup(?:_\w+)?\.py|PYTHONPATH|PYTHONHOME|LD_LIBRARY_PATH|bin/python|"
    rb"(?i:virtualenvs?.create)|-m installer\b|"
    rb"(?:remove|purge|erase|update-alternatives|dpkg|rpm)[^\n]*python|--prefix=/usr(?![/\w])|"
    rb"/python[^\s/]*/(?:dist|site)-packages|/python3\.\d+/\w+\.py")
# A Python program says something only where it runs others, or holds a script for another machine
RUNNERS = (b"subprocess", b"os.system", b"system(", b"popen", b"run(", b".call(", b"check_", b"execv", b"execl",
           b"execute(", b"spawn", b"sudo(", b"local(", b"run_", b"exec_", b"cmd(", b"Cmd(", b"ommand(", b"shell(",
           b"sh_", b'"#!/', b"'#!/", b"\n#!/")
INSTALLS = late(rb"(?<![A-Za-z])pip(?![A-Za-z])|easy_install|EXTERNALLY-MANAGED|ensurepip|conda install|"
                rb"setup\.py")
# ... or calls pip as a library, or writes a file of the system's or one that is read by itself
PIP_MAIN = late(rb"\bpip\.main\b|\bpip\._internal[\w.]*[ ]+import[^\n]*\bmain\b|\bpip\._internal[\w.]*\.main\b|"
                rb"from pip import|run_module\([\"']pip[\"']")
WRITERS = (b"write_text(", b".write(", b"writelines(", b"file=")
WRITTEN = late(rb"[\"'](?:/(?:etc|usr|root|home|lib|var|opt|srv)\b|~)|Path\.home|"
               rb"[dD]ockerfile[\"']|\.ya?ml[\"']|crontab")
SETS = late(rb"(?<![A-Za-z])pip3?(?![A-Za-z])|break[-_]system|BREAK_SYSTEM|dist-packages|"
            rb"(?:PYTHONPATH|PYTHONHOME|LD_LIBRARY_PATH)=")


class FileRead(NamedTuple):
    """What became of one file: its lines (for messages and pragmas) and what was found, or why it was not."""

    text: str = ""
    reading: Optional[Reading] = None
    skipped: Optional[NotChecked] = None
    kind: str = ""


def read_path(host: Host, path: str, name: str, repository: Repository, documents: bool = False) -> FileRead:
    """The file at `path`, reported as `name`."""
    try:
        data = host.read_bytes(path, MAX_SIZE + 1)
    except OSError as error:
        return FileRead(skipped=NotChecked(name, f"cannot be read: {error.strerror or error}"))
    return read_data(data, name, repository, documents)


def read_data(data: bytes, name: str, repository: Repository, documents: bool = False) -> FileRead:
    """The same for bytes that are there already (`--stdin-filename`)."""
    is_large = len(data) > MAX_SIZE
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode("utf-8")
    if not is_large and not _is_relevant(data, name) and not _may_be_requirements(name):
        return FileRead()
    head = data[:HEAD].decode("utf-8", "surrogateescape")
    if "\0" in head:
        binary = find_kind(name, "", documents)
        return FileRead(skipped=NotChecked(name, "a binary file") if binary else None)
    if is_large:
        large = find_kind(name, head, documents)
        return FileRead(skipped=NotChecked(name, f"larger than {MAX_SIZE // 1024} KiB") if large else None)
    text = _decode(data)
    kind = find_kind(name, text[:HEAD], documents)
    if kind is None:
        return FileRead()
    try:
        file = FileText(name, with_newlines(text))
        reading = with_programs(with_written(read_once(kind, file, repository), repository), file)
        reading = with_records(with_own_images(reading, name, repository))
        return FileRead(text, reading, kind=kind.KIND)
    except RecursionError:
        return FileRead(text, skipped=NotChecked(name, "nested deeper than anybody writes"))


def _may_be_requirements(name: str) -> bool:
    return name.endswith((".txt", ".in", ".pip")) and ("require" in name or "reqs" in name or "constraint" in name)


def _is_relevant(data: bytes, name: str) -> bool:
    if name.endswith(".py"):
        return b"EXTERNALLY-MANAGED" in data or (
            any(word in data for word in RUNNERS) and INSTALLS.search(data) is not None) or (
            b"pip" in data and PIP_MAIN.search(data) is not None) or (
            any(word in data for word in WRITERS) and SETS.search(data) is not None
            and WRITTEN.search(data) is not None)
    if name.endswith((".rb", ".pp")) and any(word in data for word in OF_HOSTS):
        return True
    if name.endswith(STATED) and b"python" in data and any(word in data for word in GONE) and OF_PYTHON.search(data):
        return True
    return PIP_ALONE.search(data) is not None or (
        any(word in data for word in NEEDLES) and RELEVANT.search(data) is not None)


def _decode(data: bytes) -> str:
    """UTF-8, its mark taken off; other bytes stay recognisable."""
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
