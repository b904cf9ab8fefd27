"""`huice impact`: a draft beside the published pack, in words, as JSON and as a page; and what is refused."""

import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest

from api.schemas.differences import DifferenceReport
from api.schemas.impact import ImpactReport

DOCS = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
SVG, XHTML = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xhtml}"
DAY = ("--as-of", "2023-06-30")
OLD = """
fact score "创新积分" also "积分": points, improvable
fact staff "人数": count
fact stage "成长阶段": one of (startup "初创期", growth "成长期")
fact overdue "逾期": yes/no
parameter bar "准入积分": points = 600
benefit credit_line "授信额度": money
policy growth_line "成长贷"
  when score ≥ bar
  when staff ≥ 10
  unless overdue
  gives credit_line by score: ≥ 900 → 10M, otherwise 3M
  limit total credit_line 20M by score descending, then staff descending
policy award "奖励" when stage is growth gives credit_line 1M
policy old_scheme when overdue
example "just at the bar": score 600, staff 10, overdue no
  expect growth_line matches
example "an old scheme": overdue yes
  expect old_scheme matches
"""
NEW = (
    OLD.replace("= 600", "= 650").replace("staff ≥ 10", "staff ≥ 8").partition("policy old_scheme")[0]
    + """
example "just at the new bar": score 650, staff 8, overdue no
  expect growth_line matches
"""
)
PEOPLE = """id,name,积分,人数,stage,逾期
e1,一,620,20,growth,no
e2,二,700,9,startup,no
e3,三,950,30,growth,no
e4,四,,12,growth,no
e5,五,649,10,,no
e6,六,650,11,startup,no
e7,七,300,5,startup,yes
"""


@pytest.fixture
def case(tmp_path: Path) -> tuple[Path, Path, Path]:
    for name, text in (("old.policy", OLD), ("new.policy", NEW), ("people.csv", PEOPLE)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "old.policy", tmp_path / "new.policy", tmp_path / "people.csv"


def report_of(huice, *arguments: object) -> ImpactReport:
    said = huice("impact", *arguments, *DAY, "--format", "json")
    assert said.code == 0, said.err
    return ImpactReport.model_validate_json(said.out)


def test_who_gains_and_who_loses(huice, case) -> None:
    found = report_of(huice, *case)
    assert (found.pairs.gain, found.pairs.lose) == (1, 3)  # e2; e1 and e5, and e7 of the scheme that ends
    assert (found.enterprises.gain, found.enterprises.lose) == (1, 3)
    [grouping] = found.groupings
    assert grouping.by == "stage" and grouping.moved == 0
    groups = {g.value: g for g in grouping.groups}
    assert {v: (g.enterprises, g.affected, g.changes.gain, g.changes.lose) for v, g in groups.items()} == {
        "startup": (3, 2, 1, 1), "growth": (3, 1, 0, 1), None: (1, 1, 0, 1),
    }  # fmt: skip
    assert [(p.policy, p.gain, p.lose) for p in groups["startup"].policies] == [
        ("growth_line", 1, 0), ("old_scheme", 0, 1),
    ]  # fmt: skip
    awarded = [t for t in found.budget if t.over == "awarded"]
    assert [(t.before, t.after, t.difference) for t in awarded] == [("22000000", "19000000", "-3000000")]


def test_the_difference_inside_is_that_of_diff(huice, case) -> None:
    told = huice("diff", *case[:2], "--population", case[2], *DAY, "--format", "json")
    assert report_of(huice, *case).difference == DifferenceReport.model_validate_json(told.out)


def test_the_funnel_and_the_margin(huice, case) -> None:
    policy = next(p for p in report_of(huice, *case).policies if p.policy == "growth_line")
    assert policy.funnel_before is not None and policy.funnel_after is not None
    steps = [(s.passes, s.unknown, s.left, s.open, s.sole) for s in policy.funnel_after.steps]
    assert steps == [(3, 1, 3, 1, 2), (6, 0, 3, 1, 0), (6, 0, 3, 1, 0)]
    assert [s.sole for s in policy.funnel_before.steps] == [0, 1, 0]
    score, staff = policy.margins
    assert (score.threshold, score.before, score.near, score.improvable) == ("650", "600", 2, True)
    assert [(o.enterprise, o.value, o.gap_shown, o.before, o.after) for o in score.outside] == [
        ("e5", "649", "1 point", "match", "no_match"),
        ("e1", "620", "30 points", "match", "no_match"),
    ]
    assert [o.enterprise for o in score.inside] == ["e6", "e2", "e3"]
    assert (staff.threshold, staff.before, staff.near) == (8, 10, 0)
    assert [(o.enterprise, o.value, o.before) for o in staff.inside] == [
        ("e2", 9, "no_match"), ("e6", 11, "match"), ("e3", 30, "match"),
    ]  # fmt: skip
    spread = policy.distributions[0]
    assert (spread.value, spread.unknown, sum(b.enterprises for b in spread.bins)) == ("score", 1, 6)
    assert (sum(b.before for b in spread.bins), sum(b.after for b in spread.bins)) == (4, 3)
    assert [c.enterprises for c in policy.limits_after] == [3]


def test_how_much_turns_on_a_threshold(huice, case) -> None:
    bar, staff = report_of(huice, *case).sensitivity
    assert (bar.name, bar.kind, bar.before, bar.after) == ("bar", "parameter", "600", "650")
    assert (staff.kind, staff.before, staff.after) == ("in_clause", 10, 8)
    points = {p.value: p.matches for p in bar.policies[0].points}
    assert points == {"585": 5, "600": 5, "617.5": 5, "650": 3, "682.5": 2, "715": 1}
    up, down = bar.policies[0].up, bar.policies[0].down
    assert up is not None and down is not None
    assert ([e.enterprise for e in up.leave], [e.enterprise for e in down.come]) == (["e6"], ["e5"])
    assert {p.value: p.matches for p in staff.policies[0].points}[10] == 2


def test_the_examples_of_both_packs(huice, case) -> None:
    found = report_of(huice, *case).examples
    assert (found.tried, found.passed, found.failed, found.not_tried) == (2, 1, 1, 1)
    failing, lacking = found.listed
    assert (failing.title, failing.pack, failing.before) == ("just at the bar", "old", True)
    assert [(f.expected, f.actual) for f in failing.failures] == [("match", "no_match")]
    assert (lacking.title, lacking.pack, lacking.lacking) == ("an old scheme", "old", ["old_scheme"])
    case[1].write_text(
        NEW.replace("just at the new bar", "below the new bar").replace("score 650", "score 649"), "utf-8"
    )
    told = huice("impact", *case, *DAY).out
    assert "0 of 2 examples pass on the new pack" in told
    assert "just at the bar: fails" in told and "an old scheme: not tried, the new pack lacks old_scheme" in told


def test_the_same_pack_twice(huice, case) -> None:
    said = huice("impact", case[0], case[0], case[2], *DAY)
    assert (said.code, said.err) == (0, "")
    assert "the two packs are equivalent" in said.out and "no total changes" in said.out
    found = report_of(huice, case[0], case[0], case[2])
    assert found.policies == [] and found.sensitivity == [] and found.pairs.lose == 0


def test_what_is_asked_for_by_name(huice, case) -> None:
    found = report_of(huice, *case, "--by", "逾期", "--by", "stage")
    assert [g.by for g in found.groupings] == ["stage", "overdue"]
    refused = huice("impact", *case, *DAY, "--by", "score")
    assert refused.code == 2 and "nothing to group by" in refused.err


def test_a_stage_that_the_draft_draws_otherwise(huice, case) -> None:
    """Enterprises are counted where the published pack has them, and those that move are told of."""
    drawn = 'fact stage "成长阶段": one of (startup "初创期", growth "成长期")'
    for place, bar in ((0, 10), (1, 12)):
        rows = f"  startup when staff < {bar}\n  growth when staff ≥ {bar}\n"
        text = case[place].read_text(encoding="utf-8").replace(drawn, f'classify stage "成长阶段"\n{rows}')
        case[place].write_text(text, encoding="utf-8")
    rows = [line.split(",") for line in PEOPLE.splitlines()]
    case[2].write_text("\n".join(",".join([*row[:4], *row[5:]]) for row in rows), encoding="utf-8")
    [grouping] = report_of(huice, *case).groupings
    assert grouping.moved == 2  # e5 with 10, e6 with 11
    assert {g.value: g.enterprises for g in grouping.groups} == {"startup": 2, "growth": 5}
    told = huice("impact", *case, *DAY, "--lang", "zh").out
    assert "2 家企业在新规则包中的成长阶段不同" in told


def test_a_stage_that_the_draft_makes_a_number(huice, case) -> None:
    """What only one pack can group by is grouped by that pack."""
    text = NEW.replace('stage "成长阶段": one of (startup "初创期", growth "成长期")', 'stage "成长阶段": text')
    case[1].write_text(text.replace("stage is growth", 'stage is "growth"'), encoding="utf-8")
    assert [g.by for g in report_of(huice, *case).groupings] == ["stage"]
    case[1].write_text(text.replace(": text", ": count").replace("stage is growth", "stage ≥ 1"), encoding="utf-8")
    [grouping] = report_of(huice, *case, "--on-bad-cell", "missing").groupings
    assert (grouping.moved, len(grouping.groups)) == (0, 3)


def test_nobody(huice, case, tmp_path: Path) -> None:
    case[2].write_text("id,name,积分,人数,stage,逾期\n", encoding="utf-8")
    found = report_of(huice, *case)
    assert (found.population, found.pairs.lose) == (0, 0)
    assert page_of(huice, case, tmp_path)


# pages
class Outline(HTMLParser):
    """The tags of a page as a browser reads them: none may be left open, and nothing may be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page_of(huice, case, tmp_path: Path, *arguments: object) -> str:
    out = tmp_path / "impact.html"
    said = huice("impact", *case, *DAY, "--html", out, *arguments)
    assert said.code == 0 and str(out) in said.out
    return out.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_stands_alone(huice, case, tmp_path: Path, language: str) -> None:
    text = page_of(huice, case, tmp_path, "--lang", language)
    assert page_of(huice, case, tmp_path, "--lang", language) == text
    root = ET.fromstring(text)  # strict: the page is XML too
    assert root.get("lang") == {"en": "en", "zh": "zh-CN"}[language]
    outline = Outline()
    outline.feed(text)
    assert outline.open == []
    tags = [tag for tag, _ in outline.seen]
    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & set(tags)
    given = [(key, value or "") for _, attributes in outline.seen for key, value in attributes.items()]
    assert [v for k, v in given if k in ("src", "href", "style", "action") and not v.startswith("#section-")] == []
    assert not [k for k, _ in given if k.startswith("on")]
    assert "url(" not in text and "@import" not in text
    assert ("http-equiv", "Content-Security-Policy") in given


def test_the_page_can_be_read_without_seeing_it(huice, case, tmp_path: Path) -> None:
    root = ET.fromstring(page_of(huice, case, tmp_path))
    assert root.find(f".//{XHTML}title") is not None and len(root.findall(f".//{XHTML}h1")) == 1
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    named = [e.get("aria-labelledby") for e in root.iter() if e.get("aria-labelledby")]
    assert named and set(named) <= set(ids)
    links = [e.get("href", "").removeprefix("#") for e in root.iter(f"{XHTML}a")]
    assert links and set(links) <= set(ids)
    figures = root.findall(f".//{XHTML}figure")
    assert len(figures) == 3  # by stage, and the two values whose thresholds moved
    for figure in figures:
        chart, rows = figure.find(f"{SVG}svg"), figure.findall(f".//{XHTML}tbody/{XHTML}tr")
        assert chart is not None and chart.get("role") == "img"
        title = chart.find(f"{SVG}title")
        assert title is not None and title.text
        assert rows and figure.find(f"{XHTML}details/{XHTML}summary") is not None
    heads = [th.get("scope") for th in root.iter(f"{XHTML}th")]
    assert heads and set(heads) == {"col", "row"}


def test_the_page_shows_both_thresholds(huice, case, tmp_path: Path) -> None:
    root = ET.fromstring(page_of(huice, case, tmp_path))
    chart = next(s for s in root.iter(f"{SVG}svg") if "score" in (s.findtext(f"{SVG}title") or ""))
    lines = {line.get("class"): float(line.get("x1", "")) for line in chart.iter(f"{SVG}line")}
    assert lines["old"] < lines["new"]
    words = [t.text for t in chart.iter(f"{SVG}text")]
    assert "before 600" in words and "after 650" in words


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&lt;b&gt; & ]]> <!-- ",
    "'; -->",
    "\u202eevil",
]


def test_hostile_names_stay_text(huice, case, tmp_path: Path) -> None:
    rows = [f'e{i},"{name.replace(chr(34), chr(34) * 2)}",620,20,growth,no' for i, name in enumerate(HOSTILE)]
    case[2].write_text("id,name,积分,人数,stage,逾期\n" + "\n".join(rows) + "\n", encoding="utf-8")
    for place in (0, 1):
        text = case[place].read_text(encoding="utf-8")
        case[place].write_text(text.replace("“", '"').replace('"成长贷"', '"<i>成长贷</i> & more"'), encoding="utf-8")
    text = page_of(huice, case, tmp_path, "--lang", "zh")
    root = ET.fromstring(text)
    shown = {"".join(e.itertext()) for e in root.iter(f"{XHTML}td")}
    assert {name.strip() for name in HOSTILE} <= {s.strip() for s in shown}
    assert any("<i>成长贷</i> & more" in "".join(e.itertext()) for e in root.iter(f"{XHTML}h2"))
    assert not {e.tag for e in root.iter()} & {f"{XHTML}script", f"{XHTML}img", f"{XHTML}i", f"{XHTML}b"}


def test_a_character_that_no_page_can_hold(huice, case, tmp_path: Path) -> None:
    case[2].write_text("id,name,积分,人数,stage,逾期\ne1,a\x01\x1bb,620,20,growth,no\n", encoding="utf-8")
    assert "a\ufffd\ufffdb" in page_of(huice, case, tmp_path)


# refusals
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give OLD, NEW and ENTERPRISES"),
        (("national",), "give OLD, NEW and ENTERPRISES"),
        (("national", "national", "people.csv", "--html", "x.pdf"), "expected a name that ends in .html"),
        (("national", "--shadow", "x"), "takes no packs, enterprises or OLD"),
        (("--shadow", "x", "--html", "x.html"), "takes no packs, enterprises or --html"),
    ],
)
def test_wrong_usage(huice, arguments: tuple[str, ...], said: str) -> None:
    refused = huice("impact", *arguments)
    assert refused.code == 2 and said in refused.err and refused.out == ""


def test_nothing_is_written_when_a_pack_has_errors(huice, case, tmp_path: Path) -> None:
    case[1].write_text(NEW.replace("score ≥", "scroe ≥"), encoding="utf-8")
    refused = huice("impact", *case, *DAY, "--html", tmp_path / "i.html")
    assert refused.code == 1 and "E201" in refused.err and not (tmp_path / "i.html").exists()


def test_every_policy_new_or_gone(huice, case, tmp_path: Path) -> None:
    """Packs that share no policy: everything is lost and gained, and nothing is measured against what was not there."""
    other = tmp_path / "other.policy"
    other.write_text(
        OLD.replace("growth_line", "line_b").replace("award", "award_b").replace("old_scheme", "c"), "utf-8"
    )
    found = report_of(huice, case[0], other, case[2])
    assert {p.policy: (p.funnel_before is None, p.funnel_after is None) for p in found.policies} == {
        "growth_line": (False, True), "award": (False, True), "old_scheme": (False, True),
        "line_b": (True, False), "award_b": (True, False), "c": (True, False),
    }  # fmt: skip
    margins = [m for p in found.policies for m in p.margins]
    assert margins and {m.before for m in margins} == {None}


def test_what_the_documentation_shows(huice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = DOCS.read_text(encoding="utf-8").partition("## Impact")[2].partition("\n## ")[0]
    packs = re.findall(r"^```policy (\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    for name, rules in packs:
        (tmp_path / f"{name}.policy").write_text(rules, encoding="utf-8")
    shown = re.findall(r"^```sh\n(.*?)^```\n+```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(packs) == 2 and len(shown) == 1
    for commands, output in shown:
        for command in commands.replace("\\\n", " ").splitlines():
            said = huice(*command.split()[1:])
            assert said.code == 0, said.err
        printed = [line.rstrip() for line in said.out.splitlines()]
        for line in output.splitlines():
            assert line.rstrip() in printed, line
    cells = re.findall(r"^\| (`.*?) \|", text.partition("as JSON")[2], re.MULTILINE)
    keys = [key for cell in cells for key in re.findall(r"`(\w+)`", cell)]
    assert set(keys) == set(ImpactReport.model_fields)
    assert json.loads(huice("impact", "old.policy", "new.policy", "firms.csv", "--format", "json").out).keys() == set(
        keys
    )
