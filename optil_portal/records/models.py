"""What every record of the portal has, whatever it is about: where it comes from, how sure it is, who may see it."""

from datetime import date
from functools import reduce
from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone

AnyRecord = TypeVar("AnyRecord", bound="Record")

# A prime, and two steps that run through all of its remainders: together they turn the records on every day.
TURNS = 997
STEP_OF_RECORD = 617
STEP_OF_DAY = 389


class Confidence(models.TextChoices):
    """How sure a fact is, as its source lets us say."""

    HIGH = "high", "hoog"
    MEDIUM = "medium", "middel"
    LOW = "low", "laag"


def turn(on: date) -> int:
    """How far the records have turned on a day, from 0 to TURNS - 1."""
    return on.toordinal() * STEP_OF_DAY % TURNS


def place(turn: int) -> models.Expression:
    """Where a record stands in a turn."""
    return (F("pk") * Value(STEP_OF_RECORD) + Value(turn)) % Value(TURNS)


class RecordQuerySet(models.QuerySet):
    """The words that hold for every record."""

    def get_by_natural_key(self: models.QuerySet[AnyRecord], *values: str) -> AnyRecord:
        """The record that a fixture or an import names by `values`; raises DoesNotExist."""
        return self.get(**dict(zip(self.model.natural_fields, values, strict=True)))

    def slugged(self: models.QuerySet[AnyRecord], slug: str) -> AnyRecord | None:
        """The record at an address of the site, or None."""
        return self.filter(slug=slug).first()

    def to_confirm(self) -> Self:
        """The records of which OP/TIL must still confirm something."""
        return self.filter(Q(confidence__in=[Confidence.MEDIUM, Confidence.LOW]) | ~Q(doubt=""))

    def newest(self, turn: int) -> Self:
        """The records, last changed first; those of the same moment take turns."""
        return self.order_by("-changed", place(turn), "pk")

    def in_turn(self, turn: int) -> Self:
        """The records in an order that is another one with every `turn`, so that each comes to the front in turn."""
        return self.order_by(place(turn), "pk")


class Record(models.Model):
    """A record that carries its source, its date and its doubt."""

    natural_fields: ClassVar[tuple[str, ...]] = ("slug",)

    source_name = models.CharField(
        "bron", max_length=200, help_text="Wie zegt dit? Bijvoorbeeld: Brochure van OP/TIL, Statbel, eigen site."
    )
    source_url = models.URLField("adres van de bron", max_length=500, blank=True)
    source_date = models.DateField(
        "datum van de bron", null=True, blank=True, help_text="Wanneer de bron verscheen; leeg als dat niet bekend is."
    )
    further_sources = models.TextField(
        "verdere bronnen", blank=True, help_text="Eén per regel: het adres, en tussen haakjes wat eruit komt."
    )
    confidence = models.CharField(
        "zekerheid", max_length=6, choices=Confidence, blank=True, help_text="Leeg als niemand er een oordeel over gaf."
    )
    doubt = models.TextField(
        "nog te bevestigen",
        blank=True,
        help_text="Wat is onzeker? Bezoekers lezen dit ook. Maak leeg zodra het bevestigd is.",
    )
    note = models.TextField("opmerking", blank=True, help_text="Een korte opmerking die bezoekers mogen lezen.")
    checked_on = models.DateField(
        "nagekeken op", null=True, blank=True, help_text="De laatste dag waarop dit naast de bron gelegd is."
    )
    created = models.DateTimeField("aangemaakt", default=timezone.now, editable=False)
    changed = models.DateTimeField("gewijzigd", auto_now=True)

    objects: ClassVar = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[str, ...]:
        """The values of `natural_fields`, which tell this record from its like in fixtures and imports."""
        return tuple(str(reduce(getattr, path.split("__"), self)) for path in self.natural_fields)


class Precision(models.TextChoices):
    """How much of a date is known."""

    DAY = "day", "op de dag"
    YEAR = "year", "op het jaar"
    UNKNOWN = "unknown", "onbekend"


def dated(field: str) -> models.CheckConstraint:
    """The rule that `field` is empty exactly when its precision, `<field>_precision`, is unknown."""
    unknown = Q(**{f"{field}_precision": Precision.UNKNOWN})
    empty = Q(**{f"{field}__isnull": True})
    return models.CheckConstraint(
        condition=(unknown & empty) | (~unknown & ~empty),
        name=f"%(class)s_{field}_has_its_precision",
        violation_error_message="Geef een datum met haar precisie, of laat de datum leeg en kies ‘onbekend’.",
    )


class State(models.TextChoices):
    """Where a record stands between the first note and the archive."""

    DRAFT = "draft", "ontwerp"
    PUBLISHED = "published", "gepubliceerd"
    ARCHIVED = "archived", "gearchiveerd"


class PublicationQuerySet(RecordQuerySet):
    """The words for records that are not public from the start."""

    def published(self) -> Self:
        """The records that everybody may see: the one definition of public."""
        return self.filter(state=State.PUBLISHED)


class Publication(Record):
    """A record that is written as a draft, published, and archived instead of deleted."""

    state = models.CharField(
        "toestand",
        max_length=9,
        choices=State,
        default=State.DRAFT,
        db_index=True,
        help_text="Alleen wat gepubliceerd is, is te zien. Verwijderen doen we niet: archiveer.",
    )

    objects: ClassVar = PublicationQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_public(self) -> bool:
        """Whether everybody may see this record, as `published` has it."""
        return self.state == State.PUBLISHED
