"""Mistakes that one edit mends, mended in the pack's own files."""

from collections.abc import Iterable
from pathlib import Path

from api.usecases.packs import load_pack
from api.usecases.refusal import Fault, Refusal
from api.usecases.writing import replacing
from dsl.text.diagnostics import Edit
from dsl.text.source import Source

ROUNDS = 100  # a name that is wrong in many places is mended one by one, and an edit may bring up another


def mend_pack(name: str) -> int:
    """Apply the edits that diagnostics suggest, round by round, and say how many; Refusal for a shipped name.

    Only the pack's own files change, each whole or not at all; a mistake without an edit stays for its author.
    """
    path = Path(name)
    if not path.exists():
        raise Refusal("nothing_to_mend", Fault.USAGE, name=name)
    mended = 0
    for _ in range(ROUNDS):
        loaded = load_pack(name)
        edits = [d.fix for d in loaded.problems if d.fix is not None and d.fix.at.source in loaded.sources]
        if not edits:
            break
        for source in loaded.sources:
            own = _apart(e for e in edits if e.at.source is source)
            if own:
                _write(path / source.name if path.is_dir() else path, source, own)
                mended += len(own)
    return mended


def _apart(edits: Iterable[Edit]) -> list[Edit]:
    """Edits from the last to the first, without those that would touch another."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.at.start, e.at.end), reverse=True):
        if not kept or edit.at.end <= kept[-1].at.start:
            kept.append(edit)
    return kept


def _write(path: Path, source: Source, edits: Iterable[Edit]) -> None:
    text = source.text
    for edit in edits:
        text = text[: edit.at.start] + edit.text + text[edit.at.end :]
    with replacing(path) as stream:
        stream.write(text.encode())
