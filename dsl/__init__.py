"""The language: text and a vocabulary in, a checked program out."""
