"""One Python file's source in, what it imports and takes from its imports out, by `ast`: nothing is run.

How firmly something is reached is one number, the lower the firmer (`strength.py`).
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Sequence
from typing import Any, Optional

from .strength import CONDITIONAL, GUARDED, LAZY, MODULE
from .truth import Truth, settle

CATCHES = frozenset({"ImportError", "ModuleNotFoundError", "AttributeError", "Exception", "BaseException"})
IMPORTERS = frozenset({"import_module", "__import__", "import_string", "namedModule", "namedAny"})
FORMAT = 8    # of a summary's plain data

# A summary is plain data, to be kept as JSON:
#   imports   [level, module, names or None, line, strength]     None: `import module`
#   others    [imports that are tried first, those of the handler that copes with their absence]
#   uses      [dotted, line, strength]      a chain of attributes that starts with an imported name
#   defines   names bound at module level; "*" where that cannot be told (`__getattr__`, globals())
#   texts     short string constants that look like names of modules or of groups of entry points
#   main      what runs only as a program: imports, in the same form
Summary = dict[str, Any]
EMPTY: Summary = {"imports": [], "uses": [], "defines": [], "texts": [], "main": [], "others": []}


def summarise(source: bytes, version: tuple[int, int] = (3, 11)) -> Optional[Summary]:
    """None where it is no Python that this parser understands."""
    tree = parse(source)
    return summarise_tree(tree, version) if tree is not None else None


def parse(source: bytes) -> Optional[ast.Module]:
    """None where it is no Python that this parser understands."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def summarise_tree(tree: ast.Module, version: tuple[int, int] = (3, 11)) -> Optional[Summary]:
    """None where it is too deep."""
    reader = _Reader(version)
    try:
        reader.block(tree.body, MODULE)
    except RecursionError:
        return None
    return {"imports": reader.imports, "uses": sorted(reader.uses.values()), "defines": sorted(reader.defines),
            "texts": sorted(reader.texts), "main": reader.main, "others": reader.others}


class _Reader:
    """Walks statements with the strength that their place gives them."""

    def __init__(self, version: tuple[int, int]) -> None:
        self.version = version
        self.imports: list[list[Any]] = []
        self.main: list[list[Any]] = []
        self.others: list[list[Any]] = []
        self.uses: dict[str, list[Any]] = {}
        self.defines: set[str] = set()
        self.texts: set[str] = set()
        self.bound: dict[str, str] = {}    # a name in this file -> the dotted name it stands for
        self.depth = 0                     # of functions and classes
        self.postponed = False             # annotations are texts (PEP 563)

    def block(self, statements: Sequence[ast.stmt], strength: int) -> None:
        """Statements in their order."""
        for statement in statements:
            self.statement(statement, strength)

    def statement(self, node: ast.stmt, strength: int) -> None:
        """One statement and what is in it."""
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self._import(node, strength)
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            self._try(node, strength)    # type: ignore[arg-type]
        elif isinstance(node, ast.If):
            self._if(node, strength)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._function(node, strength)
        elif isinstance(node, ast.ClassDef):
            self._class(node, strength)
        else:
            self._plain(node, strength)

    def _plain(self, node: ast.stmt, strength: int) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                self.statement(child, strength)
            elif isinstance(child, (ast.ExceptHandler, ast.withitem)) or type(child).__name__ == "match_case":
                for inner in ast.iter_child_nodes(child):
                    if isinstance(inner, ast.stmt):
                        self.statement(inner, strength)
                    else:
                        self.expression(inner, strength)
            else:
                self.expression(child, strength)

    def _import(self, node: ast.Import | ast.ImportFrom, strength: int) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.imports.append([0, alias.name, None, node.lineno, strength])
                self._bind(alias.asname or alias.name.partition(".")[0],
                           alias.name if alias.asname else alias.name.partition(".")[0])
            return
        names = [alias.name for alias in node.names]
        if node.module == "__future__":
            self.postponed = self.postponed or "annotations" in names
            return
        self.imports.append([node.level, node.module or "", names, node.lineno, strength])
        prefix = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                self._define("*" + prefix)
            else:
                self._bind(alias.asname or alias.name, f"{prefix}:{alias.name}")

    def _bind(self, name: str, meaning: str) -> None:
        self.bound.setdefault(name, meaning)
        self._define(name)

    def _define(self, name: str) -> None:
        if not self.depth:
            self.defines.add(name)

    def _try(self, node: ast.Try, strength: int) -> None:
        copes = any(_catches(handler) for handler in node.handlers)
        inner = max(strength, GUARDED) if copes else strength
        begin = len(self.imports)
        self.block(node.body, inner)
        first = self.imports[begin:]
        self.block(node.orelse, inner)
        for handler in node.handlers:
            begin = len(self.imports)
            self.block(handler.body, max(strength, CONDITIONAL))
            if copes and first and inner <= CONDITIONAL and _catches(handler):
                self.others.append([first, self.imports[begin:]])
                del self.imports[begin:]
        self.block(node.finalbody, strength)

    def _if(self, node: ast.If, strength: int) -> None:
        self.expression(node.test, strength)
        truth = settle(node.test, self.version)
        if truth is Truth.MAIN:
            before, self.imports = self.imports, self.main
            self.block(node.body, strength)
            self.imports = before
            self.block(node.orelse, strength)
            return
        weaker = strength if truth is not Truth.OPEN else max(strength, CONDITIONAL)
        if truth is not Truth.NO:
            self.block(node.body, weaker)
        if truth is not Truth.YES:
            self.block(node.orelse, weaker)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, strength: int) -> None:
        self._define(node.name)
        if node.name == "__getattr__" and not self.depth:
            self.defines.add("*")
        arguments = node.args
        annotated = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        evaluated = [node.returns, *(argument.annotation for argument in annotated if argument is not None)]
        for outer in (*node.decorator_list, *arguments.defaults, *arguments.kw_defaults,
                      *(() if self.postponed else evaluated)):
            if outer is not None:
                self.expression(outer, strength)
        self.depth += 1
        self.block(node.body, max(strength, LAZY))
        self.depth -= 1

    def _class(self, node: ast.ClassDef, strength: int) -> None:
        self._define(node.name)
        for outer in (*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)):
            self.expression(outer, strength)
        self.depth += 1
        self.block(node.body, strength)
        self.depth -= 1

    def expression(self, node: ast.AST, strength: int) -> None:
        """Attributes of imported names, imports by call, and texts that may be names."""
        if isinstance(node, ast.Attribute):
            if self._attribute(node, strength):
                return
        elif isinstance(node, ast.Call):
            self._call(node, strength)
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str) and _is_name(node.value):
                self.texts.add(node.value)
            return
        elif isinstance(node, ast.Lambda):
            strength = max(strength, LAZY)
        elif isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                self._define(node.id)
            return
        for child in ast.iter_child_nodes(node):
            self.expression(child, strength)

    def _attribute(self, node: ast.Attribute, strength: int) -> bool:
        """True for a chain of attributes whose first name is an import's."""
        parts: list[str] = []
        inner: ast.AST = node
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if not isinstance(inner, ast.Name):
            return False
        meaning = self.bound.get(inner.id)
        if meaning is None or not isinstance(node.ctx, ast.Load):
            return True
        dotted = ".".join([meaning, *reversed(parts)])
        known = self.uses.get(dotted)
        if known is None or strength < known[2]:
            self.uses[dotted] = [dotted, node.lineno, strength]
        return True

    def _call(self, node: ast.Call, strength: int) -> None:
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else \
            function.id if isinstance(function, ast.Name) else ""
        if name in ("hasattr", "getattr") and len(node.args) > (1 if name == "hasattr" else 2):
            return    # the file copes with the attribute's absence
        if name == "globals" and not self.depth:
            self.defines.add("*")
        if name in IMPORTERS and node.args:
            self._import_by_call(node, node.args[0], strength)

    def _import_by_call(self, node: ast.Call, first: ast.expr, strength: int) -> None:
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            module = first.value.lstrip(".")
            self.imports.append([len(first.value) - len(module), module, None, node.lineno, strength])
        else:
            self.texts.add("*")    # it imports what it computes


def _catches(handler: ast.ExceptHandler) -> bool:
    """An ImportError is coped with; not where the handler raises one itself."""
    if isinstance(handler.body[-1], ast.Raise):
        return False
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in CATCHES) for kind in kinds)


def _is_name(text: str) -> bool:
    """`a.b`, `a.b:c`, `console_scripts`: what may name a module, or a group of entry points."""
    return 3 < len(text) < 80 and ("." in text or "_" in text) and \
        text.replace(".", "").replace("_", "").replace(":", "").replace("-", "").isalnum()
