"""What `rank`, `change`, `candidates` and `hits` say, and why they are refused; part of `api.wording`."""

from api.sentences import Sentence

_S = Sentence
PEER_SENTENCES: dict[str, Sentence] = {
    # explain
    "score_told": _S("{name} {shown}: {parts}", "{name} {shown}：{parts}"),
    "score_bound": _S("bounds or stated", "上下限或直接给定"),
    # rank
    "not_measurable": _S(
        "`{read}` has no order to rank by; expected a fact or derived value that is a number, such as revenue",
        "`{read}` 没有高低之分，不能排名；应为数值类的指标或定义，如 营业收入",
    ),
    "nothing_to_rank": _S(
        "give `--enterprise ID` for one enterprise, or `--out FILE` for all of them",
        "请用 `--enterprise ID` 指定一家企业，或用 `--out FILE` 写出全部企业",
    ),
    "rank_told": _S(
        "rank {rank} of {ranked} known, {unknown} unknown", "第 {rank} 名，共 {ranked} 家有值，{unknown} 家未知"
    ),
    "rank_unknown": _S(
        "no rank, its value is not known; {ranked} known, {unknown} unknown",
        "本企业未知，不排名；{ranked} 家有值，{unknown} 家未知",
    ),
    "rank_no_group": _S("its group is not known", "所属分组未知"),
    "rank_top": _S("top {share}", "前 {share}"),
    "indicator": _S("indicator", "指标"),
    "value": _S("value", "数值"),
    "among_all": _S("among all", "全部企业"),
    "among": _S("same {names}", "同{names}"),
    "among_group": _S("same {names}: {values}", "同{names}：{values}"),
    "ranks_wrote": _S("wrote {rows} rows to {file}", "已写出 {rows} 行至 {file}"),
    # change
    "bad_years": _S(
        "`{read}` is no number of years; expected 1 to {most}, such as 3 years",
        "`{read}` 不是年数；应为 1 至 {most} 年，如 3年",
    ),
    "no_yearly_fact": _S(
        "nothing behind `{score}` is yearly, so it has no earlier years; give the enterprises as they were with"
        " `--before FILE`, a year before, then two",
        "`{score}` 不依据任何年度指标，没有往年数值；请用 `--before FILE` 依次给出一年前、两年前……的企业数据",
    ),
    "years_and_files": _S(
        "`--over {over}` asks for {over} years and `--before` gives {files}; one file a year, or no `--over`",
        "`--over {over}` 要求 {over} 年，而 `--before` 给出 {files} 年；请每年给出一个文件，或不写 `--over`",
    ),
    "change_title": _S("{score}: {before} → {after}", "{score}：{before} → {after}"),
    "change_by": _S(" ({change})", "（{change}）"),
    "absent_year": _S("not there", "未收录"),
    "line": _S("line", "项目"),
    "line_change": _S("change", "变化"),
    "line_peers": _S("peers' change", "同行平均变化"),
    "line_inputs": _S("rests on", "依据"),
    "line_rest": _S("rest of {name} (bounds, stated values)", "{name} 其余（上下限、直接给定）"),
    "line_sum": _S("sum", "合计"),
    "rank_moved": _S("{group}: rank {before} → {after}", "{group}：第 {before} 名 → 第 {after} 名"),
    "rank_parts": _S(
        "had it alone moved: rank {alone}; had its peers alone: rank {others}",
        "仅本企业变化：第 {alone} 名；仅同行变化：第 {others} 名",
    ),
    "rank_not_moved": _S("no rank in the first or the last year", "首年或末年没有名次"),
    "held_still": _S("taken as now in every year: {names}", "各年均按现值计：{names}"),
    # candidates and hits
    "bad_condition": _S(
        "`{read}` of {option} is no condition of this pack", "{option} 的 `{read}` 不是该规则包中的条件"
    ),
    "policy_or_where": _S(
        "candidates are picked by `--policy ID` or by `--where CONDITION`; give one of them",
        "请用 `--policy ID` 或 `--where CONDITION` 之一选取备选企业",
    ),
    "not_later": _S(
        "the list was made as of {made}; its outcome is asked as of a later day, not {now}",
        "名单的基准日为 {made}；其结果应按更晚的日期查看，而不是 {now}",
    ),
    "not_made_from": _S(
        "the list was made from the facts {before}, and `--before` gives {now}; give what it was made from",
        "名单依据的数据快照为 {before}，`--before` 给出的为 {now}；请给出当时所依据的数据",
    ),
    "candidates_title": _S(
        "{query}: {count} candidates of {enterprises} ({matched} match, {unknown} not known)",
        "{query}：从 {enterprises} 家中选出 {count} 家（符合 {matched} 家，未知 {unknown} 家）",
    ),
    "reasons": _S("reasons", "依据"),
    "hits_title": _S(
        "{query}, made as of {made}: {hits} of {known} hit ({precision})",
        "{query}（基准日 {made}）：{known} 家中命中 {hits} 家（{precision}）",
    ),
    "hits_open": _S(
        "{unknown} not known, {absent} not in the later data", "未知 {unknown} 家，后来数据中没有 {absent} 家"
    ),
    "hits_already": _S("{count} had it already", "名单形成时已有 {count} 家"),
    "hits_missed": _S(
        "off the list {count} became it (recall {recall}): {names}",
        "名单之外有 {count} 家达到（召回率 {recall}）：{names}",
    ),
    "hits_none_missed": _S("nobody off the list became it", "名单之外没有企业达到"),
    "hits_unsettled": _S(
        "of {count} more off the list it is not known whether they had it before",
        "名单之外另有 {count} 家原先是否已有不详",
    ),
    "became_hit": _S("hit", "命中"),
    "became_miss": _S("miss", "未命中"),
    "became_already": _S("had it already", "原先已有"),
    "became_unknown": _S("unknown", "未知"),
    "became_absent": _S("not in the data", "未收录"),
    "became": _S("became", "结果"),
}
