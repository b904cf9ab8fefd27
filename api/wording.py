"""Every sentence of the two rims, in English and Chinese; the language's own diagnostics are worded in `dsl.text`."""

from collections.abc import Iterable

from api.allocation_sentences import ALLOCATION_SENTENCES
from api.bundle_sentences import BUNDLE_SENTENCES
from api.impact_sentences import IMPACT_SENTENCES
from api.path_sentences import PATH_SENTENCES
from api.peer_sentences import PEER_SENTENCES
from api.sentences import Sentence
from api.sweep_sentences import SWEEP_SENTENCES
from dsl.text.diagnostics import Language

_S = Sentence
SENTENCES: dict[str, Sentence] = {
    **ALLOCATION_SENTENCES,
    **BUNDLE_SENTENCES,
    **PATH_SENTENCES,
    **PEER_SENTENCES,
    **SWEEP_SENTENCES,
    **IMPACT_SENTENCES,
    # refusals: why a command or request is not carried out
    "unknown_pack": _S(
        "there is no pack `{name}`; shipped packs: {known}", "没有规则包 `{name}`；随附的规则包：{known}"
    ),
    "unreadable_pack": _S("the pack `{name}` cannot be read: {reason}", "无法读取规则包 `{name}`：{reason}"),
    "pack_has_errors": _S(
        "the pack `{name}` does not run; errors: {count}", "规则包 `{name}` 不能运行，错误 {count} 处"
    ),
    "population_has_errors": _S("{file}: nothing is read; errors: {count}", "{file}：未读入，错误 {count} 处"),
    "bad_date": _S("`{read}` is not a date; expected one such as 2023-06-30", "`{read}` 不是日期，应如 2023-06-30"),
    "far_date": _S(
        "`{read}` is not in the years {first} to {last}; expected a date such as 2023-06-30",
        "`{read}` 不在 {first} 至 {last} 年之间，应如 2023-06-30",
    ),
    "absent_enterprise": _S(
        "there is no enterprise `{id}` among the {count} that were read", "已读入的 {count} 家企业中没有 `{id}`"
    ),
    "absent_policy": _S(
        "there is no policy `{id}` among the {count} of the pack", "规则包的 {count} 项政策中没有 `{id}`"
    ),
    "absent_parameter": _S(
        "there is no parameter `{id}` among the {count} of the pack", "规则包的 {count} 个参数中没有 `{id}`"
    ),
    "unknown_answer": _S("`{read}` is not an answer; expected some of {known}", "`{read}` 不是匹配结论，可选：{known}"),
    "unknown_ending": _S(
        "cannot write `{file}`: expected a name that ends in {known}", "无法写出 `{file}`：文件名应以 {known} 结尾"
    ),
    "unprintable": _S(
        "the formatter would change what this means, so it changes nothing; please report it: {text}",
        "整理后含义会改变，因此未作任何改动；请报告此问题：{text}",
    ),
    "unwritable": _S(
        "cannot write `{file}`: {reason}; nothing was left there", "无法写出 `{file}`：{reason}；未留下任何内容"
    ),
    "full_disk": _S(
        "cannot write `{file}`: {reason}; nothing was left there; make room, or write to another disk",
        "无法写出 `{file}`：{reason}；未留下任何内容；请腾出空间，或写到其他磁盘",
    ),
    "no_memory": _S(
        "there is not enough memory; nothing was written; `match` needs least for enterprises in .parquet",
        "内存不足，未写出任何内容；`match` 读取 .parquet 企业数据时所需内存最少",
    ),
    "stopped": _S(
        "stopped; no unfinished file is left, run again to start anew", "已中止；未留下未完成的文件，可重新运行"
    ),
    "bad_facts": _S("{count} facts cannot be taken", "{count} 项指标无法采用"),
    "computed_fact": _S("nothing: the pack computes it", "无需提供：由规则包计算得出"),
    "declared_fact": _S("a fact that the pack declares", "规则包中声明的指标"),
    "once": _S("each fact once; it was also given as `{other}`", "每项指标只给一次，此项已以 `{other}` 给出"),
    "ledger_has_errors": _S("{file}: the ledger is not read; errors: {count}", "{file}：未读入台账，错误 {count} 处"),
    "bad_loss": _S(
        "`{read}` is not a loss rate; expected a share from 0% to 100%, such as 12%",
        "`{read}` 不是损失率；应为 0% 至 100% 的比例，如 12%",
    ),
    "not_groupable": _S(
        "`{read}` is nothing to group by; expected a fact or classification with fixed words, such as stage",
        "不能按 `{read}` 分组；应为取值有限的指标或分类，如 成长阶段",
    ),
    "unknown_zone": _S("there is no zone `{name}`; zones: {known}", "没有园区 `{name}`；现有：{known}"),
    "unknown_kernel": _S(
        "HUICE_KERNEL is `{read}`; expected one of {known}", "HUICE_KERNEL 为 `{read}`，可选：{known}"
    ),
    "absent_kernel": _S(
        "HUICE_KERNEL asks for `{read}`, which is not here: {reason}",
        "HUICE_KERNEL 指定了 `{read}`，但无法使用：{reason}",
    ),
    "absent_pyspark": _S(
        "--spark needs pyspark, which is not installed; install Huice with its extra `spark`",
        "--spark 需要 pyspark，尚未安装；请安装带 `spark` 附加项的惠策",
    ),
    "absent_java": _S(
        "--spark needs Java 17 or newer; there is no `java` on the path or in JAVA_HOME",
        "--spark 需要 Java 17 或更高版本；PATH 和 JAVA_HOME 中均无 `java`",
    ),
    "not_for_spark": _S(
        "Spark reads a .parquet file or a folder of them, not `{file}`",
        "Spark 读取 .parquet 文件或其文件夹，不能读取 `{file}`",
    ),
    "not_with_spark": _S("{option} does not go with --spark", "{option} 不能与 --spark 同用"),
    "spark_failed": _S("Spark gave up: {reason}; nothing was written", "Spark 未能完成：{reason}；未写出任何内容"),
    "did_you_mean": _S("did you mean {near}?", "是否为 {near}？"),
    # the kernel that matches
    "kernel_c": _S("kernel c, {threads} threads", "匹配内核 c，{threads} 线程"),
    "kernel_numpy": _S("kernel numpy: {reason}", "匹配内核 numpy：{reason}"),
    "kernel_asked": _S("HUICE_KERNEL asks for it", "由 HUICE_KERNEL 指定"),
    "kernel_never_built": _S("c was not built at installation", "安装时未编译 c 内核"),
    "kernel_no_compiler": _S("c needs a C compiler; there is no `{detail}`", "c 内核需要编译器，未找到 `{detail}`"),
    "kernel_refused": _S("the C compiler did not build c: {detail}", "C 编译器未能编译 c 内核：{detail}"),
    "kernel_damaged": _S("c is damaged; install again", "c 内核文件已损坏，请重新安装"),
    "kernel_stale": _S("c is older than its source; install again", "c 内核与源码不一致，请重新安装"),
    "kernel_unloadable": _S("c does not load ({detail})", "c 内核无法加载（{detail}）"),
    "kernel_big_endian": _S("c is for little-endian machines", "c 内核仅支持小端机器"),
    # check and test
    "unsettled": _S(
        "{count} of {of} questions of meaning are not settled; nothing is said about them",
        "{of} 个含义问题中有 {count} 个未能判定，对此不作结论",
    ),
    "without_z3": _S(
        "z3-solver is not installed: arithmetic between facts was left aside", "未安装 z3-solver：未分析指标之间的运算"
    ),
    "checked": _S(
        "{name}: {policies} policies, {facts} facts, {examples} examples; errors: {errors}, warnings: {warnings}",
        "{name}：{policies} 项政策、{facts} 个指标、{examples} 个示例；错误 {errors} 处，提醒 {warnings} 处",
    ),
    "mended": _S("edits made: {count}", "已修改 {count} 处"),
    "nothing_to_mend": _S(
        "`{name}` is no file or folder; give the path of a pack of your own",
        "`{name}` 不是文件或文件夹，请给出自己的规则包路径",
    ),
    "version": _S("version {version}", "版本 {version}"),
    "passed": _S("{passed} of {count} examples pass", "{count} 个示例中 {passed} 个通过"),
    "covered": _S(
        "{seen} of {wanted} outcomes of {clauses} clauses are seen",
        "{clauses} 个条件的 {wanted} 种结果中已见 {seen} 种",
    ),
    "tiers_covered": _S("{seen} of {wanted} tiers of benefits are reached", "权益的 {wanted} 档中已见 {seen} 档"),
    "coverage_percent": _S("coverage {percent}%", "覆盖率 {percent}%"),
    "clause_lacks": _S("{policy}: `{clause}` is never seen {outcomes}", "{policy}：`{clause}` 未见：{outcomes}"),
    "tier_lacks": _S("{policy}: no example reaches {benefit} {tier}", "{policy}：没有示例达到 {benefit} {tier}"),
    "tier_rest": _S("otherwise", "其余"),
    "nothing_to_suggest": _S("{name}: nothing to suggest", "{name}：没有可建议的示例"),
    "suggested": _S("wrote {count} suggested examples to {file}", "已将 {count} 个建议的示例写入 {file}"),
    "file_exists": _S("`{file}` exists already and is left as it is", "`{file}` 已存在，未作改动"),
    # suggested examples
    "suggested_head": _S(
        "Suggested examples. Each expects what the rules answer now: judge it by the policy's own words, then keep it.",
        "建议的示例。预期均为规则现在的结论，请对照政策原文核对后采用。",
    ),
    # its title, and behind the line's end the rest of the reason
    "goal_match": _S("every requirement holds", "条件全部满足"),
    "goal_below": _S("{what} {value}\njust below the bound of `{read}`", "{what} {value}\n略低于 `{read}` 的界限"),
    "goal_at": _S("{what} {value}\nat the bound of `{read}`", "{what} {value}\n恰在 `{read}` 的界限"),
    "goal_above": _S("{what} {value}\njust above the bound of `{read}`", "{what} {value}\n略高于 `{read}` 的界限"),
    "goal_option": _S("{what} {value}\none that `{read}` names", "{what} {value}\n`{read}` 所列之一"),
    "goal_row": _S("{what} {value}", "{what} {value}"),
    "goal_rank": _S("{by} rank", "{by}名次"),
    "goal_yes": _S("{read} is true\nit decides", "{read} 成立\n由此决定"),
    "goal_no": _S("{read} is false\nit decides", "{read} 不成立\n由此决定"),
    "goal_missing": _S("{missing} is missing\n`{read}` decides", "缺 {missing}\n由 `{read}` 决定"),
    "goal_unknown": _S("{read} is unknown\nit decides", "{read} 无法判断\n由此决定"),
    "goal_tier": _S("{benefit}, tier {read}", "{benefit} {read} 一档"),
    "goal_clause_true": _S("{read} is true", "{read} 成立"),
    "goal_clause_false": _S("{read} is false", "{read} 不成立"),
    "goal_clause_unknown": _S("{read} is unknown", "{read} 无法判断"),
    "no_examples": _S("{name} has no examples", "{name} 没有示例"),
    "expected_but": _S("{about}: expected {expected}, came out {actual}", "{about}：期望 {expected}，结果为 {actual}"),
    # match and explain
    "matching": _S("matching", "匹配中"),
    "wrote": _S("wrote {rows} rows to {file}", "已写出 {rows} 行至 {file}"),
    "origin": _S(
        "rules {version} · facts {snapshot} · as of {as_of}",
        "规则版本 {version} · 数据快照 {snapshot} · 基准日 {as_of}",
    ),
    "took": _S("{pairs} (enterprises × policies) in {seconds} s", "{pairs}（企业×政策），用时 {seconds} 秒"),
    "same_file": _S("`{file}` is to be written twice; give two names", "`{file}` 被指定写出两次，请用不同的文件名"),
    "near_miss": _S("near misses", "仅差一项"),
    "near_fixed": _S("fixed", "不可改变"),
    "near_unsettled": _S("others unknown", "另有未知"),
    "near_hurdle_told": _S("{condition} ({count})", "{condition}（{count}）"),
    "near_hurdle_not": _S("not {condition} ({count})", "非 {condition}（{count}）"),
    "near_hurdle": _S("keeps out the most", "主要障碍"),
    "preview": _S("if it were in force: {answer}", "如在有效期内：{answer}"),
    "review": _S("human check: {text}", "人工核验：{text}"),
    "review_by": _S("human check: {text} (by {by})", "人工核验：{text}（{by}）"),
    "lacking": _S("missing: {names}", "缺：{names}"),
    "synonym": _S("{at}: {written} means {name} ({meant})", "{at}：{written} 即 {meant}（{name}）"),
    "offers": _S("offers", "权益"),
    "supply_met": _S("meets what is asked for", "满足需求"),
    "supply_partly": _S("meets a part of what is asked for", "部分满足需求"),
    "supply_open": _S("what is asked for is partly not known or not stated", "需求或供给有待补充"),
    "supply_unmet": _S("does not meet what is asked for", "不满足需求"),
    "supply": _S("offers by what the enterprise asks for, best first", "按企业需求排列的供给"),
    "demand_met": _S("{fact} {wanted}, {benefit} {offered}: met", "{fact} {wanted}，{benefit} {offered}：满足"),
    "demand_partly": _S(
        "{fact} {wanted}, {benefit} {offered}: a part", "{fact} {wanted}，{benefit} {offered}：部分满足"
    ),
    "demand_open": _S("{fact} {wanted}, {benefit} {offered}: open", "{fact} {wanted}，{benefit} {offered}：待补充"),
    "demand_unmet": _S("{fact} {wanted}, {benefit} {offered}: not met", "{fact} {wanted}，{benefit} {offered}：不满足"),
    "demand_nothing": _S("{fact} {wanted}, {benefit}: nothing is given", "{fact} {wanted}，{benefit}：不给予"),
    "demand_unstated": _S("{fact} is not stated by the enterprise", "企业未填 {fact}"),
    "demand_unanswered": _S("{fact} {wanted}: the policy states none", "{fact} {wanted}：政策未载明"),
    "no_exchange_rate": _S("no exchange rate of {currency} is declared", "没有声明 {currency} 汇率"),
    "up_to": _S("up to ", "最高 "),
    "assumed": _S("assumed, no source states it: {values}", "示例假设，无出处：{values}"),
    "cited": _S("source: {text}", "依据：{text}"),
    "gap": _S("short by {gap}", "差 {gap}"),
    "over": _S("over by {gap}", "超 {gap}"),
    "order": _S("place {place} in the order of the limit", "按限额次序排第 {place}"),
    "kept": _S("exclusive group: {policy} is kept instead", "互斥：保留 {policy}"),
    "cap": _S(
        "limit {what} {limit}: {granted} granted to {count} enterprises",
        "限额 {what} {limit}：已给予 {granted}，共 {count} 家",
    ),
    "cap_group": _S(" for {group}", "（{group}）"),
    "cap_used": _S(", {used} granted before", "，此前已用 {used}"),
    "cap_last": _S("; last in {id} ({keys})", "；末位 {id}（{keys}）"),
    "enterprises": _S("enterprises", "企业数"),
    # diff
    "out_without_population": _S(
        "`--out` lists the enterprises of a population; give one with `--population`",
        "`--out` 列出企业名单，须用 `--population` 给出企业数据",
    ),
    "diff_none": _S("the two packs are equivalent", "两个规则包等效"),
    "diff_same": _S("unchanged: {count} policies", "未变：{count} 项政策"),
    "diff_declarations": _S("Declarations", "声明"),
    "diff_population": _S(
        "{count} enterprises as of {as_of}",
        "{count} 家企业，基准日 {as_of}",
    ),
    "diff_no_effect": _S("nothing changes for these enterprises", "对这些企业没有影响"),
    "diff_sampled": _S(
        "compared on days such as {days}; the day itself is reckoned with, so other days may differ",
        "已按 {days} 等日期比较；条件本身与日期有关，其他日期可能不同",
    ),
    "diff_line": _S("{name}: {told}", "{name}：{told}"),
    "diff_aside": _S("{words} ({aside})", "{words}（{aside}）"),
    "diff_requirements": _S("requirements {relation}", "条件{relation}"),
    "diff_dates": _S("dates {relation}", "期限{relation}"),
    "diff_lost": _S("lost: {facts} ({as_of}): {before} → {after}", "失去：{facts}（{as_of}）：{before} → {after}"),
    "diff_gained": _S("gained: {facts} ({as_of}): {before} → {after}", "获得：{facts}（{as_of}）：{before} → {after}"),
    "diff_worse": _S("less: {facts} ({as_of}): {before} → {after}", "减少：{facts}（{as_of}）：{before} → {after}"),
    "diff_better": _S("more: {facts} ({as_of}): {before} → {after}", "增加：{facts}（{as_of}）：{before} → {after}"),
    "diff_shown": _S("other: {facts} ({as_of}): {before} → {after}", "不同：{facts}（{as_of}）：{before} → {after}"),
    "diff_because": _S("because of {names}", "因 {names}"),
    "diff_others": _S("{count} other enterprises", "另有 {count} 家企业"),
    "diff_any": _S("any enterprise", "任何企业"),
    "diff_more": _S("… and {count} more; --out lists all", "…… 另有 {count} 家，--out 可列出全部"),
    "nothing_given": _S("nothing", "不给予"),
    "effect_gain": _S("{count} gain", "新增 {count} 家"),
    "effect_lose": _S("{count} lose", "减少 {count} 家"),
    "effect_answer": _S("{count} answered otherwise", "{count} 家结论改变"),
    "effect_offer": _S("{count} offered otherwise", "{count} 家权益改变"),
    "effect_allocation": _S("{count} allocated otherwise", "{count} 家分配改变"),
    "change_gain": _S("gain", "新增"),
    "change_lose": _S("lose", "减少"),
    "change_answer": _S("answer", "结论"),
    "change_offer": _S("offer", "权益"),
    "change_allocation": _S("allocation", "分配"),
    "relation_equivalent": _S("equivalent", "等效"),
    "relation_stricter": _S("stricter", "收紧"),
    "relation_looser": _S("looser", "放宽"),
    "relation_incomparable": _S("incomparable", "有宽有严"),
    "relation_not_settled": _S("not settled", "未能判定"),
    "relation_equal": _S("equal", "相同"),
    "relation_worse": _S("worse", "降低"),
    "relation_better": _S("better", "提高"),
    "relation_differing": _S("differing", "有增有减"),
    "status_added": _S("added", "新增"),
    "status_removed": _S("removed", "删除"),
    "status_changed": _S("changed", "修改"),
    "part_effective": _S("effective", "有效期"),
    "part_window": _S("open", "申报期"),
    "part_reviews": _S("human checks", "人工核验"),
    "part_review_if_unknown": _S("unknown means review", "未知视为待核实"),
    "part_defaults": _S("unknown means", "未知视为"),
    "part_limits": _S("limits", "限额"),
    "part_exclusive": _S("exclusive groups", "互斥组"),
    "part_backing": _S("backed by", "增信"),
    "part_issuer": _S("issuer", "发布方"),
    "part_audience": _S("audience", "面向"),
    "part_beneficiary": _S("beneficiary", "受益方"),
    "part_citations": _S("source", "依据"),
    "part_note": _S("note", "说明"),
    "part_benefit": _S("benefit", "权益"),
    "kind_fact": _S("fact", "指标"),
    "kind_parameter": _S("parameter", "参数"),
    "kind_define": _S("define", "定义"),
    "kind_classification": _S("classification", "分类"),
    "kind_benefit": _S("benefit", "权益"),
    "keep_highest": _S("keep the highest {benefit}", "取最高 {benefit}"),
    "keep_lowest": _S("keep the lowest {benefit}", "取最低 {benefit}"),
    "keep_first": _S("keep the first", "取最先"),
    "span": _S("{first} to {last}", "{first} 至 {last}"),
    "span_from": _S("from {first}", "{first} 起"),
    "span_until": _S("until {last}", "至 {last}"),
    "in_range": _S("{low} to {high}", "{low} 至 {high}"),
    "missing_means": _S("unknown means {value}", "未知视为{value}"),
    "yearly": _S("yearly", "年度"),
    "lower_is_better": _S("lower is better", "越低越好"),
    # population and demo
    "populated": _S("wrote {count} synthetic enterprises to {file}", "已写出 {count} 家合成企业至 {file}"),
    "demo_title": _S(
        "{name}: {count} synthetic enterprises × {policies} policies", "{name}：{count} 家合成企业 × {policies} 项政策"
    ),
    "demo_enterprise": _S("One enterprise", "一家企业"),
    "demo_whitelist": _S("One whitelist: {policy}", "一份名单：{policy}"),
    "demo_more": _S("… and {count} more", "…… 另有 {count} 家"),
    "demo_time": _S(
        "generated in {made} s, read in {read} s; {pairs} pairs matched, offered and allocated in {matched} s",
        "生成 {made} 秒，读入 {read} 秒；{pairs} 个企业政策组合的匹配、权益与分配用时 {matched} 秒",
    ),
    "enterprise": _S("enterprise", "企业"),
    "allocation": _S("allocation", "分配"),
    # HTTP
    "bad_json": _S("the body is not JSON", "请求体不是有效的 JSON"),
    "bad_request": _S("the request does not fit; see `fields`", "请求不符合要求，见 `fields`"),
    "http_400": _S("the body cannot be read", "无法读取请求体"),
    "http_404": _S("there is nothing at {path}", "{path} 不存在"),
    "http_405": _S("{path} does not take {method}", "{path} 不支持 {method}"),
    "internal": _S("the service failed; the fault is ours and is in its log", "服务内部出错，已记入日志"),
    "serving": _S("serving {name} for {count} enterprises at {address}", "{name} 已就绪（{count} 家企业）：{address}"),
    "port_taken": _S("cannot listen on {host}:{port}: {reason}", "无法监听 {host}:{port}：{reason}"),
    # words
    "answer_match": _S("matches", "符合"),
    "answer_no_match": _S("does not match", "不符合"),
    "answer_unknown": _S("unknown", "待补充"),
    "answer_review": _S("needs review", "待人工核验"),
    "answer_not_in_force": _S("not in force", "未生效"),
    "awarded": _S("awarded", "已给予"),
    "waitlisted": _S("waitlisted", "候补"),
    "declined": _S("declined", "已放弃"),
    "excluded": _S("excluded", "互斥排除"),
    "policy": _S("policy", "政策"),
    "clause": _S("clause", "条件"),
    "clauses": _S("clauses", "条件数"),
    "true": _S("true", "成立"),
    "false": _S("false", "不成立"),
    "unknown": _S("unknown", "未知"),
    "not_seen": _S("not seen", "未见"),
    "decisive": _S("decisive", "决定"),
    "tier": _S("tier", "档次"),
    "benefit": _S("benefit", "权益"),
    "seen": _S("seen", "已见"),
}


def say(key: str, language: Language, **arguments: object) -> str:
    """A sentence in a language, its places filled; a list is joined as the language joins.

    >>> say("no_examples", "zh", name="national")
    'national 没有示例'
    """
    sentence = SENTENCES[key]
    given = {name: listed(value, language) if isinstance(value, list) else value for name, value in arguments.items()}
    return (sentence.zh if language == "zh" else sentence.en).format(**given)


def listed(items: Iterable[object], language: Language) -> str:
    """Several things in one line.

    >>> listed(["a", "b"], "zh"), listed(["a", "b"], "en")
    ('a、b', 'a, b')
    """
    return ("、" if language == "zh" else ", ").join(map(str, items))
