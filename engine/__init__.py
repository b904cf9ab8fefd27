"""The engine: a population times a program gives matches, ranks, awards and reasons."""
