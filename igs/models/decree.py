"""What the decree asks of a region and what it pays: parameters that editors keep, each from a day on."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar, NamedTuple, Self

from django.db import models
from django.db.models import Q, Subquery

from igs.models.membership import Membership
from igs.models.municipality import Municipality
from igs.models.population import Population
from igs.models.region import Region
from optil_portal.records.models import Record, RecordQuerySet


class DecreeRuleQuerySet(RecordQuerySet):
    """The words for the parameters of the decree."""

    def valid(self, on: date) -> "dict[str, DecreeRule]":
        """The parameter of each kind that holds on a day."""
        begun: Any = self.filter(valid_from__lte=on).order_by("valid_from")
        return {rule.subject: rule for rule in begun}

    def upcoming(self, on: date) -> Self:
        """The parameters that hold only after a day, the first of them first."""
        return self.filter(valid_from__gt=on).order_by("valid_from")


class DecreeRule(Record):
    """A number of the decree on supralocal culture, from the day on which it holds until the next of its kind."""

    class Subject(models.TextChoices):
        """What the number is about."""

        INHABITANTS = "inhabitants", "inwoners die een regio minstens telt"
        PER_INHABITANT = "per_inhabitant", "subsidie per inwoner, hoogstens"
        MINIMUM = "minimum", "subsidie per regio, minstens"

    UNITS: ClassVar[dict[str, str]] = {
        Subject.INHABITANTS: "inwoners",
        Subject.PER_INHABITANT: "euro per inwoner en per jaar",
        Subject.MINIMUM: "euro per jaar",
    }
    natural_fields: ClassVar[tuple[str, ...]] = ("subject", "valid_from")

    subject = models.CharField("waarover", max_length=14, choices=Subject)
    value = models.DecimalField("waarde", max_digits=12, decimal_places=2)
    valid_from = models.DateField("geldt vanaf")

    objects: ClassVar = DecreeRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "regel van het decreet"
        verbose_name_plural = "regels van het decreet"
        ordering: ClassVar = ["subject", "valid_from"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject", "valid_from"],
                name="decree_rule_once_a_day",
                violation_error_message="Vanaf die dag is er hierover al een regel.",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="decree_rule_is_not_negative",
                violation_error_message="De waarde kan niet onder nul liggen.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()}, vanaf {self.valid_from:%d/%m/%Y}"

    @property
    def unit(self) -> str:
        """In what the value is counted."""
        return self.UNITS[self.subject]


class Count(NamedTuple):
    """A member of a region on a day, and its last count by then, if there is one."""

    region: int
    municipality: int | None
    name: str
    inhabitants: int | None
    counted_on: date | None


def counts(on: date) -> list[Count]:
    """Every member of every region on a day."""
    last = Population.objects.latest_of_member(on)
    members = (
        Membership.objects.on(on)
        .by_name()
        .annotate(
            inhabitants=Subquery(last.values("inhabitants")[:1]), counted_on=Subquery(last.values("counted_on")[:1])
        )
    )
    return [
        Count(one.region_id, one.municipality_id, str(one.member), one.inhabitants, one.counted_on) for one in members
    ]


class Verdict(NamedTuple):
    """What the decree says of a region with these members."""

    region: Region
    members: list[Count]
    rules: Mapping[str, DecreeRule]

    @property
    def inhabitants(self) -> int:
        """How many people live there, as far as they were counted."""
        return sum(one.inhabitants or 0 for one in self.members)

    @property
    def uncounted(self) -> list[str]:
        """The names of the members of which there is no count."""
        return [one.name for one in self.members if one.inhabitants is None]

    @property
    def counted_on(self) -> list[date]:
        """The days of the counts, the first one first."""
        return sorted({one.counted_on for one in self.members if one.counted_on})

    def value(self, subject: str) -> Decimal | None:
        """A parameter that holds, if there is one."""
        return self.rules[subject].value if subject in self.rules else None

    @property
    def short(self) -> int | None:
        """How many inhabitants are lacking, 0 when there are enough; None when nothing is asked."""
        asked = self.value(DecreeRule.Subject.INHABITANTS)
        return None if asked is None else max(int(asked) - self.inhabitants, 0)

    @property
    def subsidy(self) -> Decimal | None:
        """The most that the decree pays in a year, in euros; None as long as it does not say."""
        per_inhabitant = self.value(DecreeRule.Subject.PER_INHABITANT)
        if per_inhabitant is None:
            return None
        most = (per_inhabitant * self.inhabitants).quantize(Decimal(1), ROUND_HALF_UP)
        return max(most, self.value(DecreeRule.Subject.MINIMUM) or Decimal(0))

    @property
    def is_minimum(self) -> bool:
        """Whether the subsidy is the least that each region gets."""
        return self.subsidy is not None and self.subsidy == self.value(DecreeRule.Subject.MINIMUM)


class WhatIf(NamedTuple):
    """A region before and after a municipality joins it or leaves it."""

    before: Verdict
    after: Verdict


class DecreeCheck:
    """What the decree says of each region on a day; looked up when it is made."""

    def __init__(self, on: date) -> None:
        """Look everything up."""
        self.on = on
        self.rules = DecreeRule.objects.valid(on)
        self.counts = counts(on)
        self.regions = list(Region.objects.active(on).by_number())
        self.verdicts = [self.verdict(region, self.members(region)) for region in self.regions]

    def members(self, region: Region) -> list[Count]:
        """The members of a region."""
        return [one for one in self.counts if one.region == region.pk]

    def verdict(self, region: Region, members: list[Count]) -> Verdict:
        """What the decree says of a region with some members."""
        return Verdict(region, members, self.rules)

    def what_if(self, municipality: Municipality, joins: Region | None) -> list[WhatIf]:
        """What becomes of the regions that are touched when a municipality is in another one, or in none."""
        moved = next((one for one in self.counts if one.municipality == municipality.pk), None)
        last = Population.objects.latest_until(self.on).filter(municipality=municipality).first()
        counted = (last.inhabitants, last.counted_on) if last else (None, None)
        touched = []
        for before in self.verdicts:
            leaves = moved is not None and moved.region == before.region.pk
            comes = joins is not None and joins.pk == before.region.pk
            if leaves != comes:
                stay = [one for one in before.members if one is not moved]
                come = [Count(before.region.pk, municipality.pk, str(municipality), *counted)] if comes else []
                touched.append(WhatIf(before, self.verdict(before.region, stay + come)))
        return touched
