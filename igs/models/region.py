"""The IGS'en cultuur."""

from collections.abc import Callable
from copy import copy
from datetime import date
from typing import Any, ClassVar, NamedTuple, Self

from django.db import models
from django.db.models import Count, Expression, F, OuterRef, Prefetch, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.formats import date_format

from igs.care import InCareQuerySet
from igs.models.membership import Membership, no_later_than
from igs.models.population import Population
from optil_portal.records.addresses import address
from optil_portal.records.edition import by_key, kept, kept_of
from optil_portal.records.models import Precision, Record, dated
from optil_portal.records.pictures import cover_of
from optil_portal.records.prepared import Prepared
from optil_portal.records.prose import ProseField


class Colour(models.TextChoices):
    """The seven colours of the house that regions share."""

    BRICK = "brick", "baksteen"
    LAGOON = "lagoon", "lagune"
    VIOLET = "violet", "violet"
    COBALT = "cobalt", "kobalt"
    OCHRE = "ochre", "oker"
    MOSS = "moss", "mos"
    ROSE = "rose", "roos"


def counted(rows: models.QuerySet, by: str, aggregate: models.Aggregate) -> Expression:
    """`aggregate` over the `rows` whose foreign key `by` is the outer record, 0 where there are none."""
    total = rows.filter(**{by: OuterRef("pk")}).order_by().values(by).annotate(total=aggregate).values("total")
    return Coalesce(Subquery(total), 0, output_field=models.IntegerField())


def municipalities(on: date) -> Expression:
    """The number of members of a region on a day."""
    return counted(Membership.objects.on(on), "region", Count("pk"))


def last_count(on: date) -> Subquery:
    """The inhabitants of a membership's municipality on its own last count before a day."""
    return Subquery(Population.objects.latest_of_member(on).values("inhabitants")[:1])


def inhabitants(on: date) -> Expression:
    """The inhabitants of a region's members, each on its own last count before a day."""
    return counted(Membership.objects.on(on), "region", Sum(last_count(on)))


class RegionRow(NamedTuple):
    """What the map and the list beside it show of a region."""

    pk: int
    number: int | None
    name: str
    slug: str
    colour: str
    municipality_count: int
    inhabitants: int

    def get_absolute_url(self) -> str:
        """The page of the region."""
        return address("igs:region_detail", self.slug)


class RegionQuerySet(InCareQuerySet):
    """The words for regions.

    `figures` are the numbers a list of regions shows and sorts by, each made from the day asked for. The apps above
    add theirs when they start, so that this one need not know them.
    """

    figures: ClassVar[dict[str, Callable[[date], Expression]]] = {
        "municipality_count": municipalities,
        "inhabitants": inhabitants,
    }

    def active(self, on: date) -> Self:
        """The regions that work on a day."""
        return self.filter(no_later_than("first_day", on), Q(last_day__isnull=True) | Q(last_day__gte=on))

    def with_figures(self, on: date) -> Self:
        """Each region with its numbers on a day, one attribute for each of `figures`."""
        return self.annotate(**{name: figure(on) for name, figure in self.figures.items()})

    def with_members(self, on: date) -> Self:
        """Each region with `members`, its memberships on a day with their municipalities, and its other names."""
        members = Membership.objects.on(on).by_name()
        return self.prefetch_related(Prefetch("memberships", members, to_attr="members"), "names")

    def in_care_of(self, user: Any) -> Self:
        """The regions that the consultant with this account serves."""
        return self.filter(consultants__user=user)

    def by_number(self) -> Self:
        """The regions in the order of the brochure, later ones by name."""
        return self.order_by(F("number").asc(nulls_last=True), "name")


class Region(Record):
    """An IGS cultuur: local governments that pool their forces for culture in one legal structure."""

    complete_with = ("official_name", "legal_form", "website", "email", "phone", "seat", "founded", "about")

    number = models.PositiveSmallIntegerField(
        "nummer", unique=True, null=True, blank=True, help_text="Het nummer in de brochure en op de kaart."
    )
    name = models.CharField("naam", max_length=80, unique=True)
    slug = models.SlugField("adres op de site", max_length=80, unique=True)
    official_name = models.CharField("officiële naam", max_length=160, blank=True)
    legal_form = models.CharField("rechtsvorm", max_length=80, blank=True)
    website = models.URLField("website", blank=True)
    email = models.EmailField("e-mailadres", blank=True, help_text="Een adres van de functie, niet van een persoon.")
    phone = models.CharField("telefoon", max_length=40, blank=True)
    seat = models.CharField("zetel", max_length=160, blank=True)
    founded = models.DateField(
        "opgericht", null=True, blank=True, help_text="Ken je alleen het jaar? Vul dan 1 januari van dat jaar in."
    )
    founded_precision = models.CharField(
        "precisie van ‘opgericht’", max_length=7, choices=Precision, default=Precision.UNKNOWN
    )
    founded_note = models.CharField("over de oprichting", max_length=160, blank=True)
    first_day = models.DateField("eerste dag als erkend IGS", null=True, blank=True)
    last_day = models.DateField("laatste dag", null=True, blank=True, help_text="De laatste dag van de werking.")
    about = ProseField("over de regio", blank=True, help_text="Twee of drie zinnen voor wie de regio niet kent.")
    colour = models.CharField(
        "kleur", max_length=6, choices=Colour, help_text="Een andere dan die van de regio's ernaast."
    )

    municipality_count: int  # of with_figures
    inhabitants: int
    members: list[Membership]  # of with_members

    belongings: ClassVar = ("names", "memberships")

    search_kind = 1
    search_fields: ClassVar = ("name", "names__name", "official_name", "about")

    objects: ClassVar = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = "regio"
        verbose_name_plural = "regio's"
        ordering: ClassVar = ["name"]
        permissions: ClassVar = [("serve_every_region", "Mag records van alle regio's bewerken")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="region_ends_after_it_starts",
                violation_error_message="De laatste dag kan niet voor de eerste dag liggen.",
            ),
            dated("founded"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of this region."""
        return address("igs:region_detail", self.slug)

    @property
    def cover(self) -> str:
        """The id of the generated cover that stands for the region."""
        return cover_of(self.pk)

    def seen_on(self, on: date) -> date:
        """The day to look at the region's facts for: its last day when it has ended before a day, else that day."""
        return min(on, self.last_day or on)

    @staticmethod
    def at(slug: str) -> "Region | None":
        """The region at an address of the site, a record of one's own."""
        return copy(next((one for one in by_key(Region).values() if one.slug == slug), None))

    @staticmethod
    def rows(on: date) -> list[RegionRow]:
        """The regions that work on a day, in the order of the brochure."""
        return kept_of(on, "regions", lambda: read(on))

    @staticmethod
    def other_names(region: "Region") -> list[tuple[str, str]]:
        """The former names and other spellings of a region, each with the kind it is of."""
        return [
            (name, f"{RegionName.Kind(kind).label} tot {date_format(until)}" if until else RegionName.Kind(kind).label)
            for name, kind, until in kept("names of regions", names_query.by_first).get(region.pk, [])
        ]


class RegionName(Record):
    """A former name of a region, or another way to spell it."""

    months_between_checks = 60

    class Kind(models.TextChoices):
        """Why a region is known by this name."""

        FORMER = "former", "vroegere naam"
        SPELLING = "spelling", "andere schrijfwijze"

    in_care_through = "region"

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="names", verbose_name="regio")
    name = models.CharField("naam", max_length=80)
    slug = models.SlugField("adres op de site", max_length=80, unique=True)
    kind = models.CharField("soort", max_length=8, choices=Kind)
    until = models.DateField(
        "naam tot", null=True, blank=True, help_text="De eerste dag waarop de regio niet meer zo heet."
    )

    objects: ClassVar = InCareQuerySet.as_manager()

    class Meta:
        verbose_name = "andere naam"
        verbose_name_plural = "andere namen"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


def other_names() -> models.QuerySet:
    """Each former name and other spelling, with the name of today."""
    return RegionName.objects.order_by().values_list("name", "region__name")


def rows_on(on: date) -> models.QuerySet:
    """The regions that work on a day as the first fields of RegionRow."""
    return Region.objects.active(on).by_number().values_list("pk", "number", "name", "slug", "colour")


def read(on: date) -> list[RegionRow]:
    """The regions that work on a day with their numbers, from the database."""
    numbers = census(on)
    return [RegionRow._make((*row, *numbers.get(row[0], (0, 0)))) for row in region_rows_query(on=on)]


def census(on: date) -> dict[int, tuple[int, int]]:
    """The number of members of each region on a day, and of their inhabitants, as `with_figures` has them.

    Joined here, for the database goes through all counts again for each member.
    """
    inhabitants: dict[tuple[int | None, int | None], int] = {}
    for municipality, former, count in last_counts_query(on=on):
        inhabitants.setdefault((municipality, former), count)
    numbers: dict[int, tuple[int, int]] = {}
    for region, *member in members_query(on=on):
        members, total = numbers.get(region, (0, 0))
        numbers[region] = (members + 1, total + inhabitants.get(tuple(member), 0))
    return numbers


MEMBER = ("municipality", "former_municipality")  # the one or the other of a membership or a count

region_rows_query = Prepared(rows_on, on=date(1, 2, 3))
members_query = Prepared(
    lambda on: Membership.objects.on(on).order_by().values_list("region", *MEMBER), on=date(1, 2, 3)
)
last_counts_query = Prepared(
    lambda on: Population.objects.latest_until(on).values_list(*MEMBER, "inhabitants"), on=date(1, 2, 3)
)
names_query = Prepared(lambda: RegionName.objects.order_by("name").values_list("region", "name", "kind", "until"))
