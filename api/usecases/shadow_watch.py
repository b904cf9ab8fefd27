"""The shadow of a service: a draft that is asked what the published pack was asked, behind its back.

A thread of its own answers, one question at a time, from a queue of bounded length; what does not fit is dropped and
counted. Nothing that goes wrong here reaches the published answer.
"""

import logging
from collections.abc import Callable, Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Literal, NamedTuple

from api.schemas.answers import EnterpriseAnswers, PolicyAnswer
from api.schemas.asking import Question
from api.schemas.differences import ChangeWord, PackName
from api.schemas.shadow import ShadowAnswer, ShadowHealth, ShadowOffer
from api.snapshot import Snapshot
from api.usecases.asking import ask
from api.usecases.explaining import explain
from api.usecases.refusal import Refusal
from api.usecases.shadow_log import ShadowLog

WAITING = 256  # questions that may wait
PATIENCE = 5.0  # seconds to answer what waits when the service ends
NOTHING = ShadowOffer(answer=None, offers={}, allocation="")
log = logging.getLogger("huice.shadow")


class _Heard(NamedTuple):
    """A published answer, and what was asked: facts, or an enterprise of the population."""

    answers: EnterpriseAnswers
    question: Question | None
    chosen: bool


class ShadowWatch:
    """Answers by a draft what a service is asked, and keeps where it differs.

    `prepare` reads the draft and its population, in the shadow's own thread: the service does not wait for it.
    """

    def __init__(self, pack: str, prepare: Callable[[], Snapshot], kept: ShadowLog, waiting: int = WAITING) -> None:
        self.pack, self.prepare, self.log = pack, prepare, kept
        self.version: str | None = None
        self.kept = self.dropped = self.failed = self.unwritten = 0
        self.refused = ""
        self._queue: Queue[_Heard] = Queue(waiting)
        self._ending = Event()
        self._thread = Thread(target=self._work, name="huice-shadow", daemon=True)

    def start(self) -> "ShadowWatch":
        """Begin to listen."""
        self._thread.start()
        return self

    def hear(self, answers: EnterpriseAnswers, question: Question | None = None, *, chosen: bool = False) -> None:
        """Take note of a published answer, at once; with `chosen` only some policies were asked about."""
        if self.refused:
            return
        try:
            self._queue.put_nowait(_Heard(answers, question, chosen))
        except Full:
            self.dropped += 1

    def health(self) -> ShadowHealth:
        """How the shadow does."""
        return ShadowHealth(
            pack=self.pack, version=self.version, kept=self.kept, dropped=self.dropped, failed=self.failed,
            unwritten=self.unwritten, refused=self.refused,
        )  # fmt: skip

    def close(self) -> None:
        """Answer what waits, for a few seconds at most, and give the file free."""
        if self._ending.is_set():
            return
        self._ending.set()
        self._thread.join(PATIENCE)
        if not self._thread.is_alive():
            self.log.close()

    # the shadow's own thread
    def _work(self) -> None:
        try:
            snapshot = self.prepare().ready()
        except Refusal as refusal:
            self.refused = refusal.sentence("en")
        except Exception:
            self.refused = "the draft could not be made ready; see the log"
            log.exception("the shadow is off")
        if self.refused:
            log.warning("the shadow %s is off: %s", self.pack, self.refused)
            return
        self.version = snapshot.version
        while (heard := self._next()) is not None:
            try:
                for line in differing(snapshot, heard.answers, heard.question, chosen=heard.chosen):
                    if self.log.add(line.model_dump_json()):
                        self.kept += 1
                    else:
                        self.unwritten += 1
            except Exception:
                self.failed += 1
                log.exception("the shadow could not answer")

    def _next(self) -> _Heard | None:
        """The next question; None when the service ends and none waits."""
        while True:
            try:
                return self._queue.get(timeout=0.2)
            except Empty:
                if self._ending.is_set():
                    return None


def differing(
    shadow: Snapshot, published: EnterpriseAnswers, question: Question | None, *, chosen: bool = False
) -> Iterator[ShadowAnswer]:
    """What a draft answers otherwise, in the order of the packs; Refusal where it cannot take the question."""
    before = {a.policy: a for a in published.answers}
    names = [name for name in shadow.program.policies if name in before or not chosen]
    own = explain(shadow, published.enterprise, "en", names) if question is None else ask(shadow, question, "en")
    after = {a.policy: a for a in own.answers if a.policy in names}
    asked: Literal["population", "facts"] = "population" if question is None else "facts"
    for name in dict.fromkeys((*before, *after)):
        was, is_ = _offer(before.get(name)), _offer(after.get(name))
        if (change := _change(was, is_)) is not None:
            yield ShadowAnswer(
                published=PackName(pack=published.pack, version=published.version),
                shadow=PackName(pack=shadow.name, version=shadow.version),
                as_of=own.as_of,
                snapshot=published.snapshot or "",
                snapshot_shadow=shadow.facts,
                asked=asked,
                enterprise=published.enterprise,
                policy=name,
                label=(after.get(name) or before[name]).label,
                change=change,
                before=was,
                after=is_,
            )


def _offer(answer: PolicyAnswer | None) -> ShadowOffer:
    if answer is None:
        return NOTHING
    granted = answer.allocation.granted if answer.allocation is not None else {}
    return ShadowOffer(
        answer=answer.answer,
        offers={o.benefit: granted.get(o.benefit, o.value) for o in answer.offers},
        allocation=answer.allocation.state if answer.allocation is not None else "",
    )


def _change(before: ShadowOffer, after: ShadowOffer) -> ChangeWord | None:
    """The weightiest change, as `engine.effect.Change` names it."""
    matched = before.answer == "match", after.answer == "match"
    if matched[0] != matched[1]:
        return "gain" if matched[1] else "lose"
    if before.answer != after.answer:
        return "answer" if None not in (before.answer, after.answer) else None
    if before.offers != after.offers:
        return "offer"
    return "allocation" if before.allocation != after.allocation else None
