"""The history in the admin: the versions of each record and the way back, all steps, and no silent overwrite."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from optil_portal.records.conflicts import (
    TOKEN,
    Conflict,
    Contested,
    conflict_of,
    drop_gone,
    is_solved,
    take_theirs,
)
from optil_portal.records.differences import Change, Pair, changes, changes_of
from optil_portal.records.history import Step, Version, snapshots, step, token
from optil_portal.records.restoring import (
    NotPutBackError,
    States,
    changed_since,
    lock,
    moment_of,
    restore,
    some_of,
    states_after,
    undo,
)
from optil_portal.records.rights import RightsOfRows

ON_A_PAGE = 50
NOTE = "step_note"  # what somebody says of their step, in whatever form asks it


class Moment(NamedTuple):
    """What one step changed in a record and its rows, and the last version of it in that step."""

    step: Step
    changes: list[Change]
    version: int
    is_last: bool


def moments_of(versions: Iterable[Version], last: int | None) -> list[Moment]:
    """Versions, the last one first, by the step in which they were written; `last` is the last of the record."""
    every = list(versions)
    told = dict(zip((version.pk for version in every), changes_of(every), strict=True))
    moments = []
    for _, group in groupby(every, key=lambda version: version.step_id):
        some = list(group)
        newest = some[0]
        oldest_first = [told[version.pk] for version in reversed(some)]
        moments.append(Moment(newest.step, oldest_first, newest.pk, newest.pk == last))
    return moments


def ahead(states: States) -> list[Change]:
    """What would change if records were given some states."""
    now = snapshots({model: [pk for other, pk in states if other is model] for model, _ in states})
    pairs = [
        Pair(model, now[model, pk].name if (model, pk) in now else str(model._meta.verbose_name), *before_after)
        for (model, pk), state in states.items()
        if (before_after := (now[model, pk].fields if (model, pk) in now else None, state))
        and before_after[0] != before_after[1]
    ]
    return changes(pairs)


def may_change(request: HttpRequest, site: admin.AdminSite, versions: Iterable[Version]) -> bool:
    """Whether somebody may change all the records of some versions."""
    by_model: dict[type[models.Model], set[int]] = {}
    for version in versions:
        by_model.setdefault(version.model, set()).add(version.record)
    return all(may_change_some(request, site, model, pks) for model, pks in by_model.items())


def may_change_some(request: HttpRequest, site: admin.AdminSite, model: type[Any], pks: set[int]) -> bool:
    """Whether somebody may change some records of a model; rows without a page of their own follow their permission."""
    if model.derived_from:
        field = model._meta.get_field(model.derived_from)
        owners = model._base_manager.filter(pk__in=pks).values_list(field.attname, flat=True)
        return may_change_some(request, site, field.related_model, set(owners))
    model_admin = site._registry.get(model)
    if model_admin is None:
        options = model._meta
        user: Any = request.user
        return user.has_perm(f"{options.app_label}.change_{options.model_name}")
    records = [*model._base_manager.filter(pk__in=pks), None]  # None for those that are gone
    return all(model_admin.has_change_permission(request, record) for record in records)


class HistoryAdmin(admin.ModelAdmin):
    """A record with its history, of which each request is one step, and that nobody overwrites unseen."""

    object_history_template = "admin/history.html"

    def get_urls(self) -> list[URLPattern]:
        """The way back to each version, before the pages that Django makes."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_restore"
        way_back = self.admin_site.admin_view(self.restore_view)
        return [path("<int:pk>/history/<int:version>/", way_back, name=name), *super().get_urls()]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """All versions of a record and of its rows, the last one first."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return super().history_view(request, object_id, extra_context)
        versions = Version.objects.about(record).latest_first()
        last = versions.values_list("pk", flat=True).first()
        page = Paginator(versions, ON_A_PAGE).get_page(request.GET.get("p"))
        told = {
            "title": f"Geschiedenis van {record}",
            "page": page,
            "moments": moments_of(page, last),
            "may_restore": self.has_change_permission(request, record),
            "restore_route": f"admin:{self.opts.app_label}_{self.opts.model_name}_restore",
        }
        return super().history_view(request, object_id, told | (extra_context or {}))

    def restore_view(self, request: HttpRequest, pk: int, version: int) -> HttpResponse:
        """What would change if a record were as it was after a version, and the button that makes it so."""
        record = self.get_object(request, str(pk))
        if record is None:
            raise Http404
        later = Version.objects.about(record).since(version)
        if not self.has_change_permission(request, record) or not may_change(request, self.admin_site, later):
            raise PermissionDenied
        history = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_history", args=[pk])
        if request.method == "POST":
            try:
                restore(record, version, request.user, request.POST.get(TOKEN, ""))
                self.message_user(request, f"Teruggezet: {record}, {moment_of(version)}.", messages.SUCCESS)
            except NotPutBackError as error:
                self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(history)
        context = self.admin_site.each_context(request) | {
            "title": f"{record} terugzetten, {moment_of(version)}?",
            "opts": self.opts,
            "object": record,
            "changes": ahead(states_after(record, version)),
            "version_token": token(record),
            "history": history,
        }
        return TemplateResponse(request, "admin/restore.html", context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The form, which knows what it shows, and is one step; a conflict comes back to choose from, with code 409."""
        record: Any = self.get_object(request, unquote(object_id)) if object_id else None
        if request.method != "POST":
            told = {"version_token": token(record)} if record else {}
            return super().changeform_view(request, object_id, form_url, told | (extra_context or {}))
        with step(Step.Kind.FORM, request.POST.get(NOTE, "").strip(), request.user):
            conflict = self.settle(request, record) if record and self.has_change_permission(request, record) else None
            if conflict is None:
                told = {"version_token": token(record)} if record else {}
                return super().changeform_view(request, object_id, form_url, told | (extra_context or {}))
            found = {"conflict": conflict, "version_token": request.POST.get(TOKEN, ""), "against": token(record)}
            response = super().changeform_view(request, object_id, form_url, found | (extra_context or {}))
            response.status_code = 409
            return response

    def settle(self, request: HttpRequest, record: models.Model) -> Conflict | None:
        """What stands between a sent form and the stored record; None when nothing does, or all is chosen."""
        lock(record)
        now = token(record)
        if request.POST.get(TOKEN) == now:
            return None
        _, formsets = self.bound(request, record.pk)
        drop_gone(request, formsets)
        every, _ = self.bound(request, record.pk)
        if is_solved(request, now):
            take_theirs(request, every)
            return None
        conflict = conflict_of(request, record, every)
        request.conflict = conflict  # type: ignore[attr-defined]
        return conflict

    def bound(self, request: HttpRequest, pk: int) -> tuple[list[Any], list[Any]]:
        """The form of a record and those of its rows, bound to what was sent and checked; and the formsets of those."""
        record = self.model._base_manager.get(pk=pk)  # a checked form fills its record with what was sent
        fields = admin.utils.flatten_fieldsets(self.get_fieldsets(request, record))
        form = self.get_form(request, record, change=True, fields=fields)(request.POST, request.FILES, instance=record)
        formsets, _ = self._create_formsets(request, record, change=True)  # type: ignore[attr-defined]
        every = [form, *(row for formset in formsets for row in formset.initial_forms)]
        for one in every:
            one.full_clean()
        return every, formsets

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """The form, which is not saved while there is a conflict."""
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (Contested, form), {}) if hasattr(request, "conflict") else form

    def response_action(self, request: HttpRequest, queryset: models.QuerySet, *args: Any, **kwargs: Any) -> Any:
        """What an action on a list answers; all that it changes is one step."""
        chosen = dict(self.get_action_choices(request)).get(request.POST.get("action", ""), "")
        note = ": ".join(filter(None, (chosen, request.POST.get(NOTE, "").strip())))
        with step(Step.Kind.ACTION, note, request.user):
            return super().response_action(request, queryset, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The question whether to delete, where that may be, and the step of doing so."""
        with step(Step.Kind.FORM, user=request.user):
            return super().delete_view(request, *args, **kwargs)


class StepAdmin(RightsOfRows, admin.ModelAdmin):
    """The steps that people took, each with its records, to look at and to undo as one."""

    list_display = ("taken", "who", "kind", "what", "number")
    list_filter = ("kind", ("user", admin.RelatedOnlyFieldListFilter))
    date_hierarchy = "taken"
    list_per_page = 50
    search_fields = ("note", "versions__name")
    ordering = ("-pk",)
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: a step is taken elsewhere."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """The steps that changed something, with what the list shows of them."""
        return Step.objects.taken().told()

    @admin.display(description="wie", ordering="user")
    def who(self, taken: Step) -> str:
        """Who took it."""
        return taken.who

    @admin.display(description="wat")
    def what(self, taken: Step) -> str:
        """Its note, or else the first records in it."""
        return taken.note or some_of(version.name for version in taken.first_versions)

    @admin.display(description="records")
    def number(self, taken: Step) -> int:
        """How many records it changed."""
        return taken.number

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """What a step changed, and the button that undoes it."""
        taken = self.get_object(request, unquote(object_id))
        if taken is None:
            raise Http404
        if not self.has_view_permission(request, taken):
            raise PermissionDenied
        return self.undo(request, taken) if request.method == "POST" else self.told(request, taken)

    def told(self, request: HttpRequest, taken: Any) -> HttpResponse:
        """What a step changed, and why it cannot be undone if so."""
        versions = taken.versions.order_by("pk")
        page = Paginator(versions, ON_A_PAGE).get_page(request.GET.get("p"))
        context = self.admin_site.each_context(request) | {
            "title": str(taken),
            "opts": self.opts,
            "step": taken,
            "page": page,
            "changes": changes_of(page),
            "undone_by": taken.undone_by.select_related("user").order_by("pk"),
            "may_undo": may_change(request, self.admin_site, versions.defer("before", "after")),
            "changed_since": changed_since(list(versions)),
        }
        return TemplateResponse(request, "admin/step.html", context)

    def undo(self, request: HttpRequest, taken: Any) -> HttpResponse:
        """Undo a step, or tell why not."""
        if not may_change(request, self.admin_site, taken.versions.defer("before", "after")):
            raise PermissionDenied
        try:
            undo(taken, request.user)
            self.message_user(request, f"Ongedaan gemaakt: {taken}.", messages.SUCCESS)
        except NotPutBackError as error:
            self.message_user(request, str(error), messages.ERROR)
        return HttpResponseRedirect(reverse("admin:records_step_change", args=[taken.pk]))
