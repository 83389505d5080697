"""How the numbers of the decree are written."""

from decimal import Decimal

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def amount(value: Decimal | int) -> str:
    """A number as people write it: with points between the thousands, and decimals only where there are some."""
    whole = value == int(value)
    return number_format(int(value) if whole else value, None if whole else 2, use_l10n=True, force_grouping=True)
