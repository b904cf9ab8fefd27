"""Values that a policy calls by another than their first label, such as 成熟期 where 稳定期 is meant."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dsl.meaning import ir
from dsl.meaning.inputs import everything_in
from dsl.meaning.types import Option, Type, Value
from dsl.text.source import Span


class Synonym(NamedTuple):
    """A value where it is written by another label, and the value that is meant."""

    at: Span
    written: str
    meant: Option


def written_synonyms(program: ir.Program) -> Iterator[Synonym]:
    """Every such value in the requirements of policies, in their order."""
    for policy in program.policies.values():
        for requirement in policy.requirements:
            for expr in everything_in(requirement.condition):
                type_, values = _tested(expr)
                for option in type_.options if type_ is not None else ():
                    others = [label for label in option.labels[1:] if label in expr.at.text]
                    if option.name in values and others and option.labels[0] not in expr.at.text:
                        yield Synonym(expr.at, max(others, key=len), option)


def _tested(expr: ir.Expr) -> tuple[Type | None, Sequence[Value]]:
    match expr:
        case ir.Among(operand=operand, values=values):
            return operand.type, values
        case ir.Compare(left=left, right=ir.Const(value=value)):
            return left.type, (value,)
        case ir.HasMembers(operand=operand, members=members):
            return operand.type, members
    return None, ()
