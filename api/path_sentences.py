"""What would change an answer, and what to ask next, in both languages; part of `api.wording`."""

from api.sentences import Sentence

_S = Sentence
PATH_SENTENCES: dict[str, Sentence] = {
    "knock_out": _S("knock-out", "一票否决"),
    "prose": _S("(bound to no clause)", "（未与条件对应）"),
    # paths
    "path_up": _S("raise {name} from {before} to {after} (+{by})", "{name}从 {before} 提到 {after}（差 {by}）"),
    "path_down": _S("lower {name} from {before} to {after} (-{by})", "{name}从 {before} 降到 {after}（超 {by}）"),
    "path_turn": _S("change {name} from {before} to {after}", "{name}由 {before} 变为 {after}"),
    "path_add": _S("add {members} to {name}", "{name}增加 {members}"),
    "path_drop": _S("remove {members} from {name}", "{name}去掉 {members}"),
    "path_above": _S("above {value}", "{value}以上（不含）"),
    "path_below": _S("below {value}", "{value}以下（不含）"),
    "path_and": _S(" and ", "，并且"),
    "path_or": _S("; or ", "；或"),
    "path_met": _S("nothing has to change", "无需改变"),
    "path_none": _S("nothing that may be changed leads there", "没有可行的途径"),
    "path_given_up": _S("no path was found; the search was given up", "未找到途径，搜索未能穷尽"),
    "path_more": _S("the search was given up: there may be others", "搜索未能穷尽，可能另有途径"),
    "path_lacking": _S("first supply {names}", "须先补充 {names}"),
    "path_effect": _S("{what}: {before} → {after}, needs {edge}", "{what}：{before} → {after}，要求 {edge}"),
    "path_unlocks": _S("also unlocks {names}", "同时符合：{names}"),
    "path_loses": _S("loses {names}", "不再符合：{names}"),
    "path_offer": _S("{policy} · {benefit}: {before} → {after}", "{policy} · {benefit}：{before} → {after}"),
    "path_review": _S("then a person decides", "之后由人工核验"),
    "paths": _S("what would change it", "如何改变"),
    "path_line": _S("{told}  [cost {cost}]", "{told}  [代价 {cost}]"),
    # questions
    "ask_head": _S("unknown for want of facts: {count}", "有 {count} 项政策因缺少数据而待补充"),
    "ask_none": _S("nothing is missing that could change an answer", "没有可能改变结论的缺失数据"),
    "ask_by_money": _S("by the money that they may unlock", "按可能解锁的金额排序"),
    "ask_by_policies": _S("by the policies that they settle", "按可判定的政策数排序"),
    "ask_settles": _S("settles {count}: {names}", "可判定 {count} 项：{names}"),
    "ask_unlocks": _S("may unlock {names}", "可能符合：{names}"),
    "ask_with_others": _S("with other facts may unlock {names}", "与其他数据一起，可能符合：{names}"),
    "ask_worth": _S("{policy}: {amounts}", "{policy}：{amounts}"),
    "ask_at_most": _S("at most {amount}", "最多 {amount}"),
    "ask_unbounded": _S("without an upper bound", "无上限"),
    "ask_idle": _S("cannot matter", "无关紧要"),
    "ask_always": _S("whatever {facts} is, {policy} stays eligible", "无论{facts}如何，{policy}都符合"),
    "ask_never": _S("whatever {facts} is, {policy} stays not eligible", "无论{facts}如何，{policy}都不符合"),
    "ask_no_matter": _S(
        "whatever {facts} is, {policy} turns on other facts", "无论{facts}如何，{policy}只取决于其他数据"
    ),
}
