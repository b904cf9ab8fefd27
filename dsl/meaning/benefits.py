"""Benefit declarations of the tree become benefits, with the demands that they meet and the amounts they divide."""

from dataclasses import replace

from dsl.meaning.arithmetic import comparable
from dsl.meaning.conditions import Lowerer
from dsl.meaning.declarations import type_of
from dsl.meaning.scope import Role, Scope, Symbol
from dsl.meaning.types import NUMERIC, Kind, Type
from dsl.meaning.vocabulary import Benefit
from dsl.syntax import ast

_MEASURED = NUMERIC - {Kind.DATE}
_AMOUNTS = (Kind.MONEY, Kind.COUNT)


def benefits_of(symbols: list[Symbol], scope: Scope) -> dict[str, Benefit]:
    """The benefits declared; sets the symbols' types first, for a ratio may divide a benefit further down.

    A fact that some benefit meets becomes demanded.
    """
    for symbol in symbols:
        assert isinstance(symbol.decl, ast.BenefitDecl)
        symbol.type = type_of(symbol.decl.type, symbol.island, scope, fact=False)
    return {s.name: _benefit(s, s.type, scope) for s in symbols if s.type is not None}


def _benefit(symbol: Symbol, type_: Type, scope: Scope) -> Benefit:
    decl = symbol.decl
    assert isinstance(decl, ast.BenefitDecl)
    lowerer = Lowerer(scope, symbol.island)
    words = [p.word for p in decl.properties]
    found = Benefit(symbol.name, symbol.labels, type_, "LOWER_IS_BETTER" in words, at=symbol.at)
    for place, item in enumerate(decl.properties):
        if item.word in words[:place]:
            lowerer.report("E411", item)
        match item.word, item.values:
            case "MEETS", (ast.Name() as name,):
                if (fact := _target(lowerer, name, Role.FACT)) and _meets(lowerer, item, name, fact, type_):
                    fact.demanded = True
                    found = replace(found, meets=fact.name)
            case "DIVIDES", (ast.Name() as name,):
                if (amount := _target(lowerer, name, Role.BENEFIT)) and _divides(lowerer, item, name, amount, type_):
                    found = replace(found, divides=amount.name)
            case "IN_PART", _:
                if "MEETS" not in words or found.lower_is_better or type_.kind not in _AMOUNTS:
                    lowerer.report("E329", item, name=symbol.name, right_kind=type_)
                found = replace(found, in_part=True)
            case "WITHOUT_REPAYMENT", _:
                if type_.kind is not Kind.MONEY:
                    lowerer.report("E329", item, name=symbol.name, right_kind=type_)
                found = replace(found, without_repayment=True)
    return found


def _target(lowerer: Lowerer, name: ast.Name, role: Role) -> Symbol | None:
    symbol = lowerer.scope.find(name.text)
    if symbol is None:
        lowerer.scope.unknown(lowerer.island, name)
    elif symbol.role is not role:
        lowerer.report("E207", name, name=name.text, role_kind=symbol.role)
    elif symbol.type is not None:  # else its declaration is broken and reported
        return symbol
    return None


def _meets(lowerer: Lowerer, item: ast.Property, name: ast.Name, fact: Symbol, type_: Type) -> bool:
    """Whether a benefit of a type can meet what a fact asks for: amounts even across currencies."""
    assert fact.type is not None
    if type_.kind not in _MEASURED or fact.yearly:
        lowerer.report("E329", item, name=name.text, right_kind=type_)
        return False
    amounts = fact.type.kind is Kind.MONEY and type_.kind is Kind.MONEY
    if fact.type.kind is not type_.kind or not (amounts or comparable(fact.type, type_)):
        lowerer.report("E304", name, left_kind=fact.type, right_kind=type_)
        return False
    return True


def _divides(lowerer: Lowerer, item: ast.Property, name: ast.Name, amount: Symbol, type_: Type) -> bool:
    assert amount.type is not None
    if type_.kind is not Kind.RATIO:
        lowerer.report("E329", item, name=name.text, right_kind=type_)
        return False
    if amount.type.kind is not Kind.MONEY:
        lowerer.report("E304", name, left_kind=amount.type, right_kind=Kind.MONEY)
        return False
    return True
