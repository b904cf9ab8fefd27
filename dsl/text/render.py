"""Diagnostics as people and programs read them."""

from collections.abc import Callable, Iterable
from typing import Any

from dsl.text.characters import UNSEEN
from dsl.text.diagnostics import Diagnostic, Language
from dsl.text.messages import WORDING
from dsl.text.places import FOLLOWS, PLACES
from dsl.text.source import Span
from dsl.text.words import GROUPS, KIND_EN, KIND_ZH, QUIET, TOKEN_WORDS, WIDER

WordFor = Callable[[str, str], str]
SHOWN_GROUPS = 4
LONGEST = 240  # characters of one argument: a name of a million characters is shown by its beginning
LISTS = frozenset({"near", "known", "names", "tied", "files", "clauses"})  # arguments that are lists, joined by 、


def _arguments(d: Diagnostic, language: Language, word_for: WordFor | None) -> dict[str, str]:
    filled = {}
    for key, value in d.arguments.items():
        if key.endswith("_kind"):
            word, _, rest = value.partition(" in ")  # `money in EUR` keeps its currency
            named = (KIND_ZH if language == "zh" else KIND_EN).get(word, word)
            shown = f"{named}（{rest}）" if language == "zh" else f"{named} in {rest}"
            filled[key] = shown if rest else named
        elif key == "where":
            filled |= _place_words(value, language)
        elif key == "expected":  # tokens of the grammar
            row = d.arguments.get("follows", "")
            _, _, en, zh = FOLLOWS[int(row)] if row else ("", "", "", "")
            filled[key] = (zh if language == "zh" else en) or expected_words(value.split(), language, word_for)
        elif key.endswith(f"_{language}"):
            filled[key.removesuffix(f"_{language}")] = value
        elif language == "en" and key in LISTS:
            filled[key] = value.replace("、", ", ")
        else:
            filled[key] = value
    return {k: _seen(v if len(v) <= LONGEST else f"{v[:LONGEST]}…") for k, v in filled.items()}


def _seen(text: str) -> str:
    """A text with its unseen characters shown: a reader's terminal must not obey them."""
    return UNSEEN.sub(lambda run: "\N{REPLACEMENT CHARACTER}" * len(run[0]), text)


def _place_words(place: str, language: Language) -> dict[str, str]:
    en, zh, example_en, example_zh = PLACES[place]
    return {"where": zh, "example": example_zh} if language == "zh" else {"where": en, "example": example_en}


def expected_words(tokens: Iterable[str], language: Language, word_for: WordFor | None = None) -> str:
    """Tokens the grammar would take, folded into a few groups of words.

    >>> expected_words(["WHEN", "UNLESS", "GIVES", "LIMIT", "SOURCE"], "en")
    'a clause such as `when` or `gives`'
    """
    left = set(tokens) - QUIET
    found = [TOKEN_WORDS[t][language == "zh"] for t in ("RPAR",) if t in left]  # first what is most likely missing
    left.discard("RPAR")
    for group, en, zh in GROUPS:
        if group <= left or len(group & left) > 2:
            found.append(zh if language == "zh" else en)
            left -= group | WIDER.get(group, frozenset())
    for token in sorted(left):
        pair = TOKEN_WORDS.get(token)
        shown = pair[language == "zh"] if pair else f"`{word_for(token, language) if word_for else token.lower()}`"
        found.append(shown)
    kept = found[:SHOWN_GROUPS]
    return ("、" if language == "zh" else ", ").join(kept) or ("结束" if language == "zh" else "the end")


def sentence(d: Diagnostic, language: Language, word_for: WordFor | None = None) -> str:
    """What the problem is, in one sentence."""
    wording = WORDING[d.code]
    return (wording.zh if language == "zh" else wording.en).format_map(_arguments(d, language, word_for))


def remedy(d: Diagnostic, language: Language, word_for: WordFor | None = None) -> str:
    """How to mend it; empty where nothing can be said."""
    wording = WORDING[d.code]
    template = wording.help_zh if language == "zh" else wording.help_en
    arguments = _arguments(d, language, word_for)
    if "{near}" in template and not arguments.get("near"):
        template = wording.far_zh if language == "zh" else wording.far_en
    return template.format_map(arguments)


def as_text(d: Diagnostic, language: Language, word_for: WordFor | None = None) -> str:
    """A block for a terminal: place, sentence, the line with a mark below the words, and the help."""
    severity = {"error": "错误", "warning": "提醒"}[d.severity] if language == "zh" else str(d.severity)
    place = f"{d.at}: " if d.at is not None and d.at.source.name else ""
    lines = [f"{place}{severity} {d.code}: {sentence(d, language, word_for)}"]
    if d.at is not None and d.at.source.name:
        lines += _excerpt(d.at)
    for related in d.related:
        first = _seen(related.text.split("\n")[0][:60])
        lines.append(f"  {'另见' if language == 'zh' else 'see also'} {related}: {first}")
    if help_text := remedy(d, language, word_for):
        lines.append(f"  = {help_text}")
    return "\n".join(lines)


def _excerpt(at: Span) -> list[str]:
    line, column = at.source.line_column(at.start)
    text = at.source.line_text(line)
    begin = max(0, column - 61)
    shown = text[begin : begin + 110].replace("\t", " ")  # so that the mark stands below the words
    width = max(1, min(at.end - at.start, begin + len(shown) - column + 1))
    lead = "".join("　" if _wide(c) else " " for c in shown[: column - 1 - begin])
    mark = "".join("～" if _wide(c) else "~" for c in shown[column - 1 - begin :][:width]) or "~"
    return [f"  {line:>4} | {_seen(shown)}", f"       | {lead}{mark}"]


def _wide(character: str) -> bool:
    return ord(character) >= 0x1100 and not 0x2000 <= ord(character) < 0x2E80


def as_json(d: Diagnostic, language: Language, word_for: WordFor | None = None) -> dict[str, Any]:
    """A mapping for programs: positions are 0-based lines and UTF-16 units."""
    return {
        "code": d.code,
        "severity": str(d.severity),
        "message": sentence(d, language, word_for),
        "help": remedy(d, language, word_for),
        "at": _place(d.at),
        "related": [_place(r) for r in d.related],
        "fix": {"at": _place(d.fix.at), "text": d.fix.text} if d.fix else None,
    }


def _place(at: Span | None) -> dict[str, Any] | None:
    if at is None:
        return None
    (line, character), (end_line, end_character) = at.source.position(at.start), at.source.position(at.end)
    return {"source": at.source.name, "start": {"line": line, "character": character},
            "end": {"line": end_line, "character": end_character}, "text": at.text[:200]}  # fmt: skip
