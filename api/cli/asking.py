"""`huice ask`, and what would change an answer in the terminal."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated

import typer
from rich.text import Text
from rich.tree import Tree

from api.cli.answering import open_snapshot, show_origin
from api.cli.options import (
    AsFormat,
    AsOfOrToday,
    BadCell,
    Enterprises,
    Format,
    IdColumn,
    Lang,
    LedgerFile,
    OnBadCell,
    Pack,
    Series,
)
from api.cli.screen import Screen
from api.schemas.answers import Named
from api.schemas.questions import EnterpriseQuestions, FactQuestion
from api.usecases.questions import best_questions
from api.wording import listed


class By(StrEnum):
    """What makes a question good."""

    policies = "policies"
    money = "money"


def ask_command(
    context: typer.Context,
    pack: Pack,
    enterprises: Enterprises,
    enterprise: Annotated[str, typer.Option("--enterprise", metavar="ID", help="The enterprise to ask.")],
    by: Annotated[
        By, typer.Option("--by", help="Rank questions by the policies they settle, or the money they may unlock.")
    ] = By.policies,
    ledger: LedgerFile = None,
    as_of: AsOfOrToday = None,
    on_bad_cell: OnBadCell = BadCell.error,
    id_column: IdColumn = None,
    series: Series = None,
    format: AsFormat = Format.text,
    lang: Lang = None,
) -> None:
    """Say which missing facts of one enterprise to ask for next, what each may unlock, and which cannot matter."""
    screen = Screen(context)
    snapshot, warnings, _ = open_snapshot(pack, enterprises, as_of, on_bad_cell, id_column, series, ledger)
    screen.problems(warnings)
    found = best_questions(snapshot, enterprise, "money" if by is By.money else "policies", screen.language)
    if format is Format.json:
        screen.json(found)
    else:
        show_questions(screen, found)


def show_questions(screen: Screen, found: EnterpriseQuestions) -> None:
    """The questions, best first, and what is proved not to matter."""
    screen.line(f"{found.enterprise} {found.name}".strip(), "bold")
    show_origin(screen, found.version, found.snapshot, str(found.as_of))
    screen.line(screen.say("ask_head", count=len(found.unknown)))
    for proof in found.decided:
        screen.line(proof.told, "cyan")
    if found.questions:
        tree = Tree(Text(screen.say(f"ask_by_{found.by}"), "bold"))
        for place, question in enumerate(found.questions, 1):
            _add_question(screen, tree, place, question)
        screen.show(tree)
    elif not found.decided:
        screen.line(screen.say("ask_none"))
    if found.idle:
        tree = Tree(Text(screen.say("ask_idle"), "bold"))
        for proof in found.idle:
            tree.add(Text(proof.told, "dim"))
        screen.show(tree)


def _add_question(screen: Screen, tree: Tree, place: int, question: FactQuestion) -> None:
    name = question.label if screen.language == "zh" else question.fact
    branch = tree.add(Text(f"{place}. {name}", "bold"))
    if question.settles:
        names = names_in_line(screen, question.settles)
        branch.add(Text(screen.say("ask_settles", count=len(question.settles), names=names)))
    for key, policies, amount in (
        ("ask_unlocks", question.unlocks, question.at_most_shown),
        ("ask_with_others", question.with_others, question.at_most_with_others_shown),
    ):
        if policies:
            unlocked = branch.add(Text(screen.say(key, names=names_in_line(screen, policies)), "green"))
            if _money(question, policies):
                unlocked.add(Text(screen.say("ask_at_most", amount=amount), "bold"))
    for worth in question.worth:
        if worth.amounts:
            told = [f"{a.label if screen.language == 'zh' else a.benefit} {a.shown}" for a in worth.amounts]
            policy = worth.label if screen.language == "zh" else worth.policy
            aside = [] if worth.bounded else [screen.say("ask_unbounded")]
            branch.add(Text(screen.say("ask_worth", policy=policy, amounts=[*told, *aside]), "dim"))


def _money(question: FactQuestion, policies: Sequence[Named]) -> bool:
    """Whether money is among what some policies give."""
    names = {p.name for p in policies}
    return any(w.amounts for w in question.worth if w.policy in names)


def names_in_line(screen: Screen, named: Iterable[Named]) -> str:
    """Names, or labels in Chinese, in one line."""
    return listed((n.label if screen.language == "zh" else n.name for n in named), screen.language)
