"""Which value a dated parameter has on a day."""

from decimal import Decimal

from dsl.meaning.ir import Parameter


def value_at(parameter: Parameter, day: int) -> Decimal | str | bool | None:
    """The value that holds on a day (days since 1970-01-01), or None on a day without one."""
    for first, last, value in parameter.values:
        if (first is None or day >= first) and (last is None or day <= last):
            return value
    return None
