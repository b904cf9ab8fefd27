"""The parts of a pack put together: its program and the program's version."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dsl.checking.head import Head
from dsl.checking.meanings import Built
from dsl.checking.moving import Policies
from dsl.checking.sheets import Standing
from dsl.meaning import ir
from dsl.text.diagnostics import Diagnostic


@dataclass(frozen=True)
class Meaning:
    """What a pack's declarations mean: its head, policies by name, examples, and what was built of these in turn."""

    problems: list[Diagnostic]
    head: Head
    policies: Mapping[str, Standing]
    examples: Sequence[Standing]
    built: Sequence[Built]


def assembled(meaning: Meaning) -> ir.Program:
    """The program; a policy whose text has moved is made when it is asked for."""
    head, places = meaning.head, meaning.policies
    by_name = dict(zip(places, meaning.built, strict=False))
    policies: Mapping[str, ir.Policy]
    if all([b.stands(s) for b, s in zip(meaning.built, places.values(), strict=False)]):
        policies = {name: b.policy for name, b in by_name.items()}
    else:
        policies = Policies(by_name, lambda name: by_name[name].policy_at(places[name]))
    examples = zip(meaning.built[len(places) :], meaning.examples, strict=True)
    shown = tuple(e for b, standing in examples if isinstance(e := b.at(standing), ir.Example))
    digest = hashlib.sha256()
    for group in (head.facts, head.benefits, head.parameters, head.derived):
        digest.update(ir.render(group).encode() + b"\n\n")
    digest.update(b"".join([b.digest for b in meaning.built]))
    version = digest.hexdigest()[:16]
    return ir.Program(head.facts, head.benefits, head.parameters, head.derived, policies, shown, version)
