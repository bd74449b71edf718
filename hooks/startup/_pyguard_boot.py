# pyguard's startup hook: puts a finder first on sys.meta_path, which waits for the names an install imports.
#
# Runs at the start of every guarded interpreter (pyguard.pth, pyguard.start), so it imports nothing that is not
# loaded yet, prints nothing and keeps its faults to itself. Thinking is left to the files beside it, loaded on a
# hit. Comments instead of docstrings: those would be read at every start. Valid on Python 2.7 and 3.3 to 3.15.

import sys

HERE = __file__.rpartition("/")[0]
PREFIX = sys.prefix    # a sitecustomize may put another one in its place
LOADED = {}


class PyguardFinder(object):
    # Says None to every name, unless it is one of the few that it waits for; `shadowed` is among them, and `watched`
    # are modules through which every install passes, however it was called.
    watched = frozenset((
        "pip._internal.commands.install", "pip._internal.commands.uninstall", "pip.commands.install",
        "pip.commands.uninstall", "distutils.dist", "setuptools._distutils.dist"))

    def __init__(self):
        self.shadowed = {}
        self.names = {"pip", "easy_install", "setuptools", "distutils", "distutils.core"}
        self.names.update(self.watched)
        self.find_spec = self.begin

    # The first import of all reads the notices: a program that imports nothing need not know what is shadowed.
    def begin(self, name, path=None, target=None):
        del self.find_spec
        try:
            read_notices(self)
        except Exception:
            pass
        return self.find_spec(name, path, target)

    def find_spec(self, name, path=None, target=None):
        if name in self.names:
            return act(self, name, path)
        return None

    def find_module(self, name, path=None):    # Python 2.7 asks this
        if "find_spec" in self.__dict__:
            self.begin(name)
        elif name in self.names:
            act(self, name, path)
        return None


# Let the files beside this one decide; what they raise on purpose is a SystemExit.
def act(finder, name, path):
    try:
        if name in finder.shadowed:
            finder.names.discard(name)
            load("_pyguard_notice").warn(name, finder.shadowed.pop(name))
        elif name in finder.watched or sys.argv[0].rpartition("/")[2].startswith(
                ("pip", "easy_install", "setup.py", "__pip-runner__.py", "__main__.py", "-m", "-c")):
            return load("_pyguard_handover").act(finder, name, path)
    except Exception:
        pass
    return None


# A file from this very directory: sys.path may begin with the working directory by now.
def load(name):
    if name in LOADED:
        return LOADED[name]
    module = type(sys)(name)
    module.__file__ = "%s/%s.py" % (HERE, name)
    try:
        loader = __spec__.loader.__class__(name, module.__file__)
    except NameError:
        with open(module.__file__) as file:
            exec(compile(file.read(), module.__file__, "exec"), module.__dict__)
    else:
        loader.exec_module(module)
    LOADED[name] = module    # Python 2.7 empties a module that nobody holds
    return module


# A file's lines; none, where somebody else could have written them.
def read(path):
    import posix
    descriptor = posix.open(path, posix.O_RDONLY | posix.O_NONBLOCK)
    try:
        status = posix.fstat(descriptor)
        mode = status.st_mode
        if status.st_uid not in (0, posix.geteuid()) or mode & 0o22 or mode & 0o170000 != 0o100000:
            return []
        return posix.read(descriptor, min(status.st_size, 1 << 20)).decode("utf-8", "replace").split("\n")
    finally:
        posix.close(descriptor)


# The import names that are shadowed now, by the engine's last word: `notice=PATH` in the configuration, one for the
# machine, one in a user's home, which root does not read.
def read_notices(finder):
    import posix
    for line in read(HERE + "/_pyguard.conf"):
        if line[:7] == "notice=":
            path = line[7:].replace("@minor@", "%d.%d" % sys.version_info[:2])
            if path[:2] == "~/":
                home = posix.environ.get(b"HOME", b"") if posix.geteuid() else b""
                path = home.decode("utf-8", "surrogateescape") + path[1:] if home[:1] == b"/" else ""
            if path:
                read_notice(finder, path, posix)


# One notice: `site PATH MTIME`, `owned PATH MTIME DATABASE MTIME`, `shadow NAME SITE ...`, separated by tabs; `end`
# closes it. What the OS owns changes with the package manager's database, else somebody else has written there.
def read_notice(finder, path, posix):
    try:
        lines = read(path)
    except OSError:
        return    # nothing was ever shadowed
    if lines[-2:] != ["end", ""]:
        return
    for line in lines:
        fields = line.split("\t")
        if fields[0] == "shadow":
            finder.shadowed[fields[1]] = fields
            finder.names.add(fields[1])
        elif fields[0] == "site" and is_modified(fields[1], fields[2], posix):
            load("_pyguard_notice").tell_stale(path, fields[1])
            return
        elif fields[0] == "owned" and is_modified(fields[1], fields[2], posix) and not is_modified(
                fields[3], fields[4], posix):
            load("_pyguard_notice").tell_stale(path, fields[1])
            return


# A directory's modification time, in nanoseconds, is not the one on record; `-` is for one that is absent.
def is_modified(path, time, posix):
    try:
        found = getattr(posix.stat(path), "st_mtime_ns", time)    # Python 2.7 has none
    except OSError:
        found = "-"
    return str(found) != time


# True for a script that belongs to an OS package and stands in the engine's list: `shield=PATH` in the configuration.
def is_shielded():
    script = (getattr(sys, "argv", None) or call())[0]
    if script[:5] in ("/bin/", "/sbin"):
        script = "/usr" + script
    if script[:5] not in ("/usr/", "/etc/"):
        return False
    import posix
    for line in read(HERE + "/_pyguard.conf"):
        if line[:7] == "shield=":
            scripts = read(line[7:].replace("@minor@", "%d.%d" % sys.version_info[:2]))
            if scripts[-2:] == ["end", ""] and script in scripts:
                try:
                    posix.stat("/etc/pyguard/disabled")
                except OSError:
                    return True
    return False


# Python 2.7 and 3.6 have no sys.argv yet: the script in the kernel's record of the command line, as a list of one.
def call():
    import posix
    descriptor = posix.open("/proc/self/cmdline", posix.O_RDONLY)
    try:
        words = posix.read(descriptor, 4096).split(b"\0")[1:]
    finally:
        posix.close(descriptor)
    script = ([word for word in words if word[:1] == b"/" or word[:2] in (b"-c", b"-m")] or [b""])[0]
    return [script if str is bytes else script.decode("utf-8", "replace")]    # 2.7 would import a codec for that


# Put the finder in its place once, in an interpreter of its own. A virtual environment that comes here sees the site
# directories that this file lies in, and its pip can lead out of it: what is shadowed there is its own business.
def main():
    if getattr(sys, "orig_argv", None) == []:    # embedded: gdb, a web server
        return
    for finder in sys.meta_path:    # both .pth and .start may lead here, and so may a site directory named twice
        if type(finder).__name__ == "PyguardFinder":
            return
    finder = PyguardFinder()
    sys.meta_path.insert(0, finder)
    if sys.prefix != getattr(sys, "real_prefix", getattr(sys, "base_prefix", sys.prefix)):
        del finder.find_spec
        return
    try:
        if is_shielded():
            load("_pyguard_shield").take_off(finder)
    except Exception:
        pass    # no list, or half an interpreter


main()
