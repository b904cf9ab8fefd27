"""What can be proved of a pack's meaning: gaps and overlaps, each with a witness."""
