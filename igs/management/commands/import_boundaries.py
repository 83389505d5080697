"""Loads the true borders of the municipalities, or takes them away again."""

from collections.abc import Collection
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from igs import cartography
from igs.management.commands.draw_mosaic import redraw
from igs.models import Municipality, Outline


class Command(BaseCommand):
    """Draws the map with the borders from an official file; a municipality that is not in it keeps its tile."""

    help = "Laadt de ware grenzen van de gemeenten uit een shapefile of GeoJSON met NIS-codes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, or the wish to be without."""
        parser.add_argument("file", nargs="?", type=Path, metavar="BESTAND", help="een .shp, .geojson, .json of .zip")
        parser.add_argument("--undo", action="store_true", help="verwijder de grenzen en toon weer het mozaïek")

    def handle(self, file: Path | None, undo: bool, **options) -> None:
        """Replace or remove the borders and say what came of it."""
        if undo:
            self._remove()
        elif file:
            self._load(file)
        else:
            raise CommandError("Geef een bestand met grenzen, of --undo.")

    def _remove(self) -> None:
        """Take all borders away."""
        count, _ = Outline.objects.filter(layer=Outline.Layer.BOUNDARY).delete()
        self.stdout.write(f"{count} grenzen verwijderd; de kaart toont weer het mozaïek.")

    def _load(self, file: Path) -> None:
        """Replace all borders by those in a file; raises CommandError before anything is changed."""
        names = dict(Municipality.objects.order_by("nis_code").values_list("nis_code", "name"))
        try:
            borders = cartography.read_boundaries(file)
            outlines = cartography.boundaries({code: borders[code] for code in names if code in borders})
        except cartography.BoundaryFileError as error:
            raise CommandError(str(error)) from error
        if not outlines:
            raise CommandError(f"Geen enkele NIS-code in {file.name} is van een gemeente hier; er is niets gewijzigd.")
        redraw(Outline.Layer.BOUNDARY, outlines, _shades_of_tiles())
        self.stdout.write(f"{len(outlines)} gemeenten kregen hun ware grenzen.")
        self._list("Onbekende NIS-codes in het bestand", borders.keys() - names.keys())
        self._list(
            "Houden hun tegel, want niet in het bestand", [names[code] for code in names.keys() - outlines.keys()]
        )

    def _list(self, title: str, items: Collection[str]) -> None:
        """Write a line with a title, a count and the items; nothing when there are none."""
        if items:
            self.stdout.write(f"{title} ({len(items)}): {', '.join(sorted(items))}")


def _shades_of_tiles() -> dict[str, int]:
    """The shade of each municipality's tile by NIS code, so that the borders take over the colours of the mosaic."""
    return dict(Outline.objects.filter(layer=Outline.Layer.MOSAIC).values_list("municipality__nis_code", "shade"))
