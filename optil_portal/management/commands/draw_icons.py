"""`manage.py draw_icons`: draw the icons of the portal anew from static/mark.svg."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from PIL import Image

from optil_portal.sharing.cards import laid, scaled
from optil_portal.sharing.palette import INK
from optil_portal.sharing.tiles import SIDE, mark

# The file of each icon, its width, and how much of it the mark takes: phones cut the corners off some of them.
ICONS = {
    "apple-touch-icon.png": (180, 0.74),
    "icon-192.png": (192, 0.86),
    "icon-512.png": (512, 0.86),
    "maskable-512.png": (512, 0.6),
}
FAVICON = "favicon.ico"
FAVICON_SIZES = (16, 32, 48)


class Command(BaseCommand):
    """Draws the icons."""

    help = "Teken de iconen in static/icons opnieuw, vanuit static/mark.svg."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write each icon; what is on disk is replaced."""
        folder = settings.BASE_DIR / "static" / "icons"
        folder.mkdir(exist_ok=True)
        for name, (size, part) in ICONS.items():
            icon(size, part).save(folder / name, optimize=True)
        first, *others = (icon(size, 1) for size in FAVICON_SIZES[::-1])
        first.save(folder / FAVICON, append_images=others, sizes=[(size, size) for size in FAVICON_SIZES])
        self.stdout.write(f"{len(ICONS) + 1} iconen getekend in {folder.relative_to(settings.BASE_DIR)}.")


def icon(size: int, part: float) -> Image.Image:
    """The mark in the middle of a square of paper, of which it takes a part of the width, in few colours."""
    edge = size * (1 - part) / 2
    drawn = laid((size, size), mark(), lambda point: scaled(point, size * part / SIDE, (edge, edge)), [INK])
    return drawn.quantize(32, dither=Image.Dither.NONE)
