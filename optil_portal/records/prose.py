"""Long texts: written in a small part of Markdown, shown as HTML that holds nothing else, and told as plain words."""

from collections.abc import Sequence
from functools import lru_cache
from html import unescape
from typing import Any

from django.db import models
from django.forms import Field
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

HELP = (
    "Opmaak kan: een lege regel voor een nieuwe alinea, **vet**, *cursief*, - voor een lijst, [tekst](https://adres)."
)
KNOWN = ("emphasis", "link", "autolink", "escape", "entity", "newline", "list", "heading", "blockquote")
SAFE = ("https://", "http://", "mailto:", "/")
DEEPEST = 6
MARKDOWN = MarkdownIt("zero", {"html": False, "breaks": True, "xhtmlOut": False}).enable(KNOWN)
MARKDOWN.validateLink = lambda url: url.lower().startswith(SAFE) and not url.startswith("//")  # type: ignore[method-assign]


class ProseField(models.TextField):
    """A long text in Markdown; to the database it is a text like any other."""

    def formfield(self, **kwargs: Any) -> Field | None:
        """The field of a form, which also tells which marks there are."""
        return super().formfield(**{"help_text": f"{self.help_text} {HELP}".strip()} | kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """What a migration writes."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


def rendered(text: str, level: int) -> SafeString:
    """A text as HTML, of which the first heading is of a level, and none skips one after it.

    No mark of the writer's own stays: what is not in `KNOWN` is shown as it was typed.
    """
    tokens = MARKDOWN.parse(text)
    number_headings(tokens, level)
    return mark_safe(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))  # noqa: S308 - all of it is escaped


shown = lru_cache(maxsize=512)(rendered)


def number_headings(tokens: list[Token], level: int) -> None:
    """Give headings their place under a page: one that stands below another gets the next level, whatever was typed."""
    above: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            typed = int(token.tag[1:])
            above = [*(one for one in above if one < typed), typed]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(level + len(above) - 1, DEEPEST)}"


def plain(text: str) -> str:
    """The words of a text without its marks, on one line."""
    return " ".join(unescape(strip_tags(shown(text, 1))).split())
