"""The corpora of real rules in the text of this language: condition trees become sentences, cases become rows.

Nothing here decides or forgives anything. A tree that this does not know how to write is an error.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.meaning.types import days_of
from dsl.pack import check
from dsl.syntax.keywords import word_for
from dsl.text.source import Source
from engine.facts.columns import Population
from engine.facts.read import read_population
from engine.match.matches import Answer
from engine.run import Run

Tree = Mapping[str, Any]
Row = tuple[str, Mapping[str, Any]]  # id and inputs of a case
Answers = NDArray[np.uint8]

SHOWN = 10  # differing cells that a failure lists
UNRECORDED = 255  # in place of an answer
ANSWER_OF = {
    True: Answer.match, False: Answer.no_match, None: Answer.unknown, "unknown": Answer.unknown,
    "T": Answer.match, "F": Answer.no_match, "U": Answer.unknown,
}  # fmt: skip
SIGN = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
AGE_SIGN = {"<=": "≥", ">": "<"}  # born on the day 18 years ago or before: 18 years or more
DOLLARS = frozenset({"revenue", "assets"})


@dataclass(frozen=True)
class Style:
    """One of the ways in which the same rules may be written.

    `words` is the type of the attributes that hold words; `as_of` names the attribute that is no fact but the day of
    the question; with `ages` a date is said to lie so many years before another; `names` are what the rules call an
    attribute instead of its identifier.
    """

    language: str = "en"
    words: str = "one of"
    as_of: str = ""
    ages: bool = False
    names: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, token: str) -> str:
        """A keyword in the language of the style."""
        return word_for(token, self.language)

    def choose(self, english: str, chinese: str) -> str:
        return chinese if self.language == "zh" else english

    def glued(self, *parts: str) -> str:
        """Words of a condition, which Chinese sets without blanks."""
        return self.choose(" ", "").join(parts)

    def quoted(self, text: str) -> str:
        return self.choose(f'"{text}"', f"“{text}”")

    def listed(self, items: Iterable[str]) -> str:
        items = self.choose(", ", "，").join(items)
        return self.choose(f"({items})", f"（{items}）")

    def name(self, attribute: str) -> str:
        return self.names.get(attribute) or name_of(attribute)

    def day(self, iso: str) -> str:
        year, month, day = map(int, iso.split("-"))
        return self.choose(iso, f"{year}年{month}月{day}日")

    def dollars(self, amount: int) -> str:
        """With the scale that a size standard is published in: $8 million, 800万美元."""
        return self.choose(f"{amount / 1e6:.12g}M USD", f"{amount / 1e4:.12g}万美元")


@dataclass(frozen=True)
class Corpus:
    """Rules, cases and recorded answers, read in place."""

    folder: Path
    name: str

    @cached_property
    def document(self) -> dict[str, Any]:
        return json.loads((self.folder / f"{self.name}.json").read_text(encoding="utf-8"))

    @property
    def policies(self) -> list[dict[str, Any]]:
        return self.document["policies"]

    @property
    def attributes(self) -> list[dict[str, Any]]:
        return self.document["attributes"]

    @cached_property
    def ids(self) -> list[str]:
        return [policy["id"] for policy in self.policies]

    @cached_property
    def rows(self) -> list[Row]:
        return [(case["id"], case["inputs"]) for case in self.document["cases"]]

    @cached_property
    def recorded(self) -> Answers:
        """The recorded answers, shape (cases, policies)."""
        answers = np.full((len(self.rows), len(self.ids)), UNRECORDED, np.uint8)
        places = {id: j for j, id in enumerate(self.ids)}
        for i, case in enumerate(self.document["cases"]):
            letters = zip(self.ids, case.get("expected_string", ""), strict=False)
            for id, said in case.get("expected", dict(letters)).items():
                answers[i, places[id]] = ANSWER_OF[said]
        return answers


def name_of(original: str) -> str:
    """The identifier that stands for a name of a corpus."""
    return re.sub(r"\W", "_", original)


# ---- packs
def pack_text(policies: Iterable[Mapping[str, Any]], attributes: Iterable[Mapping[str, Any]], style: Style) -> str:
    """A whole pack: facts from attributes, policies from trees."""
    facts = [fact_text(a, style) for a in attributes if a["name"] != style.as_of]
    written = [policy_text(p["id"], p["name"], p["when"], style) for p in policies]
    return "\n".join([*facts, *written])


def fact_text(attribute: Mapping[str, Any], style: Style) -> str:
    """A fact whose labels are the question that the corpus asks and the name it has there."""
    original, question = attribute["name"], attribute.get("label")
    name = name_of(original)
    labels = [style.quoted(label) for label in (question, original) if label and label != name]
    head = " ".join([style("FACT"), name, f" {style('ALSO')} ".join(labels)]).strip()
    return f"{head}{style.choose(': ', '：')}{_type_text(attribute, style)}"


def _type_text(attribute: Mapping[str, Any], style: Style) -> str:
    name, kind = attribute["name"], attribute["type"]
    if kind == "string" and name != "naics" and style.words == "one of":
        return f"{style('ONE_OF')} {style.listed(f'{name_of(v)} {style.quoted(v)}' for v in attribute['values'])}"
    if name in DOLLARS:
        return style.choose("money in USD", "金额 币种 美元")
    plain = {"bool": "YES_NO", "date": "DATE_TYPE", "number": "COUNT_TYPE", "string": "TEXT_TYPE"}
    return style("CODE_TYPE" if name == "naics" else plain[kind])


def policy_text(id: str, label: str, when: Tree, style: Style) -> str:
    """A policy in which every part of the outermost *and* is a requirement of its own."""
    parts = when["args"] if when.get("op") == "and" else [when]
    requirements = [f"{style('WHEN')} {condition_text(part, style)}" for part in parts]
    return "\n  ".join([f"{style('POLICY')} {name_of(id)} {style.quoted(label)}", *requirements])


def opposites_text(policies: Iterable[Mapping[str, Any]], attributes: Iterable[Mapping[str, Any]], style: Style) -> str:
    """A pack in which each policy is for exactly those whom the corpus's policy is not for."""
    written = [
        f"{style('POLICY')} {name_of(p['id'])}\n  {style('UNLESS')} {condition_text(p['when'], style)}"
        for p in policies
    ]
    return "\n".join([pack_text([], attributes, style), *written])


# ---- conditions
def condition_text(tree: Tree, style: Style) -> str:
    """A condition; the parts of an *and* or *or* are put in parentheses where they are one themselves."""
    match tree:
        case {"op": "and" | "or" as op, "args": [first, *others]}:
            rest = [word for part in others for word in (style(op.upper()), _enclosed(part, style))]
            return style.glued(_enclosed(first, style), *rest)
        case {"op": "cmp", "cmp": "=", "left": {"attr": "naics"}, "right": {"const": code}}:
            return style.glued(style.name("naics"), style("IS"), code_text(code, style))
        case {"op": "cmp", "cmp": sign, "left": left, "right": {"op": "date_add", "base": base, "years": back}} if (
            style.ages and sign in AGE_SIGN and back < 0
        ):
            return style.glued(_span_text(left, base, style), AGE_SIGN[sign], str(-back))
        case {"op": "cmp", "cmp": sign, "left": left, "right": right}:
            right_text = value_text(right, style, left.get("attr", ""))
            return style.glued(value_text(left, style), SIGN[sign], right_text)
        case {"op": "in", "left": {"attr": name}, "set": [True]}:
            return style.name(name)
        case {"op": "in", "left": {"attr": name}, "set": words} if all(isinstance(w, str) for w in words):
            written = (code_text(w, style) if name == "naics" else style.quoted(w) for w in words)
            return style.glued(style.name(name), style.choose("in", "属于"), style.listed(written))
    raise ValueError(f"no sentence for {tree}")


def _enclosed(tree: Tree, style: Style) -> str:
    text = condition_text(tree, style)
    return f"({text})" if tree["op"] in ("and", "or") else text


def _span_text(start: Tree, end: Tree, style: Style) -> str:
    """The complete years from one date to another."""
    first, last = value_text(start, style), value_text(end, style)
    return style.choose(f"years from {first} to {last}", f"从{first}到{last}的年数")


def code_text(code: str, style: Style) -> str:
    """A code of digits needs no quotes; 115310_a_Except does."""
    return code if code.isdecimal() else style.quoted(code)


def value_text(tree: Tree, style: Style, subject: str = "") -> str:
    """A value; `subject` is the attribute it is compared with."""
    match tree:
        case {"attr": name}:
            return style("AS_OF") if name == style.as_of else style.name(name)
        case {"const": int() as number, "type": "number"}:
            return style.dollars(number) if subject in DOLLARS else str(number)
        case {"const": str() as day, "type": "date"}:
            return style.day(day)
        case {"op": "date_add", "base": base, "years": int() as years, **rest} if not rest:
            span = f"{abs(years)}{style.choose(' years', '年')}"
            return style.glued(value_text(base, style), "-" if years < 0 else "+", span)
    raise ValueError(f"no words for {tree}")


# ---- running
def program_of(text: str, name: str) -> ir.Program:
    """The checked pack; a pack of real rules must check without a single remark."""
    checked = check([Source(name, text)])
    remarks = [f"{p.code} {p.at}: {p.at.text if p.at else ''} {dict(p.arguments)}" for p in checked.problems]
    assert not remarks, "\n".join([f"{len(remarks)} remarks on {name}", *remarks[:SHOWN]])
    assert checked.program is not None
    return checked.program


def table_of(rows: Sequence[Row], attributes: Iterable[Mapping[str, Any]], as_of: str = "") -> pa.Table:
    """Cases as a table under the corpus's own headers; what a case does not say is null."""
    kinds = {"bool": pa.bool_(), "number": pa.int64(), "date": pa.string(), "string": pa.string()}
    columns = {"id": pa.array([id for id, _ in rows], pa.string())}
    for attribute in attributes:
        name = attribute["name"]
        if name != as_of:
            columns[name] = pa.array([inputs.get(name) for _, inputs in rows], kinds[attribute["type"]])
    return pa.table(columns)


def population_of_table(table: pa.Table, program: ir.Program) -> Population:
    """The table read as any user's table is; real cases must read without a single remark."""
    population, problems = read_population(table, program.facts.values())
    assert population is not None, [(p.code, dict(p.arguments)) for p in problems[:SHOWN]]
    assert not problems, [(p.code, dict(p.arguments)) for p in problems[:SHOWN]]
    return population


def day_of(iso: str) -> int:
    return days_of(date.fromisoformat(iso))


def answers_of(run: Run, ids: Iterable[str]) -> Answers:
    """The answers to policies of the corpus, shape (rows, policies)."""
    return np.stack([run.matches.answers(name_of(id)) for id in ids], axis=1)


# ---- made-up cases
def aimed_rows(
    neutral: ModuleType, policies: Iterable[Mapping[str, Any]], base: Callable[[], dict[str, Any]], rng: Random
) -> list[Row]:
    """For each rule, rows that hit it or miss it by one step in one condition, two of them also with a gap."""
    found: list[Row] = []
    for policy in policies:
        rows = list(neutral.aimed_rows(policy["when"], base, rng))
        for row in rng.sample(rows, min(2, len(rows))):
            hole = rng.choice(sorted(neutral.attrs_of(policy["when"])))
            rows.append({name: value for name, value in row.items() if name != hole})
        found += [(f"{policy['id']}#{k}", row) for k, row in enumerate(rows)]
    return found


# ---- comparing
def differences(expected: Answers, got: Answers, rows: Sequence[Row], ids: Sequence[str]) -> str:
    """Nothing where every recorded answer is the given one; else how many are not, and the first of them."""
    wrong = np.argwhere((expected != got) & (expected != UNRECORDED))
    if not len(wrong):
        return ""
    lines = [f"{len(wrong):,} of {np.count_nonzero(expected != UNRECORDED):,} answers differ; the first:"]
    for i, j in wrong[:SHOWN].tolist():
        recorded, answered = Answer(expected[i, j]).name, Answer(got[i, j]).name
        lines.append(f"  case {rows[i][0]}, {ids[j]}: recorded {recorded}, answered {answered}; {dict(rows[i][1])}")
    return "\n".join(lines)


def opposite(answers: Answers) -> Answers:
    """Match and no match exchanged; unknown stays unknown, as strong Kleene logic has it."""
    table = np.arange(256, dtype=np.uint8)
    table[[Answer.match, Answer.no_match]] = Answer.no_match, Answer.match
    return table[answers]


def tally(answers: Answers) -> dict[str, int]:
    """How many of each answer, by name."""
    return {answer.name: int(np.count_nonzero(answers == answer)) for answer in Answer if (answers == answer).any()}
