"""How what comes in by one of the doors is kept: as proposals under one reference, which its sender gets."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import HttpRequest

from optil_portal.proposals.forms import ProjectForm, ReportForm, SheetForm
from optil_portal.proposals.guard import leave_trace
from optil_portal.proposals.models import Proposal, ProposedChange, new_reference
from optil_portal.records.history import snapshots
from projects.models import Project


def keep(request: HttpRequest, proposals: list[tuple[Proposal, dict[str, Any]]]) -> Proposal:
    """Write proposals, each with the fields that it would change and to what; gives the first one."""
    reference = new_reference()
    with transaction.atomic():
        for proposal, wanted in proposals:
            proposal.reference = reference
            proposal.save()
            before = held_by(proposal)
            ProposedChange.objects.bulk_create(
                ProposedChange(proposal=proposal, field=field, before=before.get(field), after=value)
                for field, value in wanted.items()
            )
        leave_trace(request)
    return proposals[0][0]


def held_by(proposal: Proposal) -> dict[str, Any]:
    """What the record of a proposal holds; nothing when it is new."""
    record = proposal.subject
    if record is None:
        return {}
    key = (type(record), record.pk)
    return snapshots({key[0]: [key[1]]})[key].fields


def kind_of(model: type[Any]) -> ContentType:
    """How a proposal says of which kind its record is."""
    return ContentType.objects.get_for_model(model)


def keep_report(form: ReportForm) -> Proposal:
    """Write what somebody says of a page."""
    page = form.page
    about = {"kind": kind_of(type(page.record)), "record": page.record.pk} if page.record else {}
    proposal = Proposal(
        door=Proposal.Door.REPORT,
        about=page.told[:250],
        page=page.path,
        message=form.cleaned_data["message"],
        **form.sender,
        **about,
    )
    return keep(form.request, [(proposal, {})])


def keep_project(form: ProjectForm) -> Proposal:
    """Write which project somebody tells of."""
    proposal = Proposal(
        door=Proposal.Door.PROJECT,
        about=form.cleaned_data["title"],
        kind=kind_of(Project),
        region=form.region,
        **form.sender,
    )
    return keep(form.request, [(proposal, form.wanted)])


def keep_sheet(form: SheetForm) -> Proposal:
    """Write what a region says of each record on its sheet; a record of which all is right is told to be so."""
    proposals = [
        (
            Proposal(
                door=Proposal.Door.CHECK,
                about=str(leaf.record)[:250],
                kind=kind_of(type(leaf.record)),
                record=leaf.record.pk,
                message=form.told if leaf.is_region else "",
            ),
            form.wanted(leaf),
        )
        for leaf in form.sheet.leaves
    ]
    return keep(form.request, proposals)
