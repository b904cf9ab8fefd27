"""The command line: exit 0 is good, 1 a problem in what was given, 2 wrong usage."""

from api.cli.app import app


def main() -> None:
    """The console script."""
    app()
