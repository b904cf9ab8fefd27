"""Who takes part, and who cannot here: a peer whose package is absent is told of and left out."""

from importlib import import_module

from bench.peers.engine_peer import EngineInC, EngineInNumpy
from bench.peers.peer import Peer
from engine.match.kernel import absence

# Module and classes of every peer; the modules import what they measure.
PEERS = {
    "polars_peer": ("EachTestOnce", "OneSelect"),
    "duckdb_peer": ("DuckPeer",),
    "postgres_peer": ("PostgresPeer",),
    "numpy_peer": ("NumpyPeer", "NumpyPairsPeer"),
    "numexpr_peer": ("NumexprPeer",),
    "arrow_peer": ("ArrowPeer",),
    "openfisca_peer": ("OpenfiscaPeer",),
    "zen_peer": ("ZenPeer",),
    "cel_peer": ("CelPeer",),
    "cedar_peer": ("CedarPeer",),
    "rule_engine_peer": ("RuleEnginePeer",),
}


def ours() -> list[type[Peer]]:
    """The kernels that are here, the best one first."""
    return [EngineInNumpy] if absence() else [EngineInC, EngineInNumpy]


def named(names: frozenset[str], kinds: list[type[Peer]]) -> list[type[Peer]]:
    """Those of some classes, by the names of the classes."""
    return [kind for kind in kinds if kind.__name__ in names]


def peers() -> tuple[list[type[Peer]], list[str]]:
    """The peers whose packages are here, and what to say of the others."""
    found: list[type[Peer]] = []
    missing: list[str] = []
    for module, names in PEERS.items():
        try:
            loaded = import_module(f"bench.peers.{module}")
        except ImportError as failed:
            if (failed.name or "").partition(".")[0] in ("bench", "engine", "dsl"):
                raise
            missing.append(f"{module.removesuffix('_peer')}: {failed}; `make bench-peers` installs the peers")
            continue
        found += [getattr(loaded, name) for name in names]
    return found, missing
