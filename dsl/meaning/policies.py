"""Policies and examples of the tree become their IR."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dsl.meaning import ir
from dsl.meaning.conditions import Lowerer
from dsl.meaning.expressions import negated
from dsl.meaning.grids import TableBuilder, cases_of, tier_test
from dsl.meaning.scope import Role, Scope, Symbol
from dsl.meaning.types import BOOL, COUNT, MONEY, Kind, Type, Value
from dsl.syntax import ast
from dsl.text.diagnostics import problem
from dsl.text.source import Span

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|「[^」]*」|《[^》]*》|#[^\n]*")


_READ = (Role.FACT, Role.DEFINE, Role.CLASSIFY)


@dataclass
class PolicyBuilder:
    """Collects the clauses of one policy; the method for a clause is named after it."""

    symbol: Symbol
    scope: Scope
    lowerer: Lowerer = field(init=False)
    parts: dict[str, Any] = field(default_factory=dict)
    requirements: list[ir.Requirement] = field(default_factory=list)
    grants: list[ir.Grant] = field(default_factory=list)
    reviews: list[ir.Review] = field(default_factory=list)
    limits: list[ir.Limit] = field(default_factory=list)
    exclusive: list[ir.Exclusive] = field(default_factory=list)
    backing: list[ir.Backing] = field(default_factory=list)
    citations: list[ir.Citation] = field(default_factory=list)
    review_if_unknown: list[str] = field(default_factory=list)
    attempted: set[str] = field(default_factory=set)
    gift_lost: bool = False  # what one of the clauses gives is not known

    def build(self) -> ir.Policy:
        """The policy; problems are in the scope."""
        decl = self.symbol.decl
        assert isinstance(decl, ast.PolicyDecl)
        self.lowerer = Lowerer(self.scope, self.symbol.island)
        self.lowerer.defaults = self._defaults(decl)
        for clause in decl.clauses:
            match clause:
                case ast.Requirement():
                    self._requirement(clause)
                case ast.Gives():
                    for give in clause.items:
                        self._give(give)
                case ast.UnknownClause(values=None):
                    self._unknown_review(clause)
                case ast.Clause():
                    method: Callable[[ast.Clause], None] = getattr(self, f"_{clause.word.lower()}")
                    method(clause)
        for clause in decl.clauses:  # limits speak of benefits that may be given further down
            if isinstance(clause, ast.LimitClause):
                self._limit(clause)
            elif isinstance(clause, ast.ExclusiveClause):
                self._exclusive(clause)
            elif isinstance(clause, ast.BackedClause):
                self._backed(clause)
        self._check_dates()
        conditions = any(isinstance(c, ast.Requirement) or getattr(c, "word", "") == "REVIEW" for c in decl.clauses)
        if not conditions and not self.symbol.partial:
            self.scope.problems.append(problem("W403", self.symbol.at, name=self.symbol.name))
        return ir.Policy(
            self.symbol.name, self.symbol.labels, tuple(self.requirements), tuple(self.reviews), tuple(self.grants),
            tuple(self.limits), tuple(self.exclusive), tuple(self.backing),
            review_if_unknown=tuple(self.review_if_unknown),
            defaults=tuple(sorted(self.lowerer.defaults.items())), citations=tuple(self.citations),
            at=self.symbol.at, **self.parts,
        )  # fmt: skip

    def _report(self, code: str, node: ast.Node, **arguments: object) -> None:
        self.lowerer.report(code, node, **arguments)

    def _named(self, node: ast.Name, roles: tuple[Role, ...]) -> Symbol | None:
        symbol = self.scope.find(node.text)
        if symbol is None:
            among = [n for s in self.scope.symbols.values() if s.role in roles for n in (s.name, *s.labels)]
            self.scope.unknown(self.symbol.island, node, among=among if Role.BENEFIT in roles else ())
            return None
        if symbol.role not in roles:
            self._report("E207", node, name=node.text, role_kind=symbol.role)
            return None
        return symbol if symbol.type is not None or symbol.role is Role.TABLE else None

    def _defaults(self, decl: ast.PolicyDecl) -> Mapping[str, Value]:
        found: dict[str, Value] = {}
        for clause in decl.clauses:
            if isinstance(clause, ast.UnknownClause) and clause.values is not None:
                symbol = self._named(clause.name, _READ)
                if symbol is None or symbol.type is None:
                    continue
                sound, value = self.lowerer.given(clause.values, symbol.type, clause)
                if sound and value is None:
                    self._report("E318", clause, right_kind=symbol.type)
                elif value is not None:
                    found[symbol.name] = value
        return found

    def _unknown_review(self, clause: ast.UnknownClause) -> None:
        symbol = self._named(clause.name, _READ)
        if symbol is not None and symbol.name not in self.review_if_unknown:
            self.review_if_unknown.append(symbol.name)

    # clauses of words and dates
    def _once(self, key: str, value: object, clause: ast.Clause) -> None:
        if key in self.parts and not self.symbol.partial:  # what is broken may have swallowed another policy
            self._report("E411", clause)
        self.parts[key] = value

    def _issued_by(self, clause: ast.Clause) -> None:
        self._once("issuer", _text(clause.values[0]), clause)

    def _for(self, clause: ast.Clause) -> None:
        self._once("audience", _text(clause.values[0]), clause)

    def _note(self, clause: ast.Clause) -> None:
        self._once("note", _text(clause.values[0]), clause)

    def _beneficiary(self, clause: ast.Clause) -> None:
        self._once("beneficiary", _text(clause.values[0]), clause)

    def _source(self, clause: ast.Clause) -> None:
        title, article, *quotes = (_text(v) for v in clause.values)
        self.citations += [ir.Citation(title, article, quote) for quote in quotes or [""]]

    def _review(self, clause: ast.Clause) -> None:
        by = clause.values[1] if len(clause.values) > 1 else None
        self.reviews.append(ir.Review(_text(clause.values[0]), _text(by)))

    def _effective(self, clause: ast.Clause) -> None:
        self._once("effective", _days(clause), clause)

    def _open(self, clause: ast.Clause) -> None:
        self._once("window", _days(clause), clause)

    def _check_dates(self) -> None:
        decl = self.symbol.decl
        assert isinstance(decl, ast.PolicyDecl)
        effective, window = self.parts.get("effective", (None, None)), self.parts.get("window", (None, None))
        for clause in decl.clauses:
            if isinstance(clause, ast.Clause) and clause.word in ("EFFECTIVE", "OPEN"):
                first, last = _days(clause)
                if first is not None and last is not None and first > last:
                    self._report("E406", clause)
                    return
                outside = _outside(window, effective)
                if clause.word == "OPEN" and outside:
                    self._report("E407", clause)

    # conditions
    def _requirement(self, clause: ast.Requirement) -> None:
        condition = self.lowerer.condition(clause.condition)
        if condition is None:
            return
        at = _closed(self.lowerer.span(clause))
        if clause.negated:
            condition = replace(negated(condition), at=at)
        label = clause.label.text if clause.label else ""
        self.requirements.append(ir.Requirement(label, condition, at))

    # benefits
    def _give(self, give: ast.Give) -> None:
        symbol = self._named(give.benefit, (Role.BENEFIT,))
        if symbol is None or symbol.type is None:
            self.gift_lost = True
            return
        self.attempted.add(symbol.name)
        if any(g.benefit == symbol.name for g in self.grants):
            if not self.symbol.partial:
                self._report("E410", give, name=symbol.name)
            return
        made = self._amount(give, symbol.type)
        if made is None:
            return
        value, absent = made
        for operator, bound in give.bounds:
            edge = self.lowerer.typed(bound, symbol.type)
            if edge is None:
                return
            function = "max" if operator == "≥" else "min"
            value = ir.Call(type=symbol.type, at=value.at, function=function, arguments=(value, edge))
        at = self.lowerer.span(give)
        self.grants.append(ir.Grant(symbol.name, value, give.up_to, absent, at))

    def _amount(self, give: ast.Give, type_: Type) -> tuple[ir.Expr, ir.Expr | None] | None:
        if give.ratio is None and type_.kind is Kind.RATIO:
            self._report("E321", give, name=give.benefit.text, right_kind=type_)
            return None
        if give.ratio is not None and type_.kind is not Kind.RATIO:
            self._report("E304", give, left_kind=Kind.RATIO, right_kind=type_)
            return None
        if give.ratio is not None:
            return self._ratio(give.ratio, type_)
        if give.tiers:
            return self._tiers(give, type_)
        if give.table is not None:
            return self._by_table(give, give.table, type_)
        if give.value is None:
            if type_.kind is Kind.BOOL:
                return ir.Const(type=BOOL, at=self.lowerer.span(give), value=True), None
            self._report("E321", give, name=give.benefit.text, right_kind=type_)
            return None
        if isinstance(give.value, ast.Nothing):
            self._report("E313", give.value)
            return None
        value = self.lowerer.typed(give.value, type_)
        return (value, None) if value is not None else None

    def _ratio(self, ratio: ast.Ratio, type_: Type) -> tuple[ir.Expr, None] | None:
        if len(ratio.parts) != len(type_.options):
            parties = "、".join(o.labels[0] if o.labels else o.name for o in type_.options)
            self._report("E305", ratio, count=len(ratio.parts), parties=len(type_.options), names=parties)
            return None
        pairs = [p.partition(".")[::2] for p in ratio.parts]
        decimals = max(len(fraction) for _, fraction in pairs)
        parts = [int(whole + fraction.ljust(decimals, "0")) for whole, fraction in pairs]
        if sum(parts) == 0:
            self._report("E318", ratio, right_kind=type_)
            return None
        return ir.Const(type=type_, at=self.lowerer.span(ratio), value=tuple(parts)), None

    def _tiers(self, give: ast.Give, type_: Type) -> tuple[ir.Expr, ir.Expr | None] | None:
        assert give.by is not None
        subject = self.lowerer.closed(give.by)
        if subject is None:
            return None
        branches: list[tuple[ir.Expr, ir.Expr | None]] = []
        other: ir.Expr | None = None
        for position, tier in enumerate(give.tiers):
            amount = self._tier_amount(tier, type_)
            if amount is None:
                return None
            if not tier.operands:
                if position != len(give.tiers) - 1:
                    self._report("E403", tier)
                    return None
                other = amount[0]
                break
            test = tier_test(self.lowerer, subject, tier.operators, tier.operands, tier)
            if test is None:
                return None
            branches.append((test, amount[0]))
        return cases_of(self.lowerer, give, type_, branches, other)

    def _tier_amount(self, tier: ast.Tier, type_: Type) -> tuple[ir.Expr | None] | None:
        """The amount in a one-tuple, whose item is None for `none`; None after a problem."""
        if tier.amount is None:
            self._report("E322", tier)
            return None
        if isinstance(tier.amount, ast.Nothing):
            return (None,)
        value = self.lowerer.typed(tier.amount, type_)
        return (value,) if value is not None else None

    def _by_table(self, give: ast.Give, table: ast.Name, type_: Type) -> tuple[ir.Expr, ir.Expr | None] | None:
        symbol, benefit = self._named(table, (Role.TABLE,)), self.scope.find(give.benefit.text)
        if symbol is None or benefit is None:
            return None
        assert isinstance(symbol.decl, ast.TableDecl)
        if all(self.scope.find(o.text) is not benefit for o in symbol.decl.outputs):
            if not symbol.partial:
                self._report("E328", give, name=table.text, benefit=give.benefit.text)
            return None
        return TableBuilder(self.scope, symbol, symbol.decl).output(benefit.name, type_)

    # limits
    def _benefit(self, node: ast.Name) -> ir.Grant | None:
        symbol = self._named(node, (Role.BENEFIT,))
        if symbol is None:
            return None
        grant = next((g for g in self.grants if g.benefit == symbol.name), None)
        lost = self.symbol.partial or self.gift_lost or symbol.name in self.attempted
        if grant is None and not lost:
            self._report("E412", node, name=symbol.name)
        return grant

    def _limit(self, clause: ast.LimitClause) -> None:
        benefit, type_ = "", COUNT
        if clause.benefit is not None:
            grant = self._benefit(clause.benefit)
            if grant is None:
                return
            benefit, type_ = grant.benefit, grant.value.type
        if type_.kind not in (Kind.MONEY, Kind.COUNT, Kind.NUMBER, Kind.POINTS):
            self._report("E311", clause, operator="limit", left_kind=type_)
            return
        amount = self.lowerer.typed(clause.amount, type_)
        if amount is None:
            return
        if self._negative(amount):
            self._report("E414", clause.amount)
            return
        if not clause.order:
            self._report("E409", clause)
            return
        keys = [self._order_key(k) for k in clause.order]
        kept = tuple(k for k in keys if k is not None)
        per = self.lowerer.groups(clause.per)
        if len(kept) == len(keys) and per is not None:
            self.limits.append(ir.Limit(benefit, amount, kept, per, "TIES" in clause.flags, "PARTIAL" in clause.flags,
                                        self.lowerer.span(clause)))  # fmt: skip

    def _negative(self, amount: ir.Expr) -> bool:
        """Whether a limit is below zero on some day."""
        if isinstance(amount, ir.Param):
            decl = self.scope.symbols[amount.name].decl
            return isinstance(decl, ast.ParameterDecl) and any(isinstance(v.value, ast.Negative) for v in decl.values)
        return isinstance(amount, ir.Const) and isinstance(amount.value, int | float) and amount.value < 0

    def _order_key(self, key: ast.OrderKey) -> ir.OrderKey | None:
        if isinstance(key.value, ast.Name):
            symbol = self.scope.find(key.value.text)
            if symbol is not None and symbol.role is Role.BENEFIT:
                grant = self._benefit(key.value)
                if grant is None or not self._ordered(grant.value.type, "by", key):
                    return None
                return ir.OrderKey(None, grant.benefit, key.ascending)
        value = self.lowerer.closed(key.value)
        if value is None or not self._ordered(value.type, "by", key):
            return None
        return ir.OrderKey(value, "", key.ascending)

    def _ordered(self, type_: Type, operator: str, node: ast.Node) -> bool:
        if type_.kind in (Kind.SET, Kind.RATIO, Kind.TEXT, Kind.CODE):
            self._report("E311", node, operator=operator, left_kind=type_)
            return False
        return True

    def _exclusive(self, clause: ast.ExclusiveClause) -> None:
        keep = clause.keep.removeprefix("KEEP_").lower()
        if any(rule.group == clause.group.text for rule in self.exclusive):
            self._report("E411", clause.group)
        benefit = ""
        if clause.benefit is not None:
            grant = self._benefit(clause.benefit)
            if grant is None or not self._ordered(grant.value.type, f"keep {keep}", clause):
                return
            benefit = grant.benefit
        if (per := self.lowerer.groups(clause.per)) is not None:
            at = self.lowerer.span(clause)
            self.exclusive.append(ir.Exclusive(clause.group.text, keep, benefit, per, clause.yearly, at))

    def _backed(self, clause: ast.BackedClause) -> None:
        if self.backing:
            self._report("E411", clause)
        parties = [o for g in self.grants if g.value.type.kind is Kind.RATIO for o in g.value.type.options]
        if not parties:
            if not (self.symbol.partial or self.gift_lost):
                self._report("E417", clause)
            return
        for said in clause.parties:
            party = next((o.name for o in parties if said.party.text in o.spellings), "")
            capital = self.lowerer.typed(said.capital, MONEY)
            if not party:
                known = "、".join(o.labels[0] if o.labels else o.name for o in parties)
                self._report("E416", said.party, read=said.party.text, known=known)
            elif any(b.party == party for b in self.backing):
                self._report("E411", said)
            elif capital is not None and self._negative(capital):
                self._report("E414", said.capital)
            elif capital is not None:
                self.backing.append(ir.Backing(party, capital, self.lowerer.span(said)))


def _closed(at: Span) -> Span:
    """A clause with the parentheses that it opened: the tree leaves them out, as they mean nothing."""
    said = _QUOTED.sub("", at.text)
    missing = len(re.findall("[(（]", said)) - len(re.findall("[)）]", said))
    closing = re.compile(rf"(?:\s*[)）]){{{max(missing, 0)}}}").match(at.source.text, at.end)
    return at._replace(end=closing.end()) if closing else at


def _text(node: object) -> str:
    return node.text if isinstance(node, ast.Text) else ""


def _days(clause: ast.Clause) -> tuple[int | None, int | None]:
    first, last = (v.days if isinstance(v, ast.Date) else None for v in clause.values[:2])
    return first, last


def _outside(inner: tuple[int | None, int | None], outer: tuple[int | None, int | None]) -> bool:
    """Whether two spans of days share no day."""
    after = outer[1] is not None and inner[0] is not None and inner[0] > outer[1]
    return after or (outer[0] is not None and inner[1] is not None and inner[1] < outer[0])
