"""Queries that are compiled once a process, for the few whose parts cost more to compile than to answer."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache, partial
from typing import Any, NamedTuple

from django.db import connection, connections, router
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet

Value = date | int | str | None


class Compiled(NamedTuple):
    """A query as the database takes it, and what makes the values of a row out of what the database gives."""

    model: type[Model]
    sql: str
    parameters: tuple[Any, ...]
    rows: Callable[[list[tuple[Any, ...]]], Iterable[Any]]


def compiled(queryset: QuerySet) -> Compiled:
    """A flat queryset as the database takes it; raises EmptyResultSet when nothing can be in it."""
    compiler = queryset.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
    rows = partial(compiler.apply_converters, converters=converters) if converters else iter
    return Compiled(queryset.model, sql, parameters, rows)


def reading(model: type[Model]) -> CursorWrapper:
    """A cursor of the database from which records of a model are read now, for a query without the ORM."""
    return connections[router.db_for_read(model)].cursor()


def rows_of(query: Compiled, parameters: tuple[Any, ...]) -> list[Any]:
    """What the database answers to a query with its parameters."""
    with reading(query.model) as cursor:
        cursor.execute(query.sql, parameters)
        return [tuple(row) for row in query.rows(cursor.fetchall())]


@dataclass(frozen=True)
class Recipe:
    """How to make a flat queryset, of keys of records or of none.

    It has a key of its own, which two recipes share only when they make the same one.
    """

    key: tuple[Hashable, ...]
    build: Callable[..., QuerySet] = field(compare=False)

    def rows(self, *keys: int) -> list[Any]:
        """The rows of the queryset."""
        return recalled(self, len(keys))(**named(keys))


@lru_cache(maxsize=128)
def recalled(recipe: Recipe, count: int) -> "Prepared":
    """The queryset of a recipe for so many keys, compiled when it is asked first."""
    return Prepared(lambda **keys: recipe.build(*keys.values()), **named(range(-count, 0)))


def named(keys: Sequence[int]) -> dict[str, int]:
    """Keys by the names that they have as arguments."""
    return {f"key{place}": key for place, key in enumerate(keys)}


class Prepared:
    """The rows of a flat queryset, which is compiled at the first call; every call gives it its own values.

    `build` makes the queryset, with `values_list` or as a union of such, from the arguments that `stand_ins` names.
    A stand-in is a date, number or text that the queryset holds nowhere else.
    """

    def __init__(self, build: Callable[..., QuerySet], **stand_ins: Value) -> None:
        """Keep `build`, and what stands in for its arguments while it is compiled."""
        self.build = build
        self.stand_ins = stand_ins

    def flat(self) -> QuerySet:
        """The queryset with the stand-ins."""
        return self.build(**self.stand_ins)

    @cached_property
    def compiled(self) -> Compiled:
        """The query with the stand-ins among its parameters."""
        return compiled(self.flat())

    def statement(self, **values: Value) -> tuple[str, tuple[Any, ...]]:
        """The query and its parameters for `values`, which have the names of the stand-ins."""
        real = {adapted(stand_in): adapted(values[name]) for name, stand_in in self.stand_ins.items()}
        return self.compiled.sql, tuple(real.get(parameter, parameter) for parameter in self.compiled.parameters)

    def __call__(self, **values: Value) -> list[Any]:
        """The rows for `values`, which have the names of the stand-ins."""
        return rows_of(self.compiled, self.statement(**values)[1])

    def by_first(self, **values: Value) -> dict[Any, list[tuple[Any, ...]]]:
        """The rows for `values` by their first value, each without that."""
        found: defaultdict[Any, list[tuple[Any, ...]]] = defaultdict(list)
        for first, *others in self(**values):
            found[first].append(tuple(others))
        return dict(found)


class PreparedRecords(Prepared):
    """As Prepared, with whole records for rows: `build` makes a queryset of them, with annotations if need be."""

    @cached_property
    def model(self) -> type[Model]:
        """The model of the records."""
        return super().flat().model

    @cached_property
    def names(self) -> list[str]:
        """The fields of a record."""
        return [field.attname for field in self.model._meta.concrete_fields]

    @cached_property
    def annotations(self) -> list[str]:
        """The names of what the queryset adds to its records."""
        return list(super().flat().query.annotations)

    def flat(self) -> QuerySet:
        """The queryset with a column for each field, and for each annotation."""
        return super().flat().values_list(*self.names, *self.annotations)

    def __call__(self, **values: Value) -> list[Any]:
        """The records for `values`, which have the names of the stand-ins."""
        return [self.record(row) for row in super().__call__(**values)]

    def record(self, row: tuple[Any, ...]) -> Model:
        """The record of a row, with what the queryset adds to it."""
        count = len(self.names)
        record = self.model.from_db(connection.alias, self.names, row[:count])
        for name, value in zip(self.annotations, row[count:], strict=True):
            setattr(record, name, value)
        return record


def adapted(value: Value) -> Any:
    """A value as it stands among the parameters of the database in use."""
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
