"""The best that one enterprise can have together, and why the rest gives way."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.schemas.answers import Named
from api.schemas.bundles import BundleAmount, BundleItem, BundleReport, BundleWay
from api.schemas.problems import problem_of
from api.schemas.values import wire_value
from api.snapshot import Snapshot
from api.usecases.outcomes import WORDS
from api.usecases.populations import place_of_enterprise
from api.usecases.refusal import Fault, Refusal
from api.wording import listed, say
from dsl.meaning import ir
from dsl.meaning.scope import suggest
from dsl.meaning.show import show
from dsl.meaning.types import COUNT, MONEY, Kind, Type, date_of
from dsl.text.diagnostics import Diagnostic, Language
from engine.bundle import Bundle, Item, Place, Way, best_bundle
from engine.decide.allocate import Allocation
from engine.decide.choice import NODES, Unproved
from engine.facts.ledger import Ledger
from engine.match.matches import Answer

ADDED = (Kind.MONEY, Kind.COUNT)


@dataclass(frozen=True)
class Asked:
    """What a bundle is asked for: the benefits that count, the ledger, and the warnings about the input."""

    counted: tuple[str, ...]
    ledger: Ledger | None
    warnings: Sequence[Diagnostic]


def counted_benefits(program: ir.Program, names: Sequence[str]) -> tuple[str, ...]:
    """The benefits of some names or labels, those without repayment when none is named; Refusal for no sum."""
    if not names:
        return tuple(b.name for b in program.benefits.values() if b.without_repayment)
    fitting = {b.name: b for b in program.benefits.values() if b.type.kind in ADDED}
    spelled = {s: name for name, b in fitting.items() for s in (*b.labels, name)}
    for name in names:
        if name not in spelled:
            raise Refusal("bundle_by", Fault.USAGE, near=suggest(name, spelled), read=name, known=list(fitting))
    chosen = tuple(dict.fromkeys(spelled[name] for name in names))
    kinds = {fitting[name].type.kind for name in chosen}
    if len(kinds) > 1 or (Kind.COUNT in kinds and len(chosen) > 1):
        raise Refusal("bundle_mixed", Fault.USAGE, names=list(chosen))
    return chosen


def bundle_report(snapshot: Snapshot, enterprise: str, asked: Asked, language: Language) -> BundleReport:
    """The bundle of an enterprise; Refusal when it is not there, or when no bundle is proved to be the best."""
    row = place_of_enterprise(snapshot.population, enterprise)
    try:
        found = best_bundle(snapshot.run, row, asked.counted)
    except Unproved as why:
        raise Refusal(f"unproved_{why.reason}", Fault.INPUT, nodes=f"{NODES:,}") from None
    return _Report(snapshot, found, asked, language).report(row, enterprise)


class _Report:
    def __init__(self, snapshot: Snapshot, found: Bundle, asked: Asked, language: Language) -> None:
        self.snapshot, self.found, self.asked, self.language = snapshot, found, asked, language
        self.program = snapshot.program
        self.items = {item.policy: item for item in found.items}
        counts = any(self.program.benefits[n].type.kind is Kind.COUNT for n in asked.counted)
        self.type = COUNT if counts else MONEY

    def report(self, row: int, enterprise: str) -> BundleReport:
        """The report."""
        snapshot, names = self.snapshot, self.snapshot.population.names
        answers = {name: Answer(snapshot.run.matches.answers(name)[row]) for name in self.program.policies}
        return BundleReport(
            enterprise=enterprise,
            name="" if names is None else str(names[row]),
            pack=snapshot.name,
            version=snapshot.version,
            snapshot=snapshot.facts,
            ledger=None if self.asked.ledger is None else self.asked.ledger.digest(snapshot.as_of),
            as_of=date_of(snapshot.as_of),
            counted=[Named(name=n, label=self.program.benefits[n].label) for n in self.asked.counted],
            total=wire_value(self.found.total, self.type),
            total_shown=self._shown(self.found.total, self.found.open),
            open=self.found.open,
            settled=self.found.settled,
            items=[self._item(item) for item in self.found.items],
            totals=self._totals(),
            undecided=[
                Named(name=name, label=self.program.policies[name].label)
                for name, answer in answers.items()
                if answer in (Answer.unknown, Answer.review)
            ],
            problems=[problem_of(d, self.language) for d in self.asked.warnings],
        )

    def _item(self, item: Item) -> BundleItem:
        return BundleItem(
            policy=item.policy,
            label=self.program.policies[item.policy].label,
            place=item.place.value,
            worth=wire_value(item.worth, self.type),
            worth_shown=self._shown(item.worth, item.open),
            open=item.open,
            gives=[a for name in item.offers.benefits if (a := self._amount(item, name)) is not None],
            ways=[
                BundleWay(policy=w.policy, label=self.program.policies[w.policy].label, group=w.group, of=list(w.of))
                for w in item.ways
            ],
            total=None if item.total is None else wire_value(item.total, self.type),
            in_run=None if item.in_run is Allocation.none else WORDS[item.in_run],
            why=self._why(item),
        )

    def _amount(self, item: Item, name: str) -> BundleAmount | None:
        """One benefit of a policy; None where it is not given."""
        offer, benefit = item.offers.benefits[name], self.program.benefits[name]
        if not offer.given[0]:
            return None
        value = item.granted.get(name, offer.python(0))
        return BundleAmount(
            benefit=name, label=benefit.label, counted=name in self.asked.counted, value=wire_value(value, offer.type),
            shown=show(value, offer.type, self.language), open=not offer.known[0],
        )  # fmt: skip

    def _totals(self) -> list[BundleAmount]:
        """What the bundle gives in all of each benefit that can be added up."""
        sums: dict[str, tuple[int, bool]] = {}
        for item in self.found.items:
            for name, offer in item.offers.benefits.items() if item.place is Place.chosen else ():
                if self.program.benefits[name].type.kind in ADDED and offer.given[0]:
                    value = item.granted.get(name, offer.python(0))
                    total, more = sums.get(name, (0, False))
                    known = isinstance(value, int)
                    sums[name] = (total + (value if isinstance(value, int) else 0), more or not known)
        return [self._total(name, *found) for name, found in sorted(sums.items(), key=lambda s: self._place(s[0]))]

    def _place(self, benefit: str) -> int:
        return list(self.program.benefits).index(benefit)

    def _total(self, name: str, total: int, more: bool) -> BundleAmount:
        benefit = self.program.benefits[name]
        counted, value = name in self.asked.counted, wire_value(total, benefit.type)
        return BundleAmount(
            benefit=name, label=benefit.label, counted=counted, value=value,
            shown=self._least(show(total, benefit.type, self.language), more), open=more,
        )  # fmt: skip

    def _shown(self, worth: int, more: bool) -> str:
        return self._least(show(worth, self.type, self.language), more)

    def _least(self, shown: str, more: bool) -> str:
        return say("bundle_at_least", self.language, amount=shown) if more else shown

    # reasons
    def _why(self, item: Item) -> str:
        match item.place:
            case Place.chosen:
                return ""
            case Place.received:
                told = [self._say("bundle_received", policy=self._called(w.policy), group=w.group) for w in item.ways]
            case Place.gives_way:
                told = [self._way(item, w) for w in item.ways]
                gained = sum(self.items[w.policy].worth for w in item.ways[:1])
                if item.total is not None and (len(item.ways) > 1 or item.worth > gained):
                    told.append(self._say("bundle_with", total=self._shown(item.total, more=False)))
            case Place.not_known:
                told = [self._say("bundle_not_known", group=e.group, per=self._per(e.per))
                        for e in self.program.policies[item.policy].exclusive if e.per]  # fmt: skip
            case _:
                told = [self._say(f"bundle_{item.place.value}")]
        return ("；" if self.language == "zh" else "; ").join(told)

    def _way(self, item: Item, way: Way) -> str:
        """`gives way to X in group “G”: 30万 instead of 20万`, by what counts, else by what the group keeps by."""
        winner = self.items[way.policy]
        rule = next(e for e in self.program.policies[item.policy].exclusive if e.group == way.group)
        of = self._say("bundle_of", of=listed(way.of, self.language)) if way.of else ""
        told = {"policy": self._called(way.policy), "group": way.group, "of": of}
        if winner.worth or item.worth or winner.open or item.open:
            kept, lost = (self._shown(i.worth, i.open) for i in (winner, item))
            higher = rule.keep == "highest" and winner.worth > item.worth
        elif rule.benefit:
            of_benefit = self.program.benefits[rule.benefit].type
            kept, lost = (self._value(i, rule.benefit, of_benefit) for i in (winner, item))
            higher = False
        else:
            return self._say("bundle_way_first", **told)
        return self._say("bundle_way_highest" if higher else "bundle_way", **told, kept=kept, lost=lost)

    def _value(self, item: Item, benefit: str, of: Type) -> str:
        return show(item.offers.benefits[benefit].python(0), of, self.language)

    def _per(self, per: Sequence[ir.Expr]) -> str:
        return listed((" ".join(e.at.text.split()) for e in per), self.language)

    def _called(self, policy: str) -> str:
        return self.program.policies[policy].label if self.language == "zh" else policy

    def _say(self, key: str, **arguments: object) -> str:
        return say(key, self.language, **arguments)
