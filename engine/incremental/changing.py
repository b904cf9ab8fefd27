"""One change traced from what it touches to the answers that it moves.

First the names that mean something else (parameters, declarations, the day), with the policies that rest on them
planned again; then the facts of some enterprises, with the ranks that they move; then the base rows of either, and the
program over the words in which a base row is another one.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from engine.incremental.decisions import Under
from engine.incremental.delta import Delta, Moves, Work, by_answer, changed, joined
from engine.incremental.footing import WEIGHT, Cause, Footing, Token, Tokens, asked, differing
from engine.incremental.held import Bits, Block, Whole, block_of
from engine.incremental.roster import Places, Touched, nobody
from engine.incremental.state import State
from engine.match.bits import Words, ones, pack, words_for
from engine.match.matches import Answer
from engine.match.values import Evaluator

Side: TypeAlias = tuple[Bits, Words]  # the bits of some policies, and who exists
AT_ONCE = 1 << 20  # words of answers compared at a time


class Change:
    """A change of a state: another program or day, or what a roster was told."""

    def __init__(self, state: State, program: ir.Program, as_of: int, touched: Touched, before: int) -> None:
        self.state, self.program, self.as_of, self.touched = state, program, as_of, touched
        self.old, self.old_day = state.program, state.as_of
        self.size, self.stayed = len(state.population), before - len(touched.removed)
        self.words = words_for(self.size)
        self.everyone = [_padded(ones(size), self.words) for size in (self.stayed, self.size)]
        self.moves: dict[str, list[Moves]] = {}
        self.matches: set[str] = set()  # whose matches differ
        self.why: dict[str, Cause] = {}  # of policies all of whose changes have one cause
        self.work = Work()
        self.other = program is not state.program or as_of != state.as_of
        self.stale: dict[Token, Cause | None] = dict.fromkeys(map(_token, touched.recoded))
        self.gone: list[str] = []
        self.looked_at: dict[str, tuple[ir.Policy | None, ir.Policy]] = {}  # policies that may differ: old and new
        if self.other:
            self.stale |= differing(self.old, program, self.old_day, as_of)
            self._look()
        self.own: dict[Token, Words] = {}
        for name, places in touched.places.items():
            self.own[_token(name)] = self.own.get(_token(name), np.uint64(0)) | self._bitmap(places)
        self.entered = self._bitmap(touched.added)

    def _look(self) -> None:
        """Which policies came, went or may answer otherwise, and who asks about one."""
        old, new = dict(self.old.policies), dict(self.program.policies)
        self.gone = [name for name in old if name not in new]
        self.stale |= dict.fromkeys(map(asked, self.gone), Cause.policy)
        every = self.old_day != self.as_of
        self.looked_at = {name: (old.get(name), new[name]) for name in new if every or old.get(name) is not new[name]}
        for name, (was, policy) in self.looked_at.items():
            if was is not None and was is not policy and _eligibility(was) != _eligibility(policy):
                self.stale[asked(name)] = Cause.policy
            elif was is not None and every and _flag(was, self.old_day) != _flag(policy, self.as_of):
                self.stale[asked(name)] = Cause.day

    def made(self) -> Delta:
        """The change made in the state, and what it changed."""
        state = self.state
        if self.touched.moves_places:
            self._resize()
        self._go()
        again = self._again()
        earlier = [name for name in again if name in state.answers.places]
        old = state.answers.read(earlier, state.every_word)
        block = self._plan(again)
        ranks = self._values()
        stirred = self._base_rows(block, ranks)
        if block is not None:
            self._run(block, earlier, old)
        self._run_others(frozenset(again), stirred)
        self._flagged(frozenset(again))
        under = Under(self.matches, self.stale.keys() | ranks.keys(), self._touches)
        state.decisions.loosen(self.old, state.footing, under)
        if self.other or self.stale:
            state.tidy()
        ids = state.population.ids
        if len(self.touched.left):
            ids = np.concatenate([_padded(ids, 64 * self.words), self.touched.left])
        order = [name for name in (*self.program.policies, *self.gone) if name in self.moves]
        return Delta({name: joined(self.moves[name]) for name in order}, ids, self.work)

    # enterprises and policies that go
    def _resize(self) -> None:
        """Take the bits of those who leave, and give their places to the last ones."""
        held, (source, target) = self.state.answers, self.touched.moved
        names, removed = list(self.old.policies), self.touched.removed
        at = np.array([2 * held.places[name] for name in names], np.intp)
        if len(removed):
            flags = held.pairs.gather(removed)
            sure, may = flags[at], flags[at + 1]
            favoured, rest = sure.copy(), held.rest.gather(removed)
            for row, name in enumerate(names):
                if name in held.favouring:
                    favoured[row] = rest[held.favouring[name]]
            bits = Bits(pack(sure), pack(may), pack(favoured))
            words = self.words + np.arange(words_for(len(removed)))
            self.why = dict.fromkeys(names, Cause.enterprise)
            self._turn(names, words, (bits, ones(len(removed))), None)
            self.why = {}
            shifted = np.flatnonzero(held.pairs.gather(source)[at].any(axis=1))
            self.matches |= {names[row] for row in shifted.tolist()}
        for matrix in (held.pairs, held.rest, self.state.rows.held):
            matrix.move(source, target)
            matrix.fit(0, words_for(self.stayed))
            matrix.clear(self.stayed)
            matrix.fit(0, self.words)

    def _go(self) -> None:
        """Policies that are no more."""
        every, gone = self.state.every_word, self.gone
        if gone:
            self.why |= dict.fromkeys(gone, Cause.policy)
            self._turn(gone, every, (self.state.answers.read(gone, every), self.everyone[0]), None)
            self.state.answers.drop(gone)

    # names that mean something else
    def _again(self) -> list[str]:
        """The policies whose conditions are to be planned again."""
        if not (self.other or self.stale):
            return []
        footing = self.state.footing = Footing(self.program, self.state.footing, self.stale)
        found = []
        for name, (was, policy) in self.looked_at.items():
            if was is None or (was is not policy and _conditions(was) != _conditions(policy)):
                self.why[name] = Cause.policy
                found.append(name)
        for name, policy in self.program.policies.items() if self.stale else ():
            names = footing.needs(policy).answers & self.stale.keys()
            if not names or self.why.get(name) is Cause.policy:
                continue
            found.append(name)
            if causes := [cause for token in names if (cause := self.stale[token]) is not None]:
                self.why[name] = min(causes, key=WEIGHT.__getitem__)
        return found

    def _plan(self, again: Sequence[str]) -> Block | None:
        state = self.state
        if not (self.other or self.stale):
            return None
        evaluator = Evaluator(self.program, nobody(state.population), self.as_of)
        state.plan = state.plan.amended(evaluator, frozenset(again))
        state.program, state.as_of = self.program, self.as_of
        state.rows.forget(self.stale.keys())
        state.rows.meet(state.plan, state.footing)
        self.work = self.work._replace(planned=len(again))
        if not again:
            return None
        block = block_of(state.plan, again)
        state.answers.add(block)
        return block

    # values, ranks, base rows
    def _values(self) -> dict[ir.Rank, Places]:
        """Keep the values that are still right; the ranks that are not, and the words in which one moved."""
        state, dirty = self.state, self.stale.keys() | self.own.keys()
        earlier, behind = state.whole, state.footing.behind
        state.whole = Whole(self.program, state.population, self.as_of)
        if not self.touched.moves_places:
            state.whole.inherit(earlier, lambda expr: behind(expr).isdisjoint(dirty))
        moved: dict[ir.Rank, Places] = {}
        for rank, (was, sizes) in earlier.ranked.items():
            if rank in state.whole.ranked or not behind(rank).isdisjoint(self.stale.keys()):
                continue
            now, new_sizes = state.whole.ranks(rank)
            self.work = self.work._replace(ranked=self.work.ranked + 1)
            if self.touched.moves_places:
                moved[rank] = state.every_word
                continue
            differ = (was.values != now.values) | (was.known != now.known) | (sizes != new_sizes)
            if differ.any():
                moved[rank] = np.flatnonzero(pack(differ))
        return moved

    def _base_rows(self, block: Block | None, ranks: Mapping[ir.Rank, Places]) -> Places:
        """Compute what base rows are lacking or touched; the words in which one of the others differs."""
        rows = self.state.rows
        stirred = [np.flatnonzero(self.entered)]
        lacking = [] if block is None else [row for row in block.leaves.tolist() if not rows.sound[row]]
        sound = [row for row in np.flatnonzero(rows.sound).tolist()] if len(self.touched.added) else []
        own = np.flatnonzero(np.bitwise_or.reduce([*self.own.values(), np.zeros(self.words, np.uint64)]))
        stirred.append(self._compute(rows.resting_on(self.own.keys()), own))
        stirred.append(self._compute(sound, stirred[0]))
        for rank, words in ranks.items():
            stirred.append(self._compute(rows.resting_on([rank]), words))
        rows.understand(self.state.footing, lacking)
        self._compute(lacking, self.state.every_word)
        return np.unique(np.concatenate(stirred))

    def _compute(self, rows: Sequence[int], words: Places) -> Places:
        self.work = self.work._replace(computed=self.work.computed + len(rows) * len(words))
        return self.state.rows.compute(rows, self.state.whole, words)

    # answers
    def _run(self, block: Block, earlier: Sequence[str], old: Bits) -> None:
        """Run what was planned again over everyone."""
        every, names = self.state.every_word, block.names
        new = self._found(block, every)
        at = [place for place, name in enumerate(names) if name in set(earlier)]
        self._turn(earlier, every, (old, self.everyone[0]), (_rows(new, at), self.everyone[1]))
        at = sorted(set(range(len(names))).difference(at))
        self._turn([names[place] for place in at], every, None, (_rows(new, at), self.everyone[1]))
        self.state.answers.write(names, every, new)

    def _run_others(self, again: frozenset[str], words: Places) -> None:
        """Run the other policies over the words in which a base row differs."""
        answers = self.state.answers
        for block in answers.blocks if len(words) else ():
            at = [place for place in answers.own(block) if block.names[place] not in again]
            if not at:
                continue
            names, new = [block.names[place] for place in at], self._found(block, words)
            new = new if len(at) == len(block.names) else _rows(new, at)
            old = answers.read(names, words)
            self._turn(names, words, (old, self.everyone[0][words]), (new, self.everyone[1][words]))
            answers.write(names, words, new)

    def _found(self, block: Block, words: Places) -> Bits:
        self.work = self.work._replace(run=self.work.run + len(block.names) * len(words))
        return block.run(self.state.rows, words, self.size)

    def _flagged(self, again: frozenset[str]) -> None:
        """Policies whose conditions stay, but whose dates or human checks now say otherwise."""
        names = []
        for name, (was, policy) in self.looked_at.items():
            if (
                asked(name) in self.stale
                and name not in again
                and was is not None
                and _flag(was, self.old_day) != _flag(policy, self.as_of)
            ):
                names.append(name)
                same_day = _flag(was, self.as_of) == _flag(policy, self.as_of)
                self.why[name] = Cause.day if same_day else Cause.policy
        every, step = self.state.every_word, max(1, AT_ONCE // max(1, self.words))
        for start in range(0, len(names), step):
            part = names[start : start + step]
            bits = self.state.answers.read(part, every)
            self._turn(part, every, (bits, self.everyone[0]), (bits, self.everyone[1]))

    # what moved
    def _turn(self, names: Sequence[str], words: Places, before: Side | None, after: Side | None) -> None:
        """Note what moved at some words: bits and who exists, on either side; None is a policy that is not there."""
        step = max(1, AT_ONCE // max(1, len(words)))
        for start in range(0, len(names), step):
            part, rows = names[start : start + step], slice(start, start + step)
            sides = [None if side is None else (_rows(side[0], rows), side[1]) for side in (before, after)]
            self._turn_some(part, words, sides[0], sides[1])

    def _turn_some(self, names: Sequence[str], words: Places, before: Side | None, after: Side | None) -> None:
        row, column = np.nonzero(self._may_differ(names, len(words), before, after))
        one = _by_answer(names, row, column, before, self.old, self.old_day)
        other = _by_answer(names, row, column, after, self.program, self.as_of)
        bits = changed(one, other)
        some = np.flatnonzero(bits)
        row, column, one, other, bits = row[some], column[some], one[:, some], other[:, some], bits[some]
        matches = one[Answer.match] != other[Answer.match]
        self.matches |= {names[place] for place in np.unique(row[matches]).tolist()}
        starts = np.flatnonzero(np.diff(row, prepend=-1))
        for start, stop in pairwise([*starts.tolist(), len(row)]):
            name, at, part = names[row[start]], words[column[start:stop]], slice(start, stop)
            found = Moves(name, at, one[:, part], other[:, part], self._causes(name, at, bits[part]))
            self.moves.setdefault(name, []).append(found)

    def _may_differ(
        self, names: Sequence[str], width: int, before: Side | None, after: Side | None
    ) -> NDArray[np.bool_]:
        """Which words of which policies are to be compared by answer, (policies, words)."""
        if before is None or after is None:
            return np.ones((len(names), width), np.bool_)
        found = np.broadcast_to(before[1] != after[1], (len(names), width)).copy()
        for one, other in zip(before[0], after[0], strict=True):
            found |= one != other
        found[[row for row, name in enumerate(names) if asked(name) in self.stale]] = True
        return found

    def _causes(self, name: str, words: Places, bits: Words) -> Mapping[Cause, Words]:
        if name in self.why:
            return {self.why[name]: bits}
        entered = bits & self.entered[words]
        needs = self.state.footing.needs(self.program.policies[name]).answers
        own = np.zeros(len(words), np.uint64)
        for token in needs & self.own.keys():
            own |= self.own[token][words]
        own &= bits & ~entered
        parts = {Cause.enterprise: entered, Cause.fact: own, Cause.rank: bits & ~entered & ~own}
        return {cause: part for cause, part in parts.items() if part.any()}

    def _touches(self, name: str, tokens: Tokens) -> bool:
        """Whether one who matches a policy has a fact changed that is among these."""
        sure = self.state.answers.pairs.bits[2 * self.state.answers.places[name]]
        return any((sure & self.own[token]).any() for token in tokens & self.own.keys())

    def _bitmap(self, places: Places) -> Words:
        """Places of the population as bits."""
        found = np.zeros(self.words, np.uint64)
        np.bitwise_or.at(found, places // 64, np.uint64(1) << (places % 64).astype(np.uint64))
        return found


def _token(column: str) -> Token:
    """What a column states: a derived value, or a fact, of one year perhaps."""
    return column.partition("@")[0]


def _padded(array: NDArray[Any], length: int) -> NDArray[Any]:
    """The array with zeros behind it, so that it is as long."""
    return np.concatenate([array[:length], np.zeros(max(0, length - len(array)), array.dtype)])


def _conditions(policy: ir.Policy) -> object:
    return policy.requirements, policy.review_if_unknown


def _eligibility(policy: ir.Policy) -> object:
    return policy.requirements, policy.reviews, policy.effective, policy.window


def _flag(policy: ir.Policy, as_of: int) -> tuple[bool, bool]:
    """Whether a match is left to a person, and whether the dates keep the policy out of force."""
    return bool(policy.reviews), bool(policy.not_in_force(as_of))


def _by_answer(
    names: Sequence[str], row: Places, column: Places, side: Side | None, program: ir.Program, as_of: int
) -> Words:
    """Bitmaps by answer of some words of some policies, (5, cells)."""
    if side is None:
        return np.zeros((len(Answer), len(row)), np.uint64)
    flags = np.zeros((len(names), 2), np.bool_)
    for place in np.unique(row).tolist():
        flags[place] = _flag(program.policies[names[place]], as_of)
    bits = Bits(*(part[row, column] for part in side[0]))
    return by_answer(bits, flags[row, 0], flags[row, 1], side[1][column])


def _rows(bits: Bits, at: Sequence[int] | slice) -> Bits:
    return Bits(*(part[at] for part in bits))
