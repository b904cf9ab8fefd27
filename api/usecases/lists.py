"""Lists in files that are read again: of the format they say they are, or refused."""

from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from api.schemas.model import Model
from api.usecases.refusal import Fault, Refusal

List = TypeVar("List", bound=Model)


def read_list(path: Path, kind: type[List], format: str, command: str) -> List:
    """A list that a command wrote before; Refusal for a file that is none, or is of another format."""
    try:
        return kind.model_validate_json(path.read_bytes())
    except OSError as error:
        raise Refusal("unreadable_list", Fault.INPUT, file=path, reason=error.strerror or error) from None
    except ValidationError as error:
        first = next((e for e in error.errors() if e["loc"] == ("format",)), error.errors()[0])
        where = ".".join(map(str, first["loc"])) or "-"
        raise Refusal(
            "no_list", Fault.INPUT, file=path, format=format, where=where, reason=first["msg"], command=command
        ) from None
