"""What named people say, told in reported speech, for as long as they consent."""

from datetime import date
from functools import cache
from typing import ClassVar, NamedTuple, Self

from django.db import models

from igs.care import InCareQuerySet
from igs.models import Region
from optil_portal.records.addresses import address
from optil_portal.records.clock import today
from optil_portal.records.consent import Consented, ConsentQuerySet
from optil_portal.records.edition import kept_of
from optil_portal.records.models import Record, State, turn
from optil_portal.records.prepared import Prepared
from optil_portal.records.upkeep import Concern
from projects.models.project import Project
from projects.models.theme import Theme


class Told(NamedTuple):
    """What a page shows of a testimony."""

    text: str
    person: str
    role: str
    organisation: str
    source_name: str
    source_date: date | None
    region: str
    region_slug: str
    colour: str
    project: str | None
    project_slug: str
    project_state: str | None

    @property
    def region_address(self) -> str:
        """The page of the region."""
        return address("igs:region_detail", self.region_slug)

    @property
    def project_address(self) -> str:
        """The page of the project, "" when it is not public."""
        return address("projects:project_detail", self.project_slug) if self.project_state == State.PUBLISHED else ""


TOLD_FIELDS = (
    *("text", "person", "role", "organisation", "source_name", "source_date"),
    *("region__name", "region__slug", "region__colour", "project__title", "project__slug", "project__state"),
)


class TestimonyQuerySet(ConsentQuerySet, InCareQuerySet):
    """The words for testimonies."""

    def published(self, on: date | None = None) -> Self:
        """The testimonies that may be told on a day, or today: the one definition of public."""
        return self.with_consent(on or today())

    def in_use(self) -> Self:
        """The testimonies that nobody has withdrawn."""
        return self.filter(withdrawn_on__isnull=True)

    def asking(self, on: date) -> dict[Concern, Self]:
        """The testimonies that ask for care on a day, by what they ask: consent too."""
        return super().asking(on) | {Concern.CONSENT: self.consent_in_doubt(on)}


class Testimony(Consented, Record):
    """What somebody told of the work in a region."""

    complete_with = ("role", "organisation")
    in_care_through = "region"

    person = models.CharField("persoon", max_length=80)
    slug = models.SlugField("korte naam", max_length=80, unique=True)
    role = models.CharField("functie", max_length=120, blank=True)
    organisation = models.CharField("organisatie", max_length=120, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="testimonies", verbose_name="regio")
    project = models.ForeignKey(
        Project,
        on_delete=models.PROTECT,
        related_name="testimonies",
        null=True,
        blank=True,
        verbose_name="project",
    )
    text = models.TextField("getuigenis", help_text="In de indirecte rede: wat vertelt deze persoon?")
    objects: ClassVar = TestimonyQuerySet.as_manager()

    class Meta:
        verbose_name = "getuigenis"
        verbose_name_plural = "getuigenissen"
        ordering: ClassVar = ["person"]
        constraints: ClassVar = [
            *Consented.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(consent=""),
                name="testimony_has_consent",
                violation_error_message="Op welke grond vertellen we dit? Kies een toestemming.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.region})"

    @staticmethod
    def told_today(on: date) -> list[Told]:
        """Two of the public testimonies, others every day."""
        rows = kept_of(on, "testimonies", lambda: told_in_turn_query(on=on, turn=turn(on)))
        return [Told(*row) for row in rows]

    @staticmethod
    def told_in_region(region: Region, on: date) -> list[Told]:
        """The testimonies of the work in a region that are public on a day."""
        return told_by("region", region.pk, on)

    @staticmethod
    def told_about(project: Project, on: date) -> list[Told]:
        """The testimonies about a project that are public on a day."""
        return told_by("project", project.pk, on)

    @staticmethod
    def told_on_theme(theme: Theme, on: date) -> list[Told]:
        """The testimonies about a project that has a theme as its first, that are public on a day."""
        return told_by("project__theme", theme.pk, on)


ANY_DAY = date(1, 2, 3)
told_in_turn_query = Prepared(
    lambda on, turn: Testimony.objects.published(on).in_turn(turn)[:2].values_list(*TOLD_FIELDS), on=ANY_DAY, turn=-1
)


@cache
def told_by_query(about: str) -> Prepared:
    """The testimonies that are public on a day: what they are about by a foreign key, and the fields of Told."""
    return Prepared(lambda on: Testimony.objects.published(on).values_list(about, *TOLD_FIELDS), on=ANY_DAY)


def told_by(about: str, key: int, on: date) -> list[Told]:
    """The testimonies that are public on a day, and by a foreign key about one record."""
    rows = kept_of(on, ("testimonies", about), lambda: told_by_query(about).by_first(on=on))
    return [Told(*row) for row in rows.get(key, ())]
