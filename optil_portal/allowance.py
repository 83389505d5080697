"""How often something may be asked in a stretch of the clock, counted in Redis, or without one in each process."""

from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

MINUTE, HOUR = 60, 3600  # seconds


def is_left(what: str, most: int, stretch: int = HOUR) -> bool:
    """Take one of the times that something may be asked in this stretch; False when none is left.

    `what` says it in plain letters. When nothing can be counted, there is always one left: a portal that answers
    everybody is worth more than one that answers nobody.
    """
    key = f"asked:{what}:{stretch}:{timezone.now().timestamp() // stretch:.0f}"
    try:
        return cache.add(key, 1, 2 * stretch) or cache.incr(key) <= most
    except (RedisError, ValueError):  # no Redis, or the count was thrown away between the two
        return True


def seconds_left(stretch: int) -> int:
    """How long a stretch still lasts."""
    return stretch - int(timezone.now().timestamp()) % stretch
