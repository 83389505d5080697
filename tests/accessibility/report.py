"""The outcome of the last check, in a file that the portal can show."""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from tests.running import ROOT

PATH = ROOT / "optil_portal" / "accessibility.json"


@dataclass(frozen=True)
class Report:
    """The day of a check, what checked, how many pages, and how many faults on each type of page."""

    checked_on: str
    axe: str
    pages: int
    violations: dict[str, int]


def report(day: date, axe: str, types: list[str], faulty: list[str]) -> Report:
    """What is to be told when pages of these types were checked, and a fault was found on one of each in `faulty`."""
    found = Counter(faulty)
    return Report(day.isoformat(), axe, len(types), {kind: found[kind] for kind in sorted(set(types))})


def write(told: Report, path: Path = PATH) -> None:
    """Keep a report, in place of the one before."""
    path.write_text(json.dumps(asdict(told), indent=2) + "\n")


def read(path: Path = PATH) -> Report:
    """The report of the last check."""
    return Report(**json.loads(path.read_text()))
