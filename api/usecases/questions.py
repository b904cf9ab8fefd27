"""Which missing fact of an enterprise to ask for next, in words and on the wire."""

from collections.abc import Iterable, Iterator
from threading import Lock

from api.schemas.answers import Named
from api.schemas.questions import Amount, EnterpriseQuestions, FactQuestion, Order, Proof, Worth
from api.schemas.values import wire_value
from api.snapshot import Snapshot
from api.usecases.explaining import label_of, origin_of
from api.usecases.populations import place_of_enterprise
from api.wording import say
from dsl.meaning.show import show
from dsl.meaning.types import MONEY
from dsl.text.diagnostics import Language
from engine import questions
from engine.questions import Asking
from engine.situation import Situation

_PROVING = Lock()  # the solver keeps its terms in one place for the whole process, so one request at a time


def best_questions(snapshot: Snapshot, enterprise: str, by: Order, language: Language) -> EnterpriseQuestions:
    """What is missing of an enterprise, the best question first; Refusal when it is not there."""
    place = place_of_enterprise(snapshot.population, enterprise)
    with _PROVING:
        found = Asking(Situation(snapshot.point, place)).ranked(by == "money")
    words = _Wording(snapshot, language)
    return EnterpriseQuestions(
        **origin_of(snapshot, place),
        by=by,
        unknown=words.named(found.unknown),
        questions=[words.question(q) for q in found.ranked],
        decided=[words.proof(d.policy, d.facts, d.always) for d in found.decided],
        idle=[words.proof(policy, (idle.fact,), always) for idle in found.idle for policy, always in idle.stays],
    )


class _Wording:
    """Questions in the reader's language."""

    def __init__(self, snapshot: Snapshot, language: Language) -> None:
        self.snapshot, self.language, self.labels = snapshot, language, snapshot.labels
        self.name = snapshot.explainer(language).name

    def named(self, names: Iterable[str]) -> list[Named]:
        """Declared names with their labels; a fact of one year with that year."""
        return [Named(name=n, label=label_of(self.labels, n)) for n in names]

    def question(self, question: questions.Question) -> FactQuestion:
        """One missing fact."""
        sums = [(wire_value(y, MONEY), show(y, MONEY, self.language))
                for y in (question.yuan, question.yuan_with_others)]  # fmt: skip
        return FactQuestion(
            fact=question.fact,
            label=label_of(self.labels, question.fact),
            settles=self.named(question.settles),
            unlocks=self.named(question.unlocks),
            with_others=self.named(question.with_others),
            worth=[self._worth(w) for w in question.worth],
            at_most=sums[0][0],
            at_most_shown=sums[0][1],
            at_most_with_others=sums[1][0],
            at_most_with_others_shown=sums[1][1],
        )

    def _worth(self, worth: questions.Worth) -> Worth:
        amounts = list(self._amounts(worth))
        return Worth(policy=worth.policy, label=self.labels[worth.policy], amounts=amounts, bounded=worth.bounded)

    def _amounts(self, worth: questions.Worth) -> Iterator[Amount]:
        for benefit, of, value in worth.amounts:
            shown = show(value, of, self.language)
            yield Amount(benefit=benefit, label=self.labels[benefit], value=wire_value(value, of), shown=shown)

    def proof(self, policy: str, facts: Iterable[str], always: bool | None) -> Proof:
        """What is proved of a policy, in a sentence."""
        key = {True: "ask_always", False: "ask_never", None: "ask_no_matter"}[always]
        names = [self.name(f) for f in facts]
        return Proof(
            policy=policy,
            label=self.labels[policy],
            facts=self.named(facts),
            always=always,
            told=say(key, self.language, facts=names, policy=self.name(policy)),
        )
