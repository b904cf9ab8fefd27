"""Ten thousand spoilt packs: none raises, none takes five seconds, and none with an error yields a program.

`python tests/dsl/test_mutated_packs.py FIRST LAST` tries others, and a number alone shows its text.
"""

import json
import re
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest
from mutants_made import mutant, seeds

from dsl.pack import Checked, check
from dsl.syntax.keywords import word_for
from dsl.text.diagnostics import CAP, Edit, has_errors
from dsl.text.render import as_json, as_text
from dsl.text.source import Source, Span

COUNT, BLOCK = 10_000, 500
MOST_SECONDS = 5.0  # of the processor's time
OBEYED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")  # by a terminal


class TooLong(BaseException):
    """The alarm; no `except Exception` on the way may swallow it."""


@contextmanager
def alarm() -> Iterator[None]:
    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def checked(text: str) -> Checked:
    """Check one text within the time; a program is there exactly when there is no error."""
    with alarm():
        found = check([Source("spoilt.policy", text)])
    assert len(found.problems) <= CAP
    assert (found.program is None) == has_errors(found.problems)
    return found


def inside(at: Span | None, text: str) -> bool:
    return at is None or (at.source.text == Source("", text).text and 0 <= at.start <= at.end <= len(at.source.text))


def shown(found: Checked, text: str) -> None:
    """Every problem reads in both languages, stands inside the text and obeys no control character."""
    for told in found.problems:
        assert all(inside(at, text) for at in (told.at, *told.related))
        for language in ("en", "zh"):
            read = as_text(told, language, word_for)  # type: ignore[arg-type]
            assert read.encode() and not OBEYED.search(read)
            json.dumps(as_json(told, language, word_for), ensure_ascii=False).encode()  # type: ignore[arg-type]


def mended(fix: Edit) -> str:
    text = fix.at.source.text
    return text[: fix.at.start] + fix.text + text[fix.at.end :]


def tried(number: int) -> Checked:
    """One mutant, and what becomes of it when one of the edits is made that its problems offer."""
    text = mutant(number)
    found = checked(text)
    shown(found, text)
    fixes = [p.fix for p in found.problems if p.fix is not None]
    if fixes:
        fix = fixes[number % len(fixes)]
        assert inside(fix.at, text)
        checked(mended(fix))
    return found


@pytest.mark.parametrize("first", range(0, COUNT, BLOCK))
def test_mutated_packs(first: int) -> None:
    codes: Counter[str] = Counter()
    for number in range(first, first + BLOCK):
        try:
            found = tried(number)
        except TooLong:
            pytest.fail(f"mutant {number} takes more than {MOST_SECONDS} s of processor time", pytrace=False)
        except Exception as error:
            raise AssertionError(f"mutant {number}") from error
        codes.update({p.code for p in found.problems} or {"sound"})
    # The mutants are of many kinds: some stay sound, others fail at every phase.
    assert codes["sound"] >= BLOCK // 20
    assert {code[:2] for code in codes} >= {"E1", "E2", "E3", "so"}


def test_the_seeds_are_sound() -> None:
    """Mutants of broken packs would try the first phase only."""
    broken = [s for s in seeds() if "error: [" not in s and check([Source("seed.policy", s)]).program is None]
    assert len(seeds()) >= 250
    assert len(broken) <= 5


def main(*numbers: str) -> None:
    """Try the mutants of a range, or show one."""
    first, *last = map(int, numbers)
    if not last:
        print(mutant(first))
    for number in range(first, *last) if last else ():
        try:
            tried(number)
        except (TooLong, Exception) as error:
            print(number, repr(error)[:200])


if __name__ == "__main__":
    main(*sys.argv[1:])
