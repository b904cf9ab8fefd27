"""Edits at random, as people make them: most change one thing, some break a text, and some take the last one back."""

import re
from collections.abc import Callable, Mapping
from random import Random

Files = Mapping[str, str]  # name to text
STARTER = re.compile(
    r"^(?=(?:fact|define|classify|scorecard|table|parameter|benefit|policy|example|use|"
    r"指标|定义|分类|评分卡|表|参数|权益|政策|示例|引用)\b)",
    re.MULTILINE,
)
_NAME = re.compile(r"[^\W\d_]\w*")
_LINES = (
    "# a remark\n", "\n", "policy extra: yes\n", 'policy extra "额外" also "补充": yes\n', "fact spare: count\n",
    "define late = spare + 1\n", "fact spare: points, improvable\n", "use shared\n", "use nowhere\n", "when when\n",
    "policy lonely\n", "policy asks: eligible for extra\n", "policy extra: eligible for asks\n", "“\n", "  , \n",
    "policy fond: borrowed_fact ≥ 5\n", "fact borrowed_fact: points\n", "parameter bar = 5\n", "parameter bar = 600%\n",
    "policy barred: borrowed_fact ≥ bar\n", "example “额外” \n  as of 2024-01-01\n  expect extra matches\n",
    'policy grouped: yes\n  gives line = 5\n  exclusive in "g" keep highest line\nbenefit line: money\n',
    'policy herded: yes\n  gives line = 6\n  exclusive in "g" keep lowest line\n',
    "fact 额且外: yes/no\n", "fact 额: yes/no\n",
    "fact turnover: money yearly\n", "define trend = growth of turnover\n", "policy riser: 2 × trend 1 year ago ≥ 5%\n",
    "fact spаre: count\n", 'policy twin "еxtra": yes\n', 'policy 期末: yes\n', 'policy other "期未": yes\n',
    "fact open: yes/no fact shut: yes/no\n", "fact when: count\n",
)  # fmt: skip


class Editor:
    """Files that change; `earlier` is every state that they have been in, `sound` the last one without a mistake."""

    def __init__(self, random: Random, files: Files) -> None:
        self.random, self.files = random, dict(files)
        self.earlier: list[Files] = []
        self.sound: Files = dict(files)

    def edit(self, sound: bool) -> str:
        """Change something, and say what; a mistake is mended by taking it back more often than not."""
        kinds: tuple[tuple[Callable[[str], str], int], ...] = (
            (self._number, 5), (self._line, 4), (self._drop_line, 3), (self._drop, 2), (self._repeat, 2),
            (self._swap, 2), (self._rename_once, 3), (self._rename, 3), (self._character, 3), (self._word, 3),
        )  # fmt: skip
        if sound:
            self.sound = dict(self.files)
        elif self.random.random() < 0.6:
            self.files = dict(self.sound)
            return "back to the last sound state"
        if self.earlier and self.random.random() < 0.1:
            self.files = dict(self.random.choice((self.earlier[-1], self.random.choice(self.earlier))))
            return "back to an earlier state"
        self.earlier.append(dict(self.files))
        file = self.random.choice(sorted(self.files))
        kind = self.random.choices([k for k, _ in kinds], [w for _, w in kinds])[0]
        if self.random.random() < 0.05:
            other = self.random.choice(sorted(self.files))
            self.files[file], self.files[other] = self.files[other], self.files[file]
            return "files change their names"
        self.files[file] = kind(self.files[file])
        return f"{kind.__name__} in {file}"

    def _somewhere(self, text: str, pattern: str | re.Pattern[str]) -> re.Match[str] | None:
        found = list(re.finditer(pattern, text))
        return self.random.choice(found) if found else None

    def _number(self, text: str) -> str:
        at = self._somewhere(text, r"\d+")
        return text if at is None else text[: at.start()] + str(self.random.randrange(1, 40)) + text[at.end() :]

    def _line(self, text: str) -> str:
        lines = text.splitlines(keepends=True)
        lines.insert(self.random.randrange(len(lines) + 1), self.random.choice(_LINES))
        return "".join(lines)

    def _drop_line(self, text: str) -> str:
        lines = text.splitlines(keepends=True)
        if lines:
            del lines[self.random.randrange(len(lines))]
        return "".join(lines)

    def _parts(self, text: str) -> list[str]:
        return [part for part in STARTER.split(text) if part]

    def _drop(self, text: str) -> str:
        parts = self._parts(text)
        if parts:
            del parts[self.random.randrange(len(parts))]
        return "".join(parts)

    def _repeat(self, text: str) -> str:
        parts = self._parts(text)
        if parts:
            parts.insert(self.random.randrange(len(parts) + 1), self.random.choice(parts))
        return "".join(parts)

    def _swap(self, text: str) -> str:
        parts = self._parts(text)
        self.random.shuffle(parts)
        return "".join(parts)

    def _rename_once(self, text: str) -> str:
        one, other = self._somewhere(text, _NAME), self._somewhere(text, _NAME)
        return text if one is None or other is None else text[: one.start()] + other[0] + text[one.end() :]

    def _rename(self, text: str) -> str:
        one = self._somewhere(text, _NAME)
        if one is None:
            return text
        word, new = re.escape(one[0]), self.random.choice((f"{one[0]}x", f"新{one[0]}", one[0][:-1] or "甲"))
        for file in self.files:
            self.files[file] = re.sub(rf"(?<!\w){word}(?!\w)", new, self.files[file])
        return re.sub(rf"(?<!\w){word}(?!\w)", new, text)

    def _character(self, text: str) -> str:
        place = self.random.randrange(len(text) + 1)
        if self.random.random() < 0.5:
            return text[:place] + text[place + 1 :]
        return text[:place] + self.random.choice("“”\"'(),，：:+§ \n#5且x`") + text[place:]

    def _word(self, text: str) -> str:
        swaps = (
            ("points", "count"), ("≥", "<"), ("money", "points"), ("yes/no", "count"), ("金额", "分值"), ("且", "或"),
            ("unique", "first"), ("weight 1", "weight 2"), ("yearly", ""), ("数量", "数值"), ("when", "unless"),
        )  # fmt: skip
        for old, new in self.random.sample(swaps, len(swaps)):
            at = self._somewhere(text, re.escape(old))
            if at is not None:
                return text[: at.start()] + new + text[at.end() :]
        return text
