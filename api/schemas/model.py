"""The common manner of every model: frozen, and nothing undeclared is taken."""

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Model(BaseModel):
    """A value on the wire."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Body(Model):
    """The body of a request: text in it is text, also where the model takes any value."""

    @model_validator(mode="before")
    @classmethod
    def _is_text(cls, given: Any) -> Any:
        """JSON may spell half a character (`\\ud800`), which no answer could repeat."""
        try:
            json.dumps(given, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ValueError("a text holds half of a surrogate pair") from None
        return given
