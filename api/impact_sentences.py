"""What an impact and a shadow run say, and why they are refused, in both languages; part of `api.wording`."""

from api.sentences import Sentence

_S = Sentence
IMPACT_SENTENCES: dict[str, Sentence] = {
    # refusals
    "impact_incomplete": _S(
        "give OLD, NEW and ENTERPRISES, or `--shadow` with what shadow runs have kept",
        "须给出 OLD、NEW 和 ENTERPRISES，或用 `--shadow` 给出影子运行的留存文件",
    ),
    "impact_both": _S(
        "`--shadow` reads what was kept; it takes no packs, enterprises or {option}",
        "`--shadow` 只读留存文件，不能同时给出规则包、企业数据或 {option}",
    ),
    "shadow_alone": _S(
        "`--shadow` and `--shadow-out` go together: the draft, and the file that keeps its answers",
        "`--shadow` 与 `--shadow-out` 须同时给出：草案，以及留存其结论的文件",
    ),
    "shadow_taken": _S("another process writes `{file}`", "另一个进程正在写 `{file}`"),
    "shadow_unreadable": _S("cannot read `{file}`: {reason}", "无法读取 `{file}`：{reason}"),
    "shadow_nothing": _S("no shadow has kept anything in {files}", "{files} 中没有影子运行的留存"),
    "shadow_refused": _S(
        "the shadow was not run, the answers above stand: {reason}", "影子运行未进行，以上结论不受影响：{reason}"
    ),
    "shadow_failed": _S("it failed ({reason})", "运行出错（{reason}）"),
    # shadows
    "shadow_kept": _S(
        "shadow {pack}: {gain} gain a match, {lose} lose one; wrote {rows} rows to {file}",
        "影子 {pack}：{gain} 家新增符合，{lose} 家失去符合；已写出 {rows} 行至 {file}",
    ),
    "shadow_title": _S("What shadows have kept", "影子运行的留存"),
    "shadow_read": _S("{count} files read", "已读 {count} 个文件"),
    "shadow_unread": _S("{count} lines were no whole record", "{count} 行不是完整的记录"),
    "shadow_day": _S("as of", "基准日"),
    "shadow_versions": _S("rules", "规则版本"),
    "shadow_kind": _S("kept by", "来源"),
    "shadow_run": _S("match", "批量匹配"),
    "shadow_answer": _S("serve", "服务"),
    # the report
    "impact_title": _S("Impact of {new} beside {old}", "{new} 相对 {old} 的影响"),
    "impact_head": _S(
        "{count} enterprises as of {as_of}: {gain} gain a match, {lose} lose one, {offer} are offered otherwise, "
        "{allocation} are awarded otherwise, {answer} get another answer",
        "{count} 家企业，基准日 {as_of}：{gain} 家新增符合，{lose} 家失去符合，{offer} 家权益改变，"
        "{allocation} 家分配改变，{answer} 家结论改变",
    ),
    "impact_rules": _S("Rules", "规则的变化"),
    "impact_who": _S("Who changes", "受影响的企业"),
    "impact_budget": _S("Budget", "预算"),
    "impact_no_budget": _S("no total changes", "各项合计不变"),
    "impact_matched": _S("over matches", "符合者合计"),
    "impact_awarded": _S("awarded", "实际给予"),
    "impact_before": _S("before", "原为"),
    "impact_after": _S("after", "改为"),
    "impact_moves": _S("difference", "增减"),
    "impact_by": _S("By {name}", "按{name}"),
    "impact_moved": _S(
        "{count} enterprises have another {name} in the new pack; they are counted where the old pack has them",
        "{count} 家企业在新规则包中的{name}不同，此处按原规则包归类",
    ),
    "impact_affected": _S("affected", "受影响"),
    "impact_gain": _S("gain", "新增"),
    "impact_lose": _S("lose", "减少"),
    "impact_answer": _S("other answer", "结论改变"),
    "impact_offer": _S("other offer", "权益改变"),
    "impact_allocation": _S("other award", "分配改变"),
    "impact_group": _S("group", "类别"),
    "impact_more": _S("{count} more; `--format json` has them all", "另有 {count} 项，`--format json` 中有全部"),
    "impact_policy": _S("Policy {name}", "政策：{name}"),
    "impact_funnel": _S("Clause by clause", "逐条通过情况"),
    "impact_funnel_before": _S("Clause by clause, before", "逐条通过情况（原规则）"),
    "impact_closed": _S("not in force on that day", "当日未生效"),
    "impact_passes": _S("meet it", "满足"),
    "impact_unknown": _S("not known", "未知"),
    "impact_left": _S("left", "累计满足"),
    "impact_open": _S("still open", "尚待补充"),
    "impact_sole": _S("fail only this", "仅此不符"),
    "impact_outside": _S("Just outside {condition}: {count} fail only this", "{condition} 之外：{count} 家仅此不符"),
    "impact_inside": _S("Just inside {condition}", "{condition} 之内，最近者"),
    "impact_not": _S("not {condition}", "非 {condition}"),
    "impact_threshold": _S("{condition} ({before} → {after})", "{condition}（{before} → {after}）"),
    "impact_value": _S("value", "取值"),
    "impact_gap": _S("from the threshold", "距门槛"),
    "impact_answers": _S("before → after", "原结论 → 新结论"),
    "impact_enterprise": _S("enterprise", "企业"),
    "impact_name": _S("name", "名称"),
    "impact_distribution": _S("{value} of all enterprises", "全部企业的{value}"),
    "impact_bin": _S("range", "区间"),
    "impact_matches_after": _S("match after", "新符合"),
    "impact_without_value": _S("{count} without a value", "{count} 家无此数据"),
    "impact_mark": _S("{word} {shown}", "{word} {shown}"),
    "impact_limit_moves": _S("limits, before: {before}; after: {after}", "限额，原为：{before}；改为：{after}"),
    "impact_sensitivity": _S("How much turns on a threshold", "门槛的影响程度"),
    "impact_changed": _S("{name}: {before} → {after}", "{name}：{before} → {after}"),
    "impact_assumed": _S("{name}: {after}, assumed", "{name}：{after}，暂定"),
    "impact_sums": _S("total", "合计"),
    "impact_examples": _S("Examples", "示例"),
    "impact_tried": _S(
        "{passed} of {tried} examples pass on the new pack", "新规则包上 {tried} 个示例中 {passed} 个通过"
    ),
    "impact_fails": _S("{title}: fails", "{title}：未通过"),
    "impact_failed_before": _S("{title}: fails, as it did before", "{title}：未通过，原规则上也未通过"),
    "impact_not_tried": _S("{title}: not tried, the new pack lacks {names}", "{title}：未试，新规则包没有 {names}"),
    "impact_origin": _S(
        "rules {old} → {new} · facts {snapshot} · as of {as_of}",
        "规则版本 {old} → {new} · 数据快照 {snapshot} · 基准日 {as_of}",
    ),
    "impact_page": _S("wrote the page {file}", "已写出网页 {file}"),
    "impact_table": _S("the same as a table", "以表格显示"),
    "impact_contents": _S("Contents", "目录"),
    "impact_all": _S("all", "全部"),
}
