"""The proposals in the admin: looked at by all, decided by who edits the record; and the link for a region."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.timezone import localdate

from igs.models import Region
from optil_portal.proposals.deciding import ProposalForm, asks_state, lines_of, version_of
from optil_portal.proposals.models import Proposal
from optil_portal.proposals.sheets import GOOD_FOR, link_of
from optil_portal.records.admin import ConcernFilter, KeptAdmin, went_back
from optil_portal.records.clock import today
from optil_portal.records.history import Step, step
from optil_portal.records.restoring import some_of

CONFLICT = 409
NOT_RIGHT = "Er is niets veranderd. Hierin staat nog iets om over te beslissen: {}."


@admin.register(Proposal)
class ProposalAdmin(KeptAdmin):
    """What people outside the office say, until somebody has decided."""

    form = ProposalForm
    change_form_template = "admin/proposal.html"
    list_display = ("about", "door", "sent", "state", "decided_on")
    list_filter = (ConcernFilter, "state", "door")
    list_per_page = 50
    list_select_related = ("kind",)
    search_fields = ("about", "message")
    view_on_site = False  # the form itself tells where its sender follows it
    actions = ("check_off",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: they come from outside."""
        return False

    def editable_rows(self, request: HttpRequest, rows: Any) -> Any:
        """Those on which the user may decide."""
        return rows.editable_by(request.user)

    def get_urls(self) -> list[URLPattern]:
        """The link for a region, before the pages that Django makes."""
        invite = self.admin_site.admin_view(self.invite_view)
        return [path("nakijken/<int:pk>/", invite, name="proposals_proposal_invite"), *super().get_urls()]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What is decided, as far as that does not follow from the fields."""
        return [("Beslissing", {"fields": ("state", "answer") if obj and asks_state(obj) else ("answer",)})]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The proposal beside its record; with code 409 when either changed since it was shown."""
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data:
            form = response.context_data["adminform"].form
            response.status_code = CONFLICT if getattr(form, "is_stale", False) else response.status_code
        return response

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, with what it is about."""
        proposal = kwargs.get("obj")
        if proposal:
            context |= {
                "version_token": version_of(proposal),
                "lines": lines_of(proposal, context["adminform"].form),
                "subject_url": admin_page_of(proposal.subject),
                "follow_url": request.build_absolute_uri(proposal.get_absolute_url()),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Carry out what was decided."""
        obj.made = form.carry_out(request.user)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Back to where Django leads, or to the form of a record that was made."""
        if obj.made is None:
            return super().response_change(request, obj)
        self.message_user(request, f"‘{obj.made}’ is een ontwerp. Vul het hieronder aan.", messages.SUCCESS)
        return HttpResponseRedirect(admin_page_of(obj.made))

    @admin.action(description="Nagekeken, klopt", permissions=["change"])
    def check_off(self, request: HttpRequest, proposals: Any) -> HttpResponse | None:
        """Write that records were looked at today, where their region says that all is right."""
        chosen = list(proposals.waiting().prefetch_related("changes", "subject"))
        if others := [proposal for proposal in chosen if not proposal.says_right]:
            self.message_user(request, NOT_RIGHT.format(some_of(map(str, others))), messages.ERROR)
            return went_back(request)
        with step(Step.Kind.ACTION, "Nagekeken, klopt: zegt de regio", request.user):
            for proposal in chosen:
                type(proposal.subject)._default_manager.filter(pk=proposal.record).check_off(today())
                proposal.decide(Proposal.State.HANDLED, request.user, today())
        names = some_of(proposal.about for proposal in chosen) if chosen else "niets wat nog wachtte"
        self.message_user(request, f"Vandaag nagekeken: {names}.", messages.SUCCESS)
        return went_back(request)

    def invite_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The link with which a region checks its own sheet, and a letter to send it with."""
        region = Region.objects.filter(pk=pk).first()
        if region is None:
            raise Http404
        if not self.admin_site._registry[Region].has_change_permission(request, region):
            raise PermissionDenied
        link, until = request.build_absolute_uri(link_of(region)), localdate() + GOOD_FOR
        context = self.admin_site.each_context(request) | {
            "title": f"Laat {region} nakijken wat er staat",
            "opts": Region._meta,
            "region": region,
            "link": link,
            "until": until,
            "subject": f"Klopt wat er over {region} op het portaal staat?",
            "letter": render_to_string("proposals/invitation.txt", {"region": region, "link": link, "until": until}),
        }
        return TemplateResponse(request, "admin/invite.html", context)


def admin_page_of(record: Any) -> str:
    """The form of a record, "" when there is none."""
    if record is None:
        return ""
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
