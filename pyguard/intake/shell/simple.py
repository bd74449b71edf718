"""Simple commands, redirections and here-documents are read from shell text at a position."""

from __future__ import annotations

from ...model.late_pattern import late
from .closing import find_end
from .tree import Assignment, Node, Redirection, Simple
from .words import PLAIN, Substitution, Word, read_word

BLANKS = frozenset(" \t\r\\#")
BLANK = late(r"(?:[ \t\r]|\\\r?\n)+")
COMMENT = late(r"#[^\n]*")
OPERATOR = late(r"&&|\|\||;;&|;&|;;|\|&|(?!&>)[;&|\n()]")
# A word without anything in it that is read apart: most words. The next character ends it
FAST = late(r"[ \t]*((?!#)[^\s\\'\"$`;&|<>()]+)(?=[ \t\n;|&)]|\Z)")
REDIRECTS = frozenset("<>&{0123456789")    # what a redirection begins with
REDIRECTION = late(r"(?:\d+|\{\w+\})?(?:&>>|&>|<<<|<<-|<<|<>|<&|<\(|>\(|>>|>&|>\||[<>])")
ASSIGNMENT = late(r"([A-Za-z_][A-Za-z0-9_]*)(?:\[([^\]]*)\])?(\+?)=")
KEY = late(r"[\"']?[A-Za-z][\w.-]*[\"']?$")    # of an associative array
WRITES = frozenset((">", ">>", ">|", "&>", "&>>"))
KEYWORDS = frozenset(("if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac",
                      "{", "}", "function", "select", "[[", "!"))


class SimpleReader:
    """A position in a text, moved forward only: every loop ends."""

    def __init__(self, text: str, position: int, end: int) -> None:
        self.text = text
        self.position = position
        self.end = end
        self.depth = 0
        self.waiting: list[Redirection] = []    # here-documents of this line

    def skip_blank(self) -> None:
        if self.text[self.position:self.position + 1] not in BLANKS:    # most of the calls
            return
        while True:
            match = BLANK.match(self.text, self.position, self.end)
            if match:
                self.position = match.end()
            if self.text.startswith("#", self.position) and self.position < self.end:
                match = COMMENT.match(self.text, self.position, self.end)
                self.position = match.end() if match else self.end
                continue
            if not match:
                return

    def peek_word(self) -> str:
        match = PLAIN.match(self.text, self.position, self.end)
        return match.group() if match else ""

    def peek_operator(self) -> str:
        self.skip_blank()
        match = OPERATOR.match(self.text, self.position, self.end)
        return match.group() if match else ""

    def take_operator(self, operator: str) -> None:
        self.position += len(operator)
        if operator == "\n" and self.waiting:
            self._read_here_documents()

    def skip_newlines(self) -> None:
        while self.peek_operator() in ("\n", ";") and self.position < self.end:
            self.take_operator(self.text[self.position])

    def _read_simple(self) -> Node | None:
        start = self.position
        assignments: list[Assignment] = []
        words: list[Word] = []
        redirections: list[Redirection] = []
        while self.position < self.end:
            match = FAST.match(self.text, self.position, self.end)
            if match and (words or "=" not in match.group(1)):
                self.position = match.end()
                words.append(Word((match.group(1),), match.start(1), self.position, False))
                continue
            self.skip_blank()
            if self._read_redirection(redirections):
                continue
            if OPERATOR.match(self.text, self.position, self.end) or self.position >= self.end:
                if words and len(words) == 1 and self.text.startswith("()", self.position):
                    return self._function_body(words[0].raw)
                if words and self.text.startswith("=(", self.position - 1) and words[-1].end == self.position:
                    words[-1] = self._with_array(words[-1])
                    continue
                break
            if not words and self._read_assignment(assignments):
                continue
            word = read_word(self.text, self.position, self.end)
            if word.end == self.position:
                self.position += 1
                break
            words.append(word)
            self.position = word.end
        if not (words or assignments or redirections):
            return None
        end = words[-1].end if words else self.position
        return Simple(tuple(assignments), tuple(words), tuple(redirections), start, max(end, start))

    def _function_body(self, name: str) -> Node:
        raise NotImplementedError

    def _read_assignment(self, found: list[Assignment]) -> bool:
        match = ASSIGNMENT.match(self.text, self.position, self.end)
        if not match:
            return False
        self.position = match.end()
        if self.text.startswith("(", self.position):
            found.extend(self._read_array(match.group(1), bool(match.group(3))))
            return True
        value = read_word(self.text, self.position, self.end)
        self.position = value.end
        name, key, append = match.group(1), match.group(2) or "", bool(match.group(3))
        found.append(Assignment(name, value, append))
        if KEY.match(key):
            found.append(Assignment("{}[{}]".format(name, key.strip("\"'")), value, append))
        return True

    def _with_array(self, word: Word) -> Word:
        """`local a=(b c)`: one word, as if `a="b c"` stood there."""
        parts = list(word.parts)
        for number, each in enumerate(self._read_array("", False)):
            parts.extend((" ", *each.value.parts) if number else each.value.parts)
        return Word(tuple(parts), word.start, min(self.position, self.end), True)

    def _read_array(self, name: str, append: bool) -> list[Assignment]:
        """An array's words, as one value after the other: `"${name[@]}"` is all of them."""
        self.position += 1
        found: list[Assignment] = []
        while self.position < self.end:
            self.skip_blank()
            if self.position >= self.end:
                break
            if self.text[self.position] == ")":
                self.position += 1
                break
            word = read_word(self.text, self.position, self.end)
            if word.end == self.position:
                self.position += 1
                continue
            self.position = word.end
            found.append(Assignment(name, word, append or bool(found), " "))
        return found

    def _read_redirection(self, found: list[Redirection]) -> bool:
        self.skip_blank()
        if self.text[self.position:self.position + 1] not in REDIRECTS:
            return False
        match = REDIRECTION.match(self.text, self.position, self.end)
        if not match:
            return False
        operator = match.group().lstrip("0123456789")
        if match.group()[0] in "023456789" and operator in WRITES:    # not what the command says: its errors
            operator = match.group()
        self.position = match.end()
        if operator in ("<(", ">("):    # process substitution: what is inside is read by itself
            self.position -= 1
            found.append(Redirection(operator, self._process_substitution()))
            return True
        self.skip_blank()
        word = read_word(self.text, self.position, self.end)
        self.position = word.end
        found.append(Redirection(operator, word))
        if operator in ("<<", "<<-"):
            self.waiting.append(found[-1])
        return True

    def _process_substitution(self) -> Word:
        closing = find_end(self.text, self.position + 1, self.end, "(")
        raw = self.text[self.position - 1:closing + 1]
        word = Word((Substitution(self.position + 1, closing, raw),), self.position - 1, closing + 1, False)
        self.position = min(closing + 1, self.end)
        return word

    def _read_here_documents(self) -> None:
        for found in self.waiting:
            delimiter = found.target.raw
            start = body_end = self.position
            while self.position < self.end:
                newline = self.text.find("\n", self.position, self.end)
                line_end = self.end if newline < 0 else newline
                line = self.text[self.position:line_end].rstrip("\r")
                body_end = self.position
                self.position = min(line_end + 1, self.end)
                if (line.lstrip("\t") if found.operator == "<<-" else line) == delimiter:
                    break
                body_end = self.position
            found.body, found.start = self.text[start:body_end], start
        self.waiting = []
