"""Years as bars on one axis, for whatever has a first year and perhaps a last one."""

from collections.abc import Iterable
from typing import Any, NamedTuple


class Period(NamedTuple):
    """Something on an axis of years, all in years: where its bar starts, how long it is, and the rest of the axis.

    Of a last year that is not known the bar has only its first year for sure, and goes on unsure to the end.
    """

    what: Any
    start: int
    sure: int
    unsure: int
    whole: int


class Axis(NamedTuple):
    """The years from `first` to `last`, both included, and what lies on them, in the order of its first years."""

    first: int
    last: int
    periods: tuple[Period, ...]


def axis(spans: Iterable[tuple[Any, int, int | None]], until: int) -> Axis:
    """The axis of things with a first and a last year, None when not known; it reaches at least to a year."""
    known = sorted(spans, key=lambda span: (span[1], span[2] or until))
    first = min((one for _, one, _ in known), default=until)
    last = max([until, *(end or start for _, start, end in known)])
    return Axis(first, last, tuple(period(*span, first, last) for span in known))


def period(what: Any, start: int, end: int | None, first: int, last: int) -> Period:
    """Something from its first year to its last on an axis."""
    sure = (end or start) - start + 1
    unsure = 0 if end else last - start
    return Period(what, start - first, sure, unsure, last - first + 1)
