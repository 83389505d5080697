"""Queries that are compiled once a process, for the few whose parts cost more to compile than to answer."""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

Value = date | int | str | None


class Prepared:
    """The rows of a flat queryset, which is compiled at the first call; every call gives it its own values.

    `build` makes the queryset, with `values_list` or as a union of such, from the arguments that `stand_ins` names.
    A stand-in is a date, number or text that the queryset holds nowhere else. The rows are tuples as the database
    gives them, so they may hold texts and whole numbers only: a date goes through `text_of`.
    """

    def __init__(self, build: Callable[..., QuerySet], **stand_ins: Value) -> None:
        """Keep `build`, and what stands in for its arguments while it is compiled."""
        self.build = build
        self.stand_ins = stand_ins

    @cached_property
    def compiled(self) -> tuple[str, tuple[Any, ...]]:
        """The SQL and its parameters, the stand-ins among them."""
        return self.build(**self.stand_ins).query.sql_with_params()

    def __call__(self, **values: Value) -> list[tuple[Any, ...]]:
        """The rows for `values`, which have the names of the stand-ins."""
        sql, parameters = self.compiled
        real = {adapted(stand_in): adapted(values[name]) for name, stand_in in self.stand_ins.items()}
        with connection.cursor() as cursor:
            cursor.execute(sql, [real.get(parameter, parameter) for parameter in parameters])
            return cursor.fetchall()


def adapted(value: Value) -> Any:
    """A value as it stands among the parameters of the database in use."""
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def text_of(day: str) -> Cast:
    """The date in a field as a text that is the same on both databases: 2026-01-31."""
    return Cast(day, CharField())
