"""The first lines of a YAML file become the answer whether it is a list of Ansible tasks, wherever it lies."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.late_pattern import late

ITEM = late(r"( *- +)[\w.]+\s*:")
KEY = late(r"(?: *- +| +)([\w.]+)\s*:(?:\s+(.*)|$)")
FULL_NAME = late(r"(?:ansible\.\w+|community\.\w+)\.\w+$|(?:include|import)_(?:tasks|role)$")
# Their arguments are `key=value`, a mapping in braces or one below; in other lists a plain word follows such a key
MODULES = frozenset((
    "alternatives", "apk", "apt", "apt_key", "apt_repository", "blockinfile", "copy", "cron", "dnf", "easy_install",
    "file", "get_url", "git", "group", "lineinfile", "npm", "package", "pacman", "pip", "replace", "service",
    "set_fact", "stat", "sysctl", "systemd", "template", "unarchive", "uri", "user", "yum", "yum_repository", "zypper"))
ARGUMENTS = late(r"['\"]?\w+=|\{")
COMMANDS = frozenset(("shell", "command", "raw", "script", "block"))    # other lists have such keys, too
KEYWORDS = frozenset(("become", "become_user", "changed_when", "delegate_to", "failed_when", "ignore_errors", "no_log",
                      "notify", "register", "sudo", "when", "with_items"))
OPENING = ("#", "---", "%YAML")


def is_task_list(head: str) -> bool:
    """Whether a list at the top has items that are tasks: with a module and its arguments, or a task's keywords."""
    seen: set[str] = set()
    for key, value, below in _keys_of_items(head):
        if FULL_NAME.match(key) or (key in MODULES and (ARGUMENTS.match(value) or (not value and below))):
            return True
        seen.add(key)
    return "name" in seen and bool(seen & COMMANDS) and bool(seen & KEYWORDS)


def _keys_of_items(head: str) -> Iterator[tuple[str, str, bool]]:
    """The keys of the list's mappings, with what follows on the line and whether a mapping of its own is below."""
    lines = [line for line in head.split("\n") if line.strip() and not line.lstrip().startswith(OPENING)]
    first = ITEM.match(lines[0]) if lines else None
    if first is None:
        return
    margin = first.end(1)
    for line, following in zip(lines, [*lines[1:], ""]):
        match = KEY.match(line)
        if match is None:
            if len(line) - len(line.lstrip()) < margin and not line.lstrip().startswith("- "):
                return    # the list is over
        elif match.start(1) == margin:
            below = KEY.match(following)
            yield match.group(1), (match.group(2) or "").split(" #")[0].strip(), \
                below is not None and below.start(1) > margin and not following.lstrip().startswith("- ")
