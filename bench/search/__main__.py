"""How fast the search is on a large corpus: `python -m bench.search`.

Each database is filled with projects that nobody did, and asked what visitors ask. Beside the time on the clock stands
the time that Python and the server of the database computed, for that does not depend on what else the machine does.
"""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from tests.running import ROOT, environment
from tests.throwaway_postgres import cluster, stop

MANY, FEW = 100_000, 2_000


@contextmanager
def databases(count: int) -> Iterator[list[tuple[int, dict[str, str]]]]:
    """How many projects to measure with in which environment: many on PostgreSQL, few on both."""
    with TemporaryDirectory(prefix="bench-") as folder, cluster() as large, cluster() as small:
        yield [
            (count, environment(Path(folder), DATABASE_URL=large)),
            (FEW, environment(Path(folder), DATABASE_URL=small)),
            (FEW, environment(Path(folder))),
        ]


def bench(count: int, rounds: int) -> int:
    """Measure on each database; 1 when a bound is passed."""
    codes = []
    with databases(count) as found:
        for projects, settings in found:
            command = ["-m", "bench.search", "--here", f"--projects={projects}", f"--rounds={rounds}"]
            codes.append(subprocess.run([sys.executable, *command], cwd=ROOT, env=settings, check=False).returncode)
    return max(codes)


def bench_here(count: int, rounds: int) -> int:
    """Measure on the database of the environment; 1 when a bound is passed."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "optil_portal.settings"
    os.environ["PAGE_CACHE"] = "0"  # each page is made anew
    django.setup()
    return import_module("bench.search.measure").measure(count, rounds)


def main() -> int:
    """Measure as the command line asks; the exit code is 130 when interrupted."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description="Meet hoe snel de zoekfunctie is.")
    parser.add_argument("--projects", type=int, default=MANY, help="hoeveel projecten op PostgreSQL (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="hoe vaak elke vraag gesteld wordt (%(default)s)")
    parser.add_argument("--here", action="store_true", help="meet alleen de database in DATABASE_URL, en laat ze zo")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, stop)
    os.chdir(ROOT)
    try:
        return (bench_here if arguments.here else bench)(arguments.projects, arguments.rounds)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
