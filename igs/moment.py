"""The day on which a page of the regions is looked at: today, or the one that `?op=` asks for."""

from datetime import date
from functools import cached_property
from typing import ClassVar, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from igs.models import Municipality, Region
from optil_portal.records.clock import today
from optil_portal.records.folding import as_asked
from optil_portal.records.listing import RecordList
from optil_portal.records.templatetags.records_tags import day as told

FIRST_DAY = date(2020, 1, 1)  # of the first IGS'en cultuur; who worked together before is not known for sure
AHEAD = 6  # years, as long as a recognition lasts

NO_DAY = "‘{}’ is geen dag op de kalender. Schrijf een dag als 2024-12-31."
TOO_EARLY = "We kennen de leden pas vanaf {}, de eerste dag van deze werking; wat er voordien was, weten we niet zeker."
TOO_LATE = "Zo ver vooruit weten we niets: we kijken ten laatste naar {}."

written = forms.DateField(required=False, input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"])


class Moment(NamedTuple):
    """The day to look at; of another one than today also the `query` that keeps links on it.

    Of a day that was asked in vain the day is today, and `refusal` says why.
    """

    day: date
    query: str = ""
    refusal: str = ""

    @property
    def is_ahead(self) -> bool:
        """Whether the day is still to come."""
        return self.day > today()

    @classmethod
    def asked(cls, request: HttpRequest, since: date | None = None) -> "Moment":
        """The day that a request asks for, of something that is known since a day, or else since FIRST_DAY."""
        asked = request.GET.get("op", "")
        return cls.read(asked, max(since or FIRST_DAY, FIRST_DAY)) if asked else cls(today())

    @classmethod
    def read(cls, asked: str, first: date) -> "Moment":
        """The day in a text, where that is one from `first` until AHEAD years from now."""
        last = date(today().year + AHEAD, 12, 31)
        try:
            day = written.clean(asked) or today()
        except ValidationError:
            return cls(today(), refusal=NO_DAY.format(as_asked(asked)))
        if day < first:
            return cls(today(), refusal=TOO_EARLY.format(told(first)))
        if day > last:
            return cls(today(), refusal=TOO_LATE.format(told(last)))
        return cls(day, "" if day == today() else f"?op={day.isoformat()}")


def moved(request: HttpRequest, to: Region | Municipality) -> HttpResponse:
    """The answer that what was asked is found on the page of another record, on the same day."""
    return redirect(to.get_absolute_url() + Moment.asked(request).query, permanent=True)


class Dated(RecordList):
    """A list that can be of another day, for which its page has a template of its own."""

    template_then: ClassVar[str]
    asks: ClassVar = {"op": "De lijst zoals ze op een andere dag was, geschreven als 2024-12-31"}

    @cached_property
    def moment(self) -> Moment:
        """The day asked for."""
        return Moment.asked(self.request)

    @property
    def day(self) -> date:
        """The day asked for, or today when it was asked in vain."""
        return self.moment.day

    @property
    def ignored(self) -> list[str]:
        """With the day when it was asked in vain."""
        return sorted([*super().ignored, *(["op"] if self.moment.refusal else [])])

    def get_template_names(self) -> list[str]:
        """The template of the day."""
        return [self.template_then] if self.moment.query else super().get_template_names()
