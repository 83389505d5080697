"""What a process keeps of the content: as long as that is the same, and not a change longer."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from igs.models import Municipality, Outline, Region
from optil_portal.records.edition import KEPT, Edition, by_key, edition_asked, kept, kept_of
from optil_portal.records.known_edition import known, one_edition
from projects.models import Partner, Project
from tests.factories import make_membership, make_municipality, make_outline, make_partner, make_project, make_region


def change_by_hand(project: Project) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE projects_project SET title = 'x' WHERE id = %s", [project.pk])


CHANGES = [
    pytest.param(lambda one: one.save(), id="saved"),
    pytest.param(lambda one: make_project(), id="added"),
    pytest.param(lambda one: Project.objects.filter(pk=one.pk).update(title="Anders"), id="changed-in-bulk"),
    pytest.param(lambda one: one.delete(), id="deleted"),
    pytest.param(lambda one: one.partners.add(make_partner()), id="link-added"),
    pytest.param(lambda one: one.partners.clear(), id="links-gone"),
    pytest.param(lambda one: make_membership(municipality=make_municipality()), id="member-added"),
    pytest.param(lambda one: make_outline(municipality=make_municipality()), id="shape-added"),
    pytest.param(change_by_hand, id="by-hand"),
    pytest.param(lambda one: Partner.objects.bulk_create([Partner(name="Nieuw", slug="nieuw")]), id="made-in-bulk"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_makes_an_edition_that_never_was(change: Callable[[Project], object]):
    project = make_project(partners=[make_partner(slug="eerste", name="Eerste")])
    before = Edition.current()
    change(project)
    after = Edition.current()
    Region.objects.filter(slug="midwest").update(name="Anders")
    assert len({before, after, Edition.current()}) == 3


def test_reading_leaves_the_edition_as_it_is():
    before = Edition.current()
    assert Project.objects.count() > 50
    assert Edition.current() == before


def test_who_asks_for_a_region_gets_a_record_of_their_own():
    mine, yours = Region.at("midwest"), Region.at("midwest")
    assert (mine == yours, mine is yours, Region.at("is-er-niet")) == (True, False, None)


def test_a_project_finds_its_region_when_that_is_newer_than_what_is_kept():
    with one_edition():
        assert len(by_key(Region)) == Region.objects.count()
        late = make_region(slug="later")
        make_project(slug="laat", region=late)
        assert late.pk not in by_key(Region)
        assert getattr(Project.at("laat", date(2026, 11, 24)), "region", None) == late


def test_what_is_made_of_the_content_is_made_again_only_after_a_change():
    made = []

    def names() -> list[str]:
        made.append(1)
        return [*Municipality.objects.filter(slug="gistel").values_list("name", flat=True)]

    assert [kept("test", names) for _ in range(3)] == [["Gistel"]] * 3
    Municipality.objects.filter(slug="gistel").update(name="Aaigem")
    assert [kept("test", names) for _ in range(3)] == [["Aaigem"]] * 3
    assert len(made) == 2


def test_a_change_that_is_taken_back_leaves_what_was_kept():
    before = kept("shapes", Outline.objects.count)
    with transaction.atomic():
        Outline.objects.all().delete()
        assert kept("shapes", Outline.objects.count) == 0
        transaction.set_rollback(True)
    assert kept("shapes", Outline.objects.count) == before == 285


def test_a_change_while_it_is_made_has_it_made_again_for_who_asks_next():
    calls = iter([True, False])

    def make() -> int:
        number = Project.objects.count()
        if next(calls):
            make_project()
        return number

    before = Project.objects.count()
    assert [kept("number", make) for _ in range(2)] == [before, before + 1]


def test_who_only_looks_asks_for_the_edition_once(client):
    Region.objects.filter(slug="midwest").update(name="Anders")
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    assert sum("records_edition" in query["sql"] for query in queries) == 1


def test_a_connection_that_is_used_again_asks_for_the_edition_at_once():
    if connection.vendor == "sqlite":
        return  # a file need not be asked whether it still answers
    with one_edition():
        assert (connection.is_usable(), known()) == (True, Edition.current())
        with CaptureQueriesContext(connection) as queries:
            assert edition_asked() == known()
    assert len(queries) == 0


def test_who_looks_after_a_change_sees_it(client):
    for name in ("Westwest", "Oostoost"):
        Region.objects.filter(slug="midwest").update(name=name)
        assert {name} & set(regions(client)) == {name}


def test_what_is_made_of_another_day_is_not_kept():
    days = [date(2024, 12, 31) + timedelta(number) for number in range(40)]
    for day in days:
        kept_of(day, "test", object)
    assert {("test", day) for day in days} & set(KEPT) == set()


def regions(client) -> list[str]:
    """The names of the regions on the home page's list."""
    return [row.name for row in client.get("/").context["regions"]]


def test_two_who_write_something_else_do_not_wait_for_each_other():
    if connection.vendor == "sqlite":
        return  # there, who writes always waits for who writes
    Partner.objects.filter(slug="vlaio").update(name="Anders")
    with psycopg.connect(**parameters_of(connection)) as other:
        other.execute("SET lock_timeout = '1s'")
        changed = other.execute("UPDATE projects_theme SET tagline = 'Anders' WHERE number = 1").rowcount
        other.rollback()
    assert changed == 1


def parameters_of(connection: Any) -> dict[str, Any]:
    """What another connection with the same database needs."""
    settings = connection.settings_dict
    return {"dbname": settings["NAME"], "user": settings["USER"], "host": settings["HOST"], "port": settings["PORT"]}


def test_without_editions_nothing_is_kept():
    Edition.objects.all().delete()
    before = kept("partners", Partner.objects.count)
    Partner.objects.bulk_create([Partner(name="Nieuw", slug="nieuw")])
    Edition.objects.all().delete()
    assert kept("partners", Partner.objects.count) == before + 1
