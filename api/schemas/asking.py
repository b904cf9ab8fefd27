"""Questions about an enterprise whose facts come with the question."""

from typing import Any

from pydantic import Field

from api.schemas.model import Body, Model


class Question(Body):
    """Facts by name or label, as cells of a CSV are written ("3000万", "8%", "是") or as JSON values.

    Money as a number is in yuan, a percentage 0.08 or "8%"; null and absent facts are missing. A yearly fact is its
    latest full year, or an object of years: {"2022": "3000万", "2021": 25000000}. Rank conditions see the enterprise
    placed among the loaded population, in place of the one with its `enterprise` id when there is one.
    """

    facts: dict[str, Any] = Field(
        examples=[{"zone": "shijiazhuang", "创新积分": 720, "营业收入": "3000万", "高企": True, "tags": ["srdi"]}]
    )
    enterprise: str = Field(default="", description="The enterprise's id, when it has one.")
    as_of: str | None = Field(default=None, examples=["2023-06-30"], description="Else the day of the snapshot.")


class BadFact(Model):
    """A fact that cannot be taken: what was read, what was expected, and near names when it is not declared."""

    fact: str
    read: str
    expected: str
    near: tuple[str, ...] = ()
