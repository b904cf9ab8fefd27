"""What a bundle says, and why it is refused, in both languages; part of `api.wording`."""

from api.sentences import Sentence

_S = Sentence
BUNDLE_SENTENCES: dict[str, Sentence] = {
    # refusals
    "bundle_by": _S(
        "`{read}` cannot be added up; expected amounts of money, or one benefit that is counted: {known}",
        "`{read}` 不能相加；应为金额类权益，或一项计数的权益：{known}",
    ),
    "bundle_mixed": _S(
        "{names} cannot be added up together; choose amounts of money, or one benefit that is counted",
        "{names} 不能合计；请选择金额类权益，或一项计数的权益",
    ),
    "unproved_size": _S(
        "no bundle is told: the amounts are too far apart to prove which is the best; choose one benefit with --by",
        "不给出组合：数额相差过大，无法证明何者最优；请用 --by 指定一项",
    ),
    "unproved_search": _S(
        "no bundle is told: none was proved to be the best within {nodes} steps; choose one benefit with --by",
        "不给出组合：{nodes} 步内未能证明何者最优；请用 --by 指定一项",
    ),
    # the report
    "bundle_title": _S(
        "{who}: the best that can be had together is {total}", "{who}：可以同时享受的最优组合合计 {total}"
    ),
    "bundle_counted": _S("counted: {names}", "计入：{names}"),
    "bundle_uncounted": _S(
        "nothing is counted: no benefit is `without repayment`; --by says what to count",
        "未计入任何权益：没有权益写明 `无偿`；可用 --by 指定",
    ),
    "bundle_at_least": _S("at least {amount}", "至少 {amount}"),
    "bundle_open": _S(
        "not settled: the amount of {names} is not known, and may change the choice",
        "尚未定论：{names} 的数额未知，可能改变取舍",
    ),
    "bundle_undecided": _S("not yet decided, and not in it: {names}", "结论待定，未列入：{names}"),
    "bundle_nothing": _S("{who} matches nothing", "{who} 没有符合的政策"),
    "bundle_chosen": _S("taken", "享受"),
    "bundle_worth": _S("counted", "计入金额"),
    "bundle_gives": _S("gives", "给予"),
    "bundle_totals": _S("in all: {totals}", "各项合计：{totals}"),
    "bundle_rejected": _S("not taken", "不享受"),
    # why one is not in the bundle
    "bundle_way": _S(
        "gives way to {policy} in group “{group}”{of}: {kept} instead of {lost}",
        "互斥组“{group}”{of}中让位于 {policy}：取 {kept}，不取 {lost}",
    ),
    "bundle_way_highest": _S(
        "gives way to {policy} in group “{group}”{of}: {kept} instead of {lost}, the higher one is kept",
        "互斥组“{group}”{of}中就高不重复，让位于 {policy}：取 {kept}，不取 {lost}",
    ),
    "bundle_way_first": _S("gives way to {policy} in group “{group}”{of}", "互斥组“{group}”{of}中让位于 {policy}"),
    "bundle_of": _S(" for {of}", "（{of}）"),
    "bundle_with": _S("with it the best would be {total}", "若享受它，最优合计为 {total}"),
    "bundle_received": _S(
        "{policy} of group “{group}” was received this year", "本年已享受互斥组“{group}”中的 {policy}"
    ),
    "bundle_waitlisted": _S("it would be on the waiting list of its limit", "受限额所限，仅为候补"),
    "bundle_declined": _S("it was declined", "已放弃"),
    "bundle_not_known": _S(
        "it is not known what it is for: {group} is for each {per}", "所属事项未知：互斥组 {group} 按 {per} 区分"
    ),
    "bundle_negative": _S("it would take more than it gives", "得不偿失"),
    # differences
    "each": _S(" for each {per}:", "，每个 {per}："),
    "each_year": _S(" for each year:", "，每年："),
    "without_repayment": _S("without repayment", "无偿"),
}
