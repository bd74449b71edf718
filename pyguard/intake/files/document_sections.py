"""The headings above a code block: under one that names a distribution, its package manager says whose pip follows."""

from __future__ import annotations

from ...model.late_pattern import late
from ..circumstances import FoundCommand, Ground

MARKED = late(r"(#{1,6})[ \t]+(.*?)[ \t#]*$")
UNDERLINE = late(r"([=\-~^\"'`*+.:_#])\1{2,}[ \t]*$")    # of reStructuredText
SETEXT = late(r"([=-])\1+[ \t]*$")    # of Markdown
DISTRIBUTION = late(r"(?i)\b(?:ubuntu|debian|fedora|centos|rhel|red ?hat|rocky|alma|(?:open)?suse|arch ?linux|manjaro|"
                    r"linux mint|kali|rasp(?:bian|berry ?pi)|alpine)\b|^arch$")
APART = late(r"(?i)conda|\bv(?:irtual)?[ -]?env|activate\b|\bpyenv|docker|podman|container|\bmac\b|mac ?os|os ?x\b|"
             r"windows|brew\b|pipx|\bpoetry\b|\buvx?\b|\bnix")
OTHER = late(r"(?i)\b(?:mac ?os(?: ?x)?|os ?x|mac|windows)\b")
LINUX = late(r"(?i)\b(?:linux|unix|posix|wsl\d?)\b")
FIRST = late(r"(?i)(?!step|part)[^\W\d_]{4,}(?= )")
CALLS = late(r"(?m)^[ \t]*(?:sudo[ \t]+(?:-\S+[ \t]+)*)?(apt-get|apt|aptitude|dnf|yum|zypper|pacman|apk)[ \t]+"
             r"(?:-\S+[ \t]+)*(?:-S\w*|install|in|add|update|upgrade|build-dep)\b")
PIP = late(r"(?:pip|python)[\d.]*$")


class Sections:
    """Where a document is: the headings from its title down, and what was said since the last of them."""

    def __init__(self, is_restructured: bool = False) -> None:
        self._underline = UNDERLINE if is_restructured else SETEXT
        self.begins_anew = False    # since `pass_over` began: what other sections made is another reader's
        self.is_new = False         # since then: a heading was passed
        self._above: list[tuple[int, str]] = []
        self._underlines = ""       # by level, in the order in which they came first
        self._said: list[str] = []
        self.is_apart = False       # an environment was made somewhere above

    def pass_over(self, lines: list[str]) -> None:
        """The text between two blocks."""
        self.begins_anew = self.is_new = False
        for before, line in zip(["", *lines], lines):
            marked, underline = MARKED.match(line), self._underline.match(line)
            if marked is not None:
                self._enter(len(marked.group(1)), marked.group(2))
            elif underline is not None and before.strip() and not before[0].isspace() \
                    and self._underline.match(before) is None and MARKED.match(before) is None:
                mark = underline.group(1)
                self._underlines += "" if mark in self._underlines else mark
                self._enter(self._underlines.index(mark) + 1, before.strip())
            else:
                self._said.append(line)

    def is_of_distribution(self) -> bool:
        """Whether the title above all others names a distribution, and nothing else above the block names another."""
        titles = [title for _, title in self._above]
        return bool(titles) and DISTRIBUTION.search(titles[0]) is not None \
            and APART.search("\n".join((*titles, *self._said))) is None

    def _enter(self, level: int, title: str) -> None:
        self.is_new = True
        before = next((each for at, each in self._above if at == level), "")
        if _is_alternative(title, before):
            self.begins_anew, self.is_apart = True, False
        self._above = [each for each in self._above if each[0] < level] + [(level, title)]
        self._said = []

    def _other_system(self) -> str:
        """The nearest heading that names a system, if it names macOS or Windows and nothing else."""
        title = next((title for _, title in reversed(self._above)
                      if any(each.search(title) for each in (OTHER, LINUX, DISTRIBUTION))), "")
        return "" if LINUX.search(title) or DISTRIBUTION.search(title) else title

    def judge(self, text: str, first: int, found: list[FoundCommand]) -> list[FoundCommand]:
        """A block's commands, from line `first` on; not where anything speaks of an environment or another system.

        `sudo apt install cmake`, then `pip install meson`, under "Ubuntu".
        """
        other = self._other_system()
        if other:
            doubt = f'the heading is "{other}"'
            return [each if each.circumstances.host.name or each.circumstances.manager
                    else each.within(doubts=(*each.circumstances.doubts, doubt)) for each in found]
        titles = [title for _, title in self._above]
        heading = next((title for title in reversed(titles) if DISTRIBUTION.search(title)), "")
        apart = APART.search(text) is not None
        call = None if apart or self.is_apart or not heading else CALLS.search(text)
        self.is_apart = self.is_apart or apart
        if call is None or APART.search("\n".join((*titles, *self._said))):
            return found
        line = first + text.count("\n", 0, call.start(1))
        because = f'{call.group(1)}, line {line}, is the package manager of what the heading names: "{heading}"'
        return [each.within(manager=because) if each.location.line >= line and _is_open(each) else each
                for each in found]


def _is_alternative(title: str, before: str) -> bool:
    """"Install on Ubuntu" after "Install on OctoPi", "Installation sur le serveur (Debian 10)" after "Installation en
    local": who follows the one does not follow the other.
    """
    first, second = FIRST.match(title), FIRST.match(before)
    return first is not None and second is not None and first.group().lower() == second.group().lower() \
        and DISTRIBUTION.search(title) is not None and DISTRIBUTION.search(before) is None \
        and APART.search(title) is None


def _is_open(found: FoundCommand) -> bool:
    """A bare pip of which nothing is known."""
    around = found.circumstances
    return around.active.ground is Ground.HOST and not (around.host.name or around.manager) \
        and PIP.match(found.argv[0]) is not None
