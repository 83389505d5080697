"""The municipalities of Flanders: those of today, those that merged, and the places in them."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import OuterRef, Prefetch, Q, Subquery

from igs.models.membership import Membership
from igs.models.population import Population
from igs.models.region import Region
from optil_portal.records.addresses import address
from optil_portal.records.models import Record, RecordQuerySet


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


class MunicipalityQuerySet(RecordQuerySet):
    """The words for municipalities."""

    def with_region(self, on: date) -> Self:
        """Each municipality with `region_memberships`: the one membership that holds on a day, or none."""
        memberships = Membership.objects.on(on).select_related("region")
        return self.prefetch_related(Prefetch("memberships", memberships, to_attr="region_memberships"))

    def with_inhabitants(self, on: date) -> Self:
        """Each municipality with `inhabitants` and the day on which they were `counted_on`, last before a day."""
        last = Population.objects.latest_of(OuterRef("pk"), on)
        return self.annotate(
            inhabitants=Subquery(last.values("inhabitants")[:1]), counted_on=Subquery(last.values("counted_on")[:1])
        )

    def members(self, on: date) -> Self:
        """The municipalities that are in a region on a day."""
        return self.filter(pk__in=Membership.objects.on(on).values("municipality"))


class Municipality(Record):
    """A municipality of Flanders as it is today, in an IGS cultuur or not."""

    natural_fields: ClassVar[tuple[str, ...]] = ("nis_code",)

    nis_code = models.CharField("NIS-code", max_length=5, unique=True)
    name = models.CharField("naam", max_length=80, unique=True)
    slug = models.SlugField("adres op de site", max_length=80, unique=True)
    province = models.CharField("provincie", max_length=15, choices=Province)
    latitude = models.FloatField("breedtegraad", help_text="Midden van het grondgebied, in graden (WGS84).")
    longitude = models.FloatField("lengtegraad", help_text="Midden van het grondgebied, in graden (WGS84).")
    area_km2 = models.DecimalField("oppervlakte (km²)", max_digits=6, decimal_places=1)

    region_memberships: list[Membership]  # of with_region

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

    @property
    def initial(self) -> str:
        """The letter under which the name stands."""
        return self.name[0]

    @property
    def region(self) -> Region | None:
        """The region of the day asked for with `with_region`, or None."""
        return self.region_memberships[0].region if self.region_memberships else None


class FormerMunicipality(Record):
    """A municipality that merged into another; it has no page, its successor tells of it."""

    natural_fields: ClassVar[tuple[str, ...]] = ("nis_code",)

    nis_code = models.CharField("NIS-code", max_length=5, unique=True)
    name = models.CharField("naam", max_length=80)
    slug = models.SlugField("adres op de site", max_length=80, unique=True)
    merged_on = models.DateField("samengevoegd op", help_text="De eerste dag van de nieuwe gemeente.")
    successor = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="predecessors", verbose_name="opvolger"
    )

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

    natural_fields: ClassVar[tuple[str, ...]] = ("municipality__nis_code", "name")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="places", verbose_name="gemeente"
    )
    name = models.CharField("naam", max_length=80)
    postal_codes = models.CharField(
        "postnummers", max_length=80, help_text="Vier cijfers; meer dan één gescheiden door een spatie."
    )

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
