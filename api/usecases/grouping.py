"""Enterprises by a fact or classification with fixed words, such as stage and industry."""

from collections.abc import Sequence

from api.usecases.refusal import Fault, Refusal
from dsl.meaning import ir
from dsl.meaning.scope import suggest
from dsl.meaning.types import Kind, Type
from engine.decide.before import words_of
from engine.run import Run

GROUPABLE = (Kind.CATEGORY, Kind.CODE, Kind.TEXT, Kind.BOOL)


def groupable(program: ir.Program, names: Sequence[str]) -> tuple[str, ...]:
    """The facts and classifications that some names or labels mean; Refusal for one that nothing can be grouped by."""
    types = {name: program.type_of(name) for name in (*program.facts, *program.derived)}
    fitting = {name: t for name, t in types.items() if t.kind in GROUPABLE}
    spelled = {s: name for name in fitting for s in (program.labels().get(name, name), name)}
    for name in names:
        if name not in spelled:
            raise Refusal("not_groupable", Fault.USAGE, near=suggest(name, spelled), read=name)
    return tuple(dict.fromkeys(spelled[name] for name in names))


def values_in(run: Run, name: str) -> list[str]:
    """The value of a fact or classification for every enterprise, as text; "" where it is not known."""
    evaluator, program = run.plan.evaluator, run.program
    vector = evaluator.column(name) if name in program.facts else evaluator.derived(name)
    return words_of(vector, program.type_of(name))


def label_in(of: Type, value: str) -> str:
    """The label of a value, or the value itself where it has none."""
    option = next((o for o in of.options if o.name == value), None)
    return option.labels[0] if option is not None and option.labels else value
