"""Timing: contestants take turns in one process, so that what slows the machine slows all of them."""

import gc
import resource
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter
from typing import TypeVar

T = TypeVar("T")


class Times:
    """Seconds by contestant and round."""

    def __init__(self, seconds: Mapping[str, list[float]]) -> None:
        self.seconds = seconds

    def best(self, name: str) -> float:
        """The best round, seconds."""
        return min(self.seconds[name])

    def spread(self, slow: str, fast: str, scale: float = 1.0) -> tuple[float, float, float]:
        """How many times as long the slow one takes in a round: median, least and most.

        >>> Times({"a": [2.0, 3.0], "b": [1.0, 1.0]}).spread("a", "b")
        (2.5, 2.0, 3.0)
        """
        rounds = [scale * a / b for a, b in zip(self.seconds[slow], self.seconds[fast], strict=True)]
        return median(rounds), min(rounds), max(rounds)

    def ratio(self, slow: str, fast: str, scale: float = 1.0) -> str:
        """How many times as long the slow one takes: of the bests, and the spread of the rounds.

        >>> Times({"a": [2.0, 3.0], "b": [1.0, 1.0]}).ratio("a", "b")
        '2.0× (rounds 2.0 to 3.0, median 2.5)'
        """
        middle, least, most = self.spread(slow, fast, scale)
        whole = scale * self.best(slow) / self.best(fast)
        return f"{whole:.1f}× (rounds {least:.1f} to {most:.1f}, median {middle:.1f})"


def take_turns(
    contestants: Mapping[str, Callable[[], object]],
    rounds: int,
    clocks: Mapping[str, Callable[[], float]] | None = None,
) -> Times:
    """Time every contestant once a round, after one that is not counted; by the wall, or by clocks of their own."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    gc.collect()
    gc.freeze()  # what is ready now need not be looked through again before every run
    for counted in range(-1, rounds):
        for name, work in contestants.items():
            took = timed(work, clocks[name] if clocks else perf_counter)[0]
            if counted >= 0:
                seconds[name].append(took)
    gc.unfreeze()
    return Times(seconds)


def timed(work: Callable[[], T], clock: Callable[[], float] = perf_counter) -> tuple[float, T]:
    """Seconds and result of one call, garbage of earlier ones collected before."""
    gc.collect()
    start = clock()
    result = work()
    return clock() - start, result


def short(ratio: float) -> str:
    """A ratio in two figures at least.

    >>> short(0.456), short(12.34), short(1234.5)
    ('0.46', '12', '1,234')
    """
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"


def peak_gib() -> float:
    """The most memory this process ever held, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def span(seconds: float) -> str:
    """Seconds in the unit that reads best.

    >>> span(0.00123), span(2.5)
    ('1.2 ms', '2.50 s')
    """
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.1f} ms"
