"""Lists of who is awarded under limits and exclusive groups, who waits and why, and who moves up after others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from api.schemas.allocations import FORMAT, AllocationList, AllocationReport, AllocationRow
from api.schemas.answers import Key
from api.schemas.problems import problem_of
from api.schemas.values import wire_value
from api.snapshot import Snapshot
from api.usecases.lists import read_list
from api.usecases.outcomes import WORDS, cutoff_of, cutoffs_of, keys_of
from api.usecases.refusal import Fault, Refusal
from api.usecases.writing import replacing, writer_for
from api.wording import say
from dsl.meaning import ir
from dsl.meaning.show import show
from dsl.meaning.types import date_of
from dsl.text.diagnostics import Diagnostic, Language, problem
from engine.decide.allocate import Allocation, Allocations, Cutoff, Queue, allocate
from engine.decide.before import Before
from engine.facts.formats import open_sheet
from engine.facts.ledger import Ledger
from engine.facts.sheets import Unreadable

ENDINGS = (".json", ".csv", ".parquet", ".ndjson")
STATES = (Allocation.awarded, Allocation.waitlisted, Allocation.excluded, Allocation.declined)
HEADERS = {"enterprise": ("enterprise", "企业", "企业编号", "id"), "policy": ("policy", "政策", "产品")}


def read_declined(path: Path, snapshot: Snapshot) -> frozenset[tuple[str, str]]:
    """Who declined which policy, from a file of two columns; Refusal naming every row that is wrong."""
    program = snapshot.program
    names = {spelling: p.name for p in program.policies.values() for spelling in (*p.labels, p.name)}
    try:
        sheet = open_sheet(path)
    except Unreadable as why:
        found = [problem("D506", file=str(path), reason_en=why.en, reason_zh=why.zh)]
        raise Refusal("declined_has_errors", Fault.INPUT, problems=found, file=path, count=1) from None
    places = {key: next((h for h in heads if h in sheet.headers), None) for key, heads in HEADERS.items()}
    lacking = ", ".join(f"{key} ({HEADERS[key][1]})" for key, place in places.items() if place is None)
    if lacking:
        found = [problem("D511", file=sheet.name, wanted=lacking, found=", ".join(sheet.headers))]
        raise Refusal("declined_has_errors", Fault.INPUT, problems=found, file=path, count=1)
    texts = {
        key: [str(t or "").strip() for t in sheet.columns[sheet.headers.index(place)].cast(pa.string()).to_pylist()]
        for key, place in places.items()
        if place is not None
    }
    found = []
    for row, (id, name) in enumerate(zip(texts["enterprise"], texts["policy"], strict=True)):
        if name not in names:
            found.append(problem("D512", place=sheet.place(row), row=row + 1, read=name))
        if snapshot.population.index_of(id) is None:
            found.append(problem("D516", place=sheet.place(row), row=row + 1, read=id))
    if found:
        raise Refusal("declined_has_errors", Fault.INPUT, problems=found, file=path, count=len(found))
    return frozenset((names[name], id) for id, name in zip(texts["enterprise"], texts["policy"], strict=True))


def read_frozen(path: Path) -> AllocationReport:
    """A list that was written before; Refusal for a file that is none, or is of another format."""
    return read_list(path, AllocationReport, FORMAT, "huice allocate --out")


def check_frozen(frozen: AllocationReport, now: AllocationReport) -> None:
    """Refusal when a list does not rest on what this run rests on."""
    for name in ("pack", "version", "snapshot", "ledger", "as_of"):
        before, after = getattr(frozen, name), getattr(now, name)
        if before != after:
            raise Refusal("not_frozen", Fault.INPUT, what=name, before=before or "-", now=after or "-")


@dataclass(frozen=True)
class Asked:
    """What a report is of: the policies, the ledger, and the warnings about the input."""

    policies: Sequence[str]
    ledger: Ledger | None
    warnings: Sequence[Diagnostic]


def allocation_report(snapshot: Snapshot, asked: Asked, language: Language) -> AllocationReport:
    """The lists of a run; its `before` holds what was granted and declined."""
    run = snapshot.run
    without = Before(run.before.accounts)
    first = allocate(run.plan.evaluator, run.offers, without) if run.before.declined else run.allocations
    names = [name for name in asked.policies if name in run.allocations]
    return AllocationReport(
        format=FORMAT,
        pack=snapshot.name,
        version=snapshot.version,
        snapshot=snapshot.facts,
        ledger=None if asked.ledger is None else asked.ledger.digest(snapshot.as_of),
        as_of=date_of(snapshot.as_of),
        declined=len(run.before.declined),
        lists=[_List(snapshot, name, first.get(name), language).made() for name in names],
        problems=[problem_of(d, language) for d in (*asked.warnings, *run.problems)],
    )


class _List:
    """One policy's list while it is made."""

    def __init__(self, snapshot: Snapshot, name: str, first: Allocations | None, language: Language) -> None:
        self.snapshot, self.name, self.first, self.language = snapshot, name, first, language
        run = snapshot.run
        self.policy, self.offers, self.allocation = run.program.policies[name], run.offers[name], run.allocations[name]
        self.queues = [Queue(self.policy, m, self.offers, run.plan.evaluator) for m in self.policy.limits]

    def made(self) -> AllocationList:
        """The list."""
        rows = [self._row(i) for i in range(len(self.offers.rows))]
        order = {WORDS[state]: place for place, state in enumerate(STATES)}
        rows.sort(key=lambda r: (order[r.state], r.group, r.order or len(rows), r.enterprise))
        return AllocationList(
            policy=self.name,
            label=self.policy.label,
            cutoffs=cutoffs_of(self.snapshot, self.name, self.language),
            rows=rows,
        )

    def _row(self, i: int) -> AllocationRow:
        names, row = self.snapshot.population.names, int(self.offers.rows[i])
        state = Allocation(self.allocation.states[i])
        state = Allocation.awarded if state is Allocation.none else state
        cutoffs = self.allocation.cutoffs_at(i)
        promoted = (
            self.first is not None and state is Allocation.awarded and self.first.states[i] == Allocation.waitlisted
        )
        granted = {}
        if state is Allocation.awarded:
            granted = {benefit: amounts[i].item() for benefit, amounts in self.allocation.granted.items()}
        types = {name: benefit.type for name, benefit in self.snapshot.program.benefits.items()}
        return AllocationRow(
            enterprise=str(self.snapshot.population.ids[row]),
            name="" if names is None else str(names[row]),
            state=WORDS[state],
            group=list(cutoffs[-1].group) if cutoffs else [],
            order=int(self.allocation.places[i]) or None,
            keys=self._keys(cutoffs[-1].of, i) if cutoffs else [],
            granted={name: wire_value(value, types[name]) for name, value in granted.items()},
            granted_shown={name: show(value, types[name], self.language) for name, value in granted.items()},
            kept=self.allocation.winners.get(row) if state is Allocation.excluded else None,
            promoted=bool(promoted),
            why=self._why(i, row, state, cutoffs, bool(promoted)),
        )

    def _keys(self, of: int, i: int) -> list[Key]:
        return keys_of(self.snapshot, self.policy.limits[of], self.queues[of], i, self.language)

    def _why(self, i: int, row: int, state: Allocation, cutoffs: Sequence[Cutoff], promoted: bool) -> str:
        if state is Allocation.declined:
            return say("why_declined", self.language)
        if state is Allocation.excluded:
            return say("why_excluded", self.language, policy=self._called(self.allocation.winners[row]))
        if not cutoffs or not self.allocation.places[i]:
            unknown = "why_no_group" if state is Allocation.waitlisted else "why_awarded_all"
            return say(unknown, self.language)
        place, cutoff = int(self.allocation.places[i]), cutoffs[-1]
        if state is Allocation.awarded:
            return say("why_promoted" if promoted else "why_awarded", self.language, place=place)
        if cutoff.benefit and not self.offers.benefits[cutoff.benefit].known[i]:
            return say("why_no_amount", self.language, place=place)
        return self._why_waits(i, place, cutoff)

    def _why_waits(self, i: int, place: int, cutoff: Cutoff) -> str:
        reached = cutoff_of(self.snapshot, self.policy.limits[cutoff.of], cutoff, self.language)
        if cutoff.last is None:
            return say("why_nobody", self.language, place=place, quota=reached.limit_shown)
        last = int(np.searchsorted(self.offers.rows, cutoff.last))
        own = self._keys(cutoff.of, i)
        decided = next((k.name for k, o in zip(reached.keys, own, strict=True) if k.shown != o.shown), None)
        told = say(
            "why_waits",
            self.language,
            place=place,
            quota=reached.limit_shown,
            last=int(self.allocation.places[last]),
            keys=[f"{k.name} {k.shown}" for k in reached.keys],
        )
        if decided is None:
            return told + say("why_tied", self.language)
        return told + (say("why_decided", self.language, by=decided) if decided != own[0].name else "")

    def _called(self, policy: str) -> str:
        return self.snapshot.labels.get(policy, policy) if self.language == "zh" else policy


def write_list(report: AllocationReport, out: Path) -> None:
    """Write a report whole as .json, which can be given again, or its rows as a table."""
    ending = out.suffix.lower()
    if ending not in ENDINGS:
        raise Refusal("unknown_ending", Fault.USAGE, file=out, known=list(ENDINGS))
    if ending == ".json":
        with replacing(out) as stream:
            stream.write(report.model_dump_json(indent=2).encode() + b"\n")
        return
    opened = writer_for(out)
    table = pa.Table.from_pylist(list(_flat(report)), schema=SCHEMA)
    with replacing(out) as stream:
        writer = opened(stream, table.schema)
        for batch in table.to_batches() or [pa.RecordBatch.from_pylist([], schema=SCHEMA)]:
            writer.write(batch)
        writer.close()


SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("policy", "enterprise", "name", "state", "group")]
    + [("order", pa.int64())]
    + [(name, pa.string()) for name in ("keys", "granted", "kept")]
    + [("promoted", pa.bool_()), ("why", pa.string())]
)


def _flat(report: AllocationReport) -> Iterator[dict[str, object]]:
    for made in report.lists:
        for row in made.rows:
            yield {
                "policy": made.policy, "enterprise": row.enterprise, "name": row.name, "state": row.state,
                "group": "; ".join(row.group), "order": row.order,
                "keys": "; ".join(f"{k.name} {k.shown}" for k in row.keys),
                "granted": "; ".join(f"{name} {value}" for name, value in row.granted.items()),
                "kept": row.kept, "promoted": row.promoted, "why": row.why,
            }  # fmt: skip


def policies_allocated(program: ir.Program) -> list[str]:
    """The policies that have a limit or an exclusive group, in the order of the pack."""
    return [name for name, policy in program.policies.items() if policy.limits or policy.exclusive]
