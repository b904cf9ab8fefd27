"""Examples for the OpenAPI description; a test holds them against the schemas."""

from typing import Any

ORIGIN = {"version": "e366a66d598d8160", "snapshot": "a89fa6fde5ce9902", "as_of": "2023-06-30"}
CUTOFF: dict[str, Any] = {
    "benefit": "credit_line", "label": "授信额度", "group": [], "limit": "20000000", "limit_shown": "2000万元",
    "used": "0", "used_shown": "0元",
    "granted": "20000000", "granted_shown": "2000万元", "enterprises": 3, "last": "e04",
    "keys": [{"name": "积分", "shown": "750"}, {"name": "成立日期", "shown": "2004-03-15"}],
}  # fmt: skip
OUTCOME: dict[str, Any] = {
    "state": "awarded", "order": 1, "granted": {"credit_line": "10000000"}, "kept": None, "cutoffs": [CUTOFF]
}  # fmt: skip
REASON: dict[str, Any] = {
    "text": "积分≥准入积分", "label": "创新积分达标", "verdict": "true", "decisive": True, "value": "创新积分 900",
    "threshold": "≥ 600", "gap": "", "missing": [], "because": "", "place": "pack.policy:24:12", "parts": [],
    "must_hold": True, "knock_out": False, "source": None,
}  # fmt: skip
OFFER: dict[str, Any] = {
    "benefit": "credit_line", "label": "授信额度", "value": "10000000", "shown": "1000万元",
    "formula": "授信额度 按 积分：≥900→1000万，≥750→500万，其余 300万", "up_to": False, "unknown": "",
    "trace": [{"text": "创新积分", "shown": "900"}, {"text": "≥ 900", "shown": "1000万元"}], "parts": [],
}  # fmt: skip
ASSUMED = {"name": "min_score", "label": "准入积分", "shown": "600"}
ANSWERS: dict[str, Any] = {
    "enterprise": "e03", "name": "最高档", "pack": "hebei-zh", **ORIGIN, "supply_order": [],
    "answers": [{
        "policy": "hebei_points_loan", "label": "河北银行积分贷", "answer": "match", "preview": "match", "closed": "",
        "summary": "符合", "reasons": [REASON], "reviews": [], "missing": [], "scores": [],
        "offers": [OFFER], "supply": None,
        "allocation": OUTCOME,
        "assumed": [ASSUMED], "defaults": [], "citations": [],
    }],
}  # fmt: skip
RANKS: dict[str, Any] = {
    "enterprise": "e03", "name": "最高档", "pack": "hebei-zh", **ORIGIN,
    "indicators": [{
        "indicator": "score", "label": "创新积分", "value": "900", "shown": "900",
        "ranks": [{"within": [], "group": [], "rank": 3, "ranked": 11, "unknown": 2, "top": "0.272728",
                   "percentile": "0.818181", "told": "第 3 名，共 11 家有值，2 家未知"}],
    }],
}  # fmt: skip
SUMMARY: dict[str, Any] = {
    "policy": "hebei_points_loan", "label": "河北银行积分贷", "issuer": "河北银行", "audience": "石家庄高新区",
    "effective": {"first": "2023-01-01", "last": "2024-12-31"}, "open": {"first": None, "last": None}, "closed": "",
    "benefits": ["credit_line", "rate", "risk_share"],
    "answers": {"no_match": 3, "match": 6, "unknown": 4, "review": 0, "not_in_force": 0},
}  # fmt: skip
POLICIES: dict[str, Any] = {"pack": "hebei-zh", **ORIGIN, "policies": [SUMMARY]}
POLICY: dict[str, Any] = {
    **SUMMARY, "pack": "hebei-zh", **ORIGIN, "beneficiary": "", "note": "",
    "requirements": [{"label": "创新积分达标", "text": "积分≥准入积分", "place": "pack.policy:24:12"}], "reviews": [],
    "grants": [{"benefit": "credit_line", "label": "授信额度", "type": "money",
                "formula": "授信额度 按 积分：≥900→1000万，≥750→500万，其余 300万", "up_to": False}],
    "assumed": [ASSUMED], "citations": [], "cutoffs": [CUTOFF],
    "text": "政策 hebei_points_loan “河北银行积分贷”\n  条件“创新积分达标”：积分≥准入积分",
}  # fmt: skip
WHITELIST: dict[str, Any] = {
    "policy": "hebei_points_loan", "label": "河北银行积分贷", **ORIGIN, "answer": "match",
    "total": 6, "limit": 1, "offset": 0,
    "next": "/policies/hebei_points_loan/enterprises?limit=1&offset=1", "cutoffs": [CUTOFF],
    "enterprises": [{"enterprise": "e03", "name": "最高档", "answer": "match",
                     "benefits": {"credit_line": "10000000", "rate": "0.039", "risk_share": "2:2:6"},
                     "supply": None, "allocation": {**OUTCOME, "cutoffs": []}}],
}  # fmt: skip
WHITELIST_CSV = (
    "enterprise,policy,answer,credit_line,rate,risk_share,allocation\n"
    "e03,hebei_points_loan,match,10000000,0.039,2:2:6,awarded\n"
)
PLACE = {"file": "loan.policy", "line": 3, "column": 8, "end_line": 3, "end_column": 13}
REPORT: dict[str, Any] = {
    "pack": "draft", "ok": False, "version": None, "policies": 0, "facts": 0, "examples": 0,
    "errors": 1, "warnings": 0,
    "problems": [{"code": "E201", "severity": "error", "message": "`scroe` 没有声明", "help": "是否为 score？",
                  "at": PLACE, "related": [], "fix": {"at": PLACE, "text": "score"}}],
}  # fmt: skip
HEALTH: dict[str, Any] = {
    "status": "ok",
    "pack": "hebei-zh",
    **ORIGIN,
    "policies": 2,
    "enterprises": 13,
    "shadow": None,
}
PROBLEM: dict[str, Any] = {
    "type": "urn:huice:problem:absent_enterprise", "title": "Not Found", "status": 404,
    "detail": "已读入的 13 家企业中没有 `e99`", "instance": "/enterprises/e99/matches", "help": "是否为 e09？",
    "fields": [], "facts": [], "problems": [],
}  # fmt: skip
