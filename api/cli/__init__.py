"""The command line: exit 0 is good, 1 a problem in what was given, 2 wrong usage."""

import signal
import sys
from io import TextIOWrapper

from api.cli.app import app
from api.settings import collect_seldom


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Chinese shows codes
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a half-written file is taken away
    collect_seldom()
    app()
