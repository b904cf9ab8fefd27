"""Witnesses replayed: what analysis claims about an enterprise, asked of the slow twin before anyone is told."""

from collections.abc import Sequence
from dataclasses import replace

from dsl.analysis.findings import Claim, Finding
from dsl.analysis.kleene import Kleene
from dsl.analysis.logic import Model
from dsl.analysis.witness import Witness, witnesses
from dsl.meaning import ir
from dsl.text.diagnostics import Diagnostic
from engine.reason.calculate import Unknown
from engine.reason.twin import Twin
from engine.trial import given_population


def twin_of(program: ir.Program, witness: Witness, day: int) -> Twin:
    """The twin over a witness: the enterprise itself is the first."""
    return Twin(program, given_population(program, witness.given, witness.beside), day)


def bears_out(program: ir.Program, witness: Witness, day: int, claims: Sequence[Claim]) -> bool:
    """Whether every claim about an enterprise holds when it is judged."""
    twin = twin_of(program, witness, day)
    verdicts = [twin.judge(0, condition).verdict for condition, _ in claims]
    found = [None if isinstance(v, Unknown) else v for v in verdicts]
    return found == [wanted for _, wanted in claims]


def replayed(model: Model, kleene: Kleene, claims: Sequence[Claim]) -> Witness | None:
    """The first enterprise a model proposes for which every claim holds; None when no proposal stands."""
    for witness in witnesses(model, kleene):
        if bears_out(kleene.program, witness, kleene.day, claims):
            return witness
    return None


def told(finding: Finding) -> Diagnostic | None:
    """The problem with its witnesses in words; None when a scene does not come out as claimed."""
    words: dict[str, str] = {}
    for name, scene in zip(("witness", "other"), finding.scenes, strict=False):
        witness = replayed(scene.model, scene.prover.kleene, scene.claims)
        if witness is None:
            return None
        words |= {f"{name}_{language}": witness.shown(scene.prover.program, language) for language in ("en", "zh")}
    return replace(finding.problem, arguments={**finding.problem.arguments, **words})
