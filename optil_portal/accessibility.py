"""The last automatic check of the portal's accessibility, in a file that only `make accessibility` writes."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

PATH = Path(__file__).with_suffix(".json")


@dataclass(frozen=True)
class Report:
    """The day of a check (2026-01-31), the version of axe-core, how many pages, and the faults on each type of page."""

    checked_on: str
    axe: str
    pages: int
    violations: dict[str, int]

    @property
    def on(self) -> date:
        """The day of the check."""
        return date.fromisoformat(self.checked_on)

    @property
    def faults(self) -> int:
        """The faults on all pages together."""
        return sum(self.violations.values())


def write(report: Report, path: Path = PATH) -> None:
    """Keep a report, in place of the one before."""
    path.write_text(json.dumps(asdict(report), indent=2) + "\n")


def read(path: Path = PATH) -> Report:
    """The report of the last check; raises OSError when there is none."""
    return Report(**json.loads(path.read_text()))
