"""A condition that comes with a command, in the words of a pack: checked with the pack as one more policy of it."""

from typing import NamedTuple

from api.usecases.packs import Loaded, load_pack
from api.usecases.refusal import Fault, Refusal
from dsl.meaning import ir
from dsl.pack import check
from dsl.text.diagnostics import Severity
from dsl.text.source import Source
from rules.packs import find, load

ASKED = "asked_on_the_command_line"


class Asked(NamedTuple):
    """A pack, and its program with the condition as the policy `ASKED`."""

    loaded: Loaded
    program: ir.Program


def load_asking(pack: str, text: str, option: str) -> Asked:
    """The pack with a condition, which may go on as a policy does (`limit 30 enterprises by score descending`).

    Refusal with the problems, at lines of `option`, when the text is no condition of this pack.
    """
    loaded = load_pack(pack)
    known = loaded.runnable().policies.keys()
    path = find(pack)
    assert path is not None  # it was loaded
    texts = load(path)
    checked = check((*texts.sources, Source(option, f"policy {ASKED}:\n  {text}\n")), texts.library)
    program = checked.program
    if program is None or program.policies.keys() - known != {ASKED} or not program.policies[ASKED].requirements:
        found = [d for d in checked.problems if d.severity is Severity.ERROR]
        raise Refusal("bad_condition", Fault.USAGE, problems=found, option=option, read=text)
    return Asked(loaded, program)
