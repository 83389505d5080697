"""What every record of the portal has, whatever it is about: where it comes from, how sure it is, who may see it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import reduce
from operator import add
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Count, F, Max, Q, Value
from django.utils import timezone

from optil_portal.records.index import Indexed
from optil_portal.records.links import dead_link_of
from optil_portal.records.search import SearchableQuerySet
from optil_portal.records.upkeep import Concern, lacks, months_before

AnyRecord = TypeVar("AnyRecord", bound="Record")

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)  # before the portal was

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


class RecordQuerySet(SearchableQuerySet):
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

    def published(self) -> Self:
        """The records that everybody may see: all, where nothing is written as a draft first."""
        return self.all()

    def in_use(self) -> Self:
        """The records that somebody must keep true: all, where nothing is archived."""
        return self.all()

    def overdue(self, on: date) -> Self:
        """The records that were looked at last longer ago, on a day, than their model asks; never comes first."""
        last = months_before(on, self.model.months_between_checks)
        late = self.in_use().filter(Q(checked_on__isnull=True) | Q(checked_on__lt=last))
        return late.order_by(F("checked_on").asc(nulls_first=True), "pk")

    def incomplete(self) -> Self:
        """The records in which something that counts is not filled in, so that they know `missing`; emptiest first."""
        lacking = {f"lacks_{name}": lacks(self.model, name) for name in self.model.complete_with}
        number = reduce(add, map(F, lacking), Value(0))
        counted = self.in_use().annotate(**lacking).annotate(lacks_in_all=number)
        return counted.filter(lacks_in_all__gt=0).order_by("-lacks_in_all", "pk")

    def with_dead_link(self, on: date) -> Self:
        """The records in which an address does not answer any more on a day, so that they know `dead_link`."""
        return self.in_use().annotate(dead_link=dead_link_of(self.model, on)).filter(dead_link__isnull=False)

    def asking(self, on: date) -> dict[Concern, Self]:
        """The records that ask for care on a day, by what they ask; one can ask more than one thing."""
        incomplete = {Concern.INCOMPLETE: self.incomplete()} if self.model.complete_with else {}
        return {Concern.OVERDUE: self.overdue(on)} | incomplete | {Concern.LINK: self.with_dead_link(on).order_by("pk")}

    def check_off(self, on: date) -> int:
        """Write that the records were looked at on a day and are right, and nothing else; gives how many changed."""
        return self.filter(Q(checked_on__isnull=True) | ~Q(checked_on=on)).update(checked_on=on)

    def are_all_editable_by(self, user: Any) -> bool:
        """Whether it depends on the groups of a user alone what they may edit, whichever record it is."""
        return True

    def in_care_of(self, user: Any) -> Self:
        """The records that a user takes care of, as far as it depends on the record."""
        return self

    def editable_by(self, user: Any) -> Self:
        """The records that a user may edit, once their groups let them edit any."""
        return self if self.are_all_editable_by(user) else self.in_care_of(user)

    def make_way(self, changed: Iterable[Any]) -> None:
        """Have what is stored of records that are `changed` together let go of what another of them takes over."""

    def sources(self, *labels: Value) -> models.QuerySet:
        """Each source by the `labels`, its name, its address, further ones, how many records say so and when last."""
        fields = ("source_name", "source_url", "further_sources")
        counted = self.order_by().values(*fields).annotate(count=Count("pk"), last=Max("changed"))
        return counted.values_list(*labels, *fields, "count", "last")

    def newest(self, turn: int) -> Self:
        """The records, last changed first; those of the same moment take turns."""
        return self.order_by("-changed", place(turn), "pk")

    def in_turn(self, turn: int) -> Self:
        """The records in an order that is another one with every `turn`, so that each comes to the front in turn."""
        return self.order_by(place(turn), "pk")


class Record(Indexed):
    """A record that carries its source, its date and its doubt."""

    natural_fields: ClassVar[tuple[str, ...]] = ("slug",)
    # The field with what this record belongs to: who takes care of that, takes care of this.
    in_care_through: ClassVar[str] = ""
    # After how many months somebody should lay it beside its source again, and the fields that make it complete.
    months_between_checks: ClassVar[int] = 12
    complete_with: ClassVar[tuple[str, ...]] = ()

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

    @property
    def missing(self) -> list[str]:
        """The names of the fields that are not filled in though they count, of a record found by `incomplete`."""
        lacking = (name for name in self.complete_with if getattr(self, f"lacks_{name}"))
        return [str(self._meta.get_field(name).verbose_name) for name in lacking]  # type: ignore[union-attr]

    @property
    def percentage(self) -> int:
        """How much of what counts is filled in, from 0 to 99, of a record found by `incomplete`."""
        every = len(self.complete_with)
        return 100 * (every - len(self.missing)) // every


def last_change(tables: Iterable[type[Record]]) -> datetime:
    """When anything in the tables of some kinds of records changed last; long ago when there is nothing in them."""
    first, *others = (
        table._default_manager.order_by().annotate(all=Value(1)).values("all").annotate(last=Max("changed"))
        for table in tables
    )
    union = first.values_list("last").union(*(other.values_list("last") for other in others), all=True)
    return max((last for (last,) in union if last), default=LONG_AGO)


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
    REVIEW = "review", "ter nazicht"
    PUBLISHED = "published", "gepubliceerd"
    ARCHIVED = "archived", "gearchiveerd"


def planned() -> list[models.BaseConstraint]:
    """The rules that an end comes after its publication, and that a plan goes once it is carried out."""
    to_publish = Q(publish_on__isnull=True) | Q(state__in=[State.DRAFT, State.REVIEW])
    to_end = Q(end_on__isnull=True) | ~Q(state=State.ARCHIVED)
    return [
        models.CheckConstraint(
            condition=Q(end_on__gt=F("publish_on")),
            name="%(class)s_ends_after_it_is_published",
            violation_error_message="‘Archiveren op’ moet later zijn dan ‘publiceren op’.",
        ),
        models.CheckConstraint(
            condition=to_publish & to_end,
            name="%(class)s_plan_is_still_to_come",
            violation_error_message=(
                "Wat gepubliceerd is, heeft geen dag meer om te publiceren, en wat gearchiveerd is geen einde. Maak dat"
                " veld leeg, of kies ‘ter nazicht’ om op de dag te wachten."
            ),
        ),
    ]


class PublicationQuerySet(RecordQuerySet):
    """The words for records that are not public from the start."""

    def published(self) -> Self:
        """The records that everybody may see: the one definition of public."""
        return self.filter(state=State.PUBLISHED)

    def searchable(self) -> Self:
        """The records that a search may find: those that everybody may see."""
        return self.published()

    def in_use(self) -> Self:
        """The records that somebody must keep true: all but those in the archive."""
        return self.exclude(state=State.ARCHIVED)

    def waiting(self, state: State) -> Self:
        """The records that wait in a state, those that wait longest first."""
        return self.filter(state=state).order_by("changed", "pk")

    def due(self, on: date) -> Self:
        """The records that should have been published or archived on a day or before, and are not."""
        return self.filter(Q(publish_on__lte=on) | Q(end_on__lte=on)).order_by("publish_on", "end_on", "pk")

    def asking(self, on: date) -> dict[Concern, Self]:
        """The records that ask for care on a day, by what they ask: also to be published, or to end."""
        waiting = {Concern.DRAFT: self.waiting(State.DRAFT), Concern.REVIEW: self.waiting(State.REVIEW)}
        return super().asking(on) | waiting | {Concern.DUE: self.due(on)}


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
    publish_on = models.DateField(
        "publiceren op", null=True, blank=True, help_text="Komt die dag op de site, als het dan ter nazicht staat."
    )
    end_on = models.DateField(
        "archiveren op", null=True, blank=True, help_text="Vanaf die dag staat het niet meer op de site."
    )

    objects: ClassVar = PublicationQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_public(self) -> bool:
        """Whether everybody may see this record, as `published` has it."""
        return self.state == State.PUBLISHED
