"""Sets of records as bits: bit n is 1 when the record with key n is in it. To join, meet and count is quick."""

from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db import models

Bits = int
Sets = dict[Any, Bits]


class Keys(models.Aggregate):
    """Keys as one text, for a database tells a text sooner than a row for each; `from_text` makes it a set."""

    output_field = models.TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """As SQLite puts numbers together."""
        return self.as_sql(compiler, connection, template="GROUP_CONCAT(%(expressions)s)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """As PostgreSQL does."""
        template = "STRING_AGG(CAST(%(expressions)s AS text), ',')"
        return self.as_sql(compiler, connection, template=template, **context)


def from_text(keys: str) -> Bits:
    """The set of records of which a database gave the keys as one text."""
    return as_set(map(int, keys.split(",")))


def as_set(keys: Iterable[int]) -> Bits:
    """The set of some records."""
    listed = list(keys)
    marks = bytearray(max(listed, default=0) // 8 + 1)
    for key in listed:
        marks[key >> 3] |= 1 << (key & 7)
    return int.from_bytes(marks, "little")


def members(records: Bits) -> list[int]:
    """The keys of the records in a set."""
    marks = f"{records:b}"
    last = len(marks) - 1
    return [last - place for place, mark in enumerate(marks) if mark == "1"]


def united(sets: Iterable[Bits]) -> Bits:
    """The records in one of the sets."""
    return reduce(or_, sets, 0)


def by_value(pairs: Iterable[tuple[Any, int]]) -> Sets:
    """The records of pairs of a value and a key, by value; those without a value in none."""
    keys: defaultdict[Any, list[int]] = defaultdict(list)
    for value, key in pairs:
        keys[value].append(key)
    keys.pop(None, None)
    return {value: as_set(some) for value, some in keys.items()}


def merged(pairs: Iterable[tuple[Any, Bits]]) -> Sets:
    """The sets of pairs of a value and a set, those of one value united."""
    found: Sets = {}
    for value, records in pairs:
        found[value] = found.get(value, 0) | records
    return found
