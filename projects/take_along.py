"""The list that a visitor takes along: all of it stands in its address, so nobody needs an account or a cookie."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

from optil_portal.records.listing import RecordList
from projects.columns import TAKEN
from projects.models import Project
from projects.models.project import ProjectQuerySet

MOST = 60  # as many as fit in an address that a mail does not break, and on a few sheets
LONGEST = 9  # digits, of a number that every database takes


@dataclass(frozen=True)
class Selection:
    """Projects by their numbers, each once, in the order of whoever chose them."""

    numbers: tuple[int, ...] = ()
    has_nonsense: bool = False
    is_cut: bool = False

    @classmethod
    def asked(cls, values: Iterable[str]) -> Self:
        """What an address asks for as `p=12-48-51`, or as `p=12&p=48&p=51` when boxes were ticked."""
        parts = [part for value in values for part in value.replace(",", "-").split("-") if part]
        numbers = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) <= LONGEST]
        chosen = tuple(dict.fromkeys(numbers))
        return cls(chosen[:MOST], len(numbers) < len(parts), len(chosen) > MOST)

    def __str__(self) -> str:
        """The selection as an address names it."""
        return "-".join(map(str, self.numbers))

    def without(self, number: int) -> "Selection":
        """The selection with one less."""
        return Selection(tuple(one for one in self.numbers if one != number))

    def moved(self, number: int, steps: int) -> "Selection":
        """The selection with one of its projects that many places further, or back when `steps` is negative."""
        others = list(self.without(number).numbers)
        others.insert(max(self.numbers.index(number) + steps, 0), number)
        return Selection(tuple(others))


class TakeAlong(RecordList):
    """The projects that the address names, in its order; those that are not public are left out, and that is said."""

    template_name = "projects/take_along.html"
    dataset = TAKEN
    asks: ClassVar = {"p": "De nummers van de projecten in hun volgorde, met een streepje ertussen"}

    @cached_property
    def asked(self) -> Selection:
        """What `?p=` names, public or not."""
        return Selection.asked(self.request.GET.getlist("p"))

    def records(self) -> ProjectQuerySet:
        """The public ones among them."""
        return Project.objects.published().chosen(self.asked.numbers)

    @property
    def ignored(self) -> list[str]:
        """What `?p=` names when not all of it is in the list."""
        left_out = self.asked.has_nonsense or self.asked.is_cut or len(self.asked.numbers) > self.records().count()
        return ["p"] if left_out else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The projects, each with what its buttons ask for, and what was left out."""
        cards = self.records().cards()
        chosen = Selection(tuple(card.pk for card in cards))
        rows = [(card, chosen.moved(card.pk, -1), chosen.moved(card.pk, 1), chosen.without(card.pk)) for card in cards]
        missing = len(self.asked.numbers) - len(cards)
        return super().get_context_data(**kwargs) | {
            "asked": self.asked,
            "chosen": chosen,
            "missing": missing,
            "rows": rows,
        }
