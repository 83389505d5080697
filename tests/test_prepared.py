"""Queries that are compiled once: each call gets its own answer, the same as the queryset gives."""

from datetime import date

from django.db.models import Model

from igs.models import Municipality, Region
from optil_portal.records.prepared import Prepared
from projects.models import Project
from tests.factories import make_population, make_region

FIRST_DAYS = Prepared(lambda slug: Region.objects.filter(slug=slug).values_list("name", "first_day"), slug="stand-in")


def test_each_call_gets_its_own_answer():
    make_region(name="Aa", slug="aa", first_day=date(2031, 2, 3))
    make_region(name="Bb", slug="bb")
    assert FIRST_DAYS(slug="aa") == [("Aa", date(2031, 2, 3))]
    assert FIRST_DAYS(slug="bb") == [("Bb", None)]
    assert FIRST_DAYS(slug="nowhere") == []


def test_a_value_may_hold_what_sql_gives_a_meaning():
    make_region(name="100%", slug="o'brien", first_day=date(2031, 2, 3))
    assert FIRST_DAYS(slug="o'brien") == [("100%", date(2031, 2, 3))]
    assert FIRST_DAYS(slug="%s") == []


def test_a_whole_record_comes_with_what_it_points_to_and_what_is_added_to_it():
    expected = (
        Project.objects.with_recognition(2026).select_related("region", "theme").get(slug="winterse-vertellingen")
    )
    found = Project.at("winterse-vertellingen", date(2026, 11, 24))
    assert found is not None
    assert values_of(found) == values_of(expected)
    assert values_of(found.region) == values_of(expected.region)
    assert values_of(found.theme) == values_of(expected.theme)
    assert found.round_began == expected.round_began == 2020
    assert Project.at("nowhere", date(2026, 11, 24)) is None


def values_of(record: Model | None) -> dict[str, object]:
    """The value of each field of a record."""
    assert record is not None
    return {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}


def test_the_rows_of_regions_hold_the_same_numbers_as_the_records():
    on = date(2026, 11, 24)
    ieper = Municipality.objects.get(slug="ieper")
    make_population(municipality=ieper, counted_on=date(2026, 6, 1), inhabitants=7)
    records = Region.objects.active(on).with_figures(on).by_number()
    expected = [(one.pk, one.municipality_count, one.inhabitants) for one in records]
    assert [(row.pk, row.municipality_count, row.inhabitants) for row in Region.rows(on)] == expected
    assert min(inhabitants for _, _, inhabitants in expected) > 30_000
