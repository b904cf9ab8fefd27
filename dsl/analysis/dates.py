"""Days that do not fit together: parameters without a value, values that no day reaches, policies that never meet."""

from collections.abc import Iterator

from dsl.analysis.findings import Finding, Provers
from dsl.meaning import ir
from dsl.meaning.inputs import parameters_of
from dsl.meaning.parameters import value_at
from dsl.meaning.show import show
from dsl.meaning.types import DATE, MAX_INT
from dsl.text.diagnostics import problem

Days = tuple[int, int]  # first and last; far away where nothing is said


def in_force(policy: ir.Policy) -> Days:
    """The first and the last day on which the dates admit a policy."""
    starts = [d for d in (policy.effective[0], policy.window[0]) if d is not None]
    ends = [d for d in (policy.effective[1], policy.window[1]) if d is not None]
    return max(starts, default=-MAX_INT), min(ends, default=MAX_INT)


def lacks_value(program: ir.Program, policy: ir.Policy, name: str, day: int) -> bool:
    """Whether a parameter of a policy has no value on a day on which it should.

    Days before the first value count only where the policy says when it begins: nobody asks about the others.
    """
    first, _ = in_force(policy)
    parameter = program.parameters[name]
    begins = min((d for d, _, _ in parameter.values if d is not None), default=-MAX_INT)
    open_start = any(d is None for d, _, _ in parameter.values)
    since = first if first > -MAX_INT or open_start else begins
    return day >= since and value_at(parameter, day) is None


def never_together(policy: ir.Policy, other: ir.Policy) -> bool:
    """Whether two policies are in force on no common day."""
    (first, last), (start, end) = in_force(policy), in_force(other)
    return start > last or first > end


def missing_values(provers: Provers) -> Iterator[Finding]:
    """Parameters without a value on a day on which a policy that uses them is in force."""
    for policy in provers.program.policies.values():
        days = provers.days(policy)
        for name in parameters_of(provers.program, policy):
            parameter = provers.program.parameters[name]
            day = next((d for d in days if lacks_value(provers.program, policy, name, d)), None)
            if day is not None:
                arguments = {"name": policy.name, "parameter": name, "day": show(day, DATE)}
                yield Finding(problem("W433", policy.at, arguments, related=[parameter.at]))


def idle_values(provers: Provers) -> Iterator[Finding]:
    """Values of parameters whose days lie outside those of every policy that uses them."""
    users: dict[str, list[Days]] = {}
    for policy in provers.program.policies.values():
        for name in parameters_of(provers.program, policy):
            users.setdefault(name, []).append(in_force(policy))
    for name, spans in users.items():
        parameter = provers.program.parameters[name]
        for first, last, value in parameter.values:
            begin, end = -MAX_INT if first is None else first, MAX_INT if last is None else last
            if not any(start <= end and begin <= stop for start, stop in spans):
                ends = [show(d, DATE) for d in (first, last) if d is not None]
                arguments = {"name": name, "read": str(value), "days": " – ".join(ends)}
                yield Finding(problem("W434", parameter.at, arguments))


def apart(provers: Provers) -> Iterator[Finding]:
    """`eligible for` a policy that is not in force on any day of the policy that asks."""
    policies = provers.program.policies
    for policy in policies.values():
        pending: list[ir.Expr] = [r.condition for r in policy.requirements]
        while pending:
            expr = pending.pop()
            pending.extend(ir.children(expr))
            if isinstance(expr, ir.EligibleFor) and never_together(policy, policies[expr.policy]):
                yield Finding(problem("W435", expr.at, name=policy.name, other=expr.policy))
