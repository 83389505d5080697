"""Sets of records as bits: bit n is 1 when the record with key n is in it. To join, meet and count is quick."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
from django.db import models

FEW = 16  # keys, of which a set is made sooner one by one

Bits = int
Sets = dict[Any, Bits]


class Keys(models.Aggregate):
    """Keys in one piece, for a database tells that sooner than a row for each; `from_database` makes it a set."""

    output_field = models.BinaryField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """As SQLite puts numbers together: a text."""
        return self.as_sql(compiler, connection, template="GROUP_CONCAT(%(expressions)s)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """As PostgreSQL does: eight bytes each."""
        template = "STRING_AGG(int8send(CAST(%(expressions)s AS bigint)), '')"
        return self.as_sql(compiler, connection, template=template, **context)


def from_database(told: Sequence[Any]) -> Bits:
    """The set of records of which a database told the keys, in one piece or more."""
    if isinstance(told[0], str):
        return as_set(np.fromstring(",".join(told), dtype=np.int64, sep=","))
    return as_set(np.frombuffer(b"".join(told), dtype=">i8"))


def as_set(keys: Collection[int]) -> Bits:
    """The set of some records."""
    listed = np.asarray(keys, dtype=np.int64)
    if listed.size <= FEW:
        return united(1 << key for key in listed.tolist())
    marks = np.zeros(listed.max(initial=0) + 1, dtype=bool)
    marks[listed] = True
    return int.from_bytes(np.packbits(marks, bitorder="little").tobytes(), "little")


def members(records: Bits) -> np.ndarray:
    """The keys of the records in a set, in order."""
    marks = np.frombuffer(records.to_bytes(records.bit_length() // 8 + 1, "little"), dtype=np.uint8)
    return np.flatnonzero(np.unpackbits(marks, bitorder="little"))


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
