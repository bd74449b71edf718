"""A name that an install imports was asked for: finds out whether it is an install, and asks the engine about it.

Loaded by _pyguard_boot.py and only then. The engine runs as a child and answers on a pipe, so that whoever called
goes on in this very process when it may, and one that is not there or not whole changes nothing at all.
Standard library only, valid on Python 2.7 and 3.3 to 3.15.
"""

import os
import sys

HERE = __file__.rpartition("/")[0]
MARK = "PYGUARD_JUDGED"    # the process that the engine became has its number in it
INTERRUPTED = 130    # as for the shim, and for a shell: 128 and SIGINT
JUDGED = []    # command lines of this process that may go on, until they do


class Refused(SystemExit):
    """An install was refused; the exit code is the engine's."""


def act(finder, name, path):
    """What the finder answers for a name: None, or how to import a module so that what passes through it is judged."""
    kind = find_frontend(name)
    if kind is not None and is_armed(finder):
        names = set(finder.names)
        disarm(finder)
        if changes_something(kind, sys.argv[1:]):
            try:
                judge(kind)
            except (Refused, KeyboardInterrupt) as stop:
                if str is bytes:    # Python 2.7 watches nothing. Elsewhere a debugger could start it over for ever
                    finder.names.update(names)
                raise stop if isinstance(stop, Refused) else Refused(INTERRUPTED)
    if name in finder.watched:
        return sys.modules["_pyguard_boot"].load("_pyguard_watch").watch(finder, name, path)
    return None


def judge(kind):
    """Ask about the command line, and remember it for when its tool comes to it."""
    more = ask(kind, sys.argv[0], sys.argv[1:])
    if more:
        sys.argv[1:] = words_file().with_options(sys.argv[1:], more)
    JUDGED.append((kind, sys.argv[1:]))


def was_judged(kind, words, command=None):
    """True once for a command line that was judged; `command` is the word that its tool has taken out of it."""
    for known in JUDGED:
        rest = list(known[1])
        if command in rest:
            rest.remove(command)
        if known[0] == kind and rest == words:
            JUDGED.remove(known)
            return True
    return False


def words_file():
    """The file that knows the command lines."""
    return sys.modules["_pyguard_boot"].load("_pyguard_words")


def changes_something(kind, words):
    """What that file says about this one."""
    return words_file().changes(kind, words)


def is_armed(finder):
    """True until the command line is known; this one of the names can be no shadowed one."""
    return "distutils.core" in finder.names


def disarm(finder):
    """The command line is known now. Shadowed names are still waited for, and what is watched: more may follow."""
    finder.names.intersection_update(finder.watched.union(finder.shadowed))


# --- who is running

def find_frontend(name):
    """`pip`, `easy_install`, `setup.py`, or None for every other program."""
    main = sys.modules.get("__main__")
    called = sys.argv[0]
    if called in ("-m", "-c"):
        return name if name in ("pip", "easy_install") and is_located_by_runpy(main) else None
    if not getattr(main, "__file__", None) or is_command_string(main):
        return None
    base = os.path.basename(called)
    if is_named(base, "pip") or base == "__pip-runner__.py" or called.endswith("/pip/__main__.py"):
        return "pip"
    if is_named(base, "easy_install"):
        return "easy_install"
    return "setup.py" if base == "setup.py" else None


def is_named(base, name):
    """pip, pip3, pip3.11, pip-3.6: the name and a version."""
    for suffix in (".py", ".pyc"):
        if base.endswith(suffix):
            base = base[:-len(suffix)]
    return base.startswith(name) and not base[len(name):].strip("0123456789.-")


def is_command_string(main):
    """True for `-c` and for a program on standard input, whatever they call themselves (pip does for setup.py)."""
    loader = getattr(main, "__loader__", None)
    return "BuiltinImporter" in (getattr(loader, "__name__", ""), type(loader).__name__)


def is_located_by_runpy(main):
    """True while `-m NAME` looks for NAME: nobody else is running yet, and runpy itself asks."""
    if getattr(main, "__file__", None):
        return False
    frame = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if "importlib" not in module and "_pyguard" not in module and module != "pkgutil" and module != "imp":
            return module == "runpy"
        frame = frame.f_back
    return False


# --- the engine

def ask(kind, program, words):
    """Come back when it may go on, with options for it; otherwise raise Refused, after the engine has said why."""
    if is_judged() or (kind == "setup.py" and is_moved() and not words_file().names_place(words)):
        return []
    engine = find_engine()
    if not engine:
        return []
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    question = ["handover", "--kind", kind, "--interpreter", own_python(), "--program", program]
    said = run(engine, question, words).split()
    if said[:2] == ["pyguard", "stop"]:
        raise Refused(int(said[2]))
    if kind != "pip" or said[:2] != ["pyguard", "go"]:
        return []
    hand_on()
    return constrain(said[2:]) if said[2:] else []


def own_python():
    """The interpreter that runs, by the name it was started with; PYTHONEXECUTABLE makes sys.executable anything."""
    try:
        running = os.readlink("/proc/self/exe")
    except OSError:    # no /proc here
        return sys.executable
    return sys.executable if sys.executable and os.path.realpath(sys.executable) == running else running


def is_moved():
    """True where the process has another prefix than at its start, which is where distutils installs then.

    colcon builds so, each package for a directory of the workspace, by a sitecustomize on PYTHONPATH. What is below the
    interpreter's own prefix or the user's base is imported by others.
    """
    here = os.path.realpath(sys.prefix) + "/"
    home = getattr(sys.modules.get("site"), "USER_BASE", None) or os.path.expanduser("~/.local")
    others = [os.path.realpath(place) + "/" for place in (sys.modules["_pyguard_boot"].PREFIX, home)]
    return here != "//" and not any(here.startswith(other) for other in others)


def constrain(pins):
    """The options under which pip installs what was judged: versions as constraints, as wheels, in a file without a name.

    No variable, which `--isolated` would make pip ignore.
    """
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("pyguard-pins", 0)
    else:
        import tempfile
        descriptor, path = tempfile.mkstemp()
        os.unlink(path)
    wheels = "--only-binary " + ",".join(pin.partition("==")[0] for pin in pins)
    os.write(descriptor, "".join(line + "\n" for line in [wheels] + pins).encode("ascii"))
    return ["--constraint", "/proc/%d/fd/%d" % (os.getpid(), descriptor)]


def is_judged():
    """True once in a process that the engine itself has become; its children do not inherit that.

    But for the one that pip starts for --python or PIP_PYTHON, by the same command line.
    """
    mark = os.environ.pop(MARK, "")
    known = [str(os.getpid())]
    if "_PIP_RUNNING_IN_SUBPROCESS" in os.environ:
        known += [str(os.getppid()), "of %d" % os.getppid()]
    if mark not in known:
        return False
    hand_on()
    return True


def is_run_by_pip():
    """True for the setup.py of what a judged pip installs: older ones run it by `-c` where there is no wheel."""
    main = sys.modules.get("__main__")
    return is_command_string(main) and os.environ.get(MARK, "") == "of %d" % os.getppid()


def hand_on():
    """For what this pip may start: another pip, which is told what was judged here, or a setup.py."""
    os.environ[MARK] = "of %d" % os.getpid()


def run(engine, question, words):
    """What the engine answers; nothing where it could not be started or did not come to an end."""
    reader, writer = os.pipe()
    writer = above_streams(writer)
    if hasattr(os, "set_inheritable"):
        os.set_inheritable(writer, True)
    try:
        child = spawn(engine + question + ["--answer", str(writer), "--"] + words)
    finally:
        os.close(writer)
    with os.fdopen(reader, "rb") as answers:
        try:
            return answers.read().decode("utf-8", "replace")
        finally:    # also after Ctrl-C, which it has got as well: the terminal is not ours before it ends
            wait(child)


def wait(child):
    """Until it has ended."""
    try:
        os.waitpid(child, 0)
    except OSError:
        pass    # who ignores SIGCHLD has no children to wait for


def above_streams(descriptor):
    """A pipe made with a standard stream closed must not be taken for that stream."""
    if descriptor > 2:
        return descriptor
    import fcntl
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD, 3)
    os.close(descriptor)
    return moved


def spawn(argv):
    """The child's number. No fork where it can be helped: others may have threads running."""
    if hasattr(os, "posix_spawn"):
        return os.posix_spawn(argv[0], argv, os.environ)
    child = os.fork()
    if child == 0:
        try:
            os.execv(argv[0], argv)
        finally:
            os._exit(127)
    return child


def find_engine():
    """The command that the configuration beside this file names, when it is whole and may be trusted."""
    engine, files = [], []
    for line in sys.modules["_pyguard_boot"].read(HERE + "/_pyguard.conf"):
        key, _, value = line.partition("=")
        if key == "engine":
            engine.append(value)
        elif key == "engine-file":
            files.append(value)
    paths = engine[:1] + files
    paths += [os.path.realpath(path) for path in paths]
    if not engine or not all(os.path.isfile(path) for path in paths) or not is_whole(paths):
        return []
    if os.geteuid() == 0 and not all(is_roots(path) for path in paths):
        return []
    return engine


def is_whole(paths):
    """False for an environment whose Python was exchanged for another minor: what is installed in it is not seen."""
    minors = set()
    for path in paths:
        for part in path.split("/"):
            if part.startswith("python3."):
                minors.add(part)
    return len(minors) < 2


def is_roots(path):
    """True if nobody but root can change what a path leads to."""
    while True:
        status = os.lstat(path)
        is_link = (status.st_mode & 0o170000) == 0o120000
        sticky = status.st_mode & 0o1000
        if status.st_uid != 0 or (status.st_mode & 0o002 and not is_link and not sticky):
            return False
        if status.st_mode & 0o020 and status.st_gid != 0 and not is_link:
            return False
        if path == "/":
            return True
        path = os.path.dirname(path)
