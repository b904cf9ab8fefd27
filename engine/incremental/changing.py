"""One change traced from what it touches to the answers that it moves.

First the names that mean something else (parameters, declarations, the day), with the policies that rest on them
planned again; then the facts of some enterprises, with the ranks that they move; then the base rows of either, and the
program over the words in which a base row is another one.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from engine.incremental.decisions import Under
from engine.incremental.delta import Delta, Moves, Work, by_answer, changed, joined
from engine.incremental.footing import WEIGHT, Cause, Footing, Token, Tokens, differing
from engine.incremental.held import Bits, Block, Whole, block_of
from engine.incremental.roster import Places, Touched, nobody
from engine.incremental.state import State
from engine.match.bits import Words, ones, pack, words_for
from engine.match.matches import Answer
from engine.match.values import Evaluator

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
        self.stale |= differing(self.old, program, self.old_day, as_of) if self.other else {}
        self.own: dict[Token, Words] = {}
        for name, places in touched.places.items():
            self.own[_token(name)] = self.own.get(_token(name), np.uint64(0)) | self._bitmap(places)
        self.entered = self._bitmap(touched.added)

    def made(self) -> Delta:
        """The change made in the state, and what it changed."""
        state = self.state
        if self.touched.moves_places:
            self._resize()
        self._go([name for name in self.old.policies if name not in self.program.policies])
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
        ids = np.concatenate([_padded(state.population.ids, 64 * self.words), self.touched.left])
        order = [*self.program.policies, *(name for name in self.old.policies if name not in self.program.policies)]
        return Delta({name: joined(self.moves[name]) for name in order if name in self.moves}, ids, self.work)

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

    def _go(self, gone: Sequence[str]) -> None:
        """Policies that are no more."""
        every = self.state.every_word
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
        for name, policy in self.program.policies.items():
            was = self.old.policies.get(name)
            if was is None or (was is not policy and _conditions(was) != _conditions(policy)):
                self.why[name] = Cause.policy
            elif not self.stale or not (names := footing.needs(policy).answers & self.stale.keys()):
                continue
            elif causes := [cause for token in names if (cause := self.stale[token]) is not None]:
                self.why[name] = min(causes, key=WEIGHT.__getitem__)
            found.append(name)
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
            names, new = [block.names[place] for place in at], _rows(self._found(block, words), at)
            old = answers.read(names, words)
            self._turn(names, words, (old, self.everyone[0][words]), (new, self.everyone[1][words]))
            differ = np.flatnonzero(_differ(old, new)).tolist()
            answers.write([names[row] for row in differ], words, _rows(new, differ))

    def _found(self, block: Block, words: Places) -> Bits:
        self.work = self.work._replace(run=self.work.run + len(block.names) * len(words))
        return block.run(self.state.rows, words, self.size)

    def _flagged(self, again: frozenset[str]) -> None:
        """Policies whose conditions stay, but whose dates or human checks now say otherwise."""
        names = []
        for name, policy in self.program.policies.items() if self.other else ():
            was = self.old.policies.get(name)
            if was is None or name in again or (was is policy and self.old_day == self.as_of):
                continue
            if _flag(was, self.old_day) != _flag(policy, self.as_of):
                names.append(name)
                same_day = _flag(was, self.as_of) == _flag(policy, self.as_of)
                self.why[name] = Cause.day if same_day else Cause.policy
        every, step = self.state.every_word, max(1, AT_ONCE // max(1, self.words))
        for start in range(0, len(names), step):
            part = names[start : start + step]
            bits = self.state.answers.read(part, every)
            self._turn(part, every, (bits, self.everyone[0]), (bits, self.everyone[1]))

    # what moved
    def _turn(
        self, names: Sequence[str], words: Places, before: tuple[Bits, Words] | None, after: tuple[Bits, Words] | None
    ) -> None:
        """Note what moved at some words: bits and who exists, on either side; None is a policy that is not there."""
        step = max(1, AT_ONCE // max(1, len(words)))
        for start in range(0, len(names), step):
            part, rows = names[start : start + step], slice(start, start + step)
            one = self._by_answer(part, rows, words, before, self.old, self.old_day)
            other = self._by_answer(part, rows, words, after, self.program, self.as_of)
            bits = changed(one, other)
            for row in np.flatnonzero(bits.any(axis=1)).tolist():
                at = np.flatnonzero(bits[row])
                causes = self._causes(part[row], words[at], bits[row, at])
                found = Moves(part[row], words[at], one[:, row, at], other[:, row, at], causes)
                self.moves.setdefault(part[row], []).append(found)
                if (found.before[Answer.match] != found.after[Answer.match]).any():
                    self.matches.add(part[row])

    def _by_answer(
        self, names: Sequence[str], rows: slice, words: Places, side: tuple[Bits, Words] | None, program: ir.Program,
        as_of: int,
    ) -> Words:  # fmt: skip
        if side is None:
            return np.zeros((len(Answer), len(names), len(words)), np.uint64)
        flags = [_flag(program.policies[name], as_of) for name in names]
        left, out_of_force = np.array(flags, np.bool_).reshape(-1, 2).T
        return by_answer(_rows(side[0], rows), left, out_of_force, side[1])

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


def _flag(policy: ir.Policy, as_of: int) -> tuple[bool, bool]:
    """Whether a match is left to a person, and whether the dates keep the policy out of force."""
    return bool(policy.reviews), bool(policy.not_in_force(as_of))


def _rows(bits: Bits, at: Sequence[int] | slice) -> Bits:
    return Bits(*(part[at] for part in bits))


def _differ(old: Bits, new: Bits) -> NDArray[np.bool_]:
    """Which rows are not the same, (rows,)."""
    found: NDArray[np.bool_] = np.logical_or.reduce([np.any(a != b, axis=1) for a, b in zip(old, new, strict=True)])
    return found
