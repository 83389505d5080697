"""Who may edit which rows of the admin: every road to a record asks `editable_by`, the word of its queryset.

Groups decide what somebody may do with a kind of record, Django's own permissions keep that. On top of those, the rows
that somebody may not edit are only shown: in their own form, in the form of another record, in an editable list, to
an action, and as what another record can belong to.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import BaseModelFormSet
from django.http import HttpRequest, HttpResponse, JsonResponse

from optil_portal.records.models import Record, RecordQuerySet

NAMED = 5


def editable(rows: models.QuerySet, user: Any) -> models.QuerySet:
    """The rows that a user may edit; of what is no record, that depends on groups alone."""
    return rows.editable_by(user) if isinstance(rows, RecordQuerySet) else rows


def refuse(rows: list[models.Model], reason: str) -> None:
    """Say in Dutch which records somebody may not edit and why, by raising PermissionDenied."""
    more = f" en {len(rows) - NAMED} andere" if len(rows) > NAMED else ""
    named = ", ".join(f"‘{row}’" for row in rows[:NAMED])
    raise PermissionDenied(f"Er is niets veranderd. {reason}: {named}{more}.")


def belongs_through(field: models.Field) -> bool:
    """Whether a field tells to what its record belongs, and so who may edit it."""
    return issubclass(field.model, Record) and field.name == field.model.in_care_through


class RightsOfFormSet(BaseModelFormSet):
    """Rows in a list or in a form, of which those that somebody may not edit are only shown."""

    model: type[models.Model]
    editable_rows: Callable[[models.QuerySet], models.QuerySet]

    def add_fields(self, form: Any, index: int | None) -> None:
        """The fields of a row, closed when it is another's: whatever is sent for them is not read."""
        super().add_fields(form, index)
        if index is not None and form.instance.pk and form.instance.pk not in self.open_rows():
            for name, field in form.fields.items():
                if name != self.model._meta.pk.name:
                    self.close(field)

    def close(self, field: Any) -> None:
        """Show what is in a field, also when it could not be chosen."""
        field.disabled = True
        if hasattr(field, "queryset"):
            field.queryset = field.queryset.model._default_manager.all()

    def open_rows(self) -> set[Any]:
        """The keys of the rows that may be edited."""
        if not hasattr(self, "_open_rows"):
            rows = self.editable_rows(self.model._default_manager.all())
            shown = [row.pk for row in self.get_queryset()]
            self._open_rows = set(rows.filter(pk__in=shown).values_list("pk", flat=True))
        return self._open_rows


def guarded(action: Callable) -> Callable:
    """A bulk action that refuses all of its rows when somebody may not edit one of them."""

    @wraps(action)
    def guard(model_admin: Any, request: HttpRequest, rows: models.QuerySet) -> HttpResponse | None:
        closed = rows.exclude(pk__in=model_admin.editable_rows(request, model_admin.model._default_manager.all()))
        if others := [*closed]:
            refuse(others, model_admin.refusal)
        return action(model_admin, request, rows)

    return guard


class ChoiceOfOwner:
    """A form in which a record can only be made to belong to what somebody takes care of."""

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        """The choice, which of the field in `in_care_through` is narrowed, and cannot stay empty."""
        if belongs_through(db_field):
            owners: Any = db_field.remote_field.model._default_manager.all()
            if not owners.are_all_editable_by(request.user):
                kwargs |= {"queryset": owners.in_care_of(request.user), "required": True}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class RightsOfRows(ChoiceOfOwner):
    """A ModelAdmin in which rows that somebody may not edit are only shown."""

    refusal = "Je begeleidt de regio niet van"

    def editable_rows(self, request: HttpRequest, rows: models.QuerySet) -> models.QuerySet:
        """Those of the rows that the user may edit, as far as that depends on the row."""
        return editable(rows, request.user)

    def is_editable(self, request: HttpRequest, row: models.Model) -> bool:
        """Whether the user may edit a row; asked many times for one form, and looked up once."""
        known = request.__dict__.setdefault("_editable", {})
        key = (type(row), row.pk)
        if key not in known:
            known[key] = self.editable_rows(request, type(row)._default_manager.all()).filter(pk=row.pk).exists()
        return known[key]

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whether the user may edit this kind of record, and this one."""
        may = super().has_change_permission(request, obj)  # type: ignore[misc]
        return may and (obj is None or self.is_editable(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whether the user may delete this kind of record, and this one."""
        may = super().has_delete_permission(request, obj)  # type: ignore[misc]
        return may and (obj is None or self.is_editable(request, obj))

    def get_actions(self, request: HttpRequest) -> Any:
        """The bulk actions; each that asks for more than looking refuses the rows that the user may not edit."""
        actions = super().get_actions(request)  # type: ignore[misc]
        return {
            name: (action if only_looks(action) else guarded(action), key, description)
            for name, (action, key, description) in actions.items()
        }

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        """The rows of an editable list."""
        return super().get_changelist_formset(  # type: ignore[misc]
            request,
            formset=rights_of(BaseModelFormSet, lambda rows: self.editable_rows(request, rows)),
            **kwargs,
        )


def only_looks(action: Any) -> bool:
    """Whether an action says that who may view the rows may use it."""
    return getattr(action, "allowed_permissions", ()) in (["view"], ("view",))


def rights_of(formset: type, rows: Callable[[models.QuerySet], models.QuerySet]) -> type:
    """The kind of formset in which only some of the rows, those that `rows` leaves, can be edited."""
    return type(formset.__name__, (RightsOfFormSet, formset), {"editable_rows": staticmethod(rows)})


class RightsOfRowsInForm(ChoiceOfOwner):
    """An inline in which rows that somebody may not edit are only shown: a municipality was in other regions too."""

    def get_formset(self, request: HttpRequest, obj: models.Model | None = None, **kwargs: Any) -> Any:
        """The rows."""
        formset = rights_of(self.formset, lambda rows: editable(rows, request.user))  # type: ignore[attr-defined]
        return super().get_formset(request, obj, **{"formset": formset} | kwargs)  # type: ignore[misc]


class ChoiceOfOwnerView(AutocompleteJsonView):
    """What can be chosen in a field, where somebody types: to belong to, only what they take care of."""

    def get_queryset(self) -> models.QuerySet:
        """What Django's own view finds, narrowed for the field in `in_care_through`."""
        found = super().get_queryset()
        return editable(found, self.request.user) if belongs_through(self.source_field) else found


def autocomplete(site: admin.AdminSite, request: HttpRequest) -> JsonResponse:
    """The answer to somebody who types in a field of a form."""
    return ChoiceOfOwnerView.as_view(admin_site=site)(request)  # type: ignore[return-value]
