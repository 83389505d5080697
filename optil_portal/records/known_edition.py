"""The edition of the content that a request knows, apart from its model: the connection with the database knows it too.

Whoever opens a block of `one_edition` asks for it once, whatever asks within.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Number = tuple[int, ...]  # of the edition, as records/edition.py makes it

CURRENT = "SELECT number FROM records_edition ORDER BY writer"
ASKED: ContextVar[list[Number] | None] = ContextVar("asked", default=None)


@contextmanager
def one_edition() -> Iterator[None]:
    """Ask for the edition once in the block, in which nothing is written: all that is kept is of one moment then."""
    token = ASKED.set([])
    try:
        yield
    finally:
        ASKED.reset(token)


def known() -> Number | None:
    """The edition that the block knows; None outside one, and before it asked."""
    asked = ASKED.get()
    return asked[0] if asked else None


def know(edition: Number) -> Number:
    """Have the block know the edition, which is returned."""
    asked = ASKED.get()
    if asked is not None:
        asked[:] = [edition]
    return edition
