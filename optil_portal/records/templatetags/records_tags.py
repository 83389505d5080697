"""What every page is made with: addresses, days, bars, what all pages share, and where a record comes from."""

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import template
from django.db.models import Model
from django.template import Context, Engine, Template
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.dateformat import format as formatted
from django.utils.safestring import SafeString, mark_safe

from optil_portal.records.addresses import address, asked_but
from optil_portal.records.clock import today
from optil_portal.records.models import Confidence, Record
from optil_portal.records.prose import shown
from optil_portal.records.search import Question

register = template.Library()
register.simple_tag(address)


@register.simple_tag
def drawn(name: str, /, **values: Any) -> SafeString:
    """A template that depends on nothing but the values it is given, which a process draws once for the same ones.

    The values are texts, numbers, days, and tuples or lists of those: rows, and no records, for two of those are equal
    when only their keys are. Raises TypeError for a record.
    """
    same = tuple((key, frozen(value)) for key, value in values.items())
    return drawing(Engine.get_default().get_template(name), get_script_prefix(), same)


def frozen(value: Any) -> Any:
    """A value as a key: a list as a tuple."""
    if isinstance(value, Model):
        raise TypeError(f"A record tells no difference: {value!r}")
    return tuple(map(frozen, value)) if isinstance(value, list) else value


@lru_cache(maxsize=512)
def drawing(template: Template, prefix: str, values: tuple[tuple[str, Any], ...]) -> SafeString:
    """The template on a portal that is mounted at a prefix; a template that changed is another one."""
    return template.render(Context(dict(values)))


@register.simple_block_tag
def capture(content: str) -> str:
    """What stands inside the tag; with `as` it can be shown in more than one place, which a block cannot."""
    return content


@register.simple_tag(takes_context=True)
def absolute(context: Context, path: str = "") -> str:
    """The whole address of a path on this portal; without one, of the page itself, whatever it was asked."""
    request = context["request"]
    return request.build_absolute_uri(path or request.path)


@register.filter
@lru_cache(maxsize=1024)
def day(value: date | None) -> str:
    """A day as people read it: 9 oktober 2025; "" when it is not known."""
    return formatted(value, "j F Y") if value else ""


@register.filter
def prose(text: str, level: int) -> SafeString:
    """A long text as it is shown, in which the first heading is of a level."""
    return shown(text, level)


@register.simple_tag
def bar(start: int, sure: int, whole: int, unsure: int = 0) -> SafeString:
    """A bar that begins at `start` and is `sure` long, of `whole` across, and perhaps a part that is not sure.

    It only draws the numbers beside it, so a screen reader passes it by.
    """
    rest = f'<rect class="unsure" x="{start + sure}" width="{unsure}" height="1"/>' if unsure else ""
    frame = f'<svg class="bar" viewBox="0 0 {whole or 1} 1" preserveAspectRatio="none" aria-hidden="true">'
    return mark_safe(f'{frame}<rect x="{start}" width="{sure}" height="1"/>{rest}</svg>')  # noqa: S308 - only numbers


class Source(NamedTuple):
    """Somebody who says so: a name, an address or "", and what comes from there or ""."""

    name: str
    url: str
    what: str


@register.simple_tag
def provenance(record: Record) -> SafeString:
    """Where a record comes from, when it was checked, and what is not certain about it."""
    return drawn(
        "records/_provenance.html",
        source=Source(record.source_name, record.source_url, ""),
        source_date=record.source_date,
        further=[parsed(line) for line in record.further_sources.splitlines()],
        checked_on=record.checked_on,
        confidence=record.get_confidence_display(),
        uncertain=record.confidence in UNCERTAIN,
        doubt=record.doubt,
        note=record.note,
    )


@register.simple_tag(takes_context=True)
def cite(context: Context, record: Any) -> SafeString:
    """How to name the page of a record as a source, as it is today."""
    return drawn(
        "records/_citation.html",
        name=str(record),
        address=absolute(context, record.get_absolute_url()),
        checked_on=record.checked_on,
        changed_on=timezone.localdate(record.changed),
        today=today(),
    )


@register.simple_tag(takes_context=True)
def search_told(context: Context, question: Question, fields: str = "") -> SafeString:
    """How a question was understood: what was meant, what was looked for as well, and what comes first.

    The last by the `fields` of a list, those of a project when none are told.
    """
    widened = [(term.asked, tuple(others)) for term, others in question.widened]
    beside = asked_but(context["request"], "q", "pagina")
    return drawn(
        "records/_told.html",
        hollow=question.written if question.is_hollow else "",
        has_words=question.is_hollow and question.has_words,
        asks=question.asks,
        corrections=[(term.asked, term.meant) for term in question.corrections],
        widened=widened,
        literally=widened and f"?{urlencode({'q': question.literally})}{beside and '&'}{beside}",
        fields=fields,
    )


UNCERTAIN = (Confidence.MEDIUM, Confidence.LOW)


def parsed(line: str) -> Source:
    """A line of the field with further sources: "https://example.org/a (what)" or "Name (what)"."""
    told, bracket, what = line.strip().removesuffix(")").partition(" (")
    if not bracket:
        told = line.strip()
    if told.startswith(("https://", "http://")):
        return Source(told.split("/")[2].removeprefix("www."), told, what)
    return Source(told, "", what)
