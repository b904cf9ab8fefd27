"""Words that fill the sentences: kinds of value, roles of names, and groups of tokens."""

KIND_ZH = {
    "yes/no": "是否", "number": "数值", "count": "数量", "points": "分值", "percent": "比例", "money": "金额",
    "date": "日期", "duration": "时长", "one of": "取值", "set of": "标签", "code": "代码", "text": "文本",
    "ratio": "比率", "fact": "指标", "define": "定义", "classify": "分类", "parameter": "参数", "benefit": "权益",
    "policy": "政策", "percentage points": "百分点", "exchange rate": "汇率",
}  # fmt: skip
KIND_EN = {"one of": "a category", "set of": "a set", "exchange rate": "an exchange rate"}

_VALUE = frozenset({"NAME", "NUMBER", "AS_OF", "LPAR", "ANY_OF"})
_CLAUSE = frozenset({"WHEN", "UNLESS", "GIVES", "LIMIT", "SOURCE"})
_COMPARISON = frozenset({"EQ", "GE", "LT", "IS"})
_OPERATOR = frozenset({"PLUS", "MINUS", "STAR", "SLASH"})
_JUNCTION = frozenset({"AND", "OR"})
_TYPE = frozenset({"YES_NO", "MONEY_TYPE", "COUNT_TYPE"})
_VERDICT = frozenset({"MATCHES", "NO_MATCH"})
# Tokens a reader would name together, most telling group first: (tokens that show it, English, Chinese).
GROUPS: tuple[tuple[frozenset[str], str, str], ...] = (
    (_VALUE, "a value or a name", "值或名称"),
    (_CLAUSE, "a clause such as `when` or `gives`", "子句（如 条件、给予）"),
    (_COMPARISON, "a comparison", "比较（≥、＝、为 等）"),
    (_OPERATOR, "an operator", "运算符"),
    (_JUNCTION, "`and` or `or`", "`且` 或 `或`"),
    (_TYPE, "a type", "类型（金额、数量、是否 等）"),
    (_VERDICT, "a verdict such as `matches`", "结论（符合、不符合 等）"),
)
# What else belongs to a group once it is named.
WIDER: dict[frozenset[str], frozenset[str]] = {
    _VALUE: frozenset({
        "ALL_OF", "AT_LEAST", "DATE", "STRING", "YES", "NO", "NONE", "FROM", "YEARS", "MONTHS", "DAYS", "ELIGIBLE",
        "RANK_BY", "MINUS", "NOT", "IF", "IN_TOP", "NOT_IN_TOP", "SUM_OF", "LEAST_OF", "MOST_OF", "AVERAGE_OF",
        "GROWTH_OF", "JIN", "COLON",  # the colon of `when:` means nothing
    }),
    _CLAUSE: frozenset({
        "ISSUED_BY", "FOR", "NOTE", "BENEFICIARY", "EFFECTIVE", "OPEN", "UNKNOWN", "REVIEW", "EXCLUSIVE", "BACKED_BY",
        "WITH", "THEN", "TIES", "PARTIAL",
    }),
    _COMPARISON: frozenset({
        "NE", "LE", "GT", "IS_NOT", "AT_LEAST", "AT_MOST", "ABOVE", "BELOW", "BETWEEN", "IN", "NOT_IN", "BELONGS",
        "UNDER", "HAS", "HAS_ANY", "HAS_ALL", "IS_MISSING", "IS_KNOWN",
    }),
    _TYPE: frozenset({
        "NUMBER_TYPE", "POINTS_TYPE", "PERCENT_TYPE", "DATE_TYPE", "DURATION_TYPE", "ONE_OF", "SET_OF", "CODE_TYPE",
        "TEXT_TYPE", "RATIO_AMONG",
    }),
    _VERDICT: frozenset({
        "IS_UNKNOWN", "NEEDS_REVIEW", "NOT_IN_FORCE", "NOT_YET", "ENDED", "NOT_OPEN", "CLOSED", "AWARDED", "WAITLISTED",
        "EXCLUDED",
    }),
}  # fmt: skip
TOKEN_WORDS = {
    "NAME": ("a name", "名称"), "NUMBER": ("a number", "数"), "STRING": ("a quoted text", "引号中的文字"),
    "DATE": ("a date", "日期"), "RATIO": ("a ratio", "比率"), "COLON": ("`:`", "`：`"), "COMMA": ("`,`", "`，`"),
    "LPAR": ("`(`", "`（`"), "RPAR": ("`)`", "`）`"), "EQ": ("`=`", "`＝`"), "ARROW": ("`→`", "`→`"),
    "NE": ("`≠`", "`≠`"), "LT": ("`<`", "`＜`"), "LE": ("`≤`", "`≤`"), "GT": ("`>`", "`＞`"), "GE": ("`≥`", "`≥`"),
    "PLUS": ("`+`", "`＋`"), "MINUS": ("`-`", "`－`"), "STAR": ("`*`", "`×`"), "SLASH": ("`/`", "`÷`"),
    "$END": ("the end", "结束"), "BAR": ("`|`", "`|`"), "AGO": ("`1 year ago`", "`1年前`"),
}  # fmt: skip
# Expected by the grammar but never the likely intention, so not worth a reader's time.
QUIET = frozenset({"ZAI", "QIAN", "PAIMING", "DE", "NEI", "MING", "JOIN", "ZHIJIAN", "HOLE", "SHI", "ALSO"})
