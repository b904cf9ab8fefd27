"""Packs and populations at random, and the questions asked of them; the makers are the other modules of this folder."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, note, settings

sys.path.insert(
    0, str(Path(__file__).parent)
)  # these modules are no package; `campaign.py` runs them by themselves too

import agreement
import campaign
from before_made import make_before
from both_languages import full_width, squeezed
from groups_made import grouped_pack, grouped_people
from packs_made import Pack, make_pack
from people_made import make_people, values_of

from dsl.meaning import ir
from dsl.pack import check
from dsl.text.render import as_text
from dsl.text.source import Source
from engine.facts.columns import Population
from engine.facts.read import read_population

settings.register_profile(
    "properties",
    derandomize=True,  # the same cases on every machine; campaigns look for new ones
    deadline=None,
    database=None,
    # A pack takes minutes to shrink: HUICE_SHRINK=1 when a failure is to be understood.
    phases=[Phase.generate, Phase.shrink] if os.environ.get("HUICE_SHRINK") else [Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
settings.load_profile("properties")


class Case(NamedTuple):
    """A checked pack and a population that stands on its constants."""

    pack: Pack
    program: ir.Program
    people: Population

    @property
    def as_of(self) -> int:
        return self.pack.as_of


def read(text: str) -> ir.Program:
    """The program of a text that must be sound; its problems otherwise."""
    checked = check([Source("made.policy", text)])
    assert checked.program is not None, "\n".join(as_text(p, "en") for p in checked.problems)
    return checked.program


def make_case(random: Random, seed: int, size: int, *, huge: int = 10, stated: bool = True, **options: Any) -> Case:
    """A pack from `random`, which may shrink, and a population of the seed, which may not."""
    pack = make_pack(random, **options)
    note(pack.en)
    program = read(pack.en)
    return Case(
        pack, program, make_people(program, Random(seed), size, pack.cuts, pack.as_of, huge=huge, stated=stated)
    )


@pytest.fixture(scope="session")
def case() -> Callable[..., Case]:
    return make_case


@pytest.fixture(scope="session")
def program_of() -> Callable[[str], ir.Program]:
    return read


@pytest.fixture(scope="session")
def pack_of() -> Callable[..., Pack]:
    return make_pack


@pytest.fixture(scope="session")
def differences() -> Callable[..., list[str]]:
    return agreement.differences


@pytest.fixture(scope="session")
def grouped() -> Callable[[Random, int], tuple[ir.Program, Population]]:
    """A pack in which exclusive groups meet, and its enterprises."""

    def made(random: Random, size: int) -> tuple[ir.Program, Population]:
        text = grouped_pack(random)
        note(text)
        program = read(text)
        cells = {name: pa.array([None if v is None else str(v) for v in column], pa.string())
                 for name, column in grouped_people(random, size).items()}  # fmt: skip
        people, problems = read_population(pa.table(cells), program.facts.values())
        assert people is not None, problems
        return program, people

    return made


@pytest.fixture(scope="session")
def before_of() -> Callable[..., Any]:
    return make_before


@pytest.fixture(scope="session")
def outcome_of() -> Callable[..., Any]:
    return agreement.as_outcome


@pytest.fixture(scope="session")
def fingerprint() -> Callable[..., str]:
    return agreement.fingerprint


@pytest.fixture(scope="session")
def try_case() -> Callable[[int], str]:
    return campaign.try_case


@pytest.fixture(scope="session")
def trial_values() -> Callable[..., list[Any]]:
    return values_of


@pytest.fixture(scope="session")
def spellings() -> Callable[[Pack], dict[str, str]]:
    """The texts of a pack that must all be one tree."""
    return lambda pack: {
        "Chinese": pack.zh, "Chinese without blanks": squeezed(pack.zh), "full width": full_width(pack.zh),
    }  # fmt: skip
