"""What a sweep says, and why it is refused, in both languages; part of `api.wording`."""

from api.sentences import Sentence

_S = Sentence
SWEEP_SENTENCES: dict[str, Sentence] = {
    # refusals
    "sweep_type": _S(
        "the parameter `{name}` is {types}; only numbers, amounts, percentages, durations and dates are swept",
        "参数 `{name}` 的类型为{types}，只能扫描数值、金额、比例、时长和日期",
    ),
    "sweep_unused": _S("no policy uses the parameter `{name}`", "没有政策使用参数 `{name}`"),
    "sweep_types": _S(
        "the parameter `{name}` is used as {types}: its values are on no common scale",
        "参数 `{name}` 兼作{types}，取值没有统一的尺度",
    ),
    "sweep_limits": _S(
        "the parameter `{name}` only bounds what is awarded: no match and no benefit turns on it",
        "参数 `{name}` 只用于限额，不影响符合与否和权益数额",
    ),
    "sweep_elsewhere": _S(
        "the policy `{policy}` does not use the parameter `{name}`; these do: {known}",
        "政策 `{policy}` 未使用参数 `{name}`；使用的有：{known}",
    ),
    "sweep_none_drawn": _S("the parameter `{name}` cannot be swept: {told}", "无法扫描参数 `{name}`：{told}"),
    "sweep_closed": _S("not in force on that day", "当日未生效"),
    "sweep_in_value": _S("`{text}` reckons with its value", "`{text}` 以其数值参与计算"),
    "sweep_in_rank": _S("`{text}` ranks by it, so that it moves everybody", "`{text}` 的排名随之变动，牵动所有企业"),
    "sweep_unread": _S("{option} is `{read}`; expected {expected}", "{option} 为 `{read}`，应为{expected}"),
    "sweep_reversed": _S("--from {low} is above --to {high}", "--from {low} 高于 --to {high}"),
    "negative_budget": _S(
        "--spend-at-most is `{read}`; expected an amount of zero or more", "--spend-at-most 为 `{read}`，不应为负"
    ),
    "benefit_without_budget": _S(
        "--benefit goes with --spend-at-most: say how much", "--benefit 须与 --spend-at-most 同用，给出数额"
    ),
    "budget_without_benefit": _S(
        "--spend-at-most needs one benefit to sum; choose it with --benefit: {known}",
        "--spend-at-most 须有一项合计的权益，用 --benefit 选定：{known}",
    ),
    "benefit_elsewhere": _S(
        "`{benefit}` is no benefit that is summed here; these are: {known}",
        "此处没有可合计的权益 `{benefit}`；可选：{known}",
    ),
    "benefit_not_summed": _S(
        "the amount of `{benefit}` itself depends on `{name}`: its sum has no steps to seek among",
        "`{benefit}` 的数额本身取决于 `{name}`，合计没有台阶可循，无法反求",
    ),
    "admit_one_policy": _S(
        "several policies use the parameter `{name}`; choose one with --policy: {known}",
        "多项政策使用参数 `{name}`，请用 --policy 选定一项：{known}",
    ),
    # what is found
    "sweep_head": _S("{name}: {value} as of {as_of}", "{name}：{as_of} 为 {value}"),
    "sweep_head_assumed": _S(
        "{name}: {value} as of {as_of}, assumed", "{name}：{as_of} 为 {value}（示例假设，无出处）"
    ),
    "sweep_steps": _S("{count} steps", "{count} 级"),
    "sweep_value": _S("value", "取值"),
    "sweep_awarded": _S("{name}, awarded", "{name}（获批）"),
    "sweep_unpriced": _S("{amount} + {count} unknown", "{amount}＋{count} 家未知"),
    "sweep_published": _S("as published", "现行取值"),
    "sweep_goal": _S("reaches the goal", "达成目标"),
    "sweep_above": _S("above {value}", "高于 {value}"),
    "sweep_from": _S("from {value}", "达到 {value}"),
    "sweep_down_to": _S("down to {value}", "降至 {value}"),
    "sweep_below": _S("below {value}", "低于 {value}"),
    "sweep_come": _S("coming in: {count} ({names})", "新增 {count} 家（{names}）"),
    "sweep_leave": _S("falling out: {count} ({names})", "减少 {count} 家（{names}）"),
    "sweep_any": _S("any {name}", "任何 {name}"),
    "seek_spend_at_most": _S(
        "{benefit} of at most {goal}: {shown} spends {amount} on {count}; the roundest value is {value}",
        "{benefit}不超过 {goal}：{shown} 时为 {amount}，{count} 家；最整的取值为 {value}",
    ),
    "seek_spend_at_most_never": _S(
        "no value keeps {benefit} within {goal}; nearest: {near}",
        "没有取值能使{benefit}不超过 {goal}；最接近的：{near}",
    ),
    "seek_admit": _S(
        "{goal} match: {shown}; the roundest value is {value}", "符合 {goal} 家：{shown}；最整的取值为 {value}"
    ),
    "seek_admit_never": _S(
        "no value lets exactly {goal} match; nearest: {near}", "没有取值恰好使 {goal} 家符合；最接近的：{near}"
    ),
    "seek_near": _S("{amount} at {shown}", "{shown} 时为 {amount}"),
    "seek_next": _S(
        "the next step is {amount} at {shown}, {count} tie at {value}",
        "下一级为 {amount}（{shown}），{count} 家并列于 {value}",
    ),
    "seek_tied": _S("{count} enterprises tie at {value}", "{count} 家企业并列于 {value}"),
    "seek_unknown": _S(
        "not counted: {count} matches whose amount is unknown", "未计入：{count} 家符合但数额未知的企业"
    ),
}
