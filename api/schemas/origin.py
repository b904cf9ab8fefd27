"""What an answer about one enterprise rests on, on the wire."""

from datetime import date

from api.schemas.model import Model


class Origin(Model):
    """The enterprise, and the pack, rule version, snapshot and day that an answer rests on."""

    enterprise: str
    name: str
    pack: str
    version: str
    snapshot: str | None
    as_of: date
