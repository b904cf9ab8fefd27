"""Every sentence that is said about a problem, in both languages.

Style: lower-case start, the user's words in backquotes, the remedy in the help. `{left_kind}` and the like are words
for kinds of value and are translated; `{expected}` is a list of tokens and becomes groups of words.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """One code's sentence and help in both languages."""

    en: str
    zh: str
    help_en: str = ""
    help_zh: str = ""


_W = Wording
WORDING: dict[str, Wording] = {
    "E101": _W(
        "`{read}` ({point}) has no meaning here",
        "`{read}`（{point}）在此处没有含义",
        "remove it, or put it inside quotes if it is part of a text",
        "删除它；如属文字内容，请放入引号",
    ),
    "E102": _W(
        "the text that begins with `{read}` is not closed on its line",
        "以 `{read}` 开头的文字在本行没有结束",
        "close it with {close}",
        "以 {close} 结束",
    ),
    "E103": _W(
        "`{read}` is not the beginning of a declaration",
        "`{read}` 不是任何声明的开头",
        "begin with fact, define, parameter, benefit, classify, policy, example or use at the start of a line",
        "行首请以 指标、定义、参数、权益、分类、政策、示例 或 引用 开头",
    ),
    "E104": _W("`{read}` does not fit here; expected {expected}", "此处不应为 `{read}`，应为{expected}", "", ""),
    "E105": _W(
        "this nests or runs on deeper than {limit} levels",
        "嵌套或连写超过 {limit} 层",
        "name a part with `define` and use the name",
        "用 `定义` 给其中一部分命名后引用",
    ),
    "E106": _W(
        "`{read}` is not a day of the calendar", "`{read}` 不是日历上的日期", "check month and day", "请核对月份和日期"
    ),
    "E107": _W(
        "the number `{read}` has more than {limit} digits",
        "数字 `{read}` 超过 {limit} 位",
        "use a scale such as 万, 亿, M or B",
        "请使用 万、亿 等单位",
    ),
    "E108": _W(
        "`{read}` is a reserved word; this version does not have it yet",
        "`{read}` 是保留字，本版本尚不支持",
        "write the rule with facts, defines and tiers, or put the word in backquotes if it is a name",
        "请用指标、定义和分档表达；如为名称，请加反引号",
    ),
    "E109": _W(
        "the text ends too early; expected {expected}",
        "文字过早结束，应为{expected}",
        "complete it after `{after}`",
        "请在 `{after}` 之后补全",
    ),
    "E110": _W(
        "a new declaration begins with `{read}` before this one is complete; expected {expected}",
        "上一声明尚未完成就开始了新的声明 `{read}`，应为{expected}",
        "complete it after `{after}`; a name that equals a keyword is written in backquotes",
        "请在 `{after}` 之后补全；与关键字同名的名称请加反引号",
    ),
    "E111": _W(
        "{file} is not UTF-8: byte {position} cannot be read",
        "{file} 不是 UTF-8 编码：第 {position} 字节无法读取",
        "save the file as UTF-8",
        "请另存为 UTF-8 编码",
    ),
    "E201": _W("`{name}` is not declared", "`{name}` 没有声明", "did you mean {near}?", "是否为 {near}？"),
    "E202": _W(
        "`{name}` is declared twice",
        "`{name}` 重复声明",
        "give one of them another name or label",
        "请为其中一个改用其他名称或标签",
    ),
    "E203": _W(
        "the name `{name}` could also be read as {parts}",
        "名称 `{name}` 也可读作 {parts}",
        "choose a label that is not made of other names",
        "请换一个不由其他名称拼成的标签",
    ),
    "E204": _W(
        "`{name}` is not one of the values here: {known}",
        "`{name}` 不在可选值之中：{known}",
        "did you mean {near}?",
        "是否为 {near}？",
    ),
    "E205": _W(
        "there is no pack `{name}`; known packs: {known}",
        "没有规则包 `{name}`，现有：{known}",
        "did you mean {near}?",
        "是否为 {near}？",
    ),
    "E206": _W(
        "the pack declares nothing ({files})",
        "规则包没有任何声明（{files}）",
        "write at least one fact and one policy",
        "请至少写一个指标和一项政策",
    ),
    "E207": _W(
        "`{name}` is a {role_kind}, which cannot stand here",
        "`{name}` 是{role_kind}，不能用在此处",
        "use a name of the right sort",
        "请使用恰当类别的名称",
    ),
    "E301": _W(
        "`{left}` is {left_kind}, `{right}` is {right_kind}: they cannot be compared",
        "`{left}` 是{left_kind}，`{right}` 是{right_kind}，二者不能比较",
        "compare values of the same type; write amounts with 万, 亿, M or 元, percentages with %",
        "请比较同类的值；金额写 万、亿、元，比例写 %",
    ),
    "E302": _W(
        "`{read}`: `{operator}` cannot join {left_kind} and {right_kind}",
        "`{read}`：`{operator}` 不能用于{left_kind}与{right_kind}",
        "check the units of both sides",
        "请核对两侧的单位",
    ),
    "E303": _W(
        "`{read}` stands where a percentage is meant: {percent} or {times}?",
        "`{read}` 用在比例的位置：是 {percent} 还是 {times}？",
        "write it with %",
        "请写上 %",
    ),
    "E304": _W(
        "`{read}` is {left_kind}, but {right_kind} is needed",
        "`{read}` 是{left_kind}，此处需要{right_kind}",
        "give a value of that type",
        "请给出该类型的值",
    ),
    "E305": _W(
        "`{read}` has {count} parts, but the risk is shared among {parties} parties: {names}",
        "`{read}` 有 {count} 份，分担方却有 {parties} 个：{names}",
        "write one part for each party, in their declared order",
        "请按声明顺序为每一方写一份",
    ),
    "E306": _W(
        "`{read}` is {left_kind}, not a condition",
        "`{read}` 是{left_kind}，不是条件",
        "compare it with something",
        "请将它与某个值比较",
    ),
    "E307": _W(
        "`{name}` takes {least} to {most} values, not {count}",
        "`{name}` 需要 {least} 至 {most} 个值，而非 {count} 个",
        "give it that many",
        "请给出相应个数的值",
    ),
    "E308": _W(
        "`{read}` cannot be held exactly as {right_kind}",
        "`{read}` 无法精确表示为{right_kind}",
        "amounts go down to 0.01 of the currency, counts and durations are whole",
        "金额最小到分，数量与时长为整数",
    ),
    "E309": _W(
        "`{read}` is too large for {right_kind}",
        "`{read}` 超出{right_kind}的范围",
        "whole values stay below 4.6 × 10^18 in the smallest unit",
        "以最小单位计须小于 4.6×10^18",
    ),
    "E311": _W(
        "`{operator}` does not apply to {left_kind}",
        "`{operator}` 不适用于{left_kind}",
        "order only numbers, amounts and dates; use `has` for sets and `under` for codes",
        "只有数值、金额、日期可排序；标签用 `具有`，代码用 `归属`",
    ),
    "E312": _W(
        "`{read}` must be a whole number from 1 to {count}",
        "`{read}` 应为 1 至 {count} 的整数",
        "there are {count} conditions in the list",
        "列表中共有 {count} 个条件",
    ),
    "E313": _W(
        "`{read}` means that nothing is given and stands only in a tier",
        "`{read}` 表示不给予，只能用在分档中",
        "write an amount, or leave the benefit out",
        "请写明数额，或去掉该权益",
    ),
    "E314": _W(
        "`_` stands for the looked-up value and has none here",
        "`_` 代表所查的值，此处没有",
        "use it in tiers after `by`",
        "请在 `按` 之后的分档中使用",
    ),
    "E315": _W(
        "`{read}` is in {left}, which is not a whole number of {right}",
        "`{read}` 的单位 {left} 不能整换为 {right}",
        "use the same unit on both sides",
        "请两侧使用同一单位",
    ),
    "E316": _W(
        "`{read}` is {left_kind}, which does not form groups",
        "`{read}` 是{left_kind}，不能用来分组",
        "group by a category, a code or a yes/no fact",
        "请按取值、代码或是否类指标分组",
    ),
    "E317": _W(
        "`{read}` is not a number of enterprises or a share such as 10%",
        "`{read}` 不是企业个数，也不是 10% 这样的比例",
        "write a whole number from 1, or a percentage up to 100%",
        "请写不小于 1 的整数或不超过 100% 的比例",
    ),
    "E318": _W(
        "`{read}` is not one value of {right_kind}",
        "`{read}` 不是一个{right_kind}值",
        "write the value itself",
        "请直接写出该值",
    ),
    "E319": _W(
        "{right_kind} cannot be declared here",
        "此处不能声明{right_kind}",
        "ratios are benefits; sets are facts",
        "比率用于权益，标签用于指标",
    ),
    "E320": _W(
        "`{read}` is not a fixed value",
        "`{read}` 不是固定值",
        "a parameter is data: a number, amount, percentage, date or text",
        "参数是数据：数值、金额、比例、日期或文字",
    ),
    "E321": _W(
        "`{name}` is {right_kind} and needs an amount",
        "`{name}` 是{right_kind}，需要数额",
        "write `gives {name} = …`",
        "请写 `给予 {name} = …`",
    ),
    "E322": _W(
        "the tier `{read}` has no amount", "分档 `{read}` 没有数额", "write `→` and the amount", "请写 `→` 与数额"
    ),
    "E323": _W(
        "`{read}` is not a number of enterprises from 1 to 10000",
        "`{read}` 不是 1 至 10000 的企业个数",
        "write a whole number",
        "请写整数",
    ),
    "E401": _W(
        "`{name}` has a gap: no row holds for {witness}",
        "`{name}` 有缺口：{witness} 不属于任何一档",
        "widen a row, or add a last row with `otherwise`",
        "请扩大某一档，或在最后加 `其余`",
    ),
    "E402": _W(
        "`{name}` overlaps: {witness} is in `{first}` and in `{second}`",
        "`{name}` 有重叠：{witness} 同时属于 `{first}` 和 `{second}`",
        "let one of the two bounds exclude its number",
        "请让其中一个界限不含该数",
    ),
    "E403": _W("`otherwise` must be the last row", "`其余` 必须是最后一档", "move it to the end", "请移到最后"),
    "E404": _W(
        "these depend on themselves: {names}", "循环引用：{names}", "take one step out of the circle", "请去掉其中一环"
    ),
    "E406": _W(
        "`{read}` ends before it begins", "`{read}` 的结束早于开始", "exchange or correct the dates", "请更正日期"
    ),
    "E407": _W(
        "`{read}` lies outside the days on which the policy is effective",
        "`{read}` 不在政策有效期之内",
        "let the two spans of days share at least one day",
        "请让申报期与有效期至少有一天重合",
    ),
    "E408": _W(
        "the dates of `{read}` do not rise",
        "`{read}` 的日期没有递增",
        "write the values in the order of their first days; only the first may do without",
        "请按起始日先后书写；只有第一个可以不写起始日",
    ),
    "E409": _W(
        "`{read}` does not say in which order it is granted",
        "`{read}` 没有说明按什么顺序给予",
        "add `by score descending`",
        "请加上 `按 积分 降序`",
    ),
    "E410": _W(
        "`{name}` is given twice in one policy",
        "同一政策中 `{name}` 给予了两次",
        "put both into tiers, or write two policies",
        "请合并为分档，或拆为两项政策",
    ),
    "E411": _W("`{read}` is said twice", "`{read}` 写了两次", "keep one", "请只保留一处"),
    "E412": _W(
        "the policy does not give `{name}`", "本政策没有给予 `{name}`", "add `gives {name} …`", "请加上 `给予 {name} …`"
    ),
    "E413": _W("`{read}` begins above its end", "`{read}` 的下限大于上限", "exchange the two", "请对调"),
    "E414": _W(
        "the limit `{read}` is negative",
        "限额 `{read}` 为负数",
        "write an amount of zero or more",
        "请写不小于零的数额",
    ),
    "E415": _W(
        "`{first}` and `{second}` are both in the group `{group}` but keep by different measures",
        "`{first}` 与 `{second}` 同在互斥组 `{group}`，取舍标准却不同",
        "let every policy of a group keep by the same benefit",
        "同组政策应按同一权益取舍",
    ),
    "W101": _W(
        "`{read}` is read as one number",
        "`{read}` 读作一个数",
        "put a blank after the comma if it separates two",
        "如为两个数，请在逗号后加空格",
    ),
    "W301": _W(
        "is `{read}` meant as {read} times, or as {read}%?",
        "`{read}` 指 {read} 倍，还是 {read}%？",
        "write the percentage if that is meant",
        "如为百分比，请写上 %",
    ),
    "W401": _W(
        "`{name}` is not proved free of gaps and overlaps, because of `{read}`",
        "因 `{read}`，未能证明 `{name}` 无缺口、无重叠",
        "compare with fixed values to have it proved",
        "与固定值比较即可证明",
    ),
    "W403": _W(
        "`{name}` has no requirement: every enterprise matches",
        "`{name}` 没有任何条件：所有企业都符合",
        "add `when …`",
        "请加上 `条件 …`",
    ),
    "D501": _W(
        "{place}, row {row}, column `{column}`: read `{read}`, expected {expected}",
        "{place} 第 {row} 行“{column}”列：读到 `{read}`，应为{expected}",
        "mend the cell, or read bad cells as missing with --on-bad-cell missing",
        "请修改该单元格，或用 --on-bad-cell missing 视为缺失",
    ),
    "D502": _W(
        "{place}: the id `{id}` stands in rows {rows}",
        "{place}：编号 `{id}` 出现在第 {rows} 行",
        "every enterprise has one row; remove or merge the others",
        "每家企业只能有一行，请删除或合并",
    ),
    "D503": _W(
        "{place}: no id in row {row}",
        "{place}：第 {row} 行没有编号",
        "give every row an id, or remove empty rows",
        "请补上编号，或删除空行",
    ),
    "D504": _W(
        "{file} has no id column: wanted {wanted}, found {found}",
        "{file} 没有编号列：需要 {wanted} 之一，读到 {found}",
        "name the column with --id-column",
        "请用 --id-column 指明编号列",
    ),
    "D505": _W(
        "{file}: the columns {columns} all mean `{fact}`",
        "{file}：{columns} 各列都表示 `{fact}`",
        "keep one of them",
        "请只保留一列",
    ),
    "D506": _W(
        "{file} cannot be read: {reason}",
        "无法读取 {file}：{reason}",
        "give a file in .csv (UTF-8), .parquet, .arrow or .feather",
        "请提供 .csv（UTF-8）、.parquet、.arrow 或 .feather 文件",
    ),
    "D507": _W(
        "{file}: {count} more problems of this kind are not listed",
        "{file}：另有 {count} 处同类问题未列出",
        "mend those above first",
        "请先处理以上问题",
    ),
    "D601": _W(
        "`{policy}`: {count} enterprises tie at the cut and nothing decides between them: {tied}",
        "`{policy}`：{count} 家企业在分界处并列，无从取舍：{tied}",
        "add a further key with `then`, or `ties included`; until then they all wait",
        "请用 `其次` 加一个排序依据，或写 `并列入围`；在此之前均列为候补",
    ),
    "W501": _W(
        "{file}: columns not declared and not used: {columns}",
        "{file}：以下列未声明，不使用：{columns}",
        "declare them as facts, or correct the header",
        "请声明为指标，或更正列名",
    ),
    "W502": _W(
        "{file}: column `{column}` is computed by a {declared_kind} of the pack and is ignored",
        "{file}：“{column}”列由规则包中的{declared_kind}计算得出，已忽略",
        "remove the column, or declare it as a fact",
        "请删除该列，或声明为指标",
    ),
    "W503": _W(
        "{file}, column `{column}`: {count} cells read as missing, the first in row {row}: `{read}`, expected {expected}",
        "{file}“{column}”列：{count} 个单元格视为缺失，首个在第 {row} 行：`{read}`，应为{expected}",
        "mend them, or leave them empty",
        "请修改，或留空",
    ),
}
