"""Shares that nearly add up to a whole, and so were probably meant to."""

from collections.abc import Iterator, Sequence

from dsl.analysis.findings import Finding, Provers, Scene
from dsl.analysis.logic import Model
from dsl.meaning import ir
from dsl.meaning.show import plain
from dsl.meaning.types import Kind
from dsl.text.diagnostics import problem
from dsl.text.source import Span

NEARLY_TEN = frozenset({9, 11})
NEARLY_HUNDRED = frozenset(range(95, 106)) - {100}
SHARE_WORDS = ("_share", "分担比例", "承担比例")  # names of percentages that say whose part of one thing they are


def shares(provers: Provers) -> Iterator[Finding]:
    """Ratios and shares of loss whose parts add up to nearly, but not exactly, a whole."""
    for policy in provers.program.policies.values():
        for grant in policy.grants:
            value = grant.value.value if isinstance(grant.value, ir.Const) else None
            if isinstance(value, tuple) and _nearly(value):
                yield _told(provers, policy, grant.value.at, str(sum(value)), "10" if sum(value) < 20 else "100")
        percentages = list(_percentages(provers.program, policy))
        total = round(sum(value for value, _ in percentages) * 100, 9)
        if len(percentages) > 1 and 95 <= total <= 105 and total != 100:
            yield _told(provers, policy, percentages[-1][1], f"{plain(total)}%", "100%")


def _nearly(parts: Sequence[int]) -> bool:
    """Whether parts add up to nearly ten or a hundred; equal parts are meant as they are.

    >>> _nearly((2, 2, 5)), _nearly((2, 2, 6)), _nearly((3, 3, 3)), _nearly((30, 70, 1))
    (True, False, False, True)
    """
    return len(set(parts)) > 1 and sum(parts) in NEARLY_TEN | NEARLY_HUNDRED


def _percentages(program: ir.Program, policy: ir.Policy) -> Iterator[tuple[float, Span]]:
    for grant in policy.grants:
        benefit, value = program.benefits[grant.benefit], grant.value
        named = any(n.endswith(SHARE_WORDS) for n in (benefit.name, *benefit.labels))
        if named and isinstance(value, ir.Const) and value.type.kind is Kind.PERCENT:
            assert isinstance(value.value, int | float)
            yield value.value, grant.at


def _told(provers: Provers, policy: ir.Policy, at: Span, total: str, whole: str) -> Finding:
    found = problem("W438", at, {"name": policy.name, "read": at.text, "total": total, "whole": whole})
    claims = tuple((r.condition, True) for r in policy.requirements)
    for day in provers.days(policy):
        prover = provers.on(day)
        model = prover.solve(prover.kleene.match(policy))
        if isinstance(model, Model):
            return Finding(found, (Scene(model, claims, prover),))
    return Finding(found)
