"""The pages behind the three doors, and the one on which a sender follows what became of it."""

from collections.abc import Callable
from http.client import GONE, NOT_FOUND
from typing import Any

from django.core.signing import BadSignature, SignatureExpired
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from optil_portal.proposals.forms import ProjectForm, PublicForm, ReportForm, SheetForm
from optil_portal.proposals.guard import public_form
from optil_portal.proposals.models import Page, Proposal
from optil_portal.proposals.sending import keep_project, keep_report, keep_sheet
from optil_portal.proposals.sheets import BROKEN, EXPIRED, Sheet, region_behind
from optil_portal.records.clock import today
from optil_portal.shut import shut

CONSULTANTS = ("igs:consultant_list", "Wie is mijn consulent?")  # the way on from a link that is shut


def answer(form: PublicForm, keep: Callable[[Any], Proposal], template: str, **context: Any) -> HttpResponse:
    """A form, or where to follow what was sent with it."""
    if form.is_bound and form.is_valid():
        return redirect(keep(form))
    return render(form.request, template, {"form": form} | context, status=form.status)


@public_form
def report(request: HttpRequest) -> HttpResponse:
    """What is not right, on the page that `?pagina=` names."""
    page = Page.at(request.GET.get("pagina", ""))
    return answer(ReportForm(request, page), keep_report, "proposals/report.html", page=page)


@public_form
def project(request: HttpRequest) -> HttpResponse:
    """A project that is not on the portal yet."""
    return answer(ProjectForm(request), keep_project, "proposals/project.html")


@public_form
def sheet(request: HttpRequest, token: str) -> HttpResponse:
    """What the portal says of a region, for whoever has the link to check it."""
    try:
        region = region_behind(token)
    except SignatureExpired:
        return shut(request, GONE, EXPIRED, *CONSULTANTS)
    except BadSignature:
        return shut(request, NOT_FOUND, BROKEN, *CONSULTANTS)
    if region is None:
        raise Http404
    shown = Sheet(region, today())
    return answer(SheetForm(request, shown), keep_sheet, "proposals/sheet.html", sheet=shown)


@never_cache
def reference(request: HttpRequest, reference: str) -> HttpResponse:
    """What became of what somebody sent, without a word of who that was."""
    proposals = list(Proposal.objects.sent_as(reference))
    if not proposals:
        raise Http404
    return render(
        request,
        "proposals/reference.html",
        {
            "proposals": proposals,
            "first": proposals[0],
            "waiting": sum(proposal.is_open for proposal in proposals),
        },
    )
