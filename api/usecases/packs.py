"""A pack by name or path, loaded and checked."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from api.schemas.problems import PackReport, problem_of
from api.settings import cache_folder
from api.usecases.refusal import Fault, Refusal
from dsl.meaning import ir
from dsl.meaning.scope import suggest
from dsl.pack import check
from dsl.text.diagnostics import Diagnostic, Language, Severity, has_errors
from dsl.text.source import Source
from rules.cache import Cache
from rules.packs import SHIPPED, Shelf, find, load, shipped


@dataclass(frozen=True)
class Loaded:
    """A pack that was read and checked; `program` is None exactly when one of the problems is an error."""

    name: str
    sources: tuple[Source, ...]
    program: ir.Program | None
    problems: tuple[Diagnostic, ...]

    def with_problems(self, more: Iterable[Diagnostic]) -> "Loaded":
        """The same with more problems; an error among them leaves no program."""
        problems = (*self.problems, *more)
        return replace(self, problems=problems, program=None if has_errors(problems) else self.program)

    def runnable(self) -> ir.Program:
        """The program; Refusal with the problems when there is none, for a pack with an error never runs."""
        if self.program is None:
            errors = sum(d.severity is Severity.ERROR for d in self.problems)
            raise Refusal("pack_has_errors", Fault.INPUT, problems=self.problems, name=self.name, count=errors)
        return self.program


def load_pack(name: str) -> Loaded:
    """The pack that a path or a shipped name stands for; Refusal when there is none or it cannot be read."""
    try:
        path = find(name)
        if path is None:
            raise Refusal("unknown_pack", Fault.USAGE, near=suggest(name, shipped()), name=name, known=shipped())
        texts = load(path)
        checked = Cache(cache_folder(os.environ)).check(texts.sources, texts.library)
    except OSError as error:
        raise Refusal("unreadable_pack", Fault.INPUT, name=name, reason=error.strerror or error) from None
    problems = (*texts.problems, *checked.problems)
    return Loaded(texts.name, texts.sources, None if has_errors(problems) else checked.program, problems)


def check_texts(name: str, files: Mapping[str, str]) -> Loaded:
    """A pack given as texts by file name; it may use the shipped packs."""
    sources = tuple(Source(file, files[file].replace("\r\n", "\n")) for file in sorted(files))
    checked = check(sources, Shelf([SHIPPED]))
    return Loaded(name, sources, checked.program, checked.problems)


def report(loaded: Loaded, language: Language) -> PackReport:
    """What checking found, as it goes on the wire."""
    program = loaded.program
    found = Counter(d.severity for d in loaded.problems)
    return PackReport(
        pack=loaded.name,
        ok=program is not None,
        version=program.version if program else None,
        policies=len(program.policies) if program else 0,
        facts=len(program.facts) if program else 0,
        examples=len(program.examples) if program else 0,
        errors=found[Severity.ERROR],
        warnings=found[Severity.WARNING],
        problems=[problem_of(d, language) for d in loaded.problems],
    )
