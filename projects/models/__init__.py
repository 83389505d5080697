"""The library projects, the five themes they stand under, and what people say of them."""

from projects.models.project import (
    Audience,
    Partner,
    Project,
    ProjectImage,
    ProjectLink,
    projects_of_region,
)
from projects.models.testimony import Testimony
from projects.models.theme import Theme

__all__ = [
    "Audience",
    "Partner",
    "Project",
    "ProjectImage",
    "ProjectLink",
    "Testimony",
    "Theme",
    "projects_of_region",
]
