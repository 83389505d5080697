"""The sheet on which a region checks what the portal says of it, and the link that brings it there."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.text import capfirst

from igs.models import Membership, Region
from optil_portal.records.differences import names_in, shown
from optil_portal.records.history import plain
from optil_portal.records.models import Record
from projects.models import Project

SALT = "proposals.sheet"
GOOD_FOR = timedelta(days=30)
EXPIRED = (
    f"Een link om na te kijken werkt {GOOD_FOR.days} dagen. Vraag je consulent een nieuwe; wat je eerder verstuurde, is"
    " goed aangekomen."
)
BROKEN = (
    "Misschien is er een stuk van weggevallen. Neem hem helemaal over uit de mail van je consulent, of vraag een"
    " nieuwe."
)
# What a coordinator can know better than we do.
OF_REGION = ("name", "official_name", "legal_form", "seat", "website", "email", "phone", "about")
OF_PROJECT = ("title", "summary", "still_runs")


def link_of(region: Region) -> str:
    """The path of the sheet of a region, good for some time from now."""
    return reverse("proposals:sheet", args=[signing.dumps(region.pk, salt=SALT)])


def region_behind(token: str) -> Region | None:
    """The region whose sheet a link opens; raises SignatureExpired or BadSignature."""
    return Region.objects.filter(pk=signing.loads(token, salt=SALT, max_age=GOOD_FOR)).first()


class Line(NamedTuple):
    """One field of a record on a sheet: what it holds, and that as people read it."""

    field: Any
    value: Any
    told: str

    @property
    def label(self) -> str:
        """What the field is called."""
        return capfirst(str(self.field.verbose_name))


class Leaf(NamedTuple):
    """A record on a sheet, with its lines."""

    record: Record
    lines: list[Line]

    @property
    def is_region(self) -> bool:
        """Whether this is the region itself."""
        return isinstance(self.record, Region)


class Sheet:
    """What the portal says of a region on a day."""

    def __init__(self, region: Region, on: date) -> None:
        """Look it up: the region, its members, and the public projects that it leads."""
        self.region = region
        self.members = [row.name for row in Membership.rows_of_region(region, region.seen_on(on)).now]
        projects = Project.objects.listed().led_by(region)
        self.leaves = [leaf(region, OF_REGION), *(leaf(project, OF_PROJECT) for project in projects)]

    @property
    def digest(self) -> str:
        """What tells this sheet from one that says anything else."""
        values = [[line.value for line in one.lines] for one in self.leaves]
        return salted_hmac(SALT, json.dumps([self.region.pk, self.members, values])).hexdigest()[:16]

    def lines(self) -> Iterator[tuple[Record, Line]]:
        """Every line with its record."""
        return ((one.record, line) for one in self.leaves for line in one.lines)


def leaf(record: Record, names: tuple[str, ...]) -> Leaf:
    """A record with its lines."""
    fields = [record._meta.get_field(name) for name in names]
    return Leaf(record, [line_of(field, record) for field in fields])


def line_of(field: Any, record: models.Model) -> Line:
    """One field of a record."""
    value = plain(field.value_from_object(record))
    return Line(field, value, shown(field, value, names_in([])))
