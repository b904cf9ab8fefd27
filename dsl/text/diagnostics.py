"""Problems as values: a code, a place, what was read and what was expected.

The sentences are not here: `messages` words each code in both languages, so a diagnostic reads the same
wherever it is shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from dsl.text.source import Span

Language = Literal["zh", "en"]
CAP = 100  # more problems than this in one run help nobody


class Severity(StrEnum):
    """An error keeps a pack from running, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Edit:
    """A replacement of a span that mends the problem."""

    at: Span
    text: str


@dataclass(frozen=True)
class Diagnostic:
    """One problem. `arguments` fill the sentence that `messages` keeps for `code`.

    `at` is a place in a policy text; problems in a population name file, row and column in `arguments`.
    """

    code: str
    at: Span | None = None
    arguments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    related: tuple[Span, ...] = ()
    fix: Edit | None = None

    @property
    def severity(self) -> Severity:
        """Errors are E and D codes, warnings W codes."""
        return Severity.WARNING if self.code.startswith("W") else Severity.ERROR


def problem(
    code: str,
    at: Span | None = None,
    arguments: Mapping[str, object] | None = None,
    *,
    related: Iterable[Span] = (),
    fix: Edit | None = None,
    **more: object,
) -> Diagnostic:
    """A diagnostic with its arguments as text; the short way to make one."""
    return Diagnostic(code, at, {k: str(v) for k, v in {**(arguments or {}), **more}.items()}, tuple(related), fix)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether one of them keeps the program from running."""
    return any(d.severity is Severity.ERROR for d in diagnostics)
