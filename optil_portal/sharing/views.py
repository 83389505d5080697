"""The pictures that stand beside a shared link."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date

from igs.models import Region
from optil_portal.records.clock import today
from optil_portal.records.headers import ELSEWHERE, telling
from optil_portal.records.models import AnyRecord
from optil_portal.records.pictures import cover_of
from optil_portal.sharing.cards import ShareCard
from optil_portal.sharing.kept import kept
from projects.models import Project, Theme

FRESH = 600  # seconds; after that a browser asks whether the card is still the same


def portal(request: HttpRequest) -> HttpResponseBase:
    """The card of every page that has none of its own."""
    card = ShareCard("Cultuur over gemeentegrenzen heen", "Een portaal van OP/TIL", "", "", cover_of(0))
    return answer(request, "portaal", card)


def region(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The card of a region."""
    region = found(Region.objects.slugged(slug))
    card = ShareCard(region.name, "Regio", str(region.number or ""), region.colour, region.cover)
    return answer(request, f"regio-{region.pk}", card)


def theme(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The card of a theme."""
    theme = found(Theme.objects.slugged(slug))
    card = ShareCard(theme.name, "Thema", str(theme.number), theme.colour, cover_of(theme.pk))
    return answer(request, f"thema-{theme.pk}", card)


def project(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The card of a project that everybody may see."""
    project = found(Project.objects.published().for_page(today()).slugged(slug))
    theme, region = found(project.theme), found(project.region)
    words = f"{theme.short_name} · {region.name}"
    card = ShareCard(project.title, words, str(theme.number), theme.colour, project.cover)
    return answer(request, f"project-{project.pk}", card)


def found(record: AnyRecord | None) -> AnyRecord:
    """The record; raises Http404 when there is none."""
    if record is None:
        raise Http404
    return record


@telling(ELSEWHERE)
def answer(request: HttpRequest, owner: str, card: ShareCard) -> HttpResponseBase:
    """The card as a picture, or only that it is still the same."""
    content, tag, made = kept(owner, card)
    headers = {"ETag": f'"{tag}"', "Last-Modified": http_date(made)}
    response = HttpResponse(content, content_type="image/png", headers=headers)
    patch_cache_control(response, public=True, max_age=FRESH)
    conditional = get_conditional_response(request, etag=headers["ETag"], last_modified=made, response=response)
    return conditional or response
