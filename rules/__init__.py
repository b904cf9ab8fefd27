"""The rules: the shipped policy packs and, later, the store of rule versions."""
