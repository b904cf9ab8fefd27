"""Many cases at once, for a person who changes the engine: `python tests/properties/campaign.py FIRST LAST [WORKERS]`.

Every number is one pack and one population. Failures are printed with their number, which makes them again:
`python tests/properties/campaign.py 1234 1235`.
"""

import sys
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from random import Random

from agreement import differences, fingerprint
from both_languages import full_width, squeezed
from packs_made import make_pack
from people_made import make_people

from dsl.meaning import ir
from dsl.pack import check
from dsl.text.render import as_text
from dsl.text.source import Source

BLOCK = 20


def fingerprint_of(number: int) -> str:
    """A digest of one case's results."""
    random = Random(number)
    pack = make_pack(random)
    program = check([Source("made.policy", pack.en)]).program
    assert program is not None
    return fingerprint(program, make_people(program, random, 60, pack.cuts, pack.as_of), pack.as_of)


def try_case(number: int) -> str:
    """One pack, one population; the first thing that is wrong, or nothing."""
    random = Random(number)
    pack = make_pack(random, policies=random.choice((1, 3, 5)))
    checked = check([Source("made.policy", pack.en)])
    if checked.program is None:
        return "refused: " + "\n".join(as_text(p, "en") for p in checked.problems)
    if number % 4 == 0:
        tree = ir.render(checked.program)
        for text in (pack.zh, squeezed(pack.zh), full_width(pack.zh)):
            other = check([Source("made.policy", text)]).program
            if other is None or ir.render(other) != tree:
                return "another tree in Chinese"
    size = random.choice((0, 1, 7, 40, 130))
    people = make_people(checked.program, random, size, pack.cuts, pack.as_of, huge=random.choice((0, 10, 60)))
    found = differences(checked.program, people, pack.as_of)
    return "\n".join(found[:5])


def guarded(number: int) -> str:
    """`try_case`, an exception being one more thing that is wrong."""
    try:
        return try_case(number)
    except Exception:
        return "raised: " + "".join(traceback.format_exc().splitlines(keepends=True)[-6:])


def run_block(first: int) -> list[tuple[int, str]]:
    """The failures of a block of numbers."""
    return [(n, told) for n in range(first, first + BLOCK) if (told := guarded(n))]


def main() -> None:
    first, last = int(sys.argv[1]), int(sys.argv[2])
    workers = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    begun, failed, kinds = time.monotonic(), 0, Counter[str]()
    if last - first < BLOCK:
        for n in range(first, last):
            print(n, guarded(n) or "sound")
        return
    with ProcessPoolExecutor(workers) as pool:
        for block in pool.map(run_block, range(first, last, BLOCK)):
            for number, told in block:
                failed += 1
                kinds[told.split(" of ")[0].split(":")[0]] += 1
                if kinds[told.split(" of ")[0].split(":")[0]] <= 8:
                    print(f"--- {number}\n{told[:1200]}", flush=True)
    print(f"{last - first} cases, {failed} failed, {time.monotonic() - begun:.0f} s: {dict(kinds)}")


if __name__ == "__main__":
    main()
