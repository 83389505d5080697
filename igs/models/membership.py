"""Who is a member of which IGS cultuur, from which day until which."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Self

from django.db import models
from django.db.models import ExpressionWrapper, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from igs.care import InCareQuerySet
from igs.constraints import NoOverlap, one_municipality
from igs.models.population import Population
from optil_portal.records.addresses import address
from optil_portal.records.edition import kept_of
from optil_portal.records.models import Precision, Record, dated
from optil_portal.records.prepared import Prepared

if TYPE_CHECKING:  # that module imports this one
    from igs.models.municipality import FormerMunicipality, Municipality
    from igs.models.region import Region


def no_later_than(field: str, on: date) -> Q:
    """The condition that the day in `field` is `on` or earlier, or not known."""
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__lte": on})


def later_than(field: str, on: date) -> Q:
    """The condition that the day in `field` is after `on`, or not set."""
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gt": on})


def later(one: date | None, other: date | None) -> date | None:
    """The later of two first days, of which None is before all others."""
    return max(one or date.min, other or date.min) if one or other else None


def earlier(one: date | None, other: date | None) -> date | None:
    """The earlier of two last days, of which None is after all others."""
    return min(one or date.max, other or date.max) if one or other else None


def share_a_day(one: "Membership", other: "Membership") -> bool:
    """Whether two memberships hold together on some day."""
    since, until = later(one.since, other.since), earlier(one.until, other.until)
    return since is None or until is None or since < until


class MemberRow(NamedTuple):
    """What the page of a region shows of a member."""

    name: str
    slug: str  # of the municipality, or of the one that a former one merged into
    successor: str | None
    inhabitants: int | None
    since: date | None
    since_precision: str
    until: date | None
    note: str
    doubt: str

    @property
    def address(self) -> str:
        """The page of the municipality."""
        return address("igs:municipality_detail", self.slug)

    def is_over(self, on: date) -> bool:
        """Whether the membership ended on a day or before."""
        return self.until is not None and self.until <= on


def is_over(on: date) -> Q:
    """The condition that a membership, or the region it is in, ended before a day."""
    return Q(until__lte=on) | Q(region__last_day__lt=on)


class Members(NamedTuple):
    """Who is in a region on a day, and who was in it before."""

    on: date
    now: list[MemberRow]
    past: list[MemberRow]

    @property
    def inhabitants(self) -> int:
        """How many people live in the municipalities of the day, as far as they are counted."""
        return sum(member.inhabitants or 0 for member in self.now)

    @property
    def former(self) -> list[MemberRow]:
        """Those of the day that merged into another municipality since."""
        return [member for member in self.now if member.successor]

    @property
    def all_dated(self) -> bool:
        """Whether it is known of each of the day since when it is in."""
        return all(member.since for member in self.now)


class Ground(NamedTuple):
    """What a municipality brings into a region: its ground, and when its people were counted last."""

    region: int
    municipality: str
    province: str
    area_km2: Decimal
    counted_on: date | None


class MembershipQuerySet(InCareQuerySet):
    """The words for memberships."""

    def on(self, on: date) -> Self:
        """The memberships that hold on a day, in the regions that are active on it."""
        return self.begun(on).filter(
            later_than("until", on), Q(region__last_day__isnull=True) | Q(region__last_day__gte=on)
        )

    def seen_on(self, on: date) -> Self:
        """The memberships that hold on a day, and of a region that ended before it those that held on its last day."""
        at_its_end = Q(since__isnull=True) | Q(since__lte=F("region__last_day"))
        until_its_end = Q(until__isnull=True) | Q(until__gt=F("region__last_day"))
        ended = Q(region__last_day__lt=on) & at_its_end & until_its_end
        held = later_than("until", on) & (Q(region__last_day__isnull=True) | Q(region__last_day__gte=on))
        return self.begun(on).filter(held | ended)

    def begun(self, on: date) -> Self:
        """The memberships that had begun on a day, as far as is known, whether they still held or not."""
        return self.filter(no_later_than("since", on), no_later_than("region__first_day", on))

    def standing(self, on: date) -> Self:
        """The memberships that hold on a day or begin after it."""
        return self.exclude(is_over(on))

    def overlapping(self, since: date | None, until: date | None) -> Self:
        """The memberships that share a day with the days from `since` until the day before `until`."""
        memberships = self.filter(later_than("until", since)) if since else self
        return memberships.filter(Q(since__isnull=True) | Q(since__lt=until)) if until else memberships

    def make_way(self, changed: Iterable["Membership"]) -> None:
        """Have stored memberships let go of the days that they give up when `changed`: another may take them over."""
        for one in changed:
            stored = Membership.objects.get(pk=one.pk)
            if share_a_day(stored, one) and (stored.since, stored.until) != (one.since, one.until):
                since = later(stored.since, one.since)
                Membership.objects.filter(pk=stored.pk).update(
                    since=since,
                    since_precision=stored.since_precision if since == stored.since else Precision.DAY,
                    until=earlier(stored.until, one.until),
                )

    def with_end(self, on: date) -> Self:
        """Each membership with `ended`, whether it was over on a day."""
        return self.annotate(ended=ExpressionWrapper(is_over(on), models.BooleanField()))

    def of_former(self) -> Self:
        """The memberships of municipalities that merged into another one since, those in alphabetical order."""
        return self.filter(former_municipality__isnull=False).order_by("former_municipality__name", "pk")

    def in_regions(self, regions: "Collection[Region]") -> Self:
        """The memberships of some regions."""
        return self.filter(region__in=regions)

    def with_region(self) -> Self:
        """Each membership with its region at hand."""
        return self.select_related("region")

    def by_name(self) -> Self:
        """The memberships with their municipalities at hand, those and then former ones in alphabetical order."""
        return self.select_related("municipality", "former_municipality__successor").order_by(
            F("municipality__name").asc(nulls_last=True), "former_municipality__name"
        )


class Membership(Record):
    """A municipality in an IGS cultuur, from `since` until the day before `until`."""

    complete_with = ("since",)
    natural_fields: ClassVar[tuple[str, ...]] = ("pk",)
    in_care_through = "region"

    region = models.ForeignKey("igs.Region", on_delete=models.PROTECT, related_name="memberships", verbose_name="regio")
    municipality = models.ForeignKey(
        "igs.Municipality",
        on_delete=models.PROTECT,
        related_name="memberships",
        null=True,
        blank=True,
        verbose_name="gemeente",
    )
    former_municipality = models.ForeignKey(
        "igs.FormerMunicipality",
        on_delete=models.PROTECT,
        related_name="memberships",
        null=True,
        blank=True,
        verbose_name="vroegere gemeente",
        help_text="Alleen voor een gemeente die intussen in een andere is opgegaan.",
    )
    since = models.DateField(
        "lid sinds", null=True, blank=True, help_text="Ken je alleen het jaar? Vul dan 1 januari van dat jaar in."
    )
    since_precision = models.CharField("precisie van ‘sinds’", max_length=7, choices=Precision, default=Precision.DAY)
    until = models.DateField(
        "lid tot", null=True, blank=True, help_text="De eerste dag waarop de gemeente geen lid meer is."
    )

    ended: bool  # of with_end

    objects: ClassVar = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "lidmaatschap"
        verbose_name_plural = "lidmaatschappen"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__gt=F("since")),
                name="membership_until_is_after_since",
                violation_error_message="‘Lid tot’ moet later zijn dan ‘lid sinds’.",
            ),
            one_municipality(),
            dated("since"),
            NoOverlap(
                column="municipality",
                name="membership_municipality_in_one_region",
                violation_error_message="Deze gemeente is in die periode al lid van een regio.",
            ),
            NoOverlap(
                column="former_municipality",
                name="membership_former_municipality_in_one_region",
                violation_error_message="Deze vroegere gemeente is in die periode al lid van een regio.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} in {self.region}"

    @property
    def member(self) -> "Municipality | FormerMunicipality | None":
        """The municipality, or the former one, that is the member; None as long as neither is chosen."""
        return self.municipality or self.former_municipality

    @staticmethod
    def rows_of_region(region: "Region", on: date) -> Members:
        """The members of a region on a day and those of before, by name, with their inhabitants on the last count."""
        every = kept_of(on, "members", lambda: rows_by_region.by_first(on=on))
        rows = [MemberRow(*row) for row in every.get(region.pk, ())]
        return Members(on, [row for row in rows if not row.is_over(on)], [row for row in rows if row.is_over(on)])

    @staticmethod
    def grounds_of(regions: "Collection[Region]", on: date) -> list[Ground]:
        """What the members of some regions on a day, by name, bring into them."""
        counted_on = Population.objects.latest_of(OuterRef("municipality"), on).values("counted_on")[:1]
        members = Membership.objects.on(on).in_regions(regions).filter(municipality__isnull=False)
        fields = ("region", "municipality__name", "municipality__province", "municipality__area_km2")
        return [Ground(*row) for row in members.by_name().values_list(*fields, Subquery(counted_on))]


def rows(on: date) -> models.QuerySet:
    """The memberships that have begun on a day: the region, and the fields of MemberRow."""
    name = Coalesce("municipality__name", "former_municipality__name")
    slug = Coalesce("municipality__slug", "former_municipality__successor__slug")
    last = Population.objects.latest_of_member(on).values("inhabitants")[:1]
    memberships = Membership.objects.begun(on).order_by(name)
    days = ("since", "since_precision", "until")
    return memberships.values_list(
        "region", name, slug, "former_municipality__successor__name", Subquery(last), *days, "note", "doubt"
    )


rows_by_region = Prepared(rows, on=date(1, 2, 3))
regions_of_municipalities = Prepared(
    lambda on: (
        Membership.objects.seen_on(on)
        .filter(municipality__isnull=False)
        .order_by()
        .values_list("municipality", "region")
    ),
    on=date(1, 2, 3),
)
provinces_of_regions = Prepared(
    lambda on: (
        Membership.objects.seen_on(on)
        .filter(municipality__isnull=False)
        .order_by()
        .values_list("region", "municipality__province")
        .distinct()
    ),
    on=date(1, 2, 3),
)
