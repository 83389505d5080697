"""The pictures that stand beside a link to the portal wherever it is shared: 1200 by 630, in the style of the house."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from io import BytesIO
from itertools import cycle
from typing import NamedTuple

from django.conf import settings
from PIL import Image, ImageColor, ImageDraw, ImageFont

from optil_portal.sharing.palette import FILLS, GROUND, INK, SOFT, WHITE
from optil_portal.sharing.tiles import SIDE, Point, Tile, covers, mark

VERSION = 1  # raise it when the drawing changes, so that each card is drawn anew
WIDTH, HEIGHT = 1200, 630
FINE = 3  # shapes are drawn this much larger, which smooths their edges
MARGIN = 72
MOSAIC = 800  # where it starts, from the left
CUT = 150  # the radius of its one large corner
COVER_HEIGHT = 272  # of the drawings in static/covers.svg
COVER_SKIPPED = 90  # what of them falls above the card
MARK = 68
TITLE_WIDTH = MOSAIC - 2 * MARGIN + 24
TITLE_HEIGHT = 330
SIZES = (168, 148, 130, *range(116, 39, -4))
MEASURED = 100  # the size at which words are measured
LEADING = 1.06

HEADING = ("bricolage-grotesque.woff2", 750)
TEXT = ("instrument-sans.woff2", 600)


class ShareCard(NamedTuple):
    """What a card says: a title, a few words above it with a number before them, a colour ("" for all) and a cover."""

    title: str
    words: str
    number: str
    colour: str
    cover: str


def drawn(card: ShareCard) -> bytes:
    """The card as a PNG file."""
    image = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    image.paste(mosaic(card), (MOSAIC, 0), corner())
    image.paste(laid((MARK, MARK), mark(), lambda point: scaled(point, MARK / SIDE), [INK]), (MARGIN - 8, MARGIN - 12))
    write(ImageDraw.Draw(image), card)
    result = BytesIO()
    image.quantize(192, dither=Image.Dither.NONE).save(result, "PNG", optimize=True)
    return result.getvalue()


def mosaic(card: ShareCard) -> Image.Image:
    """The cover of the card, turned on its side, as large as the right of the card."""
    wide = WIDTH - MOSAIC
    colours = [FILLS[card.colour]] if card.colour else list(FILLS.values())
    scale = wide / COVER_HEIGHT
    return laid(
        (wide, HEIGHT), covers()[card.cover], lambda point: scaled(point[::-1], scale, (0, -COVER_SKIPPED)), colours
    )


def corner() -> Image.Image:
    """The shape of the right of the card: one large corner, and edges that run off the card."""
    wide = WIDTH - MOSAIC
    shape = Image.new("L", (wide * FINE, HEIGHT * FINE))
    frame = (0, -CUT * FINE, (wide + CUT) * FINE, HEIGHT * FINE - 1)
    ImageDraw.Draw(shape).rounded_rectangle(frame, CUT * FINE, fill=255)
    return shape.reduce(FINE)


def laid(
    size: tuple[int, int], tiles: Iterable[Tile], place: Callable[[Point], Point], colours: list[str]
) -> Image.Image:
    """Tiles on paper of a size, where `place` says, in their own colour or else in turn in one of `colours`."""
    layer = Image.new("RGB", (size[0] * FINE, size[1] * FINE), GROUND)
    draw = ImageDraw.Draw(layer)
    for tile, colour in zip(tiles, cycle(colours), strict=False):
        strength = tile.strength if len(colours) == 1 else 1
        outline = [scaled(place(point), FINE) for point in tile.outline]
        draw.polygon(outline, fill=mixed(tile.fill or colour, strength))
    return layer.reduce(FINE)


def scaled(point: Point, scale: float, start: Point = (0, 0)) -> Point:
    """A point in a drawing of another scale that begins at `start`."""
    return start[0] + point[0] * scale, start[1] + point[1] * scale


def mixed(colour: str, strength: float) -> tuple[int, ...]:
    """A colour on white paper, at a strength from 0 to 1."""
    channels = ImageColor.getrgb(colour)
    return tuple(round(255 + (channel - 255) * strength) for channel in channels)


def write(draw: ImageDraw.ImageDraw, card: ShareCard) -> None:
    """All words of the card: the name of the portal on top, the title below, with its label above it."""
    draw.text((MARGIN + 76, MARGIN + 21), "IGS cultuur", INK, font(HEADING, 38), anchor="lm")
    size, lines = fitted(card.title)
    top = HEIGHT - MARGIN + 12 - size * LEADING * len(lines)
    for place, line in enumerate(lines):
        bottom = top + size * (LEADING * place + 0.84)
        draw.text((MARGIN - size * 0.04, bottom), line, INK, font(HEADING, size), anchor="ls")
    label(draw, card, round(top - size * 0.04) - 32)


def label(draw: ImageDraw.ImageDraw, card: ShareCard, middle: int) -> None:
    """The number of the card on a plate in its colour, and the words beside it."""
    left = MARGIN
    if card.number:
        box = (left, middle - 26, left + 52, middle + 26)
        draw.rounded_rectangle(box, 14, fill=FILLS.get(card.colour, INK))
        draw.text((left + 26, middle), card.number, WHITE, font(TEXT, 28), anchor="mm")
        left += 70
    face = font(TEXT, 30)
    words = shortened(card.words, lambda words: left + face.getlength(words) <= MARGIN + TITLE_WIDTH)
    draw.text((left, middle), words, SOFT, face, anchor="lm")


def shortened(words: str, fits: Callable[[str], bool]) -> str:
    """The words, or as much of their begin as fits, with a sign that there is more."""
    if fits(words):
        return words
    return next((cut for end in range(len(words) - 1, 0, -1) if fits(cut := f"{words[:end].rstrip()}…")), "…")


def fitted(title: str) -> tuple[int, list[str]]:
    """The largest size at which a title fits, and its lines; at the smallest, what does not fit is left out."""
    for size in SIZES:
        lines = wrapped(title, size, TITLE_WIDTH)
        fits = len(lines) * size * LEADING <= TITLE_HEIGHT
        if fits and all(width(line, size) <= TITLE_WIDTH for line in lines):
            return size, balanced(title, size, len(lines))
    most = int(TITLE_HEIGHT / (size * LEADING))
    shown = lines if len(lines) <= most else [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return size, [shortened(line, lambda line: width(line, size) <= TITLE_WIDTH) for line in shown]


def wrapped(title: str, size: int, room: float) -> list[str]:
    """The words of a title over lines of a width; a word that is wider has a line of its own."""
    lines: list[str] = []
    for word in title.split():
        if lines and width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def balanced(title: str, size: int, count: int) -> list[str]:
    """The title over `count` lines that are about equally wide."""
    rooms = range(TITLE_WIDTH // 2, TITLE_WIDTH + 1, 10)
    return next(lines for room in (*rooms, TITLE_WIDTH) if len(lines := wrapped(title, size, room)) == count)


def width(line: str, size: int) -> float:
    """How wide a line of a title is."""
    return font(HEADING, MEASURED).getlength(line) * size / MEASURED


@lru_cache(maxsize=16)
def font(face: tuple[str, int], size: int) -> ImageFont.FreeTypeFont:
    """A typeface of the house, by its file and its weight, at a size."""
    name, weight = face
    loaded = ImageFont.truetype(settings.BASE_DIR / "static" / "fonts" / name, size)
    loaded.set_variation_by_axes([weight])
    return loaded
