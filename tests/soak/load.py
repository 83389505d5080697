"""Many visitors at once while a consultant edits: `python -m tests.soak.load --minutes 5 --visitors 200`."""

import argparse
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.soak.parts import Cluster, cluster
from tests.soak.visitors import Browser, Consultant, Report, meanwhile, visiting

PAUSE = (3.0, 8.0)  # seconds between the pages of a visitor
SLOWEST = 500  # milliseconds, of 99 answers in a hundred
LARGEST = 150  # megabytes, of a worker
MAY_GROW = 1.1  # from the first half of the time, in which a worker fills what it keeps, to the second
MEGABYTE = 1024


@dataclass
class Memory:
    """The largest size of each worker, in megabytes, in both halves of the time."""

    first: dict[int, float] = field(default_factory=dict)
    second: dict[int, float] = field(default_factory=dict)

    def look(self, cluster: Cluster, half: dict[int, float]) -> None:
        """See how large the workers are now."""
        for pid in (pid for node in cluster.nodes for pid in node.workers):
            half[pid] = max(half.get(pid, 0), taken(pid))

    @property
    def growth(self) -> float:
        """By how much the worker that grew most did so."""
        return max(self.second[pid] / self.first[pid] for pid in self.second if pid in self.first)

    @property
    def largest(self) -> float:
        """The size of the largest worker."""
        return max(self.second.values())


def taken(pid: int) -> float:
    """How many megabytes a process takes of the machine: its own, and its share of what it has in common."""
    told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")) / MEGABYTE


@dataclass
class Load:
    """What a load told."""

    report: Report
    memory: Memory
    edits: int
    stale: list[str]
    errors: list[Exception]

    def __str__(self) -> str:
        memory = f"largest worker {self.memory.largest:.0f} MB, grew by {100 * (self.memory.growth - 1):.0f}%"
        return f"{self.report}\n{self.edits} edits, {len(self.stale)} seen too late; {memory}"

    @property
    def complaints(self) -> list[object]:
        """What is not as it must be."""
        return [
            *self.report.wrong[:5],
            *self.stale[:5],
            *self.errors,
            *([f"p99 over {SLOWEST} ms"] if self.report.within(0.99) > SLOWEST else []),
            *([f"a worker over {LARGEST} MB"] if self.memory.largest > LARGEST else []),
            *(["a worker grows"] if self.memory.growth > MAY_GROW else []),
        ]


def load(cluster: Cluster, visitors: int, seconds: float, pause: tuple[float, float] = PAUSE) -> Load:
    """Have so many visitors for so long, and an edit each second of which the next request must know."""
    memory, stale = Memory(), []
    with closing(Consultant(cluster)) as consultant, closing(Browser(cluster.front.port)) as reader:

        def edit() -> None:
            title = consultant.edit()
            answer = reader.get(consultant.page)
            if title.encode() not in answer.body:
                stale.append(f"{title}: {answer.status} {answer.headers}")

        with visiting(cluster.front.port, visitors, pause) as report, meanwhile(edit, every=1) as errors:
            for half in (memory.first, memory.second):
                ends = time.monotonic() + seconds / 2
                while time.monotonic() < ends:
                    memory.look(cluster, half)
                    time.sleep(0.5)
    return Load(report, memory, len(consultant.kept), stale, errors)


def main() -> int:
    """Load a cluster, and say what came of it; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--visitors", type=int, default=200)
    asked = parser.parse_args()
    with cluster() as whole:
        told = load(whole, asked.visitors, 60 * asked.minutes)
    print(told, *told.complaints, sep="\n")
    return 1 if told.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
