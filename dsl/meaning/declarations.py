"""Declarations of the tree become facts, parameters and derived values."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from dsl.meaning import ir
from dsl.meaning.conditions import Lowerer
from dsl.meaning.grids import derive
from dsl.meaning.literals import code_of_refusal, held, is_open, type_of_quantity
from dsl.meaning.scope import Role, Scope, Symbol
from dsl.meaning.types import MONEY, NUMERIC, Kind, Option, Type, Value
from dsl.meaning.vocabulary import Fact
from dsl.syntax import ast
from dsl.syntax.islands import Island
from dsl.text.diagnostics import problem
from dsl.text.quantity import CURRENCIES, SPANS

KIND_OF_TOKEN = {
    "YES_NO": Kind.BOOL, "NUMBER_TYPE": Kind.NUMBER, "COUNT_TYPE": Kind.COUNT, "POINTS_TYPE": Kind.POINTS,
    "PERCENT_TYPE": Kind.PERCENT, "MONEY_TYPE": Kind.MONEY, "DATE_TYPE": Kind.DATE, "DURATION_TYPE": Kind.DURATION,
    "ONE_OF": Kind.CATEGORY, "SET_OF": Kind.SET, "CODE_TYPE": Kind.CODE, "TEXT_TYPE": Kind.TEXT,
    "RATIO_AMONG": Kind.RATIO, "EXCHANGE_TYPE": Kind.NUMBER,
}  # fmt: skip


def texts(labels: Iterable[ast.Text]) -> tuple[str, ...]:
    """Labels as text."""
    return tuple(t.text.strip() for t in labels)


def type_of(node: ast.TypeName, island: Island, scope: Scope, *, fact: bool) -> Type | None:
    """The type a declaration names; None when it is not one."""
    kind = KIND_OF_TOKEN[node.word]
    if node.yearly and not fact:
        scope.problems.append(problem("E319", island.span(node.at), right_kind="yearly"))
        return None
    if kind is Kind.RATIO and fact:
        scope.problems.append(problem("E319", island.span(node.at), right_kind=Type(kind)))
        return None
    if kind is Kind.SET and not fact:
        scope.problems.append(problem("E319", island.span(node.at), right_kind=Type(kind)))
        return None
    currency, unit = "CNY", "months"
    exchange = node.word == "EXCHANGE_TYPE"
    if node.currency is not None:
        known = CURRENCIES if kind is Kind.MONEY or exchange else SPANS
        if node.currency.text not in known:
            scope.unknown(island, node.currency, among=known)
            return None
        if known is CURRENCIES:
            currency = CURRENCIES[node.currency.text]
        else:
            unit = SPANS[node.currency.text]
    if exchange and currency == "CNY":  # which is what the rates are in
        scope.problems.append(problem("E319", island.span(node.at), right_kind=Type(kind, unit="exchange")))
        return None
    if fact and unit != "months":
        scope.problems.append(problem("E319", island.span(node.at), right_kind=f"duration in {unit}"))
        return None
    options = tuple(Option(o.name.text, texts(o.labels)) for o in node.options)
    seen: dict[str, ast.Option] = {}
    for option, written in zip(options, node.options, strict=True):
        for spelling in option.spellings:
            if seen.setdefault(spelling, written) is not written:
                scope.problems.append(problem("E202", island.span(written.at), name=spelling,
                                              related=[island.span(seen[spelling].at)]))  # fmt: skip
                return None
    return Type(kind, options, currency, "exchange" if exchange else unit)


def fact_of(symbol: Symbol, scope: Scope) -> Fact | None:
    """A fact declaration; sets the symbol's type."""
    decl, island = symbol.decl, symbol.island
    assert isinstance(decl, ast.FactDecl)
    symbol.type = type_of(decl.type, island, scope, fact=True)
    if symbol.type is None:
        return None
    lowerer = Lowerer(scope, island)
    low = high = None
    improvable: bool | None = None
    missing: Value | None = None
    ledger = ("", "")
    for item in decl.properties:
        match item.word:
            case "RANGE":
                low, high = _domain(item, symbol.type, lowerer)
            case "IMPROVABLE" | "FIXED":
                improvable = item.word == "IMPROVABLE"
            case word if word.startswith("LEDGER_"):
                ledger = _ledger(item, symbol.type, lowerer) or ledger
            case "UNKNOWN":
                sound, missing = lowerer.given(item.values, symbol.type, item)
                if sound and missing is None:
                    lowerer.report("E318", item, right_kind=symbol.type)
    symbol.yearly = decl.type.yearly
    return Fact(
        symbol.name, symbol.labels, symbol.type, low, high, improvable, missing, decl.type.yearly, *ledger, at=symbol.at
    )


def _ledger(item: ast.Property, type_: Type, lowerer: Lowerer) -> tuple[str, str] | None:
    """The figure and the policy whose accounts say a fact."""
    (node,) = item.values
    assert isinstance(node, ast.Name)
    if type_ != MONEY:
        lowerer.report("E331", item, right_kind=type_)
        return None
    policy = lowerer.scope.policy_called(node.text)
    if policy is None:
        lowerer.scope.unknown(lowerer.island, node, policies=True)
        return None
    return item.word.removeprefix("LEDGER_").lower(), policy


def _domain(item: ast.Property, type_: Type, lowerer: Lowerer) -> tuple[int | float | None, int | float | None]:
    if type_.kind not in NUMERIC:
        lowerer.report("E311", item, operator="in", left_kind=type_)
        return None, None
    ends = [lowerer.typed(v, type_) for v in item.values]
    low, high = (e.value if isinstance(e, ir.Const) and isinstance(e.value, int | float) else None for e in ends)
    if low is not None and high is not None and low > high:
        lowerer.report("E413", item)
        return None, None
    return low, high


def parameter_of(symbol: Symbol, scope: Scope) -> ir.Parameter | None:
    """A parameter declaration; its dates must rise and not overlap."""
    decl, island = symbol.decl, symbol.island
    assert isinstance(decl, ast.ParameterDecl)
    lowerer = Lowerer(scope, island)
    declared = type_of(decl.type, island, scope, fact=True) if decl.type else None
    rows: list[tuple[int | None, int | None, Decimal | str | bool]] = []
    type_: Type | None = declared
    for dated in decl.values:
        found = _parameter_value(dated, declared, lowerer)
        if found is None:
            return None
        value, own = found
        if type_ is not None and own != type_ and not (is_open(own) and is_open(type_)):
            lowerer.report("E304", dated.value, left_kind=own, right_kind=type_)
            return None
        type_ = own if type_ is None or own.unit == "scaled" else type_
        rows.append((dated.start.days if dated.start else None, dated.end.days if dated.end else None, value))
    if type_ is None:
        lowerer.report("E320", decl)
        return None
    _check_rows(rows, lowerer, decl)
    symbol.type = type_
    assumed = any(p.word == "ASSUMED" for p in decl.properties)
    cited = next((v.text for p in decl.properties if p.word == "SOURCE" for v in p.values
                  if isinstance(v, ast.Text)), "")  # fmt: skip
    closed = tuple(_ends(rows))
    return ir.Parameter(symbol.name, symbol.labels, type_, closed, assumed, cited, symbol.at)


def _parameter_value(
    dated: ast.DatedValue, declared: Type | None, lowerer: Lowerer
) -> tuple[Decimal | str | bool, Type] | None:
    """A parameter's value in the unit it was written in, with its type."""
    node, sign = dated.value, 1
    if isinstance(node, ast.Negative):
        node, sign = node.operand, -1
    if isinstance(node, ast.Number):
        own = type_of_quantity(node.quantity)
        if is_open(own) and declared is not None:
            own = declared
        value = node.quantity.value * sign
        if not is_open(own) and held(value, own) is None:
            lowerer.report(code_of_refusal(value), node, right_kind=own)
            return None
        return value, own
    const = lowerer.typed(node, declared) if declared else lowerer.closed(node)
    if not isinstance(const, ir.Const) or not isinstance(const.value, bool | str | int | float):
        if const is not None:
            lowerer.report("E320", node)
        return None
    plain = const.value if isinstance(const.value, bool | str) else Decimal(const.value)
    return plain, const.type


def _check_rows(
    rows: list[tuple[int | None, int | None, Decimal | str | bool]], lowerer: Lowerer, decl: ast.Node
) -> None:
    for (first, _, _), (second, _, _) in pairwise(rows):
        if second is None or (first is not None and second <= first):
            lowerer.report("E408", decl)
            return


def _ends(
    rows: list[tuple[int | None, int | None, Decimal | str | bool]],
) -> Iterator[tuple[int | None, int | None, Decimal | str | bool]]:
    """A value holds until the day before the next one begins, unless its own end is earlier."""
    for i, (start, end, value) in enumerate(rows):
        following = rows[i + 1][0] if i + 1 < len(rows) else None
        until = following - 1 if following is not None else None
        ends = [d for d in (end, until) if d is not None]
        yield start, min(ends) if ends else None, value


def names_in(node: object) -> Iterator[str]:
    """Every name written inside a part of the tree (not recursive: trees may be deep)."""
    pending = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, ast.Name):
            yield item.text
        elif isinstance(item, ast.Node):
            pending.extend(getattr(item, slot) for slot in _slots(type(item)))
        elif isinstance(item, tuple | list):
            pending.extend(item)


def _slots(kind: type) -> list[str]:
    return [s for k in kind.__mro__ for s in getattr(k, "__slots__", ()) if s != "at"]


def derived_of(scope: Scope) -> dict[str, ir.Define | ir.Classify]:
    """Defines and classifications in an order in which each uses only earlier ones; a cycle is reported."""
    symbols = {n: s for n, s in scope.symbols.items() if s.role in (Role.DEFINE, Role.CLASSIFY) and not s.partial}
    uses: dict[str, list[str]] = {}
    for name, symbol in symbols.items():
        found = (scope.find(n) for n in names_in(_bodies(symbol.decl)))
        uses[name] = [s.name for s in found if s is not None and s.name in symbols]
    order = _without_cycles(uses, symbols, scope)
    result: dict[str, ir.Define | ir.Classify] = {}
    for name in order:
        symbol = symbols[name]
        made = _define(symbol, scope) if symbol.role is Role.DEFINE else _classify(symbol, scope)
        if made is not None:
            result[name] = made
    return result


def _bodies(decl: object) -> list[ast.Expression]:
    """The expressions of a define or a classification."""
    if isinstance(decl, ast.DefineDecl):
        return [decl.value]
    if isinstance(decl, ast.ClassifyDecl):
        return [r.when for r in decl.rows if r.when is not None]
    if isinstance(decl, ast.ScorecardDecl):
        return [d.name for d in decl.dimensions]
    grid: object = decl.lines if isinstance(decl, ast.Dimension) else ()
    if isinstance(decl, ast.TableOutput):
        grid = (decl.table.inputs, decl.table.rows)
    return [ast.Name((0, 0), name) for name in names_in(grid)]


def _without_cycles(uses: dict[str, list[str]], symbols: dict[str, Symbol], scope: Scope) -> list[str]:
    """Topological order; the names of a cycle are reported and left out."""
    remaining = {k: list(v) for k, v in uses.items()}
    while True:
        try:
            return [n for n in TopologicalSorter(remaining).static_order() if n in symbols and n in remaining]
        except CycleError as error:
            cycle: list[str] = error.args[1]
            names = list(reversed(cycle))
            scope.problems.append(problem("E404", symbols[names[0]].at, names=" → ".join(names),
                                          related=[symbols[n].at for n in names[1:-1]]))  # fmt: skip
            for name in cycle:
                remaining.pop(name, None)
            remaining = {k: [d for d in v if d in remaining] for k, v in remaining.items()}


def _define(symbol: Symbol, scope: Scope) -> ir.Define | None:
    if isinstance(symbol.decl, ast.DefineDecl):
        value = Lowerer(scope, symbol.island).closed(symbol.decl.value)
    else:
        value = derive(symbol, scope)
    if value is None:
        return None
    if isinstance(value, ir.Const) and value.type.kind is Kind.RATIO:
        return None
    symbol.type, symbol.value = value.type, value
    return ir.Define(symbol.name, symbol.labels, value, symbol.at)


def _classify(symbol: Symbol, scope: Scope) -> ir.Classify | None:
    decl, island = symbol.decl, symbol.island
    assert isinstance(decl, ast.ClassifyDecl)
    lowerer = Lowerer(scope, island)
    options = tuple(Option(r.name.text, texts(r.labels)) for r in decl.rows)
    type_ = Type(Kind.CATEGORY, options)
    seen: set[str] = set()
    for row, option in zip(decl.rows, options, strict=True):
        repeated = [s for s in option.spellings if s in seen]
        if repeated:
            scope.problems.append(problem("E202", island.span(row.name.at), name=repeated[0]))
        seen |= set(option.spellings)
    for row in decl.rows[:-1]:
        if row.when is None:
            lowerer.report("E403", row)
    symbol.type = type_
    rows = [(r.name.text, lowerer.condition(r.when) if r.when is not None else None) for r in decl.rows]
    if any(made is None and written.when is not None for (_, made), written in zip(rows, decl.rows, strict=True)):
        return None
    return ir.Classify(symbol.name, symbol.labels, type_, tuple(rows), symbol.at)
