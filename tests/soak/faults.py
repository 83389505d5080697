"""What breaks under load, at random moments: `python -m tests.soak.faults --times 20`.

Every answer is right or a clean 503, and all that the portal said is kept, is there afterwards.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.soak.parts import Cluster, cluster, wait_until
from tests.soak.visitors import Browser, Consultant, Refused, Report, meanwhile, visiting

VISITORS = 12
PAUSE = (0.1, 0.6)
EVERY = 0.3  # seconds between two edits
ROOM, BLOCK = 16 << 20, 4096  # bytes of the disk that is filled


def the_database_stops(cluster: Cluster, chance: random.Random) -> None:
    """PostgreSQL is stopped as when the power fails, and started again."""
    cluster.primary.stop("immediate")
    time.sleep(chance.uniform(0, 1))
    cluster.primary.start()


def a_worker_is_killed(cluster: Cluster, chance: random.Random) -> None:
    """A worker is killed in the midst of what it does."""
    with suppress(ProcessLookupError):
        os.kill(chance.choice(chance.choice(cluster.nodes).workers), signal.SIGKILL)


def redis_stops(cluster: Cluster, chance: random.Random) -> None:
    """Redis is stopped, and started again without what it kept."""
    cluster.redis.stop()
    time.sleep(chance.uniform(0, 1))
    cluster.redis.start()


FAULTS = (the_database_stops, a_worker_is_killed, redis_stops)


@dataclass
class Told:
    """What the faults came to: for visitors, for the consultant, and for what was kept."""

    report: Report
    kept: int
    refused: int
    lost: list[str]
    errors: list[Exception]

    def __str__(self) -> str:
        return f"{self.report}\n{self.kept} edits kept, {self.refused} refused, {len(self.lost)} lost"

    @property
    def complaints(self) -> list[object]:
        """What is not as it must be."""
        return [*self.report.wrong[:5], *self.lost[:5], *self.errors]


def survive(cluster: Cluster, faults: list[Callable[[Cluster, random.Random], None]], chance: random.Random) -> Told:
    """Have visitors and a consultant while one thing after another breaks; all of it works again afterwards."""
    refused = 0
    with closing(Consultant(cluster)) as consultant:

        def edit() -> None:
            nonlocal refused
            try:
                consultant.edit()
            except Refused:
                refused += 1

        with (
            visiting(cluster.front.port, VISITORS, PAUSE, refusals_are_fine=True) as report,
            meanwhile(edit, EVERY) as errors,
        ):
            for fault in faults:
                time.sleep(chance.uniform(0.5, 3))  # long enough for an edit now and then
                fault(cluster, chance)
            time.sleep(1)
        wait_until(lambda: works_again(cluster), "all works again", 30)
        edit()
        return Told(report, len(consultant.kept), refused, lost(cluster, consultant.kept), errors)


def works_again(cluster: Cluster) -> bool:
    """Whether pages, of both nodes, are right again, one that nobody asked before too."""
    answers = []
    for node in cluster.nodes:
        with closing(Browser(node.port, tls=False)) as browser:
            answers += [browser.get(path) for path in ("/", f"/zoeken/?q=nieuw{time.monotonic_ns()}")]
    return all(answer.is_right for answer in answers)


def lost(cluster: Cluster, titles: list[str]) -> list[str]:
    """What the portal said that it kept, and is not in the history of its records."""
    history = cluster.primary.ask("SELECT after ->> 'title' FROM records_version WHERE kind = 'projects.project'")
    return sorted(set(titles) - set(history.splitlines()))


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of its own for a folder, until the end of the block; raises CalledProcessError where nobody may mount."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", folder], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Not a byte free on such a disk, until the end of the block; never on another, which is not ours to fill."""
    assert folder.is_mount(), folder
    filler = folder / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        for _ in range(ROOM // BLOCK + 1):
            file.write(bytes(BLOCK))
    try:
        yield
    finally:
        filler.unlink()


def picture() -> bytes:
    """A photograph of some weight."""
    file = BytesIO()
    Image.effect_noise((900, 600), 90).convert("RGB").save(file, "PNG")
    return file.getvalue()


def media_of(cluster: Cluster) -> Path:
    """Where the first node keeps its photographs."""
    return Path(cluster.settings["PORTAL_VAR"]) / "media"


def survive_a_full_disk(cluster: Cluster, times: int) -> Told:
    """Have a consultant add photographs while the disk of the first node is full, and again once it is not."""
    folder, refused, photograph = media_of(cluster), 0, picture()
    images = "SELECT count(*) FROM projects_projectimage"
    browser = Browser(cluster.nodes[0].port, tls=False)
    with closing(Consultant(cluster, browser)) as consultant, visiting(cluster.front.port, VISITORS, PAUSE) as report:
        for _ in range(times):
            before = cluster.primary.ask(images)
            with filled(folder):
                try:
                    consultant.edit(image=photograph)
                except Refused:
                    refused += 1
                assert cluster.primary.ask(images) == before
                consultant.edit()  # what needs no disk goes on
        consultant.edit(image=photograph)
        assert cluster.primary.ask(images) == str(int(before) + 1)
        return Told(report, len(consultant.kept), refused, lost(cluster, consultant.kept), [])


def main() -> int:
    """Break all of it, each so many times at random moments, and say what came of it; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance, complaints = random.Random(asked.seed), []
    with cluster() as whole:
        for fault in FAULTS:
            told = survive(whole, [fault] * asked.times, chance)
            print(fault.__doc__, told, *told.complaints, sep="\n    ", flush=True)
            complaints += told.complaints
        with small_disk(media_of(whole)):
            told = survive_a_full_disk(whole, asked.times)
        print(survive_a_full_disk.__doc__, told, *told.complaints, sep="\n    ")
    return 1 if complaints or told.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
