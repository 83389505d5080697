"""What a backup holds of the database, and its rows as lines of JSON that fit on SQLite and PostgreSQL alike."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from gzip import GzipFile
from itertools import islice
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.db.models.sql import InsertQuery

# What is made again: the index of the search, and the numbers of the edition, which triggers renew.
REMADE = {"records.Word", "records.Posting", "records.Entry", "records.Edition"}
# Who is logged in, wrong passwords, and how many forms came: of an hour, and nobody's business later.
PASSING = {
    "sessions.Session",
    "axes.AccessAttempt",
    "axes.AccessAttemptExpiration",
    "axes.AccessFailureLog",
    "axes.AccessLog",
    "proposals.Trace",
}
# Each database numbers these by itself, as it migrates: they are found by name, and what names them is renumbered.
NAMED: dict[type[models.Model], tuple[str, ...]] = {
    ContentType: ("app_label", "model"),
    Permission: ("content_type_id", "codename"),
}
MIGRATED = {"auth.Group", "auth.Group_permissions"}  # a new database has these already
AT_ONCE = 500

Renumbered = dict[type[models.Model], dict[int, int]]


def tables() -> dict[str, type[models.Model]]:
    """Every table by its name as "igs.Region", but proxies; those found by name come first, in their order."""
    every = [*NAMED, *(model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy)]
    return {model._meta.label: model for model in every}


@cache
def stored() -> dict[str, type[models.Model]]:
    """The tables that a backup holds."""
    return {label: model for label, model in tables().items() if label not in REMADE | PASSING}


def is_empty() -> bool:
    """Whether the portal holds nothing but what its migrations made."""
    made = {model._meta.label for model in NAMED} | MIGRATED
    return not any(rows(model).exists() for label, model in stored().items() if label not in made)


def rows(model: type[models.Model]) -> models.QuerySet:
    """All rows of a table, without what a queryset of its own keeps up beside them."""
    return models.QuerySet(model)


@contextmanager
def snapshot() -> Iterator[None]:
    """The database as it is at one moment, for who reads within the block; nobody who writes waits for that."""
    connection.ensure_connection()
    mode = getattr(connection, "transaction_mode", None)
    connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]  # on SQLite, ours begin as a writer
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        connection.transaction_mode = mode  # type: ignore[attr-defined]


def columns(model: type[models.Model]) -> list[models.Field]:
    """The fields of a table."""
    return list(model._meta.local_concrete_fields)


def plain(value: Any) -> str:
    """A value that JSON has no form for, as its field reads it again."""
    return value.isoformat() if isinstance(value, date) else str(value)


def write_rows(model: type[models.Model], file: GzipFile) -> None:
    """Write each row of a table as a line, by its key."""
    names = [field.attname for field in columns(model)]
    for row in rows(model).order_by("pk").values_list(*names).iterator():
        line = json.dumps(row, default=plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        file.write(line.encode() + b"\n")


def empty() -> None:
    """Take every row away of what a backup holds, and of what passes."""
    for label, model in tables().items():
        if label not in REMADE and model not in NAMED:
            rows(model)._raw_delete(connection.alias)


def read_rows(model: type[models.Model], file: GzipFile, renumbered: Renumbered) -> None:
    """Write the lines of a table to it; keeps in `renumbered` what has another number here."""
    read = (json.loads(line) for line in file)
    if model in NAMED:
        renumbered[model] = dict(number(model, row, renumbered) for row in read)
        return
    while some := list(islice(read, AT_ONCE)):
        insert(model, [fitted(model, row, renumbered) for row in some])


def fitted(model: type[models.Model], row: list[Any], renumbered: Renumbered) -> SimpleNamespace:
    """A row as the fields of a table have it, with the numbers of this database."""
    values = {}
    for field, value in zip(columns(model), row, strict=True):
        numbers = renumbered.get(field.related_model) if field.is_relation else None  # type: ignore[arg-type]
        values[field.attname] = numbers[value] if numbers and value is not None else field.to_python(value)
    return SimpleNamespace(**values)


def number(model: type[Any], row: list[Any], renumbered: Renumbered) -> tuple[int, int]:
    """The number of a row in the backup, and here, where it is made when it is not there."""
    values = vars(fitted(model, row, renumbered))
    before = values.pop("id")
    name = {field: values.pop(field) for field in NAMED[model]}
    found, _ = model.objects.get_or_create(**name, defaults=values)
    return before, found.pk


def insert(model: type[models.Model], some: list[SimpleNamespace]) -> None:
    """Insert rows as they are: no date of change is renewed, no version written."""
    fields = columns(model)
    size = max(1, connection.ops.bulk_batch_size(fields, some))
    for start in range(0, len(some), size):
        query = InsertQuery(model)
        query.insert_values(fields, some[start : start + size], raw=True)  # type: ignore[arg-type]
        query.get_compiler(connection=connection).execute_sql()


def counting(model: type[models.Model]) -> bool:
    """Whether the database gives out the numbers of a table."""
    return isinstance(model._meta.pk, models.AutoField | models.BigAutoField) and model not in NAMED


def sequence_of(model: type[models.Model]) -> str:
    """The name of what gives out the numbers of a table on PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
        return cursor.fetchone()[0]


def last_number(model: type[models.Model]) -> int:
    """The last number that was given out, 0 for none: that of a row that is gone never comes back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM {sequence_of(model)}")
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        found = cursor.fetchone()
    return found[0] if found else 0


def count_from(model: type[models.Model], last: int) -> None:
    """Have the database give out the numbers after `last`, once this is committed."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # `setval` would stay after a rollback
            cursor.execute(f"ALTER SEQUENCE {sequence_of(model)} RESTART WITH {last + 1:d}")
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [model._meta.db_table, last])


def counted(labels: Iterable[str]) -> dict[str, dict[str, int]]:
    """Of tables, how many rows they have and the last number given out."""
    every = stored()
    return {
        label: {"rows": rows(every[label]).count(), "last": last_number(every[label]) if counting(every[label]) else 0}
        for label in labels
    }
