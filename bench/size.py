"""What a portal takes of a machine when it is so large: `python -m bench.size` writes the table of docs/deploy.md.

One worker is asked one page after another, as visitors mix them. What a page costs is the time that Python and
PostgreSQL computed for it, which other work on the machine changes little; a core has a thousand milliseconds a second.
"""

import argparse
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

import psycopg

from bench.content import fill, words
from tests.running import environment
from tests.soak.load import taken
from tests.soak.parts import HOST, Program, node
from tests.soak.visitors import Browser, addresses, wishes
from tests.throwaway_postgres import cluster, stop

TODAY = 56  # projects
SIZES = (0, 5_544, 111_944)  # projects beside those: a hundred and two thousand times as many then
PAGES = 400
WARM_UP = 100
WHOLE_LISTS = ("/projecten.csv", "/projecten.json")
TICKS = os.sysconf("SC_CLK_TCK")
HEADINGS = (
    *("Projects", "Database", "A page made", "of that, PostgreSQL", "Pages made, a second a core", "A kept page"),
    *("Kept pages, a second a core", "Worker", "after lists of all"),
)


class Cost(NamedTuple):
    """What a page takes, in milliseconds of a core."""

    python: float
    postgres: float

    @property
    def whole(self) -> float:
        """Of both."""
        return self.python + self.postgres

    @property
    def per_second(self) -> float:
        """How many of them a core can make in a second, if it does nothing else."""
        return 1000 / self.whole


def computed(pids: Iterable[int]) -> float:
    """The milliseconds that processes have computed."""
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) * 1000 / TICKS


def backends(database: str) -> list[int]:
    """The processes of PostgreSQL that answer others than us."""
    with psycopg.connect(database) as connection:
        asked = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        return [pid for (pid,) in connection.execute(asked)]


def megabytes(database: str) -> int:
    """How large a database is."""
    with psycopg.connect(database) as connection:
        [row] = connection.execute("SELECT pg_database_size(current_database())")
        return round(row[0] / 1024**2)


def cost(portal: Program, database: str, browser: Browser, paths: Sequence[str]) -> Cost:
    """What the pages cost on average; exits when one is not answered."""
    before = computed(portal.workers), computed(backends(database))
    for path in paths:
        answer = browser.get(path)
        if not answer.is_right:
            sys.exit(f"{path} antwoordt {answer.status}.")
    after = computed(portal.workers), computed(backends(database))
    return Cost(*((late - early) / len(paths) for early, late in zip(before, after, strict=True)))


@contextmanager
def answering(folder: Path, **settings: str) -> Iterator[tuple[Program, Browser]]:
    """A portal with one worker, and a browser that asks it as nginx does."""
    portal = node(folder, WEB_CONCURRENCY="1", ALLOWED_HOSTS=f"{HOST},127.0.0.1", **settings)
    portal.start()
    try:
        with closing(Browser(portal.port, tls=False)) as browser:
            yield portal, browser
    finally:
        portal.kill()


def made_anew(folder: Path, database: str) -> tuple[list[str], Cost]:
    """The pages that visitors ask, and what each costs that is made; after a change, some make what others need too."""
    with answering(folder, DATABASE_URL=database, PAGE_CACHE="0") as (portal, browser):
        wished = (path for path in wishes(addresses(browser), Random(4), words()) if is_page(path))
        paths = list(islice(wished, WARM_UP + PAGES))
        cost(portal, database, browser, paths[:WARM_UP])
        return paths, cost(portal, database, browser, paths[WARM_UP:])


def once_kept(folder: Path, database: str, paths: Iterable[str]) -> tuple[Cost, float, float]:
    """What those of the pages cost that are kept, and the megabytes of a worker, then and after the whole lists."""
    with answering(folder, DATABASE_URL=database) as (portal, browser):
        [worker] = portal.workers
        for path in paths:
            browser.get(path)
        hits = [path for path in paths if browser.get(path).headers.get("x-portal-cache") == "hit"]
        kept = cost(portal, database, browser, hits)
        size = taken(worker)
        for path in WHOLE_LISTS:
            browser.get(path)
        return kept, size, taken(worker)


def row(projects: int) -> list[str]:
    """A row of the table: a portal with so many projects more than today."""
    with TemporaryDirectory(prefix="bench-") as name, cluster() as database:
        folder = Path(name) / "portal"
        fill(environment(folder, DATABASE_URL=database), projects)
        paths, made = made_anew(folder, database)
        kept, size, large = once_kept(folder, database, sorted(set(paths)))
        return [
            *(f"{TODAY + projects:,}", f"{megabytes(database):,} MB"),
            *(f"{made.whole:.1f} ms", f"{made.postgres:.1f} ms", f"{made.per_second:.0f}"),
            *(f"{kept.whole:.2f} ms", f"{kept.per_second:,.0f}"),
            *(f"{size:.0f} MB", f"{large:.0f} MB"),
        ]


def is_page(path: str) -> bool:
    """Whether it is a page, and not a form or a list as a file."""
    return "." not in path and not path.startswith("/melden/")


def main() -> int:
    """Measure as the command line asks; the exit code is 130 when interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.size", description="Meet wat het portaal van een machine vraagt."
    )
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES, help="met zoveel projecten meer (%(default)s)")
    signal.signal(signal.SIGTERM, stop)
    try:
        rows = [row(projects) for projects in parser.parse_args().sizes]
    except KeyboardInterrupt:
        return 130
    for cells in (HEADINGS, ["---"] * len(HEADINGS), *rows):
        print("|", " | ".join(cells), "|")
    return 0


if __name__ == "__main__":
    sys.exit(main())
