"""The app of the library projects."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """The library projects under the five themes, and what people say of them."""

    name = "projects"
    verbose_name = "projecten"

    def ready(self) -> None:
        """Add the number of projects to the figures and the columns of a region."""
        from igs.columns import REGIONS
        from igs.models.region import RegionQuerySet
        from optil_portal.records.columns import SOURCE_COLUMNS
        from projects.columns import PROJECTS_OF_REGION
        from projects.models import projects_of_region

        RegionQuerySet.figures["project_count"] = projects_of_region
        REGIONS.columns.insert(-len(SOURCE_COLUMNS), PROJECTS_OF_REGION)
