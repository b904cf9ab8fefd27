"""What a block answers: its problems against its remarks, its examples, and the cells of its tables."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from page_blocks import Block, Found, Table, remarks

from api.usecases.deepening import deepen
from api.usecases.packs import Loaded
from dsl.meaning import ir
from dsl.meaning.show import show
from dsl.meaning.types import days_of
from dsl.pack import Checked, check
from dsl.syntax.keywords import word_for
from dsl.text.diagnostics import Diagnostic, Language
from dsl.text.quantity import date_parts, match_date
from dsl.text.render import as_text
from dsl.text.source import Source
from engine.decide.allocate import Allocation
from engine.decide.demand import Fit
from engine.facts.read import read_population
from engine.match.matches import Answer
from engine.reason.calculate import Unknown
from engine.reason.twin import Twin
from engine.reason.why import ANSWER_ZH, Explainer
from engine.run import Run
from engine.trial import try_all

DAY = days_of(date(2024, 7, 1))  # of tables without a column for it
DAY_HEADERS = ("as of", "基准日")
SUPPLY_HEADERS = ("supply", "供给")
FIT_ZH = {Fit.met: "满足", Fit.partly: "部分满足", Fit.open: "待补充", Fit.unmet: "不满足"}
WHY_HEADERS = ("why", "理由")
OUTCOME_ZH = {Allocation.awarded: "获批", Allocation.waitlisted: "候补", Allocation.excluded: "被排除"}


def checked(block: Block) -> Checked:
    """A block checked by itself, with the packs of its page."""
    library = {name: (Source(name, text),) for name, text in block.library.items()}
    made = check([Source(str(block), block.text)], library)
    return Checked(made.program, (*made.problems, *deep_problems(made.program))) if block.deep else made


def deep_problems(program: ir.Program | None) -> list[Diagnostic]:
    """What analysis on meaning finds in a program."""
    return [] if program is None else list(deepen(Loaded("", (), program, ())).problems)


def _line(problem: Diagnostic) -> int:
    """The line of the block on which a problem begins; one without a place is about the whole and counts as line 1."""
    return problem.at.source.line_column(problem.at.start)[0] if problem.at else 1


def complaints_about(block: Block) -> str:
    """Empty for a block that does what its remarks say; else what differs, with the problems as people read them."""
    made = checked(block)
    promised: Found = remarks(block.text)
    found = Counter((_line(p), p.code) for p in made.problems)
    first = block.line - 1
    said = [f"line {first + n}: promised {code}, not found" for n, code in sorted((promised - found).elements())]
    said += [f"line {first + n}: found {code}, not promised" for n, code in sorted((found - promised).elements())]
    if said:
        said += [as_text(p, "en", word_for) for p in made.problems]
    if made.program is not None:
        for trial in try_all(made.program)[0]:
            said += [f"example “{trial.example.title}”: {f.about} should be {f.expected} but is {f.actual}"
                     for f in trial.failures]  # fmt: skip
    return "\n".join(said)


def answered(block: Block, table: Table) -> list[tuple[str, ...]]:
    """The rows of a table with the answers that the block gives to its facts."""
    program = checked(block).program
    assert program is not None, f"{block}: a block with an error answers nothing"
    inputs = [k for k, header in enumerate(table.header) if _is_fact(program, header)]
    days = [_day_of(table, row) for row in table.rows]
    made: dict[int, tuple[str, ...]] = {}
    for day in dict.fromkeys(days):
        places = [i for i, d in enumerate(days) if d == day]
        few = _Few(program, [table.rows[i] for i in places], table.header, inputs, day, block.language)
        made |= dict(zip(places, few.rows(), strict=True))
    return [made[i] for i in range(len(table.rows))]


def _is_fact(program: ir.Program, header: str) -> bool:
    name = header.partition("@")[0]
    return any(name in (f.name, *f.labels) for f in program.facts.values())


def _day_of(table: Table, row: tuple[str, ...]) -> int:
    place = next((k for k, h in enumerate(table.header) if h in DAY_HEADERS), None)
    if place is None:
        return DAY
    found = match_date(row[place])
    assert found, f"{row[place]!r} is not a day"
    return days_of(date(*date_parts(found)))


@dataclass
class _Few:
    """A few enterprises of one day: the rows of a table, read and answered."""

    program: ir.Program
    written: list[tuple[str, ...]]
    header: tuple[str, ...]
    inputs: list[int]
    day: int
    language: Language

    def __post_init__(self) -> None:
        columns = {"id": [row[0] for row in self.written]}
        columns |= {self.header[k]: [row[k] for row in self.written] for k in self.inputs}
        population, problems = read_population(pa.table(columns), self.program.facts.values())
        assert population is not None and not problems, [as_text(p, "en", word_for) for p in problems]
        self.run = Run(self.program, population, self.day)
        twin = Twin(self.program, population, self.day, self.run.plan.evaluator.ranks)
        self.explainer = Explainer(twin, self.language)

    def rows(self) -> list[tuple[str, ...]]:
        """The rows with their answers."""
        return [tuple(self._cells(i)) for i in range(len(self.written))]

    def _cells(self, i: int) -> list[str]:
        made: list[str] = []
        policy = ""
        for k, header in enumerate(self.header):
            if k == 0 or k in self.inputs or header in DAY_HEADERS:
                made.append(self.written[i][k])
                continue
            policy = self._policy(header) or policy
            if header in WHY_HEADERS:
                made.append(self.explainer.explain(i, policy).summary)
            elif header in SUPPLY_HEADERS:
                made.append(self._supply(i, policy))
            elif self._policy(header):
                made.append(self._answer(i, policy))
            elif benefit := next((b for b in self.program.benefits.values() if header in (b.name, *b.labels)), None):
                made.append(self._benefit(i, policy, benefit.name))
            else:
                made.append(self._derived(i, header))
        return made

    def _policy(self, header: str) -> str:
        return next((p.name for p in self.program.policies.values() if header in (p.name, *p.labels)), "")

    def _answer(self, i: int, policy: str) -> str:
        answer, zh = Answer(self.run.matches.answers(policy)[i]), self.language == "zh"
        found, place = self.run.allocations.get(policy), self._place(i, policy)
        words = [ANSWER_ZH[answer] if zh else answer.name]
        if found is not None and place is not None:
            outcome = Allocation(found.states[place])
            words.append(OUTCOME_ZH[outcome] if zh else outcome.name)
        return ("，" if zh else ", ").join(words)

    def _supply(self, i: int, policy: str) -> str:
        place, supply = self._place(i, policy), self.run.supplies.get(policy)
        if place is None or supply is None:
            return ""
        fit = Fit(supply.fits[place])
        return f"{supply.places[place]} {FIT_ZH[fit] if self.language == 'zh' else fit.name}"

    def _place(self, i: int, policy: str) -> int | None:
        rows = self.run.offers[policy].rows.tolist()
        return rows.index(i) if i in rows else None

    def _benefit(self, i: int, policy: str, benefit: str) -> str:
        place = self._place(i, policy)
        if place is None or benefit not in self.run.offers[policy].benefits:
            return ""
        offer = self.run.offers[policy].benefits[benefit]
        allocation = self.run.allocations.get(policy)
        if not offer.known[place]:
            return "待补充" if self.language == "zh" else "unknown"
        if not offer.given[place]:
            return "无" if self.language == "zh" else "none"
        if allocation is not None and allocation.states[place] != Allocation.awarded:
            return ""
        if allocation is not None and benefit in allocation.granted:
            return show(allocation.granted[benefit][place].item(), offer.type, self.language)
        return show(offer.python(place), offer.type, self.language)

    def _derived(self, i: int, header: str) -> str:
        name = next((d.name for d in self.program.derived.values() if header in (d.name, *d.labels)), None)
        assert name is not None, f"`{header}` is no fact, value, policy or benefit of the block"
        type_ = self.program.type_of(name)
        value = self.explainer.twin.value(i, ir.DefineRef(type=type_, name=name))
        if isinstance(value, Unknown):
            return "待补充" if self.language == "zh" else "unknown"
        return show(value, type_, self.language)
