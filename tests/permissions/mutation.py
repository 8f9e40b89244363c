"""Code with one condition less: of every function that decides who sees something, every clause
is left out once, and the table must notice.

The functions stay where they are, with all that refers to them; only their code is exchanged.
"""

import ast
import copy
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

# What narrows a queryset, as a call without arguments or with the reader alone.
NARROWING = {"valid", "active", "submitted", "complete", "playable", "visible_to"}
CONDITIONS = {"filter", "Q", "exclude"}
Clause = tuple[Callable[[], None], str]


@dataclass(frozen=True)
class Mutant:
    function: FunctionType
    code: CodeType
    name: str  # where, and what is left out


def clauses(tree: ast.FunctionDef | ast.Lambda) -> Iterator[Clause]:
    """Every clause below this definition: how to leave it out, and how it reads."""
    yield from clauses_of_node(tree)
    for statement in tree.body if isinstance(tree, ast.FunctionDef) else [tree.body]:
        for node in ast.walk(statement):
            yield from clauses_of_node(node)


def clauses_of_node(node: ast.AST) -> Iterator[Clause]:
    yield from clauses_of_call(node)
    for field, value in list(ast.iter_fields(node)):
        if field in ("args", "returns") and isinstance(node, ast.FunctionDef):
            continue
        if isinstance(value, list):
            yield from clauses_in_list(node, field, value)
        elif isinstance(value, ast.AST):
            for left_out, stays in parts_of(value):
                yield replacing(node, field, stays), without(left_out)


def parts_of(value: ast.AST) -> list[tuple[ast.AST, ast.AST]]:
    """What can be left out of an expression, each with what stays."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitAnd | ast.BitOr):
        return [(value.right, value.left), (value.left, value.right)]
    if is_narrowing(value):
        return [(value, all_of(value))]
    return []


def clauses_of_call(node: ast.AST) -> Iterator[Clause]:
    if not (isinstance(node, ast.Call) and name_of(node.func) in CONDITIONS):
        return
    for position in range(len(node.args)):
        kept = node.args[:position] + node.args[position + 1 :]
        yield replacing(node, "args", kept), without(node.args[position])
    for position in range(len(node.keywords)):
        kept = node.keywords[:position] + node.keywords[position + 1 :]
        yield replacing(node, "keywords", kept), without(node.keywords[position])


def clauses_in_list(node: ast.AST, field: str, values: list[Any]) -> Iterator[Clause]:
    for position, value in enumerate(values):
        before, after = values[:position], values[position + 1 :]
        if isinstance(value, ast.If):
            yield replacing(node, field, [*before, *after]), without(value.test)
        for left_out, stays in parts_of(value):
            yield replacing(node, field, [*before, stays, *after]), without(left_out)


def is_narrowing(value: Any) -> bool:
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in NARROWING
    )


def all_of(call: ast.Call) -> ast.Call:
    """The same manager or queryset, not narrowed."""
    return ast.Call(ast.Attribute(call.func.value, "all", ast.Load()), [], [])


def name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def replacing(node: ast.AST, field: str, value: Any) -> Callable[[], None]:
    return lambda: setattr(node, field, value)


def without(node: ast.AST) -> str:
    if isinstance(node, ast.keyword):
        return f"{node.arg}={ast.unparse(node.value)}"
    if is_narrowing(node):
        return f".{node.func.attr}()"
    return ast.unparse(node)


def mutants_of(functions: list[FunctionType]) -> list[Mutant]:
    return [mutant for function in functions for mutant in mutants_of_function(function)]


def mutants_of_function(function: FunctionType) -> list[Mutant]:
    source = Path(inspect.getmodule(function).__file__).read_text()
    original = node_of(ast.parse(source), function)
    found = []
    for number, (_leave_out, words) in enumerate(clauses(original)):
        changed = copy.deepcopy(original)
        leave_out, _words = list(clauses(changed))[number]
        leave_out()
        name = f"{function.__qualname__} without {words}"
        found.append(Mutant(function, code_of(changed, function), name))
    return found


def node_of(tree: ast.AST, function: FunctionType) -> ast.FunctionDef | ast.Lambda:
    """The definition, or the lambda, that this function was made from."""
    first = function.__code__.co_firstlineno
    kinds = ast.FunctionDef | ast.Lambda
    return next(
        node for node in ast.walk(tree) if isinstance(node, kinds) and first_line(node) == first
    )


def first_line(node: ast.FunctionDef | ast.Lambda) -> int:
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)])


def code_of(node: ast.FunctionDef | ast.Lambda, function: FunctionType) -> CodeType:
    statement = ast.Expr(node) if isinstance(node, ast.Lambda) else node
    tree = ast.fix_missing_locations(ast.Module([statement], []))
    whole = compile(tree, function.__code__.co_filename, "exec")
    return next(code for code in codes_in(whole) if code.co_name == function.__name__)


def codes_in(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from codes_in(constant)


@contextmanager
def living(mutant: Mutant) -> Iterator[None]:
    original = mutant.function.__code__
    mutant.function.__code__ = mutant.code
    try:
        yield
    finally:
        mutant.function.__code__ = original


@contextmanager
def one_basis_less(bases: dict[str, Any], name: str) -> Iterator[None]:
    original = dict(bases)
    del bases[name]
    try:
        yield
    finally:
        bases.clear()
        bases.update(original)
