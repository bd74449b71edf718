"""A command line of npm, yarn, pnpm or bun becomes the scripts of package.json that it runs.

What an install runs of the project's own: https://docs.npmjs.com/cli/using-npm/scripts (life cycle scripts).
"""

from __future__ import annotations

PACKAGE = "package.json"
PROGRAMS = frozenset(("npm", "yarn", "pnpm", "bun"))
OF_INSTALL = ("preinstall", "install", "postinstall", "prepublish", "prepare")
INSTALLS = frozenset(("install", "i", "ci", "clean-install"))
RUNS = frozenset(("run", "run-script"))
OTHERS = frozenset(("add", "remove", "exec", "dlx", "x", "publish", "pack", "config", "cache", "set",
                    "version", "link"))


def read_goals(argv: list[str]) -> tuple[str, ...]:
    """`npm run build`, `yarn build`, `npm ci`, with what stands before and after each."""
    words = [word for word in argv[1:] if not word.startswith("-")]
    if not words:
        return OF_INSTALL if argv[0].endswith("yarn") else ()
    if words[0] in INSTALLS:
        packages = words[1:] and argv[0].endswith("npm")    # `npm install NAME` runs nothing of the project's
        return () if packages or "--ignore-scripts" in argv else OF_INSTALL
    if words[0] in OTHERS or (words[0] in RUNS and len(words) == 1):
        return ()
    name = words[1] if words[0] in RUNS else words[0]
    return f"pre{name}", name, f"post{name}"
