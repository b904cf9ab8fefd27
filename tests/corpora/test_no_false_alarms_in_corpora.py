"""Analysis on meaning says nothing about the corpora: 79 and 1,037 real rules, none of which contradicts itself."""

from types import ModuleType
from typing import Any

import pytest

from api.usecases.deepening import deepen
from api.usecases.packs import Loaded


@pytest.mark.parametrize("name", ["sba", "usagov"])
def test_nothing_is_found(name: str, adapter: ModuleType, request: pytest.FixtureRequest) -> None:
    corpus: Any = request.getfixturevalue(name)
    text = adapter.pack_text(corpus.policies, corpus.attributes, adapter.Style())
    found = deepen(Loaded(name, (), adapter.program_of(text, name), ()))
    assert found.problems == ()
    assert found.questions > len(corpus.policies) and found.unsettled == 0
