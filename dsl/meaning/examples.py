"""Examples of the tree become their IR."""

from dsl.meaning import ir
from dsl.meaning.conditions import Lowerer
from dsl.meaning.scope import Role, Scope, Symbol
from dsl.meaning.show import plain
from dsl.meaning.types import Kind, Type, Value
from dsl.meaning.vocabulary import lacks_unit
from dsl.syntax import ast
from dsl.syntax.islands import Island
from dsl.text.diagnostics import problem

_GIVEN_ROLES = (Role.FACT, Role.DEFINE, Role.CLASSIFY)


class ExampleBuilder:
    """Lowers one example; problems go to the scope."""

    def __init__(self, decl: ast.ExampleDecl, island: Island, scope: Scope) -> None:
        self.decl, self.island, self.scope = decl, island, scope
        self.lowerer = Lowerer(scope, island)

    def build(self) -> ir.Example:
        """The example with held values."""
        dates = [g.values[0] for g in self.decl.given if g.name is None]
        as_of = dates[0].days if dates and isinstance(dates[0], ast.Date) else None
        beside = tuple((self._count(b), self._facts(b.given)) for b in self.decl.beside)
        made = [self._expectation(e) for e in self.decl.expects]
        at = self.island.span(self.decl.at)
        expects = tuple(e for e in made if e is not None)
        return ir.Example(self.decl.title.text, self._facts(self.decl.given), beside, as_of, expects, at)

    def _count(self, beside: ast.Beside) -> int:
        value = beside.count.quantity.value
        if value != int(value) or not 1 <= value <= 10_000 or beside.count.quantity.unit:
            self.lowerer.report("E323", beside.count)
            return 1
        return int(value)

    def _facts(self, given: tuple[ast.Given, ...]) -> tuple[tuple[str, Value | None], ...]:
        found: dict[str, Value | None] = {}
        for item in given:
            if item.name is None:
                continue
            symbol, year = self._symbol(item.name)
            if symbol is None or symbol.type is None:
                continue
            name = f"{symbol.name}{year}"
            if name in found:
                self.scope.problems.append(problem("E202", self.island.span(item.at), name=item.name.text))
                continue
            sound, value = self.lowerer.given(item.values, symbol.type, item)
            if sound and not self._lacks_unit(symbol, item, value):
                found[name] = value
        return tuple(sorted(found.items()))

    def _lacks_unit(self, symbol: Symbol, item: ast.Given, value: Value | None) -> bool:
        """Report a demand such as `wanted_amount 300`, which may be yuan or 万."""
        number = item.values[-1] if len(item.values) == 1 else None
        bare = isinstance(number, ast.Number) and not (number.quantity.unit or number.quantity.scaled)
        if not (symbol.demanded and bare and symbol.type is not None and lacks_unit(value, symbol.type)):
            return False
        assert isinstance(number, ast.Number)
        written = plain(number.quantity.value)
        near = f"{written}万、{written}元" if symbol.type.kind is Kind.MONEY else f"{written}%"
        self.lowerer.report("E330", number, near=near)
        return True

    def _symbol(self, name: ast.Name) -> tuple[Symbol | None, str]:
        """The fact or derived value that is given, and for a yearly one the year as `@2022`."""
        spelling, at, year = name.text.partition("@")
        symbol = self.scope.find(spelling)
        if symbol is None:
            self.scope.unknown(self.island, ast.Name(name.at, spelling))
        elif symbol.role not in _GIVEN_ROLES:
            self.lowerer.report("E207", name, name=name.text, role_kind=symbol.role)
            return None, ""
        elif year and not symbol.yearly:
            self.lowerer.report("E325", name)
            return None, ""
        return symbol, at + year

    def _expectation(self, node: ast.Expect) -> ir.Expectation | None:
        at = self.lowerer.span(node)
        if node.condition is not None:
            condition = self.lowerer.condition(node.condition)
            return ir.Expectation(condition=condition, at=at) if condition is not None else None
        if node.policy is None:
            return ir.Expectation(at=at)
        policy = self.scope.policy_called(node.policy.text)
        if policy is None:
            self.scope.unknown(self.island, node.policy, policies=True)
            return None
        benefits = [self._benefit(name, value) for name, value in node.benefits]
        kept = tuple(b for b in benefits if b is not None)
        return ir.Expectation(policy, node.verdict.lower(), kept, at=at)

    def _benefit(self, name: ast.Name, value: ast.Expression | ast.Ratio | None) -> tuple[str, Value | None] | None:
        symbol = self.scope.find(name.text)
        if symbol is None or symbol.role is not Role.BENEFIT:
            among = [s.name for s in self.scope.symbols.values() if s.role is Role.BENEFIT]
            self.scope.unknown(self.island, name, among=among)
            return None
        if symbol.type is None:
            return None
        if isinstance(value, ast.Ratio):
            return symbol.name, _shares(value, symbol.type)
        if value is None or isinstance(value, ast.Nothing):
            return symbol.name, None
        sound, held = self.lowerer.given((value,), symbol.type, value)
        return (symbol.name, held) if sound else None


def _shares(ratio: ast.Ratio, type_: Type) -> tuple[int, ...] | None:
    whole = all(p.isdigit() for p in ratio.parts)
    fits = type_.kind is Kind.RATIO and len(ratio.parts) == len(type_.options)
    return tuple(int(p) for p in ratio.parts) if whole and fits else None
