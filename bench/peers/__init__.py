"""Peers of the engine: the same generated policies in the peers' own languages, measured and compared side by side."""
