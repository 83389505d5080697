"""The columns in which records go out and come in, derived from the fields of a model and from what names a record."""

import math
import re
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from optil_portal.records.formats.tables import BETWEEN, BOOLEANS

Cell = str | int | float | Decimal | bool | date | None

DAYS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})( 00:00:00)?"),
    re.compile(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})"),
)
YES_OR_NO = {"ja": True, "waar": True, "true": True, "nee": False, "onwaar": False, "false": False}


def text_of(cell: Cell) -> str:
    """A cell as the text that somebody meant, without what a spreadsheet does to it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return BOOLEANS[cell]
    if isinstance(cell, date):
        return cell.strftime("%Y-%m-%d") if isinstance(cell, datetime) else cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return smooth(str(cell))


def smooth(text: str) -> str:
    """A text with the ends of its lines as Python has them, and nothing around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


class Column:
    """One field of a model, as a cell and as a value; this one for texts."""

    help = ""

    def __init__(self, field: Any) -> None:
        """`field` is the field of the model."""
        self.field = field
        self.name: str = field.name

    @cached_property
    def form_field(self) -> Any:
        """The field as the forms of the admin check it."""
        scheme = {"assume_scheme": "https"} if isinstance(self.field, models.URLField) else {}
        return self.field.formfield(**scheme)

    @property
    def heading(self) -> str:
        """What stands above the column."""
        return str(self.field.verbose_name)

    @property
    def is_needed(self) -> bool:
        """Whether a new record cannot do without this column."""
        return not self.field.blank and not self.field.has_default() and not self.field.many_to_many

    def value_of(self, record: Any) -> Any:
        """What a record holds."""
        return getattr(record, self.field.attname)

    def give(self, record: Any, value: Any) -> None:
        """Have a record hold a value."""
        setattr(record, self.field.attname, value)

    def written(self, value: Any) -> Cell:
        """A value as it goes out."""
        return value

    def read(self, cell: Cell) -> Any:
        """The value that a cell means; raises ValidationError with what is wrong and what to do."""
        value = self.form_field.clean(self.meant(text_of(cell)))
        if value not in self.form_field.empty_values:
            self.field.run_validators(value)
        return value

    def meant(self, text: str) -> Any:
        """A text as the form would get it."""
        return text

    def is_same(self, one: Any, other: Any) -> bool:
        """Whether two values are the same to a person."""
        return smooth(one or "") == smooth(other or "")


class NumberColumn(Column):
    """A number, with a comma or a point."""

    help = "Een getal, zonder punten of spaties tussen de duizendtallen."

    def meant(self, text: str) -> str:
        """The number as Python writes it."""
        if not re.fullmatch(r"-?\d*([.,]\d+)?([eE]-?\d+)?", text):
            raise ValidationError(f"‘{text}’ is geen getal. {self.help}")
        if isinstance(self.field, models.IntegerField) and not re.fullmatch(r"-?\d*", text):
            raise ValidationError(f"‘{text}’ is geen geheel getal. {self.help}")
        return text.replace(",", ".")

    def is_same(self, one: Any, other: Any) -> bool:
        """Whether two numbers are the same, but for what a workbook cannot keep."""
        if isinstance(one, float) and isinstance(other, float):
            return math.isclose(one, other, rel_tol=1e-14)
        return one == other


class DayColumn(Column):
    """A day."""

    help = "Een dag als 2026-11-24 of 24/11/2026."

    def meant(self, text: str) -> date | None:
        """The day."""
        if not text:
            return None
        parts = next((match.groupdict() for form in DAYS if (match := form.fullmatch(text))), {})
        try:
            return date(*(int(parts[part]) for part in ("year", "month", "day")))
        except (KeyError, ValueError):
            raise ValidationError(f"‘{text}’ is geen dag. Schrijf de dag als 2026-11-24 of als 24/11/2026.") from None

    def is_same(self, one: Any, other: Any) -> bool:
        """Whether it is one day."""
        return one == other


class YesNoColumn(Column):
    """Yes, no, or not known where that may be."""

    help = "‘ja’ of ‘nee’; leeg als het niet bekend is."

    def read(self, cell: Cell) -> bool | None:
        """The value."""
        text = text_of(cell)
        if not text and self.field.null:
            return None
        if text.casefold() not in YES_OR_NO:
            raise ValidationError(f"‘{text}’ kan hier niet. Schrijf ‘ja’ of ‘nee’.")
        return YES_OR_NO[text.casefold()]

    def is_same(self, one: Any, other: Any) -> bool:
        """Whether both are."""
        return one is other


class ChoiceColumn(Column):
    """One of a few words."""

    @property
    def help(self) -> str:  # type: ignore[override]
        """Those words."""
        return f"Kies uit: {', '.join(self.labels.values())}."

    @cached_property
    def labels(self) -> dict[Any, str]:
        """The word for each value."""
        return {value: str(label) for value, label in self.field.flatchoices if value != ""}

    def written(self, value: Any) -> Cell:
        """The word."""
        return self.labels.get(value, value)

    def meant(self, text: str) -> Any:
        """The value for a word."""
        values = {label.casefold(): value for value, label in self.labels.items()}
        value = values.get(text.casefold(), text)
        if text and value not in self.labels:
            raise ValidationError(f"‘{text}’ kan hier niet. {self.help}")
        return value


class LinkColumn(Column):
    """Another record, by its code."""

    def __init__(self, field: Any) -> None:
        """`field` is the relation."""
        super().__init__(field)
        self.target: Any = field.related_model
        (self.code,) = self.target.natural_fields

    @property
    def heading(self) -> str:
        """The relation and the code by which it goes."""
        return f"{self.field.verbose_name} ({self.target._meta.get_field(self.code).verbose_name})"

    @cached_property
    def codes(self) -> dict[str, Any]:
        """The key of each record that can be named, by its code."""
        return dict(self.target._default_manager.order_by().values_list(self.code, "pk"))

    @cached_property
    def named(self) -> dict[Any, str]:
        """The code of each."""
        return {pk: code for code, pk in self.codes.items()}

    def written(self, value: Any) -> Cell:
        """The code."""
        return self.named[value] if value else None

    def found(self, code: str) -> Any:
        """The key of the record with a code."""
        if code not in self.codes:
            kind, name = self.target._meta.verbose_name, self.target._meta.get_field(self.code).verbose_name
            raise ValidationError(
                f"Er is geen {kind} met {name} ‘{code}’. Kijk de code na, of voeg eerst deze {kind} toe."
            )
        return self.codes[code]

    def read(self, cell: Cell) -> Any:
        """The key of the record."""
        text = text_of(cell)
        if not text:
            if not self.field.blank:
                raise ValidationError("Vul hier een code in, dit kan niet leeg blijven.")
            return None
        return self.found(text)

    def is_same(self, one: Any, other: Any) -> bool:
        """Whether it is the same record."""
        return one == other


class LinksColumn(LinkColumn):
    """Other records, by their codes; a record keeps them beside itself until it is stored."""

    help = "Meer dan één: met een streep ertussen, als ‘de-ene | de-andere’."
    empty: ClassVar[list[int]] = []

    def value_of(self, record: Any) -> list[int]:
        """The keys of the linked records."""
        return record.__dict__.get("_links", {}).get(self.name, self.empty)

    def give(self, record: Any, value: list[int]) -> None:
        """Have a record name others."""
        record.__dict__["_links"] = record.__dict__.get("_links", {}) | {self.name: value}

    def written(self, value: list[int]) -> Cell:
        """The codes, in alphabetical order."""
        return BETWEEN.join(sorted(self.named[pk] for pk in value))

    def read(self, cell: Cell) -> list[int]:
        """The keys."""
        codes = [code.strip() for code in text_of(cell).split(BETWEEN.strip())]
        return sorted({self.found(code) for code in codes if code})


KINDS: tuple[tuple[tuple[type[models.Field], ...], type[Column]], ...] = (
    ((models.DateField,), DayColumn),
    ((models.BooleanField,), YesNoColumn),
    ((models.IntegerField, models.FloatField, models.DecimalField), NumberColumn),
)


def goes(field: Any) -> bool:
    """Whether a field goes out and comes in: what people fill in, except files, and accounts of people."""
    if not field.editable or field.primary_key or isinstance(field, models.FileField):
        return False
    codes = getattr(field.related_model, "natural_fields", ()) if field.is_relation else ("",)
    return len(codes) == 1 and codes != ("pk",)


def column_of(field: Any) -> Column:
    """The column of a field."""
    if field.is_relation:
        return LinksColumn(field) if field.many_to_many else LinkColumn(field)
    if field.choices:
        return ChoiceColumn(field)
    return next((kind for fields, kind in KINDS if isinstance(field, fields)), Column)(field)


def columns_of(model: type[models.Model]) -> list[Column]:
    """The columns of a model, in the order of its fields."""
    return [column_of(field) for field in (*model._meta.concrete_fields, *model._meta.many_to_many) if goes(field)]
