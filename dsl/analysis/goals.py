"""What examples should show of a policy or a derived value: every test deciding each way, bounds, tiers, gaps."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from dsl.analysis.boundaries import bound_of, claim, deciding, edges, leaves
from dsl.analysis.findings import Claim
from dsl.analysis.kleene import Kleene
from dsl.meaning import ir
from dsl.meaning.inputs import bodies, direct_inputs
from dsl.meaning.types import BOOL, Kind, Value

OUTCOMES: Mapping[str, bool | None] = {"true": True, "false": False, "unknown": None}


@dataclass(frozen=True)
class Goal:
    """Something an example should show on a day: `claims`, of which `own` is what sets it apart from any match.

    `kind` says why it should, `read` about which words of the author, `missing` which fact is left out.
    `value` is what shows it best, and of what. `turning` is the comparison whose bound is meant, with the day's values
    in it. `wishes` are kept where they hold.
    """

    subject: str
    kind: str
    claims: tuple[Claim, ...]
    own: tuple[Claim, ...] = ()
    missing: str = ""
    read: str = ""
    benefit: str = ""
    value: tuple[Value, ir.Expr] | None = None
    turning: tuple[ir.Expr, ir.Expr] | None = None
    wishes: tuple[Claim, ...] = field(default=(), compare=False)

    @property
    def best(self) -> tuple[Claim, ...]:
        """The value itself, where it is a number: an example may also come as close in another way."""
        return (claim("=", self.value[1], self.value[0]),) if self.turning and self.value else ()


@dataclass(frozen=True)
class Tier:
    """One value that a benefit may come to: which test leads there, and after which others."""

    policy: str
    benefit: str
    read: str
    claims: tuple[Claim, ...]


def words_of(expr: ir.Expr) -> str:
    """The author's words for an expression, on one line."""
    return " ".join(expr.at.text.split())


# what a test can show
def _tests(leaf: ir.Expr, kleene: Kleene) -> Iterator[Goal]:
    """Each way in which one test should be seen, without what stands around it."""
    settled, read = kleene.settled(leaf), words_of(leaf)
    bound = bound_of(settled)
    if bound is not None:
        for edge in edges(bound):
            best = (edge.best, bound.operand)
            yield Goal("", edge.side, (), edge.claims, read=read, value=best, turning=(leaf, settled))
    else:
        for value, option in _options(settled):
            yield Goal("", "option", (), (option,), read=read, value=value)
        yield Goal("", "yes", (), ((leaf, True),), read=read)
        yield Goal("", "no", (), ((leaf, False),), read=read)
    yield from _missing(leaf, read)
    yield Goal("", "unknown", (), ((leaf, None),), read=read)


def _missing(condition: ir.Expr, read: str) -> Iterator[Goal]:
    """Each of the facts and derived values that a condition names, missing so that it is unknown."""
    for reference in dict.fromkeys(direct_inputs(condition)):
        known = ir.IsKnown(type=BOOL, at=reference.at, operand=reference)
        yield Goal("", "missing", (), ((known, False), (condition, None)), missing=reference.name, read=read)


def _options(test: ir.Expr) -> Iterator[tuple[tuple[Value, ir.Expr], Claim]]:
    """Each of the values that a test lists."""
    match test:
        case ir.Among(operand=operand, values=values):
            for value in values:
                yield (value, operand), claim("=", operand, value)
        case ir.HasMembers(operand=operand, members=members, every=False):
            for member in members:
                has = ir.HasMembers(type=BOOL, operand=operand, members=(member,), every=False)
                yield (frozenset((member,)), operand), (has, True)
        case ir.UnderCode(operand=operand, codes=codes):
            for code in codes:
                yield (code, operand), (ir.UnderCode(type=BOOL, operand=operand, codes=(code,)), True)


def _within(subject: str, condition: ir.Expr, around: tuple[Claim, ...], kleene: Kleene) -> Iterator[Goal]:
    """Every test of a condition, deciding it while what stands around it holds."""
    for leaf, upright in leaves(condition).items():
        decides = deciding(condition, leaf, upright)
        for goal in _tests(leaf, kleene):
            yield replace(_of(goal, subject, (*goal.own, *decides, *around)), own=(*goal.own, *decides))


def _of(goal: Goal, subject: str, claims: Iterable[Claim]) -> Goal:
    return replace(goal, subject=subject, claims=tuple(dict.fromkeys(claims)))


# policies
def of_policy(policy: ir.Policy, kleene: Kleene) -> Iterator[Goal]:
    """What examples of a policy should show on one day, the plainest first."""
    whole = tuple((r.condition, True) for r in policy.requirements)
    wishes = tuple((ir.IsKnown(type=BOOL, operand=g.value), True) for g in policy.grants)
    yield Goal(policy.name, "match", whole, wishes=wishes)
    for place, requirement in enumerate(policy.requirements):
        others = tuple(claim for i, claim in enumerate(whole) if i != place)
        for goal in _within(policy.name, requirement.condition, others, kleene):
            yield replace(goal, wishes=wishes)
    for tier in tiers_of(kleene.program, policy):
        own = tier.claims[len(whole) :]
        yield Goal(policy.name, "tier", tier.claims, own, read=tier.read, benefit=tier.benefit, wishes=wishes)
    for grant in policy.grants:
        for test in _comparisons(_cases(kleene.program, grant.value)):
            for goal in _turns(test, kleene):
                yield replace(_of(goal, policy.name, (*whole, *goal.own)), wishes=wishes)
    yield from _clauses(policy, whole)


def _clauses(policy: ir.Policy, whole: tuple[Claim, ...]) -> Iterator[Goal]:
    """What is left where no single test of a clause can decide."""
    for place, requirement in enumerate(policy.requirements):
        others = tuple(claim for i, claim in enumerate(whole) if i != place)
        read = requirement.label or words_of(requirement.condition)
        for goal in _missing(requirement.condition, read):
            yield _of(goal, policy.name, (*goal.own, *others))
        for kind, wanted in OUTCOMES.items():
            own: tuple[Claim, ...] = ((requirement.condition, wanted),)
            yield Goal(policy.name, f"clause_{kind}", (*own, *others), own, read=read)
            yield Goal(policy.name, f"clause_{kind}", own, own, read=read)


def tiers_of(program: ir.Program, policy: ir.Policy) -> list[Tier]:
    """Every tier of every benefit of a policy: who matches and reaches it."""
    whole = tuple((r.condition, True) for r in policy.requirements)
    found: dict[tuple[Claim, ...], Tier] = {}
    for grant in policy.grants:
        for cases in _cases(program, grant.value):
            before: tuple[Claim, ...] = ()
            for test, _ in cases.branches:
                claims = (*whole, *before, (test, True))
                found.setdefault(claims, Tier(policy.name, grant.benefit, words_of(test), claims))
                before = (*before, (test, False))
            if before:
                found.setdefault((*whole, *before), Tier(policy.name, grant.benefit, "", (*whole, *before)))
    return list(found.values())


def _cases(program: ir.Program, value: ir.Expr) -> list[ir.Cases]:
    """The cases inside a benefit, and those behind a name that stands for cases alone, such as a table's output."""
    found: list[ir.Cases] = []
    pending = [value]
    while pending:
        expr = pending.pop()
        if isinstance(expr, ir.Cases):
            found.append(expr)
        if isinstance(expr, ir.DefineRef):
            derived = program.derived[expr.name]
            if isinstance(derived, ir.Define) and isinstance(derived.value, ir.Cases):
                pending.append(derived.value)
        pending.extend(reversed(ir.children(expr)))
    return found


def _comparisons(found: Iterable[ir.Expr]) -> list[ir.Expr]:
    """Every comparison inside expressions, in order, each once."""
    comparisons: dict[ir.Expr, None] = {}
    pending = list(reversed(list(found)))
    while pending:
        expr = pending.pop()
        if isinstance(expr, ir.Compare):
            comparisons[expr] = None
        pending.extend(reversed(ir.children(expr)))
    return list(comparisons)


def _turns(test: ir.Expr, kleene: Kleene) -> Iterator[Goal]:
    return (goal for goal in _tests(test, kleene) if goal.turning is not None)


# derived values
def of_derived(derived: ir.Define | ir.Classify, kleene: Kleene) -> Iterator[Goal]:
    """What examples of a derived value should show on one day."""
    if isinstance(derived, ir.Define) and derived.type.kind is Kind.BOOL:
        yield from _within(derived.name, derived.value, (), kleene)
        return
    reference = ir.DefineRef(type=derived.type, name=derived.name)
    known: Claim = (ir.IsKnown(type=BOOL, operand=reference), True)
    if isinstance(derived, ir.Classify):
        for option, _ in derived.rows:
            row = claim("=", reference, option)
            yield Goal(derived.name, "row", (row,), (row,), value=(option, reference))
    for test in _comparisons(bodies(derived)):
        for goal in _turns(test, kleene):
            yield _of(goal, derived.name, (known, *goal.own))


def used_by_policies(program: ir.Program) -> list[ir.Define | ir.Classify]:
    """The derived values behind any policy, in the order of the program."""
    pending: list[ir.Expr] = []
    for policy in program.policies.values():
        pending += [r.condition for r in policy.requirements] + [g.value for g in policy.grants]
        pending += [g.absent for g in policy.grants if g.absent is not None]
    seen: set[str] = set()
    while pending:
        for reference in direct_inputs(pending.pop()):
            if isinstance(reference, ir.DefineRef) and reference.name not in seen:
                seen.add(reference.name)
                pending.extend(bodies(program.derived[reference.name]))
    return [derived for name, derived in program.derived.items() if name in seen]
