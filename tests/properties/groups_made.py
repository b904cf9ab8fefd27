"""Packs in which exclusive groups meet: many policies of few groups, matched by nearly every enterprise."""

from random import Random

GROUPS = {
    "一": ("", "keep highest award"),
    "二": ("", "keep lowest award"),
    "三": ("for each loan ", "keep highest award"),
    "四": ("for each (loan, pledged) ", "keep first"),
    "五": ("for each year ", "keep highest award"),
}
HEAD = """
fact score "积分": points
fact wanted "申请额": money
fact pledged "有抵押": yes/no
fact loan_a "贷款甲": code
fact loan_b "贷款乙": code
benefit award "奖励": money, without repayment
benefit line "额度": money
"""
AMOUNTS = ("10万", "20万", "30万", "50万", "wanted", "wanted * 40%", "score * 1万")


def grouped_pack(random: Random) -> str:
    """A pack of up to eight policies, each in none to three of the groups, some of them limited."""
    chosen = random.sample(sorted(GROUPS), random.randrange(1, 5))
    return HEAD + "".join(_policy(random, f"p{i}", chosen) for i in range(random.randrange(2, 9)))


def _policy(random: Random, name: str, chosen: list[str]) -> str:
    lines = [f"policy {name}: score ≥ {random.choice((0, 0, 0, 2))}", f"  gives award = {random.choice(AMOUNTS)}"]
    lines += ["  gives line = 300万"] if random.random() < 0.3 else []
    if random.random() < 0.2:
        partial = random.choice(("", ", partial"))
        lines.append(f"  limit total award {random.choice(('100万', '45万'))} by score descending{partial}")
    for group in random.sample(chosen, min(len(chosen), random.choice((0, 1, 1, 2, 2, 3)))):
        per, keep = GROUPS[group]
        lines.append(f"  exclusive in “{group}” {per.replace('loan', random.choice(('loan_a', 'loan_b')))}{keep}")
    return "\n".join(lines) + "\n"


def grouped_people(random: Random, size: int) -> dict[str, list[object]]:
    """The enterprises of such a pack, as columns; one cell in eight is missing."""

    def column(*values: object) -> list[object]:
        return [None if random.random() < 0.12 else random.choice(values) for _ in range(size)]

    return {
        "id": [f"e{i:02}" for i in range(size)],
        "score": [random.choice((0, 1, 2, 3, 5)) for _ in range(size)],
        "wanted": column("10万", "20万", "33.33万", "77万"),
        "pledged": column("是", "否"),
        "loan_a": column("L1", "L2"),
        "loan_b": column("L1", "L2", "L3"),
    }
