"""What named people say, told in reported speech, for as long as they consent."""

from datetime import date
from typing import Any, ClassVar, NamedTuple, Self

from django.db import models

from igs.models import Region
from optil_portal.records.addresses import address
from optil_portal.records.models import Record, RecordQuerySet, State, turn
from optil_portal.records.prepared import Prepared
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


class TestimonyQuerySet(RecordQuerySet):
    """The words for testimonies."""

    def published(self) -> Self:
        """The testimonies that nobody has withdrawn: the one definition of public."""
        return self.filter(withdrawn_on__isnull=True)


class Testimony(Record):
    """What somebody told of the work in a region."""

    class Consent(models.TextChoices):
        """On what ground we tell it."""

        PUBLISHED_IN_BROCHURE = (
            "published_in_brochure",
            "gepubliceerd in de brochure van 9/10/2025, toestemming niet door ons gezien",
        )
        GIVEN = "given", "toestemming gegeven"

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
    consent = models.CharField("toestemming", max_length=24, choices=Consent)
    consent_on = models.DateField("toestemming op", null=True, blank=True)
    withdrawn_on = models.DateField(
        "ingetrokken op",
        null=True,
        blank=True,
        help_text="Zodra hier een dag staat, is ze nergens meer te zien.",
    )

    objects: ClassVar = TestimonyQuerySet.as_manager()

    class Meta:
        verbose_name = "getuigenis"
        verbose_name_plural = "getuigenissen"
        ordering: ClassVar = ["person"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(consent="published_in_brochure") | models.Q(consent_on__isnull=False),
                name="given_consent_has_a_date",
                violation_error_message="Wanneer is de toestemming gegeven? Vul de datum in.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.region})"

    @staticmethod
    def told_today(on: date) -> list[Told]:
        """Two of the public testimonies, others every day."""
        return [Told(*row) for row in told_in_turn_query(turn=turn(on))]

    @staticmethod
    def told_in_region(region: Region) -> list[Told]:
        """The public testimonies of the work in a region."""
        return [Told(*row) for row in told_in_region_query(region=region.pk)]

    @staticmethod
    def told_about(project: Project) -> list[Told]:
        """The public testimonies about a project."""
        return [Told(*row) for row in told_about_query(project=project.pk)]

    @staticmethod
    def told_on_theme(theme: Theme) -> list[Told]:
        """The public testimonies about a project that has a theme as its first."""
        return [Told(*row) for row in told_on_theme_query(theme=theme.pk)]


def told(**about: Any) -> Any:
    """The public testimonies about something as the fields of Told."""
    return Testimony.objects.published().filter(**about).values_list(*TOLD_FIELDS)


told_in_turn_query = Prepared(lambda turn: told().in_turn(turn)[:2], turn=-1)
told_in_region_query = Prepared(lambda region: told(region=region), region=-1)
told_about_query = Prepared(lambda project: told(project=project), project=-1)
told_on_theme_query = Prepared(lambda theme: told(project__theme=theme), theme=-1)
