"""The command line's own words in Chinese: help, headings, errors of usage. The commands declare the English."""

import re
from collections.abc import Sequence

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from api.settings import LANGUAGES
from dsl.text.diagnostics import Language

HELP = {
    # commands
    "Huice (惠策): match enterprises to the policies they qualify for, and say why.": (
        "惠策：为企业匹配可享受的政策，并说明理由。"
    ),
    "Check a pack: nothing is printed when all is well, exit 1 when it has an error.": (
        "检查规则包；一切正常时不输出，有错误时退出码为 1。"
    ),
    "Count what there is, and write every scaled amount out.": "列出数量，并将带 万、亿 等单位的数额写成完整数字。",
    "Refuse a pack that has a warning: exit 1.": "有提醒的规则包也不通过，退出码为 1。",
    "Look for contradictions and other mistakes of meaning.": "分析含义：查找矛盾、多余的条件等问题。",
    "Run a pack's examples and show which outcomes of each clause they have seen: exit 1 when one fails.": (
        "运行规则包的示例，并列出每个条件已见的结果；有示例未通过时退出码为 1。"
    ),
    "Put a pack's text in the canonical layout and name the files that changed: exit 1 when it has an error.": (
        "将规则包的文字整理为规范格式，并列出改动的文件；有错误时退出码为 1。"
    ),
    "Answer every policy of a pack for every enterprise, and write the answers to a file.\n\n"
    "Exit 1 when a limit ends in a tie that the pack does not decide; the file is written all the same.": (
        "逐家企业、逐项政策给出结论，并写入文件。\n\n限额处出现规则包未作取舍的并列时退出码为 1，文件照常写出。"
    ),
    "Say why each policy answers what it answers for one enterprise.": "说明各项政策对一家企业的结论及理由。",
    "Say which missing facts of one enterprise to ask for next, what each may unlock, and which cannot matter.": (
        "说明一家企业应先补充哪些数据、各能解锁什么，以及哪些数据无关紧要。"
    ),
    "Say what a new pack changes: for each policy whether it is equivalent, stricter, looser or incomparable, with an\n"
    "enterprise that shows it; with a population, who changes side and what it costs.\n\n"
    "Exit 0 whether or not the packs differ; with --exit-code 3 when they do.": (
        "说明新规则包的变化：各项政策是等效、收紧、放宽还是有宽有严，并举出企业为证；给出企业数据时，列出受影响的企业和金额。\n\n"
        "无论有无差异，退出码均为 0；加 --exit-code 时，有差异则为 3。"
    ),
    "Show what a pack gives as one parameter moves: who matches, what it costs, who is at the margin; and seek the\n"
    "value that keeps to a budget or admits so many.": (
        "一个参数变动时，规则包给出什么：符合的企业、所需金额、处于边缘的企业；并求出满足预算或家数的取值。"
    ),
    "Answer over HTTP from one pack and one population, as of one day; /docs describes the service.": (
        "以一个规则包和一批企业数据提供某一日的 HTTP 服务；接口说明见 /docs。"
    ),
    "Write synthetic enterprises of a zone, for trials; no row describes a real one.": (
        "写出某园区的合成企业，供试用；不含真实企业。"
    ),
    "Match a zone's pack over its full population: counts, one enterprise with reasons, one whitelist with its cap.": (
        "用园区全部企业演示匹配：各政策数量、一家企业的结论与理由、一份名单及其限额。"
    ),
    "Say what can be lost, by product and kind of enterprise, and at which loss rate each party is used up.": (
        "说明各产品、各类企业的敞口，以及损失率达到多少时各增信方用尽。"
    ),
    "List who is awarded under limits and exclusive groups, who waits and why, and who moves up.\n\n"
    "Exit 1 when a limit ends in a tie that the pack does not decide; the list is written all the same.": (
        "列出在限额与互斥之下谁获批、谁候补及原因，以及他人放弃后谁递补。\n\n"
        "限额处出现规则包未作取舍的并列时退出码为 1，名单照常写出。"
    ),
    "Say what a draft does to a population: who gains and who loses, by kind of enterprise, what it costs, who stands\n"
    "beside the thresholds, which clause keeps whom out, and which examples fail.": (
        "说明草案对一批企业的影响：谁受益、谁受损，按企业类别列出，以及金额、处于门槛边缘的企业、各条件挡住的家数、未通过的示例。"
    ),
    "Say what is best for one enterprise to have together where policies exclude each other, and why not the rest.": (
        "说明一家企业在互斥之下可以同时享受的最优组合，以及其余政策为何不享受。"
    ),
    # arguments and options
    "The enterprise that chooses.": "所要组合政策的企业。",
    "What to add up, else money without repayment; may be repeated for money.": (
        "合计哪些权益，缺省为无偿金额；金额类可多次给出。"
    ),
    "Say where an enterprise stands among its peers by each indicator, or write where everyone does.": (
        "说明一家企业各项指标在同行中的名次，或写出全部企业的名次。"
    ),
    "Say how a score moved over the years, line by line, and how its rank did: by itself, and by its peers.\n\n"
    "Earlier years come from yearly facts, or from a file for each year.": (
        "逐项说明积分几年间的变化，以及名次变化中自身与同行各占多少。\n\n往年数据取自年度指标，或每年一个文件。"
    ),
    "Pick candidates by a policy or a condition and keep the list with all that it rests on.\n\n"
    "Exit 1 when a limit ends in a tie that nothing decides; the list is written all the same.": (
        "按政策或条件选取备选企业，连同依据保存名单。\n\n限额处出现未作取舍的并列时退出码为 1，名单照常写出。"
    ),
    "Say how many of a list of candidates became what they were picked for, by later data on the enterprises.": (
        "按后来的企业数据，说明备选名单中有多少家达到了当初的目标。"
    ),
    # arguments and options
    "One enterprise, by id.": "一家企业的编号。",
    "Only this indicator, by name or label; may be repeated.": "仅此指标（名称或标签），可多次给出。",
    'Among those equal in these, such as industry,stage; "" for all; may be repeated.': (
        '在这些取值相同的企业中排名，如 industry,stage；"" 为全部企业；可多次给出。'
    ),
    "Write everyone's ranks: .csv, .parquet or .ndjson.": "写出全部企业的名次：.csv、.parquet 或 .ndjson。",
    "The enterprises as they were a year before; again for two years, and so on.": (
        "一年前的企业数据；再次给出为两年前，依此类推。"
    ),
    "A scorecard or any other number, by name or label.": "积分卡或其他数值（名称或标签）。",
    'How far back, such as "3 years"; else 3 years.': '往前几年，如 "3年"；默认 3 年。',
    "The peers are those equal in these, such as stage.": "同行为这些取值相同的企业，如 stage。",
    "Picked by this policy, by name or label.": "按此政策选取（名称或标签）。",
    "Picked by a condition in the pack's words; a limit may follow.": "按规则包用语所写的条件选取，其后可带限额。",
    "Where to keep the list: .json.": "名单保存到何处：.json。",
    "A list that `huice candidates` kept (.json).": "`huice candidates` 保存的名单（.json）。",
    "What candidates were to become, such as hnte.": "备选企业应达到的条件，如 高企。",
    "The enterprises the list was made from: tells who was missed.": "名单所依据的企业数据；给出后可知漏选了谁。",
    "Rows of enterprise and policy that declined; the next moves up.": (
        "放弃名单，每行一家企业、一项政策；其后依次递补。"
    ),
    "An earlier list (.json) that this run must rest on alike.": "此前的名单（.json），本次所依据的数据须与之一致。",
    "Where to write the whole list: .json, .csv, .parquet or .ndjson.": (
        "名单写到何处：.json、.csv、.parquet 或 .ndjson。"
    ),
    "Write the report as one page, with charts.": "将报告写成一个带图表的网页文件。",
    "Instead: what shadows have kept, a file or folder; repeatable.": (
        "改为读取影子运行的留存文件或文件夹；可多次给出。"
    ),
    "A draft to answer the same, out of sight; needs --shadow-out.": ("同时在后台作答的草案；须与 --shadow-out 同用。"),
    "Where the answers of the shadow are kept: .ndjson.": "影子结论的留存文件：.ndjson。",
    "What was granted, drawn and repaid, an entry a row.": "台账：授信、放款、还款等，每行一笔。",
    "Also by a fact or classification, such as stage; may be repeated.": "并按某指标或分类分组，如 stage；可多次给出。",
    "What a loss of such a share would cost, such as 12%.": "损失率如 12% 时各方应担多少。",
    "A folder, a .policy file, or the name of a shipped pack.": "文件夹、.policy 文件，或随附规则包的名称。",
    "The pack as it is: a folder, a .policy file, or a shipped pack.": (
        "原规则包：文件夹、.policy 文件，或随附规则包的名称。"
    ),
    "The pack as it is to be.": "新规则包。",
    "Enterprises to try both packs on: a .csv, .parquet, .arrow or .feather file.": (
        "用来试算的企业数据：.csv、.parquet、.arrow 或 .feather 文件。"
    ),
    "Where to write every enterprise that changes: .csv, .parquet or .ndjson.": (
        "受影响企业名单的输出文件：.csv、.parquet 或 .ndjson。"
    ),
    "Exit 3 when anything differs.": "有差异时退出码为 3。",
    "The enterprises: a .csv, .parquet, .arrow or .feather file, or a folder of .parquet files.": (
        "企业数据：.csv、.parquet、.arrow 或 .feather 文件，或 .parquet 文件的文件夹。"
    ),
    "A zone that has a pack, such as shijiazhuang.": "有规则包的园区，如 shijiazhuang。",
    "A zone that has a pack.": "有规则包的园区。",
    "Language of messages; else HUICE_LANG, the locale.": "提示语言；缺省取 HUICE_LANG 或系统区域设置。",
    "How the result is printed.": "结果的输出形式。",
    "The day the answers are about, such as 2023-06-30.": "结论所依据的日期，如 2023-06-30。",
    "The day the answers are about, such as 2023-06-30; else today.": "结论所依据的日期，如 2023-06-30；缺省为今天。",
    "Refuse the file, or read a bad cell as missing.": "遇到无法读取的单元格：报错，或视为缺失。",
    "Yearly facts, a row for each enterprise, year, fact and value.": "年度指标：每行为企业、年度、指标和数值。",
    "The column that holds the ids.": "编号所在的列。",
    "Mend in place what one edit mends.": "一处修改即可更正的，直接改好。",
    "Print the checked program.": "输出检查后的规则。",
    "List every example and clause.": "逐条列出示例和条件。",
    "List every clause and tier, and in words what no example shows.": "列出每个条件和档次，并说明示例未见的情形。",
    "Exit 1 when less than this is covered.": "覆盖率低于此值时退出码为 1。",
    "Print the examples that are lacking, for the author to judge.": "输出所缺的示例，供作者核对。",
    "With --suggest: a new file to write them to.": "与 --suggest 同用：写入此新文件。",
    "Change nothing; show what would change, and exit 1.": "不改动文件，只显示将有的改动，此时退出码为 1。",
    "Change nothing; print the text.": "不改动文件，只输出文字。",
    "Translate into this language; else every file keeps its own.": "译为此语言；缺省保持各文件原有的语言。",
    "Where to write: .csv, .parquet or .ndjson.": "输出文件：.csv、.parquet 或 .ndjson。",
    "Where to write: .csv or .parquet.": "输出文件：.csv 或 .parquet。",
    "Only these answers, such as match,review.": "只要这些结论，如 match,review。",
    "A row a pair, a row an enterprise, or counts.": "每对一行、每家企业一行，或仅计数。",
    "Write who fails one requirement only, and by how much.": "写出仅差一个条件的企业及差距。",
    "Match with Spark, such as local[4]; --out is then a folder.": "用 Spark 匹配，如 local[4]；此时 --out 为文件夹。",
    "The enterprise to explain.": "要说明的企业。",
    "The enterprise to ask.": "要询问的企业。",
    "Rank questions by the policies they settle, or the money they may unlock.": (
        "按可判定的政策数或可能解锁的金额排序。"
    ),
    "Also say what would change each answer: the nearest paths.": "并说明如何改变各项结论：最近的途径。",
    "Only this policy, by name or label.": "只看这项政策，可用名称或标签。",
    "The parameter, by name or label.": "参数，可用名称或标签。",
    "The lowest value to show.": "显示的最低取值。",
    "The highest value to show.": "显示的最高取值。",
    "Seek the value that spends the most within this.": "求不超过此数额的取值，用得最足。",
    "With --spend-at-most: the benefit that is summed.": "与 --spend-at-most 同用：所合计的权益。",
    "Seek the value at which so many match.": "求符合的企业为此家数的取值。",
    "Where to write the whole curve: .csv, .parquet or .ndjson.": "完整曲线的输出文件：.csv、.parquet 或 .ndjson。",
    "The address to listen on.": "监听地址。",
    "The port; 0 takes a free one.": "端口；0 表示任取空闲端口。",
    "How many enterprises; else as many as the zone has.": "企业数；缺省为该园区的企业数。",
    "The same zone, size and seed give the same enterprises.": "园区、数量、种子相同，则企业相同。",
    "Print the version and leave.": "显示版本后退出。",
    "Show this message and exit.": "显示本说明后退出。",
}
HEADINGS = {
    "Usage: ": "用法：", "Arguments:": "参数：", "Options:": "选项：", "Commands:": "命令：", "[required]": "[必填]",
    "[default: ": "[默认：", "[default:\n": "[默认：\n", "[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]...",
}  # fmt: skip
ERRORS = (
    (r"Missing argument '(.*)'\.", r"缺少参数 \1"),
    (r"Missing option '(.*)'\.", r"缺少选项 \1"),
    (r"Missing command\.", "缺少命令"),
    (r"No such option: (\S+)", r"没有选项 \1"),
    (r"No such command '(.*)'\.", r"没有命令 \1"),
    (r"Option '(.*)' requires an argument\.", r"选项 \1 需要一个值"),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", r"多余的参数 \1"),
    (r"Invalid value for '(.*)': (?:Value error, )?(.*)", r"\1 的值无效：\2"),
    (r"'(.*)' is not one of (.*)\.", r"`\1` 不在可选值之中：\2"),
    (r" \(Possible options: (.*)\)", r"，是否为 \1？"),
    (r"Did you mean '?([^'?]*)'?\?", r"是否为 \1？"),
)


def in_chinese(message: str) -> str:
    """An error of usage in Chinese; what is not known stays English."""
    for pattern, words in ERRORS:
        message = re.sub(pattern, words, message)
    return message


def language_asked(arguments: Sequence[str], fallback: Language) -> Language:
    """The language that a command line asks for, read before the command line is understood."""
    asked = fallback
    for one, following in zip(arguments, [*arguments[1:], ""], strict=False):
        value = following if one == "--lang" else one.removeprefix("--lang=")
        asked = next((language for language in LANGUAGES if language == value and one.startswith("--lang")), asked)
    return asked


def translate(command: TyperCommand | TyperGroup) -> None:
    """Put a command's help and that of its parameters into Chinese."""
    command.help = HELP.get(command.help or "", command.help)
    for parameter in command.params:
        if isinstance(parameter, TyperArgument | TyperOption) and parameter.help:
            parameter.help = HELP.get(parameter.help, parameter.help)
    for inner in getattr(command, "commands", {}).values():
        translate(inner)


def translate_headings(text: str) -> str:
    """The rest of a help page in Chinese."""
    for english, chinese in {**HEADINGS, "Show this message and exit.": HELP["Show this message and exit."]}.items():
        text = text.replace(english, chinese)
    return text
