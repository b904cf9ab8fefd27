"""What `allocate` and `risk` say, and why they are refused, in both languages; part of `api.wording`."""

from api.sentences import Sentence

_S = Sentence
ALLOCATION_SENTENCES: dict[str, Sentence] = {
    # allocate
    "declined_has_errors": _S("{file}: nothing is read; errors: {count}", "{file}：未读入，错误 {count} 处"),
    "unreadable_list": _S("the list `{file}` cannot be read: {reason}", "无法读取名单 `{file}`：{reason}"),
    "no_list": _S(
        "`{file}` is no list of the format {format}: at {where}: {reason}; write it anew with `{command}`",
        "`{file}` 不是 {format} 格式的名单（{where}：{reason}）；请用 `{command}` 重新生成",
    ),
    "not_frozen": _S(
        "the list was frozen on another {what}: {before}, and this run rests on {now}; give what it was made from",
        "名单冻结时的 {what} 为 {before}，本次为 {now}；请给出当时所依据的数据",
    ),
    "nothing_allocated": _S(
        "`{policy}` has neither a limit nor an exclusive group: every match is awarded",
        "`{policy}` 没有限额或互斥组：凡符合者均给予",
    ),
    "list_title": _S("{policy}: {awarded} awarded, {waiting} wait", "{policy}：获批 {awarded} 家，候补 {waiting} 家"),
    "list_more": _S("… and {count} more; `--out` writes all of them", "……另有 {count} 家；`--out` 写出全部"),
    "place": _S("place", "名次"),
    "state": _S("state", "结果"),
    "why": _S("why", "说明"),
    "list_wrote": _S("wrote the list to {file}", "已将名单写入 {file}"),
    "list_same": _S("the same as the frozen list", "与冻结的名单一致"),
    "list_moved": _S("{policy}: {who} {before} → {now}", "{policy}：{who} {before} → {now}"),
    "why_declined": _S("declined", "已放弃"),
    "why_excluded": _S("keeps {policy} instead", "保留 {policy}"),
    "why_no_group": _S("the group of the limit is not known", "所属的限额分组未知"),
    "why_awarded_all": _S("nothing limits it", "不受限额约束"),
    "why_awarded": _S("place {place}", "第 {place} 名"),
    "why_promoted": _S("place {place}, moved up because others declined", "第 {place} 名，因他人放弃而递补"),
    "why_no_amount": _S("place {place}; its amount is not known", "第 {place} 名；其数额未知"),
    "why_nobody": _S("place {place}; nothing is left of {quota}", "第 {place} 名；{quota} 已无余额"),
    "why_waits": _S(
        "place {place}, limit {quota}, cut-off place {last} with {keys}",
        "第 {place} 名，限额 {quota}，分界第 {last} 名：{keys}",
    ),
    "why_tied": _S("; equal by every key", "；各项排序依据均相同"),
    "why_decided": _S("; {by} decided between equals", "；同分时由 {by} 决定"),
    # risk
    "by": _S("by", "分组"),
    "total": _S("in all", "合计"),
    "figure_granted": _S("granted", "授信"),
    "figure_drawn": _S("drawn", "累计放款"),
    "figure_balance": _S("balance", "余额"),
    "figure_exposure": _S("exposure", "敞口"),
    "figure_utilisation": _S("drawn ÷ granted", "放款÷授信"),
    "figure_enterprises": _S("enterprises", "企业数"),
    "figure_drawings": _S("drawings", "放款笔数"),
    "ledger_read": _S(
        "{entries} entries of {file}; {later} of later days are left out",
        "{file} 中 {entries} 笔；其后日期的 {later} 笔未计入",
    ),
    "no_fund": _S("no policy says who backs it", "没有政策写明增信"),
    "no_capital": _S("capital not known on this day", "当日资金规模未知"),
    "fund": _S("{party}: {capital} behind {policies}", "{party}：{capital}，为 {policies} 增信"),
    "basis_limit": _S("if the whole limit were lent", "总限额全部放出"),
    "basis_awarded": _S("as awarded in this run", "按本次获批"),
    "basis_granted": _S("granted", "已授信"),
    "basis_balance": _S("balance", "余额"),
    "basis_exposure": _S("exposure", "敞口"),
    "used_up_at": _S(
        "{basis}, {book}: bears {borne} at most, used up at a loss of {rate}",
        "{basis} {book}：最多应担 {borne}，损失率达 {rate} 时用尽",
    ),
    "never_used_up": _S(
        "{basis}, {book}: bears {borne} at most, never used up", "{basis} {book}：最多应担 {borne}，不会用尽"
    ),
    "fund_bill": _S(
        "{basis}, a loss of {rate}: owes {owed}, pays {paid}, short of {shortfall}",
        "{basis}，损失率 {rate}：应担 {owed}，支付 {paid}，不足 {shortfall}",
    ),
    "meets": _S("meets {name}", "满足 {name}"),
    "in_part": _S("in part", "可部分满足"),
    "divides": _S("divides {name}", "分担 {name}"),
}
