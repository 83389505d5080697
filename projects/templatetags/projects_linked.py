"""What machines read of the pages of themes and projects."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from igs.linked_data import Named, municipality_of, region_of
from libraries.templatetags.libraries_linked import library_of
from optil_portal.records.addresses import address, base_of
from optil_portal.records.linked_data import Thing, described
from projects.models import Project, Theme

register = template.Library()


def theme_of(base: str, theme: Named) -> Thing:
    """A theme by its identifier and its name."""
    here = address("projects:theme_detail", theme.slug)
    return {"@type": "DefinedTerm", "@id": f"{base}{here}#thema", "name": theme.name}


@register.simple_tag(takes_context=True)
def linked_theme(context: Context, theme: Theme) -> SafeString:
    """A theme, as one of the five."""
    base, here, all_of_them = base_of(context["request"]), theme.get_absolute_url(), address("projects:theme_list")
    thing = theme_of(base, theme) | {
        "url": f"{base}{here}",
        "description": theme.tagline,
        "termCode": str(theme.number),
        "inDefinedTermSet": {"@type": "DefinedTermSet", "@id": f"{base}{all_of_them}#themas", "name": "Vijf thema’s"},
    }
    return described(context["request"], [("Thema’s", all_of_them), (theme.name, here)], thing)


@register.simple_tag(takes_context=True)
def linked_project(context: Context, project: Project, named: dict[str, list[Named]]) -> SafeString:
    """A project with its themes and those who take part; what it is a part of, if that is the region."""
    base, here = base_of(context["request"]), project.get_absolute_url()
    region, theme = project.region, project.theme
    leads = region is not None and project.kind == Project.Kind.IGS
    themes = [one for one in (theme, *named["further_themes"]) if one]
    thing = {
        "@type": "Project",
        "@id": f"{base}{here}#project",
        "name": project.title,
        "url": f"{base}{here}",
        "description": project.summary,
        "parentOrganization": region_of(base, region) if region and leads else None,
        "knowsAbout": [theme_of(base, one) for one in themes],
        "areaServed": [municipality_of(base, one) for one in named["municipalities"]],
        "member": [
            *(region_of(base, one) for one in named["other_regions"]),
            *(library_of(base, one) for one in named["libraries"]),
            *({"@type": "Organization", "name": one.name} for one in named["partners"]),
        ],
        "foundingDate": str(project.year_from or ""),
        "dissolutionDate": str(project.year_until or "") if project.still_runs is False else None,
    }
    return described(
        context["request"], [("Projecten", address("projects:project_list")), (project.title, here)], thing
    )
