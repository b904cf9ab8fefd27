"""Words that fill the sentences: kinds of value, roles of names, and groups of tokens."""

KIND_ZH = {
    "yes/no": "是否", "number": "数值", "count": "数量", "points": "分值", "percent": "比例", "money": "金额",
    "date": "日期", "duration": "时长", "one of": "取值", "set of": "标签", "code": "代码", "text": "文本",
    "ratio": "比率", "fact": "指标", "define": "定义", "classify": "分类", "parameter": "参数", "benefit": "权益",
    "policy": "政策",
}  # fmt: skip
KIND_EN = {"one of": "a category", "set of": "a set"}

# Tokens a reader would name together, most telling group first: (tokens, English, Chinese).
GROUPS: tuple[tuple[frozenset[str], str, str], ...] = (
    (frozenset({"NAME", "NUMBER", "AS_OF", "LPAR", "ANY_OF"}), "a value or a name", "值或名称"),
    (
        frozenset({"WHEN", "UNLESS", "GIVES", "LIMIT", "SOURCE"}),
        "a clause such as `when` or `gives`",
        "子句（如 条件、给予）",
    ),
    (frozenset({"EQ", "GE", "LT", "IS"}), "a comparison", "比较（≥、＝、为 等）"),
    (frozenset({"PLUS", "MINUS", "STAR", "SLASH"}), "an operator", "运算符"),
    (frozenset({"AND", "OR"}), "`and` or `or`", "`且` 或 `或`"),
    (frozenset({"YES_NO", "MONEY_TYPE", "COUNT_TYPE"}), "a type", "类型（金额、数量、是否 等）"),
    (frozenset({"MATCHES", "NO_MATCH"}), "a verdict such as `matches`", "结论（符合、不符合 等）"),
)
TOKEN_WORDS = {
    "NAME": ("a name", "名称"), "NUMBER": ("a number", "数"), "STRING": ("a quoted text", "引号中的文字"),
    "DATE": ("a date", "日期"), "RATIO": ("a ratio", "比率"), "COLON": ("`:`", "`：`"), "COMMA": ("`,`", "`，`"),
    "LPAR": ("`(`", "`（`"), "RPAR": ("`)`", "`）`"), "EQ": ("`=`", "`＝`"), "ARROW": ("`→`", "`→`"),
}  # fmt: skip
# Expected by the grammar but never the likely intention, so not worth a reader's time.
QUIET = frozenset({"ZAI", "QIAN", "PAIMING", "DE", "NEI", "MING", "JOIN", "ZHIJIAN", "HOLE", "SHI", "ALSO"})
