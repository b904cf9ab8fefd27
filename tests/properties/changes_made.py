"""Changes of a run at random: facts, enterprises, programs, days; and what a full run says after each."""

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

from edits_made import Editor
from people_made import Cuts, values_of

from dsl.meaning import ir
from dsl.meaning.types import Type, Value
from dsl.meaning.vocabulary import in_year
from dsl.meaning.years import year_of
from dsl.pack import Checker, check
from dsl.text.source import Source
from engine.facts.columns import Population
from engine.incremental.delta import Delta
from engine.incremental.run import IncrementalRun
from engine.match.matches import Answer
from engine.run import Run

Rows = dict[str, dict[str, Value]]


class Changer:
    """Makes changes of an incremental run, and keeps the facts that the enterprises must have by their ids."""

    def __init__(self, random: Random, run: IncrementalRun, rewritten: Callable[[], str], cuts: Cuts) -> None:
        self.random, self.run, self.rewritten, self.cuts = random, run, rewritten, cuts
        self.checker = Checker()
        people = run.current.population
        self.rows: Rows = {str(id): people.row(i) for i, id in enumerate(people.ids)}
        self.came = 0

    def change(self) -> tuple[str, Delta]:
        """One change, and what it is called."""
        kinds: tuple[tuple[Callable[[], tuple[str, Delta]], int], ...] = (
            (self._facts, 6), (self._come_and_go, 3), (self._program, 5), (self._day, 2),
        )  # fmt: skip
        return self.random.choices([k for k, _ in kinds], [w for _, w in kinds])[0]()

    def _facts(self) -> tuple[str, Delta]:
        facts = self._some_facts()
        self._state(facts)
        return f"facts {facts}", self.run.change_facts(facts)

    def _come_and_go(self) -> tuple[str, Delta]:
        """New enterprises, some of which are gone ones that come again; and facts of others with it."""
        most = self.random.choice((1, 3, 70))
        removed = self.random.sample(sorted(self.rows), min(len(self.rows), self.random.randrange(most + 1)))
        ids = [self._new_id() for _ in range(self.random.randrange(most + 1))]
        if removed and self.random.random() < 0.3:
            ids.append(removed[0])
        for id in removed:
            del self.rows[id]
        facts = self._some_facts() if self.rows and self.random.random() < 0.5 else {}
        self._state(facts)
        added = [(id, {n: v for n, v in self._values(12).items() if v is not None}) for id in ids]
        self.rows |= {id: dict(values) for id, values in added}
        return f"removed {removed}, added {added}", self.run.change_facts(facts, added=added, removed=removed)

    def _program(self) -> tuple[str, Delta]:
        """The pack written anew until it is sound and reads the facts that the enterprises have."""
        for _ in range(12):
            program = self.checker.check([Source("made.policy", self.rewritten())]).program
            if program is not None and reads(program, self.run.current.population):
                return "another program", self.run.change_program(program)
        return "the same program", self.run.change_program(self.run.current.program)

    def _day(self) -> tuple[str, Delta]:
        day = self.run.current.as_of + self.random.choice((0, 1, -1, 30, 366, -400, 900))
        return f"day {day}", self.run.change_day(day)

    def _new_id(self) -> str:
        self.came += 1
        return f"n{self.random.randrange(100):02d}{self.came}"

    def _some_facts(self) -> dict[str, dict[str, Value | None]]:
        chosen = self.random.sample(sorted(self.rows), min(len(self.rows), self.random.choice((0, 1, 1, 2, 30))))
        return {id: self._values(self.random.choice((1, 1, 3))) for id in chosen}

    def _values(self, most: int) -> dict[str, Value | None]:
        """Some facts with values on the constants of the pack; now and then one that nobody has had yet."""
        types = self._types()
        names = self.random.sample(sorted(types), min(len(types), 1 + self.random.randrange(most)))
        return {n: self.random.choice([None, *values_of(types[n], self.cuts, huge=False)]) for n in names}

    def _types(self) -> dict[str, Type]:
        run = self.run.current
        types = {name: column.type for name, column in run.population.columns.items()}
        if self.random.random() < 0.2:
            types |= {n: d.type for n, d in run.program.derived.items() if n not in types}
        for fact in run.program.facts.values():
            types.setdefault(fact.name, fact.type)
            if fact.yearly:
                types.setdefault(in_year(fact.name, year_of(run.as_of)), fact.type)
        return types

    def _state(self, facts: Mapping[str, Mapping[str, Value | None]]) -> None:
        for id, values in facts.items():
            self.rows[id] |= values  # type: ignore[arg-type]  # what is missing is taken out below
            self.rows[id] = {name: value for name, value in self.rows[id].items() if value is not None}


def edited(random: Random, text: str) -> Callable[[], str]:
    """The text with one edit after another; one that left it with a mistake is taken back more often than not."""
    editor = Editor(random, {"made.policy": text})

    def rewritten() -> str:
        editor.edit(sound=check([Source("made.policy", editor.files["made.policy"])]).program is not None)
        return editor.files["made.policy"]

    return rewritten


def reads(program: ir.Program, people: Population) -> bool:
    """Whether a program has the types that the columns have."""
    types = {n: f.type for n, f in program.facts.items()} | {n: d.type for n, d in program.derived.items()}
    return all(types.get(n.partition("@")[0], c.type) == c.type for n, c in people.columns.items())


def everything(run: Run) -> dict[str, Any]:
    """Every byte of what a run says, policy by policy."""
    found: dict[str, Any] = {"counts": run.counts(), "policies": list(run.program.policies)}
    matches = run.matches
    for name in run.program.policies:
        place = matches.places[name]
        bits = [matches.sure[place].tobytes(), matches.may[place].tobytes(), matches.closed[place]]
        found[f"bits of {name}"] = [*bits, matches.favoured[name].tobytes() if name in matches.favoured else None]
        found[f"answers of {name}"] = matches.answers(name).tobytes(), matches.preview(name).tobytes()
        found[f"rows of {name}"] = run.offers[name].rows.tobytes()
        for benefit, offer in run.offers[name].benefits.items():
            arrays = [(a.dtype, a.tobytes()) for a in (offer.values, offer.known, offer.given)]
            parts = [None if a is None else a.tobytes() for a in (offer.parts, offer.divided)]
            found[f"{benefit} of {name}"] = arrays, offer.type, offer.words, offer.shares, offer.up_to, parts
    for name, supply in run.supplies.items():
        demands = {fact: fits.tobytes() for fact, fits in supply.demands.items()}
        found[f"supply of {name}"] = [a.tobytes() for a in (supply.rows, supply.fits, supply.places)], demands
    found["limited"] = list(run.allocations)
    for name, outcome in run.allocations.items():
        granted = {benefit: (a.dtype, a.tobytes()) for benefit, a in outcome.granted.items()}
        arrays = [a.tobytes() for a in (outcome.states, outcome.places, *outcome.queues)]
        found[f"outcome of {name}"] = *arrays, granted, outcome.winners, outcome.cutoffs, outcome.problems
    return found


def different(run: Run, full: Run) -> list[str]:
    """What two runs do not say alike."""
    one, other = everything(run), everything(full)
    return [key for key in {**one, **other} if key not in one or key not in other or one[key] != other[key]]


def answered(run: Run) -> dict[tuple[str, str], Answer]:
    """Every answer by policy and enterprise."""
    ids = run.population.ids.tolist()
    return {
        (name, id): Answer(answer)
        for name in run.program.policies
        for id, answer in zip(ids, run.matches.answers(name).tolist(), strict=True)
    }


def wrong_pairs(delta: Delta, before: Mapping[Any, Answer], after: Mapping[Any, Answer]) -> Iterator[str]:
    """Where a delta does not say what changed between two full runs, or counts it wrong."""
    told: dict[tuple[str, str], list[Any]] = {}
    for pair in delta.pairs():
        told.setdefault((pair.policy, pair.enterprise), []).append((pair.before, pair.after))
    for key in {**before, **after, **told}:
        one, other = before.get(key), after.get(key)
        turns = told.get(key, [])
        again = {*turns} == {(one, None), (None, other)}  # gone and come again in one change
        if turns != ([(one, other)] if one != other else []) and not again:
            yield f"{key}: {one} → {other}, told {turns}"
    count = sum(map(len, told.values()))
    turns_counted = sum(n for moves in delta.moves.values() for n in moves.turns.values())
    if not count == delta.count == sum(delta.causes.values()) == turns_counted:
        yield f"{count} pairs, counted {delta.count}, by cause {delta.causes}, by turn {turns_counted}"
