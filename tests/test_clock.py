"""The day of the portal, and the order that changes with it."""

from collections import Counter
from datetime import date, timedelta

from django.utils import timezone

from optil_portal.records.clock import today
from optil_portal.records.models import TURNS, turn
from projects.models import Project
from projects.models import Testimony as Told  # by another name, as pytest collects what begins with Test
from tests.factories import make_testimony

DAYS = [date(2026, 11, 24) + timedelta(days) for days in range(TURNS)]


def test_the_day_is_the_one_that_is_set(settings):
    settings.TODAY = date(2027, 1, 1)
    assert today() == date(2027, 1, 1)


def test_the_day_is_that_of_belgium_unless_one_is_set(settings):
    settings.TODAY = None
    before = timezone.localdate()
    day = today()
    assert before <= day <= timezone.localdate()
    assert timezone.get_current_timezone_name() == "Europe/Brussels"


def test_in_turn_holds_each_record_once():
    assert Counter(Project.objects.in_turn(turn(today()))) == Counter(Project.objects.all())


def test_in_turn_each_record_comes_to_the_front():
    fronts = {Told.objects.in_turn(turn(day))[0] for day in DAYS}
    assert fronts == set(Told.objects.all())


def test_in_turn_no_record_is_always_in_front_whatever_its_key():
    always_first = make_testimony(pk=TURNS)
    fronts = Counter(Told.objects.in_turn(turn(day))[0].pk for day in DAYS)
    assert fronts[always_first.pk] < len(DAYS) / 2
