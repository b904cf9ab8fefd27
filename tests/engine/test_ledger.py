"""The ledger: four figures kept apart, read from a file whose every mistake is named."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, strategies as st

from dsl.meaning.types import COUNT, MONEY, days_of
from dsl.meaning.vocabulary import Fact
from engine.facts.columns import population_of
from engine.facts.ledger import ENTRIES, Figures, Ledger, read_ledger, with_ledger

POLICIES = {"loan": "loan", "积分贷": "loan", "award": "award"}.get
DAY = days_of(date(2023, 12, 31))
HEAD = "date,enterprise,policy,institution,entry,amount\n"


def _read(rows: str) -> tuple[Ledger | None, list[str]]:
    lines = [line.split(",") for line in (HEAD + rows).split()]
    table = pa.table({name: [row[i] for row in lines[1:]] for i, name in enumerate(lines[0])})
    ledger, problems = read_ledger(table, POLICIES)
    return ledger, [p.code for p in problems]


def test_granted_drawn_balance_and_exposure_are_four_figures() -> None:
    ledger, problems = _read("""
2023-01-01,e1,积分贷,A,授信,500万
2023-02-01,e1,loan,A,draw,200万
2023-03-01,e1,loan,A,draw,100万
2023-04-01,e1,loan,A,还款,50万
2023-04-02,e1,loan,A,pledge,80万
2023-05-01,e2,loan,B,draw,30万
2024-05-01,e2,loan,B,draw,30万
""")
    assert problems == [] and ledger is not None
    accounts = ledger.accounts(DAY)
    assert accounts.figures() == Figures(500_0000_00, 330_0000_00, 280_0000_00, 450_0000_00, 2, 3)
    assert accounts.by(accounts.institutions.tolist())["B"] == Figures(0, 30_0000_00, 30_0000_00, 30_0000_00, 1, 1)
    assert ledger.later_than(DAY) == 1


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ("2023-01-01,e1,lone,A,grant,5万", ["D512"]),
        ("2023-01-01,e1,loan,A,lend,5万", ["D501"]),
        ("2023-13-01,e1,loan,A,grant,many", ["D501", "D501"]),
        ("2023-01-01,e1,loan,A,grant,-5", ["D501"]),
        ("2023-01-01,,loan,A,grant,5", ["D513"]),
        ("2023-01-01,e1,loan,A,draw,5\n2023-01-02,e1,loan,A,repay,6", ["D515"]),
        ("2023-01-02,e1,loan,A,draw,5\n2023-01-01,e1,loan,A,repay,5", ["D515"]),
        ("2023-01-01,e1,loan,A,grant,5\n2023-01-02,e1,loan,B,release,5", ["D515"]),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_read(rows: str, codes: list[str]) -> None:
    assert _read(rows) == (None, codes)


def test_columns_that_lack_are_named(tmp_path: Path) -> None:
    file = tmp_path / "ledger.csv"
    file.write_text("日期,企业,政策,事项\n2023-01-01,e1,loan,授信\n")
    ledger, problems = read_ledger(file, POLICIES)
    assert ledger is None and [(p.code, p.arguments["wanted"]) for p in problems] == [
        ("D511", "institution (机构), amount (金额)")
    ]


NAMES = [o.name for o in ENTRIES.options]


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from("ab"), st.sampled_from("AB"), st.sampled_from(NAMES),
                          st.integers(0, 99)), max_size=30))  # fmt: skip
def test_figures_equal_a_book_kept_by_hand(entries: list[tuple[int, str, str, str, int]]) -> None:
    """Every account by a plain loop in the order of days; a ledger that overdraws is refused by both."""
    rows = [f"2023-01-0{day + 1},{who},loan,{where},{kind},{amount}" for day, who, where, kind, amount in entries
            if day < 9]  # fmt: skip
    books: dict[tuple[str, str], dict[str, int]] = {}
    sound = True
    for line in sorted(rows, key=lambda row: row[:10]):
        _, who, _, where, kind, amount = line.split(",")
        book = books.setdefault((who, where), dict.fromkeys((*NAMES, "times"), 0))
        book[kind] += int(amount) * 100
        book["times"] += kind == "draw"
        sound &= book["grant"] >= book["release"] and book["pledge"] >= book["unpledge"]
        sound &= book["draw"] >= book["repay"] + book["write_off"]
    ledger, codes = _read("\n".join(rows))
    assert (ledger is not None) == sound == (not codes)
    if ledger is not None:
        expected = [0, 0, 0, 0]
        for book in books.values():
            line_, owed = book["grant"] - book["release"], book["draw"] - book["repay"] - book["write_off"]
            cover = max(0, max(line_, owed) - book["pledge"] + book["unpledge"])
            expected = [a + b for a, b in zip(expected, (line_, book["draw"], owed, cover), strict=True)]
        people = len({who for who, _ in books})
        times = sum(book["times"] for book in books.values())
        assert ledger.accounts(DAY).figures() == Figures(*expected, people, times)


def test_facts_that_a_ledger_says() -> None:
    """The sum over institutions of one policy; nothing entered is zero; a column of the population gives way."""
    ledger, _ = _read("""
2023-01-01,e1,loan,A,draw,200万
2023-01-02,e1,loan,B,draw,150万
2023-01-03,e1,award,A,draw,9万
""")
    assert ledger is not None
    facts = [Fact("owed", (), MONEY, figure="balance", ledger="loan"), Fact("staff", (), COUNT)]
    people = population_of(facts, [("e1", {"owed": 5, "staff": 3}), ("e2", {})])
    joined, told = with_ledger(people, facts, ledger.accounts(DAY))
    assert [joined.row(0), joined.row(1)] == [{"owed": 350_0000_00, "staff": 3}, {"owed": 0}]
    assert [(p.code, p.arguments["column"]) for p in told] == [("W504", "owed")]
