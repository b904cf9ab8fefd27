"""What the tests of the service share."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.http.app import create_app
from api.snapshot import Snapshot, snapshot_of
from api.usecases.days import parse_day
from api.usecases.packs import load_pack
from api.usecases.populations import load_population

SAMPLES = Path(__file__).parent.parent / "cli" / "samples"


def sample_snapshot(tongue: str = "zh", as_of: str = "2023-06-30") -> Snapshot:
    """One of the sample packs over the sample population."""
    loaded = load_pack(str(SAMPLES / f"hebei-{tongue}"))
    program = loaded.runnable()
    population, _ = load_population(SAMPLES / "enterprises.csv", program)
    return snapshot_of(loaded.name, program, population, parse_day(as_of))


@pytest.fixture(scope="session")
def samples() -> Path:
    """The normative samples."""
    return SAMPLES


@pytest.fixture(scope="session")
def snapshot() -> Snapshot:
    """The Chinese sample pack, answered."""
    return sample_snapshot()


@pytest.fixture
def client(snapshot: Snapshot) -> TestClient:
    """A client of the service; a fault of ours comes back as a response, as it would to anyone."""
    return TestClient(create_app(snapshot, "zh"), raise_server_exceptions=False)
