"""The parts of a pack put together: its program and the program's version."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from dsl.checking.head import Head
from dsl.checking.meanings import Built
from dsl.checking.moving import Policies
from dsl.checking.sheets import Standing
from dsl.meaning import ir
from dsl.text.diagnostics import Diagnostic


@dataclass(frozen=True)
class Meaning:
    """What a pack's declarations mean, with where each policy and example stands, and the problems found."""

    problems: list[Diagnostic]
    head: Head
    policies: Mapping[str, Built]
    places: Mapping[str, Standing]
    examples: Sequence[tuple[Built, Standing]]


def assembled(meaning: Meaning) -> ir.Program:
    """The program; a policy whose text has moved is made when it is asked for."""
    head, built, places = meaning.head, meaning.policies, meaning.places
    policies: Mapping[str, ir.Policy] = {name: b.policy for name, b in built.items()}
    if not all(b.stands(places[name]) for name, b in built.items()):
        policies = Policies({name: partial(policy_at, b, places[name]) for name, b in built.items()})
    examples = tuple(e for b, standing in meaning.examples if isinstance(e := b.at(standing), ir.Example))
    digest = hashlib.sha256()
    for group in (head.facts, head.benefits, head.parameters, head.derived):
        digest.update(ir.render(group).encode() + b"\n\n")
    for b in (*built.values(), *(b for b, _ in meaning.examples)):
        digest.update(b.digest)
    version = digest.hexdigest()[:16]
    return ir.Program(head.facts, head.benefits, head.parameters, head.derived, policies, examples, version)


def policy_at(built: Built, standing: Standing) -> ir.Policy:
    """The policy where its text stands now."""
    return built.policy if built.stands(standing) else built.move_to(standing)(built.policy)
