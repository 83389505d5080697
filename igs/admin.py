"""The admin of the regions, the municipalities and what is dated between them."""

from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.forms import BaseInlineFormSet
from django.http import HttpRequest

from igs.constraints import NoOverlap
from igs.models import (
    Consultant,
    FormerMunicipality,
    KeyFigure,
    Membership,
    Municipality,
    Outline,
    Place,
    Population,
    Region,
    RegionName,
    SubsidyRound,
)
from optil_portal.records.admin import KeptAdmin, PublicationAdmin, RecordAdmin, RecordInline
from optil_portal.records.clock import today
from optil_portal.records.models import Precision, Record


def later(one: date | None, other: date | None) -> date | None:
    """The later of two first days, of which None is before all others."""
    return max(one or date.min, other or date.min) if one or other else None


def earlier(one: date | None, other: date | None) -> date | None:
    """The earlier of two last days, of which None is after all others."""
    return min(one or date.max, other or date.max) if one or other else None


def share_a_day(one: Membership, other: Membership) -> bool:
    """Whether two memberships hold together on some day."""
    since, until = later(one.since, other.since), earlier(one.until, other.until)
    return since is None or until is None or since < until


class MembershipFormSet(BaseInlineFormSet):
    """Memberships that are saved together, and so are weighed together against the rule that none overlap."""

    def clean(self) -> None:
        """Tell each changed row that overlaps another one, in this form or stored elsewhere."""
        super().clean()
        rows = [form for form in self.forms if form.is_valid() and (form.instance.pk or form.has_changed())]
        for rule in Membership._meta.constraints:
            if isinstance(rule, NoOverlap):
                for form in filter(lambda form: form.has_changed(), rows):
                    others = [other.instance for other in rows if other is not form]
                    if self.overlaps(form.instance, others, rule.column):
                        form.add_error(None, rule.get_violation_error_message())

    def overlaps(self, row: Membership, others: list[Membership], column: str) -> bool:
        """Whether the municipality in `column` of a row has a membership on the same days, among `others` or stored."""
        owner = getattr(row, column)
        if owner is None:
            return False
        if any(getattr(other, column) == owner and share_a_day(row, other) for other in others):
            return True
        beside = Membership.objects.filter(**{f"{column}_id": owner.pk}).exclude(
            pk__in=[saved.pk for saved in (row, *others) if saved.pk]
        )
        return owner.pk is not None and beside.overlapping(row.since, row.until).exists()

    def save(self, commit: bool = True) -> list[Membership]:
        """Save the rows, after each has let go of the days it gives up, for another row may take them over."""
        for form in self.initial_forms:
            if form.has_changed():
                stored = Membership.objects.get(pk=form.instance.pk)
                if share_a_day(stored, form.instance):
                    since = later(stored.since, form.instance.since)
                    Membership.objects.filter(pk=stored.pk).update(
                        since=since,
                        since_precision=Precision.DAY if since else Precision.UNKNOWN,
                        until=earlier(stored.until, form.instance.until),
                    )
        return super().save(commit)


class MembershipInline(RecordInline):
    """The memberships in the form of one side, which ask for the `other_side`."""

    model = Membership
    formset = MembershipFormSet
    other_side: ClassVar[str]

    def get_fields(self, request: HttpRequest, obj: Record | None = None) -> tuple[str, ...]:
        """The other side, then from when to when, and who says so."""
        return (self.other_side, "since", "since_precision", "until", "source_name", "note")

    def get_autocomplete_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """The other side is looked for by name."""
        return (self.other_side,)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """The memberships that have the other side, by name, with what their titles say."""
        memberships: Any = super().get_queryset(request).filter(**{f"{self.other_side}__isnull": False})
        return memberships.by_name().select_related("region")

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        """The choice of the other side, which cannot stay empty here."""
        return super().formfield_for_foreignkey(db_field, request, **kwargs | {"required": True})


class MunicipalitiesOfRegion(MembershipInline):
    """The municipalities of today that are, were or become members of a region."""

    other_side = "municipality"


class FormerMunicipalitiesOfRegion(MembershipInline):
    """The members of a region that have since merged into another municipality."""

    other_side = "former_municipality"
    verbose_name = "lidmaatschap van een vroegere gemeente"
    verbose_name_plural = "lidmaatschappen van vroegere gemeenten"


class RegionsOfMunicipality(MembershipInline):
    """Which region a municipality is, was or becomes a member of."""

    other_side = "region"


class RegionNameInline(RecordInline):
    """The other names of a region."""

    model = RegionName
    fields = ("name", "slug", "kind", "source_name", "note")
    prepopulated_fields: ClassVar = {"slug": ("name",)}


class PopulationInline(RecordInline):
    """The inhabitants of a municipality, year after year."""

    model = Population
    fields = ("counted_on", "inhabitants", "source_name", "note")


class PlaceInline(RecordInline):
    """The villages and hamlets of a municipality."""

    model = Place
    fields = ("name", "postal_codes", "source_name", "note")


@admin.register(Region)
class RegionAdmin(RecordAdmin):
    """An IGS cultuur with its names and its members."""

    list_display = ("name", "number", "colour", "first_day", "last_day", "website")
    list_filter = ("colour", ("last_day", admin.EmptyFieldListFilter))
    search_fields = ("name", "official_name", "names__name")
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    fieldsets = (
        ("Wie", {"fields": (("name", "slug"), "number", "official_name", "legal_form", "about")}),
        ("Bereikbaar", {"fields": ("website", "email", "phone", "seat")}),
        (
            "Wanneer",
            {"fields": (("founded", "founded_precision"), "founded_note", ("first_day", "last_day"))},
        ),
        ("Op de kaart", {"fields": ("colour",)}),
    )
    inlines = (MunicipalitiesOfRegion, FormerMunicipalitiesOfRegion, RegionNameInline)


@admin.register(Municipality)
class MunicipalityAdmin(RecordAdmin):
    """A municipality with its memberships, its inhabitants and its places."""

    list_display = ("name", "nis_code", "province", "region_today")
    list_filter = ("province", ("memberships__region", admin.RelatedOnlyFieldListFilter))
    search_fields = ("name", "nis_code", "places__name", "predecessors__name")
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    fieldsets = (
        ("Welke gemeente", {"fields": (("name", "slug"), "nis_code", "province")}),
        ("Waar", {"fields": (("latitude", "longitude"), "area_km2")}),
    )
    inlines = (RegionsOfMunicipality, PopulationInline, PlaceInline)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """The municipalities with the region they are in today."""
        municipalities: Any = super().get_queryset(request)
        return municipalities.with_region(today())

    @admin.display(description="regio vandaag")
    def region_today(self, municipality: Municipality) -> models.Model | None:
        """The region the municipality is in."""
        return municipality.region


@admin.register(Membership)
class MembershipAdmin(RecordAdmin):
    """A municipality in a region, from day to day."""

    list_display = ("member", "region", "since_known", "until")
    list_filter = (
        ("region", admin.RelatedOnlyFieldListFilter),
        "since_precision",
        ("until", admin.EmptyFieldListFilter),
    )
    list_select_related = ("region", "municipality", "former_municipality")
    search_fields = ("municipality__name", "former_municipality__name", "region__name")
    ordering = ("region__name", "municipality__name", "former_municipality__name", "since")
    autocomplete_fields = ("region", "municipality", "former_municipality")
    fieldsets = (
        ("Wie in welke regio", {"fields": ("region", "municipality", "former_municipality")}),
        ("Wanneer", {"fields": (("since", "since_precision"), "until")}),
    )

    @admin.display(description="gemeente", ordering="municipality__name")
    def member(self, membership: Membership) -> models.Model | None:
        """The municipality, or the former one."""
        return membership.member

    @admin.display(description="lid sinds", ordering="since")
    def since_known(self, membership: Membership) -> date | str | None:
        """The first day, or its year where no more is known."""
        if membership.since and membership.since_precision == Precision.YEAR:
            return str(membership.since.year)
        return membership.since


@admin.register(Consultant)
class ConsultantAdmin(PublicationAdmin):
    """Somebody at OP/TIL with the regions they help."""

    list_display = ("name", "email")
    list_filter = (("regions", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("name", "regions__name")
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    autocomplete_fields = ("regions",)
    fieldsets = (
        ("Wie", {"fields": (("name", "slug"), "email", "portrait", "state")}),
        ("Voor welke regio's", {"fields": ("regions",)}),
    )


@admin.register(RegionName)
class RegionNameAdmin(RecordAdmin):
    """A former name of a region, or another spelling."""

    list_display = ("name", "region", "kind")
    list_filter = ("kind",)
    list_select_related = ("region",)
    search_fields = ("name", "region__name")
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    autocomplete_fields = ("region",)
    fieldsets = (("Welke naam", {"fields": ("region", ("name", "slug"), "kind")}),)


@admin.register(SubsidyRound)
class SubsidyRoundAdmin(RecordAdmin):
    """A round of recognition and its money."""

    list_display = ("decree", "years", "yearly_amount")
    search_fields = ("decree", "first_year")
    fieldsets = (("Welke ronde", {"fields": ("decree", ("first_year", "last_year"), "yearly_amount")}),)

    @admin.display(description="jaren", ordering="first_year")
    def years(self, subsidy_round: SubsidyRound) -> str:
        """The first and the last year."""
        return f"{subsidy_round.first_year}–{subsidy_round.last_year or ''}"


@admin.register(KeyFigure)
class KeyFigureAdmin(RecordAdmin):
    """A number as somebody published it."""

    list_display = ("subject", "published", "source_name")
    search_fields = ("subject", "explanation", "source_name")
    fieldsets = (("Welk getal", {"fields": ("subject", "published", "explanation")}),)


@admin.register(Population)
class PopulationAdmin(RecordAdmin):
    """The inhabitants of a municipality on a day."""

    list_display = ("municipality", "counted_on", "inhabitants")
    list_filter = ("counted_on", "municipality__province")
    list_select_related = ("municipality",)
    search_fields = ("municipality__name", "municipality__nis_code")
    autocomplete_fields = ("municipality",)
    fieldsets = (("Hoeveel inwoners", {"fields": ("municipality", "counted_on", "inhabitants")}),)


@admin.register(Place)
class PlaceAdmin(RecordAdmin):
    """A village or hamlet."""

    list_display = ("name", "municipality", "postal_codes")
    list_filter = ("municipality__province",)
    list_select_related = ("municipality",)
    search_fields = ("name", "postal_codes", "municipality__name")
    autocomplete_fields = ("municipality",)
    fieldsets = (("Welke plaats", {"fields": ("name", "municipality", "postal_codes")}),)


@admin.register(FormerMunicipality)
class FormerMunicipalityAdmin(RecordAdmin):
    """A municipality that merged into another."""

    list_display = ("name", "nis_code", "merged_on", "successor")
    list_filter = ("merged_on", "successor__province")
    list_select_related = ("successor",)
    search_fields = ("name", "nis_code", "successor__name")
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    autocomplete_fields = ("successor",)
    fieldsets = (
        ("Welke gemeente", {"fields": (("name", "slug"), "nis_code")}),
        ("Waarin ze opging", {"fields": ("successor", "merged_on")}),
    )


@admin.register(Outline)
class OutlineAdmin(KeptAdmin):
    """A shape on the map, made by a command and only looked at here."""

    list_display = ("municipality", "layer", "shade")
    list_filter = ("layer", "municipality__province")
    list_select_related = ("municipality",)
    list_per_page = 50
    search_fields = ("municipality__name", "municipality__nis_code")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False
