"""How a score and its rank moved over the years: from yearly facts, or from a population of each year."""

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction

from api.schemas.answers import Named
from api.schemas.peers import ChangeReport, LineInput, RankMoved, ScoreLine, ScoreYear, Standing
from api.schemas.problems import problem_of
from api.snapshot import Snapshot, snapshot_of
from api.usecases.indicators import reference
from api.usecases.populations import place_of_enterprise
from api.usecases.ranking import held, standing
from api.usecases.refusal import Fault, Refusal
from dsl.meaning import ir
from dsl.meaning.inputs import inputs_of
from dsl.meaning.show import show
from dsl.meaning.types import Kind, Type, date_of
from dsl.text.diagnostics import Diagnostic, Language
from dsl.text.quantity import read_quantity
from engine.match.rankings import groups_of
from engine.reason.movement import Line, Movement, RankChange, Year, held_still, movement, years_before
from engine.reason.twin import Twin

MOST_YEARS, USUAL_YEARS = 20, 3
SIX = Fraction(1, 10**6)
WIDE = Context(prec=60)  # more digits than any sum of held numbers has


def parse_years(text: str) -> int:
    """A number of years such as `3 years` or `3年`; Refusal for anything else.

    >>> parse_years("3 years"), parse_years("2年"), parse_years("1")
    (3, 2, 1)
    """
    read = read_quantity(text.strip())
    if read is None or read.scaled or read.unit not in ("", "years") or read.value not in range(1, MOST_YEARS + 1):
        raise Refusal("bad_years", Fault.USAGE, read=text, most=MOST_YEARS)
    return int(read.value)


def years_of(snapshot: Snapshot, over: int, score: str) -> list[Snapshot]:
    """The snapshot and its earlier years by the yearly facts of its population, the earliest first.

    Refusal where the score rests on no yearly fact, so that nothing could move it.
    """
    facts = inputs_of(snapshot.program, reference(snapshot.program, score))
    if not any(snapshot.program.facts[n].yearly for n in facts if n in snapshot.program.facts):
        raise Refusal("no_yearly_fact", Fault.USAGE, score=score)
    return [earlier(snapshot, years) for years in range(over, 0, -1)] + [snapshot]


def earlier(snapshot: Snapshot, years: int) -> Snapshot:
    """The same enterprises a number of years before."""
    population, day = years_before(snapshot.population, snapshot.program, snapshot.as_of, years)
    return snapshot_of(snapshot.name, snapshot.program, population, day)


def change_report(
    snapshots: Sequence[Snapshot], enterprise: str, score: str, within: Sequence[str], *, still: bool,
    warnings: Sequence[Diagnostic], language: Language,
) -> ChangeReport:  # fmt: skip
    """How a score of an enterprise moved, the earliest snapshot first; Refusal when it is not in the last one.

    `still` says that all years are of one population, in which facts without years stand still.
    """
    last = snapshots[-1]
    place_of_enterprise(last.population, enterprise)
    told = _Told(snapshots, enterprise, score, within, language)
    program, found = last.program, told.found
    expr = reference(program, score)
    names = last.population.names
    return ChangeReport(
        enterprise=enterprise,
        name="" if names is None else str(names[place_of_enterprise(last.population, enterprise)]),
        pack=last.name,
        version=last.version,
        score=score,
        label=last.labels[score],
        within=list(within),
        years=[told.year(i) for i in range(len(snapshots))],
        change=exact_text(found.total.change, expr.type),
        peers_change=_rounded(found.total.peers_change, expr.type),
        lines=[told.line(line) for line in found.lines],
        rank=None if found.rank is None else _moved(found.rank),
        held_still=[Named(name=n, label=last.labels[n]) for n in held_still(program, expr)] if still else [],
        problems=[problem_of(d, language) for d in warnings],
    )


class _Told:
    """A movement while it is put in words."""

    def __init__(
        self, snapshots: Sequence[Snapshot], enterprise: str, score: str, within: Sequence[str], language: Language
    ) -> None:
        self.snapshots, self.language, self.labels = snapshots, language, snapshots[-1].labels
        program = snapshots[-1].program
        self.score, self.within = reference(program, score), [reference(program, n) for n in within]
        self.years = [Year(s.run.plan.evaluator, s.population.index_of(enterprise)) for s in snapshots]
        self.twins = [Twin(s.program, s.population, s.as_of, s.ranks) for s in snapshots]
        self.found: Movement = movement(self.years, self.score, self.within)

    def year(self, i: int) -> ScoreYear:
        """The score of one year."""
        points, row = self.found.total.points[i], self.years[i].row
        value = None if row is None else held(self.twins[i], row, self.score)
        return ScoreYear(
            as_of=date_of(self.snapshots[i].as_of),
            snapshot=self.snapshots[i].facts,
            present=row is not None,
            score=exact_text(points, self.score.type),
            shown="" if row is None else show(value, self.score.type, self.language),
            rank=self._standing(i),
        )

    def _standing(self, i: int) -> Standing | None:
        row, rank = self.years[i].row, self.found.ranks[i]
        if row is None or rank is None:
            return None
        return standing(self.twins[i], row, groups_of(self.years[i].evaluator, self.within), rank, self.language)

    def line(self, line: Line) -> ScoreLine:
        """One line of the score."""
        of, name = self.score.type, line.part.name
        inputs = () if line.rest else line.part.inputs
        return ScoreLine(
            under=[Named(name=n, label=self.labels.get(n, n)) for n in line.under],
            indicator=name,
            label=self.labels.get(name, name),
            text=" ".join(line.part.expr.at.text.split()),
            rest=line.rest,
            points=[exact_text(p, of) for p in line.points],
            change=exact_text(line.change, of),
            peers=[_rounded(p, of) for p in line.peers],
            peers_change=_rounded(line.peers_change, of),
            inputs=[self._input(i) for i in inputs],
        )

    def _input(self, expr: ir.FactRef | ir.DefineRef) -> LineInput:
        shown = [
            "" if year.row is None else show(held(twin, year.row, expr), expr.type, self.language)
            for year, twin in zip(self.years, self.twins, strict=True)
        ]
        return LineInput(name=expr.name, label=self.labels[expr.name], shown=shown)


def _moved(found: RankChange) -> RankMoved:
    return RankMoved(
        before=found.before,
        after=found.after,
        alone=found.alone,
        others=found.others,
        own=found.own,
        peers=found.peers,
        together=found.together,
    )


def exact_text(value: Fraction | None, of: Type) -> str | None:
    """A held number as text, all its decimals; money in yuan.

    >>> from dsl.meaning.types import MONEY, POINTS
    >>> exact_text(Fraction(1, 8), POINTS), exact_text(Fraction(-12_50), MONEY), exact_text(Fraction(0), POINTS)
    ('0.125', '-12.5', '0')
    """
    if value is None:
        return None
    scaled = value / 100 if of.kind is Kind.MONEY else value
    text = format(WIDE.divide(Decimal(scaled.numerator), Decimal(scaled.denominator)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rounded(value: Fraction | None, of: Type) -> str | None:
    """An average to six digits, half to even."""
    digit = SIX * 100 if of.kind is Kind.MONEY else SIX  # money is held in fen and told in yuan
    return None if value is None else exact_text(round(value / digit) * digit, of)
