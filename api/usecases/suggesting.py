"""The examples that a pack lacks, as text for its author to judge."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from api.schemas.trials import Suggested
from api.usecases.formatting import formatter_for
from api.usecases.packs import Loaded
from api.usecases.refusal import Fault, Refusal
from api.usecases.writing import replacing
from api.wording import say
from dsl.analysis.goals import Goal
from dsl.meaning import ir
from dsl.meaning.show import show
from dsl.meaning.written import example_text
from dsl.syntax.format import language_of
from dsl.syntax.islands import islands
from dsl.syntax.lexer import Lexer
from dsl.text.diagnostics import Language
from dsl.text.source import Source
from engine.suggest import Search
from rules.packs import find, load

COLON = {"zh": "：", "en": ": "}
MOST_READ = 40  # characters of an author's words in a title or comment


def suggest_examples(loaded: Loaded, name: str, language: Language | None = None) -> Suggested:
    """Examples for whatever a pack's own do not show; in the language of its examples unless told otherwise."""
    program = loaded.runnable()
    names = {source.name for source in loaded.sources}
    own = frozenset(d.name for d in program.derived.values() if d.at.source.name in names)
    spoken = language or _language(loaded)
    titles: Counter[str] = Counter()
    texts: list[str] = []
    for suggestion in Search(program, own).run():
        reasons = dict.fromkeys(COLON[spoken].join(_reason(program, goal, spoken)) for goal in suggestion.goals)
        title = _title(program, suggestion.goals[0], spoken)
        titles[title] += 1
        numbered = title if titles[title] == 1 else f"{title} ({titles[title]})"
        texts.append(example_text(program, replace(suggestion.example, title=numbered), list(reasons)))
    text = _laid_out(loaded, name, texts, spoken) if texts else ""
    return Suggested(pack=loaded.name, suggested=len(texts), text=text)


def write_suggested(suggested: Suggested, path: Path) -> None:
    """Put the text into a new file; Refusal where there is one."""
    if path.exists():
        raise Refusal("file_exists", Fault.USAGE, file=path)
    with replacing(path) as stream:
        stream.write(suggested.text.encode())


def _language(loaded: Loaded) -> Language:
    """The language in which a pack is written: that of its examples, where it has any."""
    found = [i for source in loaded.sources for i in islands(source)]
    examples = [i for i in found if i.starter == "EXAMPLE"] or found
    return language_of(t for i in examples for t in Lexer(i.text, i.starter, frozenset()).run().tokens)


def _laid_out(loaded: Loaded, name: str, texts: Sequence[str], language: Language) -> str:
    """The examples in canonical layout; they are written in English, and the formatter translates them."""
    path = find(name)
    library = load(path).library if path is not None else {}
    head = f"# {say('suggested_head', language)}\n\n"
    source = Source("suggested.policy", head + "".join(texts))
    return formatter_for(loaded.sources, library).format(source, language)


def _reason(program: ir.Program, goal: Goal, language: Language) -> list[str]:
    """Why an example is suggested: what it shows, and what that means."""
    what = value = ""
    if goal.value is not None:
        value = show(goal.value[0], goal.value[1].type, language)
        what = _operand(program, goal.value[1], language)
    labels = program.labels()
    named = {"missing": goal.missing, "benefit": goal.benefit}
    words = {key: labels[n] if n and language == "zh" else n for key, n in named.items()}
    read = _short(goal.read) or say("tier_rest", language)
    return say(f"goal_{goal.kind}", language, what=what, value=value, read=read, **words).split("\n")


def _title(program: ir.Program, goal: Goal, language: Language) -> str:
    subject = program.labels()[goal.subject] if language == "zh" else goal.subject
    return COLON[language].join((subject, _reason(program, goal, language)[0]))


def _operand(program: ir.Program, operand: ir.Expr, language: Language) -> str:
    """What a bound is about: a name where it has one, else the author's words."""
    if isinstance(operand, ir.DefineRef) or (isinstance(operand, ir.FactRef) and not operand.ago):
        return program.labels()[operand.name] if language == "zh" else operand.name
    if isinstance(operand, ir.Rank):
        return say("goal_rank", language, by=_operand(program, operand.by, language))
    return _short(" ".join(operand.at.text.split()))


def _short(text: str) -> str:
    return text if len(text) <= MOST_READ else f"{text[: MOST_READ - 1]}…"
