"""Shell text becomes a tree of commands: tolerant, so that one odd line never costs the rest of the file.

What cannot be understood is skipped to the next word; nothing is executed, expanded or judged here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Optional

from .simple import KEYWORDS, WRITES, SimpleReader
from .tree import (
    NOTHING,
    Block,
    Case,
    Function,
    If,
    Loop,
    Node,
    Pipeline,
    Redirected,
    Redirection,
    Simple,
    Subshell,
)
from .words import Word, read_word

MAX_DEPTH = 60       # nesting that nobody writes; what is deeper is passed over
JOINING = frozenset((";", "&", "\n", "&&", "||"))
CLOSING = frozenset((")", ";;", ";&", ";;&"))


@lru_cache(maxsize=32)
def read_shell(text: str, start: int = 0, end: int = -1) -> Block:
    """The commands between two offsets of `text`; a script that several files run is read once for all of them."""
    return _Reader(text, start, len(text) if end < 0 else end).read_all()


class _Reader(SimpleReader):
    """Blocks, pipelines and compound commands."""

    def read_all(self) -> Block:
        items: list[tuple[str, Node]] = []
        while self.position < self.end:
            items.extend(self.read_block(()).items)
            if self.position < self.end:    # a closing word without its opening one
                self.position += max(1, len(self.peek_word()))
        return Block(tuple(items))

    def read_block(self, stops: tuple[str, ...]) -> Block:
        items: list[tuple[str, Node]] = []
        operator = ""
        while self.position < self.end:
            found = self.peek_operator()
            if found in JOINING:
                self.take_operator(found)
                if not (found == "\n" and operator in ("&&", "||", "&")):
                    operator = found
                continue
            word = self.peek_word()
            if found in CLOSING or word in stops:
                break
            before = self.position
            node = self.read_pipeline(stops, word)
            if node is not None:
                items.append((operator, node))
            elif self.position == before:
                if self.peek_word() in KEYWORDS:
                    break
                self.position += 1
            operator = ""
        return Block(tuple(items))

    def read_pipeline(self, stops: tuple[str, ...], word: str) -> Optional[Node]:
        """`word` is the one that it begins with."""
        commands: list[Node] = []
        while True:
            negated = False
            while word in ("!", "time"):
                self.position += len(word)
                negated = negated is not (word == "!")
                self.skip_blank()
                word = self.peek_word()
            node = self.read_command(word)
            if negated and isinstance(node, Simple):
                node = node._replace(negated=True)
            if node is not None:
                commands.append(node)
            operator = self.peek_operator()
            if operator not in ("|", "|&"):
                break
            self.position += len(operator)
            while self.peek_operator() == "\n":
                self.take_operator("\n")
            word = self.peek_word()
            if word in stops:
                break
        if len(commands) > 1:
            return Pipeline(tuple(commands))
        return commands[0] if commands else None

    def read_command(self, word: str) -> Optional[Node]:
        """The command that begins with that word, which is empty in front of a `(` or a quote."""
        self.depth += 1
        try:
            if self.depth > MAX_DEPTH:
                return None
            is_compound = word in KEYWORDS or self.text.startswith("(", self.position)
            return self._read_compound(word) if is_compound else self._read_simple()
        finally:
            self.depth -= 1

    def _read_compound(self, word: str) -> Optional[Node]:
        if self.text.startswith("((", self.position):
            closing = self.text.find("))", self.position, self.end)
            self.position = self.end if closing < 0 else closing + 2
            return NOTHING
        if self.text.startswith("(", self.position):
            self.position += 1
            body = self.read_block(())
            self._take(")")
            return self._with_redirections(Subshell(body))
        readers = {"if": self._read_if, "for": self._read_for, "select": self._read_for, "while": self._read_while,
                   "until": self._read_while, "case": self._read_case, "function": self._read_function}
        if word in readers:
            self.position += len(word)
            return self._with_redirections(readers[word]())
        if word == "{":
            self.position += 1
            body = self.read_block(("}",))
            self._take("}")
            return self._with_redirections(body)
        if word == "[[":
            return self._read_test()
        return None

    def _with_redirections(self, node: Node) -> Node:
        found: list[Redirection] = []
        self.skip_blank()
        start = self.position
        while self._read_redirection(found):
            pass
        if any(each.operator == "<(" or (each.operator in WRITES and not each.target.raw.startswith("/dev/"))
               for each in found):
            return Redirected(node, tuple(found), start, self.position)
        return node

    def _take(self, word: str) -> None:
        self.skip_newlines()
        if self.text.startswith(word, self.position) and self.position < self.end:
            self.position += len(word)

    def _read_if(self) -> Node:
        branches: list[tuple[Block, Block]] = []
        otherwise: Optional[Block] = None
        while True:
            condition = self.read_block(("then", "fi"))
            self._take("then")
            branches.append((condition, self.read_block(("elif", "else", "fi"))))
            if self.peek_word() != "elif":
                break
            self.position += 4
        if self.peek_word() == "else":
            self.position += 4
            otherwise = self.read_block(("fi",))
        self._take("fi")
        return If(tuple(branches), otherwise)

    def _read_for(self) -> Node:
        self.skip_blank()
        if self.text.startswith("((", self.position):
            closing = self.text.find("))", self.position, self.end)
            self.position = self.end if closing < 0 else closing + 2
            name = ""
        else:
            name = self.peek_word()
            self.position += len(name)
        self.skip_newlines_before("in")
        words = self._words_to_the_end() if self.peek_word() == "in" else ()
        self._take("do")
        body = self.read_block(("done",))
        self._take("done")
        return Loop(name, words[1:], NOTHING, body)

    def skip_newlines_before(self, word: str) -> None:
        self.skip_blank()
        mark = self.position
        self.skip_newlines()
        if self.peek_word() != word:
            self.position = mark

    def _words_to_the_end(self) -> tuple[Word, ...]:
        words: list[Word] = []
        while self.position < self.end and not self.peek_operator():
            word = read_word(self.text, self.position, self.end)
            if word.end == self.position:
                break
            words.append(word)
            self.position = word.end
        return tuple(words)

    def _read_while(self) -> Node:
        condition = self.read_block(("do",))
        self._take("do")
        body = self.read_block(("done",))
        self._take("done")
        return Loop("", (), condition, body)

    def _read_case(self) -> Node:
        self.skip_blank()
        subject = read_word(self.text, self.position, self.end)
        self.position = subject.end
        self.skip_newlines()
        self._take("in")
        arms: list[tuple[str, Block]] = []
        while self.position < self.end:
            self.skip_newlines()
            if self.peek_word() == "esac" or self.position >= self.end:
                break
            closing = self._end_of_pattern()
            if closing < 0:
                break
            pattern = self.text[self.position:closing].strip().lstrip("(")
            self.position = closing + 1
            arms.append((pattern, self.read_block(("esac",))))
            if self.peek_operator() in (";;", ";&", ";;&"):
                self.position += len(self.peek_operator())
        self._take("esac")
        return Case(subject, tuple(arms))

    def _end_of_pattern(self) -> int:
        """Where the `)` of a `case` pattern stands: not in its quotes, nor in a group of its own as in `@(a|b)`."""
        position, opened = self.position, 0
        while position < self.end:
            character = self.text[position]
            if character == ")":
                if opened <= 0:
                    return position
                opened -= 1
            elif character == "(" and position > self.position:
                opened += 1
            position = max(position + 1, read_word(self.text, position, self.end).end)
        return self.text.find(")", self.position, self.end)

    def _read_function(self) -> Node:
        self.skip_blank()
        name = self.peek_word()
        self.position += len(name)
        return self._function_body(name)

    def _function_body(self, name: str) -> Node:
        self.skip_blank()
        if self.text.startswith("(", self.position):
            closing = self.text.find(")", self.position, self.end)
            self.position = self.end if closing < 0 else closing + 1
        self.skip_newlines()
        return Function(name, self.read_command(self.peek_word()) or NOTHING)

    def _read_test(self) -> Node:
        start = self.position
        words: list[Word] = []
        while self.position < self.end:
            self.skip_blank()
            if self.position >= self.end or self.text[self.position] == "\n":
                break
            word = read_word(self.text, self.position, self.end)
            if word.end == self.position:
                joined = self.text[self.position:self.position + 2]
                if joined in ("&&", "||"):
                    words.append(Word((joined,), self.position, self.position + 2, False))
                self.position += 2 if joined in ("&&", "||") else 1
                continue
            words.append(word)
            self.position = word.end
            if word.literal == "]]":
                break
        return Simple((), tuple(words), (), start, self.position)
