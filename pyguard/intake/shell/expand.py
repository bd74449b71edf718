"""Words become fields, as far as a state knows its variables; what is not known stays as written."""

from __future__ import annotations

import posixpath
import re
from typing import Optional

from ...model.late_pattern import late
from ..circumstances import Ground
from .state import State
from .words import Part, Substitution, Variable, Word, read_word

BY_PATH = late(r"(?:which|command -v|type -P)\s")
OWN_PLACES = {Ground.VENV: "$VIRTUAL_ENV/bin/", Ground.PRIVATE: "$pythonLocation/bin/",
              Ground.CONDA: "$CONDA_PREFIX/envs/active/bin/"}    # where the programs of what is active lie
PROGRAM_OF = late(r"(?:which|command -v|type -P|readlink -f)\s+[\"']?([\w./+-]+)[\"']?(?:\s+(?:pip|python)[\d.]*)*"
                  r"\s*(?:&?\d?>+\s*[^\s>]+\s*)*(?:\|\s*(?:head|tail)\s+-(?:n\s*)?1\s*$)?"
                  r"(?:\|\|\s*(?:true|:|echo\s[^|;&]*|(?:which|command -v|type -P)\s+[\"']?(?:pip|python)[\d.]*"
                  r"[\"']?\s*(?:&?\d?>+\s*[^\s>]+\s*)*))*$")
# What runs a command of its own is one field, whatever it gives
FIELD = late(r"(?:`[^`]*`|\$\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\S)+")
PLACE = late(r"\s*(?:CDPATH=\S*\s+)?(?:(?:builtin|command)\s+)?(cd|dirname|readlink|realpath)\s+(?:-\S*\s+)*"
             r"(?=[\"'$/.\w])")
ALONE = late(r"\s*(?:[&\d]?>+\s*[&\w/]+\s*)*(?:\|\|[\s\S]*)?$")
THEN_PWD = late(r"\s*(?:[&\d]?>+\s*[&\w/]+\s*)*(?:\|\|\s*\w+(?:\s+\w+)?\s*)?(?:&&|;|\n)\s*"
                r"(?:(?:builtin|command)\s+)?pwd\b[^|;&()]*$")
OWN = late(r"\$\{?(?:0|BASH_SOURCE)\b")
OWN_FILE = frozenset(("0", "BASH_SOURCE"))
INDEX = late(r"^\[\w*\]")
LISTS = frozenset(("@", "*"))
SLICE = late(r":(\d{1,4})(?::(\d{1,4}))?")
BASENAME = late(r"basename\s+(\S+)$")
MAX_VALUE = 4_000     # characters; a loop that doubles a variable ends here
MAX_DEPTH = 5


def expand(word: Word, state: State, depth: int = 0) -> list[str]:
    """The fields: an unquoted variable splits, an empty one leaves nothing."""
    if word.literal and (word.quoted or "{" not in word.literal):
        return [word.literal]
    fields: list[str] = []
    current = ""
    started = word.quoted
    for part in word.parts:
        if state.arguments is not None and isinstance(part, Variable) and part.name in LISTS \
                and (part.name == "@" or not part.quoted):
            pieces = _listed(part, state.arguments)
            started = started and (bool(pieces) or any(each not in ("", part) for each in word.parts))
        else:
            text, splits = _value(part, state, depth)
            if not splits:
                current, started = current + text, started or bool(text)
                continue
            pieces = FIELD.findall(text) if "`" in text or "$(" in text else text.split()
            if pieces and text[0].isspace() and (current or started):
                fields.append(current)
                current = ""
        for index, piece in enumerate(pieces):
            if index:
                fields.append(current)
                current = ""
            current, started = current + piece, True
    if started or current:
        fields.append(current)
    if depth == 0 and not word.quoted and fields and "{" in word.raw:
        return [each for field in fields for each in _braces(field)]
    return fields


def expand_one(word: Word, state: State) -> str:
    """The word as one field: for assignments and redirections, where nothing splits."""
    if word.is_fixed:
        return word.literal[:MAX_VALUE]
    return "".join(_value(part, state, 0)[0] for part in word.parts)[:MAX_VALUE]


def expand_text(text: str, state: State, depth: int = 0) -> str:
    """A default value's or a here-document's text."""
    if "$" not in text and "`" not in text:
        return text.strip("\"'")
    quoted = '"' + text.replace('"', "") + '"'
    return " ".join(expand(read_word(quoted, 0, len(quoted)), state, depth + 1))


def _value(part: Part, state: State, depth: int) -> tuple[str, bool]:
    if isinstance(part, str):
        return part, False
    if isinstance(part, Substitution):
        return _substituted(part, state, depth), False
    if part.name in LISTS and state.arguments is not None:
        return " ".join(_listed(part, state.arguments))[:MAX_VALUE], not part.quoted
    value = state.variables.get(part.name)
    if part.rest.startswith("["):
        value = state.variables.get(part.name + part.rest.replace('"', "").replace("'", ""), value)
    if part.name in OWN_FILE:
        value = state.own_file(part.name)
    if part.rest.startswith(("+", ":+")):
        return "", False
    if value is None:
        if part.fallback and depth < MAX_DEPTH:
            return expand_text(part.fallback, state, depth), not part.quoted
        if part.name in ("HOME",):
            return "$HOME", False
        return part.raw, False
    if not value and part.fallback and depth < MAX_DEPTH:
        return expand_text(part.fallback, state, depth), not part.quoted
    if part.rest.startswith(("[@", "[*")):    # an array's words are fields even in quotes
        return value[:MAX_VALUE], True
    if part.rest:
        return _modified(value, part), not part.quoted
    return value[:MAX_VALUE], not part.quoted


def _listed(part: Variable, arguments: tuple[str, ...]) -> list[str]:
    """`"$@"`, `$*` and `"${@:2}"` as fields; without quotes each is split."""
    some = SLICE.fullmatch(part.rest)
    words = arguments
    if some:
        start = max(int(some.group(1)) - 1, 0)
        words = arguments[start:start + int(some.group(2) or len(arguments))]
    return list(words) if part.quoted else [piece for word in words for piece in word.split()]


def _modified(value: str, part: Variable) -> str:
    """`${x%.*}` and its kin, for literal patterns; others stay as written."""
    rest = INDEX.sub("", part.rest)
    if rest == "%/*":
        return value.rpartition("/")[0] if "/" in value else value
    if rest in ("%%/*", "##*/"):
        return value.partition("/")[0] if rest == "%%/*" else value.rpartition("/")[2]
    if rest.startswith("%"):
        pattern = rest.lstrip("%")
        if pattern == ".*":
            return value.rpartition(".")[0] if not rest.startswith("%%") else value.partition(".")[0]
        return value[:-len(pattern)] if pattern and value.endswith(pattern) else part.raw
    return value if part.rest.startswith("[") else part.raw


def _substituted(part: Substitution, state: State, depth: int = 0) -> str:
    inner = part.raw.strip("`")
    inner = inner[2:-1] if inner.startswith("$(") else inner
    match = PROGRAM_OF.search(inner)
    if match:
        name = match.group(1)
        return f"{OWN_PLACES.get(state.active.ground, '')}{name}" if BY_PATH.search(inner) and "/" not in name else name
    named = BASENAME.match(inner.strip())
    if named:
        return expand_text(named.group(1), state, 1).rsplit("/", 1)[-1]
    if inner.strip() in ("pwd", "pwd -P"):
        return state.cwd or "."
    if state.functions and inner.split(None, 1)[:1] and inner.split(None, 1)[0] in state.functions:
        return _printed(inner, state, depth) or part.raw
    place = PLACE.match(inner)
    if place and depth < MAX_DEPTH:
        word = read_word(inner, place.end(), len(inner))
        path = "".join(_value(each, state, depth + 1)[0] for each in word.parts)[:MAX_VALUE]
        if path and "$" not in path and "`" not in path:
            return _place(place.group(1), path, inner, inner[word.end:], state) or part.raw
    return part.raw


def _printed(inner: str, state: State, depth: int) -> Optional[str]:
    from .outputs import output_of  # it expands the words of what is printed

    return output_of(inner, state, depth) if depth < MAX_DEPTH else None


def _place(program: str, path: str, whole: str, rest: str, state: State) -> str:
    """What `dirname`, `readlink -f` or `cd ... && pwd` gives; a script's own place is a path in its repository."""
    if program == "dirname":
        return posixpath.dirname(path) if ALONE.match(rest) else ""
    if program in ("readlink", "realpath"):
        return path if ALONE.match(rest) else ""
    if not THEN_PWD.match(rest):
        return ""
    if not OWN.search(whole) and not path.startswith("/"):
        path = f"{state.cwd or '.'}/{path}"
    full = posixpath.normpath(path)
    return "" if full.startswith("..") or ("$" in full and ".." in path) else full


def _braces(field: str) -> list[str]:
    """`{a,b}` in a field; nesting is left as it is."""
    match = re.search(r"(?<!\$)\{([^{}\s]*,[^{}\s]*)\}", field)
    if not match or len(field) > 500:
        return [field]
    return [field[:match.start()] + each + field[match.end():] for each in match.group(1).split(",")[:50]]
