"""Near misses and sweeps beside matching, in one process: what counting, listing and a whole curve cost of a match."""

from dataclasses import replace
from decimal import Decimal
from functools import partial

from bench.clock import Times, peak_gib, span, take_turns
from bench.measure import AS_OF, Size, columns_to_bits, compiled
from bench.populations import population
from dsl.meaning import ir
from dsl.meaning.inputs import parameters_of
from dsl.meaning.types import REAL
from engine.facts.columns import Population
from engine.match.kernel import chosen, run
from engine.match.plan import Plan
from engine.match.program import compile_program
from engine.nearmiss import counted, near_misses
from engine.run import Run
from engine.sweep import Sweep, with_value

MATCH, COUNT, LIST = (
    "match, plan ready",
    "near misses to bits, kernel and columns ready",
    "near misses compiled, to bits, listed, sorted",
)
CURVE, ONE_RUN = "a whole curve", "one full run at one value"
SWEPT = "swept"


def measure_near_misses(size: Size) -> None:
    """Measure one size and print the ratios."""
    shape = f"{size.enterprises:,} enterprises × {size.policies:,} policies"
    print(f"\n== near misses and sweeps: {shape}, {size.rounds} rounds, kernel {chosen()}", flush=True)
    program = compiled(size.policies)
    people = population(program, size.enterprises)
    plan = Plan(program, people, AS_OF)
    roots = [root for policy in program.policies.values() for root in counted(plan, policy).roots]
    kernel = compile_program(plan.graph, roots)
    found = list(near_misses(plan))
    near, unsettled = sum(f.near for f in found), sum(f.unsettled for f in found)
    print(f"near misses {near:,} ({near / size.pairs:.1%} of the pairs), unsettled {unsettled:,}")
    work = {
        MATCH: lambda: columns_to_bits(plan),
        COUNT: lambda: run(kernel, plan.bases.leaves(), len(people)),
        LIST: lambda: list(near_misses(plan)),
    }
    _told(take_turns(work, size.rounds))
    _sweep(program, people, size)
    print(f"peak memory {peak_gib():.2f} GiB", flush=True)


def _sweep(program: ir.Program, people: Population, size: Size) -> None:
    """The commonest threshold made a parameter: its whole curve beside one run of the policies that use it."""
    put = _with_parameter(program)
    used = {n: p for n, p in put.policies.items() if SWEPT in parameters_of(put, p)}
    put = replace(put, policies=used)
    plan = Plan(put, people, AS_OF)

    def curve() -> int:
        sweep = Sweep(plan, SWEPT)
        return len(sweep.curve([sweep.swept(name) for name in sweep.policies if not sweep.obstacles(name)]))

    sweep = Sweep(plan, SWEPT)
    value = sweep.published
    assert value is not None
    one = with_value(put, SWEPT, value, sweep.scale.type)
    print(f"a threshold of {len(sweep.policies)} policies swept: {curve():,} steps")
    work = {CURVE: curve, ONE_RUN: partial(_run, one, people)}
    _told(take_turns(work, size.rounds))


def _run(program: ir.Program, people: Population) -> object:
    return Run(program, people, AS_OF).offers


def _with_parameter(program: ir.Program) -> ir.Program:
    """The program with a parameter in place of the commonest real threshold, where a requirement is a comparison."""
    places: dict[ir.Const, int] = {}
    for policy in program.policies.values():
        for requirement in policy.requirements:
            if (const := _threshold(requirement.condition)) is not None:
                places[const] = places.get(const, 0) + 1
    chosen_one = max(places, key=lambda const: places[const])
    parameter = ir.Parameter(SWEPT, (), chosen_one.type, ((None, None, Decimal(repr(chosen_one.value))),))
    policies = {}
    for name, policy in program.policies.items():
        requirements = []
        for requirement in policy.requirements:
            condition = requirement.condition
            if isinstance(condition, ir.Compare) and _threshold(condition) == chosen_one:
                condition = replace(condition, right=ir.Param(type=chosen_one.type, name=SWEPT))
            requirements.append(replace(requirement, condition=condition))
        policies[name] = replace(policy, requirements=tuple(requirements))
    return replace(program, policies=policies, parameters={**program.parameters, SWEPT: parameter})


def _threshold(condition: ir.Expr) -> ir.Const | None:
    if isinstance(condition, ir.Compare) and isinstance(condition.right, ir.Const):
        return condition.right if condition.right.type.kind in REAL else None
    return None


def _told(times: Times) -> None:
    first = next(iter(times.seconds))
    for name in times.seconds:
        ratio = "" if name == first else f"   ÷ {first}: {times.ratio(name, first)}"
        print(f"{name:<50}{span(times.best(name)):>10}{ratio}")
