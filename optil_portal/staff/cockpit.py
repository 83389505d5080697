"""What asks for care of somebody on a day: the first page of the back office, and the weekly letter with the same."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django.contrib import admin
from django.db import models
from django.db.models import Count, Window
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localdate

from igs.models import Region
from optil_portal.proposals.models import Proposal
from optil_portal.records.admin import ConcernFilter
from optil_portal.records.links import AskedLink
from optil_portal.records.upkeep import Concern
from optil_portal.records.workflow import told_due, told_plans
from projects.models import Project, Theme
from projects.models.spread import Spread

ROWS = 5  # of each kind, and regions with an empty cell


class Row(NamedTuple):
    """What asks for care: its form, what is told of what it asks, and whether that is settled once somebody looked."""

    record: Any
    url: str
    told: str
    can_be_checked_off: bool


class Pile(NamedTuple):
    """The records of one kind that ask the same: how many there are and where their list is, and the first few."""

    name: str
    list_url: str
    number: int
    rows: list[Row]

    @property
    def action_url(self) -> str:
        """Where the actions on that kind are."""
        return self.list_url.partition("?")[0]


class Part(NamedTuple):
    """All that asks the same, pile by pile."""

    concern: Concern
    piles: list[Pile]

    @property
    def can_be_checked_off(self) -> bool:
        """Whether something in it is settled once somebody has looked."""
        return any(row.can_be_checked_off for pile in self.piles for row in pile.rows)

    @property
    def number(self) -> int:
        """How many records ask this."""
        return sum(pile.number for pile in self.piles)


class Gap(NamedTuple):
    """A region and the themes on which it has no public project yet, each with the form for one."""

    region: Region
    themes: list[tuple[Theme, str]]


class Cockpit:
    """What asks for care of a user on a day, as far as they may edit it; looked up when it is made."""

    def __init__(self, user: Any, on: date) -> None:
        """Look everything up: one query for each kind of record and what it can ask, and four besides.

        When no link at all is dead, no kind of record is asked for one.
        """
        found: dict[Concern, list[Pile]] = {concern: [] for concern in Concern}
        if not AskedLink.objects.dead(on).exists():
            del found[Concern.LINK]
        for model_admin in kept_by(user):
            asking = model_admin.model._default_manager.editable_by(user).asking(on)
            for concern in found.keys() & asking.keys():
                found[concern] += piles(model_admin, concern, asking[concern], on)
        self.parts = [Part(concern, piles) for concern, piles in found.items() if piles]
        gaps = gaps_of(user, on)
        self.gap_number = sum(len(gap.themes) for gap in gaps)
        self.gaps = gaps[:ROWS]

    def __bool__(self) -> bool:
        """Whether anything asks for care."""
        return bool(self.parts or self.gaps)


def kept_by(user: Any) -> Iterator[Any]:
    """The admins of what can ask for care and of which a user may edit some, in the order of the work."""
    for model, model_admin in admin.site._registry.items():
        if hasattr(model._default_manager, "asking") and may(user, "change", model):
            yield model_admin


def may(user: Any, verb: str, model: type[models.Model]) -> bool:
    """Whether the groups of a user let them do something with a kind of record."""
    return user.has_perm(f"{model._meta.app_label}.{verb}_{model._meta.model_name}")


def piles(model_admin: Any, concern: Concern, records: models.QuerySet, on: date) -> Iterator[Pile]:
    """The pile of the records that ask something, if there are any: its number and its rows in one query."""
    related = model_admin.list_select_related or (None,)
    options = model_admin.opts
    page = f"admin:{options.app_label}_{options.model_name}"
    if found := [*records.select_related(*related).annotate(in_pile=Window(Count("pk")))[:ROWS]]:
        rows = [
            Row(
                record,
                reverse(f"{page}_change", args=[record.pk]),
                told(record, concern, on),
                is_right(record, concern),
            )
            for record in found
        ]
        list_url = f"{reverse(f'{page}_changelist')}?{ConcernFilter.parameter_name}={concern.value}"
        yield Pile(capfirst(options.verbose_name_plural), list_url, found[0].in_pile, rows)


def is_right(record: Any, concern: Concern) -> bool:
    """Whether nothing more is asked than to look: at what is overdue, and at what a region says is right."""
    return record.says_right if concern == Concern.PROPOSAL else concern == Concern.OVERDUE


def told(record: Any, concern: Concern, on: date) -> str:
    """What a record asks on a day, in words."""
    return TOLD[concern](record, on)


def told_draft(draft: Any, on: date) -> str:
    """Since when a draft, or what is in review, waits, and what is planned for it."""
    return " ".join([f"gewijzigd op {date_format(localdate(draft.changed))}.", *told_plans(draft, on)])


def told_of_proposal(proposal: Proposal) -> str:
    """When a proposal came, and what it is."""
    what = "alles klopt" if proposal.says_right else told_number(proposal.number) if proposal.number else "een bericht"
    return f"{what}, ontvangen op {date_format(localdate(proposal.sent))}"


def told_number(fields: int) -> str:
    """Some fields in words."""
    return f"{fields} {'veld' if fields == 1 else 'velden'}"


TOLD: dict[Concern, Callable[[Any, date], str]] = {
    Concern.DUE: told_due,
    Concern.PROPOSAL: lambda proposal, on: told_of_proposal(proposal),
    Concern.OVERDUE: lambda record, on: (
        f"nagekeken op {date_format(record.checked_on)}" if record.checked_on else "nog nooit nagekeken"
    ),
    Concern.INCOMPLETE: lambda record, on: f"ontbreekt: {', '.join(record.missing)} ({record.percentage}% ingevuld)",
    Concern.DRAFT: told_draft,
    Concern.REVIEW: told_draft,
    Concern.CONSENT: lambda record, on: (
        f"eindigt op {date_format(record.expires_on)}" if record.expires_on else record.get_consent_display()
    ),
    Concern.LINK: lambda record, on: record.dead_link,
}


def gaps_of(user: Any, on: date) -> list[Gap]:
    """The regions of a user with an empty cell in the matrix of regions and themes, for who may fill it."""
    if not may(user, "add", Project):
        return []
    regions = Region.objects.active(on).editable_by(user).by_number()
    cells = Spread().empty(regions, list(Theme.objects.all()))
    add = reverse("admin:projects_project_add")
    return [
        Gap(region, [(theme, f"{add}?region={region.pk}&theme={theme.pk}") for _, theme in of_region])
        for region, of_region in groupby(cells, key=lambda cell: cell[0])
    ]
