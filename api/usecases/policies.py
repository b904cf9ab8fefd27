"""The policies of a snapshot, listed and in full."""

from typing import Any

from api.schemas.answers import Citation, Review
from api.schemas.policies import Clause, Grant, PolicyDetail, PolicyList, PolicySummary, Span
from api.snapshot import Snapshot
from api.usecases.explaining import assumed_of
from api.usecases.outcomes import cutoffs_of
from dsl.meaning import ir
from dsl.meaning.inputs import parameters_of
from dsl.meaning.types import date_of
from dsl.syntax.islands import islands
from dsl.text.diagnostics import Language


def list_policies(snapshot: Snapshot) -> PolicyList:
    """Every policy with its counts."""
    counts = snapshot.counts
    return PolicyList(
        pack=snapshot.name,
        version=snapshot.version,
        snapshot=snapshot.facts,
        as_of=date_of(snapshot.as_of),
        policies=[PolicySummary(**_summary(snapshot, p, counts[p.name])) for p in snapshot.program.policies.values()],
    )


def _summary(snapshot: Snapshot, policy: ir.Policy, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "policy": policy.name,
        "label": policy.label,
        "issuer": policy.issuer,
        "audience": policy.audience,
        "effective": _span(policy.effective),
        "open": _span(policy.window),
        "closed": policy.not_in_force(snapshot.as_of),
        "benefits": [g.benefit for g in policy.grants],
        "answers": counts,
    }


def _span(days: tuple[int | None, int | None]) -> Span:
    first, last = (None if day is None else date_of(day) for day in days)
    return Span(first=first, last=last)


def describe_policy(snapshot: Snapshot, policy: ir.Policy, language: Language) -> PolicyDetail:
    """One policy in full."""
    program = snapshot.program
    benefits = program.benefits
    assumed = [n for n in parameters_of(program, policy) if program.parameters[n].assumed]
    return PolicyDetail(
        **_summary(snapshot, policy, snapshot.counts[policy.name]),
        pack=snapshot.name,
        version=snapshot.version,
        snapshot=snapshot.facts,
        as_of=date_of(snapshot.as_of),
        beneficiary=policy.beneficiary,
        note=policy.note,
        requirements=[
            Clause(label=r.label, text=r.condition.at.text, place=str(r.condition.at)) for r in policy.requirements
        ],
        reviews=[Review(text=r.text, by=r.by) for r in policy.reviews],
        grants=[
            Grant(
                benefit=g.benefit,
                label=benefits[g.benefit].label,
                type=str(g.value.type),
                formula=g.at.text,
                up_to=g.up_to,
            )
            for g in policy.grants
        ],
        assumed=[assumed_of(snapshot, name, snapshot.as_of, language) for name in assumed],
        citations=[Citation(title=c.title, article=c.article, quote=c.quote) for c in policy.citations],
        cutoffs=cutoffs_of(snapshot, policy.name, language),
        text=text_of(policy),
    )


def text_of(policy: ir.Policy) -> str:
    """The declaration as its author wrote it, without the comments that follow it."""
    around = [i for i in islands(policy.at.source) if i.offset <= policy.at.start < i.offset + len(i.text)]
    lines = around[0].text.rstrip().split("\n") if around else []
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()  # they speak of the next declaration
    return "\n".join(lines)
