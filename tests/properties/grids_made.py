"""Scorecards and decision tables at random."""

from both_languages import Said, listed, say
from policies_made import HAN, LIMITABLE, PolicyMaker

LINEAR = {
    "money": ("0", "5000万"), "points": ("100", "600"), "count": ("0", "20"), "percent": ("0%", "10%"),
    "number": ("-3", "2.5"), "date": ("2000-01-01", "2023-03-01"), "months": ("36 months", "0 months"),
}  # fmt: skip
EDGES = {"money": ("500万", "1亿"), "points": ("59.5", "600"), "count": ("0", "20"), "percent": ("0%", "5%")}
HITS = ("{FIRST_HIT}", "{FIRST_HIT}", "{COLLECT_SUM}", "{COLLECT_MIN}", "{COLLECT_MAX}")


class GridMaker(PolicyMaker):
    """Declares scorecards and tables over the names that were entered."""

    def scorecard(self, place: int) -> None:
        """One or two dimensions of a few lines; the score and its dimensions become names of points."""
        lines = [say("{SCORECARD} {} “{}” {OUT_OF} 100", f"card_{place + 1}", "卡" + HAN[place])]
        dimensions = []
        for k in range(1 + self.random.randrange(2)):
            name, label = f"side_{place + 1}{k + 1}", f"维{HAN[place]}{HAN[k]}"
            lines.append(say("  {DIMENSION} {} “{}”", name, label))
            lines += [say("    {}", self._score_line()) for _ in range(1 + self.random.randrange(3))]
            dimensions.append((name, label))
        lines += [say("  {FLOOR} 0")] if self.chance(50) else []
        lines += [say("  {CAP} 90")] if self.chance(40) else []
        self.lines.append(listed(lines, "\n"))
        for name, label in [*dimensions, (f"card_{place + 1}", "卡" + HAN[place])]:
            self.name(name, label, "points")

    def _score_line(self) -> Said:
        type_ = self.pick([t for t in LINEAR if self.has(t)])
        subject = self.pick(self.names[type_]) if self.chance(70) else say("({})", self.value(type_, 1))
        if type_ == "count" and self.chance(50):
            most = say(", {AT_MOST} 60") if self.chance(50) else say("")
            return Said(f"{subject.en} minus 20 each{most.en}", f"{subject.zh} 每项扣 20{most.zh}")
        weight = say("{WEIGHT} {}{}", self.pick(("60", "40", "12.5")), self._by_category())
        if self.chance(50):
            low, high = (_constant(type_, text) for text in LINEAR[type_])
            return say("{} {}, {LINEAR} {} {TO} {}", subject, weight, low, high)
        bands = [say("≥ {} → {}", self.constant(type_), self.pick(("100%", "50%", "7", "0"))) for _ in range(2)]
        if self.chance(40):
            bands.append(say("{OTHERWISE} {}", self.pick(("1", "5%"))))
        return say("{} {}, {BANDS}: {}", subject, weight, listed(bands))

    def _by_category(self) -> Said:
        """Weights that differ by a category."""
        type_ = self.category()
        named = [n for n in self.names[type_] if not n.en.startswith("made")]
        if not named or not self.chance(30):
            return say("")
        cases = [say("{} {}", option, 10 * (i + 1)) for i, option in enumerate(self.domains[type_][:2])]
        return say(" {BY} {} ({})", self.pick(named), listed(cases))

    # tables
    def table(self, place: int) -> "tuple[Said, list[tuple[str, Said]]] | None":
        """A table that gives benefits, with the benefits it gives."""
        outputs = [b for b in self.benefits if b[0] not in ("ratio", "bool") and self.chance(40)][:2]
        kinds = [t for t in EDGES if self.has(t)]
        if not outputs or not kinds:
            return None
        numeric, category = self.pick(kinds), self.category()
        inputs = [self.pick(self.names[numeric]), self.pick(self.names[category])]
        unique = self.chance(50)
        hit = "{UNIQUE}" if unique else self.pick(HITS if all(t in LIMITABLE for t, _ in outputs) else HITS[:1])
        cells = self._proved(numeric, category) if unique else self._loose(numeric, category)
        rows = [say("  {} → {}", c, self._outcomes(outputs)) for c in cells]
        name = Said(f"grid_{place + 1}", "表" + HAN[place])
        head = say("{TABLE} {} “{}”: {} → {}", name.en, name.zh, listed(inputs), listed([n for _, n in outputs]))
        self.lines.append(listed([head, say(f"  {{HIT}} {hit}"), *rows], "\n"))
        return name, outputs

    def _outcomes(self, outputs: list[tuple[str, Said]]) -> Said:
        if self.chance(20):
            return say("{NONE}")
        return listed([self._amount(t, 1) for t, _ in outputs], " | ")

    def _proved(self, numeric: str, category: str) -> list[Said]:
        """Rows that neither overlap nor leave a gap."""
        low, high = EDGES[numeric]
        option = self.domains[category][0]
        middle = say("{} ≤ _ < {}", low, high)
        return [
            say("< {} | {ANY}", low), say("{} | {}", middle, option), say("{} | {OTHERWISE}", middle),
            say("≥ {} | {ANY}", high),
        ]  # fmt: skip

    def _loose(self, numeric: str, category: str) -> list[Said]:
        """Rows that may overlap."""
        rows = []
        for _ in range(1 + self.random.randrange(4)):
            left = (
                say(f"{self.pick(('≥', '<', '≤', '>'))} {{}}", self.constant(numeric))
                if self.chance(80)
                else say("{ANY}")
            )
            options = [self.pick(self.domains[category]) for _ in range(1 + self.random.randrange(2))]
            rows.append(say("{} | {}", left, listed(options) if self.chance(60) else say("{ANY}")))
        return rows


def _constant(type_: str, text: str) -> Said:
    if type_ == "date":
        year, month, day = (int(p) for p in text.split("-"))
        return Said(text, f"{year}年{month}月{day}日")
    return Said(text, text.replace(" months", "个月"))
