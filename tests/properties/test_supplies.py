"""Random packs give offers that stand to demands in every way, so that their agreement is a test of all of them."""

from collections import Counter
from random import Random

from packs_made import make_pack
from people_made import make_people

from dsl.pack import check
from dsl.text.source import Source
from engine.decide.demand import Fit
from engine.run import Run

FEWEST, MOST = 60, 600  # packs; what meets a demand in part is rare


def test_every_fit_is_seen_and_places_are_a_total_order() -> None:
    seen: Counter[Fit] = Counter()
    for number in range(MOST):
        if number >= FEWEST and all(seen[fit] > 0 for fit in Fit):
            break
        random = Random(number)
        pack = make_pack(random)
        program = check([Source("made.policy", pack.en)]).program
        assert program is not None
        run = Run(program, make_people(program, random, 60, pack.cuts, pack.as_of), pack.as_of)
        places: dict[int, list[int]] = {}
        for supply in run.supplies.values():
            seen.update(Fit(f) for f in supply.fits.tolist())
            for row, place in zip(supply.rows.tolist(), supply.places.tolist(), strict=True):
                places.setdefault(row, []).append(place)
        assert all(sorted(found) == list(range(1, len(found) + 1)) for found in places.values())
    assert all(seen[fit] > 0 for fit in Fit), seen
