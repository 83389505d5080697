"""The admin of records: a source on each form, nothing deleted, and one list of what must still be confirmed."""

from typing import Any, ClassVar

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.db import IntegrityError, models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from optil_portal.records.models import Publication, Record, State
from optil_portal.records.pictures import Picture

SOURCE = (
    ("source_name", "source_date"),
    "source_url",
    "further_sources",
    "confidence",
    "doubt",
    "note",
    "checked_on",
)
MOMENTS = ("created", "changed")
ADDRESS_HELP = "Het laatste stuk van het webadres. Verander het niet meer na publicatie: links erheen breken."
HTTPS_FIRST: dict[type[models.Field], dict[str, Any]] = {models.URLField: {"assume_scheme": "https"}}
ROWS_OF_EACH = 20
ROWS_OF_ONE = 50


def broken_rule(error: IntegrityError) -> str:
    """What a person should know of the rule that the database kept."""
    rules = (rule for model in apps.get_models() for rule in model._meta.constraints)
    told = (str(rule.get_violation_error_message()) for rule in rules if rule.name in str(error))
    return next(told, "Iemand anders bewaarde intussen iets wat hier niet mee samengaat.")


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


class KeptAdmin(admin.ModelAdmin):
    """What is kept: nobody deletes it, whatever they may do otherwise."""

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Never."""
        return False


class RecordAdmin(KeptAdmin):
    """A record, whose source and certainty come last on every form and in every list."""

    list_per_page = 50
    save_on_top = True
    readonly_fields: ClassVar = MOMENTS
    formfield_overrides: ClassVar = HTTPS_FIRST

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The columns of the model, then how sure it is and since when."""
        return [*super().get_list_display(request), "confidence", "checked_on"]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """The filters of the model, then those on certainty."""
        return [*super().get_list_filter(request), "confidence", ToConfirmFilter]

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


class PublicationAdmin(RecordAdmin):
    """A record that is archived instead of deleted."""

    actions = ("archive", "return_to_draft")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The columns of every record, and its state before them."""
        *own, confidence, checked_on = super().get_list_display(request)
        return [*own, "state", confidence, checked_on]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """The state first, then the filters of every record."""
        return ["state", *super().get_list_filter(request)]

    @admin.action(description="Archiveer de gekozen records", permissions=["change"])
    def archive(self, request: HttpRequest, publications: models.QuerySet) -> None:
        """Take the records off the site for good, without losing them."""
        self.move(request, publications, State.ARCHIVED)

    @admin.action(description="Zet de gekozen records terug naar ontwerp", permissions=["change"])
    def return_to_draft(self, request: HttpRequest, publications: models.QuerySet) -> None:
        """Take the records off the site to work on them."""
        self.move(request, publications, State.DRAFT)

    def move(self, request: HttpRequest, publications: models.QuerySet, state: State) -> None:
        """Give the records a state, one by one, so that each change is dated and signed."""
        moved = publications.exclude(state=state)
        names = []
        for publication in moved:
            publication.state = state
            publication.save()
            self.log_change(request, publication, f"Toestand veranderd naar ‘{state.label}’.")
            names.append(str(publication))
        message = f"Nu ‘{state.label}’: {', '.join(names)}" if names else f"Alles stond al op ‘{state.label}’."
        self.message_user(request, message, messages.SUCCESS)


class LabelledInline(admin.TabularInline):
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


class PictureInline(admin.StackedInline):
    """The pictures of a record, which may be removed: somebody in them can ask for that."""

    extra = 0
    fields = ("preview", "image", "alt", "decorative", "credit", "position")
    readonly_fields = ("preview",)

    @admin.display(description="voorbeeld")
    def preview(self, picture: Picture) -> str:
        """The smallest thumbnail of a stored picture."""
        if not picture.image:
            return "Nog geen afbeelding."
        thumbnails = picture.image.aspect_ratios[None]["WEBP"]
        return format_html('<img src="{}" alt="" width="200">', thumbnails[min(thumbnails)].url)


class RecordsSite(admin.AdminSite):
    """The admin of the portal, with the list of what must still be confirmed."""

    site_header = "OP/TIL · beheer"
    site_title = "OP/TIL · beheer"
    index_title = "Wat wil je nakijken?"

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The list, before the pages that Django makes."""
        return [
            path("nog-te-bevestigen/", self.admin_view(self.to_confirm), name="to_confirm"),
            *super().get_urls(),
        ]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The models in the order in which they were registered, which is that of the work; accounts last."""
        in_order = self._build_app_dict(request, app_label).values()
        return sorted(in_order, key=lambda app: app["app_label"] == "auth")

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
