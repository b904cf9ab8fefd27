"""A small pack of lending policies that keeps its facts while everything else in it changes: for runs that change."""

from random import Random

HEAD = """
fact score: points
fact revenue: money yearly
fact assets: money
fact staff: count{staff}
fact founded: date
fact industry: code
fact town: one of (north, south)
fact honours: set of (gazelle, unicorn)
fact overdue: yes/no
fact wanted: money
benefit line: money, meets wanted
benefit part: ratio among (bank, pool){divided}
benefit cut: percent
benefit branch: code
parameter bar = 550 to {turn}, {bar} from {after}
parameter floor: money = {floor}
parameter quota = {quota}
define leverage = assets / {divisor}
define trend = growth of revenue
define known_worth = if staff is known then assets else 500
define age = years from founded to as_of
classify stage
  young when age < {young} years
  grown otherwise
"""
POLICIES = (
    "policy plain: score ≥ bar",
    "policy aged\n  when age ≥ {young} years\n  when not overdue",
    "policy stock\n  when assets ≥ floor\n  gives line = leverage, at most {floor}\n"
    "  gives cut = {share}%\n  gives a 3:7 part",
    "policy chips\n  when industry under {code}\n  gives branch = industry",
    "policy best\n  when in top {share}% by score within town\n  gives line = {floor}",
    "policy first_ones: (rank by assets) ≤ {quota}",
    "policy growing\n  unknown revenue means review\n  when trend ≥ {share}%\n  when revenue ≥ {floor}",
    "policy worthy: known_worth ≥ floor",
    "policy judged\n  when honours has any of (gazelle, unicorn)\n  review “promising” by “the zone”",
    "policy dated\n  effective 2024-01-01 to {turn}\n  when staff ≥ {quota}\n  gives line = {floor}",
    "policy asks\n  when eligible for plain\n  when stage is grown or staff ≥ {young}",
    "policy queue\n  when staff ≥ 1\n  gives line = {floor}\n"
    "  limit quota enterprises for each town by score descending, then assets",
    "policy either\n  when score ≥ {bar} or assets ≥ floor\n  gives line = assets, at most {floor}\n"
    "  exclusive in “loans” keep highest line",
    "policy other\n  when score ≥ bar\n  gives line = {floor}\n  exclusive in “loans” keep highest line\n"
    "  limit total line {floor}00 by (rank by score)",
    "policy some_of: at least 2 of (score ≥ bar, overdue is no, stage is young, staff ≥ {quota})",
)


VALUES: dict[str, tuple[object, ...]] = {
    "staff": ("", "", ", unknown means 1"), "divided": ("", ", divides line"),
    "turn": ("2024-05-31", "2024-12-31"), "bar": (500, 600, 650),
    "floor": (100, 500, 900), "quota": (1, 3, 20), "divisor": (2, 3), "young": (3, 5), "share": (5, 10, 40),
    "code": ("C39", "C", "I"),
}  # fmt: skip
AFTER = {"2024-05-31": "2024-06-01", "2024-12-31": "2025-01-01"}
CUTS = {
    "points": [500, 550, 600, 650],
    "money": [10_000, 50_000, 90_000],
    "count": [1, 3, 20],
    "date": [18_000, 19_000],
}
AS_OF = 19_874  # 2024-05-31


class Lending:
    """The pack as text, one thing of it another one each time."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.values = {name: random.choice(options) for name, options in VALUES.items()}
        self.policies = random.sample(POLICIES, random.randrange(4, len(POLICIES) + 1))

    def rewritten(self) -> str:
        """Another number, or a policy more, less or elsewhere; `asks` may then ask for one that is not there."""
        kind = self.random.randrange(5)
        if kind < 3:
            name = self.random.choice(list(VALUES))
            self.values[name] = self.random.choice(VALUES[name])
        elif kind == 3 and len(self.policies) > 1:
            self.policies.remove(self.random.choice(self.policies))
        else:
            policy = self.random.choice(POLICIES)
            rest = [other for other in self.policies if other != policy]
            self.policies = [*rest, policy] if self.random.random() < 0.7 else [policy, *rest]
        return self.text

    @property
    def text(self) -> str:
        """The pack as it is."""
        values = {**self.values, "after": AFTER[str(self.values["turn"])]}
        return HEAD.format_map(values) + "\n".join(self.policies).format_map(values) + "\n"
