"""How fast the pages are, beside three yardsticks that do hardly anything: `python -m bench.http`.

The portal, without its page cache and with it, and the yardsticks are served by the same gunicorn from one PostgreSQL,
and wrk loads their pages in turn. `--projects=100000` serves it from a second one as well, with so many more projects.
Each page gets a turn in every round, is compared with the yardsticks of that round, and the median of the rounds
counts, so that what else the machine does meanwhile decides little.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import quote

import django
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.content import fill, words
from tests.running import ROOT, environment, free_port, wait_until_it_answers
from tests.throwaway_postgres import cluster, stop

PORTAL = ("manage.py", "serve")
YARDSTICKS = ("-m", "bench.http.yardsticks")
LEGEND = (
    "A: een view zonder middleware. A2: een sjabloon. "
    "A3: twintig rijen uit één query, als kaarten van het portaal met de gewone tags van Django."
)
# The number of queries of each yardstick.
QUERIES = {"A": 0, "A2": 0, "A3": 1}
# Each page with the part of A3's requests per second that it must reach when it is made anew; 0 when there is no goal.
PAGES = {
    "/": 1.5,
    "/regios/": 0.0,
    "/regios/midwest/": 1.5,
    "/projecten/": 1.0,
    "/projecten/winterse-vertellingen/": 1.5,
    "/projecten/?q=bib": 1.0,
    "/zoeken/?q=bib": 1.0,
}
# Those that ask words. The answers to the last ones are remembered, so they are asked others each time as well.
ASKING = ("/projecten/?q=bib", "/zoeken/?q=bib")
ANEW = Path(__file__).with_name("anew.lua")
KEPT = ("/", "/projecten/winterse-vertellingen/", "/zoeken/?q=bib")
KEPT_GOAL = 0.9  # of A, for a page that is kept
# Those that must keep this part of their speed among many projects; a list has bounds of its own in bench.search.
AMONG_MANY = ("/", "/regios/midwest/", "/projecten/winterse-vertellingen/")
AMONG_MANY_GOAL = 0.5
BROTLI = {"Accept-Encoding": "br, gzip"}

WORKERS = 2
CONNECTIONS = 8
WARM_UP = 2
MILLISECONDS = {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}


class Speed(NamedTuple):
    """What wrk measured in a turn; the latencies in milliseconds."""

    per_second: float
    p50: float
    p99: float


class Target(NamedTuple):
    """What is loaded: an address, what wrk says beside it, and the status that it is answered with.

    With `anew` it is asked other words each time.
    """

    url: str
    headers: dict[str, str]
    status: int = 200
    anew: bool = False


class Goal(NamedTuple):
    """That one page reaches a part of the speed of another."""

    name: str
    other: str
    part: float


Turns = dict[str, list[Speed]]


@contextmanager
def served(command: tuple[str, ...], settings: dict[str, str]) -> Iterator[str]:
    """The address at which `python` with `command` serves, until the end of the block."""
    port = free_port()
    log = Path(settings["PORTAL_VAR"]) / f"{port}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=settings | {"PORT": str(port)}, stdout=output, stderr=output
        )
    try:
        wait_until_it_answers(process, port, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def answer_of(target: Target) -> tuple[int, dict[str, str]]:
    """The status and the headers with which a target is answered."""
    _, _, host, path = target.url.split("/", 3)
    client = HTTPConnection(host, timeout=30)
    client.request("GET", f"/{path}", headers=target.headers)
    answer = client.getresponse()
    client.close()
    return answer.status, dict(answer.getheaders())


def require(target: Target, cached: bool = False) -> None:
    """Exit when a target is not answered as it should, or made anew where it is kept."""
    status, headers = answer_of(target)
    if status != target.status or (cached and headers.get("X-Portal-Cache") != "hit"):
        sys.exit(f"{target.url} antwoordt {status} ({headers}).")


def kept(url: str) -> dict[str, Target]:
    """The pages that are kept, each also as somebody asks it who has it already."""
    targets = {}
    for path in KEPT:
        page = Target(f"{url}{path}", BROTLI)
        tag = answer_of(page)[1]["ETag"]
        targets[f"{path} bewaard"] = page
        targets[f"{path} 304"] = Target(page.url, BROTLI | {"If-None-Match": tag}, 304)
    for target in targets.values():
        require(target, cached=True)
    return targets


def open_database(settings: dict[str, str]) -> None:
    """Let this process see the database as the portal does."""
    os.environ.update(settings, DJANGO_SETTINGS_MODULE="optil_portal.settings")
    django.setup()
    with connection.cursor() as cursor:
        # Otherwise PostgreSQL does it by itself, somewhere halfway, and changes its plans.
        cursor.execute("ANALYZE")


def count_queries(path: str) -> int:
    """How many queries `path` takes when it was visited before."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)


def load(target: Target, seconds: int) -> str:
    """What wrk tells of a target that it asked for some seconds; exits when that does not always answer well."""
    options = f"--latency --timeout 10s --threads 1 --connections {CONNECTIONS} --duration {seconds}s"
    # Connections that stay open are divided unevenly: often one worker gets them all, and the other does nothing.
    headers = [part for pair in target.headers.items() for part in ("--header", ": ".join(pair))]
    command = ["wrk", *options.split(), "--header", "Connection: close", *headers, target.url]
    if target.anew:
        command += ["--script", str(ANEW), "--", *map(quote, words())]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if re.search(r"Non-2xx|Socket errors", report):
        sys.exit(f"{target.url} antwoordt niet altijd goed:\n{report}")
    return report


def warm_up(target: Target) -> None:
    """Load a target until it answers: among many projects, what is made once after a change takes seconds."""
    while " 0 requests in" in load(target, WARM_UP):
        pass


def speed(report: str) -> Speed:
    """How fast a target answered."""
    [per_second] = re.findall(r"^Requests/sec: +([\d.]+)$", report, re.MULTILINE)
    latencies = re.findall(r"^ +(\d+)% +([\d.]+)([a-z]+)$", report, re.MULTILINE)
    at = {percent: float(number) * MILLISECONDS[unit] for percent, number, unit in latencies}
    return Speed(float(per_second), at["50"], at["99"])


def measure(targets: dict[str, Target], seconds: int, rounds: int) -> Turns:
    """The speed of each target in every round."""
    for target in targets.values():
        warm_up(target)
    turns: Turns = {name: [] for name in targets}
    for number in range(1, rounds + 1):
        print(f"Ronde {number} van {rounds}", file=sys.stderr)
        for name, target in targets.items():
            turns[name].append(speed(load(target, seconds)))
    return turns


def ratio(turns: Turns, name: str, yardstick: str) -> float:
    """The requests per second of one page as a part of those of another."""
    pairs = zip(turns[name], turns[yardstick], strict=True)
    return median(page.per_second / other.per_second for page, other in pairs)


def table(turns: Turns, queries: dict[str, int]) -> Iterator[str]:
    """The lines that tell the speeds, how much they differed, and how they compare with the yardsticks."""
    yield f"{'':43}{'per s':>8}{'±':>6}{'p50 ms':>9}{'p99 ms':>9}{'× A':>8}{'× A2':>8}{'× A3':>8}{'queries':>9}"
    for name, speeds in turns.items():
        per_second, p50, p99 = (median(values) for values in zip(*speeds, strict=True))
        spread = (max(speeds).per_second - min(speeds).per_second) / 2 / per_second
        ratios = "".join(f"{ratio(turns, name, yardstick):8.2f}" for yardstick in QUERIES)
        yield f"{name:43}{per_second:8.1f}{spread:6.0%}{p50:9.1f}{p99:9.1f}{ratios}{queries.get(name, 0):9}"


def goals(many: int) -> Iterator[Goal]:
    """What must be reached by what was measured."""
    yield from (Goal(path, "A3", part) for path, part in PAGES.items())
    yield from (Goal(anew(path), "A3", PAGES[path]) for path in ASKING)
    for path in KEPT:
        yield Goal(f"{path} bewaard", "A", KEPT_GOAL)
        yield Goal(f"{path} 304", f"{path} bewaard", 0.95)  # no slower, but for the noise of a turn
    if many:
        yield from (Goal(among(path, many), path, AMONG_MANY_GOAL) for path in AMONG_MANY)


def anew(path: str) -> str:
    """How a page is called that is asked other words each time."""
    return f"{path.partition('=')[0]}=… telkens anders"


def among(path: str, many: int) -> str:
    """How a page is called among many projects."""
    return f"{path} ({many} projecten)"


def shortfalls(turns: Turns, many: int) -> list[str]:
    """The pages that miss their goal, each with what it reaches and should."""
    reached = {goal: ratio(turns, goal.name, goal.other) for goal in goals(many)}
    return [
        f"{goal.name} {part:.2f} × {goal.other} (doel {goal.part})"
        for goal, part in reached.items()
        if part < goal.part
    ]


@contextmanager
def large(folder: Path, many: int) -> Iterator[dict[str, Target]]:
    """The pages among many projects, made anew; none when there are not to be many."""
    if not many:
        yield {}
        return
    with cluster() as database:
        own = environment(folder, DATABASE_URL=database, WEB_CONCURRENCY=str(WORKERS), PAGE_CACHE="0")
        fill(own, many)
        with served(PORTAL, own) as portal:
            yield {among(path, many): Target(f"{portal}{path}", {}) for path in AMONG_MANY}


def bench(seconds: int, rounds: int, many: int) -> int:
    """Measure and tell; 1 when a page misses its goal."""
    with TemporaryDirectory(prefix="bench-") as folder, cluster() as database:
        own = environment(Path(folder), DATABASE_URL=database, WEB_CONCURRENCY=str(WORKERS))
        plain = own | {"DJANGO_SETTINGS_MODULE": "bench.http.yardsticks.settings"}
        with (
            large(Path(folder) / "large", many) as among_many,
            served(PORTAL, own | {"PAGE_CACHE": "0"}) as portal,
            served(PORTAL, own) as keeping,
            served(YARDSTICKS, plain | {"BARE": "1"}) as bare,
            served(YARDSTICKS, plain) as full,
        ):
            urls = {"A": f"{bare}/regel/", "A2": f"{full}/kaarten/een/", "A3": f"{full}/kaarten/"}
            urls |= {path: f"{portal}{path}" for path in PAGES}
            targets = {name: Target(url, {}) for name, url in urls.items()}
            targets |= {anew(path): Target(urls[path], {}, anew=True) for path in ASKING}
            targets |= kept(keeping) | among_many
            for target in targets.values():
                require(target)
            open_database(own | {"PAGE_CACHE": "0"})
            queries = QUERIES | {path: count_queries(path) for path in PAGES}
            turns = measure(targets, seconds, rounds)
    print(f"{WORKERS} processen, {CONNECTIONS} verbindingen; mediaan van {rounds} rondes met beurten van {seconds} s.")
    print(f"{LEGEND}\n")
    print(*table(turns, queries), sep="\n")
    missed = shortfalls(turns, many)
    print("\nNiet gehaald: " + ", ".join(missed) if missed else "\nAlle doelen zijn gehaald.")
    return int(bool(missed))


def main() -> int:
    """Measure as the command line asks; the exit code is 130 when interrupted."""
    parser = argparse.ArgumentParser(prog="python -m bench.http", description="Meet hoe snel de pagina's antwoorden.")
    parser.add_argument("--seconds", type=int, default=8, help="hoe lang een beurt duurt (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="hoeveel beurten elke pagina krijgt (%(default)s)")
    parser.add_argument("--projects", type=int, default=0, help="meet ook met zoveel projecten meer")
    arguments = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk ontbreekt (Debian, Ubuntu: apt-get install wrk).")
    signal.signal(signal.SIGTERM, stop)
    try:
        return bench(arguments.seconds, arguments.rounds, arguments.projects)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
