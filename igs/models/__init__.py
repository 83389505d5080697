"""The IGS'en cultuur, the municipalities of Flanders, and what is dated between them."""

from igs.models.decree import DecreeRule
from igs.models.figure import KeyFigure
from igs.models.membership import Membership
from igs.models.municipality import FormerMunicipality, Municipality, Place, Province
from igs.models.outline import Outline
from igs.models.population import Population
from igs.models.region import Colour, Region, RegionName
from igs.models.support import Consultant, SubsidyRound

__all__ = [
    "Colour",
    "Consultant",
    "DecreeRule",
    "FormerMunicipality",
    "KeyFigure",
    "Membership",
    "Municipality",
    "Outline",
    "Place",
    "Population",
    "Province",
    "Region",
    "RegionName",
    "SubsidyRound",
]
