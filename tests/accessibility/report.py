"""What is told of a check of many pages."""

from collections import Counter
from datetime import date

from optil_portal.accessibility import Report


def report(day: date, axe: str, types: list[str], faulty: list[str]) -> Report:
    """What is to be told when pages of these types were checked, and a fault was found on one of each in `faulty`."""
    found = Counter(faulty)
    return Report(day.isoformat(), axe, len(types), {kind: found[kind] for kind in sorted(set(types))})
