"""Names that could also be read as several known words, in text that is written without spaces."""

from collections.abc import Sequence, Set as AbstractSet

from dsl.syntax.keywords import KEYWORDS

NEVER_ALONE = frozenset({"LEIJI", "ZUIXIAO", "ZUIDA", "JUNZHI", "FUHE"})  # these need `近3年` before the name
READ_IN = frozenset({"POLICY", "DEFINE", "CLASSIFY", "EXAMPLE"})  # where names are used rather than declared
_WORDS = frozenset(
    w for k in KEYWORDS if (not k.where or READ_IN & set(k.where)) and k.token not in NEVER_ALONE for w in k.zh
)
MANY = 100  # changed names from which on looking at every name is quicker than looking for those


class Readings:
    """Which names have a second reading (`研发投入占比` beside `研发投入` and `占比`), kept from one look to the next.

    >>> readings = Readings()
    >>> readings.update({"研发", "研发占比", "收入"}, {"研发占比", "收入"})
    {}
    >>> readings.update({"研发", "研发且收入", "收入"}, {"研发且收入"})
    {'研发且收入': ['研发', '且', '收入']}
    """

    def __init__(self) -> None:
        self.declared: AbstractSet[str] = frozenset()
        self.known: AbstractSet[str] = _WORDS
        self.lengths: Sequence[int] = ()
        self.examined: AbstractSet[str] = frozenset()
        self.found: dict[str, list[str]] = {}

    def update(self, declared: AbstractSet[str], names: AbstractSet[str]) -> dict[str, list[str]]:
        """The names that also read as other words, a keyword among them, when so many names are declared."""
        if declared == self.declared and names == self.examined:
            return self.found
        changed = declared ^ self.declared
        if changed:
            self.declared, self.known = frozenset(declared), _WORDS | declared
            self.lengths = sorted({len(w) for w in self.known})
        kept = names & self.examined
        if len(changed) > MANY:
            kept = frozenset()
        else:
            everything = "\n".join(kept)
            inside = [w for w in changed if w in everything]
            kept -= {n for n in kept if any(w in n for w in inside)} if inside else frozenset()
        self.found = {n: parts for n, parts in self.found.items() if n in kept}
        for name in names - kept:
            self._examine(name)
        self.examined = frozenset(names)
        return self.found

    def _examine(self, name: str) -> None:
        if name.isascii() or len(name) < 2:
            return
        parts = _split(name, self.known, self.lengths)
        # Two names side by side mean nothing, so only a reading with a keyword in it counts.
        if parts and any(p in self.declared for p in parts) and any(p not in self.declared for p in parts):
            self.found[name] = parts


def _split(name: str, known: AbstractSet[str], lengths: Sequence[int]) -> list[str] | None:
    """The name as a row of other known words, or None; `lengths` are those of the known words, ascending."""
    size = len(name)
    before: list[int | None] = [0, *[None] * size]  # where the word begins that ends at a place
    for start in range(size):
        if before[start] is None:
            continue
        for length in lengths:
            end = start + length
            if end > size:
                break
            if before[end] is None and length < size and name[start:end] in known:
                before[end] = start
    parts: list[str] = []
    end = size
    while end:
        start_of = before[end]
        if start_of is None:
            return None
        parts.append(name[start_of:end])
        end = start_of
    return parts[::-1]
