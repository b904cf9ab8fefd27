"""Lets the tests of this folder use its maker of spoilt packs, which is no package."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
