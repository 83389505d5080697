"""The municipalities of Flanders: those of today, those that merged, and the places in them."""

from collections import Counter
from datetime import date
from typing import Any, ClassVar, NamedTuple, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Prefetch, Q, Subquery

from igs.care import InCareQuerySet
from igs.models.membership import Membership
from igs.models.population import Population
from igs.models.region import Region
from optil_portal.records.addresses import address
from optil_portal.records.clock import today
from optil_portal.records.models import Precision, Record


class Province(models.TextChoices):
    """The five provinces of Flanders."""

    ANTWERPEN = "antwerpen", "Antwerpen"
    LIMBURG = "limburg", "Limburg"
    OOST_VLAANDEREN = "oost-vlaanderen", "Oost-Vlaanderen"
    VLAAMS_BRABANT = "vlaams-brabant", "Vlaams-Brabant"
    WEST_VLAANDEREN = "west-vlaanderen", "West-Vlaanderen"


def five_digits(model: str) -> models.CheckConstraint:
    """The rule that the NIS code of `model` is five digits."""
    return models.CheckConstraint(
        condition=Q(nis_code__regex=r"^[0-9]{5}$"),
        name=f"{model}_nis_code_has_five_digits",
        violation_error_message="Een NIS-code telt vijf cijfers, bijvoorbeeld 33011.",
    )


class MemberQuerySet(InCareQuerySet):
    """The words for what can be a member of a region."""

    def with_region(self, on: date) -> Self:
        """Each municipality with `region_memberships`: the one membership that holds on a day, or none."""
        memberships = Membership.objects.on(on).select_related("region")
        return self.prefetch_related(Prefetch("memberships", memberships, to_attr="region_memberships"))


class Member(Record):
    """A municipality, of today or of before, that can be a member of a region."""

    region_memberships: list[Membership]  # of with_region

    class Meta:
        abstract = True

    @property
    def region(self) -> Region | None:
        """The region of the day asked for with `with_region`, or None."""
        return self.region_memberships[0].region if self.region_memberships else None


class MunicipalityQuerySet(MemberQuerySet):
    """The words for municipalities."""

    def in_care_of(self, user: Any) -> Self:
        """The municipalities that are or become members of the regions that a consultant serves."""
        memberships = Membership.objects.in_care_of(user).standing(today())
        return self.filter(pk__in=memberships.values("municipality"))

    def with_inhabitants(self, on: date) -> Self:
        """Each municipality with `inhabitants` and the day on which they were `counted_on`, last before a day."""
        last = Population.objects.latest_of(OuterRef("pk"), on)
        return self.annotate(
            inhabitants=Subquery(last.values("inhabitants")[:1]), counted_on=Subquery(last.values("counted_on")[:1])
        )

    def whole(self, on: date) -> Self:
        """Each municipality with its region and inhabitants on a day, its places, and those that merged into it."""
        counted_by = Population.objects.latest_of(OuterRef("pk"), on).values("source_name")[:1]
        counted = self.with_inhabitants(on).annotate(counted_by=Subquery(counted_by))
        return counted.with_region(on).prefetch_related("places", "predecessors")

    def members(self, on: date) -> Self:
        """The municipalities that are in a region on a day."""
        return self.filter(pk__in=Membership.objects.on(on).values("municipality"))


class Parts(NamedTuple):
    """The municipalities of before that a municipality was made of, or took in, after a day.

    A merger is known by its former municipalities. Two or more of them on one day make a new one, which is `whole`
    only since; one alone came to a municipality that was there and stayed.
    """

    former: list["FormerMunicipality"]

    @property
    def whole(self) -> bool:
        """Whether the municipality itself was there on the day already."""
        return all(times == 1 for times in Counter(one.merged_on for one in self.former).values())


class Municipality(Member):
    """A municipality of Flanders as it is today, in an IGS cultuur or not."""

    natural_fields: ClassVar[tuple[str, ...]] = ("nis_code",)

    nis_code = models.CharField("NIS-code", max_length=5, unique=True)
    name = models.CharField("naam", max_length=80, unique=True)
    slug = models.SlugField("adres op de site", max_length=80, unique=True)
    province = models.CharField("provincie", max_length=15, choices=Province)
    latitude = models.FloatField("breedtegraad", help_text="Midden van het grondgebied, in graden (WGS84).")
    longitude = models.FloatField("lengtegraad", help_text="Midden van het grondgebied, in graden (WGS84).")
    area_km2 = models.DecimalField("oppervlakte (km²)", max_digits=6, decimal_places=1)

    belongings: ClassVar = ("memberships", "populations", "places")

    search_kind = 2
    search_fields: ClassVar = ("name", "predecessors__name", "places__name", "places__postal_codes")

    objects: ClassVar = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = "gemeente"
        verbose_name_plural = "gemeenten"
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [five_digits("municipality")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of this municipality."""
        return address("igs:municipality_detail", self.slug)

    def region_on(self, on: date) -> Region | None:
        """The region this municipality is a member of on a day, or None."""
        membership = self.memberships.on(on).select_related("region").first()
        return membership.region if membership else None

    def membership_and_past(self, on: date) -> tuple[Membership | None, list[Membership]]:
        """The membership that holds on a day, or None, and those that are over."""
        begun = self.memberships.begun(on).with_region().with_end(on).order_by("-since", "pk")
        held = next((membership for membership in begun if not membership.ended), None)
        return held, [membership for membership in begun if membership.ended]

    def move(self, region: Region | None, on: date, source: dict[str, Any]) -> None:
        """Have the municipality be a member of a region, or of none, from a day on; raises ValidationError.

        The membership that it had until then keeps its first day, and gets that day for its end.
        """
        if region and ((region.first_day and region.first_day > on) or (region.last_day and region.last_day < on)):
            raise ValidationError(f"{region} werkt op die dag niet.")
        for held in self.memberships.overlapping(on, None).with_region():
            if held.region == region and held.until is None and (held.since is None or held.since <= on):
                return
            if held.since and held.since >= on:
                raise ValidationError(
                    f"{self} is op of na die dag al lid van {held.region}, vanaf {held.since:%d/%m/%Y}. "
                    "Verbeter dat lidmaatschap zelf."
                )
            held.until = on
            held.save()
        if region:
            Membership.objects.create(
                municipality=self, region=region, since=on, since_precision=Precision.DAY, **source
            )

    def parts_on(self, on: date) -> Parts:
        """The municipalities that were apart on a day and are in this one now, each with its region on that day."""
        return Parts([*FormerMunicipality.objects.apart(on).of(self).with_region(on)])

    @property
    def uri(self) -> str:
        """The municipality in the registers of the Flemish government."""
        return f"https://data.vlaanderen.be/id/gemeente/{self.nis_code}"

    @property
    def initial(self) -> str:
        """The letter under which the name stands."""
        return self.name[0]


class FormerMunicipalityQuerySet(MemberQuerySet):
    """The words for municipalities that merged."""

    def apart(self, on: date) -> Self:
        """Those that had not merged yet on a day."""
        return self.filter(merged_on__gt=on)

    def of(self, successor: Municipality) -> Self:
        """Those that merged into a municipality."""
        return self.filter(successor=successor)


class FormerMunicipality(Member):
    """A municipality that merged into another; it has no page, its successor tells of it."""

    months_between_checks = 60
    natural_fields: ClassVar[tuple[str, ...]] = ("nis_code",)
    in_care_through = "successor"

    nis_code = models.CharField("NIS-code", max_length=5, unique=True)
    name = models.CharField("naam", max_length=80)
    slug = models.SlugField("adres op de site", max_length=80, unique=True)
    merged_on = models.DateField("samengevoegd op", help_text="De eerste dag van de nieuwe gemeente.")
    successor = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="predecessors", verbose_name="opvolger"
    )

    objects: ClassVar = FormerMunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = "vroegere gemeente"
        verbose_name_plural = "vroegere gemeenten"
        ordering: ClassVar = ["name", "-merged_on"]
        constraints: ClassVar = [five_digits("former_municipality")]

    def __str__(self) -> str:
        return f"{self.name} (tot {self.merged_on.year})"

    def get_absolute_url(self) -> str:
        """The page of the municipality that came after this one."""
        return self.successor.get_absolute_url()


class Place(Record):
    """A village, hamlet or part of a municipality, by which people look for it."""

    months_between_checks = 60
    natural_fields: ClassVar[tuple[str, ...]] = ("municipality__nis_code", "name")
    in_care_through = "municipality"

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="places", verbose_name="gemeente"
    )
    name = models.CharField("naam", max_length=80)
    postal_codes = models.CharField(
        "postnummers", max_length=80, help_text="Vier cijfers; meer dan één gescheiden door een spatie."
    )

    objects: ClassVar = InCareQuerySet.as_manager()

    class Meta:
        verbose_name = "plaats"
        verbose_name_plural = "plaatsen"
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["municipality", "name"],
                name="place_once_in_a_municipality",
                violation_error_message="Deze gemeente heeft al een plaats met die naam.",
            ),
            models.CheckConstraint(
                condition=Q(postal_codes__regex=r"^[0-9]{4}( [0-9]{4})*$"),
                name="place_postal_codes_have_four_digits",
                violation_error_message="Een postnummer telt vier cijfers, bijvoorbeeld 8900.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.municipality})"
