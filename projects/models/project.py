"""The library projects."""

from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from django.db import models
from django.db.models import Case, Count, Expression, F, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.formats import number_format as euros
from django.utils.safestring import SafeString

from igs.care import InCare, InCareQuerySet
from igs.models import Municipality, Region, SubsidyRound
from igs.models.region import counted
from libraries.models import Library, LibraryNetwork
from optil_portal.records.addresses import address
from optil_portal.records.edition import joined, kept, kept_of
from optil_portal.records.history import Remembered
from optil_portal.records.models import Publication, PublicationQuerySet, Record, State, planned, turn
from optil_portal.records.pictures import Picture, cover_of
from optil_portal.records.prepared import Prepared, PreparedRecords
from optil_portal.records.prose import ProseField
from optil_portal.records.search import Question, entries

if TYPE_CHECKING:  # that module imports this one
    from projects.models.theme import Theme

NAMING = ("other_regions", "further_themes", "municipalities", "libraries", "partners", "audiences")


class Named(NamedTuple):
    """A record that a project names, by what a link to it needs: the slug of its page, or its own website."""

    name: str
    slug: str


def named_by(project: int) -> models.QuerySet:
    """The public records that a project names, each as the name of the field, its own name and its slug."""
    first, *others = (named_in(field, project) for field in NAMING)
    beside = (images_in(project), links_from(project), networks_around(project))
    return first.union(*others, *beside, all=True).order_by("name")


def named_in(field: str, project: int) -> models.QuerySet:
    """Those in one field of the project."""
    records = getattr(Project(pk=project), field)
    public = records.published() if issubclass(records.model, Publication) else records.all()
    return public.order_by().annotate(field=Value(field)).values_list("field", "name", "slug")


def images_in(project: int) -> models.QuerySet:
    """The photographs of the project in the same form, which tells whether there are any."""
    images = ProjectImage.objects.filter(project=project).order_by()
    return images.annotate(field=Value("images")).values_list("field", "alt", "image")


def links_from(project: int) -> models.QuerySet:
    """The pages elsewhere about the project in the same form, which tells whether there are any."""
    links = ProjectLink.objects.filter(project=project).order_by()
    return links.annotate(field=Value("links")).values_list("field", "label", "url")


def networks_around(project: int) -> models.QuerySet:
    """The regional libraries of the project's region and of the libraries in it, with their websites, in that form."""
    regions = Project.objects.filter(pk=project).values("region")
    libraries = Project(pk=project).libraries.published().values("network")
    networks = LibraryNetwork.objects.filter(Q(region__in=regions) | Q(pk__in=libraries)).order_by()
    return networks.annotate(field=Value("networks")).values_list("field", "name", "website")


naming_query = Prepared(named_by, project=-1)


class Audience(Record):
    """Whom a project is for."""

    months_between_checks = 24

    name = models.CharField("naam", max_length=60, unique=True)
    slug = models.SlugField("korte naam", max_length=60, unique=True)

    class Meta:
        verbose_name = "doelgroep"
        verbose_name_plural = "doelgroepen"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class PartnerQuerySet(InCareQuerySet):
    """The words for partners."""

    def in_care_of(self, user: Any) -> Self:
        """The partners that take part in no other project than those a consultant takes care of."""
        cared_for = Project.objects.in_care_of(user).values("pk")
        elsewhere = Project.partners.through.objects.exclude(project__in=cared_for)
        return self.exclude(pk__in=elsewhere.values("partner"))


class Partner(Record):
    """An organisation that takes part in projects."""

    complete_with = ("website",)

    name = models.CharField("naam", max_length=120, unique=True)
    slug = models.SlugField("korte naam", max_length=120, unique=True)
    website = models.URLField("website", blank=True)

    objects: ClassVar = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = "partner"
        verbose_name_plural = "partners"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Card(NamedTuple):
    """What a list shows of a project."""

    pk: int
    title: str
    slug: str
    summary: str
    year_from: int | None
    year_until: int | None
    still_runs: bool | None
    theme: str
    theme_number: int
    theme_slug: str
    colour: str
    region: str

    @property
    def years(self) -> str:
        """The years as people read them."""
        return told_years(self.year_from, self.year_until)

    @property
    def when(self) -> str:
        """The years and whether it still runs, short, so that nobody takes an old project for a live one."""
        if not self.years and self.still_runs is None:
            return "niet bekend wanneer"
        return ", ".join(filter(None, (self.years, RUNS[self.still_runs])))

    @property
    def cover(self) -> str:
        """The id of the generated cover that stands for the project."""
        return cover_of(self.pk)

    @property
    def address(self) -> str:
        """The page of the project."""
        return address("projects:project_detail", self.slug)


class Found(NamedTuple):
    """The texts of a card with what was found in them marked, and where else the rest was found, "" when nowhere."""

    title: SafeString
    summary: SafeString
    why: SafeString | str


CARD_FIELDS = (
    *("pk", "title", "slug", "summary", "year_from", "year_until", "still_runs"),
    *("theme__short_name", "theme__number", "theme__slug", "theme__colour", "region__name"),
)


SHOWN_ALIKE = 3
MOST_OF_REGION = 60  # cards on its page; ten times what a region of today leads
RUNS = {True: "loopt nog", False: "afgelopen", None: "loopt misschien nog"}


def told_years(first: int | None, last: int | None) -> str:
    """Years as people read them: "2019", "2022–2024", "vanaf 2021", or "" when unknown."""
    if first is None or first == last:
        return f"{last or ''}"
    return f"{first}–{last}" if last else f"vanaf {first}"


def told_cost(least: int | None, most: int | None) -> str:
    """Euros as people read them: "500 euro", "500 tot 1.500 euro", "vanaf 500 euro", or "" when unknown."""
    if least is not None and most is not None:
        return f"{euros(most)} euro" if least == most else f"{euros(least)} tot {euros(most)} euro"
    if least is not None:
        return f"vanaf {euros(least)} euro"
    return f"tot {euros(most)} euro" if most is not None else ""


class ProjectQuerySet(InCare, PublicationQuerySet):
    """The words for projects."""

    def listed(self) -> Self:
        """The public projects by title."""
        return self.published().order_by("title", "pk")

    def at_address(self, slug: str) -> Self:
        """The project at an address of the site, if there is one."""
        return self.filter(slug=slug)

    def cards(self) -> list[Card]:
        """The projects as a list shows them: flat rows, for whole records cost a page more than anything else."""
        return [Card(*row) for row in self.values_list(*CARD_FIELDS)]

    def whole(self) -> Self:
        """The projects with all that they name at hand, as far as public."""
        named = (*(field for field in NAMING if field != "libraries"), "links")
        libraries = Prefetch("libraries", Library.objects.published().order_by("name"))
        return self.select_related("region", "theme").prefetch_related(*named, libraries)

    def for_page(self, on: date) -> Self:
        """The projects with what their own page tells on a day at hand."""
        return self.with_recognition(on.year).select_related("region", "theme")

    def most_recent(self) -> Self:
        """The projects that began last first, those without a year at the end."""
        return self.order_by(F("year_from").desc(nulls_last=True), "title", "pk")

    def with_recognition(self, year: int) -> Self:
        """Each project with the first year of the round of a year, so that it knows `predates_recognition`."""
        return self.annotate(round_began=Subquery(SubsidyRound.objects.begun(year).values("first_year")[:1]))

    def with_years(self, on: date) -> Self:
        """Each project with `first_year` and `last_year`, as far as sure on a day; both None when unknown."""
        running = Case(When(still_runs=True, then=on.year))
        return self.annotate(
            first_year=Coalesce("year_from", "year_until", running),
            last_year=Coalesce("year_until", running, "year_from"),
        )

    def in_region(self, region: Region | int) -> Self:
        """The projects that a region leads or takes part in."""
        return self.in_regions([region])

    def in_regions(self, regions: Sequence[Region | int]) -> Self:
        """The projects that one of the regions leads or takes part in."""
        joined = Project.other_regions.through.objects.filter(region__in=regions).values("project")
        return self.filter(Q(region__in=regions) | Q(pk__in=joined))

    def led_by(self, region: Region) -> Self:
        """The projects that a region leads."""
        return self.filter(region=region)

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

    def alike(self, theme: int, region: int) -> Self:
        """The projects with a theme as their first or led by a region, both by their keys; those with both first."""
        on_theme, in_region = Q(theme=theme), Q(region=region)
        return (
            self.filter(on_theme | in_region)
            .annotate(closeness=Case(When(on_theme & in_region, then=0), When(on_theme, then=1), default=2))
            .order_by("closeness", F("year_from").desc(nulls_last=True), "title")
        )


class Project(Publication):
    """Something the libraries of a region do together, or a local initiative in its area."""

    complete_with = ("summary", "body", "region", "theme", "audiences", "year_from")

    class Kind(models.TextChoices):
        """Who took the initiative."""

        IGS = "igs", "project van het IGS"
        LOCAL = "local", "lokaal initiatief"

    in_care_through = "region"

    title = models.CharField("titel", max_length=160)
    slug = models.SlugField("adres op de site", max_length=160, unique=True)
    summary = models.TextField(
        "samenvatting", blank=True, max_length=400, help_text="Eén of twee zinnen: wie doet wat voor wie?"
    )
    body = ProseField("tekst", blank=True, help_text="Wat gebeurde er, hoe, met wie? Noem auteurs hier.")
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
    people = models.TextField(
        "mensen", blank=True, max_length=400, help_text="Wie deed het werk, en met hoeveel waren ze?"
    )
    duration = models.CharField(
        "tijd", blank=True, max_length=160, help_text="Hoelang duurde de voorbereiding, hoelang het project zelf?"
    )
    cost_from = models.PositiveIntegerField("kost vanaf (euro)", null=True, blank=True)
    cost_until = models.PositiveIntegerField(
        "kost tot (euro)", null=True, blank=True, help_text="Ken je het bedrag precies? Vul het dan twee keer in."
    )
    material = models.TextField(
        "materiaal", blank=True, max_length=400, help_text="Wat moet er zijn: een ruimte, toestellen, software?"
    )
    pitfalls = models.TextField(
        "valkuilen", blank=True, max_length=600, help_text="Waar liep het mis, en wat zou je anders doen?"
    )

    belongings: ClassVar = ("links", "images")

    search_kind = 3
    search_fields: ClassVar = (
        "title",
        "summary",
        "body",
        "partners__name",
        ("region__name", "other_regions__name"),
        "municipalities__name",
        ("theme__name", "theme__short_name", "further_themes__name", "further_themes__short_name"),
        "libraries__network__name",
        "audiences__name",
    )

    search_labels: ClassVar = ("", "", "", "partner", "regio", "gemeente", "thema", "netwerk", "doelgroep")

    round_began: int | None  # of with_recognition

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
            models.CheckConstraint(
                condition=Q(cost_until__gte=F("cost_from")),
                name="project_cost_until_at_least_from",
                violation_error_message="‘Kost tot’ kan niet lager zijn dan ‘kost vanaf’.",
            ),
            *planned(),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of this project."""
        return address("projects:project_detail", self.slug)

    @property
    def years(self) -> str:
        """The years as people read them."""
        return told_years(self.year_from, self.year_until)

    @property
    def cost(self) -> str:
        """What it cost as people read it, "" when unknown."""
        return told_cost(self.cost_from, self.cost_until)

    @property
    def tells_how(self) -> bool:
        """Whether anything is known of what somebody needs to do the same."""
        return any((self.people, self.duration, self.cost, self.material, self.pitfalls))

    @property
    def predates_recognition(self) -> bool:
        """Whether this is an IGS project over before the round of the year asked for with `with_recognition` began."""
        last_known_year = self.year_until or self.year_from
        if last_known_year is None or self.round_began is None or self.still_runs:
            return False
        return self.kind == self.Kind.IGS and last_known_year < self.round_began

    def named(self) -> dict[str, list["Named"]]:
        """What this project names and shows beside its own region and theme, as far as public: all in one query."""
        found: dict[str, list[Named]] = {field: [] for field in (*NAMING, "images", "links", "networks")}
        for field, name, slug in naming_query(project=self.pk):
            found[field].append(Named(name, slug))
        return found

    @property
    def cover(self) -> str:
        """The id of the generated cover that stands for the project."""
        return cover_of(self.pk)

    @staticmethod
    def at(slug: str, on: date) -> "Project | None":
        """The public project at an address of the site, with what its page tells on a day."""
        return next((joined(one, "region", "theme") for one in project_query(slug=slug, year=on.year)), None)

    @staticmethod
    def found_on(cards: Sequence[Card], question: Question) -> list[tuple[int, Found]]:
        """For each card that answers a question, by its number, why; nothing when nothing is asked."""
        if not question.terms:
            return []
        rests = {card.pk: rest for card in cards if (rest := question.beyond(f"{card.title} {card.summary}")).terms}
        passages = entries({Project.search_kind: [*rests]}, "record", "passages")
        why = {pk: next(rests[pk].reasons(some[2:], Project.search_labels[2:]), "") for pk, some in passages}
        marked = question.marked
        return [(card.pk, Found(marked(card.title), marked(card.summary), why.get(card.pk, ""))) for card in cards]

    @staticmethod
    def cards_of_region(region: Region) -> tuple[list[Card], bool]:
        """The most recent public projects of a region by theme, as a list shows them; and whether there are more."""
        rows = kept(("cards of region", region.pk), lambda: cards_of_region_query(region=region.pk))
        cards = [Card(*row) for row in rows]
        return sorted(cards[:MOST_OF_REGION], key=attrgetter("theme_number")), len(cards) > MOST_OF_REGION

    @staticmethod
    def related_cards(project: "Project") -> list[Card]:
        """The three public projects most like another one, as a list shows them."""
        theme, region = project.theme_id, project.region_id
        rows = kept(("alike", theme, region), lambda: alike_query(theme=theme, region=region))
        return [Card(*row) for row in rows if row[0] != project.pk][:SHOWN_ALIKE]

    @staticmethod
    def newest_cards(on: date) -> list[Card]:
        """The three public projects that changed last, as a list shows them."""
        return kept_of(on, "newest cards", lambda: [Card(*row) for row in newest_cards_query(turn=turn(on))])

    @staticmethod
    def links_of(project: "Project") -> list[tuple[str, str]]:
        """The text and the address of each page elsewhere about a project, in their order."""
        return links_of_project_query(project=project.pk)


class ProjectLink(Remembered):
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


project_query = PreparedRecords(
    lambda slug, year: Project.objects.published().filter(slug=slug).with_recognition(year), slug="-slug-", year=1234
)
cards_of_region_query = Prepared(
    lambda region: (
        Project.objects.published().in_region(region).most_recent()[: MOST_OF_REGION + 1].values_list(*CARD_FIELDS)
    ),
    region=-1,
)
alike_query = Prepared(
    # One more than is shown, for a project is like itself.
    lambda theme, region: Project.objects.published().alike(theme, region)[: SHOWN_ALIKE + 1].values_list(*CARD_FIELDS),
    theme=-1,
    region=-2,
)
newest_cards_query = Prepared(
    lambda turn: Project.objects.published().newest(turn)[:3].values_list(*CARD_FIELDS), turn=-1
)
links_of_project_query = Prepared(
    lambda project: ProjectLink.objects.filter(project=project).values_list("label", "url"), project=-1
)
