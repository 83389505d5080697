"""How often something may be asked within an hour of the clock, counted in each process of the portal."""

from django.core.cache import cache
from django.utils import timezone

TWO_HOURS = 7200  # a count is over before it is forgotten


def is_left(what: str, most: int) -> bool:
    """Take one of the times that something may be asked this hour; False when none is left."""
    key = f"asked:{timezone.now():%Y%m%d%H}:{what}"
    return cache.add(key, 1, TWO_HOURS) or cache.incr(key) <= most
