"""The functions of the language, each declared once: names, sentence, signature, examples and meaning.

The meaning is plain Python on held values; `ufunc` names the numpy function that does the same to a column.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

Numeric = int | float


@dataclass(frozen=True)
class Function:
    """One function. `arity` is (least, most); `ufunc` is folded over more than two
    arguments; `add` is added before rounding; rounding money means rounding to whole units of the currency."""

    name: str
    zh: str
    sentence: str
    sentence_zh: str
    arity: tuple[int, int]
    meaning: Callable[..., Numeric]
    ufunc: str
    examples: tuple[tuple[tuple[Numeric, ...], Numeric], ...]
    rounds: bool = False
    add: float = 0.0


def _floor(x: Numeric) -> Numeric:
    return float(math.floor(x)) if isinstance(x, float) else x


def _ceil(x: Numeric) -> Numeric:
    return float(math.ceil(x)) if isinstance(x, float) else x


FUNCTIONS = {
    f.name: f
    for f in (
        Function("min", "取小", "the smallest of the values", "几个值中最小的", (2, 20), min, "minimum",
                 (((3, 1, 2), 1),)),
        Function("max", "取大", "the largest of the values", "几个值中最大的", (2, 20), max, "maximum",
                 (((3, 1, 2), 3),)),
        Function("floor", "取整", "the whole number at or below", "不大于它的最大整数", (1, 1), _floor, "floor",
                 (((2.7,), 2.0), ((-0.5,), -1.0)), rounds=True),
        Function("ceil", "向上取整", "the whole number at or above", "不小于它的最小整数", (1, 1), _ceil, "ceil",
                 (((2.1,), 3.0),), rounds=True),
        Function("round", "四舍五入", "the nearest whole number, halves upward", "最接近的整数，恰在中间时取大的",
                 (1, 1), _floor, "floor", (((2.5,), 3.0), ((-2.5,), -2.0)), rounds=True, add=0.5),
        Function("abs", "绝对值", "the distance from zero", "与零的距离，不分正负", (1, 1), abs, "absolute",
                 (((-3,), 3),)),
    )
}  # fmt: skip
SPELLINGS = {s: f.name for f in FUNCTIONS.values() for s in (f.name, f.zh)}
