"""What the parser is in the middle of, for the wording of a mistake: parser states, grouped by the rule they are in.

A state knows its rules; which part of the declaration they belong to is told by the nearest state below it on the stack
whose rule has a place of its own. Rules of plain expressions have none: a comparison of a requirement is in the
requirement.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from lark import Lark
from lark.parsers.lalr_analysis import Shift

from dsl.text.places import FOLLOWS

# The rules (or their aliases) of each place of `dsl.text.places`.
RULES = {
    "use": "use_decl",
    "fact": "fact_decl",
    "type": "type plain_type option",
    "fact option": "domain improvable fixed unknown_means_value source_note from_ledger bound",
    "benefit": "benefit_decl benefit_option",
    "define": "define_decl",
    "parameter": "parameter_decl dated_value assumed",
    "classify": "classify_decl",
    "row": "row otherwise_row",
    "scorecard": "scorecard_decl",
    "dimension": "dimension",
    "score": "linear_line banded_line deducted_line",
    "weights": "weights weight_case",
    "band": "band band_otherwise",
    "score bound": "score_bound",
    "table": "table_decl output",
    "hit": "hit",
    "table row": "table_row any_cell others_cell tests_cell outcome",
    "policy": "policy_decl inline",
    "text": "issued addressed note beneficiary",
    "source": "source",
    "days": "effective effective_to open",
    "when": "when",
    "unless": "unless",
    "unknown": "unknown_review unknown_value",
    "review": "review",
    "give": "gives give_value give_up_to give_plain give_ratio value",
    "tier": "give_tiers tier tier_otherwise tier_up_to",
    "by table": "give_by_table",
    "give bound": "give_bound",
    "limit": "limit_total limit_count limit_flag",
    "per": "per",
    "order": "order order_key",
    "exclusive": "exclusive",
    "backed": "backed backing",
    "example": "example_decl",
    "given": "given given_as_of",
    "beside": "beside",
    "expect": "expect expect_nothing expect_that verdict expected expected_ratio",
    "list": "in_list under_list has_many",
    "call": "call",
    "of": "quantified at_least",
    "group": "parenthesised",
    "between": "between",
    "if": "if_",
    "span": "span",
    "steps": "steps steps_zh",
    "series": "series series_zh ago",
    "top": "in_top rank_by top_of rank_of",
    "eligible": "eligible",
}
_PLACE_OF = {rule: place for place, rules in RULES.items() for rule in rules.split()}
_ORDER = {place: i for i, place in enumerate(RULES)}


class Middle(NamedTuple):
    """What a state is in the middle of: places of its rules, most general first, and the symbol it stands behind."""

    places: tuple[str, ...]
    behind: str


@lru_cache(maxsize=1)
def middles(grammar: Lark) -> dict[Any, Middle]:
    """Every state of every start, by following the rules through the table."""
    table = grammar.parser.parser._parse_table
    productions = defaultdict(list)
    for rule in grammar.rules:
        productions[rule.origin.name].append(rule)
    seen = {(state, rule, 0) for start, state in table.start_states.items() for rule in productions[start]}
    pending = list(seen)
    while pending:
        state, rule, dot = pending.pop()
        if dot == len(rule.expansion):
            continue
        symbol = rule.expansion[dot]
        action, target = table.states[state][symbol.name]
        found = {(state, inner, 0) for inner in productions.get(symbol.name, ())}
        found |= {(target, rule, dot + 1)} if action is Shift else set()
        pending += found - seen
        seen |= found
    kernels = defaultdict(set)
    behind = {}
    for state, rule, dot in seen:
        if dot:
            kernels[state].add(_PLACE_OF.get(rule.alias or rule.origin.name, ""))
            behind[state] = rule.expansion[dot - 1].name
    starts = {state: Middle((_PLACE_OF[start],), "") for start, state in table.start_states.items()}
    # A state that may still become a plain expression is in none of the places.
    decided = {s: () if "" in k else tuple(sorted(k, key=_ORDER.__getitem__)) for s, k in kernels.items()}
    return starts | {s: Middle(places, behind[s]) for s, places in decided.items()}


def place_of(grammar: Lark, stack: Sequence[Any]) -> tuple[str, str]:
    """The place of a stack of states, and the row of `FOLLOWS` that says what comes next (or nothing)."""
    known = middles(grammar)
    place = next((known[state].places[0] for state in reversed(stack) if known[state].places), "")
    behind = known[stack[-1]].behind
    for row, (where, tokens, _, _) in enumerate(FOLLOWS):
        if where in ("", place) and behind in tokens.split():
            return place, str(row)
    return place, ""
