"""The admin, as a consultant of OP/TIL uses it: found, filled in, told what is wrong, and never anything lost."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import flatten
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from igs.models import KeyFigure, Membership, Region
from optil_portal.records.models import Publication, Record
from projects.models import Project
from tests.factories import (
    make_audience,
    make_consultant,
    make_decree_rule,
    make_former_municipality,
    make_key_figure,
    make_library,
    make_membership,
    make_municipality,
    make_network,
    make_outline,
    make_partner,
    make_place,
    make_population,
    make_project,
    make_proposal,
    make_region,
    make_region_name,
    make_subsidy_round,
    make_testimony,
    make_theme,
)
from tests.forms import form_data

MAKE: dict[str, Callable[..., Any]] = {
    "igs.consultant": make_consultant,
    "igs.decreerule": make_decree_rule,
    "igs.formermunicipality": make_former_municipality,
    "igs.keyfigure": make_key_figure,
    "igs.membership": make_membership,
    "igs.municipality": make_municipality,
    "igs.outline": make_outline,
    "igs.place": make_place,
    "igs.population": make_population,
    "igs.region": make_region,
    "igs.regionname": make_region_name,
    "igs.subsidyround": make_subsidy_round,
    "libraries.library": make_library,
    "libraries.librarynetwork": make_network,
    "projects.audience": make_audience,
    "projects.partner": make_partner,
    "projects.project": make_project,
    "projects.testimony": make_testimony,
    "projects.theme": make_theme,
    "proposals.proposal": lambda: make_proposal(make_region()),
}
KEPT = {model._meta.label_lower: model for model in apps.get_models() if issubclass(model, Record)}
PUBLICATIONS = {label: model for label, model in KEPT.items() if issubclass(model, Publication)}
each_model = pytest.mark.parametrize("label", sorted(MAKE))
each_record = pytest.mark.parametrize("label", sorted(KEPT))
OVERLAP = "Deze gemeente is in die periode al lid van een regio."


def page(label: str, name: str, *args: int) -> str:
    """The address of an admin page of a model."""
    return reverse(f"admin:{label.replace('.', '_')}_{name}", args=args)


def title(response) -> str:
    """The text of the page's one h1."""
    (heading,) = re.findall(r"<h1>(.*?)</h1>", response.content.decode(), re.DOTALL)
    return unescape(heading).strip()


def said(response) -> list[str]:
    """The messages that go with an answer."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def counted_queries(client, address: str) -> int:
    """How many queries a page takes."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_every_record_is_in_the_admin():
    registered = {model._meta.label_lower for model in admin.site._registry}
    assert registered == {*MAKE, "auth.user", "auth.group", "records.synonyms", "records.step"}
    assert set(KEPT) <= set(MAKE)


class TestEveryModel:
    @each_model
    def test_its_list_opens_and_searches(self, admin_client, label):
        record = MAKE[label]()
        wording = "te bekijken" if label == "igs.outline" else "te wijzigen"
        response = admin_client.get(page(label, "changelist"), {"q": "a"})
        assert title(response) == f"Selecteer {record._meta.verbose_name} om {wording}"
        assert response.context["cl"].query == "a"

    @each_model
    def test_its_search_finds_a_record_by_its_name(self, admin_client, label):
        record = MAKE[label]()
        field = admin.site._registry[type(record)].search_fields[0]
        words = record
        for part in field.split("__"):
            words = getattr(words, part)
        found = admin_client.get(page(label, "changelist"), {"q": words}).context["cl"].queryset
        assert record in found

    @each_record
    def test_a_record_can_be_added(self, admin_client, label):
        assert title(admin_client.get(page(label, "add"))) == f"{KEPT[label]._meta.verbose_name} toevoegen"

    @each_record
    def test_a_record_can_be_saved_as_it_is(self, admin_client, label):
        record = MAKE[label]()
        if label == "igs.keyfigure":  # of which there is one of each subject that a form can choose
            record = KeyFigure.objects.get(subject="regions")
        form = admin_client.get(page(label, "change", record.pk))
        assert title(form) == f"{record._meta.verbose_name} wijzigen"
        response = admin_client.post(page(label, "change", record.pk), form_data(form) | {"note": "Nagekeken."})
        record.refresh_from_db()
        assert (response.status_code, record.note) == (302, "Nagekeken.")

    def test_a_shape_of_the_map_is_only_looked_at(self, admin_client):
        outline = make_outline()
        assert title(admin_client.get(page("igs.outline", "change", outline.pk))) == "kaartvorm weergeven"
        assert admin_client.get(page("igs.outline", "add")).status_code == 403

    @each_model
    def test_its_list_takes_no_more_queries_for_more_rows(self, admin_client, label):
        records = [MAKE[label]() for _ in range(8)]
        address = page(label, "changelist")
        admin_client.get(address)  # after which the kinds of records are known
        one, all_of_them = (
            counted_queries(admin_client, f"{address}?id__in={','.join(str(record.pk) for record in some)}")
            for some in (records[:1], records)
        )
        assert one == all_of_them
        assert one <= 12

    @each_record
    def test_it_says_last_where_it_comes_from_and_how_sure_it_is(self, admin_client, label):
        record = MAKE[label](doubt="Klopt dit nog?")
        fieldsets = admin_client.get(page(label, "change", record.pk)).context["adminform"].fieldsets
        name, options = fieldsets[-1]
        assert name == "Bron en zekerheid"
        assert flatten(options["fields"]) == [
            "source_name",
            "source_date",
            "source_url",
            "further_sources",
            "confidence",
            "doubt",
            "note",
            "checked_on",
            "created",
            "changed",
        ]

    @each_record
    def test_what_is_certain_is_folded_away_and_a_doubt_is_not(self, admin_client, label):
        certain, doubted = MAKE[label](), MAKE[label](doubt="Klopt dit nog?")
        folded = [
            admin_client.get(page(label, "change", record.pk)).context["adminform"].fieldsets[-1][1]["classes"]
            for record in (certain, doubted)
        ]
        assert folded == [["collapse"], []]

    @each_record
    def test_every_field_is_asked_once(self, admin_client, label):
        form = admin_client.get(page(label, "add")).context["adminform"].form
        asked = [field for field in (*KEPT[label]._meta.fields, *KEPT[label]._meta.many_to_many) if field.editable]
        assert set(form.fields) == {field.name for field in asked} - {"id", "changed"}


class TestNothingIsLost:
    @each_model
    def test_nothing_can_be_deleted(self, admin_client, label):
        record = MAKE[label]()
        change = page(label, "change", record.pk)
        delete = page(label, "delete", record.pk)
        assert delete not in admin_client.get(change).content.decode()
        assert "delete_selected" not in admin_client.get(page(label, "changelist")).content.decode()
        assert admin_client.post(delete, {"post": "yes"}).status_code == 403
        assert type(record).objects.filter(pk=record.pk).exists()

    def test_accounts_are_switched_off_and_not_deleted(self, admin_client, admin_user):
        assert admin_client.post(page("auth.user", "delete", admin_user.pk), {"post": "yes"}).status_code == 403

    def test_rows_of_records_cannot_be_deleted_either(self, admin_client):
        region, municipality = make_region(), make_municipality()
        make_membership(region=region, municipality=municipality)
        for label, owner in (("igs.region", region), ("igs.municipality", municipality)):
            formsets = admin_client.get(page(label, "change", owner.pk)).context["inline_admin_formsets"]
            assert {inline.formset.can_delete for inline in formsets} == {False}

    @pytest.mark.parametrize("label", sorted(PUBLICATIONS))
    def test_a_publication_is_archived_and_put_back(self, admin_client, admin_user, label):
        records = [MAKE[label](), MAKE[label]()]
        chosen = {"_selected_action": [record.pk for record in records], "step_note": "Niet meer actueel"}
        answer = admin_client.post(page(label, "changelist"), {"action": "archive"} | chosen)
        kept = PUBLICATIONS[label].objects.filter(pk__in=chosen["_selected_action"])
        assert {record.state for record in kept.all()} == {"archived"}
        assert said(answer)[0].startswith("Nu ‘gearchiveerd’: ")
        admin_client.post(page(label, "changelist"), {"action": "return_to_draft"} | chosen)
        assert {record.state for record in kept.all()} == {"draft"}
        assert [entry.get_change_message() for entry in LogEntry.objects.filter(object_id=records[0].pk)] == [
            "Toestand veranderd naar ‘ontwerp’.",
            "Toestand veranderd naar ‘gearchiveerd’.",
        ]

    def test_what_is_archived_already_stays_as_it_was(self, admin_client):
        project = make_project(state="archived")
        answer = admin_client.post(
            page("projects.project", "changelist"), {"action": "archive", "_selected_action": [project.pk]}
        )
        assert said(answer) == ["Alles stond al op ‘gearchiveerd’."]
        assert Project.objects.get(pk=project.pk).changed == project.changed

    def test_only_what_is_public_has_a_link_to_the_site(self, admin_client):
        draft, published = make_project(state="draft"), make_project()
        links = [
            f'href="{project.get_absolute_url()}"'
            in admin_client.get(page("projects.project", "change", project.pk)).content.decode()
            for project in (draft, published)
        ]
        assert links == [False, True]


def memberships_of(label: str, client, owner) -> dict[str, str]:
    """The form of a region or a municipality, as a browser sends it."""
    return form_data(client.get(page(label, "change", owner.pk)))


def row(number: int, **values) -> dict[str, str]:
    """A row of memberships in the form of its owner."""
    defaults = {"since_precision": "day", "source_name": "Test"}
    return {f"memberships-{number}-{name}": value for name, value in (defaults | values).items()}


class TestMemberships:
    @pytest.fixture
    def municipality(self):
        return make_municipality()

    def send(self, client, municipality, total, *rows):
        """Send the form of a municipality with these rows of memberships changed or added."""
        data = memberships_of("igs.municipality", client, municipality) | {"memberships-TOTAL_FORMS": total}
        for changed in rows:
            data |= changed
        return client.post(page("igs.municipality", "change", municipality.pk), data)

    def periods(self, municipality):
        """The memberships of a municipality by their first day."""
        return list(municipality.memberships.order_by("since").values_list("since", "until"))

    def test_two_rows_that_overlap_are_refused_in_dutch(self, admin_client, municipality):
        one, other = make_region().pk, make_region().pk
        answer = self.send(
            admin_client,
            municipality,
            2,
            row(0, region=one, since="01/01/2020", until="01/01/2024"),
            row(1, region=other, since="01/01/2023"),
        )
        assert OVERLAP in answer.content.decode()
        assert self.periods(municipality) == []

    def test_two_rows_that_overlap_are_refused_with_a_new_municipality_too(self, admin_client):
        one, other = make_region().pk, make_region().pk
        blank = form_data(admin_client.get(page("igs.municipality", "add")))
        values = {
            "name": "Nieuwe Fusie",
            "slug": "nieuwe-fusie",
            "nis_code": "99999",
            "province": "limburg",
            "latitude": "51",
            "longitude": "4",
            "area_km2": "10",
            "source_name": "Test",
            "memberships-TOTAL_FORMS": 2,
        }
        rows = row(0, region=one, since="01/01/2020") | row(1, region=other, since="01/01/2023")
        answer = admin_client.post(page("igs.municipality", "add"), blank | values | rows)
        assert OVERLAP in answer.content.decode()
        apart = row(0, region=one, since="01/01/2020", until="01/01/2023") | row(1, region=other, since="01/01/2023")
        assert admin_client.post(page("igs.municipality", "add"), blank | values | apart).status_code == 302
        assert Membership.objects.filter(municipality__nis_code="99999").count() == 2

    def test_two_rows_that_overlap_are_refused_with_a_region_too(self, admin_client):
        region, municipality, former = make_region(), make_municipality(), make_former_municipality()
        data = memberships_of("igs.region", admin_client, region)
        for prefix, column, member, message in (
            ("memberships", "municipality", municipality, OVERLAP),
            (
                "memberships-2",
                "former_municipality",
                former,
                "Deze vroegere gemeente is in die periode al lid van een regio.",
            ),
        ):
            rows = {
                f"{prefix}-{number}-{name}": value
                for number, since in enumerate(("01/01/2020", "01/01/2023"))
                for name, value in {
                    column: member.pk,
                    "since": since,
                    "since_precision": "day",
                    "source_name": "Test",
                }.items()
            }
            answer = admin_client.post(
                page("igs.region", "change", region.pk), data | rows | {f"{prefix}-TOTAL_FORMS": 2}
            )
            assert message in answer.content.decode()
        assert region.memberships.count() == 0

    def test_a_municipality_that_is_in_another_region_is_refused_in_dutch(self, admin_client):
        stored, region = make_membership(), make_region()
        data = memberships_of("igs.region", admin_client, region) | {"memberships-TOTAL_FORMS": 1}
        added = row(0, municipality=stored.municipality_id, since="01/01/2024")
        answer = admin_client.post(page("igs.region", "change", region.pk), data | added)
        assert answer.content.decode().count(OVERLAP) == 1
        assert region.memberships.count() == 0

    def test_a_member_has_to_be_chosen(self, admin_client):
        region = make_region()
        data = memberships_of("igs.region", admin_client, region) | {"memberships-TOTAL_FORMS": 1}
        answer = admin_client.post(page("igs.region", "change", region.pk), data | row(0, since="01/01/2024"))
        (formset, *_) = answer.context["inline_admin_formsets"]
        assert formset.formset.errors == [{"municipality": ["Dit veld is verplicht."]}]

    def test_a_municipality_moves_to_another_region_in_one_go(self, admin_client, municipality):
        make_membership(municipality=municipality)
        answer = self.send(
            admin_client,
            municipality,
            2,
            {"memberships-0-until": "01/01/2026"},
            row(1, region=make_region().pk, since="01/01/2026"),
        )
        assert answer.status_code == 302
        assert self.periods(municipality) == [
            (date(2020, 1, 1), date(2026, 1, 1)),
            (date(2026, 1, 1), None),
        ]

    @pytest.mark.parametrize(
        "day", [pytest.param(date(2022, 7, 1), id="later"), pytest.param(date(2021, 7, 1), id="earlier")]
    )
    def test_the_day_of_a_move_is_corrected_in_one_go(self, admin_client, municipality, day):
        make_membership(municipality=municipality, until=date(2022, 1, 1))
        make_membership(municipality=municipality, since=date(2022, 1, 1))
        data = memberships_of("igs.municipality", admin_client, municipality)
        first = 0 if data["memberships-0-since"] == date(2020, 1, 1) else 1
        corrected = {
            f"memberships-{first}-until": f"{day:%d/%m/%Y}",
            f"memberships-{1 - first}-since": f"{day:%d/%m/%Y}",
        }
        assert self.send(admin_client, municipality, 2, corrected).status_code == 302
        assert self.periods(municipality) == [(date(2020, 1, 1), day), (day, None)]

    def test_what_only_the_database_can_refuse_is_told_as_well(self, admin_client, municipality):
        make_membership(municipality=municipality, until=date(2021, 1, 1))
        make_membership(municipality=municipality, since=date(2022, 1, 1), until=date(2023, 1, 1))
        data = memberships_of("igs.municipality", admin_client, municipality)
        swapped = {
            f"memberships-{number}-{side}": data[f"memberships-{1 - number}-{side}"]
            for number in (0, 1)
            for side in ("since", "until")
        }
        before = self.periods(municipality)
        answer = self.send(admin_client, municipality, 2, swapped)
        assert answer.url == page("igs.municipality", "change", municipality.pk)
        assert said(answer) == [f"Niet bewaard. {OVERLAP}"]
        assert self.periods(municipality) == before

    def test_a_membership_tells_its_own_rules(self, admin_client):
        stored = make_membership()
        values = {
            "region": make_region().pk,
            "municipality": stored.municipality_id,
            "since": "01/01/2024",
            "since_precision": "day",
            "source_name": "Test",
        }
        turned = {"municipality": make_municipality().pk, "until": "01/01/2023"}
        answer = admin_client.post(page("igs.membership", "add"), values | turned)
        assert answer.context["adminform"].form.non_field_errors() == ["‘Lid tot’ moet later zijn dan ‘lid sinds’."]
        answer = admin_client.post(page("igs.membership", "add"), values)
        assert answer.context["adminform"].form.non_field_errors() == [OVERLAP]


def test_a_form_tells_which_rule_is_broken(admin_client):
    project = make_project(state="draft", summary="")
    address = page("projects.project", "change", project.pk)
    answer = admin_client.post(
        address, form_data(admin_client.get(address)) | {"state": "published", "step_note": "Af"}
    )
    assert answer.context["adminform"].form.non_field_errors() == ["Een gepubliceerd project heeft een samenvatting."]


def test_a_date_is_written_as_in_belgium(admin_client):
    region = make_region()
    address = page("igs.region", "change", region.pk)
    admin_client.post(address, form_data(admin_client.get(address)) | {"last_day": "31/12/2026"})
    assert Region.objects.get(pk=region.pk).last_day == date(2026, 12, 31)


class TestToConfirm:
    address = "/beheer/nog-te-bevestigen/"

    def test_the_first_page_of_the_admin_leads_to_it(self, admin_client):
        assert reverse("admin:to_confirm") == self.address
        index = admin_client.get(reverse("admin:index"))
        assert (title(index), f'href="{self.address}"' in index.content.decode()) == ("Wat wil je nakijken?", True)

    def test_it_counts_every_record_that_must_be_confirmed(self, admin_client):
        make_place(confidence="medium")
        make_library(doubt="Is deze bibliotheek nog open?")
        make_region(confidence="high")
        expected = {model._meta.model_name: model.objects.to_confirm().count() for model in KEPT.values()}
        answer = admin_client.get(self.address)
        assert title(answer) == "Nog te bevestigen"
        assert {kind["key"]: kind["count"] for kind in answer.context["kinds"]} == {
            key: count for key, count in expected.items() if count
        }
        assert answer.context["total"] == sum(expected.values())

    def test_a_doubt_comes_before_what_is_merely_not_certain(self, admin_client):
        for _ in range(60):
            make_place(confidence="medium")
        doubted = make_place(
            name="Zzz", doubt="Ligt dit wel hier?", source_name="Een kaart", source_url="https://kaart.be/"
        )
        (kind,) = admin_client.get(self.address, {"soort": "place"}).context["shown"]
        assert [record.doubt != "" for record, _ in kind["rows"]] == sorted(
            (record.doubt != "" for record, _ in kind["rows"]), reverse=True
        )
        assert (doubted, page("igs.place", "change", doubted.pk)) in kind["rows"]
        assert len(kind["rows"]) == 50 < kind["count"]

    def test_a_row_tells_what_is_uncertain_and_who_says_so(self, admin_client):
        doubted = make_network(
            confidence="low", doubt="Bestaat dit nog?", source_name="Een kaart", source_url="https://kaart.be/"
        )
        text = admin_client.get(self.address).content.decode()
        (told,) = re.findall(
            rf'<tr>\s*<th scope="row"><a href="[^"]*/{doubted.pk}/change/">{doubted}</a>.*?</tr>', text, re.DOTALL
        )
        cells = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td>(.*?)</td>", told, re.DOTALL)]
        assert cells == ["laag", "Bestaat dit nog?", "Een kaart"]
        assert '<a href="https://kaart.be/">Een kaart</a>' in told

    def test_one_kind_can_be_chosen(self, admin_client):
        make_place(confidence="medium")
        make_region(confidence="low")
        kinds = admin_client.get(self.address, {"soort": "region"}).context["shown"]
        assert [kind["key"] for kind in kinds] == ["region"]

    def test_what_is_no_kind_chooses_all(self, admin_client):
        make_region(confidence="low")
        answer = admin_client.get(self.address, {"soort": "nergens"})
        assert answer.context["shown"] == answer.context["kinds"]

    def test_the_list_of_one_model_holds_the_same_records(self, admin_client):
        make_region(confidence="low")
        for kind in admin_client.get(self.address).context["kinds"]:
            assert admin_client.get(kind["list_url"]).context["cl"].result_count == kind["count"]

    def test_it_takes_two_queries_a_model_whatever_the_number_of_records(self, admin_client):
        for make in (make_membership, make_place, make_population, make_testimony):
            make(doubt="Zeker?")
        once = counted_queries(admin_client, self.address)
        for make in (make_membership, make_place, make_population, make_testimony):
            for _ in range(5):
                make(doubt="Zeker?")
        assert counted_queries(admin_client, self.address) == once
        assert once <= 2 * len(KEPT) + 5

    def test_it_says_so_when_nothing_is_left(self, admin_client):
        for model in KEPT.values():
            model.objects.update(confidence="high", doubt="")
        assert "Er is niets te bevestigen." in admin_client.get(self.address).content.decode()


class TestWhoMayComeIn:
    addresses = ("/beheer/", "/beheer/nog-te-bevestigen/", "/beheer/igs/region/", "/beheer/projects/project/add/")

    @pytest.mark.parametrize("address", addresses)
    def test_a_visitor_is_asked_to_log_in(self, client, address):
        answer = client.get(address)
        assert (answer.status_code, answer.url) == (302, f"/beheer/login/?next={address}")

    @pytest.fixture
    def newcomer(self, client):
        client.force_login(User.objects.create_user("nieuw", is_staff=True))
        return client

    def test_who_has_no_rights_yet_sees_nothing_to_change(self, newcomer):
        make_region(doubt="Zeker?")
        assert newcomer.get("/beheer/").context["app_list"] == []
        assert newcomer.get("/beheer/nog-te-bevestigen/").context["kinds"] == []
        for label in MAKE:
            assert newcomer.get(page(label, "changelist")).status_code == 403

    def test_the_first_page_is_in_the_order_of_the_work(self, admin_client):
        apps_shown = [app["app_label"] for app in admin_client.get("/beheer/").context["app_list"]]
        assert apps_shown == ["igs", "libraries", "projects", "proposals", "records", "auth"]


def test_the_sizes_of_pictures_leave_the_migrations_alone():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
