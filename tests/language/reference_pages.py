"""The pages of keywords and functions, made from their declarations; `test_reference.py` compares and rewrites them."""

from collections.abc import Iterator, Mapping

from page_blocks import Block

from dsl.meaning.functions import FUNCTIONS, Function
from dsl.meaning.show import plain
from dsl.syntax.islands import declared_names, islands
from dsl.syntax.keywords import BY_TOKEN, DECLARATIONS, KEYWORDS, Keyword, word_for
from dsl.syntax.lexer import Lexer
from dsl.text.diagnostics import Language
from dsl.text.source import Source

Shown = Mapping[str, str]
# The first token of each section of the table, in its order.
SECTIONS = {
    "USE": ("Declarations", "声明"),
    "YES_NO": ("Types", "类型"),
    "ALSO": ("What a declaration says of a name", "声明中的说明"),
    "YES": ("Values", "值"),
    "AND": ("Conditions", "条件"),
    "OVER": ("Yearly series", "按年数列"),
    "ELIGIBLE": ("Other policies", "其他政策"),
    "OUT_OF": ("Scorecards and tables", "评分卡与决策表"),
    "ISSUED_BY": ("Clauses of a policy", "政策的子句"),
    "EXPECT": ("Examples", "示例"),
}
INTRODUCTION = {
    "en": """# Keywords

Made from the keyword table; a test compares. The first spelling is the one that the formatter prints. A word is a
keyword only in the declarations that are named beside it, so that elsewhere it is a fine name; values stand in all but
facts, benefits and `use`. Where there is no Chinese word, Chinese says it in another way. The last column is the first
page with a policy that uses it.""",
    "zh": """# 关键字

本页由关键字表生成，并有测试核对。第一种写法是排版时采用的写法。关键字只在所列的声明里才是关键字，别处仍可用作名称；除指标、权益、引用之外，各种声明都有写值的地方。
没有对应英文的，英文另有说法。最后一列是最先用到它的页面。""",
}
HEADER = {"en": ("keyword", "中文", "stands in", "page"), "zh": ("关键字", "英文", "用在", "页面")}
OF_FUNCTIONS = {
    "en": """# Functions

Made from the declarations of the functions; a test compares. They are used in [arithmetic](06-arithmetic.md).""",
    "zh": """# 函数

本页由函数的声明生成，并有测试核对。用法见[算术与函数](06-arithmetic.md)。""",
}
VALUES = {"POLICY", "DEFINE", "PARAMETER", "CLASSIFY", "SCORECARD", "TABLE", "EXAMPLE"}
ANYWHERE = {"en": "everywhere", "zh": "各处"}
WITH_VALUES = {"en": "where values stand", "zh": "写值的地方"}
WHOLE_UNITS = {
    "en": " Amounts of money are rounded to whole units of the currency.",
    "zh": "用于金额时，取到整元（或该币种的整单位）。",
}


def words_in(block: Block) -> Iterator[tuple[str, str]]:
    """The tokens of a block with their words as written: keywords and names of functions."""
    found = list(islands(Source("", block.text)))
    used = (Source("", text) for text in block.library.values())
    names = frozenset(s for f in FUNCTIONS.values() for s in (f.name, f.zh)).union(
        *(declared_names(i) for i in (*found, *(j for s in used for j in islands(s))))
    )
    for island in found:
        for token in Lexer(island.text, island.starter, names).run().tokens:
            yield token.type, island.text[token.start : token.end]


def first_pages(blocks: list[Block], language: Language) -> Shown:
    """The page on which each keyword is first used, and each function, in a spelling of the language."""
    found: dict[str, str] = {}
    for block in blocks:
        for token, word in words_in(block):
            if token in BY_TOKEN and " ".join(word.split()) in getattr(BY_TOKEN[token], language):
                found.setdefault(token, block.page.rpartition("/")[2])
            elif token == "NAME" and word in FUNCTIONS | {f.zh: f for f in FUNCTIONS.values()}:
                found.setdefault(word, block.page.rpartition("/")[2])
    return found


def keywords_page(language: Language, shown: Shown) -> str:
    """The page of keywords; `shown` is where each is used first."""
    lines = [INTRODUCTION[language]]
    for keyword in KEYWORDS:
        if keyword.token in SECTIONS:
            title = SECTIONS[keyword.token][language == "zh"]
            lines += ["", f"## {title}", "", *_head(HEADER[language])]
        if getattr(keyword, language):
            lines.append(_keyword_row(keyword, language, shown))
    return "\n".join(lines) + "\n"


def _keyword_row(keyword: Keyword, language: Language, shown: Shown) -> str:
    spellings = (keyword.en, keyword.zh) if language == "en" else (keyword.zh, keyword.en)
    where = _and(language, [f"`{word_for(d, language)}`" for d in DECLARATIONS if d in keyword.where])
    if not where or set(keyword.where) >= VALUES:
        where = (ANYWHERE if not where else WITH_VALUES)[language]
    page = shown.get(keyword.token, "")
    link = f"[{page.partition('-')[0]}]({page})" if page else ""
    return _row(*(_and(language, [f"`{s}`" for s in each]) for each in spellings), where, link)


def functions_page(language: Language) -> str:
    """The page of functions."""
    lines = [OF_FUNCTIONS[language]]
    for function in FUNCTIONS.values():
        own = function.name if language == "en" else function.zh
        lines += ["", f"## {own}", "", _sentence(function, language), ""]
        lines += _head(("example", "value") if language == "en" else ("例", "值"))
        for arguments, value in function.examples:
            lines.append(_row(f"`{_called(own, language, [plain(a) for a in arguments])}`", plain(value)))
    return "\n".join(lines) + "\n"


def _sentence(function: Function, language: Language) -> str:
    """How a function is written, in both languages, and what it gives."""
    least, most = function.arity
    values = [chr(ord("a") + k) for k in range(least)] + (["…"] if most > least else [])
    spelt = {name: _called(name, language, values) for name in (function.name, function.zh)}
    whole = WHOLE_UNITS[language] if function.rounds else ""
    if language == "en":
        return f"`{spelt[function.name]}`, `{spelt[function.zh]}`: {function.sentence}.{whole}"
    return f"`{spelt[function.zh]}`、`{spelt[function.name]}`：{function.sentence_zh}。{whole}"


def _called(name: str, language: Language, values: list[str]) -> str:
    return f"{name}({', '.join(values)})" if language == "en" else f"{name}（{'，'.join(values)}）"


def _and(language: Language, parts: list[str]) -> str:
    return (", " if language == "en" else "、").join(parts)


def _head(cells: tuple[str, ...]) -> list[str]:
    return [_row(*cells), "|" + "---|" * len(cells)]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
