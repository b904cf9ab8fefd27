"""`python -m bench`: each size in a process of its own, so that its peak of memory is its own."""

import argparse
import subprocess
import sys

from bench.changes import measure_changes
from bench.language import measure_language
from bench.measure import Size, measure
from bench.nearmiss import measure_near_misses
from bench.point import measure_point
from bench.stages import profile

SIZES = {
    "zone": Size("zone", 2_700, 109, 15),
    "city": Size("city", 50_000, 1_000, 7),
    "nation": Size("nation", 1_000_000, 1_000, 5),
}
QUICK = {
    "zone": Size("zone, quick", 2_700, 109, 3),
    "city": Size("city, quick", 10_000, 200, 3),
    "nation": Size("nation, quick", 200_000, 200, 3),
}
MANY = 10_000
PARTS = ("language", "stages", "nearmiss", "point", "changes")


def main() -> int:
    """Measure what the arguments ask for; the exit code of the first part that failed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that everything runs")
    parser.add_argument("--only", choices=[*SIZES, *PARTS], help="one size or part only")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        _part(arguments.only, arguments.quick)
        return 0
    for name in [arguments.only] if arguments.only else [*SIZES, *PARTS]:
        command = [sys.executable, "-m", "bench", "--inside", "--only", name, *(["--quick"] if arguments.quick else [])]
        code = subprocess.run(command, check=False).returncode
        if code:
            return code
    return 0


def _part(name: str, quick: bool) -> None:
    if name == "language":
        measure_language(MANY // 20 if quick else MANY)
    elif name == "changes":
        measure_changes((QUICK if quick else SIZES)["city"])
        measure_changes((QUICK if quick else SIZES)["nation"])
    elif name == "stages":
        profile(*((200_000, 500, 200) if quick else (1_000_000, MANY, 1_000)))
    elif name == "nearmiss":
        measure_near_misses((QUICK if quick else SIZES)["city"])
    elif name == "point":
        for policies in (100, MANY // 20) if quick else (1_000, MANY):
            measure_point(policies)
    else:
        measure((QUICK if quick else SIZES)[name])


if __name__ == "__main__":
    sys.exit(main())
