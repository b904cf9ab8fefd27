"""The common manner of every model: frozen, and nothing undeclared is taken."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A value on the wire."""

    model_config = ConfigDict(frozen=True, extra="forbid")
