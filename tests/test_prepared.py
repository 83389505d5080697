"""Queries that are compiled once: each call gets its own answer, the same as the queryset gives."""

from datetime import date

from igs.models import Municipality, Region
from optil_portal.records.prepared import Prepared, text_of
from tests.factories import make_population, make_region

FIRST_DAYS = Prepared(
    lambda slug: Region.objects.filter(slug=slug).values_list("name", text_of("first_day")), slug="stand-in"
)


def test_each_call_gets_its_own_answer():
    make_region(name="Aa", slug="aa", first_day=date(2031, 2, 3))
    make_region(name="Bb", slug="bb")
    assert FIRST_DAYS(slug="aa") == [("Aa", "2031-02-03")]
    assert FIRST_DAYS(slug="bb") == [("Bb", None)]
    assert FIRST_DAYS(slug="nowhere") == []


def test_a_value_may_hold_what_sql_gives_a_meaning():
    make_region(name="100%", slug="o'brien", first_day=date(2031, 2, 3))
    assert FIRST_DAYS(slug="o'brien") == [("100%", "2031-02-03")]
    assert FIRST_DAYS(slug="%s") == []


def test_the_rows_of_regions_hold_the_same_numbers_as_the_records():
    on = date(2026, 11, 24)
    ieper = Municipality.objects.get(slug="ieper")
    make_population(municipality=ieper, counted_on=date(2026, 6, 1), inhabitants=7)
    records = Region.objects.active(on).with_figures(on).by_number()
    expected = [(one.pk, one.municipality_count, one.inhabitants) for one in records]
    assert [(row.pk, row.municipality_count, row.inhabitants) for row in Region.rows(on)] == expected
    assert min(inhabitants for _, _, inhabitants in expected) > 30_000
