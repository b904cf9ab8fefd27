"""The shipped packs: each checks clean, cites its sources and passes its examples; the generator fits the packs."""

from collections import Counter
from functools import cache

import pytest

from api.usecases.packs import Loaded, load_pack
from api.usecases.trials import run_examples
from dsl.meaning import ir
from dsl.meaning.inputs import bodies, direct_inputs
from dsl.meaning.types import days_of
from dsl.pack import check
from dsl.text.source import Source
from engine.facts.columns import Population
from engine.facts.read import read_population
from engine.match.matches import Answer
from engine.run import Run
from rules.packs import SHIPPED, Shelf, shipped
from rules.population import AS_OF, NEVER_MISSING, PROFILES, generate

ZONES = tuple(PROFILES)
# The enterprises that the sources name, as the examples name them.
ENTERPRISES = (
    "一贯宠物", "义沃包装", "交大智邦", "牧铭", "巨高嘉业", "中联重科", "华诺星空", "翰博薇", "华进半导体", "微导纳米",
    "芯潭", "诺一迈尔", "天鸿盛捷", "联讯仪器", "通友", "慧智柏", "宏瑞种业", "莱尔", "同光",
)  # fmt: skip
GRAIN_BUYERS = ("李先生", "刘先生")
TRAPS = tuple(f"T{n}" for n in range(1, 15))
STATED_SIZES = {"wuxi": 2700, "suzhou": 2084, "kunshan": 905, "shijiazhuang": 2000, "baoding": 1643}
SHIJIAZHUANG_STAGES = {"startup": 561, "growth": 830, "stable": 609}


@cache
def loaded(pack: str) -> Loaded:
    return load_pack(pack)


@cache
def program_of(pack: str) -> ir.Program:
    return loaded(pack).runnable()


@cache
def titles() -> dict[str, list[str]]:
    return {pack: [e.title for e in program_of(pack).examples] for pack in shipped()}


def every_title() -> list[str]:
    return [title for found in titles().values() for title in found]


def population_of(program: ir.Program, zone: str, size: int | None = None) -> Population:
    derived = {s: "define" for d in program.derived.values() for s in (d.name, *d.labels)}
    population, problems = read_population(generate(zone, size), program.facts.values(), derived=derived)
    assert not problems
    assert population is not None
    return population


def facts_asked(program: ir.Program) -> set[str]:
    """Every fact that some requirement, benefit or limit of the program rests on."""
    pending = [r.condition for p in program.policies.values() for r in p.requirements]
    pending += [e for p in program.policies.values() for g in p.grants for e in (g.value, g.absent) if e is not None]
    pending += [k.value for p in program.policies.values() for m in p.limits for k in m.order if k.value is not None]
    found: set[str] = set()
    seen: set[str] = set()
    while pending:
        for reference in direct_inputs(pending.pop()):
            if isinstance(reference, ir.FactRef):
                found.add(reference.name)
            elif reference.name not in seen:
                seen.add(reference.name)
                pending.extend(bodies(program.derived[reference.name]))
    return found


@pytest.mark.parametrize("pack", shipped())
def test_a_pack_checks_without_any_problem(pack: str) -> None:
    assert [f"{p.code} {p.at and p.at.text}" for p in loaded(pack).problems] == []


@pytest.mark.parametrize("pack", shipped())
def test_every_example_passes(pack: str) -> None:
    report = run_examples(loaded(pack))
    unmet = [f"{o.title}: {f.about}: {f.expected}, not {f.actual}" for o in report.outcomes for f in o.failures]
    assert unmet == []
    assert report.examples > 0


@pytest.mark.parametrize("pack", shipped())
def test_every_policy_cites_a_source(pack: str) -> None:
    policies = program_of(pack).policies.values()
    assert [p.name for p in policies if not any(c.title for c in p.citations)] == []


@pytest.mark.parametrize("zone", ZONES)
def test_every_policy_of_a_zone_quotes_its_source(zone: str) -> None:
    policies = program_of(zone).policies.values()
    assert [p.name for p in policies if not any(c.title and c.quote for c in p.citations)] == []


@pytest.mark.parametrize("zone", ZONES)
def test_every_policy_has_an_issuer_or_says_why_not(zone: str) -> None:
    policies = program_of(zone).policies.values()
    assert [p.name for p in policies if not p.issuer and not p.note] == []


@pytest.mark.parametrize("zone", ZONES)
def test_every_requirement_is_seen_true_and_false(zone: str) -> None:
    report = run_examples(loaded(zone))
    rows = [f"{row.policy}: {row.clause}" for row in report.coverage if not {"true", "false"} <= set(row.seen)]
    assert rows == []


def test_every_shipped_pack_is_national_or_a_zone() -> None:
    assert set(shipped()) == {"national", *ZONES}


@pytest.mark.parametrize("enterprise", ENTERPRISES)
def test_an_enterprise_of_the_sources_is_an_example(enterprise: str) -> None:
    assert any(enterprise in title for title in every_title())


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_an_example(trap: str) -> None:
    assert any(trap in title.split() for title in every_title())


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("buyer", GRAIN_BUYERS)
def test_a_farm_loan_is_an_example_that_matches_nothing(zone: str, buyer: str) -> None:
    found = [e for e in program_of(zone).examples if buyer in e.title]
    assert found
    assert all(any(not e.policy and e.condition is None for e in example.expects) for example in found)


@pytest.mark.parametrize("zone", ZONES)
def test_the_generator_is_deterministic(zone: str) -> None:
    assert generate(zone, 50).equals(generate(zone, 50))
    assert not generate(zone, 50).equals(generate(zone, 50, seed=2))


@pytest.mark.parametrize("zone", ZONES)
def test_the_generator_makes_the_size_of_the_zone(zone: str) -> None:
    size = PROFILES[zone].size
    assert generate(zone).num_rows == size
    assert STATED_SIZES.get(zone, size) == size
    assert [generate(zone, n).num_rows for n in (0, 1, 7)] == [0, 1, 7]


def test_the_generator_refuses_what_it_cannot_make() -> None:
    with pytest.raises(ValueError, match="no zone `atlantis`"):
        generate("atlantis")
    with pytest.raises(ValueError, match="-1"):
        generate("wuxi", -1)


def test_the_stages_of_shijiazhuang_are_as_stated() -> None:
    """Classified by the zone's own pack."""
    counted = "\n".join(f"policy counted_{stage}: stage is {stage}" for stage in SHIJIAZHUANG_STAGES)
    sources = (*loaded("shijiazhuang").sources, Source("counted.policy", counted))
    program = check(sources, Shelf([SHIPPED])).program
    assert program is not None
    counts = Run(program, population_of(program, "shijiazhuang"), days_of(AS_OF)).counts()
    assert {stage: counts[f"counted_{stage}"][Answer.match] for stage in SHIJIAZHUANG_STAGES} == SHIJIAZHUANG_STAGES


@pytest.mark.parametrize("zone", ZONES)
def test_names_and_ids_are_plainly_synthetic(zone: str) -> None:
    table = generate(zone, 12)
    assert table.column("name").to_pylist()[11] == f"{PROFILES[zone].label}样本企业0012"
    assert len(set(table.column("id").to_pylist())) == 12


@pytest.mark.parametrize("zone", ZONES)
def test_the_columns_are_the_facts_that_the_pack_asks_for(zone: str) -> None:
    program = program_of(zone)
    headers = set(generate(zone, 1).column_names) - {"id", "name"}
    assert headers <= set(program.facts)
    assert facts_asked(program) <= headers


@pytest.mark.parametrize("zone", ZONES)
def test_each_column_lacks_a_few_values(zone: str) -> None:
    table = generate(zone, 20_000)
    for name in table.column_names:
        missing = table.column(name).null_count / table.num_rows
        never = name in NEVER_MISSING or name in ("id", "name")
        assert missing == 0 if never else 0.015 < missing < 0.09, name


@pytest.mark.parametrize("zone", ZONES)
def test_a_population_gets_all_sorts_of_answers(zone: str) -> None:
    """No policy in force that all or none of the enterprises meet, apart from a few; some facts are missing."""
    program = program_of(zone)
    run = Run(program, population_of(program, zone), days_of(AS_OF))
    seen: Counter[Answer] = Counter()
    idle = []
    for name, counts in run.counts().items():
        seen.update({answer: number > 0 for answer, number in counts.items()})
        kinds = {answer for answer, number in counts.items() if number}
        if len(kinds) == 1 and Answer.not_in_force not in kinds:
            idle.append(name)
    assert min(seen[a] for a in (Answer.match, Answer.no_match, Answer.unknown)) > 0
    assert len(idle) <= 1
