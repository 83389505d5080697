"""The list of a model as a file, and a file back into it: looked at first, then brought in as one step."""

from pathlib import Path
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst, slugify

from optil_portal.records.exchange.columns import columns_of
from optil_portal.records.exchange.files import (
    LARGEST,
    Kept,
    NotReadError,
    forget,
    keep,
    kept,
    read_table,
    write_csv,
    write_xlsx,
)
from optil_portal.records.exchange.plan import Plan
from optil_portal.records.formats.tables import CSV, XLSX
from optil_portal.records.history import Step, in_portions, links_of, step
from optil_portal.records.restoring import broken_rule

WRITERS = {"csv": (write_csv, CSV.content_type), "xlsx": (write_xlsx, XLSX.content_type)}
ON_A_PAGE = 50
FAULTS_SHOWN = 200


class ChangedSinceError(Exception):
    """Since somebody looked at what a file would change, it would change something else."""


class ImportForm(forms.Form):
    """Asks for a file."""

    file = forms.FileField(label="Bestand", help_text="CSV in UTF-8 of XLSX, hoogstens 10 MB en 20.000 rijen.")

    def clean_file(self) -> Kept:
        """The file, which can be read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("Dit bestand is groter dan 10 MB. Splits het in kleinere bestanden.")
        chosen = Kept(Path(file.name).name[:100], file.read())
        try:
            read_table(*chosen)
        except NotReadError as error:
            raise forms.ValidationError(str(error)) from None
        return chosen


class ExchangeAdmin(admin.ModelAdmin):
    """Records that go out as the list on screen, and come in as a file."""

    change_list_template = "admin/exchanged_list.html"
    import_key: ClassVar[tuple[str, ...]] = ()  # the fields that name a record, where natural_fields do not

    @property
    def key(self) -> tuple[str, ...]:
        """The fields that name a record in a file."""
        return self.import_key or tuple(name.split("__")[0] for name in self.model.natural_fields)

    def get_urls(self) -> list[URLPattern]:
        """The ways out and in, before the pages that Django makes."""
        name, guarded = f"{self.opts.app_label}_{self.opts.model_name}", self.admin_site.admin_view
        return [
            path("export.<str:form>", guarded(self.export_view), name=f"{name}_export"),
            path("import/", guarded(self.import_view), name=f"{name}_import"),
            path("import/<str:token>/", guarded(self.plan_view), name=f"{name}_plan"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the ways out and in."""
        return super().changelist_view(request, {"may_import": self.may_import(request)} | (extra_context or {}))

    def may_import(self, request: HttpRequest) -> bool:
        """Whether somebody may bring in something at all; which rows, is decided row by row."""
        return self.has_add_permission(request) or self.has_change_permission(request)

    def own_address(self, name: str, *args: Any) -> str:
        """The address of a page of this model."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)

    def export_view(self, request: HttpRequest, form: str) -> HttpResponse:
        """The list that the same question shows on screen, all of its pages, as a file."""
        if form not in WRITERS:
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            records = list(self.get_changelist_instance(request).queryset)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{self.own_address('changelist')}?e=1")
        links: dict[int, Any] = {}
        for some in in_portions([record.pk for record in records]):
            links |= links_of(self.model, list(some))
        for record in records:
            record.__dict__["_links"] = links[record.pk]
        columns = columns_of(self.model)
        write, media_type = WRITERS[form]
        rows = [[column.written(column.value_of(record)) for column in columns] for record in records]
        try:
            content = write([column.heading for column in columns], rows)
        except NotReadError as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(self.own_address("changelist"))
        name = f"{slugify(str(self.opts.verbose_name_plural))}.{form}"
        return HttpResponse(
            content,
            content_type=media_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
        )

    def kept_for(self, request: HttpRequest) -> dict[str, Any]:
        """For whom and for which list a file is kept."""
        return {"user": request.user.pk, "model": self.opts.label_lower}

    def page(self, request: HttpRequest, template: str, **told: Any) -> TemplateResponse:
        """One of the pages on the way in."""
        return TemplateResponse(request, template, self.admin_site.each_context(request) | {"opts": self.opts} | told)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Asks for a file, and tells which columns it can have."""
        if not self.may_import(request):
            raise PermissionDenied
        form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
        if form.is_valid():
            token = keep(form.cleaned_data["file"], self.kept_for(request))
            return HttpResponseRedirect(self.own_address("plan", token))
        columns = [(column, column.name in self.key) for column in columns_of(self.model)]
        title = f"{capfirst(str(self.opts.verbose_name_plural))} invoeren"
        return self.page(request, "admin/import.html", title=title, form=form, columns=columns)

    def plan_of(self, request: HttpRequest, file: Kept) -> Plan:
        """What a file would change."""

        def rights(is_new: bool) -> bool:
            return self.has_add_permission(request) if is_new else self.has_change_permission(request)

        return Plan(self.model, self.key, read_table(*file), request.user, rights)

    def plan_view(self, request: HttpRequest, token: str) -> HttpResponse:
        """What a file would change or what is wrong with it, and the button that brings it in."""
        if not self.may_import(request):
            raise PermissionDenied
        try:
            file = kept(token, self.kept_for(request))
        except NotReadError as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(self.own_address("import"))
        if request.method == "POST":
            return self.bring_in(request, file)
        plan = self.plan_of(request, file)
        page = Paginator(plan.rows, ON_A_PAGE).get_page(request.GET.get("p"))
        return self.page(
            request,
            "admin/import_plan.html",
            title=f"Wat {file.name} verandert",
            plan=plan,
            page=page,
            changes=[] if plan.faults else plan.told(page),
            faults=plan.faults[:FAULTS_SHOWN],
        )

    def bring_in(self, request: HttpRequest, file: Kept) -> HttpResponse:
        """Make it so, as one step; nothing of it when it is not what was looked at."""
        name = f"{capfirst(str(self.opts.verbose_name_plural))} uit {file.name}"
        try:
            with step(Step.Kind.IMPORT, name, request.user) as taken:
                plan = self.plan_of(request, file)
                if plan.faults or plan.digest != request.POST.get("plan"):
                    raise ChangedSinceError
                plan.write()
        except ChangedSinceError:
            told = "Er is niets ingevoerd: intussen veranderde er iets. Dit is wat het bestand nu zou veranderen."
            self.message_user(request, told, messages.ERROR)
            return HttpResponseRedirect(request.path)
        except IntegrityError as error:
            self.message_user(request, f"Er is niets ingevoerd. {broken_rule(error)}", messages.ERROR)
            return HttpResponseRedirect(request.path)
        forget(file)
        self.message_user(request, f"Ingevoerd: {plan.new} nieuw, {plan.changed} gewijzigd.", messages.SUCCESS)
        may_look = taken.pk and request.user.has_perm("records.view_step")
        step_page = reverse("admin:records_step_change", args=[taken.pk]) if may_look else ""
        return HttpResponseRedirect(step_page or self.own_address("changelist"))
