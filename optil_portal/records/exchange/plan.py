"""What a file would change: its rows beside the stored records, told, refused or written as one."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from functools import cached_property
from typing import Any, NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.utils import timezone

from optil_portal.records.differences import Change, Pair, changes
from optil_portal.records.exchange.columns import Column, LinksColumn, columns_of, text_of
from optil_portal.records.exchange.files import Line, Table, padded
from optil_portal.records.history import Fields, in_portions, links_of, plain, remembering, told_fields
from optil_portal.records.index import is_indexed, reindex, touched_by
from optil_portal.records.models import Publication, Record, RecordQuerySet
from optil_portal.records.rights import editable
from optil_portal.records.workflow import check_move

AT_ONCE = 500
HEAD = 1  # the line with the names of the columns


class Fault(NamedTuple):
    """What is wrong, where it stands, and what to do."""

    line: int
    column: str
    told: str


class Row:
    """One line beside its record: what that was, None when it is new, and the columns in which it is another."""

    def __init__(self, line: int, record: Any, before: Fields | None) -> None:
        """`record` is given the values of the line afterwards."""
        self.line, self.record, self.before = line, record, before
        self.changed: list[Column] = []

    @property
    def is_new(self) -> bool:
        """Whether there is no such record yet."""
        return self.before is None

    @property
    def after(self) -> Fields:
        """What the record would be."""
        return state_of(self.record, self.record.__dict__.get("_links", {}))


def state_of(record: Any, links: Fields) -> Fields:
    """A record as its history holds it."""
    named: Fields = {field.name: [] for field in record._meta.many_to_many}
    own = {field.name: plain(field.value_from_object(record)) for field in told_fields(type(record))}
    return own | named | links


def named_in(condition: Any) -> set[str]:
    """The fields that a condition of a constraint is about."""
    if isinstance(condition, models.Q):
        return set().union(*map(named_in, condition.children))
    if isinstance(condition, tuple):
        return {condition[0].split("__")[0]} | named_in(condition[1])
    return {condition.name} if isinstance(condition, models.F) else set()  # type: ignore[attr-defined]


class Plan:
    """What a table would change in the records of a model, when somebody brings it in."""

    def __init__(self, model: Any, key: Sequence[str], table: Table, user: Any, rights: Callable[[bool], bool]) -> None:
        """`key` names a record; `rights` tells whether the user may add (True) or change (False) this kind."""
        self.model, self.key, self.user, self.rights = model, key, user, rights
        self.faults: list[Fault] = []
        self.rows: list[Row] = []
        self.total = len(table.lines)
        self.columns = self.columns_in(table.head)
        if not self.faults:
            self.rows = self.read(table)
            self.check()
        self.faults.sort(key=lambda fault: fault.line)

    # Reading.

    @cached_property
    def every_column(self) -> list[Column]:
        """The columns that there can be."""
        return columns_of(self.model)

    @cached_property
    def key_columns(self) -> list[Column]:
        """Those that name a record."""
        return [column for name in self.key for column in self.every_column if column.name == name]

    def fault(self, line: int, column: Column | None, told: str) -> None:
        """Note what is wrong."""
        self.faults.append(Fault(line, column.heading if column else "", told))

    def columns_in(self, head: list[str]) -> list[Column | None]:
        """The column under each heading."""
        known = {folded(column.heading): column for column in self.every_column}
        found = [known.get(folded(heading)) for heading in head]
        for heading, column in zip(head, found, strict=True):
            if column is None:
                near = get_close_matches(folded(heading), known, n=1)
                hint = f"Bedoel je ‘{known[near[0]].heading}’?" if near else "Haal die kolom weg, of verbeter de naam."
                self.faults.append(Fault(HEAD, heading, f"Deze kolom kennen we niet. {hint}"))
            elif found.count(column) > 1:
                self.fault(HEAD, column, "Deze kolom staat er meer dan eens. Laat er één staan.")
        for column in self.key_columns:
            if column not in found and not (column.field.blank and column is not self.key_columns[0]):
                self.fault(HEAD, column, "Deze kolom ontbreekt: zonder weten we niet over welk record het gaat.")
        return found

    def read(self, table: Table) -> list[Row]:
        """The rows that change something, or would if nothing were wrong with them."""
        lines = [(line, values) for line in table.lines if (values := self.values_in(line)) is not None]
        by_key = self.stored_keys()
        first: dict[tuple, int] = {}
        read: list[tuple[Line, dict[str, Any], Any]] = []
        for line, values in lines:
            key = self.key_of(values)
            if key in first:
                self.fault(
                    line.number, self.key_columns[0], f"Hetzelfde record als op regel {first[key]}. Laat er één."
                )
                continue
            first[key] = line.number
            read.append((line, values, by_key.get(key)))
        stored = self.stored([pk for _, _, pk in read if pk])
        rows = [self.row(line.number, values, stored.get(pk)) for line, values, pk in read]
        return [row for row in rows if row.is_new or row.changed]

    def values_in(self, line: Line) -> dict[str, Any] | None:
        """The value under each column, by its field; None when one cannot be read."""
        width = len(self.columns)
        if any(cell not in (None, "") for cell in line.cells[width:]):
            told = "Deze regel telt meer cellen dan er kolommen zijn. Staat er een scheidingsteken te veel?"
            self.fault(line.number, None, told)
            return None
        values, is_right = {}, True
        for column, cell in zip(self.columns, padded(line.cells[:width], width), strict=True):
            if column is None:
                continue
            try:
                if "\0" in text_of(cell):
                    raise ValidationError("Hier staat een teken dat niet mag. Typ de tekst opnieuw.")
                values[column.name] = column.read(cell)
            except ValidationError as error:
                self.fault(line.number, column, " ".join(error.messages))
                is_right = False
        return values if is_right else None

    def key_of(self, values: dict[str, Any]) -> tuple:
        """What names the record of a line."""
        return tuple(text_of(value) if isinstance(value := values.get(name), str) else value for name in self.key)

    def stored_keys(self) -> dict[tuple, Any]:
        """The primary key of each stored record, by what names it."""
        fields = [column.field.attname for column in self.key_columns]
        rows = self.model._default_manager.order_by().values_list(*fields, "pk")
        return {tuple(text_of(value) if isinstance(value, str) else value for value in key): pk for *key, pk in rows}

    def stored(self, pks: list[Any]) -> dict[Any, Any]:
        """Some records, by their primary key, each with its links."""
        found: dict[Any, Any] = {}
        for some in in_portions(pks):
            records = self.model._default_manager.order_by("pk").in_bulk(some)
            for pk, links in links_of(self.model, list(some)).items():
                records[pk].__dict__["_links"] = links
            found |= records
        return found

    def row(self, line: int, values: dict[str, Any], stored: Any) -> Row:
        """The row of a line, whose record is given its values."""
        record = stored or self.model()
        row = Row(line, record, state_of(record, record.__dict__["_links"]) if stored else None)
        for column in self.columns:
            if column is None:
                continue
            value = values[column.name]
            if row.is_new or not column.is_same(column.value_of(record), value):
                column.give(record, value)
                row.changed.append(column)
        return row

    # Checking.

    def check(self) -> None:
        """Note what stands in the way of the rows together."""
        if new := [row for row in self.rows if row.is_new]:
            for column in self.every_column:
                if column.is_needed and column not in self.columns:
                    told = f"Deze kolom ontbreekt, en regel {new[0].line} is een nieuw record. Voeg ze toe."
                    self.fault(HEAD, column, told)
        self.check_rights()
        self.check_moves()
        self.check_rules()
        self.check_uniqueness()
        self.check_overlaps()

    def check_rights(self) -> None:
        """Note the rows that are not the user's to change, before or after."""
        records = self.model._default_manager.all()
        own = set(editable(records, self.user).values_list("pk", flat=True))
        through = getattr(self.model, "in_care_through", "")
        owners = self.owners(through) if through else None
        first = self.key_columns[0]
        for row in self.rows:
            if not self.rights(row.is_new):
                told = "toevoegen" if row.is_new else "veranderen"
                self.fault(row.line, first, f"Je mag hier geen records {told}. Haal deze regel weg.")
            elif not row.is_new and row.record.pk not in own:
                told = f"Je begeleidt de regio niet van ‘{row.record}’. Haal deze regel weg, of vraag het aan OP/TIL."
                self.fault(row.line, first, told)
            elif owners is not None and not owners(row.record):
                (column,) = (column for column in self.every_column if column.name == through)
                self.fault(row.line, column, "Je begeleidt de regio hiervan niet. Kies een van je eigen regio's.")

    def owners(self, through: str) -> Callable[[Any], bool] | None:
        """Whether the user takes care of what a record would belong to; None when that is theirs in any case."""
        field: Any = self.model._meta.get_field(through)
        if field.many_to_many or not field.concrete:
            return None
        every: Any = field.related_model._default_manager.all()
        if every.are_all_editable_by(self.user):
            return None
        own = set(every.in_care_of(self.user).values_list("pk", flat=True))
        return lambda record: getattr(record, field.attname) in own

    def check_moves(self) -> None:
        """Note the rows in which a state cannot follow on the stored one."""
        if not issubclass(self.model, Publication):
            return
        for row in self.rows:
            if row.before is None:
                continue
            try:
                check_move(row.before["state"], row.record.state)
            except ValidationError as error:
                (column,) = (column for column in self.every_column if column.name == "state")
                self.fault(row.line, column, " ".join(error.messages))

    def check_rules(self) -> None:
        """Note what the model and the conditions of its constraints refuse."""
        rules: list[Any] = [rule for rule in self.model._meta.constraints if isinstance(rule, models.CheckConstraint)]
        about = {rule.name: sorted(named_in(rule.condition)) for rule in rules}
        known: dict[tuple, str] = {}
        for row in self.rows:
            try:
                row.record.clean()
            except ValidationError as error:
                for name, messages in error.message_dict.items():
                    column = next((one for one in self.every_column if one.name == name), None)
                    self.fault(row.line, column if name != NON_FIELD_ERRORS else None, " ".join(messages))
            for rule in rules:
                asked = (rule.name, *(text_of(getattr(row.record, name)) for name in about[rule.name]))
                if asked not in known:
                    known[asked] = self.broken(rule, row.record)
                if known[asked]:
                    (column, *_) = (one for one in (*row.changed, *self.every_column) if one.name in about[rule.name])
                    self.fault(row.line, column, known[asked])

    def broken(self, rule: Any, record: Any) -> str:
        """What a rule says of a record, "" when it keeps to it."""
        try:
            rule.validate(self.model, record)
        except ValidationError as error:
            return " ".join(error.messages)
        return ""

    def check_uniqueness(self) -> None:
        """Note what would be there twice, with all rows of the file written."""
        options = self.model._meta
        for field in options.concrete_fields:
            if field.unique and not field.primary_key:
                told = f"Er is al een {options.verbose_name} met deze waarde. Kies een andere."
                self.check_unique((field.name,), told)
        for rule in options.constraints:
            if isinstance(rule, models.UniqueConstraint) and rule.fields and rule.condition is None:
                self.check_unique(rule.fields, str(rule.get_violation_error_message()))

    def check_unique(self, names: Sequence[str], told: str) -> None:
        """Note the rows that would share the values of some fields with another record."""
        touching = [row for row in self.rows if any(column.name in names for column in row.changed)]
        if not touching:
            return
        fields = [self.model._meta.get_field(name).attname for name in names]
        holders: dict[tuple, set[Any]] = defaultdict(set)
        rows = {row.record.pk: row for row in self.rows if not row.is_new}
        for pk, *values in self.model._default_manager.order_by().values_list("pk", *fields):
            held = [getattr(rows[pk].record, field) for field in fields] if pk in rows else values
            holders[tuple(held)].add(pk)
        for row in self.rows:
            if row.is_new:
                holders[tuple(getattr(row.record, field) for field in fields)].add(("new", row.line))
        for row in touching:
            values = [getattr(row.record, field) for field in fields]
            if None not in values and len(holders[tuple(values)]) > 1:
                (column, *_) = (one for one in self.every_column if one.name in names)
                self.fault(row.line, column, told)

    def check_overlaps(self) -> None:
        """Note the rows that would hold on the days of another."""
        for rule in (rule for rule in self.model._meta.constraints if hasattr(rule, "clashing")):
            changed = {id(row.record): row for row in self.rows}
            pks = [row.record.pk for row in self.rows if not row.is_new]
            others = self.model._default_manager.exclude(pk__in=pks) if self.rows else []
            for pair in rule.clashing([*others, *(row.record for row in self.rows)]):
                (*_, row) = sorted((changed[id(one)] for one in pair if id(one) in changed), key=lambda one: one.line)
                self.fault(row.line, None, str(rule.get_violation_error_message()))

    # Telling.

    @property
    def digest(self) -> str:
        """What tells this plan from any other: on what it changes, and how."""
        told = [(row.line, row.record.pk, row.before, row.after | {"created": ""}) for row in self.rows]
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()

    def told(self, rows: Iterable[Row]) -> list[Change]:
        """What would happen to the records of some rows, field by field."""
        pairs = [Pair(self.model, f"{row.record} (regel {row.line})", row.before, row.after) for row in rows]
        return changes(pairs)

    @property
    def new(self) -> int:
        """How many records would come."""
        return sum(row.is_new for row in self.rows)

    @property
    def changed(self) -> int:
        """How many records would be another."""
        return len(self.rows) - self.new

    @property
    def unchanged(self) -> int:
        """How many lines say what is stored already."""
        return self.total - len(self.rows)

    @property
    def takes_long(self) -> bool:
        """Whether somebody will wonder, while it is written, if anything still happens."""
        return len(self.rows) > AT_ONCE

    # Writing.

    def write(self) -> None:
        """Make it so, all of it or nothing: its versions and its part of the index are written once, for all rows."""
        new = [row.record for row in self.rows if row.is_new]
        pks = [row.record.pk for row in self.rows if not row.is_new]
        touched: dict[type[models.Model], list[int]] = {self.model: list(pks)}
        with transaction.atomic():
            before = touched_by(self.model, pks) if is_indexed(self.model) else {}
            with remembering(touched):
                self.update([row for row in self.rows if not row.is_new])
                models.QuerySet(self.model).bulk_create(new, batch_size=AT_ONCE)
                touched[self.model] += [record.pk for record in new]
                for field in self.model._meta.many_to_many:
                    self.link_by(field, self.rows)
            if is_indexed(self.model):
                reindex(before, touched_by(self.model, touched[self.model]))

    def update(self, rows: list[Row]) -> None:
        """Write what changed in stored records."""
        changed = [row.record for row in rows if any(not isinstance(one, LinksColumn) for one in row.changed)]
        if not changed:
            return
        names = {one.name for row in rows for one in row.changed if not isinstance(one, LinksColumn)}
        if issubclass(self.model, Record):
            names.add("changed")
            for record in changed:
                record.changed = timezone.now()
        manager = self.model._default_manager
        if isinstance(manager.all(), RecordQuerySet):
            manager.make_way(changed)
        models.QuerySet(self.model).bulk_update(changed, sorted(names), batch_size=AT_ONCE)

    def link_by(self, field: Any, rows: list[Row]) -> None:
        """Write the links of one field."""
        through = field.remote_field.through._default_manager
        here, there = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
        coming = []
        for row in rows:
            was = set((row.before or {}).get(field.name, []))
            becomes = set(row.after[field.name])
            if gone := was - becomes:
                through.filter(**{here: row.record.pk, f"{there}__in": gone}).delete()
            coming += [through.model(**{here: row.record.pk, there: pk}) for pk in sorted(becomes - was)]
        through.bulk_create(coming, batch_size=AT_ONCE)


def folded(heading: str) -> str:
    """A heading as people may type it."""
    return " ".join(heading.casefold().split())
