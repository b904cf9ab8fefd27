"""A checker that has seen every earlier state of a pack says what one says that has seen none."""

from collections.abc import Sequence
from random import Random

import pytest
from edits_made import STARTER, Editor, Files
from packs_made import make_pack

from dsl.checking.moving import spans
from dsl.checking.packing import packed, unpacked
from dsl.checking.reading import Reading
from dsl.checking.sheets import Sheet
from dsl.meaning import ir
from dsl.pack import Checked, Checker, check
from dsl.text.source import Source, Span

SHARED = {
    "shared": ["fact borrowed_fact “借”: points\nfact extra: yes/no\n", "use deeper\npolicy not_lent: extra"],
    "deeper": ["fact spare: money\nfact rd: percent\nfact broken“\n"],
}
EDITS = 25


class Doubting(Checker):
    """One that reads every pack as if it had a mistake."""

    def _read(self, own: Sequence[Sheet], borrowed: Sequence[Sheet]) -> Reading:
        read = super()._read(own, borrowed)
        read.broken = True
        return read


def sources_of(files: Files) -> list[Source]:
    return [Source(name, files[name]) for name in sorted(files)]


def library() -> dict[str, list[Source]]:
    return {pack: [Source(f"{pack}/{i}", text) for i, text in enumerate(texts)] for pack, texts in SHARED.items()}


def places(program: ir.Program) -> list[Span]:
    groups = (program.facts, program.benefits, program.parameters, program.derived, program.policies)
    declared = [value for group in groups for value in group.values()]
    return [at for value in (*declared, *program.examples) for at in spans(value)]


def assert_same(found: Checked, fresh: Checked) -> None:
    assert found.problems == fresh.problems
    assert (found.program is None) == (fresh.program is None)
    if found.program is not None and fresh.program is not None:
        assert found.program.version == fresh.program.version
        assert found.program == fresh.program
        assert ir.render(found.program) == ir.render(fresh.program)
        assert places(found.program) == places(fresh.program)


def assert_same_from_bytes(found: Checked) -> None:
    """A program that is packed and made again is the same, place by place."""
    if found.program is not None:
        at = [*places(found.program), *(span for problem in found.problems for span in spans(problem))]
        sources = list({id(span.source): span.source for span in at}.values())
        program, problems = unpacked(packed(found.program, found.problems, sources), sources)
        assert_same(Checked(program, problems), found)


def a_pack(random: Random, seed: int) -> Files:
    """A sound pack in two files, in one language or the other, most using another pack."""
    while True:
        pack = make_pack(random, policies=6)
        text = pack.zh if seed % 2 else pack.en
        cut = random.choice([m.start() for m in STARTER.finditer(text)])
        files = {"a.policy": ("use shared\n" if seed % 3 else "") + text[:cut], "b.policy": text[cut:]}
        if check(sources_of(files), library()).program is not None:
            return files


@pytest.mark.parametrize("seed", range(12))
def test_any_sequence_of_edits_is_checked_as_if_each_text_were_the_first(seed: int) -> None:
    random = Random(seed)
    editor, checker = Editor(random, a_pack(random, seed)), Checker()
    sound = 0
    for _ in range(EDITS):
        found = checker.check(sources_of(editor.files), library())
        fresh = check(sources_of(editor.files), library())
        assert_same(found, fresh)
        assert_same(found, Doubting().check(sources_of(editor.files), library()))
        assert_same_from_bytes(fresh)
        sound += fresh.program is not None
        editor.edit(fresh.program is not None)
    assert sound >= EDITS // 3
