"""The last automatic check of the portal's accessibility, as `make accessibility` wrote it down."""

import json
from datetime import date
from pathlib import Path
from typing import NamedTuple

PATH = Path(__file__).with_suffix(".json")


class Check(NamedTuple):
    """The day, the version of axe-core, how many pages of how many types it saw, and how many faults it found."""

    on: date
    axe: str
    pages: int
    types: int
    faults: int


def last_check() -> Check:
    """The last check; raises OSError when the file is not there."""
    told = json.loads(PATH.read_text())
    faults = told["violations"]
    return Check(date.fromisoformat(told["checked_on"]), told["axe"], told["pages"], len(faults), sum(faults.values()))
