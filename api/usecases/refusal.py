"""Why a use case is not carried out, told to either rim: the command line makes an exit code of it, HTTP a status."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from api.schemas.problems import Refused, problem_of
from api.wording import say
from dsl.text.diagnostics import Diagnostic, Language


class Fault(StrEnum):
    """Whose mend it takes: wrong usage, a problem in what was given, or a thing that is not there."""

    USAGE = "usage"
    INPUT = "input"
    ABSENT = "absent"


class Refusal(Exception):
    """A request that cannot be carried out; `code` names its sentence in `api.wording`."""

    def __init__(
        self,
        code: str,
        fault: Fault,
        *,
        near: Iterable[str] = (),
        problems: Sequence[Diagnostic] = (),
        **arguments: object,
    ) -> None:
        super().__init__(code)
        self.code, self.fault, self.near, self.problems = code, fault, tuple(near), tuple(problems)
        self.arguments = arguments

    def sentence(self, language: Language) -> str:
        """What is wrong, in one sentence."""
        return say(self.code, language, **self.arguments)

    def remedy(self, language: Language) -> str:
        """How to mend it, "" where nothing near was found."""
        return say("did_you_mean", language, near=list(self.near)) if self.near else ""

    def on_the_wire(self, language: Language) -> Refused:
        """The refusal as a program reads it."""
        return Refused(
            code=self.code,
            message=self.sentence(language),
            help=self.remedy(language),
            problems=[problem_of(d, language) for d in self.problems],
        )
