"""The command line: exit 0 is good, 1 a problem in what was given, 2 wrong usage, 130 and 143 stopped by a signal."""

import os
import signal
import sys
from io import TextIOWrapper

from api.cli.app import app
from api.cli.speech import language_asked
from api.settings import collect_seldom, language_of
from api.wording import say


class Stopped(SystemExit):
    """Ctrl-C or SIGTERM; on the way out half-written files are taken away."""


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Chinese shows codes
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    collect_seldom()
    try:
        app()
    except Stopped:
        sys.stderr.write(say("stopped", language_asked(sys.argv[1:], language_of(os.environ))) + "\n")
        raise


def _stop(number: int, _: object) -> None:
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # what is being taken away is taken away whole
    raise Stopped(128 + number)
