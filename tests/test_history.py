"""Nothing lost: who changed what and when, the way back to any version, a step undone as one, no silent overwrite."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.storage import default_storage
from django.db import NotSupportedError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from igs.models import Membership, Region
from optil_portal.records.differences import changes_of
from optil_portal.records.history import Snapshot, Step, Version, going_with, snapshots, step, token
from optil_portal.records.lexicon import Synonyms
from optil_portal.records.models import State
from optil_portal.records.restoring import NotPutBackError, restore, undo
from projects.models import Audience, Partner, Project, ProjectLink
from tests.factories import (
    make_audience,
    make_library,
    make_membership,
    make_municipality,
    make_partner,
    make_project,
    make_project_image,
    make_project_link,
    make_region,
    make_testimony,
)
from tests.forms import form_data

Act = Step.Kind.ACTION
EVERYWHERE = "serve_every_region"
OTHERS = "Nog niet bewaard, want iemand anders was je voor. Kies hierboven per veld wat blijft, en bewaar opnieuw."


def page(record: Any, name: str, *more: int) -> str:
    """The address of an admin page of a record."""
    return reverse(f"admin:{record._meta.label_lower.replace('.', '_')}_{name}", args=[record.pk, *more])


def whole(*records: Any) -> dict[Any, Snapshot]:
    """Records with all that goes with them, as they are now."""
    states: dict[Any, Snapshot] = {}
    for record in records:
        states |= snapshots(going_with(type(record), [record.pk]))
    return states


def versions(record: Any) -> list[Version]:
    """The versions of a record and its rows, the first one first."""
    return list(Version.objects.about(record).order_by("pk"))


def told(record: Any) -> list[str]:
    """The differences in the last version about a record, as people read them."""
    return [str(difference) for difference in changes_of(versions(record)[-1:])[0].differences]


def text_of(response) -> str:
    """What a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def fail_after_a_region(reason: str) -> None:
    """Make a region, and then fail."""
    make_region()
    raise ValueError(reason)


def log_in(client_of: str = "an", **values: Any) -> Client:
    """A client of somebody who may do all, with a name of their own."""
    client = Client()
    client.force_login(User.objects.create_superuser(client_of, first_name=client_of.title(), **values))
    return client


@pytest.fixture(autouse=True)
def media_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


class TestEveryWrite:
    """Whatever road a change takes, it is in the history."""

    def test_a_new_record_has_its_first_version(self):
        project = make_project(title="Leeskoffers")
        (version,) = Version.objects.about(project)
        assert (version.before, version.after["title"], version.step.kind) == (None, "Leeskoffers", "other")

    def test_a_saved_change_tells_what_it_was_and_what_it_became(self):
        project = Project.objects.earliest("pk")
        title = project.title
        project.title = "Een andere titel"
        project.save()
        (version,) = Version.objects.about(project)
        assert (version.before["title"], version.after["title"]) == (title, "Een andere titel")

    def test_saving_without_a_change_makes_no_version(self):
        make_project().save()
        Project.objects.earliest("pk").save()
        assert Version.objects.count() == Version.objects.filter(before__isnull=True).count()

    def test_a_change_of_part_of_the_fields(self):
        project = make_project()
        project.title = "Alleen dit"
        project.save(update_fields=["title"])
        assert told(project)[0].endswith("→ Alleen dit")

    def test_an_update_in_bulk(self):
        one, other = make_project(title="Een"), make_project(title="Twee")
        with step(Act, "Samen"):
            Project.objects.filter(pk__in=[one.pk, other.pk]).update(title="Hetzelfde")
        assert [told(one), told(other)] == [["Titel: Een → Hetzelfde"], ["Titel: Twee → Hetzelfde"]]
        assert Step.objects.get(note="Samen").versions.count() == 2

    def test_records_made_in_bulk(self):
        with step(Act, "Samen"):
            made = Audience.objects.bulk_create(
                Audience(name=f"Doelgroep {n}", slug=f"d-{n}", source_name="Test") for n in range(3)
            )
        assert [version.record for version in Step.objects.get().versions.order_by("record")] == [
            audience.pk for audience in made
        ]

    def test_a_bulk_update_of_objects(self):
        audiences = [make_audience(name="Een"), make_audience(name="Twee")]
        for audience in audiences:
            audience.name += "!"
        Audience.objects.bulk_update(audiences, ["name"])
        assert [told(audience) for audience in audiences] == [["Naam: Een → Een!"], ["Naam: Twee → Twee!"]]

    def test_rows_that_may_be_there_already_are_refused(self):
        audience = make_audience()
        with pytest.raises(NotSupportedError):
            Audience.objects.bulk_create([audience], ignore_conflicts=True)

    @pytest.mark.parametrize("way", ["add", "set", "remove", "clear"])
    def test_links_that_come_and_go(self, way):
        kept, other = make_partner(name="De Kring"), make_partner(name="De Zeshoek")
        project = make_project(partners=[kept])
        {
            "add": lambda: project.partners.add(other),
            "set": lambda: project.partners.set([other]),
            "remove": lambda: project.partners.remove(kept),
            "clear": project.partners.clear,
        }[way]()
        after = {"add": [kept, other], "set": [other], "remove": [], "clear": []}[way]
        last = versions(project)[-1]
        assert last.after["partners"] == sorted(partner.pk for partner in after)

    @pytest.mark.parametrize("way", ["add", "remove", "clear"])
    def test_links_from_the_other_side(self, way):
        partner = make_partner(name="De Kring")
        project = make_project(partners=[] if way == "add" else [partner])
        others: Any = partner.projects
        others.clear() if way == "clear" else getattr(others, way)(project)
        sign = "+" if way == "add" else "−"
        assert told(project) == [f"Partners: {sign} De Kring"]

    @pytest.mark.parametrize("in_bulk", [True, False])
    def test_a_deleted_record_with_all_that_goes_with_it(self, in_bulk):
        partner = make_partner()
        link = make_project_link()
        project, named = link.project, make_project(partners=[partner])
        pk, link_pk = project.pk, link.pk
        with step(Act, "Weg"):
            Project.objects.filter(pk=pk).delete() if in_bulk else project.delete()
            Partner.objects.filter(pk=partner.pk).delete() if in_bulk else partner.delete()
        gone = {
            (version.kind, version.record): version.after for version in Step.objects.get(note="Weg").versions.all()
        }
        assert gone == {
            ("projects.project", pk): None,
            ("projects.projectlink", link_pk): None,
            ("projects.partner", versions(named)[-1].before["partners"][0]): None,
            ("projects.project", named.pk): snapshots({Project: [named.pk]})[Project, named.pk].fields,
        }

    def test_a_change_that_the_database_refuses_leaves_no_version(self):
        project = make_project()
        before = versions(project)
        project.summary = ""
        with pytest.raises(Exception, match="published_project_has_summary"), transaction.atomic():
            project.save()
        assert versions(project) == before

    def test_synonyms_too(self):
        synonyms = Synonyms.objects.create(words="fiets\nrijwiel")
        assert [version.after["words"] for version in versions(synonyms)] == ["fiets\nrijwiel"]

    def test_what_was_loaded_has_no_version_but_the_first_change_keeps_it(self):
        region = Region.objects.earliest("pk")
        assert (Version.objects.count(), versions(region)) == (0, [])
        name = region.name
        Region.objects.filter(pk=region.pk).update(name="Anders")
        assert versions(region)[0].before["name"] == name

    def test_a_save_takes_few_queries_however_many_links_there_are(self):
        project = make_project(partners=[make_partner() for _ in range(9)], libraries=[make_library()])
        project.slug = "andere-slug"  # which is in no index of the search
        with CaptureQueriesContext(connection) as queries:
            project.save()
        of_history = [query["sql"] for query in queries if "records_" in query["sql"] and "INSERT" in query["sql"]]
        assert len([sql for sql in of_history if re.search("records_(step|version|subject)", sql)]) == 3

    def test_reading_takes_no_query_more(self, client):
        project = make_project()
        with CaptureQueriesContext(connection) as queries:
            client.get(project.get_absolute_url())
        assert [query for query in queries if re.search("records_(step|version|subject)", query["sql"])] == []


class TestSteps:
    def test_all_that_is_done_at_once_is_one_step(self):
        with step(Act, "Drie regio's") as taken:
            regions = [make_region() for _ in range(3)]
        assert [version.record for version in taken.versions.order_by("record")] == [region.pk for region in regions]

    def test_a_record_has_one_version_in_a_step_however_often_it_changes(self):
        project = make_project(title="Eerst")
        with step(Act) as taken:
            for title in ("Dan", "Ten slotte"):
                project.title = title
                project.save()
            project.partners.add(make_partner(name="De Kring"))
        assert taken.versions.filter(kind="projects.project").count() == 1
        assert told(project) == ["Titel: Eerst → Ten slotte", "Partners: + De Kring"]

    def test_what_comes_back_to_what_it_was_is_no_change(self):
        project = make_project(title="Eerst")
        with step(Act) as taken:
            Project.objects.filter(pk=project.pk).update(title="Dan")
            Project.objects.filter(pk=project.pk).update(title="Eerst")
        assert (taken.versions.count(), taken in Step.objects.taken()) == (0, False)

    def test_a_step_within_a_step_joins_it_and_names_it(self):
        with step(Step.Kind.FORM) as outer:
            make_region()
            with step(Step.Kind.IMPORT, "Bestand regio's.xlsx") as inner:
                make_region()
        stored = Step.objects.get()
        assert (inner, stored.kind, stored.note, stored.versions.count()) == (
            outer,
            "import",
            "Bestand regio's.xlsx",
            2,
        )

    def test_a_step_is_done_whole_or_not_at_all(self):
        before = Region.objects.count()
        with pytest.raises(ValueError, match="onderweg"), step(Act):
            fail_after_a_region("onderweg")
        assert (Region.objects.count(), Step.objects.count(), Version.objects.count()) == (before, 0, 0)

    def test_a_part_that_was_rolled_back_does_not_take_the_step_along(self):
        with step(Act, "Half gelukt") as taken:
            with pytest.raises(ValueError, match="deel"), transaction.atomic():
                fail_after_a_region("deel")
            region = make_region()
        assert [version.record for version in taken.versions.all()] == [region.pk]


class TestDifferences:
    """What changed is told as people read it."""

    def test_each_field_by_its_label_choices_by_their_label_and_relations_by_name(self):
        region, other = make_region(name="Kaap"), make_region(name="Zuidzee")
        project = make_project(title="Leeskoffers", region=region, kind="igs", still_runs=None, year_from=2021)
        project.title, project.region, project.kind = "Leestassen", other, "local"
        project.still_runs, project.year_from, project.checked_on = True, None, date(2026, 11, 24)
        project.save()
        assert told(project) == [
            "Nagekeken op: – → 24 november 2026",
            "Titel: Leeskoffers → Leestassen",
            "Trekkende regio: Kaap → Zuidzee",
            "Van (jaar): 2021 → –",
            "Loopt nog: onbekend → ja",
            "Soort: project van het IGS → lokaal initiatief",
        ]

    def test_what_was_added_to_and_removed_from_a_many_to_many(self):
        one, other = make_partner(name="De Kring"), make_partner(name="De Zeshoek")
        project = make_project(partners=[one])
        with step(Act):
            project.partners.set([other])
        assert told(project) == ["Partners: + De Zeshoek, − De Kring"]

    def test_a_relation_that_is_gone_keeps_its_name(self):
        partner = make_partner(name="De Kring")
        project = make_project(partners=[partner])
        project.partners.clear()
        partner.delete()
        assert told(project) == ["Partners: − De Kring"]

    def test_words_in_a_long_text_are_marked(self):
        project = make_project(body="Wij lezen samen voor in de bib.")
        project.body = "Wij lezen elke week voor in de bib."
        project.save()
        (difference,) = changes_of(versions(project)[-1:])[0].differences
        assert [(piece.mark, piece.text) for piece in difference.pieces] == [
            ("", "Wij lezen "),
            ("del", "samen"),
            ("ins", "elke week"),
            ("", " voor in de bib."),
        ]

    def test_the_rows_of_a_record_are_in_its_history(self):
        region = make_region(name="Kaap")
        membership = make_membership(region=region, municipality=make_municipality(name="Aardenburg"))
        membership.until = date(2025, 1, 1)
        membership.save()
        change = changes_of(versions(region)[-1:])[0]
        assert (change.kind, change.name, change.what) == ("Lidmaatschap", "Aardenburg in Kaap", "gewijzigd")
        assert [str(one) for one in change.differences] == ["Lid tot: – → 1 januari 2025"]

    def test_a_row_that_moved_is_in_the_history_of_both(self):
        one, other = make_project(), make_project()
        link = make_project_link(project=one)
        ProjectLink.objects.filter(pk=link.pk).update(project=other)
        assert versions(one)[-1] == versions(other)[-1]

    def test_many_versions_take_no_more_queries_than_few(self):
        project = make_project()
        for n in range(12):
            with step(Act):
                project.partners.set([make_partner()])
                Project.objects.filter(pk=project.pk).update(title=f"Titel {n}", region=make_region())

        def queries(some: list[Version]) -> int:
            with CaptureQueriesContext(connection) as captured:
                changes_of(some)
            return len(captured)

        assert queries(versions(project)) == queries(versions(project)[-4:])


PARTNERS = st.sets(st.integers(0, 4), max_size=5)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("title"), st.text("aé’ bc", min_size=1, max_size=12)),
        st.tuples(st.just("body"), st.text(max_size=30).filter(lambda text: "\x00" not in text)),
        st.tuples(st.just("year_from"), st.one_of(st.none(), st.integers(1990, 2020))),
        st.tuples(st.just("still_runs"), st.sampled_from([True, False, None])),
        st.tuples(st.just("state"), st.sampled_from(State)),
        st.tuples(st.just("checked_on"), st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2030, 1, 1)))),
        st.tuples(st.just("region"), st.integers(0, 2)),
        st.tuples(st.just("partners"), PARTNERS),
        st.tuples(st.just("audiences"), st.sets(st.integers(0, 2))),
        st.tuples(st.just("update"), st.text("xyz", min_size=1, max_size=5)),
        st.tuples(st.just("link"), st.text("def", min_size=1, max_size=6)),
        st.tuples(st.just("relabel"), st.text("ghi", min_size=1, max_size=6)),
        st.tuples(st.just("unlink"), st.none()),
    ),
    min_size=1,
    max_size=8,
)
quickly = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


class Play:
    """A project beside what it can name, and what can happen to it."""

    def __init__(self) -> None:
        self.regions = [make_region() for _ in range(3)]
        self.partners = [make_partner() for _ in range(5)]
        self.audiences = [make_audience() for _ in range(3)]
        self.project = make_project(region=self.regions[0], partners=self.partners[:2])
        make_project_link(project=self.project, label="Eerste")

    def happen(self, what: str, value: Any) -> None:
        """Let one change happen."""
        project = Project.objects.get(pk=self.project.pk)
        links = ProjectLink.objects.filter(project=project)
        if what in ("partners", "audiences"):
            getattr(project, what).set([getattr(self, what)[n] for n in value])
        elif what == "update":
            Project.objects.filter(pk=project.pk).update(title=value)
        elif what == "link":
            ProjectLink.objects.bulk_create([ProjectLink(project=project, label=value, url="https://voorbeeld.be/")])
        elif what == "relabel":
            links.update(label=value)
        elif what == "unlink":
            for link in links[:1]:
                link.delete()
        else:
            setattr(project, what, self.regions[value] if what == "region" else value)
            project.save()

    @property
    def last(self) -> int:
        """The last version about the project."""
        return int(token(self.project).partition("-")[0])


class TestRestoring:
    @quickly
    @given(CHANGES)
    def test_history_then_restore_is_the_identity(self, changes):
        with transaction.atomic():
            play = Play()
            moments = [(play.last, whole(play.project))]
            for what, value in changes:
                play.happen(what, value)
                moments.append((play.last, whole(play.project)))
            for version, was in moments:
                restore(play.project, version, None, token(play.project))
                assert whole(play.project) == was
            transaction.set_rollback(True)

    def test_it_is_a_new_version_and_the_others_stay(self):
        project = make_project(title="Eerst")
        first = versions(project)[-1]
        Project.objects.filter(pk=project.pk).update(title="Dan")
        before = versions(project)
        restore(project, first.pk, None, token(project))
        assert versions(project)[: len(before)] == before
        assert told(project) == ["Titel: Dan → Eerst"]
        assert versions(project)[-1].step.kind == Step.Kind.RESTORE

    def test_what_was_loaded_can_come_back(self):
        region = Region.objects.earliest("pk")
        was = whole(region)
        Region.objects.filter(pk=region.pk).update(name="Anders", about="")
        Membership.objects.filter(region=region).update(note="Nagekeken")
        restore(region, 0, None, token(region))
        assert whole(region) == was

    def test_its_rows_come_back_with_it(self):
        region = make_region()
        membership = make_membership(region=region, since=date(2020, 1, 1))
        version, was = versions(region)[-1], whole(region)
        Membership.objects.filter(pk=membership.pk).update(until=date(2024, 1, 1))
        make_membership(region=region)
        restore(region, version.pk, None, token(region))
        assert whole(region) == was

    def test_memberships_that_make_room_for_each_other(self):
        region, other = make_region(), make_region()
        municipality = make_municipality()
        membership = make_membership(region=region, municipality=municipality)
        was = whole(municipality)
        last = versions(municipality)[-1]
        Membership.objects.filter(pk=membership.pk).update(until=date(2024, 1, 1))
        make_membership(region=other, municipality=municipality, since=date(2024, 1, 1))
        restore(municipality, last.pk, None, token(municipality))
        assert whole(municipality) == was

    def test_a_record_that_it_names_must_still_be_there(self):
        partner = make_partner(name="De Kring")
        project = make_project(partners=[partner])
        last = versions(project)[-1]
        project.partners.clear()
        partner.delete()
        was = whole(project)
        with pytest.raises(NotPutBackError) as refusal:
            restore(project, last.pk, None, token(project))
        assert str(refusal.value) == "‘partners’ verwijst naar iets wat er niet meer is: ‘De Kring’."
        assert whole(project) == was

    def test_a_rule_that_it_would_break_is_told(self):
        first = make_membership()
        version = versions(first)[-1]
        municipality = first.municipality
        Membership.objects.filter(pk=first.pk).update(until=date(2021, 1, 1))
        make_membership(municipality=municipality, since=date(2021, 1, 1))
        with pytest.raises(NotPutBackError) as refusal:
            restore(first, version.pk, None, token(first))
        assert str(refusal.value) == "Deze gemeente is in die periode al lid van een regio."

    def test_who_took_a_testimony_back_never_stands_on_the_site_again(self):
        testimony = make_testimony(text="Eerst zo.")
        version = versions(testimony)[-1]
        type(testimony).objects.filter(pk=testimony.pk).update(text="Dan zo.", withdrawn_on=date(2026, 11, 1))
        restore(testimony, version.pk, None, token(testimony))
        testimony.refresh_from_db()
        assert (testimony.text, testimony.withdrawn_on) == ("Eerst zo.", date(2026, 11, 1))

    @pytest.mark.django_db(transaction=False)
    def test_a_picture_that_was_removed_does_not_come_back(self, django_capture_on_commit_callbacks):
        image = make_project_image(alt="Een leeszaal")
        project = image.project
        version = versions(project)[-1]
        with django_capture_on_commit_callbacks(execute=True):
            image.delete()
        with pytest.raises(NotPutBackError) as refusal:
            restore(project, version.pk, None, token(project))
        assert str(refusal.value) == "Het bestand van ‘Een leeszaal’ is verwijderd en komt niet terug."

    def test_the_text_of_a_picture_comes_back_without_its_file(self):
        image = make_project_image(alt="Een leeszaal")
        version = versions(image.project)[-1]
        type(image).objects.filter(pk=image.pk).update(alt="Iets anders", credit="An")
        restore(image.project, version.pk, None, token(image.project))
        image.refresh_from_db()
        assert (image.alt, image.credit, default_storage.exists(image.image.name)) == ("Een leeszaal", "", True)


class TestUndoing:
    @quickly
    @given(CHANGES)
    def test_undo_of_a_step_is_the_identity(self, changes):
        with transaction.atomic():
            play = Play()
            was = whole(play.project)
            with step(Act, "Alles") as taken:
                for what, value in changes:
                    play.happen(what, value)
            became = whole(play.project)
            if taken.pk and taken.versions.exists():
                undone = undo(taken, None)
                assert whole(play.project) == was
                undo(undone, None)
                assert whole(play.project) == became
            transaction.set_rollback(True)

    def test_an_undo_is_a_step_too(self):
        project = make_project(title="Eerst")
        with step(Act, "Hertiteld") as taken:
            Project.objects.filter(pk=project.pk).update(title="Dan")
        undone = undo(taken, User.objects.create(username="an"))
        assert (undone.undoes, undone.kind, undone.who) == (taken, Step.Kind.UNDO, "an")
        assert undone.note.endswith("Hertiteld")

    def test_new_records_go_and_come_back_with_their_own_numbers(self):
        with step(Step.Kind.IMPORT) as taken:
            partner = make_partner()
            project = make_project(partners=[partner])
            make_project_link(project=project)
        became = whole(project, partner)
        undone = undo(taken, None)
        assert whole(project, partner) == {}
        undo(undone, None)
        assert whole(project, partner) == became

    def test_it_is_refused_when_a_record_changed_since(self):
        one, other = make_project(title="Een"), make_project(title="Twee")
        with step(Act) as taken:
            Project.objects.filter(pk__in=[one.pk, other.pk]).update(summary="Anders.")
        Project.objects.filter(pk=one.pk).update(title="Een, maar beter")
        was = whole(one, other)
        with pytest.raises(NotPutBackError) as refusal:
            undo(taken, None)
        assert str(refusal.value) == "Sindsdien veranderd, en dus niet teruggezet: ‘Een’."
        assert whole(one, other) == was

    def test_it_is_refused_when_something_else_would_go_along(self):
        with step(Act) as taken:
            project = make_project()
        link = make_project_link(project=project, label="Later erbij")
        with pytest.raises(NotPutBackError) as refusal:
            undo(taken, None)
        assert str(refusal.value) == "Niets teruggezet, want ook dit zou erdoor veranderen: ‘Later erbij’."
        assert ProjectLink.objects.filter(pk=link.pk).exists()

    def test_it_is_refused_when_another_record_leans_on_it(self):
        with step(Act) as taken:
            region = make_region()
        project = make_project(region=region, title="Later erbij")
        with pytest.raises(NotPutBackError) as refusal:
            undo(taken, None)
        assert str(refusal.value) == "Niets teruggezet, want ook dit zou erdoor veranderen: ‘Later erbij’."
        assert Project.objects.get(pk=project.pk).region == region

    def test_steps_can_be_undone_one_after_the_other(self):
        project = make_project(title="Een")
        taken = []
        for title in ("Twee", "Drie"):
            with step(Act) as one:
                Project.objects.filter(pk=project.pk).update(title=title)
            taken.append(one)
        undo(taken[1], None)
        undo(taken[0], None)
        assert Project.objects.get(pk=project.pk).title == "Een"


class TestPages:
    """The history as a consultant sees it."""

    def test_a_saved_form_is_one_step_signed_by_who_saved_it(self):
        project = make_project(title="Leeskoffers")
        an = log_in("an")
        form = form_data(an.get(page(project, "change")))
        partner = make_partner(name="De Kring")
        an.post(page(project, "change"), form | {"title": "Leestassen", "partners": [partner.pk]})
        last = versions(project)[-1]
        assert (last.step.who, last.step.kind, told(project)) == (
            "An",
            "form",
            ["Titel: Leeskoffers → Leestassen", "Partners: + De Kring"],
        )

    def test_the_history_tells_who_when_and_what(self):
        project = make_project(title="Leeskoffers")
        an = log_in("an")
        an.post(page(project, "change"), form_data(an.get(page(project, "change"))) | {"title": "Leestassen"})
        response = an.get(page(project, "history"))
        assert [(moment.step.who, moment.is_last) for moment in response.context["moments"]] == [
            ("An", True),
            ("het portaal zelf", False),
        ]
        said = text_of(response)
        assert "An: formulier" in said
        assert "Project ‘Leestassen’: gewijzigd Veld Was Wordt Titel Leeskoffers Leestassen" in said

    def test_its_cost_does_not_grow_with_the_versions(self):
        an, few, many = log_in(), make_project(), make_project()
        for project, times in ((few, 3), (many, 12)):
            for n in range(times):
                Project.objects.filter(pk=project.pk).update(title=f"Titel {n}")

        def queries(project: Project) -> int:
            with CaptureQueriesContext(connection) as captured:
                an.get(page(project, "history"))
            return len(captured)

        assert queries(few) == queries(many) <= 14

    def test_an_older_version_is_put_back_after_a_look_at_what_changes(self):
        project = make_project(title="Eerst")
        version = versions(project)[-1].pk
        Project.objects.filter(pk=project.pk).update(title="Dan")
        an = log_in()
        look = an.get(page(project, "restore", version))
        assert "Titel Dan Eerst" in text_of(look)
        assert Project.objects.get(pk=project.pk).title == "Dan"
        an.post(page(project, "restore", version), {"_version": look.context["version_token"]})
        assert (Project.objects.get(pk=project.pk).title, versions(project)[-1].step.who) == ("Eerst", "An")

    def test_it_is_not_put_back_over_what_was_saved_since_that_look(self):
        project = make_project(title="Eerst")
        version = versions(project)[-1].pk
        Project.objects.filter(pk=project.pk).update(title="Dan")
        an = log_in()
        look = an.get(page(project, "restore", version))
        Project.objects.filter(pk=project.pk).update(title="Net nog")
        answer = an.post(page(project, "restore", version), {"_version": look.context["version_token"]}, follow=True)
        assert "Sindsdien veranderd, en dus niet teruggezet" in text_of(answer)
        assert Project.objects.get(pk=project.pk).title == "Net nog"

    def test_an_action_on_a_list_is_one_step_that_is_undone_as_one(self):
        projects = [make_project(title="Een"), make_project(title="Twee")]
        an = log_in()
        an.post(
            reverse("admin:projects_project_changelist"),
            {"action": "archive", "_selected_action": [one.pk for one in projects], "step_note": "Voorbij"},
        )
        taken = Step.objects.get(kind="action")
        assert (taken.who, taken.note, taken.versions.count()) == ("An", "Archiveer de gekozen records: Voorbij", 2)
        listed = text_of(an.get(reverse("admin:records_step_changelist")))
        assert "An actie op een lijst Archiveer de gekozen records: Voorbij 2" in listed
        response = an.get(reverse("admin:records_step_change", args=[taken.pk]))
        assert "Maak deze hele stap ongedaan" in response.content.decode()
        an.post(reverse("admin:records_step_change", args=[taken.pk]))
        assert {project.state for project in Project.objects.filter(title__in=["Een", "Twee"])} == {"published"}

    def test_a_step_that_cannot_be_undone_says_why(self):
        project = make_project(title="Een")
        with step(Act) as taken:
            Project.objects.filter(pk=project.pk).update(title="Twee")
        Project.objects.filter(pk=project.pk).update(title="Drie")
        address = reverse("admin:records_step_change", args=[taken.pk])
        an = log_in()
        response = an.get(address)
        assert "kan niet ongedaan gemaakt worden, want dit veranderde sindsdien: Twee" in text_of(response)
        assert "Maak deze hele stap ongedaan" not in response.content.decode()
        assert "Sindsdien veranderd" in text_of(an.post(address, follow=True))
        assert Project.objects.get(pk=project.pk).title == "Drie"

    @pytest.mark.parametrize(
        ("permissions", "codes"),
        [
            pytest.param(["view_project"], (200, 403, 403, 403), id="who-looks"),
            pytest.param(["view_project", "change_project", EVERYWHERE], (200, 200, 403, 403), id="who-changes"),
            pytest.param(["view_step"], (403, 403, 200, 403), id="who-sees-steps"),
            pytest.param(["view_step", "view_project", "change_project", EVERYWHERE], (200, 200, 200, 302), id="both"),
            pytest.param([], (403, 403, 403, 403), id="who-may-nothing"),
        ],
    )
    def test_who_may_not_change_a_record_does_not_put_it_back(self, permissions, codes):
        project = make_project()
        with step(Act) as taken:
            Project.objects.filter(pk=project.pk).update(title="Twee")
        user = User.objects.create_user("an", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        an = Client()
        an.force_login(user)
        step_page = reverse("admin:records_step_change", args=[taken.pk])
        answers = (
            an.get(page(project, "history")),
            an.get(page(project, "restore", 0)),
            an.get(step_page),
            an.post(step_page),
        )
        assert tuple(answer.status_code for answer in answers) == codes

    def test_nobody_sees_it_without_an_account(self, client):
        project = make_project()
        for address in (page(project, "history"), page(project, "restore", 0)):
            assert client.get(address).url.startswith("/beheer/login/")

    def test_a_withdrawn_testimony_stays_in_history_only(self, client):
        testimony: Any = make_testimony(person="Mieke Testpersoon", project=make_project())
        testimony.withdrawn_on = date(2026, 11, 24)
        testimony.save()
        an = log_in()
        assert "Mieke Testpersoon" in text_of(an.get(page(testimony, "history")))
        for address in (
            testimony.project.get_absolute_url(),
            testimony.region.get_absolute_url(),
            "/",
            "/zoeken/?q=mieke",
        ):
            assert "Mieke Testpersoon" not in text_of(client.get(address))


class TestConflicts:
    """Who saves second sees what the first one made of it, and chooses."""

    @pytest.fixture
    def project(self) -> Project:
        return make_project(title="Leeskoffers", summary="Samen lezen.", body="Eerst.", partners=[])

    def opened(self, client: Client, record: Any) -> dict[str, Any]:
        return form_data(client.get(page(record, "change")))

    def again(self, response, **choices: str) -> dict[str, Any]:
        """What a browser sends from the page of a conflict, with these choices beside those made beforehand."""
        conflict = response.context["conflict"]
        chosen = {choice.input_name: choice.chosen for choice in conflict.choices if choice.chosen}
        return (
            form_data(response)
            | {"_against": response.context["against"], "_differs": [choice.name for choice in conflict.choices]}
            | chosen
            | {f"_choice-{name}": value for name, value in choices.items()}
        )

    def test_without_one_nothing_is_asked(self, project):
        an = log_in("an")
        an.post(page(project, "change"), self.opened(an, project) | {"title": "Eerst"})
        answer = an.post(page(project, "change"), self.opened(an, project) | {"title": "Dan"})
        assert (answer.status_code, Project.objects.get(pk=project.pk).title) == (302, "Dan")

    def test_it_is_noticed_and_nothing_is_lost(self, project):
        an, bo = log_in("an"), log_in("bo")
        of_an, of_bo = self.opened(an, project), self.opened(bo, project)
        an.post(page(project, "change"), of_an | {"title": "Van An", "summary": "Van An."})
        answer = bo.post(page(project, "change"), of_bo | {"title": "Van Bo", "body": "Van Bo."})
        conflict = answer.context["conflict"]
        assert (answer.status_code, conflict.who) == (409, ["An"])
        assert [tuple(choice)[1:] for choice in conflict.choices] == [
            ("Titel", "Van Bo", "Van An", ""),
            ("Samenvatting", "Samen lezen.", "Van An.", "theirs"),
            ("Tekst", "Van Bo.", "Eerst.", "mine"),
        ]
        project.refresh_from_db()
        assert (project.title, project.summary, project.body) == ("Van An", "Van An.", "Eerst.")
        assert OTHERS in text_of(answer)
        assert "Intussen bewaard door An" in text_of(answer)

    @pytest.mark.parametrize(("choice", "title"), [("mine", "Van Bo"), ("theirs", "Van An")])
    def test_each_field_is_chosen_apart(self, project, choice, title):
        an, bo = log_in("an"), log_in("bo")
        of_an, of_bo = self.opened(an, project), self.opened(bo, project)
        an.post(page(project, "change"), of_an | {"title": "Van An", "summary": "Van An."})
        answer = bo.post(page(project, "change"), of_bo | {"title": "Van Bo", "body": "Van Bo."})
        saved = bo.post(page(project, "change"), self.again(answer, title=choice))
        project.refresh_from_db()
        assert (saved.status_code, project.title, project.summary, project.body) == (302, title, "Van An.", "Van Bo.")

    def test_what_is_not_chosen_is_asked_again_with_what_was_chosen(self, project):
        an, bo = log_in("an"), log_in("bo")
        of_an, of_bo = self.opened(an, project), self.opened(bo, project)
        an.post(page(project, "change"), of_an | {"title": "Van An", "kind": "local"})
        answer = bo.post(page(project, "change"), of_bo | {"title": "Van Bo"})
        second = bo.post(page(project, "change"), self.again(answer, kind="mine"))
        assert second.status_code == 409
        assert {choice.name: choice.chosen for choice in second.context["conflict"].choices} == {
            "title": "",
            "kind": "mine",
        }

    def test_a_third_one_in_between_is_noticed_too(self, project):
        an, bo = log_in("an"), log_in("bo")
        of_an, of_bo = self.opened(an, project), self.opened(bo, project)
        an.post(page(project, "change"), of_an | {"title": "Van An"})
        answer = bo.post(page(project, "change"), of_bo | {"title": "Van Bo"})
        an.post(page(project, "change"), self.opened(an, project) | {"body": "Nog van An."})
        second = bo.post(page(project, "change"), self.again(answer, title="mine"))
        assert second.status_code == 409
        assert Project.objects.get(pk=project.pk).title == "Van An"

    def test_relations_are_chosen_by_name(self, project):
        kring, zeshoek = make_partner(name="De Kring"), make_partner(name="De Zeshoek")
        an, bo = log_in("an"), log_in("bo")
        of_an, of_bo = self.opened(an, project), self.opened(bo, project)
        an.post(page(project, "change"), of_an | {"partners": [kring.pk], "still_runs": "true"})
        answer = bo.post(page(project, "change"), of_bo | {"partners": [zeshoek.pk]})
        (runs, partners) = sorted(answer.context["conflict"].choices, key=lambda choice: choice.label)
        assert (partners.mine, partners.theirs) == ("De Zeshoek", "De Kring")
        assert (runs.mine, runs.theirs, runs.chosen) == ("onbekend", "ja", "theirs")
        bo.post(page(project, "change"), self.again(answer, partners="theirs"))
        project.refresh_from_db()
        assert ([*project.partners.all()], project.still_runs) == ([kring], True)

    def test_a_row_that_changed_since_is_noticed_and_chosen(self, project):
        make_project_link(project=project, label="Lees meer")
        an, bo = log_in("an"), log_in("bo")
        of_an, of_bo = self.opened(an, project), self.opened(bo, project)
        an.post(page(project, "change"), of_an | {"links-0-label": "Van An"})
        answer = bo.post(page(project, "change"), of_bo | {"title": "Van Bo"})
        assert answer.status_code == 409
        assert [(choice.name, choice.label, choice.chosen) for choice in answer.context["conflict"].choices] == [
            ("title", "Titel", "mine"),
            ("links-0-label", "Van An: Tekst", "theirs"),
        ]
        bo.post(page(project, "change"), self.again(answer))
        project.refresh_from_db()
        assert (project.title, project.links.get().label) == ("Van Bo", "Van An")

    def test_a_row_that_somebody_else_removed_stays_away(self, project):
        make_project_link(project=project, label="Weg", position=1)
        kept = make_project_link(project=project, label="Blijft", position=2)
        an, bo = log_in("an"), log_in("bo")
        of_an, of_bo = self.opened(an, project), self.opened(bo, project)
        an.post(page(project, "change"), of_an | {"links-0-DELETE": "on"})
        answer = bo.post(page(project, "change"), of_bo | {"title": "Van Bo"})
        assert answer.status_code == 409
        assert "Link ‘Weg’: verwijderd" in text_of(answer)
        bo.post(page(project, "change"), self.again(answer))
        project.refresh_from_db()
        assert (project.title, [*project.links.all()]) == ("Van Bo", [kept])

    def test_a_row_that_somebody_else_added_is_noticed_and_stays(self, project):
        bo = log_in("bo")
        of_bo = self.opened(bo, project)
        make_project_link(project=project, label="Van An")
        answer = bo.post(page(project, "change"), of_bo)
        assert (answer.status_code, answer.context["conflict"].choices) == (409, [])
        assert bo.post(page(project, "change"), self.again(answer)).status_code == 302
        assert [link.label for link in project.links.all()] == ["Van An"]

    @pytest.mark.parametrize("sent", ["", "onzin", "999999999-x"])
    def test_a_form_that_does_not_say_what_it_showed_asks_too(self, project, sent):
        an = log_in()
        form = self.opened(an, project) | {"title": "Anders", "_version": sent}
        answer = an.post(page(project, "change"), form)
        assert answer.status_code == 409
        assert [tuple(choice)[1:] for choice in answer.context["conflict"].choices] == [
            ("Titel", "Anders", "Leeskoffers", "")
        ]
        assert Project.objects.get(pk=project.pk).title == "Leeskoffers"

    def test_memberships_in_the_form_of_a_region(self):
        region = make_region()
        membership = make_membership(region=region)
        bo = log_in("bo")
        of_bo = self.opened(bo, region)
        Membership.objects.filter(pk=membership.pk).update(note="Van An")
        answer = bo.post(page(region, "change"), of_bo | {"about": "Van Bo"})
        assert answer.status_code == 409
        bo.post(page(region, "change"), self.again(answer))
        region.refresh_from_db()
        membership.refresh_from_db()
        assert (region.about, membership.note) == ("Van Bo", "Van An")


def test_what_was_seeded_has_no_versions_yet():
    assert (Step.objects.count(), Project.partners.through.objects.exists()) == (0, True)
