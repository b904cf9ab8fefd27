"""Tiers, rows and branches that nobody can ever reach.

A last branch is never told: it may stand there for those who should not come at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from dsl.analysis.findings import Claim, Finding, Provers, Scene
from dsl.analysis.logic import ALWAYS, NEVER, Formula, Model, every
from dsl.analysis.prover import Prover
from dsl.meaning import ir
from dsl.text.diagnostics import problem
from dsl.text.source import Span


@dataclass(frozen=True)
class Branch:
    """A branch of cases, where it is the one taken, and the tests that come before it."""

    test: ir.Expr
    value: ir.Expr
    taken: Formula
    earlier: tuple[ir.Expr, ...]

    @property
    def text(self) -> str:
        """The branch as written: `≥ 600 → 3万`."""
        start, end = self.test.at, self.value.at
        written = Span(start.source, start.start, max(start.end, end.end)).text
        if isinstance(self.test, ir.Compare) and self.test.at == self.test.right.at:
            return f"{self.test.operator} {written}"
        return written


def dead_tiers(provers: Provers) -> Iterator[Finding]:
    """Tiers of a benefit, written in the policy, that are not taken by anyone who matches, on any day."""
    for policy in provers.program.policies.values():
        days = [provers.on(day) for day in provers.days(policy)]
        days = [p for p in days if not p.impossible(p.kleene.match(policy))]
        for grant in policy.grants if days else ():
            reached = [_branches(p, grant.value, p.kleene.match(policy)) for p in days]
            for ways in zip(*reached, strict=True):
                own = grant.at.start <= ways[0].test.at.start < grant.at.end
                if own and all(p.impossible(b.taken) for p, b in zip(days, ways, strict=True)):
                    yield _dead_tier(policy, ways[0], days[0])


def _dead_tier(policy: ir.Policy, branch: Branch, prover: Prover) -> Finding:
    """Shown by an enterprise that meets the tier and is taken before it, or else by one that matches."""
    kleene, claims = prover.kleene, tuple((r.condition, True) for r in policy.requirements)
    arguments = {"name": policy.name, "read": branch.text}
    for earlier in branch.earlier:
        met: tuple[Claim, ...] = ((branch.test, True), (earlier, True))
        model = prover.solve(every((kleene.match(policy), *(kleene.holds(c) for c, _ in met))))
        if isinstance(model, Model):
            found = problem("W430", branch.test.at, arguments, related=[earlier.at])
            return Finding(found, (Scene(model, (*claims, *met), prover),))
    model = prover.solve(kleene.match(policy))
    scenes = (Scene(model, claims, prover),) if isinstance(model, Model) else ()
    return Finding(problem("W431", branch.test.at, arguments), scenes)


def dead_rows(provers: Provers) -> Iterator[Finding]:
    """Rows of tables and classifications, and branches of derived values, that no enterprise can reach on any day."""
    for name, derived in provers.program.derived.items():
        if isinstance(derived, ir.Classify):
            yield from _dead_options(provers, derived)
        else:
            yield from _dead_branches(provers, name, derived.value)
    told: set[Span] = set()
    for policy in provers.program.policies.values():
        for grant in policy.grants:
            for finding in _dead_branches(provers, policy.name, grant.value):
                at = finding.problem.at
                assert at is not None
                if not (grant.at.start <= at.start < grant.at.end) and at not in told:
                    told.add(at)
                    yield finding


def _dead_options(provers: Provers, derived: ir.Classify) -> Iterator[Finding]:
    rows = [when for _, when in derived.rows if when is not None]
    days = [provers.on(day) for day in _days(provers, rows)]
    for place, when in enumerate(rows):
        before = [[p.kleene.holds(r, False) for r in rows[:place]] for p in days]
        if all(p.impossible(every((p.kleene.holds(when), *b))) for p, b in zip(days, before, strict=True)):
            yield Finding(problem("W432", when.at, name=derived.name, read=when.at.text))


def _dead_branches(provers: Provers, name: str, value: ir.Expr) -> Iterator[Finding]:
    days = [provers.on(day) for day in _days(provers, [value])]
    reached = [_branches(p, value, ALWAYS) for p in days]
    for ways in zip(*reached, strict=True):
        if all(p.impossible(b.taken) for p, b in zip(days, ways, strict=True)):
            yield Finding(problem("W432", ways[0].test.at, name=name, read=ways[0].text))


def _days(provers: Provers, values: list[ir.Expr]) -> list[int]:
    """A day of each stretch in which the values mean the same."""
    return provers.days(ir.Policy("", (), grants=tuple(ir.Grant("", value) for value in values)))


def _branches(prover: Prover, expr: ir.Expr, where: Formula) -> list[Branch]:
    """Every branch of the cases inside an expression but the last of each, with where it is taken."""
    found: list[Branch] = []
    pending: list[tuple[ir.Expr, Formula]] = [(expr, where)]
    while pending:
        item, path = pending.pop()
        if not isinstance(item, ir.Cases):
            pending += [(child, path) for child in reversed(ir.children(item))]
            continue
        ways = [(every((path, taken)), value) for taken, value in prover.kleene.branches(item)]
        # Where nothing is said for the rest, what fills it is another branch's value: the last one written is last.
        filled = any(item.other is value or item.other == value for _, value in item.branches)
        for place, (test, value) in enumerate(item.branches[: -1 if filled else None]):
            taken = ways[place][0]
            if path != NEVER and not isinstance(test, ir.Const):
                found.append(Branch(test, value, taken, tuple(t for t, _ in item.branches[:place])))
        pending += [(value, taken) for taken, value in reversed(ways)]
    return found
