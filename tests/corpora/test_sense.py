"""Analysis on meaning raises no alarm over the real rules of both corpora."""

from types import ModuleType
from typing import Any

import pytest

from dsl.analysis.deep import ANALYSES
from dsl.analysis.findings import Provers
from dsl.text.render import as_text
from engine.replay import told

OURS = ("E43", "W43")  # tiers, dates, improvements, shares, amounts


@pytest.mark.parametrize("name", ["sba", "usagov"])
def test_a_corpus_raises_no_alarm(name: str, adapter: ModuleType, request: pytest.FixtureRequest) -> None:
    corpus: Any = request.getfixturevalue(name)
    text = adapter.pack_text(corpus.policies, corpus.attributes, adapter.Style("en"))
    provers = Provers(adapter.program_of(text, name))
    others = ("clashes", "idle_clauses", "subsumed_policies")
    found = [told(f) for analysis in ANALYSES if analysis.__name__ not in others for f in analysis(provers)]
    assert [as_text(d, "en") for d in found if d is not None and d.code.startswith(OURS)] == []
