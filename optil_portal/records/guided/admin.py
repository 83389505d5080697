"""The pages of guided changes, and the ways to them."""

from functools import partial
from typing import Any, ClassVar, NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode

from optil_portal.records.differences import changes_of
from optil_portal.records.guided.forms import Guide
from optil_portal.records.guided.rehearsal import ChangedSinceError, Rehearsal, rehearse, versions_of
from optil_portal.records.history import Step, step
from optil_portal.records.restoring import broken_rule


class Link(NamedTuple):
    """Where a guided change begins."""

    title: str
    url: str


class GuidedAdmin(admin.ModelAdmin):
    """Records with changes that are guided, to which their list and their form lead."""

    guides: ClassVar[tuple[type[Guide], ...]] = ()

    def get_urls(self) -> list[URLPattern]:
        """The pages of the guides, before those that Django makes."""
        guarded = self.admin_site.admin_view
        pages = [
            path(f"{guide.path}/", guarded(partial(self.guide_view, guide=guide)), name=self.route(guide.name))
            for guide in self.guides
        ]
        return [*pages, *super().get_urls()]

    def route(self, name: str) -> str:
        """The name of the address of a page of this model."""
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def guided_links(self, request: HttpRequest, record: models.Model | None = None) -> list[Link]:
        """The guides that somebody may open, from the form of a record or else from elsewhere."""
        links = []
        for guide in self.guides:
            asked = guide.about(record) if record else {}
            if guide.is_open_to(request.user) and (asked or not record):
                links.append(Link(guide.link, reverse(f"admin:{self.route(guide.name)}") + query(asked)))
        return links

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with its guides."""
        return super().changelist_view(request, {"guided": self.guided_links(request)} | (extra_context or {}))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The form, with the guides about its record."""
        record = self.get_object(request, object_id) if object_id else None
        told = {"guided": self.guided_links(request, record)} if record else {}
        return super().changeform_view(request, object_id, form_url, told | (extra_context or {}))

    def guide_view(self, request: HttpRequest, guide: type[Guide]) -> HttpResponse:
        """The questions of a guide, what the answers would change, and the button that makes it so."""
        if not guide.is_open_to(request.user):
            raise PermissionDenied
        form = guide(request.POST or None, user=request.user, initial=request.GET.dict())
        rehearsal, status = None, 200
        if request.method == "POST":
            try:
                if form.is_valid() and "plan" in request.POST:
                    return self.carried_out(request, form)
                rehearsal = rehearse(form, request, self.admin_site) if form.is_valid() else None
            except ValidationError as error:
                form.add_error(None, error)
            except ChangedSinceError:
                told = "Er is niets veranderd: dit is niet wat je bekeek. Hieronder staat wat er nu zou veranderen."
                self.message_user(request, told, messages.ERROR)
                rehearsal, status = rehearse(form, request, self.admin_site), 409
        context = self.admin_site.each_context(request) | {
            "title": guide.title,
            "opts": self.opts,
            "form": form,
            "rehearsal": rehearsal,
        }
        status = 400 if form.is_bound and form.errors else status
        return TemplateResponse(request, "admin/guide.html", context, status=status)

    def carried_out(self, request: HttpRequest, form: Guide) -> HttpResponse:
        """Make it so, as one step; nothing of it when it is not what was looked at."""
        try:
            with step(Step.Kind.FORM, form.told(), request.user) as taken:
                rehearse(form, request, self.admin_site)  # for the rights, which are those of before
                form.carry_out()
                if Rehearsal(changes_of(versions_of(taken))).digest != request.POST["plan"]:
                    raise ChangedSinceError
        except IntegrityError as error:
            raise ValidationError(broken_rule(error)) from None
        self.message_user(request, f"Gedaan: {form.told()}.", messages.SUCCESS)
        if request.user.has_perm("records.view_step"):
            return HttpResponseRedirect(reverse("admin:records_step_change", args=[taken.pk]))
        return HttpResponseRedirect(reverse(f"admin:{self.route('changelist')}"))


def query(asked: dict[str, Any]) -> str:
    """The part of an address that fills in a form."""
    return f"?{urlencode(asked)}" if asked else ""
