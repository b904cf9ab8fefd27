"""Whether capital holds: the rate at which a fund is used up, against a loss worked out loan by loan."""

from fractions import Fraction

from hypothesis import given, strategies as st

from dsl.meaning import ir
from dsl.pack import check
from dsl.text.source import Source
from engine.decide.adequacy import bills, borne, funds_of, used_up_at

PACK = """
fact score "积分": points
benefit line "额度": money
benefit risk_share "风险分担": ratio among (bank "银行", pool "资金池", guarantor "担保公司")
parameter pool_capital "资金池规模" = 4000万 from 2023-01-01 to 2023-12-31
policy first: score ≥ 600 gives line = 1万, with a 2:2:6 risk share
  backed by pool pool_capital, guarantor 5000万
policy second: score ≥ 700 gives line = 1万, with a 1:4:5 risk share
  backed by pool pool_capital
"""
DAY = 19_400  # in 2023


def _program() -> ir.Program:
    program = check([Source("pack", PACK)]).program
    assert program is not None
    return program


def test_a_parameter_is_one_fund_and_a_number_is_the_policys_own() -> None:
    funds = funds_of(_program(), DAY)
    assert [(f.party, f.name, f.capital, f.policies) for f in funds] == [
        ("pool", "pool_capital", 4000_0000_00, ("first", "second")),
        ("guarantor", "", 5000_0000_00, ("first",)),
    ]


def test_a_capital_without_a_value_that_day_is_unknown_and_never_said_to_hold() -> None:
    program = _program()
    pool = funds_of(program, DAY + 1000)[0]
    assert pool.capital is None and used_up_at(program, pool, {"first": 10**12}) is None
    assert bills(program, (pool,), {"first": 10**12}, Fraction(1, 2))[0].shortfall is None


@given(st.integers(0, 10**13), st.integers(0, 10**13))
def test_a_fund_holds_below_its_rate_and_breaks_above_it(first: int, second: int) -> None:
    program = _program()
    books = {"first": first, "second": second}
    for fund in funds_of(program, DAY):
        rate = used_up_at(program, fund, books)
        bill = bills(program, (fund,), books, Fraction(1) if rate is None else rate)[0]
        assert bill.paid is not None and fund.capital is not None
        assert bill.paid <= fund.capital and bill.owed == bill.paid + (bill.shortfall or 0)
        if rate is None:
            assert not bill.shortfall and borne(program, fund, books) <= fund.capital
        else:
            assert 0 <= rate <= 1 and abs(bill.owed - fund.capital) <= len(fund.policies)  # a fen of rounding each
            if rate < Fraction(9, 10):
                worse = bills(program, (fund,), books, rate + Fraction(1, 10))[0]
                assert worse.paid == fund.capital or worse.owed - fund.capital <= len(fund.policies)
