"""The documentation as tests: every `policy` block of its pages is checked and run.

A remark `# error: [E201]` at a line's end says that a problem with that code begins on that line; a block without
remarks has no problem. A table below a block whose first header is `enterprise` or `企业` gives enterprises and the
answers of the block; a block of the kind `policy pack=NAME` is a pack that later blocks of its page may use.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # these modules are no package

from page_answers import complaints_about
from page_blocks import Block, blocks_in, every_block

BLOCKS = list(every_block())
TABLES = [(block, table) for block in BLOCKS for table in block.tables]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "block" in metafunc.fixturenames:
        metafunc.parametrize("block", BLOCKS, ids=str)
    if "tabled" in metafunc.fixturenames:
        metafunc.parametrize("tabled", TABLES, ids=[f"{b.page}:{t.line}" for b, t in TABLES])


@pytest.fixture
def blocks() -> list[Block]:
    """Every block of every page."""
    return BLOCKS


@pytest.fixture
def complaints() -> Callable[[str], str]:
    """What is wrong with the blocks of a page given as text, empty when nothing is."""
    return lambda text: "\n".join(said for block in blocks_in("page.md", text) if (said := complaints_about(block)))


@pytest.fixture
def complain() -> Callable[[Block], str]:
    """What is wrong with a block, empty when nothing is."""
    return complaints_about
