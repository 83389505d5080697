"""The addresses of a list in its formats, beside that of its page."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter
from django.views import View

from optil_portal.records.formats import FORMATS
from optil_portal.records.formats.answers import open_to_all


class FormatConverter(StringConverter):
    """The name of a format in an address."""

    regex = "|".join(FORMATS)


register_converter(FormatConverter, "format")


def beside(stem: str, view: type[View], name: str) -> URLPattern:
    """The route of a list in every format: "projecten" leads to /projecten.csv and its like."""
    return path(f"{stem}.<format:format>", open_to_all(view.as_view()), name=name)
