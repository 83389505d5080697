"""The drawn cards, kept as files: one of each record, named after all that is drawn on it."""

from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from django.conf import settings

from optil_portal.sharing.cards import VERSION, ShareCard, drawn


class Kept(NamedTuple):
    """The file of a card: what is in it, what tells it from an earlier one, and when it was made."""

    content: bytes
    tag: str
    made: int


def kept(owner: str, card: ShareCard) -> Kept:
    """The card of an `owner`, a name without dots; drawn when its file is not there, which then replaces older ones.

    Whoever else draws the same card meanwhile writes the same file, each in one step.
    """
    tag = sha256(repr((VERSION, *card)).encode()).hexdigest()[:20]
    path = settings.CARDS_DIR / f"{owner}.{tag}.png"
    try:
        return Kept(path.read_bytes(), tag, int(path.stat().st_mtime))
    except FileNotFoundError:
        content = drawn(card)
    made = written(path, content)
    for older in set(path.parent.glob(f"{owner}.*.png")) - {path}:
        older.unlink(missing_ok=True)
    return Kept(content, tag, made)


def written(path: Path, content: bytes) -> int:
    """Put `content` in a file at once, so that nobody ever reads half of it; gives when."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as temporary:
        temporary.write(content)
    unfinished = Path(temporary.name)
    made = int(unfinished.stat().st_mtime)
    unfinished.replace(path)
    return made
