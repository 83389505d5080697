"""Who may do what in the admin: every address and action, for every group, on what is of the own region or not."""

from datetime import date
from html import unescape
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import URLPattern, reverse

from igs.care import InCare
from igs.models import Consultant, Membership
from libraries.models import Library
from optil_portal.records.exchange.admin import ExchangeAdmin
from optil_portal.records.models import Publication, Record
from optil_portal.records.rights import RightsOfRows, RightsOfRowsInForm
from projects.models import Project
from tests.factories import (
    make_consultant,
    make_former_municipality,
    make_library,
    make_membership,
    make_municipality,
    make_partner,
    make_project,
    make_proposal,
    make_region,
    make_theme,
)
from tests.forms import form_data
from tests.staff import (
    PASSWORD,
    Place,
    attributes,
    logged_in,
    make_account,
    make_consultant_of,
    make_place_of_work,
    make_what_is_of_no_region,
)

WHO = ("Consulent", "Redactie", "Beheerder")
LABELS = sorted(model._meta.label_lower for model in admin.site._registry)

# What each group may do with each model beside looking.
A, O, T = "add", "own", "other"  # noqa: E741
NOTHING: set[str] = set()
ALL = {A, O, T}
MAY: dict[str, tuple[set[str], set[str], set[str]]] = {
    "auth.group": (NOTHING, NOTHING, ALL),
    "auth.user": (NOTHING, ALL, ALL),
    "igs.consultant": (NOTHING, ALL, ALL),
    "igs.decreerule": (NOTHING, ALL, ALL),
    "igs.formermunicipality": ({A, O}, ALL, ALL),
    "igs.keyfigure": (NOTHING, ALL, ALL),
    "igs.membership": ({A, O}, ALL, ALL),
    "igs.municipality": ({O}, ALL, ALL),
    "igs.outline": (NOTHING, NOTHING, NOTHING),
    "igs.place": ({A, O}, ALL, ALL),
    "igs.population": ({A, O}, ALL, ALL),
    "igs.region": ({O}, ALL, ALL),
    "igs.regionname": ({A, O}, ALL, ALL),
    "igs.subsidyround": (NOTHING, ALL, ALL),
    "libraries.library": ({A, O}, ALL, ALL),
    "libraries.librarynetwork": ({A, O}, ALL, ALL),
    "projects.audience": (NOTHING, ALL, ALL),
    "projects.partner": ({A, O}, ALL, ALL),
    "projects.project": ({A, O}, ALL, ALL),
    "projects.testimony": ({A, O}, ALL, ALL),
    "projects.theme": (NOTHING, ALL, ALL),
    "proposals.proposal": ({O}, {O, T}, {O, T}),
    "records.step": (NOTHING, NOTHING, NOTHING),
    "records.synonyms": (NOTHING, ALL, ALL),
}
UNSEEN = {("Consulent", "auth.user"), ("Consulent", "auth.group"), ("Redactie", "auth.group")}
DELETED_BY_MANAGERS = {"records.synonyms"}  # the one thing in the admin that is neither a record nor an account
MARKED = {
    "auth.user": "last_name",
    "auth.group": "name",
    "proposals.proposal": "answer",
}  # the field that a test changes, when it is not the note
# The actions that change a state: from which one, and to which.
ACTIONS = {
    "send_to_review": ("draft", "review"),
    "publish": ("review", "published"),
    "archive": ("published", "archived"),
    "return_to_draft": ("archived", "draft"),
}


def model_of(label: str) -> Any:
    """The model with a label."""
    (model,) = (model for model in admin.site._registry if model._meta.label_lower == label)
    return model


PUBLICATIONS = [label for label in LABELS if issubclass(model_of(label), Publication)]
RECORDS = [label for label in LABELS if issubclass(model_of(label), Record)]
EXCHANGED = [label for label in LABELS if isinstance(admin.site._registry[model_of(label)], ExchangeAdmin)]
CARED_FOR = [label for label in LABELS if getattr(model_of(label), "in_care_through", "")]


def page(label: str, name: str, *args: Any) -> str:
    """The address of an admin page of a model."""
    return reverse(f"admin:{label.replace('.', '_')}_{name}", args=args)


@pytest.fixture(scope="module")
def own(lasting: None) -> Place:
    """What a consultant takes care of."""
    return with_proposal(make_place_of_work())


@pytest.fixture(scope="module")
def other(lasting: None) -> Place:
    """What another one takes care of."""
    return with_proposal(make_place_of_work())


def with_proposal(place: Place) -> Place:
    """A place with what somebody outside the office says of its region."""
    place.records["proposals.proposal"] = make_proposal(place.region)
    return place


@pytest.fixture
def consultant(own: Place) -> Any:
    """The browser of the consultant of the own region."""
    return logged_in(make_consultant_of(own.region))


def somebody(who: str, own: Place) -> Any:
    """The browser of somebody in a group, or of a superuser."""
    if who == "superuser":
        return logged_in(make_account(is_superuser=True))
    return logged_in(make_consultant_of(own.region) if who == "Consulent" else make_account(who))


def mark(record: Any) -> str:
    """What stands in the field of a record that a test changes."""
    name = MARKED.get(record._meta.label_lower, "note")
    return getattr(type(record)._default_manager.get(pk=record.pk), name, "")


def sent(record: Any) -> dict[str, Any]:
    """The form of a record, as a superuser would send it with one change."""
    label = record._meta.label_lower
    form = logged_in(make_account(is_superuser=True)).get(page(label, "change", record.pk))
    return form_data(form) | {MARKED.get(label, "note"): "Anders"}


# The matrix.


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("label", LABELS)
def test_every_page_of_a_model(who: str, label: str, own: Place, other: Place):
    general = {label: record for label, record in make_what_is_of_no_region().items() if label not in own.records}
    rows: dict[str, Any] = {"own": own.records.get(label), "other": other.records.get(label) or general.get(label)}
    client, sees = somebody(who, own), (who, label) not in UNSEEN
    may = MAY[label][WHO.index(who)]
    deletes = label in DELETED_BY_MANAGERS and who == "Beheerder"

    found: dict[str, Any] = {
        "list": client.get(page(label, "changelist")).status_code,
        "add": client.get(page(label, "add")).status_code,
    }
    expected: dict[str, Any] = {"list": 200 if sees else 403, "add": 200 if A in may else 403}
    if label in EXCHANGED:
        found |= exchanged(client, label)
        expected |= {"export": 200 if sees else 403, "import": 200 if may else 403, "plan": 302 if may else 403}
    for whose, row in ((whose, row) for whose, row in rows.items() if row):
        changes = whose in may
        found |= {
            f"look at {whose}": client.get(page(label, "change", row.pk)).status_code,
            f"history of {whose}": client.get(page(label, "history", row.pk)).status_code,
            f"change {whose}": client.post(page(label, "change", row.pk), sent(row)).status_code,
            f"note of {whose}": mark(row),
            f"delete {whose}": client.get(page(label, "delete", row.pk)).status_code,
            f"really delete {whose}": client.post(page(label, "delete", row.pk), {"post": "yes"}).status_code,
            f"rows left of {whose}": type(row)._default_manager.filter(pk=row.pk).count(),
        }
        expected |= {
            f"look at {whose}": 200 if sees else 403,
            f"history of {whose}": 200 if sees else 403,
            f"change {whose}": 302 if changes else 403,
            f"note of {whose}": "Anders" if changes else before(row),
            f"delete {whose}": 200 if deletes else 403,
            f"really delete {whose}": 302 if deletes else 403,
            f"rows left of {whose}": 0 if deletes else 1,
        }
    assert found == expected


def exchanged(client: Any, label: str) -> dict[str, int]:
    """The status of the ways out and in of a model."""
    addresses = {
        "export": page(label, "export", "csv"),
        "import": page(label, "import"),
        "plan": page(label, "plan", "x"),
    }
    return {name: client.get(address).status_code for name, address in addresses.items()}


def before(record: Any) -> str:
    """What stood in the field that the test would change, as the factories and fixtures have it."""
    return getattr(record, MARKED.get(record._meta.label_lower, "note"), "")


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("label", ["libraries.library", "projects.project"])
def test_every_action(who: str, action: str, label: str, own: Place, other: Place):
    was, state = ACTIONS[action]
    found, expected = {}, {}
    for whose, rows in {"own": [own], "other": [other], "both": [own, other]}.items():
        records = [place.records[label] for place in rows]
        type(records[0])._default_manager.filter(pk__in=[record.pk for record in records]).update(state=was)
        answer = somebody(who, own).post(
            page(label, "changelist"),
            {"action": action, "_selected_action": [record.pk for record in records], "step_note": "Daarom"},
        )
        states = {type(record)._default_manager.get(pk=record.pk).state for record in records}
        may = who != "Consulent" or whose == "own"
        found[whose] = (answer.status_code, states)
        expected[whose] = (302, {state}) if may else (403, {was})
    assert found == expected


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("label", RECORDS)
def test_every_record_is_checked_off_by_who_may_edit_it(who: str, label: str, own: Place, other: Place):
    general = {label: record for label, record in make_what_is_of_no_region().items() if label not in own.records}
    rows: dict[str, Any] = {"own": own.records.get(label), "other": other.records.get(label) or general.get(label)}
    may, client = MAY[label][WHO.index(who)], somebody(who, own)
    for whose, row in ((whose, row) for whose, row in rows.items() if row):
        type(row)._default_manager.filter(pk=row.pk).update(checked_on=None)
        client.post(page(label, "changelist"), {"action": "check_off", "_selected_action": [row.pk]})
        checked_on = type(row)._default_manager.get(pk=row.pk).checked_on
        assert (whose, checked_on) == (whose, date(2026, 11, 24) if whose in may else None)


@pytest.mark.parametrize(("who", "status", "state"), [("Consulent", 200, "published"), ("Redactie", 302, "archived")])
def test_who_only_looks_at_consultants_is_offered_no_action_on_them(who: str, status: int, state: str, own: Place):
    record = make_consultant()
    chosen = {"action": "archive", "_selected_action": [record.pk], "step_note": "Daarom"}
    answer = somebody(who, own).post(page("igs.consultant", "changelist"), chosen)
    assert (answer.status_code, Consultant.objects.get(pk=record.pk).state) == (status, state)


def test_the_tables_above_are_about_all_there_is(rf):
    request = rf.get("/beheer/")
    request.user = make_account(is_superuser=True)
    actions = {
        (model._meta.label_lower, action)
        for model, model_admin in admin.site._registry.items()
        for action in model_admin.get_actions(request)
    }
    assert set(MAY) == set(LABELS)
    assert actions == {
        *((label, action) for label in PUBLICATIONS for action in ACTIONS),
        *((label, "check_off") for label in [*RECORDS, "proposals.proposal"]),
        ("auth.user", "reset_second_factor"),
        ("records.synonyms", "delete_selected"),
    }
    assert set(LABELS) - set(EXCHANGED) == {
        "auth.group",
        "auth.user",
        "igs.outline",
        "proposals.proposal",
        "records.step",
    }
    assert PUBLICATIONS == ["igs.consultant", "libraries.library", "projects.project"]
    assert {type(one) for one in admin.site._registry.values() if not isinstance(one, RightsOfRows)} == set()
    inlines = {inline for one in admin.site._registry.values() for inline in one.inlines}
    assert ({one for one in inlines if not issubclass(one, RightsOfRowsInForm)}, inlines != set()) == (set(), True)


# Pages that belong to no model: the status for who is not logged in, for who has no group, and for every group.
OWN_PAGES = {
    "index": (302, 200, 200),
    "to_confirm": (302, 200, 200),
    "password_change": (302, 200, 200),
    "password_change_done": (302, 200, 200),
    "jsi18n": (302, 200, 200),
    "autocomplete": (302, 403, 403),  # without a field that is asked about; below is one for each
    "second_step": (302, 302, 302),  # none of these has set one up
    "set_up_second_step": (302, 200, 200),
    "login": (200, 302, 302),
}
ELSEWHERE = {"logout", "preview", "view_on_site", "app_list", None}  # for posting, or to another page


@pytest.mark.parametrize("name", OWN_PAGES)
def test_every_page_that_belongs_to_no_model(name: str, own: Place):
    address = reverse(f"admin:{name}")
    visitor, newcomer, *groups = [Client(), logged_in(make_account()), *(somebody(who, own) for who in WHO)]
    found = [client.get(address).status_code for client in (visitor, newcomer, *groups)]
    assert found == [*OWN_PAGES[name][:2], *[OWN_PAGES[name][2]] * len(WHO)]


# The yearly work: the status for who is not logged in, for who has no group, and for every group. Which records may be
# touched by it, is in test_yearly.
YEARLY = {
    "igs_decreerule_check": (302, 403, 200, 200, 200),
    "igs_municipality_merge": (302, 403, 200, 200, 200),
    "igs_municipality_move": (302, 403, 200, 200, 200),
    "igs_population_statbel": (302, 403, 200, 200, 200),
    "igs_region_rename": (302, 403, 200, 200, 200),
    "igs_region_start": (302, 403, 403, 200, 200),
    "igs_region_stop": (302, 403, 200, 200, 200),
}


@pytest.mark.parametrize("name", YEARLY)
def test_every_page_of_the_yearly_work(name: str, own: Place):
    address = reverse(f"admin:{name}")
    everybody = [Client(), logged_in(make_account()), *(somebody(who, own) for who in WHO)]
    assert tuple(client.get(address).status_code for client in everybody) == YEARLY[name]


def test_no_page_is_left_out():
    names = {pattern.name for pattern in admin.site.get_urls() if isinstance(pattern, URLPattern)}
    pages = {
        pattern.name.removeprefix(f"{model._meta.app_label}_{model._meta.model_name}_")
        for model, model_admin in admin.site._registry.items()
        for pattern in model_admin.get_urls()
        if pattern.name
    }
    assert names == {*OWN_PAGES, *ELSEWHERE}
    ways, yearly = {"export", "import", "plan", "invite"}, {name.rpartition("_")[2] for name in YEARLY}
    assert pages == {"changelist", "add", "history", "restore", "delete", "change", "password_change", *ways, *yearly}


@pytest.mark.parametrize("label", LABELS)
def test_a_visitor_is_asked_who_they_are(label: str, client: Any):
    addresses = [page(label, "changelist"), page(label, "add")]
    addresses += [page(label, name, 1) for name in ("change", "history", "delete")]
    if label in EXCHANGED:
        addresses += [page(label, "import"), page(label, "export", "csv"), page(label, "plan", "x")]
    found = [(answer.status_code, answer.url) for answer in map(client.get, addresses)]
    assert found == [(302, f"/beheer/login/?next={address}") for address in addresses]


# To what a record can be made to belong.

GIVEN_AWAY = {"igs.population": {"counted_on": "02/01/2020"}}  # a day on which the other was not counted yet


@pytest.mark.parametrize("label", CARED_FOR)
def test_a_record_cannot_be_given_to_another_region(label: str, own: Place, other: Place, consultant: Any):
    record, through = own.records[label], model_of(label).in_care_through
    stranger = getattr(other.records[label], through)
    data = sent(record) | {through: stranger.pk} | GIVEN_AWAY.get(label, {})
    answer = consultant.post(page(label, "change", record.pk), data)
    assert answer.context["adminform"].form.errors[through] == [
        "Selecteer een geldige keuze. Deze keuze is niet beschikbaar."
    ]
    kept = type(record)._default_manager.get(pk=record.pk)
    assert (getattr(kept, through), mark(record)) == (getattr(record, through), before(record))
    editor = logged_in(make_account("Redactie"))
    assert editor.post(page(label, "change", record.pk), data).status_code == 302


@pytest.mark.parametrize(
    ("region", "error"),
    [
        pytest.param(lambda own, other: own.region.pk, None, id="own"),
        pytest.param(
            lambda own, other: other.region.pk,
            ["Selecteer een geldige keuze. Deze keuze is niet beschikbaar."],
            id="other",
        ),
        pytest.param(lambda own, other: "", ["Dit veld is verplicht."], id="none"),
    ],
)
def test_a_consultant_adds_a_project_to_an_own_region_only(region, error, own: Place, other: Place, consultant: Any):
    form = form_data(consultant.get(page("projects.project", "add")))
    data = form | {"title": "Nieuw", "slug": "nieuw", "region": region(own, other), "source_name": "Test"}
    answer = consultant.post(page("projects.project", "add"), data)
    errors = answer.context["adminform"].form.errors.get("region") if answer.status_code == 200 else None
    assert (errors, Project.objects.filter(slug="nieuw").count()) == (error, 0 if error else 1)


def choices(client: Any, model: Any, field: str, term: str) -> set[str]:
    """The keys that somebody can choose in a field, for a term."""
    options = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field}
    answer = client.get(reverse("admin:autocomplete"), options | {"term": term})
    assert answer.status_code == 200
    return {result["id"] for result in answer.json()["results"]}


def target_of(model: Any, field: str) -> Any:
    """The model of what is chosen in a field."""
    return model._meta.get_field(field).related_model


FIELDS = [
    (model._meta.label_lower, field)
    for model, model_admin in admin.site._registry.items()
    for field in model_admin.autocomplete_fields
    if isinstance(target_of(model, field)._default_manager.all(), InCare)
]


@pytest.mark.parametrize(("label", "field"), FIELDS, ids=[f"{label}.{field}" for label, field in FIELDS])
def test_a_choice_offers_only_what_may_be_chosen(label: str, field: str, own: Place, other: Place, consultant: Any):
    model = model_of(label)
    target = target_of(model, field)._meta.label_lower
    mine, theirs = own.records[target], other.records[target]
    narrowed = field == getattr(model, "in_care_through", "")
    expected = {str(mine.pk)} if narrowed else {str(mine.pk), str(theirs.pk)}
    both = {str(mine.pk), str(theirs.pk)}
    offered = {key for row in (mine, theirs) for key in choices(consultant, model, field, name_of(row))}
    assert offered & both == expected


def name_of(record: Any) -> str:
    """The name by which a record is found."""
    return getattr(record, "name", "") or getattr(record, "title", "")


# Rows in the form of another record, and in a list.


def test_a_row_of_another_region_in_an_own_form_is_only_shown(own: Place, other: Place, consultant: Any):
    past = make_membership(
        region=other.region, municipality=own.municipality, since=date(2010, 1, 1), until=date(2012, 1, 1)
    )
    address = page("igs.municipality", "change", own.municipality.pk)
    form = consultant.get(address)
    (memberships, *_) = (inline.formset for inline in form.context["inline_admin_formsets"])
    closed = {
        row.instance.pk: {field.disabled for name, field in row.fields.items() if name != "id"} for row in memberships
    }
    mine = own.records["igs.membership"]
    assert closed == {mine.pk: {False}, past.pk: {True}}
    data = form_data(form) | {f"{row.prefix}-note": "Anders" for row in memberships.initial_forms}
    assert consultant.post(address, data).status_code == 302
    assert [mark(mine), mark(past)] == ["Anders", ""]


def test_a_row_cannot_be_added_for_another_region(own: Place, other: Place, consultant: Any):
    address = page("igs.municipality", "change", own.municipality.pk)
    row = {"region": other.region.pk, "since": "01/01/2010", "until": "01/01/2011", "since_precision": "day"}
    data = form_data(consultant.get(address)) | {"memberships-TOTAL_FORMS": 2}
    data |= {f"memberships-1-{name}": value for name, value in (row | {"source_name": "Test"}).items()}
    answer = consultant.post(address, data)
    (memberships, *_) = (inline.formset for inline in answer.context["inline_admin_formsets"])
    assert memberships.errors[1] == {"region": ["Selecteer een geldige keuze. Deze keuze is niet beschikbaar."]}
    assert Membership.objects.filter(municipality=own.municipality).count() == 1


def test_a_list_that_can_be_edited_changes_only_own_rows(own: Place, other: Place, consultant: Any):
    mine, theirs = own.records["libraries.library"], other.records["libraries.library"]
    address = f"{page('libraries.library', 'changelist')}?id__in={mine.pk},{theirs.pk}"
    with attributes(admin.site._registry[Library], list_editable=("network",)):
        networks = {place.records["libraries.librarynetwork"] for place in (own, other)}
        (network, *_) = sorted(networks, key=lambda one: one.pk)
        rows = consultant.get(address).context["cl"].formset
        data = form_rows(rows) | {f"{row.prefix}-network": network.pk for row in rows.forms}
        assert consultant.post(address, data | {"_save": "1"}).status_code == 302
    assert [Library.objects.get(pk=row.pk).network for row in (mine, theirs)] == [network, None]


def form_rows(formset: Any) -> dict[str, Any]:
    """What a browser sends of an editable list."""
    forms = [formset.management_form, *formset.forms]
    return {bound.html_name: bound.value() for form in forms for bound in form if bound.value() is not None}


# What decides.


def editable(model: type[Record], account: User) -> set[Any]:
    """The keys of the records of a model that an account may edit."""
    return set(model._default_manager.editable_by(account).values_list("pk", flat=True))


def test_nobody_without_regions_edits_a_record_of_a_region(own: Place):
    free, linked = make_account("Consulent"), make_consultant_of()
    assert [editable(model_of(label), one) for label in own.records for one in (free, linked)] == [
        set() if label != "projects.partner" else lonely_partners() for label in own.records for _ in range(2)
    ]


def lonely_partners() -> set[Any]:
    """The partners without a project, which are anybody's."""
    partners = model_of("projects.partner")._default_manager
    return set(partners.filter(projects__isnull=True).values_list("pk", flat=True))


def test_a_region_more_is_served_at_once(own: Place, other: Place):
    account = make_consultant_of(own.region)
    assert editable(Project, account) == {own.records["projects.project"].pk}
    account.consultant.regions.add(other.region)
    assert editable(Project, account) == {place.records["projects.project"].pk for place in (own, other)}
    account.consultant.regions.clear()
    assert editable(Project, account) == set()


@pytest.mark.parametrize(
    ("period", "cared_for"),
    [
        pytest.param({"since": date(2020, 1, 1)}, True, id="member"),
        pytest.param({"since": date(2027, 1, 1)}, True, id="joins"),
        pytest.param({"since": None}, True, id="since-unknown"),
        pytest.param({"since": date(2020, 1, 1), "until": date(2026, 11, 25)}, True, id="leaves-tomorrow"),
        pytest.param({"since": date(2020, 1, 1), "until": date(2026, 11, 24)}, False, id="left-today"),
    ],
)
def test_a_municipality_is_in_care_as_long_as_it_is_or_becomes_a_member(period: dict, cared_for: bool):
    region, municipality = make_region(), make_municipality()
    make_membership(region=region, municipality=municipality, **period)
    library, merged = make_library(municipality=municipality), make_former_municipality(successor=municipality)
    account = make_consultant_of(region)
    found = [row.pk in editable(type(row), account) for row in (municipality, library, merged)]
    assert found == [cared_for] * 3


def test_a_project_is_in_care_of_the_region_that_leads_it(own: Place, other: Place):
    joined = make_project(region=other.region, other_regions=[own.region])
    assert joined.pk not in editable(Project, make_consultant_of(own.region))
    assert joined.pk in editable(Project, make_consultant_of(other.region))


def test_a_partner_of_projects_elsewhere_is_not_changed_by_one_consultant(own: Place, other: Place):
    shared, free = make_partner(), make_partner()
    for place in (own, other):
        place.records["projects.project"].partners.add(shared)
    found = editable(type(shared), make_consultant_of(own.region))
    assert {shared.pk, free.pk, own.records["projects.partner"].pk} & found == {
        free.pk,
        own.records["projects.partner"].pk,
    }


def test_what_is_in_no_region_yet_is_for_the_editors():
    loose = [make_project(region=None, state="draft"), make_municipality(), make_library()]
    editor, somewhere = make_account("Redactie"), make_consultant_of(make_region())
    assert [[row.pk in editable(type(row), who) for row in loose] for who in (editor, somewhere)] == [
        [True] * 3,
        [False] * 3,
    ]


def test_an_editor_changes_in_the_admin_what_a_group_may_do(own: Place, consultant: Any):
    theme = make_theme()
    group = Group.objects.get(name="Consulent")
    assert consultant.post(page("projects.theme", "change", theme.pk), sent(theme)).status_code == 403
    manager = logged_in(make_account("Beheerder"))
    wanted = [*group.permissions.all(), Permission.objects.get(codename="change_theme")]
    data = {"name": group.name, "permissions": [one.pk for one in wanted]}
    assert manager.post(page("auth.group", "change", group.pk), data).status_code == 302
    assert consultant.post(page("projects.theme", "change", theme.pk), sent(theme)).status_code == 302


# What a refusal says.


def test_a_refusal_is_in_dutch_and_says_whom_to_ask(other: Place, consultant: Any):
    answer = consultant.post(page("projects.project", "change", other.records["projects.project"].pk), {})
    text = unescape(answer.content.decode())
    assert (answer.status_code, "Hier mag je niet binnen" in text, "Vraag het aan OP/TIL." in text) == (403, True, True)


def test_a_refused_action_names_the_records_of_others(own: Place, other: Place, consultant: Any):
    places = (own, other)
    chosen = [place.records["projects.project"].pk for place in places]
    answer = consultant.post(page("projects.project", "changelist"), {"action": "archive", "_selected_action": chosen})
    told = f"Er is niets veranderd. Je begeleidt de regio niet van: ‘{other.records['projects.project']}’."
    assert (
        told in unescape(answer.content.decode()),
        str(own.records["projects.project"]) in answer.content.decode(),
    ) == (
        True,
        False,
    )


def test_a_refused_action_on_many_names_a_few(own: Place, other: Place, consultant: Any):
    projects = [make_project(region=other.region, title=f"Verweg {n}") for n in range(7)]
    chosen = {"action": "archive", "_selected_action": [project.pk for project in projects]}
    text = unescape(consultant.post(page("projects.project", "changelist"), chosen).content.decode())
    assert "‘Verweg 4’ en 2 andere." in text


def test_another_regions_record_is_shown_without_a_way_to_save_it(own: Place, other: Place, consultant: Any):
    shown = {
        whose: '<input type="submit"'
        in consultant.get(page("projects.project", "change", place.records["projects.project"].pk)).content.decode()
        for whose, place in {"own": own, "other": other}.items()
    }
    assert shown == {"own": True, "other": False}


# Accounts.


def account_form(account: User) -> dict[str, Any]:
    """The form of an account as a superuser sends it."""
    return {name: value for name, value in sent(account).items() if name != "password"}


@pytest.mark.parametrize(
    ("who", "whom", "may"),
    [
        ("Redactie", "Consulent", True),
        ("Redactie", "Redactie", True),
        ("Redactie", "Beheerder", False),
        ("Redactie", "superuser", False),
        ("Beheerder", "Redactie", True),
        ("Beheerder", "Beheerder", True),
        ("Beheerder", "superuser", False),
        ("superuser", "superuser", True),
    ],
)
def test_an_account_is_looked_after_by_who_may_do_as_much(who: str, whom: str, may: bool, own: Place):
    account = make_account(is_superuser=True) if whom == "superuser" else make_account(whom)
    client, password = somebody(who, own), account.password
    chosen = {"action": "reset_second_factor", "_selected_action": [account.pk]}
    new = {"password1": "heel andere woorden", "password2": "heel andere woorden", "usable_password": "true"}
    found = [
        client.post(page("auth.user", "change", account.pk), account_form(account)).status_code,
        client.post(page("auth.user", "changelist"), chosen).status_code,
        client.post(reverse("admin:auth_user_password_change", args=[account.pk]), new).status_code,
        User.objects.get(pk=account.pk).password != password,
    ]
    assert found == [302, 302, 302, True] if may else found == [403, 403, 403, False]


def test_an_editor_gives_no_rights_that_are_not_theirs():
    editor = make_account("Redactie")
    client, address = logged_in(editor), page("auth.user", "change", editor.pk)
    data = account_form(editor)
    permission = Permission.objects.get(codename="change_group").pk
    client.post(address, data | {"is_superuser": "on", "user_permissions": [permission]})
    editor = User.objects.get(pk=editor.pk)
    assert (editor.is_superuser, editor.user_permissions.count(), editor.last_name) == (False, 0, "Anders")
    manager = Group.objects.get(name="Beheerder")
    answer = client.post(address, data | {"groups": [manager.pk]})
    assert list(answer.context["adminform"].form.errors) == ["groups"]
    assert [group.name for group in editor.groups.all()] == ["Redactie"]


def test_a_consultant_gives_themselves_no_regions(own: Place, other: Place):
    account = make_consultant_of(own.region)
    data = sent(account.consultant) | {"regions": [own.region.pk, other.region.pk]}
    answer = logged_in(account).post(page("igs.consultant", "change", account.consultant.pk), data)
    assert (answer.status_code, [*account.consultant.regions.all()]) == (403, [own.region])


def test_an_account_belongs_to_one_consultant():
    account = make_consultant_of()
    editor, second = logged_in(make_account("Redactie")), make_consultant()
    data = sent(second) | {"user": account.pk}
    answer = editor.post(page("igs.consultant", "change", second.pk), data)
    assert answer.context["adminform"].form.errors["user"] == ["Er bestaat al een Consulent met eenzelfde Account."]


def test_the_password_of_the_cast_is_a_password():
    assert make_account().check_password(PASSWORD)
