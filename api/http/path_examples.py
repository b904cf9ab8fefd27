"""Examples of paths and questions for the OpenAPI description; a test asks the samples for them."""

from typing import Any

from api.http.examples import ORIGIN

LOAN = {"name": "hebei_points_loan", "label": "河北银行积分贷"}
CHANGE: dict[str, Any] = {
    "fact": "score", "label": "创新积分", "before": "599", "before_shown": "599", "after": "600", "after_shown": "600",
    "cost": 0.0017, "told": "创新积分从 599 提到 600（差 1 分）",
}  # fmt: skip


def _offer(benefit: str, label: str, value: str, shown: str) -> dict[str, Any]:
    return {
        "policy": "hebei_points_loan", "benefit": benefit, "before": None, "before_shown": "不给予",
        "after": value, "after_shown": shown, "told": f"河北银行积分贷 · {label}：不给予 → {shown}",
    }  # fmt: skip


PATH: dict[str, Any] = {
    "told": "创新积分从 599 提到 600（差 1 分）", "cost": 0.0017, "answer": "match", "changes": [CHANGE], "effects": [],
    "unlocks": [LOAN], "loses": [],
    "offers": [
        _offer("credit_line", "授信额度", "3000000", "300万元"),
        _offer("rate", "年利率", "0.0435", "4.35%"),
        _offer("risk_share", "风险分担", "2:2:6", "2:2:6"),
    ],
    "money": [{"benefit": "credit_line", "label": "授信额度", "change": "3000000", "change_shown": "+300万元"}],
}  # fmt: skip
PATHS: dict[str, Any] = {
    "enterprise": "e02", "name": "差一分", "pack": "hebei-zh", **ORIGIN,
    "paths": {
        "policy": "hebei_points_loan", "label": "河北银行积分贷", "answer": "no_match", "closed": "",
        "told": "创新积分从 599 提到 600（差 1 分）", "missing": [], "paths": [PATH], "complete": True,
    },
}  # fmt: skip
WORTH: dict[str, Any] = {
    "policy": "hebei_points_loan", "label": "河北银行积分贷", "bounded": True,
    "amounts": [{"benefit": "credit_line", "label": "授信额度", "value": "5000000", "shown": "500万元"}],
}  # fmt: skip
QUESTIONS: dict[str, Any] = {
    "enterprise": "e05", "name": "缺逾期", "pack": "hebei-zh", **ORIGIN, "by": "money", "unknown": [LOAN],
    "questions": [{
        "fact": "overdue", "label": "当前逾期", "settles": [LOAN], "unlocks": [LOAN], "with_others": [],
        "worth": [WORTH], "at_most": "5000000", "at_most_shown": "500万元", "at_most_with_others": "5000000",
        "at_most_with_others_shown": "500万元",
    }],
    "decided": [],
    "idle": [{
        "policy": "hebei_points_loan", "label": "河北银行积分贷", "facts": [{"name": "tags", "label": "资质"}],
        "always": None, "told": "无论资质如何，河北银行积分贷只取决于其他数据",
    }],
}  # fmt: skip
