"""Two programs as one, so that a prover can ask about both: what they share is one thing, the rest is kept apart.

A fact of the same name and type is the same fact, on the union of both ranges and options. A parameter, derived value
or policy that means the same on both sides, with all that stands behind it, is the same; another one has a name of its
own for each side. Labels are left out of types, since they mean nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from dsl.meaning import ir
from dsl.meaning.inputs import bodies
from dsl.meaning.types import Kind, Option, Type, Value
from dsl.meaning.vocabulary import Fact

SideName = Literal["old", "new"]
OPTIONED = (Kind.CATEGORY, Kind.SET)
Key = tuple[str, str]  # "name" for facts, parameters and derived values, "policy" for policies; then the name


@dataclass(frozen=True)
class Side:
    """One of the two programs, and what its names are called in the combined one.

    `meant` are its policies, under their own names, with everything inside as in the combined program.
    """

    name: SideName
    program: ir.Program
    renamed: Mapping[Key, str]
    meant: Mapping[str, ir.Policy]

    def policy(self, name: str) -> str:
        """The combined name of a policy."""
        return self.renamed.get(("policy", name), name)

    def own(self, combined: str) -> str | None:
        """The name that a fact or derived value of the combined program has here; None where it has none."""
        plain, at, year = combined.partition("@")
        mine = plain.removeprefix(f"{self.name}.")
        known = mine in self.program.facts or mine in self.program.derived
        return mine + at + year if known and self.renamed.get(("name", mine), mine) == plain else None


@dataclass(frozen=True)
class Combined:
    """Both programs in one; what is not the same is called `old.NAME` and `new.NAME`.

    `changed` is what differs or rests on what differs, `roots` what differs by itself.
    """

    program: ir.Program
    old: Side
    new: Side
    changed: frozenset[Key]
    roots: frozenset[Key]

    @property
    def sides(self) -> tuple[Side, Side]:
        """The two sides, the old one first."""
        return self.old, self.new


def combine(old: ir.Program, new: ir.Program) -> Combined:
    """Two programs as one."""
    types = _united_types(old, new)
    apart = {n for n in old.facts.keys() & new.facts.keys() if _unlike(old.facts[n], new.facts[n])}
    silent = {n for n in old.facts.keys() & new.facts.keys() if old.facts[n].missing != new.facts[n].missing} - apart
    levelled = _levelled(old, types, silent), _levelled(new, types, silent)
    roots, changed = _changed(*levelled, apart)
    names: tuple[SideName, SideName] = ("old", "new")
    called = [{key: f"{name}.{key[1]}" for key in changed} for name in names]
    named = [_renamed(p, c) for p, c in zip(levelled, called, strict=True)]
    meant = [dict(zip(p.policies, n.policies.values(), strict=True)) for p, n in zip((old, new), named, strict=True)]
    first, second = (Side(n, p, c, m) for n, p, c, m in zip(names, (old, new), called, meant, strict=True))
    facts = dict(named[0].facts)
    for name, fact in named[1].facts.items():
        facts[name] = _united(facts[name], fact, name in silent) if name in facts else fact
    program = ir.Program(
        facts=facts,
        benefits={**named[0].benefits, **named[1].benefits},
        parameters={**named[0].parameters, **named[1].parameters},
        derived={**named[0].derived, **named[1].derived},
        policies={**named[0].policies, **named[1].policies},
    )
    silenced = {("name", n) for n in silent}
    return Combined(program, first, second, frozenset(changed), frozenset(roots | silenced))


# types and facts
def _unlike(one: Fact, other: Fact) -> bool:
    """Whether two facts of one name hold different things."""
    first, second = (replace(f.type, options=()) for f in (one, other))
    return first != second or one.yearly != other.yearly


def _bare(type_: Type) -> Type:
    return replace(type_, options=tuple(Option(o.name) for o in type_.options)) if type_.options else type_


def _united_types(old: ir.Program, new: ir.Program) -> Callable[[Type], Type]:
    """How a type is called in the combined program: without labels, with the options of both sides."""
    groups: list[set[Type]] = []
    for name, fact in old.facts.items():
        other = new.facts.get(name)
        if other is not None and fact.type.kind in OPTIONED and fact.type.kind is other.type.kind:
            joined = {_bare(fact.type), _bare(other.type)}
            touching = [g for g in groups if g & joined]
            groups = [g for g in groups if not g & joined] + [joined.union(*touching)]
    whole: dict[Type, Type] = {}
    for group in groups:
        if len(group) > 1:
            members = sorted(group, key=lambda t: [o.name for o in t.options])
            options = tuple(dict.fromkeys(o for t in members for o in t.options))
            whole |= {t: replace(t, options=options) for t in group}
    seen: dict[Type, Type] = {}

    def united(type_: Type) -> Type:
        if not type_.options:
            return type_
        if type_ not in seen:
            bare = _bare(type_)
            seen[type_] = whole.get(bare, bare)
        return seen[type_]

    return united


def _united(one: Fact, other: Fact, silent: bool) -> Fact:
    """A fact on the union of what two sides allow; with `silent` its references say what a missing value means."""
    low = None if one.low is None or other.low is None else min(one.low, other.low)
    high = None if one.high is None or other.high is None else max(one.high, other.high)
    return replace(one, low=low, high=high, missing=None if silent else one.missing)


# expressions
@dataclass
class _Rewriter:
    """Rewrites expressions from the leaves up; each is done once."""

    leaf: Callable[[ir.Expr], ir.Expr]
    types: Callable[[Type], Type] = lambda type_: type_
    _done: dict[int, tuple[ir.Expr, ir.Expr]] = field(default_factory=dict)

    def __call__(self, expr: ir.Expr) -> ir.Expr:
        """The expression rewritten."""
        kept = self._done.get(id(expr))  # by identity, for equal expressions may stand in different places
        if kept is None:
            changed = {
                f.name: new for f in fields(expr) if (new := self._inside(was := getattr(expr, f.name))) is not was
            }
            kept = self._done[id(expr)] = expr, self.leaf(replace(expr, **changed) if changed else expr)
        return kept[1]

    def _inside(self, value: Any) -> Any:
        if isinstance(value, ir.Expr):
            return self(value)
        if isinstance(value, Type):
            return self.types(value)
        if isinstance(value, tuple):
            made = tuple(self._inside(v) for v in value)
            return value if all(a is b for a, b in zip(made, value, strict=True)) else made
        return value

    def maybe(self, expr: ir.Expr | None) -> ir.Expr | None:
        """The expression rewritten, where there is one."""
        return None if expr is None else self(expr)

    def derived(self, value: ir.Define | ir.Classify) -> ir.Define | ir.Classify:
        """A derived value with its expressions rewritten."""
        if isinstance(value, ir.Define):
            return replace(value, value=self(value.value))
        return replace(value, type=self.types(value.type), rows=tuple((o, self.maybe(w)) for o, w in value.rows))

    def policy(self, policy: ir.Policy) -> ir.Policy:
        """A policy with its expressions rewritten."""
        return replace(
            policy,
            requirements=tuple(replace(r, condition=self(r.condition)) for r in policy.requirements),
            grants=tuple(replace(g, value=self(g.value), absent=self.maybe(g.absent)) for g in policy.grants),
            limits=tuple(
                replace(
                    m,
                    amount=self(m.amount),
                    order=tuple(replace(k, value=self.maybe(k.value)) for k in m.order),
                    per=tuple(self(group) for group in m.per),
                )
                for m in policy.limits
            ),
            exclusive=tuple(replace(x, per=tuple(self(e) for e in x.per)) for x in policy.exclusive),
            backing=tuple(replace(b, capital=self(b.capital)) for b in policy.backing),
        )


def _levelled(program: ir.Program, types: Callable[[Type], Type], silent: set[str]) -> ir.Program:
    """A program over the united types, where references say what a missing value means if the sides differ in that."""

    def leaf(expr: ir.Expr) -> ir.Expr:
        if isinstance(expr, ir.FactRef) and expr.name in silent:
            missing = program.facts[expr.name].missing
            return expr if missing is None else replace(expr, default=missing)
        return expr

    rewrite = _Rewriter(leaf, types)
    return replace(
        program,
        facts={n: replace(f, type=types(f.type)) for n, f in program.facts.items()},
        benefits={n: replace(b, type=types(b.type)) for n, b in program.benefits.items()},
        derived={n: rewrite.derived(d) for n, d in program.derived.items()},
        policies={n: rewrite.policy(p) for n, p in program.policies.items()},
        examples=(),
    )


# what differs
def _changed(old: ir.Program, new: ir.Program, apart: set[str]) -> tuple[set[Key], set[Key]]:
    """What stands on both sides and differs by itself; and that with all that rests on something that differs."""
    sides = [dict(_meanings(p)) for p in (old, new)]
    shared = sides[0].keys() & sides[1].keys()
    roots = {k for k in shared if sides[0][k] != sides[1][k]} | {("name", n) for n in apart}
    changed = set(roots)
    users: dict[Key, set[Key]] = {}
    for program in (old, new):
        for key, used in _uses(program):
            if key in shared:
                users.setdefault(used, set()).add(key)
    pending = list(changed)
    while pending:
        fresh = users.get(pending.pop(), set()) - changed
        changed |= fresh
        pending += fresh
    return roots, changed


def _meanings(program: ir.Program) -> Iterator[tuple[Key, object]]:
    """What must be equal for a name to mean the same, leaving aside what it refers to."""
    for name in program.facts:
        yield ("name", name), "fact"
    for name, parameter in program.parameters.items():
        yield ("name", name), (parameter.type.kind, parameter.type.unit, parameter.values)
    for name, derived in program.derived.items():
        yield ("name", name), derived.value if isinstance(derived, ir.Define) else (derived.type, derived.rows)
    for name, policy in program.policies.items():
        yield ("policy", name), (requirement_set(policy), policy.effective, policy.window, bool(policy.reviews))


def requirement_set(policy: ir.Policy) -> frozenset[ir.Expr]:
    """The conditions of a policy, whatever their order."""
    return frozenset(r.condition for r in policy.requirements)


def _uses(program: ir.Program) -> Iterator[tuple[Key, Key]]:
    """Each derived value and policy with what its meaning refers to."""
    for name, derived in program.derived.items():
        yield from ((("name", name), used) for used in references(bodies(derived)))
    for name, policy in program.policies.items():
        yield from ((("policy", name), used) for used in references(r.condition for r in policy.requirements))


def references(expressions: Iterable[ir.Expr]) -> Iterator[Key]:
    """The names that expressions refer to."""
    pending = list(expressions)
    while pending:
        expr = pending.pop()
        if isinstance(expr, ir.FactRef | ir.DefineRef | ir.Param):
            yield "name", expr.name
        elif isinstance(expr, ir.EligibleFor):
            yield "policy", expr.policy
        pending.extend(ir.children(expr))


def _renamed(program: ir.Program, names: Mapping[Key, str]) -> ir.Program:
    """A program with other names for some of what it declares."""

    def called(name: str, kind: str = "name") -> str:
        return names.get((kind, name), name)

    def leaf(expr: ir.Expr) -> ir.Expr:
        if isinstance(expr, ir.FactRef | ir.DefineRef | ir.Param):
            return expr if ("name", expr.name) not in names else replace(expr, name=called(expr.name))
        if isinstance(expr, ir.EligibleFor):
            return replace(expr, policy=called(expr.policy, "policy"))
        return expr

    rewrite = _Rewriter(leaf)
    return replace(
        program,
        facts={called(n): replace(f, name=called(n)) for n, f in program.facts.items()},
        parameters={called(n): replace(p, name=called(n)) for n, p in program.parameters.items()},
        derived={called(n): replace(rewrite.derived(d), name=called(n)) for n, d in program.derived.items()},
        policies={
            called(n, "policy"): replace(rewrite.policy(p), name=called(n, "policy"), review_if_unknown=())
            for n, p in program.policies.items()
        },
    )


def given_to(side: Side, given: Iterable[tuple[str, Value | None]]) -> tuple[tuple[str, Value | None], ...]:
    """What an enterprise of the combined program says on one side, in the names of that side."""
    return tuple((own, value) for name, value in given if (own := side.own(name)) is not None)


def behind(combined: Combined, policy: str) -> tuple[list[ir.Expr], set[Key]]:
    """Every expression that both sides of a policy rest on, and every name; grants and limits counted."""
    written: list[ir.Expr] = []
    names: set[Key] = set()
    for side in combined.sides:
        if (meant := side.meant.get(policy)) is not None:
            names.add(("policy", side.policy(policy)))
            written += [r.condition for r in meant.requirements]
            written += [e for g in meant.grants for e in (g.value, g.absent) if e is not None]
            written += [limit.amount for limit in meant.limits]
            written += [backing.capital for backing in meant.backing]
    return _followed(combined.program, written, names)


def causes(combined: Combined, expressions: Iterable[ir.Expr]) -> tuple[str, ...]:
    """The names behind expressions whose own declaration differs, as both sides write them, sorted."""
    _, names = _followed(combined.program, list(expressions), set())
    plain = {(kind, name.removeprefix("old.").removeprefix("new.")) for kind, name in names}
    return tuple(sorted(name for _, name in plain & combined.roots))


def _followed(program: ir.Program, written: list[ir.Expr], names: set[Key]) -> tuple[list[ir.Expr], set[Key]]:
    """Expressions and names with all that they lead to."""
    found = list(written)
    pending = [*names, *references(written)]
    seen: set[Key] = set()
    while pending:
        kind, name = key = pending.pop()
        inside: list[ir.Expr] = []
        if key in seen:
            continue
        seen.add(key)
        if kind == "policy":
            inside = [r.condition for r in program.policies[name].requirements]
        elif name in program.derived:
            inside = list(bodies(program.derived[name]))
        found += inside
        pending += references(inside)
    return found, seen
