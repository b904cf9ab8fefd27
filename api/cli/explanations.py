"""An explanation as a tree in the terminal."""

from collections.abc import Iterable

from rich.text import Text
from rich.tree import Tree

from api.cli.screen import Screen
from api.schemas.answers import Cutoff, EnterpriseAnswers, Named, Outcome, PolicyAnswer, Reason
from api.schemas.paths import NearestPaths, Path
from api.wording import listed
from engine.reason.why import beyond

MARKS = {"true": ("✓", "green"), "false": ("✗", "red"), "unknown": ("?", "yellow")}
FIT_STYLES = {"met": "green", "partly": "cyan", "open": "yellow", "unmet": "red"}
ANSWER_STYLES = {"match": "bold green", "no_match": "red", "unknown": "yellow", "review": "cyan", "not_in_force": "dim"}


def show_explanation(screen: Screen, found: EnterpriseAnswers, *, brief: bool = False) -> None:
    """What is behind the answers for one enterprise; `brief` leaves out the parts of conditions and the sources."""
    screen.line(f"{found.enterprise} {found.name}".strip(), "bold")
    origin = screen.say("origin", version=found.version, snapshot=found.snapshot or "-", as_of=found.as_of)
    screen.line(f"{found.pack} · {origin}", "dim")
    for answer in found.answers:
        screen.line()
        screen.show(_tree(screen, answer, brief))
    _show_supply(screen, found)


def _show_supply(screen: Screen, found: EnterpriseAnswers) -> None:
    """The offers that stand to what the enterprise asks for, best first."""
    answers = {a.policy: a for a in found.answers if a.supply is not None}
    rows = [answers[name] for name in found.supply_order if name in answers]
    if not rows:
        return
    tree = Tree(Text(screen.say("supply"), "bold"))
    for answer in rows:
        assert answer.supply is not None
        name = answer.label if screen.language == "zh" else answer.policy
        fit = answer.supply.fit
        line = (f"{answer.supply.place}. {name}  ", "bold"), (screen.say(f"supply_{fit}"), FIT_STYLES[fit])
        branch = tree.add(Text.assemble(*line))
        for demand in answer.supply.demands:
            branch.add(Text(demand.told, FIT_STYLES[demand.fit]))
    screen.line()
    screen.show(tree)


def show_paths(screen: Screen, found: Iterable[NearestPaths]) -> None:
    """What would change the answers, policy by policy, the cheapest first."""
    tree = Tree(Text(screen.say("paths"), "bold"))
    for nearest in found:
        name = nearest.label if screen.language == "zh" else nearest.policy
        branch = tree.add(
            Text(name if nearest.paths else f"{name}  {nearest.told}", "bold" if nearest.paths else "dim")
        )
        for path in nearest.paths:
            _add_path(screen, branch, path, nearest.policy)
        if nearest.paths and not nearest.complete:
            branch.add(Text(screen.say("path_more"), "dim"))
    screen.line()
    screen.show(tree)


def _add_path(screen: Screen, tree: Tree, path: Path, policy: str) -> None:
    branch = tree.add(Text(screen.say("path_line", told=path.told, cost=f"{path.cost:.3g}"), "green"))
    for effect in path.effects:
        branch.add(Text(effect.told, "dim"))
    if path.answer == "review":
        branch.add(Text(screen.say("path_review"), "cyan"))
    for key, named, style in (("path_unlocks", path.unlocks, "green"), ("path_loses", path.loses, "red")):
        others = [each for each in named if each.name != policy]
        if others:
            branch.add(Text(screen.say(key, names=_listed(screen, others)), style))
    for offer in path.offers:
        branch.add(Text(offer.told))
    if path.money:
        told = [f"{m.label if screen.language == 'zh' else m.benefit} {m.change_shown}" for m in path.money]
        branch.add(Text(listed(told, screen.language), "bold"))


def _tree(screen: Screen, answer: PolicyAnswer, brief: bool) -> Tree:
    both = (answer.label, answer.policy) if screen.language == "zh" else (answer.policy, answer.label)
    title = " ".join(dict.fromkeys(both))  # one where there is no label
    tree = Tree(Text.assemble((title, "bold"), "  ", (answer.summary, ANSWER_STYLES[answer.answer])))
    if answer.answer == "not_in_force":
        tree.add(Text(screen.say("preview", answer=screen.say(f"answer_{answer.preview}"))))
    for reason in answer.reasons:
        _add_reason(screen, tree, reason, not brief)
    for score in answer.scores if not brief else ():
        name = score.label if screen.language == "zh" else score.name
        parts = listed((f"{step.text} {step.shown}" for step in score.parts), screen.language)
        tree.add(Text(screen.say("score_told", name=name, shown=score.shown, parts=parts), "dim"))
    for review in answer.reviews:
        tree.add(Text(screen.say("review_by" if review.by else "review", text=review.text, by=review.by), "cyan"))
    if answer.missing:
        names = _listed(screen, answer.missing)
        tree.add(Text(screen.say("lacking", names=names), "yellow"))
    _add_offers(screen, tree, answer, not brief)
    if answer.allocation is not None:
        _add_outcome(screen, tree, answer.allocation)
    if not brief:
        _add_sources(screen, tree, answer)
    return tree


def _listed(screen: Screen, named: Iterable[Named]) -> str:
    return listed((n.label if screen.language == "zh" else n.name for n in named), screen.language)


def _add_offers(screen: Screen, tree: Tree, answer: PolicyAnswer, deep: bool) -> None:
    if not answer.offers:
        return
    offers = tree.add(Text(screen.say("offers")))
    for offer in answer.offers:
        name = offer.label if screen.language == "zh" else offer.benefit
        up_to = screen.say("up_to") if offer.up_to else ""
        line = f"{name} {up_to}", (offer.shown, "bold"), (f"  {_one_line(offer.formula)}", "dim")
        branch = offers.add(Text.assemble(*line))
        for step in offer.trace if deep else ():
            branch.add(Text(f"{step.text} → {step.shown}", "dim"))
        for part in offer.parts:
            branch.add(Text(f"{part.label if screen.language == 'zh' else part.party} {part.shown}"))


def _add_sources(screen: Screen, tree: Tree, answer: PolicyAnswer) -> None:
    """What the answer took for granted, and where the rule stands."""
    if answer.assumed:
        named = [(a.label if screen.language == "zh" else a.name, a.shown) for a in answer.assumed]
        tree.add(Text(screen.say("assumed", values=[f"{name} {shown}" for name, shown in named]), "magenta"))
    for default in answer.defaults:
        tree.add(Text(default, "magenta"))
    titles = dict.fromkeys((c.title, c.article) for c in answer.citations)
    for title, article in titles:
        branch = tree.add(Text(screen.say("cited", text=f"{title} {article}".strip()), "dim"))
        for cited in answer.citations:
            if (cited.title, cited.article) == (title, article) and cited.quote:
                prose = "" if cited.clauses else f"  {screen.say('prose')}"
                branch.add(Text.assemble((cited.quote, "dim italic"), (prose, "yellow")))


def _add_reason(screen: Screen, tree: Tree, reason: Reason, deep: bool) -> None:
    mark, style = MARKS[reason.verdict]
    if not reason.must_hold and reason.verdict != "unknown":  # what stands under a negation has to be false
        style = "red" if reason.verdict == "true" else "green"
    words = _one_line(reason.text)
    labelled = reason.label and reason.label not in words
    text = Text.assemble((f"{mark} ", style), f"{reason.label}: {words}" if labelled else words)
    missed = "over" if beyond(reason.threshold) else "gap"
    seen = [reason.value, reason.threshold, screen.say(missed, gap=reason.gap) if reason.gap else ""]
    told = "  ".join(part for part in seen if part)
    if told:
        text.append(f"  [{told}]", style if reason.decisive else "dim")
    if reason.knock_out:
        text.append(f"  {screen.say('knock_out')}", "bold red")
    if reason.source is not None and reason.source.quote:
        text.append(f"  “{reason.source.quote}”", "dim italic")
    branch = tree.add(text)
    for part in reason.parts if deep else ():
        _add_reason(screen, branch, part, deep)


def _add_outcome(screen: Screen, tree: Tree, outcome: Outcome) -> None:
    branch = tree.add(Text(screen.say(outcome.state), "bold"))
    if outcome.order is not None:
        branch.add(Text(screen.say("order", place=outcome.order)))
    if outcome.kept:
        branch.add(Text(screen.say("kept", policy=outcome.kept)))
    for cutoff in outcome.cutoffs:
        branch.add(Text(cap_line(screen, cutoff)))


def cap_line(screen: Screen, cutoff: Cutoff) -> str:
    """Where a limit was reached, in one line."""
    what = (cutoff.label if screen.language == "zh" else cutoff.benefit) or screen.say("enterprises")
    if cutoff.group:
        what += screen.say("cap_group", group=list(cutoff.group))
    line = screen.say(
        "cap", what=what, limit=cutoff.limit_shown, granted=cutoff.granted_shown, count=cutoff.enterprises
    )
    if str(cutoff.used) != "0":
        line += screen.say("cap_used", used=cutoff.used_shown)
    if cutoff.last is None:
        return line
    keys = listed((f"{k.name} {k.shown}" for k in cutoff.keys), screen.language)
    return f"{line}{screen.say('cap_last', id=cutoff.last, keys=keys)}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
