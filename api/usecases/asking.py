"""One enterprise whose facts come with the question, answered against the pack."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from api.schemas.answers import EnterpriseAnswers
from api.schemas.asking import BadFact, Question
from api.snapshot import Snapshot
from api.usecases.days import parse_day
from api.usecases.explaining import policy_answer
from api.usecases.refusal import Fault, Refusal
from api.usecases.supply import supply_of
from api.wording import say
from dsl.meaning import ir
from dsl.meaning.scope import suggest
from dsl.meaning.types import Kind, Value, date_of
from dsl.meaning.vocabulary import Fact, in_year
from dsl.text.diagnostics import Language
from engine.facts.cells import CellError, expectation_of, parse_cell
from engine.facts.columns import WORDED
from engine.match.values import Evaluator
from engine.reason.candidate import Point
from engine.reason.why import Explainer


class BadFacts(Refusal):
    """Facts that cannot be taken, all of them at once."""

    def __init__(self, facts: list[BadFact]) -> None:
        super().__init__("bad_facts", Fault.INPUT, count=len(facts))
        self.facts = facts


def ask(snapshot: Snapshot, question: Question, language: Language) -> EnterpriseAnswers:
    """What every policy answers for the facts of a question; nothing is allocated, for a limit is shared by all.

    Refusal for a bad date; BadFacts when facts are not declared or not of their type.
    """
    program = snapshot.program
    as_of = snapshot.as_of if question.as_of is None else parse_day(question.as_of)
    facts = read_facts(program, question.facts, language)
    point = snapshot.point if as_of == snapshot.as_of else Point(Evaluator(program, snapshot.population, as_of))
    given = {fact.name: value for fact, value in facts}
    candidate = point.candidate(given, snapshot.population.index_of(question.enterprise))
    explainer = Explainer(candidate, language, snapshot.background)
    supplies = supply_of(explainer, 0)
    return EnterpriseAnswers(
        enterprise=question.enterprise,
        name="",
        pack=snapshot.name,
        version=snapshot.version,
        snapshot=snapshot.facts,
        as_of=date_of(as_of),
        supply_order=list(supplies),
        answers=[policy_answer(snapshot, explainer, 0, name, None, supplies) for name in program.policies],
    )


def read_facts(program: ir.Program, given: Mapping[str, Any], language: Language) -> list[tuple[Fact, Value | None]]:
    """Facts with their values from JSON; BadFacts tells every one that cannot be taken."""
    declared = {s: fact for fact in program.facts.values() for s in (*fact.labels, fact.name)}
    derived = {s for name, d in program.derived.items() for s in (name, *d.labels)}
    bad: list[BadFact] = []
    found: dict[str, tuple[Fact, Value | None]] = {}
    written: dict[str, str] = {}
    for name, value in _by_year(given, declared):
        fact = _fact_named(name, declared)
        if fact is None:
            expected = say("computed_fact" if name in derived else "declared_fact", language)
            bad.append(BadFact(fact=name, read=_shown(value), expected=expected, near=tuple(suggest(name, declared))))
        elif fact.name in written:
            bad.append(BadFact(fact=name, read=_shown(value), expected=say("once", language, other=written[fact.name])))
        else:
            written[fact.name] = name
            try:
                found[fact.name] = fact, _taken(value, fact)
            except CellError as error:
                expected = error.expected.zh if language == "zh" else error.expected.en
                bad.append(BadFact(fact=name, read=_shown(value), expected=expected))
    if bad:
        raise BadFacts(bad)
    return list(found.values())


def _by_year(given: Mapping[str, Any], declared: Mapping[str, Fact]) -> Iterator[tuple[str, Any]]:
    """Facts and values, a yearly fact that is given by years as one for each year."""
    for name, value in given.items():
        if isinstance(value, dict) and name in declared and declared[name].yearly:
            yield from ((f"{name}@{year}", of_year) for year, of_year in value.items())
        else:
            yield name, value


def _fact_named(name: str, declared: Mapping[str, Fact]) -> Fact | None:
    """The fact of a name or label; `revenue@2022` is a yearly fact's value of that year."""
    fact, year = declared.get(name), name.rpartition("@")[2]
    series = declared.get(name.rpartition("@")[0])
    if fact is not None or series is None or not series.yearly or not (year.isdecimal() and len(year) == 4):
        return fact
    return replace(series, name=in_year(series.name, int(year)), yearly=False)


def _taken(value: Any, fact: Fact) -> Value | None:
    """A JSON value as the held value of a fact, None when missing; CellError when the fact cannot take it."""
    match value:
        case None:
            return None
        case bool() if fact.type.kind is Kind.BOOL:
            return value
        case str():
            return parse_cell(value, fact)
        case int() | float() if not isinstance(value, bool) and fact.type.kind not in WORDED:
            return parse_cell(f"{Decimal(repr(value)):f}" if value == value and abs(value) < 1e30 else "?", fact)
        case list() if fact.type.kind is Kind.SET:
            return _members(value, fact)
    raise CellError(expectation_of(fact.type))


def _members(values: list[Any], fact: Fact) -> frozenset[str]:
    members: set[str] = set()
    for value in values:
        held = parse_cell(value, fact) if isinstance(value, str) else None
        if not isinstance(held, frozenset):
            raise CellError(expectation_of(fact.type))
        members |= held
    return frozenset(members)


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:60] + "…"
