"""Small faults, one at a time: what can be changed in a source file without touching words meant for people.

A mutant is a changed expression or a statement left out.  Its name (file, function, expression before, after, and which
of several equal ones) does not depend on line numbers, so that a review of it stays valid while other code moves.
"""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
NAMES = [("min", "max"), ("any", "all"), ("bisect_left", "bisect_right")]
ATTRIBUTES = [("first", "last"), ("earliest", "latest"), ("start", "end"), ("opens", "closes"), ("lat", "lon")]
SWAPS = {name: other for pair in (*NAMES, *ATTRIBUTES) for name, other in (pair, pair[::-1])}
SIMPLE = (ast.Expr, ast.Assign, ast.AugAssign, ast.Continue, ast.Break)


@dataclass(frozen=True)
class Mutant:
    """`function` is empty for what stands outside every function.  `lines` are those of the statement changed, `code` is
    a digest of the function as it was.
    """

    path: str
    function: str
    before: str
    after: str
    number: int
    lines: range
    code: str
    build: Callable[[], ast.Module]  # the whole file with this fault

    @property
    def name(self) -> tuple[str, str, str, str, int]:
        return self.path, self.function, self.before, self.after, self.number

    def __str__(self) -> str:
        which = f" ({self.number})" if self.number > 1 else ""
        return f"`{self.path}` `{self.function}`: `{self.before}` → `{self.after}`{which}"


def mutants(path: Path) -> list[Mutant]:
    """All mutants of a file, in the order of its lines."""
    tree = ast.parse(path.read_text())
    seen: Counter[tuple[str, str, str]] = Counter()
    codes: dict[ast.AST, str] = {}
    result = []
    for place in _places(tree, "", None, None):
        whole = place.body or place.statement
        for changed in () if place.covered else _changes(place.node):
            before, after = _text(place.node), _text(changed)
            if before == after:
                continue
            function = place.function if place.body else ""
            seen[function, before, after] += 1
            number, lines = seen[function, before, after], _lines(place.statement)
            code = codes[whole] = codes.get(whole) or _digest(whole)
            build = partial(place.put, tree, changed)
            result.append(Mutant(str(path), function, before, after, number, lines, code, build))
    return sorted(result, key=lambda m: m.lines.start)


@dataclass(frozen=True)
class _Place:
    """A node, the statement it is part of, the outermost function around it, and how to get there from the module."""

    node: ast.AST
    statement: ast.stmt
    function: str
    body: ast.AST | None
    steps: tuple[tuple[str, int | None], ...]

    @property
    def covered(self) -> bool:
        """A condition the other way round: who notices it always true and always false notices this.  Outside of functions,
        names (members of enumerations) and what fails on import."""
        node, (field, _) = self.node, self.steps[-1]
        if self.body is None and (isinstance(node, ast.Call) or isinstance(getattr(node, "value", None), str)):
            return True
        turned = isinstance(node, ast.Compare) and isinstance(
            node.ops[0], (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
        )
        return field == "test" and (turned or isinstance(node, ast.UnaryOp))

    def put(self, tree: ast.Module, changed: ast.AST) -> ast.Module:
        copy = deepcopy(tree)
        parent: ast.AST = copy
        *way, (field, index) = self.steps
        for name, at in way:
            parent = getattr(parent, name) if at is None else getattr(parent, name)[at]
        changed = ast.copy_location(deepcopy(changed), self.node)
        if index is None:
            setattr(parent, field, changed)
        else:
            getattr(parent, field)[index] = changed
        return ast.fix_missing_locations(copy)


def _places(
    node: ast.AST,
    function: str,
    body: ast.AST | None,
    statement: ast.stmt | None,
    steps: tuple[tuple[str, int | None], ...] = (),
) -> Iterator[_Place]:
    """Every node of which a mutant may be made: no imports, annotations, decorators, texts or assertions."""
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.Assert, ast.JoinedStr, ast.Raise)):
        return
    if isinstance(node, ast.BoolOp) and isinstance(node.values[-1], ast.Constant) and node.values[-1].value == "":
        node, steps = node.values[0], (*steps, ("values", 0))  # `or ""` is there for the type checker
    if isinstance(node, ast.stmt):
        statement = node
    if statement is not None:
        yield _Place(node, statement, function, body, steps)
    skipped = {"annotation", "returns", "decorator_list", "bases", "keywords" if isinstance(node, ast.ClassDef) else ""}
    for field, value in ast.iter_fields(node):
        if field in skipped or (isinstance(node, ast.Subscript) and _is_type(node)):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST):
                inside, outer = function, body
                if body is None and isinstance(node, (ast.FunctionDef, ast.ClassDef)) and field in ("body", "args"):
                    inside = f"{function}.{node.name}".strip(".")
                    outer = node if isinstance(node, ast.FunctionDef) and field == "body" else None
                if outer is None and isinstance(child, ast.Expr):
                    continue  # docstrings of the module and its classes
                yield from _places(child, inside, outer, statement, (*steps, (field, index)))


def _is_type(node: ast.Subscript) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in ("dict", "list", "tuple", "set", "frozenset", "type")


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    for kind, change in CHANGES.items():
        if isinstance(node, kind):
            yield from change(node)


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    for at, op in enumerate(node.ops):
        changed = deepcopy(node)
        changed.ops[at] = COMPARISONS[type(op)]()
        yield changed


def _bool_op(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for at in range(len(node.values)):
        rest = [*node.values[:at], *node.values[at + 1 :]]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _bin_op(node: ast.BinOp) -> Iterator[ast.AST]:
    if type(node.op) in OPERATORS:
        yield ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)


def _unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, (ast.Not, ast.USub)):
        yield node.operand


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, (int, float)):
        yield ast.Constant(node.value + 1)
        if node.value > 1:
            yield ast.Constant(node.value - 1)
    elif isinstance(node.value, str) and " " not in node.value:  # with spaces it is a sentence for people
        yield ast.Constant(node.value + "?")


def _test(node: ast.If | ast.IfExp | ast.While) -> Iterator[ast.AST]:
    for value in (True, False):
        changed = deepcopy(node)
        changed.test = ast.Constant(value)
        yield changed


def _comprehension(node: ast.comprehension) -> Iterator[ast.AST]:
    for at in range(len(node.ifs)):
        changed = deepcopy(node)
        del changed.ifs[at]
        yield changed
    yield from _first_two(node)


def _first_two(node: ast.For | ast.comprehension) -> Iterator[ast.AST]:
    """Only the first two of what is gone through: who notices this has tried three, and notices the first alone as well."""
    changed = deepcopy(node)
    whole = ast.Call(ast.Name("list", ast.Load()), [changed.iter], [])
    changed.iter = ast.Subscript(whole, ast.Slice(upper=ast.Constant(2)), ast.Load())
    yield changed


def _call(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Name) and node.func.id in ("sorted", "set", "frozenset", "reversed") and node.args:
        yield ast.Call(ast.Name("list", ast.Load()), [node.args[0]], [])
    for at, keyword in enumerate(node.keywords):
        if keyword.arg in ("key", "default", "reverse", "strict"):
            continue  # the first is covered by the others of these: without them it fails or sorts by everything
        changed = deepcopy(node)
        del changed.keywords[at]
        yield changed


def _swap(node: ast.Name | ast.Attribute) -> Iterator[ast.AST]:
    name = node.id if isinstance(node, ast.Name) else node.attr
    if name not in SWAPS or not isinstance(node.ctx, ast.Load) or (isinstance(node, ast.Name) and name not in CALLED):
        return
    changed = deepcopy(node)
    if isinstance(changed, ast.Name):
        changed.id = SWAPS[name]
    else:
        changed.attr = SWAPS[name]
    yield changed


CALLED = {name for pair in NAMES for name in pair}


def _leave_out(node: ast.stmt) -> Iterator[ast.AST]:
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    if not text and not (isinstance(node, ast.Assign) and isinstance(node.targets[0], (ast.Name, ast.Tuple))):
        yield ast.Pass()


def _return(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield ast.Return(ast.Constant(None))


CHANGES: dict[type | tuple[type, ...], Callable[..., Iterator[ast.AST]]] = {
    ast.Compare: _compare,
    ast.BoolOp: _bool_op,
    ast.BinOp: _bin_op,
    ast.UnaryOp: _unary,
    ast.Constant: _constant,
    (ast.If, ast.IfExp, ast.While): _test,
    ast.comprehension: _comprehension,
    ast.For: _first_two,
    ast.Call: _call,
    (ast.Name, ast.Attribute): _swap,
    SIMPLE: _leave_out,
    ast.Return: _return,
}


def _lines(statement: ast.stmt) -> range:
    """Of a compound statement only what comes before its body."""
    body = getattr(statement, "body", None)
    last = body[0].lineno - 1 if body else statement.end_lineno or statement.lineno
    return range(statement.lineno, max(last, statement.lineno) + 1)


def _text(node: ast.AST) -> str:
    """The head of a compound statement, the whole of anything else; one line."""
    if isinstance(node, ast.comprehension):
        return " ".join(
            [f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}", *(f"if {ast.unparse(i)}" for i in node.ifs)]
        )
    return (
        ast.unparse(node).split("\n")[0]
        if isinstance(node, (ast.If, ast.While, ast.For))
        else " ".join(ast.unparse(node).split())
    )


def _digest(node: ast.AST) -> str:
    return hashlib.sha256(ast.unparse(node).encode()).hexdigest()[:16]
