"""Which edition of the content there is: numbers that the database itself changes with any of it.

So a process may keep what it made of the content, for as long as it holds.
"""

from collections.abc import Callable, Hashable
from contextlib import nullcontext
from datetime import date
from typing import Any, ClassVar, TypeVar

from django.apps import apps
from django.db import connections, models
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from optil_portal.records.clock import today
from optil_portal.records.known_edition import CURRENT, Number, know, known, one_edition
from optil_portal.records.prepared import reading

Made = TypeVar("Made")
Kind = TypeVar("Kind", bound=models.Model)

MOST_KEPT = 256
EVENTS = ("insert", "update", "delete")
SQLITE_TRIGGER = (
    "CREATE TRIGGER IF NOT EXISTS {table}_{event}_renews_edition AFTER {event} ON {table}"
    " BEGIN UPDATE records_edition SET number = random(); END"
)
WRITERS = {"sqlite": 1, "postgresql": 8}  # so many can write at once, each its own number
# Each takes a number that nobody else is writing, so that who writes waits for nobody who writes something else.
POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION renew_edition() RETURNS trigger LANGUAGE plpgsql AS $$DECLARE free integer; BEGIN
    SELECT writer INTO free FROM records_edition ORDER BY writer LIMIT 1 FOR UPDATE SKIP LOCKED;
    UPDATE records_edition SET number = floor(random() * 9e15)
    WHERE writer = COALESCE(free, pg_backend_pid() % {WRITERS["postgresql"]});
    RETURN NULL;
END$$"""  # noqa: S608 - only a number of ours
POSTGRESQL_TRIGGER = (
    "CREATE OR REPLACE TRIGGER {table}_renews_edition AFTER INSERT OR UPDATE OR DELETE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION renew_edition()"
)


class Edition(models.Model):
    """A number that is another, never seen before, after each change by a writer; all of them make the edition."""

    writer = models.PositiveSmallIntegerField("schrijver", primary_key=True)
    number = models.BigIntegerField("nummer", default=0)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = "editie"
        verbose_name_plural = "edities"

    def __str__(self) -> str:
        return f"{self.writer}: {self.number}"

    @staticmethod
    def current() -> Number:
        """The numbers of the content as it is now; none as long as they are not kept."""
        with reading(Edition) as cursor:
            cursor.execute(CURRENT)
            return tuple(number for (number,) in cursor.fetchall())


KEPT: dict[Hashable, tuple[Number, Any]] = {}  # what was used last comes last


def edition_of_request(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The middleware that asks for the edition once for whoever only looks."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        with one_edition() if request.method in ("GET", "HEAD") else nullcontext():
            return get_response(request)

    return answered


def edition_asked() -> Number:
    """The edition of the content, which a block of `one_edition` asks once."""
    if (edition := known()) is not None:
        return edition
    with reading(Edition):  # a connection that is used again may ask it already
        edition = known()
    return know(Edition.current()) if edition is None else edition


def kept(key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` makes of the content, made anew only when that changed; two with one key make the same.

    What is made while the content changes has the edition of before, so that nobody gets it who asks after that.
    """
    edition = edition_asked()
    if not edition:
        return make()
    of, made = KEPT.pop(key, ((), None))
    if of != edition:
        of, made = edition, make()
    KEPT[key] = of, made
    while len(KEPT) > MOST_KEPT:
        KEPT.pop(next(iter(KEPT)), None)
    return made


def kept_of(day: date, key: Hashable, make: Callable[[], Made]) -> Made:
    """As `kept`, what is made of a day: only today's is kept, for an address may ask for any other."""
    return kept((key, day), make) if day == today() else make()


def by_key(model: type[Kind]) -> dict[int, Kind]:
    """All records of a model of which there are few, by key; who wants to change one takes a copy."""
    return kept(("by key", model), model._default_manager.in_bulk)


def joined(record: Kind, *names: str) -> Kind:
    """A record with those that its foreign keys lead to, of models of which there are few.

    One that came after the edition is left to be asked when somebody looks at it.
    """
    for name in names:
        field: Any = record._meta.get_field(name)
        if one := by_key(field.related_model).get(getattr(record, field.attname)):
            setattr(record, name, one)
    return record


def renewing() -> set[str]:
    """The tables of which a change makes another edition: those of content, and of its links."""
    every = apps.get_models(include_auto_created=True)
    return {one._meta.db_table for one in every if getattr(one._meta.auto_created or one, "is_content", False)}


def keep_edition(sender: Any, using: str, **kwargs: Any) -> None:
    """After a migration: put the triggers on the tables, for SQLite drops those of a table that it rebuilds."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if Edition._meta.db_table not in tables:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
            statements = [POSTGRESQL_TRIGGER.format(table=table) for table in tables & renewing()]
        else:
            statements = [
                SQLITE_TRIGGER.format(table=table, event=event) for table in tables & renewing() for event in EVENTS
            ]
        for statement in statements:
            cursor.execute(statement)
    every = [Edition(writer=number) for number in range(WRITERS[connection.vendor])]
    Edition.objects.using(using).bulk_create(every, ignore_conflicts=True)
