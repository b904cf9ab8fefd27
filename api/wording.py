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
    "unknown_kernel": _S(
        "HUICE_KERNEL is `{read}`; expected one of {known}", "HUICE_KERNEL 为 `{read}`，可选：{known}"
    ),
    "absent_kernel": _S(
        "HUICE_KERNEL asks for `{read}`, which is not here: {reason}",
        "HUICE_KERNEL 指定了 `{read}`，但无法使用：{reason}",
    ),
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
