"""The admin of records: a source on each form, nothing deleted, and one list of what must still be confirmed."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import IntegrityError, models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.views.decorators.http import require_POST

from optil_portal.records.clock import today
from optil_portal.records.exchange.admin import ExchangeAdmin
from optil_portal.records.history_admin import HistoryAdmin
from optil_portal.records.models import Publication, Record
from optil_portal.records.pictures import Picture
from optil_portal.records.prose import ProseField, rendered
from optil_portal.records.publishing import PublishingAdmin
from optil_portal.records.restoring import broken_rule, some_of
from optil_portal.records.rights import RightsOfRows, RightsOfRowsInForm, autocomplete
from optil_portal.records.upkeep import Concern

SOURCE = (
    ("source_name", "source_date"),
    "source_url",
    "further_sources",
    "confidence",
    "doubt",
    "note",
    "checked_on",
)
CONSENT = (("consent", "consent_on"), "consent_scope", ("expires_on", "withdrawn_on"))
MOMENTS = ("created", "changed")
ADDRESS_HELP = "Het laatste stuk van het webadres. Verander het niet meer na publicatie: links erheen breken."
HTTPS_FIRST: dict[type[models.Field], dict[str, Any]] = {models.URLField: {"assume_scheme": "https"}}
TOLD_IN_LIST: dict[str, tuple[str, ...]] = {Concern.INCOMPLETE: ("lacking",), Concern.LINK: ("dead_link",)}
ROWS_OF_EACH = 20
ROWS_OF_ONE = 50
PREVIEW_LEVEL = 3
LAST = {"records": 1, "auth": 2}  # of the apps; a record comes first


class ToConfirmFilter(admin.SimpleListFilter):
    """The records of which OP/TIL must still confirm something."""

    title = "nog te bevestigen"
    parameter_name = "bevestigen"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        """The one choice beside all records."""
        return [("ja", "Nog te bevestigen")]

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet:
        """The records of the choice."""
        return queryset.to_confirm() if self.value() else queryset


class ConcernFilter(admin.SimpleListFilter):
    """The records that ask for care of whoever looks, by what they ask."""

    title = "vraagt zorg van jou"
    parameter_name = "zorg"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """What the records of this model can ask."""
        return [(concern.value, concern.label) for concern in model_admin.model._default_manager.all().asking(today())]

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet:
        """The records of the choice that the user may edit."""
        return queryset.editable_by(request.user).asking(today()).get(self.value(), queryset)


class ProseArea(AdminTextareaWidget):
    """Where somebody writes a long text; a script shows below it how that looks, as it is told by the page named."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What its template needs."""
        return super().get_context(name, value, {"data-preview": reverse("admin:preview")} | (attrs or {}))


def went_back(request: HttpRequest) -> HttpResponse | None:
    """The way back to `next` after an action; None when there is none, for back to the list."""
    back = request.POST.get("next", "")
    return HttpResponseRedirect(back) if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else None


class KeptAdmin(RightsOfRows, admin.ModelAdmin):
    """What is kept: nobody deletes it, whatever they may do otherwise."""

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Never."""
        return False


class RecordAdmin(ExchangeAdmin, HistoryAdmin, KeptAdmin):
    """A record, whose source and certainty come last on every form and in every list."""

    list_per_page = 50
    save_on_top = True
    actions: Sequence[str] = ("check_off",)
    change_form_template = "admin/record_change_form.html"
    readonly_fields: ClassVar = MOMENTS
    formfield_overrides: ClassVar = HTTPS_FIRST | {ProseField: {"widget": ProseArea}}

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The columns of the model, what is wrong where that is asked, then how sure it is and since when."""
        wrong = TOLD_IN_LIST.get(request.GET.get(ConcernFilter.parameter_name, ""), ())
        return [*super().get_list_display(request), *wrong, "confidence", "checked_on"]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """The filters of the model, then those on certainty and care."""
        return [*super().get_list_filter(request), "confidence", ToConfirmFilter, ConcernFilter]

    @admin.display(description="ontbreekt")
    def lacking(self, record: Record) -> str:
        """What is not filled in, and how much is."""
        return f"{', '.join(record.missing)} ({record.percentage}% ingevuld)"

    @admin.display(description="antwoordt niet meer")
    def dead_link(self, record: Any) -> str:
        """The first address in it that does not answer any more, and why."""
        return record.dead_link

    @admin.action(description="Nagekeken, klopt", permissions=["change"])
    def check_off(self, request: HttpRequest, records: Any) -> HttpResponse | None:
        """Write that the records were looked at today and are right; then back to `next`, or to the list."""
        names = some_of(map(str, records))
        records.check_off(today())
        self.message_user(request, f"Vandaag nagekeken: {names}.", messages.SUCCESS)
        return went_back(request)

    def get_fieldsets(self, request: HttpRequest, obj: Record | None = None) -> list[Any]:
        """The fieldsets of the model, then its source: folded away where nothing is asked of it."""
        fields = (*SOURCE, MOMENTS) if obj else SOURCE
        classes = ["collapse"] if obj and not obj.doubt else []
        return [*super().get_fieldsets(request, obj), ("Bron en zekerheid", {"fields": fields, "classes": classes})]

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """The form field, which for an address says what it is for."""
        if db_field.name == "slug":
            kwargs.setdefault("help_text", ADDRESS_HELP)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def view_on_site(self, record: Record) -> str | None:
        """The page of a record that has one and is public."""
        is_public = not isinstance(record, Publication) or record.is_public
        return record.get_absolute_url() if is_public and hasattr(record, "get_absolute_url") else None

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; a rule that only the database saw broken, as when two people save at once, is told too."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError as error:
            self.message_user(request, f"Niet bewaard. {broken_rule(error)}", messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


class PublicationAdmin(PublishingAdmin, RecordAdmin):
    """A record that is archived instead of deleted."""

    actions = ("check_off", "send_to_review", "publish", "archive", "return_to_draft")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The columns of every record, and its state before them."""
        *own, confidence, checked_on = super().get_list_display(request)
        return [*own, "state", confidence, checked_on]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """The state first, then the filters of every record."""
        return ["state", *super().get_list_filter(request)]


class LabelledInline(RightsOfRowsInForm, admin.TabularInline):
    """Rows of which each field tells its name, for Django names only the columns."""

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """The form field, with the name that the head of its column shows."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            field.widget.attrs["aria-label"] = capfirst(field.label)
        return field


class RecordInline(LabelledInline):
    """Records in the form of the record they belong to: added and corrected, never deleted."""

    extra = 0
    can_delete = False
    show_change_link = True
    formfield_overrides: ClassVar = HTTPS_FIRST | {
        models.CharField: {"widget": forms.TextInput(attrs={"size": 18})},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 20})},
    }


class PictureInline(RightsOfRowsInForm, admin.StackedInline):
    """The pictures of a record, which may be removed: somebody in them can ask for that."""

    extra = 0
    fields = ("preview", "image", "alt", "decorative", "credit", ("focus_x", "focus_y"), "position")
    readonly_fields = ("preview",)

    @admin.display(description="voorbeeld")
    def preview(self, picture: Picture) -> str:
        """The smallest thumbnail of a stored picture."""
        if not picture.image:
            return "Nog geen afbeelding."
        thumbnails = picture.image.aspect_ratios[None]["WEBP"]
        return format_html('<img src="{}" alt="" width="200">', thumbnails[min(thumbnails)].url)


def preview(request: HttpRequest) -> HttpResponse:
    """A long text as it will look, while somebody writes it."""
    return HttpResponse(rendered(request.POST.get("text", ""), PREVIEW_LEVEL))


class RecordsSite(admin.AdminSite):
    """The admin of the portal, with the list of what must still be confirmed."""

    site_header = "OP/TIL · beheer"
    site_title = "OP/TIL · beheer"
    index_title = "Wat wil je nakijken?"

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The list, before the pages that Django makes."""
        return [
            path("nog-te-bevestigen/", self.admin_view(self.to_confirm), name="to_confirm"),
            path("voorbeeld/", self.admin_view(require_POST(preview)), name="preview"),
            *super().get_urls(),
        ]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """What can be chosen in a field, where somebody types."""
        return autocomplete(self, request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The models as they were registered, in the order of the work; the lexicon and accounts last."""
        in_order = self._build_app_dict(request, app_label).values()
        return sorted(in_order, key=lambda app: LAST.get(app["app_label"], 0))

    def to_confirm(self, request: HttpRequest) -> TemplateResponse:
        """What OP/TIL must still confirm, by model and doubts first; `?soort=` keeps to one model.

        The models with the fewest come first: what can be finished is not buried under a thousand places.
        """
        admins = [
            model_admin
            for model, model_admin in self._registry.items()
            if issubclass(model, Record) and model_admin.has_view_permission(request)
        ]
        kinds = sorted(map(self.unconfirmed, admins), key=lambda kind: kind["count"])
        kinds = [kind for kind in kinds if kind["count"]]
        chosen = [kind for kind in kinds if kind["key"] == request.GET.get("soort")]
        for kind in chosen or kinds:
            kind["rows"] = [
                (record, reverse(f"admin:{kind['page']}_change", args=[record.pk]))
                for record in kind["records"][: ROWS_OF_ONE if chosen else ROWS_OF_EACH]
            ]
        context = self.each_context(request) | {
            "title": "Nog te bevestigen",
            "kinds": kinds,
            "shown": chosen or kinds,
            "chosen": chosen,
            "total": sum(kind["count"] for kind in kinds),
        }
        return TemplateResponse(request, "admin/to_confirm.html", context)

    def unconfirmed(self, model_admin: Any) -> dict[str, Any]:
        """The records of a model that must still be confirmed, those with a doubt first, and their number."""
        options = model_admin.opts
        records = model_admin.model._default_manager.to_confirm().alias(beyond_doubt=Q(doubt=""))
        related = model_admin.list_select_related or (None,)
        page = f"{options.app_label}_{options.model_name}"
        return {
            "key": options.model_name,
            "name": capfirst(options.verbose_name_plural),
            "page": page,
            "list_url": f"{reverse(f'admin:{page}_changelist')}?{ToConfirmFilter.parameter_name}=ja",
            "count": records.count(),
            "records": records.select_related(*related).order_by("beyond_doubt", *options.ordering),
        }
