"""A tree with its names in one language: the first label in Chinese, the identifier in English.

A name is looked up as the checker does it: a value of a category beside the category, anything else among the declared
names. A label that would be read as something else in its place is not used.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Protocol, TypeVar, cast

from dsl.syntax import ast
from dsl.syntax.format_spelling import type_unit
from dsl.text.diagnostics import Language

Options = Sequence[ast.Option | ast.Row]
N = TypeVar("N", bound=ast.Node)


class Named(Protocol):
    """What a name stands for."""

    @property
    def name(self) -> str:
        """Its identifier."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Its labels, first one first."""

    @property
    def decl(self) -> ast.Declaration:
        """Its declaration."""


class Names(Protocol):
    """The declared names of a pack, by every spelling."""

    def find(self, spelling: str) -> Named | None:
        """The fact, derived value, parameter or benefit written so."""

    def find_policy(self, spelling: str) -> Named | None:
        """The policy written so."""


class Translator:
    """Translates the names of one declaration; `functions` gives every spelling its English and its Chinese one."""

    def __init__(
        self,
        names: Names,
        functions: Mapping[str, tuple[str, str]],
        language: Language,
        can_write: Callable[[str], bool],
    ) -> None:
        self.names, self.functions, self.language, self.can_write = names, functions, language, can_write
        self.looked_up: Options = ()  # what `_` stands for
        self.parties: Options = ()  # of the policy's risk share

    def tree(self, node: N) -> N:
        """A node with its names translated; a method named after its class says what is special about it."""
        special: Callable[[N], N] | None = getattr(self, f"_{type(node).__name__.lower()}", None)
        return special(node) if special else self._all(node)

    def _all(self, node: N, **done: Any) -> N:
        """A node with all its parts translated, except those that are `done`."""
        parts = {f.name: getattr(node, f.name) for f in fields(node) if f.name not in ("at", *done)}
        return replace(node, **{k: self._part(v) for k, v in parts.items()}, **done)

    def _part(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(self._part(v) for v in value)
        return self.tree(value) if isinstance(value, ast.Node) else value

    # names
    def _spelled(self, name: str, labels: Sequence[str], means_it: Callable[[str], bool]) -> str:
        label = labels[0].strip() if labels and self.language == "zh" else name
        return label if means_it(label) and self.can_write(label) else name

    def _name(self, node: ast.Name, options: Options = ()) -> ast.Name:
        """A declared name; one of the `options` is meant before it, where there are any."""
        spelling, at, year = node.text.partition("@")  # `revenue@2022` in an example
        found = self.names.find(spelling)
        if found is None:
            return node

        def means_it(label: str) -> bool:
            again = self.names.find(label)
            return again is not None and again.name == found.name and _option(label, options) is None

        return replace(node, text=self._spelled(found.name, found.labels, means_it) + at + year)

    def _policy(self, node: ast.Name) -> ast.Name:
        found = self.names.find_policy(node.text)
        if found is None:
            return node

        def means_it(label: str) -> bool:
            again = self.names.find_policy(label)
            return again is not None and again.name == found.name

        return replace(node, text=self._spelled(found.name, found.labels, means_it))

    def _value(self, node: ast.Expression, options: Options, *, first: bool = True) -> ast.Expression:
        """A value beside something with options; where it is not `first`, a declared name is meant before an option."""
        if not isinstance(node, ast.Name):
            return self.tree(node)
        option = _option(node.text, options)
        if option is None or (not first and self.names.find(node.text)):
            return self._name(node, options if first else ())

        def means_it(label: str) -> bool:
            return _option(label, options) is option and (first or self.names.find(label) is None)

        labels = [label.text for label in option.labels]
        return replace(node, text=self._spelled(option.name.text, labels, means_it))

    def _values(self, nodes: Sequence[ast.Expression], options: Options) -> tuple[ast.Expression, ...]:
        return tuple(self._value(n, options) for n in nodes)

    def _options(self, node: ast.Expression | None) -> Options:
        """The values that an expression may have, where they have names."""
        match node:
            case ast.Name():
                found = self.names.find(node.text)
                return self._options_of(found.decl) if found else ()
            case ast.If():
                return self._options(node.then) or self._options(node.other)
            case ast.Hole():
                return self.looked_up
        return ()

    def _options_of(self, decl: ast.Declaration) -> Options:
        match decl:
            case ast.FactDecl() | ast.BenefitDecl():
                return decl.type.options
            case ast.ParameterDecl():
                return decl.type.options if decl.type else ()
            case ast.ClassifyDecl():
                return decl.rows
            case ast.DefineDecl():
                return self._options(decl.value)
            case ast.TableOutput():
                place = next(i for i, output in enumerate(decl.table.outputs) if output.text == decl.name.text)
                given = (row.outcomes[place] for row in decl.table.rows if place < len(row.outcomes))
                return next(filter(None, map(self._options, given)), ())
        return ()

    # expressions
    def _compared(self, node: ast.Compared) -> ast.Compared:
        beside = [self._options(operand) for operand in node.operands]
        first = self._value(node.operands[0], beside[1], first=False)
        others = [self._value(o, options) for o, options in zip(node.operands[1:], beside, strict=False)]
        return replace(node, operands=(first, *others))

    def _inlist(self, node: ast.InList) -> ast.InList:
        items = self._values(node.items, self._options(node.operand))
        return replace(node, operand=self.tree(node.operand), items=items)

    def _under(self, node: ast.Under) -> ast.Under:
        codes = self._values(node.codes, self._options(node.operand))
        return replace(node, operand=self.tree(node.operand), codes=codes)

    def _has(self, node: ast.Has) -> ast.Has:
        members = self._values(node.members, self._options(node.operand))
        return replace(node, operand=self.tree(node.operand), members=members)

    def _call(self, node: ast.Call) -> ast.Call:
        spellings = self.functions.get(node.function.text)
        text = spellings[self.language == "zh"] if spellings else node.function.text
        return self._all(node, function=replace(node.function, text=text))

    def _eligible(self, node: ast.Eligible) -> ast.Eligible:
        return replace(node, policy=self._policy(node.policy))

    # declarations: the names that they declare stay
    def _untouched(self, node: N) -> N:
        return node

    _usedecl = _untouched

    def _typename(self, node: ast.TypeName) -> ast.TypeName:
        if node.currency is None:
            return node
        return replace(node, currency=replace(node.currency, text=type_unit(node.currency.text, self.language)))

    def _factdecl(self, node: ast.FactDecl) -> ast.FactDecl:
        properties = tuple(self._of_fact(p, node.type.options) for p in node.properties)
        return replace(node, type=self.tree(node.type), properties=properties)

    def _benefitdecl(self, node: ast.BenefitDecl) -> ast.BenefitDecl:
        return replace(node, type=self.tree(node.type), properties=tuple(map(self._of_benefit, node.properties)))

    def _of_benefit(self, node: ast.Property) -> ast.Property:
        return replace(node, values=tuple(self._name(v) for v in node.values if isinstance(v, ast.Name)))

    def _of_fact(self, node: ast.Property, options: Options) -> ast.Property:
        if node.word.startswith("LEDGER_"):
            return replace(node, values=tuple(self._policy(v) for v in node.values if isinstance(v, ast.Name)))
        if node.word != "UNKNOWN":
            return node
        return replace(node, values=self._values(node.values, options))

    def _definedecl(self, node: ast.DefineDecl) -> ast.DefineDecl:
        return replace(node, value=self.tree(node.value))

    def _parameterdecl(self, node: ast.ParameterDecl) -> ast.ParameterDecl:
        options = node.type.options if node.type else ()
        values = tuple(replace(v, value=self._value(v.value, options)) for v in node.values)
        return replace(node, type=self.tree(node.type) if node.type else None, values=values)

    def _row(self, node: ast.Row) -> ast.Row:
        return replace(node, when=self.tree(node.when) if node.when is not None else None)

    def _classifydecl(self, node: ast.ClassifyDecl) -> ast.ClassifyDecl:
        return replace(node, rows=tuple(self.tree(row) for row in node.rows))

    def _scoreline(self, node: ast.ScoreLine) -> ast.ScoreLine:
        stages = self._options(node.by)
        cases = tuple((cast(ast.Name, self._value(name, stages)), weight) for name, weight in node.cases)
        return self._all(node, cases=cases)

    def _dimension(self, node: ast.Dimension) -> ast.Dimension:
        return replace(node, lines=tuple(self.tree(line) for line in node.lines))

    def _scorecarddecl(self, node: ast.ScorecardDecl) -> ast.ScorecardDecl:
        return replace(node, dimensions=tuple(self.tree(d) for d in node.dimensions))

    def _tabledecl(self, node: ast.TableDecl) -> ast.TableDecl:
        given = [self._options(output) for output in node.outputs]
        rows = []
        for row in node.rows:
            cells = tuple(self._cell_of(cell, i) for cell, i in zip(row.cells, node.inputs, strict=True))
            outcomes = tuple(self._value(o, options) for o, options in zip(row.outcomes, given, strict=False))
            rows.append(replace(row, cells=cells, outcomes=outcomes))
        inputs = tuple(self.tree(i) for i in node.inputs)
        return replace(node, inputs=inputs, outputs=tuple(map(self._name, node.outputs)), rows=tuple(rows))

    def _cell_of(self, cell: ast.Cell, looked_up: ast.Expression) -> ast.Cell:
        self.looked_up = self._options(looked_up)
        tests = tuple((operators, self._values(operands, self.looked_up)) for operators, operands in cell.tests)
        self.looked_up = ()
        return replace(cell, tests=tests)

    def _policydecl(self, node: ast.PolicyDecl) -> ast.PolicyDecl:
        self.parties = [
            option
            for clause in node.clauses
            if isinstance(clause, ast.Gives)
            for give in clause.items
            if give.ratio is not None
            for option in self._options(give.benefit)
        ]
        return replace(node, clauses=tuple(self.tree(clause) for clause in node.clauses))

    # clauses and examples
    def _backing(self, node: ast.Backing) -> ast.Backing:
        return replace(
            node, party=cast(ast.Name, self._value(node.party, self.parties)), capital=self.tree(node.capital)
        )

    def _unknownclause(self, node: ast.UnknownClause) -> ast.UnknownClause:
        values = node.values and self._values(node.values, self._options(node.name))
        return replace(node, name=self._name(node.name), values=values)

    def _give(self, node: ast.Give) -> ast.Give:
        options = self._options(node.benefit)
        value = self._value(node.value, options) if node.value is not None else None
        self.looked_up = self._options(node.by)
        tiers = tuple(self._tier_of(t, options) for t in node.tiers)
        self.looked_up = ()
        return self._all(node, value=value, tiers=tiers)

    def _tier_of(self, node: ast.Tier, options: Options) -> ast.Tier:
        operands = self._values(node.operands, self.looked_up)
        amount = self._value(node.amount, options) if node.amount is not None else None
        return replace(node, operands=operands, amount=amount)

    def _given(self, node: ast.Given) -> ast.Given:
        if node.name is None:
            return node
        return replace(node, name=self._name(node.name), values=self._values(node.values, self._options(node.name)))

    def _expect(self, node: ast.Expect) -> ast.Expect:
        benefits = tuple((self._name(name), self._awarded(name, value)) for name, value in node.benefits)
        policy = self._policy(node.policy) if node.policy is not None else None
        condition = self.tree(node.condition) if node.condition is not None else None
        return replace(node, policy=policy, benefits=benefits, condition=condition)

    def _awarded(self, benefit: ast.Name, value: ast.Expression | ast.Ratio) -> ast.Expression | ast.Ratio:
        if value is None or isinstance(value, ast.Ratio):
            return value
        return self._value(value, self._options(benefit))


def _option(spelling: str, options: Options) -> ast.Option | ast.Row | None:
    """The option written so, by name or label."""
    return next((o for o in options if spelling in (o.name.text, *(t.text.strip() for t in o.labels))), None)
