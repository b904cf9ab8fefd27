"""Facts and derived values by the names that people write: what can be ranked, what can be grouped by."""

from collections.abc import Sequence

from api.usecases.grouping import GROUPABLE, groupable
from api.usecases.refusal import Fault, Refusal
from dsl.meaning import ir
from dsl.meaning.scope import suggest
from dsl.meaning.types import NUMERIC, Kind
from engine.match.values import Evaluator

MEASURES = NUMERIC - {Kind.DATE, Kind.DURATION}  # what is ranked unless something else is asked for
USUAL = ((), ("stage",), ("industry", "stage"))  # the peers among whom ranks are told unless others are asked for
COMMAS = str.maketrans("，、", ",,")


def measurable(program: ir.Program, names: Sequence[str]) -> tuple[str, ...]:
    """The facts and derived values that some names or labels mean; Refusal for one whose values have no order."""
    declared = {**program.facts, **program.derived}
    fitting = {name: d for name, d in declared.items() if program.type_of(name).kind in NUMERIC}
    spelled = {s: name for name, d in fitting.items() for s in (*d.labels, name)}
    for name in names:
        if name not in spelled:
            raise Refusal("not_measurable", Fault.USAGE, near=suggest(name, spelled), read=name)
    return tuple(dict.fromkeys(spelled[name] for name in names))


def reference(program: ir.Program, name: str) -> ir.FactRef | ir.DefineRef:
    """A fact or derived value as an expression."""
    kind = ir.FactRef if name in program.facts else ir.DefineRef
    return kind(type=program.type_of(name), name=name)


def peers_asked(program: ir.Program, within: Sequence[str] | None) -> tuple[tuple[str, ...], ...]:
    """Whom to rank among, each as the names to group by, comma between them; the usual ones when nothing is asked.

    Everyone stands for an empty text. The usual peers are everyone and, where the pack declares `stage` and `industry`,
    those of the same stage, and of the same industry and stage.
    """
    if within is None:
        types = {name: program.type_of(name) for name in (*program.facts, *program.derived)}
        return tuple(u for u in USUAL if all(n in types and types[n].kind in GROUPABLE for n in u))
    split = ([n.strip() for n in text.translate(COMMAS).split(",")] for text in within)
    return tuple(dict.fromkeys(groupable(program, [n for n in names if n]) for names in split))


def measured(evaluator: Evaluator) -> tuple[str, ...]:
    """Every fact and derived value with an order that is known of somebody, as declared."""
    program = evaluator.program
    names = [n for n in (*program.facts, *program.derived) if program.type_of(n).kind in MEASURES]
    return tuple(n for n in names if evaluator.vector(reference(program, n)).known.any())
