"""Which regions are like one, and why: by their inhabitants, their municipalities and the themes of their projects."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.formats import number_format

from igs.models import Region
from optil_portal.comparison.choice import query
from projects.models.spread import Spread
from projects.models.theme import ThemeTile

NEAREST = 3
NEAR = 0.2  # a difference of less than a fifth is told as "ongeveer evenveel"
TOLD_THEMES = 2


class Profile(NamedTuple):
    """What makes a region like another: its inhabitants, its municipalities, and its projects by theme."""

    region: Region
    inhabitants: int
    municipalities: int
    projects: dict[str, int]

    def share(self, theme: str) -> float:
        """Which part of what the projects are about is a theme, from 0 to 1."""
        total = sum(self.projects.values())
        return self.projects[theme] / total if total else 0.0


class Likeness(NamedTuple):
    """Another region, in what it is alike, in what it is not, and the query that puts it beside the one."""

    region: Region
    alike: list[str]
    unlike: list[str]
    query: str


def profile(region: Region, themes: Sequence[ThemeTile], spread: Spread) -> Profile:
    """The profile of a region that comes with its figures."""
    projects = {theme.short_name: spread.cell(region, theme).projects for theme in themes}
    return Profile(region, region.inhabitants, region.municipality_count, projects)


def nearest(one: Profile, others: Sequence[Profile]) -> list[Likeness]:
    """The regions that are most like one, the nearest first; of equally near ones the first in `others` goes first."""
    ranked = sorted((other for other in others if other.region != one.region), key=lambda other: distance(one, other))
    return [likeness(one, other) for other in ranked[:NEAREST]]


def distance(one: Profile, other: Profile) -> float:
    """How far two regions are from each other: the mean of three differences, each from 0 (alike) to 1.

        inhabitants     1 - smallest / largest
        municipalities  1 - smallest / largest
        themes          half the sum, over the themes, of the differences between their shares

    All three count equally, for nothing we know says which matters most. What is not known, of either, is a
    difference of 1: that makes no two regions alike.
    """
    differences = (
        difference(one.inhabitants, other.inhabitants),
        difference(one.municipalities, other.municipalities),
        difference_in_themes(one, other),
    )
    return sum(differences) / len(differences)


def difference(one: int, other: int) -> float:
    """The part of the largest of two numbers that the other is short of it; 1 when either is 0, so not known."""
    return 1 - min(one, other) / max(one, other) if one and other else 1.0


def difference_in_themes(one: Profile, other: Profile) -> float:
    """The part of the projects that would have to change theme for two regions to have the same mix."""
    if not (any(one.projects.values()) and any(other.projects.values())):
        return 1.0
    return sum(abs(one.share(theme) - other.share(theme)) for theme in one.projects) / 2


def likeness(one: Profile, other: Profile) -> Likeness:
    """In what another region is like one, and in what not, in words."""
    told = [
        told_number(one.inhabitants, other.inhabitants, "inwoners", -3),
        told_number(one.municipalities, other.municipalities, "gemeenten"),
        told_themes(one, other),
    ]
    alike, unlike = ([words for near, words in told if near is wanted] for wanted in (True, False))
    return Likeness(other.region, alike, unlike, query([one.region, other.region]))


def told_number(one: int, other: int, what: str, digits: int = 0) -> tuple[bool, str]:
    """Whether a number of another region is near that of one, and how they are told, rounded to `digits`."""
    if not (one and other):
        return False, f"een onbekend aantal {what} bij een van beide"
    numbers = [number_format(round(number, digits), force_grouping=True) for number in (other, one)]
    if one == other:
        return True, f"evenveel {what}: {numbers[0]}"
    near = difference(one, other) < NEAR
    compared = "ongeveer evenveel" if near else "meer" if other > one else "minder"
    return near, f"{compared} {what}: {' tegen '.join(numbers)}"


def told_themes(one: Profile, other: Profile) -> tuple[bool, str]:
    """Whether two regions have projects on the same themes, and on which of them most."""
    unknown = [profile.region.name for profile in (one, other) if not any(profile.projects.values())]
    if unknown:
        return False, f"nog geen project bekend van {' en '.join(unknown)}"
    shared = {theme: min(one.share(theme), other.share(theme)) for theme in one.projects}
    most = sorted((theme for theme in shared if shared[theme]), key=lambda theme: -shared[theme])[:TOLD_THEMES]
    if not most:
        return False, "projecten over andere thema’s"
    return True, f"ook projecten over {' en '.join(theme.lower() for theme in most)}"
