"""`huice risk`: figures of the ledger, funds, and what is refused."""

import json
from pathlib import Path

import pytest

LEDGER = """日期,企业,政策,机构,事项,金额
2023-02-01,e1,河北银行积分贷,河北银行,授信,2亿
2023-03-01,e1,hebei_points_loan,河北银行,放款,6000万
2023-04-01,gone,hebei_points_loan,河北银行,放款,30万
2024-04-01,e1,hebei_points_loan,河北银行,还款,1000万
"""
PEOPLE = "id,高新区,成立日期\ne1,shijiazhuang,2020-01-01\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "ledger.csv").write_text(LEDGER, encoding="utf-8")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return tmp_path / "ledger.csv", tmp_path / "people.csv"


def test_four_figures_by_product_bank_and_stage(huice, files: tuple[Path, Path]) -> None:
    ledger, people = files
    said = huice("risk", "shijiazhuang", people, "--as-of", "2023-06-30", "--ledger", ledger, "--by", "成长阶段",
                 "--format", "json")  # fmt: skip
    assert said.code == 0
    report = json.loads(said.out)
    assert (report["entries"], report["later"]) == (3, 1)
    assert report["total"] == {
        "granted": "200000000", "drawn": "60300000", "balance": "60300000", "exposure": "200300000",
        "enterprises": 2, "drawings": 2, "utilisation": "0.3015",
    }  # fmt: skip
    groups = {(g["by"], g["value"]): g["figures"]["balance"] for g in report["groups"]}
    assert groups == {
        ("policy", "hebei_points_loan"): "60300000", ("institution", "河北银行"): "60300000",
        ("stage", "startup"): "60000000", ("stage", None): "300000",
    }  # fmt: skip
    books = {b["basis"]: b["used_up_at"] for b in report["funds"][0]["books"]}
    assert books == {"limit": "0.25", "awarded": None, "granted": "1", "balance": None, "exposure": "0.998502"}


def test_both_languages_show_the_same_table(huice, files: tuple[Path, Path]) -> None:
    ledger, people = files
    asked = ("risk", "shijiazhuang", people, "--as-of", "2023-06-30", "--ledger", ledger, "--loss", "30%")
    english, chinese = huice(*asked), huice("--lang", "zh", *asked)
    assert "used up at a loss of 25%" in english.out and "损失率达 25% 时用尽" in chinese.out
    assert "owes 240M CNY" not in english.out and "owes 48M CNY, pays 40M CNY, short of 8M CNY" in english.out
    assert "合计" in chinese.out and "in all" in english.out


@pytest.mark.parametrize(
    ("more", "code", "told"),
    [
        (["--loss", "120%"], 2, "`120%` is not a loss rate; expected a share from 0% to 100%, such as 12%"),
        (["--loss", "5万"], 2, "`5万` is not a loss rate"),
        (["--by", "stages"], 2, "`stages` is nothing to group by"),
        (["--ledger", "nowhere.csv"], 1, "nowhere.csv: the ledger is not read; errors: 1"),
    ],
)
def test_what_cannot_be_asked(huice, more: list[str], code: int, told: str) -> None:
    said = huice("risk", "shijiazhuang", "--as-of", "2023-06-30", *more)
    assert said.code == code and told in said.err and said.out == ""


def test_a_repayment_beyond_the_balance_is_named(huice, files: tuple[Path, Path]) -> None:
    ledger, _ = files
    ledger.write_text(LEDGER.replace("1000万", "1亿"), encoding="utf-8")
    said = huice("risk", "shijiazhuang", "--as-of", "2023-06-30", "--ledger", ledger)
    assert (
        said.code == 1 and "ledger.csv:5, row 4: repay of 100000000.00 yuan where only 60000000.00 is left" in said.err
    )
