"""The rules on municipalities that the database keeps; above all that each is in one region at most on any day.

PostgreSQL keeps it with an exclusion constraint. SQLite has none, so there two triggers keep it; SQLite also drops
the triggers of a table that a migration rebuilds, so they are installed after every migration.
"""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.operations import BtreeGistExtension
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import F, Func, Q

OVERLAP = (
    "EXISTS (SELECT 1 FROM {table} AS other WHERE other.id <> NEW.id AND other.{column} = NEW.{column}"
    " AND COALESCE(other.since, '0001-01-01') < COALESCE(NEW.until, '9999-12-31')"
    " AND COALESCE(NEW.since, '0001-01-01') < COALESCE(other.until, '9999-12-31'))"
)
TRIGGER = (
    "CREATE TRIGGER {name}_{event} BEFORE {event} ON {table} WHEN {overlap} BEGIN SELECT RAISE(ABORT, '{name}'); END"
)


class BtreeGist(BtreeGistExtension):
    """What PostgreSQL needs for an exclusion constraint; Django's own looks for it on SQLite too on the way back."""

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Take it away, where it can be."""
        if is_postgresql(schema_editor.connection):
            super().database_backwards(app_label, schema_editor, from_state, to_state)


def one_municipality() -> models.CheckConstraint:
    """The rule that a record is about a municipality of today or about a former one, and never about both."""
    return models.CheckConstraint(
        condition=Q(municipality__isnull=True) ^ Q(former_municipality__isnull=True),
        name="%(class)s_has_one_municipality",
        violation_error_message="Kies een gemeente of een vroegere gemeente, niet allebei.",
    )


class NoOverlap(ExclusionConstraint):
    """No two rows with the same `column` whose days, from `since` until the day before `until`, overlap."""

    def __init__(self, *, column: str, name: str, violation_error_message: str) -> None:
        """`column` is the foreign key whose rows may not overlap; empty values never do."""
        self.column = column
        days = Func("since", "until", function="DATERANGE")
        super().__init__(
            name=name,
            expressions=[(F(column), RangeOperators.EQUAL), (days, RangeOperators.OVERLAPS)],
            condition=Q(**{f"{column}__isnull": False}),
            violation_error_message=violation_error_message,
        )

    def deconstruct(self) -> tuple[str, tuple, dict[str, Any]]:
        """What a migration writes to make this constraint again."""
        arguments = {"column": self.column, "name": self.name, "violation_error_message": self.violation_error_message}
        return f"{type(self).__module__}.{type(self).__qualname__}", (), arguments

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: Any) -> Any:
        """The constraint inside CREATE TABLE; none on SQLite."""
        return super().constraint_sql(model, schema_editor) if is_postgresql(schema_editor.connection) else None

    def create_sql(self, model: type[models.Model] | None, schema_editor: Any) -> Any:
        """The statement that adds the constraint; none on SQLite."""
        return super().create_sql(model, schema_editor) if is_postgresql(schema_editor.connection) else None

    def remove_sql(self, model: type[models.Model] | None, schema_editor: Any) -> Any:
        """The statement that drops the constraint; none on SQLite."""
        return super().remove_sql(model, schema_editor) if is_postgresql(schema_editor.connection) else None

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        """Raise ValidationError when another row overlaps `instance`, the same way on both databases."""
        owner = getattr(instance, f"{self.column}_id")
        if owner is None or (exclude and self.column in exclude):
            return
        others = model._default_manager.using(using).filter(**{self.column: owner}).exclude(pk=instance.pk)
        if others.overlapping(instance.since, instance.until).exists():
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def clashing(self, rows: Iterable[Any]) -> list[tuple[Any, Any]]:
        """The pairs that share a day, among all the rows that there would be."""
        owned = [row for row in rows if getattr(row, f"{self.column}_id") is not None]
        owned.sort(key=lambda row: (getattr(row, f"{self.column}_id"), row.since or date.min))
        pairs = []
        for _, group in groupby(owned, key=lambda row: getattr(row, f"{self.column}_id")):
            last, *others = group
            for row in others:
                if (row.since or date.min) < (last.until or date.max):
                    pairs.append((last, row))
                last = max(last, row, key=lambda one: one.until or date.max)
        return pairs

    def triggers(self, table: str) -> dict[str, str]:
        """The SQLite statements that keep the rule on `table`, by trigger name."""
        overlap = OVERLAP.format(table=table, column=f"{self.column}_id")
        return {
            f"{self.name}_{event}": TRIGGER.format(name=self.name, event=event, table=table, overlap=overlap)
            for event in ("insert", "update")
        }


def is_postgresql(connection: Any) -> bool:
    """Whether `connection` speaks to PostgreSQL."""
    return connection.vendor == "postgresql"


def install_triggers(sender: Any, using: str, **kwargs: Any) -> None:
    """After a migration of `sender`'s models: make every NoOverlap trigger anew on a SQLite database."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    tables = set(connection.introspection.table_names())
    for model in sender.get_models():
        table = model._meta.db_table
        for constraint in model._meta.constraints:
            if isinstance(constraint, NoOverlap) and table in tables:
                with connection.cursor() as cursor:
                    for name, statement in constraint.triggers(table).items():
                        cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                        cursor.execute(statement)
