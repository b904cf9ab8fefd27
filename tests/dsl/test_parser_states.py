"""Every state of the parser is worded by hand in both languages: what is being written there, and what follows."""

from collections import Counter, deque
from typing import Any

import pytest
from lark.parsers.lalr_analysis import Shift

from dsl.pack import check
from dsl.syntax.keywords import DECLARATIONS, word_for
from dsl.syntax.parser import grammar
from dsl.syntax.states import RULES, middles, place_of
from dsl.text.diagnostics import Language, problem
from dsl.text.places import FOLLOWS, PLACES
from dsl.text.render import remedy, sentence
from dsl.text.source import Source

LONGEST_SENTENCE = 200
TABLE = grammar().parser.parser._parse_table  # type: ignore[attr-defined]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def stacks() -> dict[Any, list[Any]]:
    """The shortest stack of states that leads to each state of each start, those that accept the end left out."""
    found = {state: [state] for state in TABLE.start_states.values()}
    pending = deque(found)
    while pending:
        state = pending.popleft()
        for action, target in TABLE.states[state].values():
            if action is Shift and target not in found:
                found[target] = [*found[state], target]
                pending.append(target)
    ends = set(TABLE.end_states.values())
    return {state: stack for state, stack in found.items() if state not in ends}


STACKS = stacks()
STARTS = set(TABLE.start_states.values())


def test_every_state_of_every_start_is_reached() -> None:
    assert set(STACKS) | set(TABLE.end_states.values()) == set(TABLE.states)
    assert len(STARTS) == len(DECLARATIONS) == 10
    assert set(middles(grammar())) == set(STACKS)
    assert len(STACKS) > 700


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["E104", "E109", "E110"])
def test_every_state_is_worded(code: str, language: Language, capsys: pytest.CaptureFixture[str]) -> None:
    """No state without a place; a sample of each place is printed (`pytest -s` shows it)."""
    samples: dict[str, str] = {}
    for state, stack in STACKS.items():
        if state in STARTS:  # an island is cut at the word that begins it, so no parse stops before it
            continue
        place, row = place_of(grammar(), stack)
        assert place in PLACES, (place, middles(grammar())[state])
        fitting = " ".join(sorted(t for t in TABLE.states[state] if t.isupper() or t == "$END"))
        found = problem(code, read="…", after="…", where=place, expected=fitting, follows=row)
        said, mending = sentence(found, language, word_for), remedy(found, language, word_for)
        assert said and mending and "{" not in said + mending, (place, said)
        assert "`_" not in said and len(said) <= LONGEST_SENTENCE, said
        samples.setdefault(place, f"{said} = {mending}")
    print("\n".join(samples.values()))
    assert set(samples) == set(PLACES)
    assert len(capsys.readouterr().out.splitlines()) == len(PLACES)


def test_every_place_has_rules_of_the_grammar_and_every_rule_is_one_place() -> None:
    assert set(RULES) == set(PLACES)
    named = Counter(rule for row in RULES.values() for rule in row.split())
    assert set(named.values()) == {1}
    assert set(named) <= {rule.alias or rule.origin.name for rule in grammar().rules}


def test_every_row_of_what_follows_is_said_somewhere() -> None:
    said = {place_of(grammar(), stack)[1] for stack in STACKS.values()}
    idle = [FOLLOWS[i] for i in range(len(FOLLOWS)) if str(i) not in said]
    assert idle == []


FACTS = """\
fact score "积分": points
fact revenue "收入": money yearly
fact profit "利润": money
fact founded "成立日期": date
fact overdue "当前逾期": yes/no
fact hnte "高企": yes/no
fact patents "专利": count
fact size "规模": one of (small "小型", medium "中型", large "大型")
fact stage "阶段": one of (seed "种子期", growth "成长期")
define age "年龄" = years from founded to as_of
benefit line "额度": money
benefit rate "利率": percent
table grid "授信表": score → line, rate
  ≥ 900 → 1000万 | 3.20%
  < 900 → none
policy loan "积分贷款": score ≥ 1 gives line up to 5万
"""
_GIVES, _LIMITED = "policy p: hnte gives {}", "policy p: hnte gives line up to 5万 limit total line 2亿 {}"
_SCORED = "scorecard s {}\n  dimension d\n    {}\n{}"
# Where an example of a place that is no whole declaration or clause stands; others stand in a policy or alone.
FRAMES = {
    "type": "fact x: {}",
    "fact option": "fact x: count, {}",
    "row": "classify c\n  {}\n  high otherwise",
    "classify": "{}\n  low otherwise",
    "scorecard": "{}\n  dimension d\n    revenue weight 100, linear 0 to 5000万",
    "dimension": "scorecard s\n  {}\n    revenue weight 100, linear 0 to 5000万",
    "score": "scorecard s out of 20\n  dimension d\n    {}",
    "weights": "scorecard s\n  dimension d\n    revenue {}, linear 0 to 5000万",
    "band": "scorecard s\n  dimension d\n    score weight 100, {}",
    "score bound": "scorecard s\n  dimension d\n    revenue weight 100, linear 0 to 5000万\n  {}",
    "table": "{}\n  any → none",
    "hit": "table t: score → line\n  {}\n  any → 5万",
    "table row": "table t: score, patents → line, rate\n  hit first\n  {}\n  others | any → none",
    "per": "policy p: hnte limit 2 firms {} by score descending",
    "order": "policy p: hnte gives line up to 5万 limit total line 2亿 {}",
    "limit": "policy p: hnte gives line up to 5万 {}",
    "exclusive": "policy p: hnte gives line up to 5万 {}",
    "given": "example “示例”: {}\n  expect loan matches",
    "example": "{}\n  expect loan matches",
    "beside": "example “示例”: score 700 {}\n  expect loan matches",
    "expect": "example “示例”: score 700 {}",
    "call": "policy p: {} ≥ 5",
    "group": "policy p: {} ≥ 5",
    "if": "policy p: hnte gives line = {}",
    "span": "define x = {}",
    "steps": "policy p: hnte gives line = {}",
    "series": "define x = {}",
    "list": "policy p: {}",
    "of": "policy p: {}",
    "between": "policy p: {}",
    "top": "policy p: {}",
    "eligible": "policy p: {}",
}
WHOLE = frozenset({"use", "fact", "benefit", "define", "parameter", "policy"})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", PLACES)
def test_the_example_of_a_place_is_right(place: str, language: Language) -> None:
    example = PLACES[place].example_zh if language == "zh" else PLACES[place].example_en
    frame = FRAMES.get(place, "{}" if place in WHOLE else "policy p: hnte\n  {}")
    codes = [p.code for p in check([Source("example", f"{FACTS}{frame.format(example)}\n")]).problems]
    assert [c for c in codes if c.startswith(("E1", "E2"))] in ([], ["E205"], ["E202"]), codes


def test_tiers_after_the_arrow_ask_for_an_amount() -> None:
    text = f"{FACTS}policy p: hnte gives line by score: ≥ 900 → , otherwise 3M"
    (found,) = check([Source("example", text)]).problems
    assert sentence(found, "en", word_for) == (
        "in the tiers of a benefit, `,` does not fit after `→`; expected an amount, or `none`"
    )
    assert remedy(found, "zh", word_for) == "写法如 `给予 额度 按 积分：≥900→1000万，其余 300万`"
