"""Two programs compared policy by policy: each relation in both directions, on meaning and never on text."""

from datetime import date

import pytest

from dsl.analysis.combined import combine
from dsl.analysis.contrast import Relation
from dsl.analysis.declared import declaration_changes
from dsl.analysis.differences import Differences, PolicyChange, differences
from dsl.meaning import ir
from dsl.meaning.types import days_of
from dsl.pack import check
from dsl.text.render import as_text
from dsl.text.source import Source
from engine.match.matches import Answer
from engine.sides import Sides

VOCABULARY = """
fact score "积分": points, in 0 to 1000
fact revenue "营收": money
fact staff "人数": count
fact overdue "逾期": yes/no
fact dishonest "失信": yes/no
fact founded "成立日期": date
fact size "规模": one of (micro "微型", small "小型", large "大型")
fact industry "行业": code
benefit credit_line "授信额度": money
benefit rate "年利率": percent, lower is better
benefit risk_share "风险分担": ratio among (bank "银行", pool "资金池")
"""
TURNED = {Relation.stricter: Relation.looser, Relation.worse: Relation.better}
TURNED |= {v: k for k, v in TURNED.items()}


def program(text: str, vocabulary: str = VOCABULARY) -> ir.Program:
    checked = check([Source("made.policy", vocabulary + text)])
    assert checked.program is not None, "\n".join(as_text(p, "en") for p in checked.problems)
    return checked.program


def compared(old: ir.Program, new: ir.Program, *, arithmetic: bool = True) -> tuple[Differences, Sides]:
    combined = combine(old, new)
    judge = Sides(combined)
    return differences(combined, judge, arithmetic), judge


def change(old: ir.Program, new: ir.Program) -> PolicyChange:
    """The change of the policy p, once what is shown has been found to be true of it."""
    found, judge = compared(old, new)
    policy = next(p for p in found.policies if p.name == "p")
    ranks = {Answer.match: 2, Answer.review: 1}
    for shown, turn in ((policy.lost, 1), (policy.gained, -1)):
        if shown is not None:
            before, after = (ranks.get(a, 0) for a in judge.answers(shown.witness, shown.day, "p"))
            assert (before - after) * turn > 0
    return policy


def relations(old: str, new: str, *, vocabulary: str = VOCABULARY, other: str = "") -> Relation | None:
    """How two texts compare; turned round they compare the other way."""
    first, second = program(old, vocabulary), program(new, other or vocabulary)
    there, back = change(first, second).relation, change(second, first).relation
    assert there is not None and back is TURNED.get(there, there)
    return there


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("when score ≥ 600", "when score ≥ 650", "stricter"),
        ("when score ≥ 600", "when score > 599", "looser"),
        ("when score ≥ 600", "when score ≥ 600 or staff ≥ 5", "looser"),
        ("when score ≥ 600", "when score ≥ 650 or staff ≥ 5", "incomparable"),
        ("when score ≥ 600", "when score ≥ 600 when staff ≥ 5", "stricter"),
        ("when size is micro", "when size is not large", "looser"),
        ("when size in (micro, small)", "when size is not large", "equivalent"),
        ("when industry under C3", "when industry under C39", "stricter"),
        ("when score ≥ 600 unless overdue", "when score ≥ 600", "looser"),
        ("when score ≥ 600", "when score ≥ 600 review “实地” by “专员”", "stricter"),
        ("when score ≥ 600 when score ≥ 500", "when score ≥ 600", "equivalent"),
        ("when at least 2 of (overdue, dishonest, score ≥ 600)", "when at least 1 of (overdue, dishonest, score ≥ 600)",
         "looser"),
        ("when revenue ≥ 500万", "when revenue ≥ 5000000", "equivalent"),
        ("when staff ≥ 5", "when staff > 4", "equivalent"),
        ("when revenue / staff ≥ 10万", "when revenue / staff ≥ 20万", "stricter"),
        ("when revenue * 2 ≥ 10万", "when revenue ≥ 5万", "equivalent"),
        ("when score is known", "when score ≥ 0", "equivalent"),
        ("when score ≥ 600 or score < 600", "when score ≥ 0", "equivalent"),
    ],
)  # fmt: skip
def test_a_policy_beside_another(old: str, new: str, expected: str) -> None:
    assert relations(f"policy p {old}", f"policy p {new}") == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("when score ≥ 600 when staff ≥ 5 unless overdue", "unless overdue when staff ≥ 5 when score ≥ 600"),
        ("when score ≥ 600 when staff ≥ 5", "when score ≥ 600 and staff ≥ 5"),
        ("when not (overdue or dishonest)", "when not overdue and not dishonest"),
        ("when not (overdue and dishonest)", "when not overdue or not dishonest"),
        ("when not (not overdue)", "when overdue"),
        ("unless overdue or dishonest", "unless dishonest unless overdue"),
        ("when staff between 5 and 10", "when 5 ≤ staff ≤ 10"),
        ("when “达标”: score ≥ 600", "when “合格”: score ≥ 600"),
        ("when any of (overdue, dishonest)", "when dishonest or overdue"),
        ("when all of (overdue, score ≥ 600 or staff ≥ 5)",
         "when (overdue and score ≥ 600) or (overdue and staff ≥ 5)"),
    ],
)  # fmt: skip
def test_other_words_of_the_same_meaning(old: str, new: str) -> None:
    found = change(program(f"policy p {old}"), program(f"policy p {new}"))
    assert found.relation is Relation.equivalent
    assert found.same or found.clauses


def test_the_same_program_is_the_same_without_a_solver() -> None:
    one = program("policy p when score ≥ 600 gives credit_line 10万 policy q when eligible for p")
    found, _ = compared(one, one)
    assert all(p.same for p in found.policies)
    assert not found.contrast.provers._made


def test_labels_alone_change_nothing() -> None:
    text = 'policy p "甲" when score ≥ 600 when size is micro'
    renamed = VOCABULARY.replace("积分", "得分").replace("微型", "小微")
    old, new = program(text), program(text.replace("甲", "乙"), renamed)
    assert change(old, new).same
    assert list(declaration_changes(combine(old, new))) == []


def test_a_parameter_is_raised() -> None:
    texts = [f"parameter bar = {n}, assumed\npolicy p when score ≥ bar" for n in (600, 650)]
    old, new = map(program, texts)
    found = change(old, new)
    assert found.relation is Relation.stricter
    (clause,) = found.clauses
    assert (clause.relation, clause.because) == (Relation.stricter, ("bar",))
    assert [(d.name, d.kind) for d in declaration_changes(combine(old, new))] == [("bar", "parameter")]
    assert change(new, old).relation is Relation.looser


def test_a_parameter_that_changes_later_counts_from_its_day() -> None:
    old = program("parameter bar = 600 from 2023-01-01\npolicy p when score ≥ bar")
    new = program("parameter bar = 600 from 2023-01-01, 650 from 2025-01-01\npolicy p when score ≥ bar")
    found = change(old, new)
    assert found.relation is Relation.stricter
    assert found.lost is not None and found.lost.day >= days_of(date(2025, 1, 1))


def test_bounds_of_a_classification() -> None:
    def stages(bound: str) -> str:
        return (f'classify stage "阶段"\n seed "种子" when revenue < {bound}\n grown "成长" when revenue ≥ {bound}\n'
                "policy p when stage is grown\n")  # fmt: skip

    assert relations(stages("50万"), stages("60万")) is Relation.stricter
    assert change(program(stages("50万")), program(stages("60万"))).clauses[0].because == ("stage",)


def test_a_table() -> None:
    def grid(line: str) -> str:
        return f"""
table grid: score → credit_line, rate
  hit unique
  ≥ 900 → 1000万 | 3.2%
  600 ≤ _ < 900 → {line}
  < 600 → none
policy p when score ≥ 0 gives credit_line and rate by grid
"""

    def worth(line: str) -> dict[str, Relation | None]:
        found = change(program(grid("500万 | 3.6%")), program(grid(line)))
        assert found.relation is Relation.equivalent
        return {b.benefit: b.relation for b in found.benefits}

    assert worth("500万 | 3.6%") == {}
    assert worth("400万 | 3.6%") == {"credit_line": Relation.worse}
    assert worth("500万 | 3.5%") == {"rate": Relation.better}
    assert worth("400万 | 3.7%") == {"credit_line": Relation.worse, "rate": Relation.worse}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("credit_line 10万", "credit_line 12万", "better"),
        ("credit_line 10万", "credit_line up to 10万", "equal"),
        ("rate = 4%", "rate = 3.5%", "better"),
        ("a 2:8 risk share", "a 1:4 risk share", None),
        ("a 2:8 risk share", "a 3:7 risk share", "differing"),
        ("credit_line by score: ≥ 900 → 10万, otherwise 5万", "credit_line by score: ≥ 950 → 10万, otherwise 5万",
         "worse"),
        ("credit_line by score: ≥ 900 → 10万, otherwise 5万", "credit_line by score: ≥ 900 → 9万, otherwise 6万",
         "differing"),
        ("credit_line = 2 * revenue", "credit_line = revenue + revenue", None),
        ("credit_line = 20% * revenue", "credit_line = 20% * revenue, at most 200万", "worse"),
    ],
)  # fmt: skip
def test_what_is_given(old: str, new: str, expected: str | None) -> None:
    first, second = (program(f"policy p when score ≥ 600 when revenue ≥ 0 gives {g}") for g in (old, new))
    assert [b.relation for b in change(first, second).benefits] == ([expected] if expected else [])
    back = change(second, first).benefits
    assert [b.relation for b in back] == ([TURNED.get(expected, expected)] if expected else [])  # type: ignore[call-overload]


def test_benefits_that_one_side_gives() -> None:
    found = change(
        program("policy p when overdue gives credit_line 1万"), program("policy p when overdue gives rate 3%")
    )
    assert [(b.benefit, b.old is None, b.new is None, b.relation) for b in found.benefits] == [
        ("credit_line", False, True, None), ("rate", True, False, None),
    ]  # fmt: skip


def test_what_a_missing_fact_means() -> None:
    old = "policy p when score ≥ 600 unless overdue"
    silent = VOCABULARY.replace('"逾期": yes/no', '"逾期": yes/no, unknown means no')
    assert relations(old, old, other=silent) is Relation.looser
    found = change(program(old), program(old, silent))
    assert found.clauses[0].because == ("overdue",)
    assert relations(old, f"{old} unknown overdue means no") is Relation.looser


def test_dates() -> None:
    def dated(first: str, last: str) -> str:
        return f"policy p effective {first} to {last} when score ≥ 600"

    year = dated("2024-01-01", "2024-12-31")
    assert relations(year, dated("2024-01-01", "2025-12-31")) is Relation.looser
    assert relations(year, dated("2024-03-01", "2025-12-31")) is Relation.incomparable
    assert relations(year, dated("2025-01-01", "2025-12-31")) is Relation.incomparable
    moved = change(program(year), program(dated("2025-01-01", "2025-12-31").replace("600", "650")))
    assert (moved.requirements, moved.dates) == (Relation.stricter, Relation.incomparable)
    assert moved.parts == ("effective",)
    opened = program("policy p open 2024-01-01 to 2024-05-01 when score ≥ 600")
    window = change(program("policy p when score ≥ 600"), opened)
    assert (window.relation, window.requirements, window.dates) == (
        Relation.stricter, Relation.equivalent, Relation.stricter,
    )  # fmt: skip
    assert window.lost is not None and window.lost.day < days_of(date(2024, 1, 1))


def test_a_rule_that_agrees_on_one_day_alone_is_no_equivalent() -> None:
    """On 1 January 2024 both ask for the same."""
    old = "policy p when years from founded to as_of ≥ 3"
    new = "policy p when founded ≤ 2021-01-01"
    found = change(program(old), program(new))
    assert found.relation is not Relation.equivalent
    assert found.sampled


def test_a_policy_behind_another() -> None:
    old = "policy q when score ≥ 600 policy p when eligible for q"
    assert relations(old, old.replace("600", "650")) is Relation.stricter
    ended = old.replace("policy q", "policy q effective 2024-01-01 to 2024-12-31")
    assert relations(old, ended) is Relation.stricter


def test_a_fact_that_takes_other_values() -> None:
    text = "policy p when size is not large"
    wider = VOCABULARY.replace('small "小型"', 'tiny "迷你", small "小型"')
    old, new = program(text), program(text, wider)
    assert change(old, new).relation is Relation.equivalent
    assert [d.name for d in declaration_changes(combine(old, new))] == ["size"]
    # An option that one side does not know cannot be given to it, so that nothing is claimed of it.
    assert change(old, program("policy p when size in (micro, small)", wider)).relation is Relation.not_settled


def test_a_fact_of_another_type_is_another_fact() -> None:
    other = VOCABULARY.replace('人数": count', '人数": number')
    found = change(program("policy p when staff ≥ 5"), program("policy p when staff ≥ 5", other))
    assert found.relation is not Relation.equivalent
    ranged = VOCABULARY.replace("in 0 to 1000", "in 0 to 2000")
    text = "policy p when score ≥ 600"
    old, new = program(text), program(text, ranged)
    assert change(old, new).same
    assert [d.name for d in declaration_changes(combine(old, new))] == ["score"]


def test_a_name_that_was_a_fact_and_is_computed() -> None:
    old = program("policy p when score ≥ 600")
    new = program(
        "define score = staff * 1.0\npolicy p when score ≥ 600", VOCABULARY.replace("fact score", "fact points_given")
    )
    found = change(old, new)
    assert found.relation not in (None, Relation.equivalent)


def test_policies_of_one_side() -> None:
    found, _ = compared(
        program("policy p when overdue policy q when overdue"), program("policy r when overdue policy q when overdue")
    )
    assert [(p.name, p.old is None, p.new is None, p.relation) for p in found.policies] == [
        ("p", False, True, None), ("q", False, False, Relation.equivalent), ("r", True, False, None),
    ]  # fmt: skip


def test_clauses_are_paired_by_meaning() -> None:
    old = program("policy p when “甲”: score ≥ 600 and staff between 5 and 10 when size is micro unless overdue")
    new = program("policy p unless overdue unless dishonest when staff between 5 and 20 when score ≥ 600")
    told = [(c.old and c.old.text, c.new and c.new.text, c.relation) for c in change(old, new).clauses]
    assert told == [
        ("staff between 5 and 10", "when staff between 5 and 20", Relation.looser),
        ("when size is micro", None, None),
        (None, "unless dishonest", None),
    ]


def test_the_other_parts() -> None:
    old = program("policy p issued by “甲” source “一号文” when overdue gives credit_line 1万"
                  " limit total credit_line 10万 by score descending exclusive in “组” keep first")  # fmt: skip
    new = program("policy p issued by “乙” source “二号文” when overdue gives credit_line 1万 review “看”"
                  " limit total credit_line 20万 by score descending")  # fmt: skip
    assert change(old, new).parts == ("reviews", "limits", "exclusive", "issuer", "citations")


def test_what_no_solver_settles_is_said_to_be_open() -> None:
    """A product of two facts is beyond proof; what differs is found by trial where it can be."""
    old = "policy p when revenue * staff ≥ 100万"
    found, _ = compared(program(old), program("policy p when staff * revenue ≥ 100万"))
    assert found.policies[0].relation is Relation.not_settled
    assert relations(old, "policy p when revenue * staff ≥ 200万") in (Relation.stricter, Relation.not_settled)


def test_without_arithmetic_tiers_and_bounds_are_still_settled() -> None:
    old = program("policy p when score ≥ 600 gives credit_line by score: ≥ 900 → 10万, otherwise 5万")
    new = program("policy p when score ≥ 650 gives credit_line by score: ≥ 900 → 11万, otherwise 5万")
    (found,) = compared(old, new, arithmetic=False)[0].policies
    assert found.relation is Relation.stricter
    assert [b.relation for b in found.benefits] == [Relation.better]
