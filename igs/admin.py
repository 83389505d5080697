"""The admin of the regions, the municipalities and what is dated between them."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import F
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.formats import number_format

from igs.constraints import NoOverlap
from igs.decree import DecreeForm
from igs.guides import Merger, Move, RenameRegion, StartRegion, StopRegion
from igs.models import (
    Consultant,
    DecreeRule,
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
from igs.models.decree import DecreeCheck
from igs.models.membership import share_a_day
from igs.statbel import PAGE, StatbelForm
from optil_portal.records.admin import CONSENT, KeptAdmin, PublicationAdmin, RecordAdmin, RecordInline
from optil_portal.records.clock import today
from optil_portal.records.exchange.files import keep
from optil_portal.records.guided.admin import GuidedAdmin, Link
from optil_portal.records.models import Precision, Record


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
        Membership.objects.make_way(form.instance for form in self.initial_forms if form.has_changed())
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
    fields = ("name", "slug", "kind", "until", "source_name", "note")
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
class RegionAdmin(GuidedAdmin, RecordAdmin):
    """An IGS cultuur with its names and its members."""

    guides = (StartRegion, RenameRegion, StopRegion)

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
class MunicipalityAdmin(GuidedAdmin, RecordAdmin):
    """A municipality with its memberships, its inhabitants and its places."""

    guides = (Move, Merger)

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
    import_key = ("municipality", "former_municipality", "since")
    search_fields = ("municipality__name", "former_municipality__name", "region__name")
    ordering = ("region__name", F("municipality__name").asc(nulls_last=True), "former_municipality__name", "since")
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
    autocomplete_fields = ("regions", "user")
    fieldsets = (
        ("Wie", {"fields": (("name", "slug"), "email")}),
        (
            "Portret",
            {
                "fields": ("portrait", *CONSENT),
                "description": "Een portret is te zien zolang wie erop staat dat goed vindt.",
            },
        ),
        ("Voor welke regio's", {"fields": ("regions", "user")}),
    )


@admin.register(RegionName)
class RegionNameAdmin(RecordAdmin):
    """A former name of a region, or another spelling."""

    list_display = ("name", "region", "kind", "until")
    list_filter = ("kind",)
    list_select_related = ("region",)
    search_fields = ("name", "region__name")
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    autocomplete_fields = ("region",)
    fieldsets = (("Welke naam", {"fields": ("region", ("name", "slug"), ("kind", "until"))}),)


@admin.register(SubsidyRound)
class SubsidyRoundAdmin(GuidedAdmin, RecordAdmin):
    """A round of recognition, its money and the regions that the minister recognises."""

    list_display = ("decree", "years", "yearly_amount")
    search_fields = ("decree", "first_year")
    fieldsets = (
        ("Welke ronde", {"fields": ("decree", ("first_year", "last_year"), "yearly_amount")}),
        ("Wie erkend is", {"fields": ("regions",)}),
    )

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The regions, all at once to tick."""
        return super().formfield_for_manytomany(db_field, request, **kwargs | {"widget": forms.CheckboxSelectMultiple})

    def guided_links(self, request: HttpRequest, record: models.Model | None = None) -> list[Link]:
        """The form of a new round, which is its own guide."""
        may_add = self.has_add_permission(request) and not record
        return [Link("Een nieuwe erkenningsronde", self.own_address("add"))] if may_add else []

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, which leads to that form already."""
        return super().changelist_view(request, {"guided": []} | (extra_context or {}))

    @admin.display(description="jaren", ordering="first_year")
    def years(self, subsidy_round: SubsidyRound) -> str:
        """The first and the last year."""
        return f"{subsidy_round.first_year}–{subsidy_round.last_year or ''}"


@admin.register(DecreeRule)
class DecreeRuleAdmin(GuidedAdmin, RecordAdmin):
    """A parameter of the decree, and what the decree then says of each region."""

    list_display = ("subject", "amount", "valid_from", "source_name")
    list_filter = ("subject",)
    search_fields = ("subject", "source_name")
    fieldsets = (("Welke regel", {"fields": ("subject", "value", "valid_from")}),)

    @admin.display(description="waarde", ordering="value")
    def amount(self, rule: DecreeRule) -> str:
        """The value with its unit."""
        return f"{number_format(rule.value.normalize(), force_grouping=True)} {rule.unit}"

    def get_urls(self) -> list[URLPattern]:
        """The check, before the other pages."""
        page = self.admin_site.admin_view(self.check_view)
        return [path("toets/", page, name=self.route("check")), *super().get_urls()]

    def guided_links(self, request: HttpRequest, record: models.Model | None = None) -> list[Link]:
        """The check."""
        return [Link("Decreettoets", self.own_address("check"))] if self.has_view_permission(request) else []

    def check_view(self, request: HttpRequest) -> HttpResponse:
        """What the decree says of each region on a day, and what if a municipality moved; changes nothing."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = DecreeForm(request.GET or None)
        told: dict[str, Any] = {
            "title": "Decreettoets",
            "form": form,
            "may_change": self.has_change_permission(request),
        }
        if not form.is_bound or form.is_valid():
            asked = form.cleaned_data if form.is_bound else {}
            check = DecreeCheck(asked.get("op") or form.fields["op"].initial)
            municipality, region = asked.get("gemeente"), asked.get("naar")
            told |= {"check": check, "municipality": municipality, "region": region}
            told |= {"touched": check.what_if(municipality, region) if municipality else None}
        answer = self.page(request, "admin/igs/decree_check.html", **told)
        answer.status_code = 200 if "check" in told else 400
        return answer


@admin.register(KeyFigure)
class KeyFigureAdmin(RecordAdmin):
    """A number as somebody published it."""

    list_display = ("subject", "published", "source_name")
    search_fields = ("subject", "explanation", "source_name")
    fieldsets = (("Welk getal", {"fields": ("subject", "published", "explanation")}),)


@admin.register(Population)
class PopulationAdmin(GuidedAdmin, RecordAdmin):
    """The inhabitants of a municipality on a day."""

    list_display = ("of", "counted_on", "inhabitants")
    list_filter = ("counted_on", "municipality__province")
    list_select_related = ("municipality", "former_municipality")
    import_key = ("municipality", "former_municipality", "counted_on")
    search_fields = ("municipality__name", "municipality__nis_code", "former_municipality__name")
    autocomplete_fields = ("municipality", "former_municipality")
    fieldsets = (
        ("Hoeveel inwoners", {"fields": ("municipality", "former_municipality", "counted_on", "inhabitants")}),
    )

    @admin.display(description="gemeente", ordering="municipality__name")
    def of(self, population: Population) -> models.Model | None:
        """The municipality, or the former one."""
        return population.municipality or population.former_municipality

    def get_urls(self) -> list[URLPattern]:
        """The way in for the file of Statbel, before the other pages."""
        page = self.admin_site.admin_view(self.statbel_view)
        return [path("statbel/", page, name=self.route("statbel")), *super().get_urls()]

    def guided_links(self, request: HttpRequest, record: models.Model | None = None) -> list[Link]:
        """That way in."""
        is_open = self.may_import(request) and not record
        return [Link("Nieuwe cijfers van Statbel", self.own_address("statbel"))] if is_open else []

    def statbel_view(self, request: HttpRequest) -> HttpResponse:
        """Asks for the file of a year, which then comes in as any other."""
        if not self.may_import(request):
            raise PermissionDenied
        form = StatbelForm(request.POST or None, request.FILES or None, user=request.user)
        if form.is_valid():
            return HttpResponseRedirect(
                self.own_address("plan", keep(form.cleaned_data["ours"], self.kept_for(request)))
            )
        answer = self.page(
            request, "admin/igs/statbel.html", title="De nieuwe cijfers van Statbel", form=form, source=PAGE
        )
        answer.status_code = 400 if form.is_bound else 200
        return answer


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
