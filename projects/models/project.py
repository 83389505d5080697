"""The library projects."""

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from django.db import models
from django.db.models import Case, Count, Expression, F, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from igs.models import Municipality, Region, SubsidyRound
from igs.models.region import counted
from libraries.models import Library
from optil_portal.records.models import Publication, PublicationQuerySet, Record, State
from optil_portal.records.pictures import Picture

if TYPE_CHECKING:  # that module imports this one
    from projects.models.theme import Theme

COVERS = 24
NAMING = ("other_regions", "further_themes", "municipalities", "libraries", "partners", "audiences")


class Named(NamedTuple):
    """A record that a project names, by what a link to it needs."""

    name: str
    slug: str


def named_in(records: Any, field: str) -> models.QuerySet:
    """The public ones of `records`, each as the name of the field, its own name and its slug."""
    public = records.published() if issubclass(records.model, Publication) else records.all()
    return public.order_by().annotate(field=Value(field)).values_list("field", "name", "slug")


class Audience(Record):
    """Whom a project is for."""

    name = models.CharField("naam", max_length=60, unique=True)
    slug = models.SlugField("korte naam", max_length=60, unique=True)

    class Meta:
        verbose_name = "doelgroep"
        verbose_name_plural = "doelgroepen"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Partner(Record):
    """An organisation that takes part in projects."""

    name = models.CharField("naam", max_length=120, unique=True)
    slug = models.SlugField("korte naam", max_length=120, unique=True)
    website = models.URLField("website", blank=True)

    class Meta:
        verbose_name = "partner"
        verbose_name_plural = "partners"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class ProjectQuerySet(PublicationQuerySet):
    """The words for projects."""

    def listed(self) -> Self:
        """The public projects with what a card shows of them, by title."""
        return self.published().select_related("region", "theme").order_by("title")

    def with_images(self) -> Self:
        """Each project with its photographs."""
        return self.prefetch_related("images")

    def with_links(self) -> Self:
        """Each project with the pages elsewhere about it."""
        return self.prefetch_related("links")

    def by_theme(self) -> Self:
        """The projects under their first theme, the most recent first."""
        return self.order_by("theme__number", F("year_from").desc(nulls_last=True), "title")

    def with_recognition(self, on: date) -> Self:
        """Each project with `predates_recognition`: an IGS project over before the round that runs on a day."""
        last_known_year = Coalesce("year_until", "year_from")
        this_round = SubsidyRound.objects.begun(on).values("first_year")[:1]
        over_before = Q(kind=Project.Kind.IGS, last_known_year__lt=Subquery(this_round))
        return self.alias(last_known_year=last_known_year).annotate(
            predates_recognition=Case(
                When(over_before & ~Q(still_runs=True), then=Value(True)),
                default=Value(False),
                output_field=models.BooleanField(),
            )
        )

    def in_region(self, region: Region) -> Self:
        """The projects that a region leads or takes part in."""
        return self.in_regions([region])

    def in_regions(self, regions: list[Region]) -> Self:
        """The projects that one of the regions leads or takes part in."""
        joined = Project.other_regions.through.objects.filter(region__in=regions).values("project")
        return self.filter(Q(region__in=regions) | Q(pk__in=joined))

    def on_theme(self, theme: "Theme") -> Self:
        """The projects that have a theme, first or further."""
        return self.on_themes([theme])

    def on_themes(self, themes: "list[Theme]") -> Self:
        """The projects that have one of the themes, first or further."""
        further = Project.further_themes.through.objects.filter(theme__in=themes).values("project")
        return self.filter(Q(theme__in=themes) | Q(pk__in=further))

    def in_municipality(self, municipality: Municipality) -> Self:
        """The projects in which a municipality takes part."""
        return self.filter(municipalities=municipality)

    def with_library(self, library: Library) -> Self:
        """The projects in which a library takes part."""
        return self.filter(libraries=library)

    def search(self, words: str) -> Self:
        """The projects in which every one of the words stands, in title, summary, body, region or partner."""
        projects = self
        for word in words.split():
            projects = projects.filter(
                Q(title__icontains=word)
                | Q(summary__icontains=word)
                | Q(body__icontains=word)
                | Q(region__name__icontains=word)
                | Q(pk__in=Project.partners.through.objects.filter(partner__name__icontains=word).values("project"))
            )
        return projects

    def related_to(self, project: "Project") -> Self:
        """The other projects on the same theme or of the same region, those that share both first."""
        same_theme = Q(theme=project.theme_id)
        same_region = Q(region=project.region_id)
        return (
            self.filter(same_theme | same_region)
            .exclude(pk=project.pk)
            .annotate(closeness=Case(When(same_theme & same_region, then=0), When(same_theme, then=1), default=2))
            .order_by("closeness", F("year_from").desc(nulls_last=True), "title")
        )


class Project(Publication):
    """Something the libraries of a region do together, or a local initiative in its area."""

    class Kind(models.TextChoices):
        """Who took the initiative."""

        IGS = "igs", "project van het IGS"
        LOCAL = "local", "lokaal initiatief"

    title = models.CharField("titel", max_length=160)
    slug = models.SlugField("adres op de site", max_length=160, unique=True)
    summary = models.TextField(
        "samenvatting", blank=True, max_length=400, help_text="Eén of twee zinnen: wie doet wat voor wie?"
    )
    body = models.TextField("tekst", blank=True, help_text="Wat gebeurde er, hoe, met wie? Noem auteurs hier.")
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        related_name="projects",
        null=True,
        blank=True,
        verbose_name="trekkende regio",
        help_text="Bij een lokaal initiatief: de regio waarin het ligt.",
    )
    other_regions = models.ManyToManyField(
        Region, related_name="joined_projects", blank=True, verbose_name="andere regio's"
    )
    theme = models.ForeignKey(
        "projects.Theme",
        on_delete=models.PROTECT,
        related_name="projects",
        null=True,
        blank=True,
        verbose_name="eerste thema",
    )
    further_themes = models.ManyToManyField(
        "projects.Theme", related_name="further_projects", blank=True, verbose_name="verdere thema's"
    )
    municipalities = models.ManyToManyField(
        Municipality,
        related_name="projects",
        blank=True,
        verbose_name="gemeenten",
        help_text="Wie meedoet hoeft geen lid van de regio te zijn.",
    )
    libraries = models.ManyToManyField(Library, related_name="projects", blank=True, verbose_name="bibliotheken")
    partners = models.ManyToManyField(Partner, related_name="projects", blank=True, verbose_name="partners")
    audiences = models.ManyToManyField(Audience, related_name="projects", blank=True, verbose_name="doelgroepen")
    year_from = models.PositiveSmallIntegerField("van (jaar)", null=True, blank=True)
    year_until = models.PositiveSmallIntegerField("tot en met (jaar)", null=True, blank=True)
    still_runs = models.BooleanField(
        "loopt nog", null=True, blank=True, help_text="Onbekend als de bron het niet zegt."
    )
    kind = models.CharField("soort", max_length=5, choices=Kind, default=Kind.IGS)

    objects: ClassVar = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "project"
        verbose_name_plural = "projecten"
        ordering: ClassVar = ["title"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(year_until__gte=F("year_from")),
                name="project_ends_after_start",
                violation_error_message="‘Tot en met’ kan niet voor ‘van’ liggen.",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | ~Q(summary=""),
                name="published_project_has_summary",
                violation_error_message="Een gepubliceerd project heeft een samenvatting.",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(theme__isnull=False),
                name="published_project_has_theme",
                violation_error_message="Een gepubliceerd project heeft een eerste thema.",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(region__isnull=False),
                name="published_project_has_region",
                violation_error_message="Een gepubliceerd project heeft een regio.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of this project."""
        return reverse("projects:project_detail", args=[self.slug])

    @property
    def years(self) -> str:
        """The years as people read them: "2019", "2022–2024", "sinds 2021", or "" when unknown."""
        if self.year_from is None or self.year_from == self.year_until:
            return f"{self.year_until or ''}"
        return f"{self.year_from}–{self.year_until}" if self.year_until else f"vanaf {self.year_from}"

    def named(self) -> dict[str, list["Named"]]:
        """What this project names beside its own region and theme, as far as it is public: all of it in one query."""
        queries = [named_in(getattr(self, field), field) for field in NAMING]
        found: dict[str, list[Named]] = {field: [] for field in NAMING}
        for row in queries[0].union(*queries[1:], all=True).order_by("name"):
            found[row[0]].append(Named(*row[1:]))
        return found

    @property
    def photograph(self) -> "ProjectImage | None":
        """The first photograph, where there is one; asks nothing after `with_images`."""
        return next(iter(self.images.all()), None)

    @property
    def cover(self) -> int:
        """Which of the generated covers stands for this project while it has no photograph."""
        return (self.pk or 0) % COVERS


class ProjectLink(models.Model):
    """A page elsewhere about a project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="links", verbose_name="project")
    label = models.CharField("tekst", max_length=120)
    url = models.URLField("adres", max_length=500)
    position = models.PositiveSmallIntegerField("volgorde", default=0)

    class Meta:
        verbose_name = "link"
        verbose_name_plural = "links"
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.label


class ProjectImage(Picture):
    """A photograph of a project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="images", verbose_name="project")

    class Meta(Picture.Meta):
        verbose_name = "beeld"
        verbose_name_plural = "beelden"


def projects_counted(by: str, joined: type[models.Model]) -> Expression:
    """The number of public projects of an outer record: by the foreign key `by`, or through the table `joined`.

    `joined` is the table of a many-to-many whose other side has the name of the model that `by` points to.
    """
    published = Project.objects.published()
    other_side = joined._default_manager.filter(project__in=published)
    return counted(published, by, Count("pk")) + counted(other_side, by, Count("pk"))


def projects_of_region(on: date) -> Expression:
    """The number of public projects that a region leads or takes part in, whatever the day."""
    return projects_counted("region", Project.other_regions.through)
