"""The keywords, one row a token: English spellings, then Chinese ones; the first of each is what the formatter prints.

The grammar speaks of tokens only, so both languages are one grammar. A row may be confined to the declarations that
use it (`where`), so that `date` stays a fine name for a fact inside a policy.
"""

from dataclasses import dataclass

DECLARATIONS = (
    "USE", "FACT", "DEFINE", "PARAMETER", "BENEFIT", "CLASSIFY", "SCORECARD", "TABLE", "POLICY", "EXAMPLE",
)  # fmt: skip
STARTERS = DECLARATIONS
# A comma before one of these separates clauses and means nothing.
CLAUSE_STARTS = (
    "ISSUED_BY", "SOURCE", "EFFECTIVE", "OPEN", "WHEN", "UNLESS", "UNKNOWN", "REVIEW", "GIVES", "LIMIT", "EXCLUSIVE",
    "BACKED_BY", "NOTE", "BENEFICIARY", "EXPECT", "BESIDE",
)  # fmt: skip


@dataclass(frozen=True)
class Keyword:
    """One token with its spellings; `where` is empty for a word that is a keyword everywhere."""

    token: str
    en: tuple[str, ...]
    zh: tuple[str, ...]
    where: tuple[str, ...] = ()


def _row(token: str, en: str, zh: str, where: str = "") -> Keyword:
    def split(text: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in text.split("|") if part.strip())

    return Keyword(token, split(en), split(zh), tuple(where.split()))


_TYPED = "FACT BENEFIT PARAMETER"
_VALUES = "POLICY DEFINE PARAMETER CLASSIFY SCORECARD TABLE EXAMPLE"
KEYWORDS: tuple[Keyword, ...] = (
    _row("USE", "use", "引用"),
    _row("FACT", "fact", "指标 | 事实"),
    _row("DEFINE", "define", "定义"),
    _row("PARAMETER", "parameter", "参数"),
    _row("BENEFIT", "benefit", "权益"),
    _row("CLASSIFY", "classify", "分类 | 划分"),
    _row("POLICY", "policy | product", "政策 | 产品"),
    _row("EXAMPLE", "example", "示例"),
    _row("TABLE", "table", "决策表 | 对照表"),
    _row("SCORECARD", "scorecard", "评分卡 | 积分卡"),
    # types
    _row("YES_NO", "yes/no", "是否", _TYPED),
    _row("NUMBER_TYPE", "number", "数值", _TYPED),
    _row("COUNT_TYPE", "count", "数量", _TYPED),
    _row("POINTS_TYPE", "points", "分值", _TYPED),
    _row("PERCENT_TYPE", "percent", "比例", _TYPED),
    _row("MONEY_TYPE", "money", "金额", _TYPED),
    _row("DATE_TYPE", "date", "日期", _TYPED),
    _row("DURATION_TYPE", "duration", "时长", _TYPED),
    _row("ONE_OF", "one of", "取值", _TYPED),
    _row("SET_OF", "set of", "标签", _TYPED),
    _row("CODE_TYPE", "code", "代码", _TYPED),
    _row("TEXT_TYPE", "text", "文本", _TYPED),
    _row("EXCHANGE_TYPE", "exchange rate", "汇率", "PARAMETER"),
    _row("RATIO_AMONG", "ratio among", "比率", _TYPED),
    # what a declaration says of a name
    _row("ALSO", "also", "又称 | 又名"),
    _row("RANGE", "in", "范围", "FACT BENEFIT"),
    _row("CURRENCY", "in currency", "币种 | 单位", _TYPED),
    _row("YEARLY", "yearly", "按年", "FACT"),
    _row("IMPROVABLE", "improvable", "可改善", "FACT"),
    _row("FIXED", "fixed", "固定", "FACT"),
    _row("LEDGER_GRANTED", "ledger granted of", "台账授信", "FACT"),
    _row("LEDGER_DRAWN", "ledger drawn of", "台账放款", "FACT"),
    _row("LEDGER_BALANCE", "ledger balance of", "台账余额", "FACT"),
    _row("LEDGER_EXPOSURE", "ledger exposure of", "台账敞口", "FACT"),
    _row("LOWER_IS_BETTER", "lower is better", "越低越好", "BENEFIT"),
    _row("HIGHER_IS_BETTER", "higher is better", "越高越好", "BENEFIT"),
    _row("MEETS", "meets", "满足", "BENEFIT"),
    _row("IN_PART", "in part", "可部分满足", "BENEFIT"),
    _row("DIVIDES", "divides", "分担", "BENEFIT"),
    _row("ASSUMED", "assumed", "暂定", "PARAMETER"),
    # values
    _row("YES", "yes | true", ""),
    _row("NO", "no | false", "否"),
    _row("SHI", "", "是"),
    _row("NONE", "none", "无 | 不予", "POLICY TABLE EXAMPLE"),
    _row("AS_OF", "as_of | as of", "基准日 | 评估日"),
    _row("FROM", "from", "自 | 从"),
    _row("TO", "to | until", "至 | 到"),
    _row("DE", "", "的", _VALUES),
    _row("YEARS", "years", "年数", _VALUES),
    _row("MONTHS", "months", "月数", _VALUES),
    _row("DAYS", "days", "天数", _VALUES),
    # conditions
    _row("AND", "and", "且 | 并且", _VALUES),
    _row("OR", "or", "或 | 或者", _VALUES),
    _row("NOT", "not", "非", _VALUES),
    _row("ALL_OF", "all of", "全部 | 同时满足", _VALUES),
    _row("ANY_OF", "any of", "任一 | 任一项", _VALUES),
    _row("AT_LEAST", "at least | is at least", "不低于 | 至少 | 不少于 | 不小于", _VALUES),
    _row("AT_MOST", "at most | is at most", "不超过 | 至多 | 不高于 | 不大于 | 不多于", _VALUES),
    _row(
        "ABOVE", "above | more than | is above | is more than | after | is after", "高于 | 超过 | 大于 | 晚于", _VALUES
    ),
    _row(
        "BELOW",
        "below | less than | is below | is less than | before | is before",
        "低于 | 小于 | 不足 | 早于",
        _VALUES,
    ),
    _row("IS", "is", "为 | 等于"),
    _row("IS_NOT", "is not", "不为 | 不是 | 不等于", _VALUES),
    _row("BETWEEN", "between", "介于", _VALUES),
    _row("JOIN", "", "与 | 和", _VALUES),
    _row("ZHIJIAN", "", "之间", _VALUES),
    _row("IN", "in | is in", "", _VALUES),
    _row("NOT_IN", "not in | is not in", "不属于", _VALUES),
    _row("BELONGS", "", "属于", _VALUES),
    _row("UNDER", "under | is under", "归属", _VALUES),
    _row("HAS", "has", "具有 | 包含", _VALUES),
    _row("HAS_ANY", "has any of", "具有任一 | 包含任一", _VALUES),
    _row("HAS_ALL", "has all of", "具有全部 | 包含全部", _VALUES),
    _row("IS_MISSING", "is missing | is unknown", "缺失", _VALUES),
    _row("IS_KNOWN", "is known | is not missing | is not unknown", "已知 | 不缺失", _VALUES),
    _row("IF", "if", "若 | 如果", _VALUES),
    _row("THEN", "then", "则 | 那么 | 其次", _VALUES),
    _row("ELSE", "else", "否则", _VALUES),
    _row("OF", "of", "项 | 条 | 个", _VALUES),
    _row("PER_FURTHER", "per further", "每增加", _VALUES),
    _row("QI", "", "起", _VALUES),
    _row("ADDS", "", "增加", _VALUES),
    _row("IN_TOP", "in top | in the top", "", _VALUES),
    _row("NOT_IN_TOP", "not in top | not in the top", "", _VALUES),
    _row("RANK_BY", "rank by", "", _VALUES),
    _row("WITHIN", "within", "", _VALUES),
    _row("ZAI", "", "在", _VALUES),
    _row("NEI", "", "内", _VALUES),
    _row("QIAN", "", "前 | 位列前", _VALUES),
    _row("MING", "", "名", _VALUES),
    _row("PAIMING", "", "排名", _VALUES),
    # yearly facts
    _row("OVER", "over", "", _VALUES),
    _row("SUM_OF", "sum of", "", _VALUES),
    _row("LEAST_OF", "min of", "", _VALUES),
    _row("MOST_OF", "max of", "", _VALUES),
    _row("AVERAGE_OF", "average of", "", _VALUES),
    _row("GROWTH_OF", "growth of", "", _VALUES),
    _row("JIN", "", "近", _VALUES),
    _row("LEIJI", "", "累计", _VALUES),
    _row("ZUIXIAO", "", "最小值", _VALUES),
    _row("ZUIDA", "", "最大值", _VALUES),
    _row("JUNZHI", "", "平均值", _VALUES),
    _row("FUHE", "", "增长率", _VALUES),
    _row("ELIGIBLE", "eligible for", "符合", "POLICY"),
    # scorecards and tables
    _row("OUT_OF", "out of", "满分", "SCORECARD"),
    _row("DIMENSION", "dimension", "维度", "SCORECARD"),
    _row("WEIGHT", "weight", "权重", "SCORECARD"),
    _row("LINEAR", "linear", "线性", "SCORECARD"),
    _row("BANDS", "bands", "分段", "SCORECARD"),
    _row("DEDUCT", "minus", "每项扣", "SCORECARD"),
    _row("EACH", "each", "", "SCORECARD"),
    _row("FLOOR", "floor", "下限", "SCORECARD"),
    _row("CAP", "cap", "上限", "SCORECARD"),
    _row("HIT", "hit", "命中", "TABLE"),
    _row("UNIQUE", "unique", "唯一", "TABLE"),
    _row("FIRST_HIT", "first", "首个", "TABLE"),
    _row("COLLECT_SUM", "collect sum", "汇总求和", "TABLE"),
    _row("COLLECT_MIN", "collect min", "汇总取小", "TABLE"),
    _row("COLLECT_MAX", "collect max", "汇总取大", "TABLE"),
    _row("ANY", "any", "任意 | 不限", "TABLE"),
    # clauses of a policy
    _row("ISSUED_BY", "issued by", "发布方", "POLICY"),
    _row("FOR", "for", "面向", "POLICY"),
    _row("SOURCE", "source", "依据", "POLICY PARAMETER FACT"),
    _row("ARTICLE", "article", "条款", "POLICY"),
    _row("QUOTE", "quote", "原文", "POLICY"),
    _row("NOTE", "note", "备注", "POLICY"),
    _row("BENEFICIARY", "beneficiary", "受益人", "POLICY"),
    _row("EFFECTIVE", "effective", "有效期", "POLICY"),
    _row("OPEN", "open", "申报期", "POLICY"),
    _row("WHEN", "when", "条件 | 当", "POLICY CLASSIFY"),
    _row("UNLESS", "unless", "除非", "POLICY"),
    _row("UNKNOWN", "unknown", "未知", "POLICY FACT"),
    _row("MEANS", "means", "视为", "POLICY FACT"),
    _row("REVIEW", "review", "人工核验 | 待核实 | 待人工核验", "POLICY"),
    _row("BY", "by", "按 | 由", "POLICY DEFINE CLASSIFY SCORECARD TABLE EXAMPLE"),
    _row("GIVES", "gives", "给予", "POLICY"),
    _row("UP_TO", "up to", "最高", "POLICY"),
    _row("WITH", "with", "并 | 连同 | 其中", "POLICY EXAMPLE"),
    _row("OTHERWISE", "otherwise | others", "其余 | 其他", "POLICY CLASSIFY SCORECARD TABLE"),
    _row("LIMIT", "limit", "限额 | 限", "POLICY"),
    _row("TOTAL", "total", "合计 | 总计", "POLICY"),
    _row("ENTERPRISES", "enterprises | enterprise | firms", "家 | 家企业 | 户", "POLICY EXAMPLE"),
    _row("PER", "for each", "每个", "POLICY"),
    _row("DESCENDING", "descending", "降序 | 从高到低", "POLICY"),
    _row("ASCENDING", "ascending", "升序 | 从低到高", "POLICY"),
    _row("TIES", "ties included", "并列入围 | 并列计入", "POLICY"),
    _row("PARTIAL", "partial", "可部分给予 | 部分给予", "POLICY"),
    _row("EXCLUSIVE", "exclusive in", "互斥", "POLICY"),
    _row("KEEP_HIGHEST", "keep highest", "取最高", "POLICY"),
    _row("KEEP_LOWEST", "keep lowest", "取最低", "POLICY"),
    _row("KEEP_FIRST", "keep first", "取先列", "POLICY"),
    _row("BACKED_BY", "backed by", "增信", "POLICY"),
    # examples
    _row("EXPECT", "expect", "预期", "EXAMPLE"),
    _row("BESIDE", "beside", "另有", "EXAMPLE"),
    _row("MATCHES", "matches", "符合", "EXAMPLE"),
    _row("NO_MATCH", "does not match", "不符合", "EXAMPLE"),
    _row("IS_UNKNOWN", "is unknown", "待补充", "EXAMPLE"),
    _row("NEEDS_REVIEW", "needs review", "待人工核验", "EXAMPLE"),
    _row("NOT_IN_FORCE", "is not in force", "未生效", "EXAMPLE"),
    _row("NOT_YET", "is not yet in force", "尚未生效", "EXAMPLE"),
    _row("ENDED", "is no longer in force", "已失效", "EXAMPLE"),
    _row("NOT_OPEN", "is not yet open", "未到申报期", "EXAMPLE"),
    _row("CLOSED", "is no longer open", "申报期已过", "EXAMPLE"),
    _row("AWARDED", "is awarded", "获批", "EXAMPLE"),
    _row("WAITLISTED", "is waitlisted", "候补", "EXAMPLE"),
    _row("EXCLUDED", "is excluded", "被排除", "EXAMPLE"),
    _row("NOTHING_MATCHES", "nothing matches", "均不符合 | 无一符合", "EXAMPLE"),
)
BY_TOKEN = {k.token: k for k in KEYWORDS}


def spellings(place: str) -> dict[str, str]:
    """Every spelling that is a keyword inside a declaration that starts with the token `place`, to its token.

    >>> spellings("POLICY")["条件"], "条件" in spellings("FACT")
    ('WHEN', False)
    """
    found: dict[str, str] = {}
    for keyword in KEYWORDS:
        if not keyword.where or place in keyword.where:
            found |= dict.fromkeys((*keyword.en, *keyword.zh), keyword.token)
    return found


def word_for(token: str, language: str) -> str:
    """How a token is written in `zh` or `en`; tokens that only one language has give that one."""
    keyword = BY_TOKEN[token]
    first, second = (keyword.zh, keyword.en) if language == "zh" else (keyword.en, keyword.zh)
    return (first or second)[0]
