"""Every sentence of the two rims, in English and Chinese; the language's own diagnostics are worded in `dsl.text`."""

from collections.abc import Iterable
from typing import NamedTuple

from dsl.text.diagnostics import Language


class Sentence(NamedTuple):
    """One sentence in both languages, with `{places}` to fill."""

    en: str
    zh: str


_S = Sentence
SENTENCES: dict[str, Sentence] = {
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
    "bad_facts": _S("{count} facts cannot be taken", "{count} 项指标无法采用"),
    "computed_fact": _S("nothing: the pack computes it", "无需提供：由规则包计算得出"),
    "declared_fact": _S("a fact that the pack declares", "规则包中声明的指标"),
    "once": _S("each fact once; it was also given as `{other}`", "每项指标只给一次，此项已以 `{other}` 给出"),
    "unknown_zone": _S("there is no zone `{name}`; zones: {known}", "没有园区 `{name}`；现有：{known}"),
    "did_you_mean": _S("did you mean {near}?", "是否为 {near}？"),
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
    "preview": _S("if it were in force: {answer}", "如在有效期内：{answer}"),
    "review": _S("human check: {text}", "人工核验：{text}"),
    "review_by": _S("human check: {text} (by {by})", "人工核验：{text}（{by}）"),
    "lacking": _S("missing: {names}", "缺：{names}"),
    "offers": _S("offers", "权益"),
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
    "cap_last": _S("; last in {id} ({keys})", "；末位 {id}（{keys}）"),
    "enterprises": _S("enterprises", "企业数"),
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
