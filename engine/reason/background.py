"""What every explanation of a program rests on, whoever is explained: words, sources, assumptions, defaults."""

from dsl.meaning import ir
from dsl.meaning.inputs import direct_inputs, parameters_of, workable
from dsl.meaning.types import Value


class Background:
    """One program; what is found for a policy is kept."""

    def __init__(self, program: ir.Program) -> None:
        self.program, self.labels = program, program.labels()
        self.declared = {n: f.missing for n, f in program.facts.items() if f.missing is not None}
        self._origins: dict[int, tuple[ir.Expr, str, str]] = {}
        self._assumed: dict[str, tuple[str, ...]] = {}
        self._workable: dict[ir.Expr, bool | None] = {}
        self._sources: dict[str, tuple[ir.Citation | None, ...]] = {}
        self._defaults: dict[str, tuple[tuple[str, Value], ...]] = {}

    def origin(self, expr: ir.Expr) -> tuple[str, str]:
        """The words of a condition and where they stand."""
        # By identity: equal conditions stand at several places. The condition is kept, so its identity stays its own.
        kept = self._origins.get(id(expr))
        if kept is None:
            place = str(expr.at) if expr.at.source.name else ""
            kept = self._origins[id(expr)] = expr, expr.at.text, place
        return kept[1:]

    def assumed(self, policy: ir.Policy) -> tuple[str, ...]:
        """The parameters of a policy that no source states."""
        if policy.name not in self._assumed:
            names = parameters_of(self.program, policy)
            self._assumed[policy.name] = tuple(n for n in names if self.program.parameters[n].assumed)
        return self._assumed[policy.name]

    def workable(self, expr: ir.Expr) -> bool | None:
        """Whether a fact behind a test is declared improvable, or all of them are fixed."""
        if expr not in self._workable:
            self._workable[expr] = workable(self.program, expr)
        return self._workable[expr]

    def sources(self, policy: ir.Policy) -> tuple[ir.Citation | None, ...]:
        """Where each clause of a policy stands."""
        if policy.name not in self._sources:
            self._sources[policy.name] = tuple(source_of(policy, r) for r in policy.requirements)
        return self._sources[policy.name]

    def defaults(self, policy: ir.Policy) -> tuple[tuple[str, Value], ...]:
        """What a declaration or the policy takes unknown facts for, by name."""
        if policy.name not in self._defaults:
            used = {r.name for q in policy.requirements for r in direct_inputs(q.condition)}
            found = {**{n: v for n, v in self.declared.items() if n in used}, **dict(policy.defaults)}
            self._defaults[policy.name] = tuple(sorted(found.items(), key=lambda item: item[0]))
        return self._defaults[policy.name]


def source_of(policy: ir.Policy, requirement: ir.Requirement) -> ir.Citation | None:
    """Where a clause stands: the quote that holds its label word for word, else the only article that is cited."""
    label = requirement.label
    bound = (c for c in policy.citations if label and c.quote and (label in c.quote or c.quote in label))
    articles = dict.fromkeys((c.title, c.article) for c in policy.citations)
    whole = ir.Citation(*next(iter(articles))) if len(articles) == 1 else None
    return next(bound, whole)
