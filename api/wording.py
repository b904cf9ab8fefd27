"""Every sentence of the two rims, in English and Chinese; the language's own diagnostics are worded in `dsl.text`."""

from typing import NamedTuple

from dsl.text.diagnostics import Language


class Sentence(NamedTuple):
    """One sentence in both languages, with `{places}` to fill."""

    en: str
    zh: str


_S = Sentence
SENTENCES: dict[str, Sentence] = {
    # refusals: why a command or request is not carried out
    "unknown_pack": _S("there is no pack `{name}`; shipped packs: {known}", "没有规则包 `{name}`；随附的规则包：{known}"),
    "unreadable_pack": _S("the pack `{name}` cannot be read: {reason}", "无法读取规则包 `{name}`：{reason}"),
    "pack_has_errors": _S(
        "the pack `{name}` has {count} errors and does not run", "规则包 `{name}` 有 {count} 处错误，不能运行"
    ),
    "did_you_mean": _S("did you mean {near}?", "是否为 {near}？"),
    # check and test
    "checked": _S(
        "{name}: {policies} policies, {facts} facts, {examples} examples; {errors} errors, {warnings} warnings",
        "{name}：{policies} 项政策、{facts} 个指标、{examples} 个示例；{errors} 处错误、{warnings} 处提醒",
    ),
    "version": _S("version {version}", "版本 {version}"),
    "passed": _S("{passed} of {count} examples pass", "{count} 个示例中 {passed} 个通过"),
    "covered": _S(
        "{seen} of {wanted} outcomes of {clauses} clauses are seen",
        "{clauses} 个条件的 {wanted} 种结果中已见 {seen} 种",
    ),
    "no_examples": _S("{name} has no examples", "{name} 没有示例"),
    "expected_but": _S("{about}: expected {expected}, came out {actual}", "{about}：期望 {expected}，结果为 {actual}"),
    # words
    "policy": _S("policy", "政策"),
    "clause": _S("clause", "条件"),
    "clauses": _S("clauses", "条件数"),
    "true": _S("true", "成立"),
    "false": _S("false", "不成立"),
    "unknown": _S("unknown", "未知"),
    "not_seen": _S("not seen", "未见"),
}


def say(key: str, language: Language, **arguments: object) -> str:
    """A sentence in a language, its places filled.

    >>> say("no_examples", "zh", name="national")
    'national 没有示例'
    """
    sentence = SENTENCES[key]
    return (sentence.zh if language == "zh" else sentence.en).format(**arguments)
