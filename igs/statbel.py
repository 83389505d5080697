"""The yearly population of Statbel, read into the columns in which our own counts come in."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from igs.models import Municipality, Population
from optil_portal.records.clock import today
from optil_portal.records.exchange.admin import ImportForm
from optil_portal.records.exchange.columns import Cell, columns_of, text_of
from optil_portal.records.exchange.files import Kept, Line, Table, padded, read_table, write_csv
from optil_portal.records.models import Confidence

PAGE = "https://statbel.fgov.be/nl/themas/bevolking/structuur-van-de-bevolking"
CODE = ("cd_refnis", "cd_munty_refnis", "refnis", "refnis code", "refnis-code", "nis-code", "nis code", "niscode")
PEOPLE = ("ms_population", "population", "total", "totaal", "bevolking", "totale bevolking", "inwoners")
SPLIT = {"cd_sex", "cd_age", "cd_natlty", "cd_civ_sts"}  # with one of these, a municipality has many lines
YEAR = "cd_year"
OF_FLANDERS = re.compile(r"(?!\d\d000)(1\d|23|24|3\d|4\d|7\d)\d{3}")


class StatbelForm(ImportForm):
    """Asks for the file of a year."""

    counted_on = forms.DateField(label="Geteld op", help_text="De dag die Statbel geeft, meestal 1 januari.")
    field_order = ("file", "counted_on")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        """`user` is who brings it in."""
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["counted_on"].initial = today().replace(month=1, day=1)

    def clean(self) -> dict[str, Any]:
        """The file, made into one of ours."""
        asked = super().clean() or {}
        if "file" in asked and "counted_on" in asked:
            try:
                asked["ours"] = self.ours(read_table(*asked["file"]), asked["counted_on"])
            except ValidationError as error:
                self.add_error("file", error)
        return asked

    def ours(self, table: Table, on: date) -> Kept:
        """The counts of the municipalities in care of the user, each on the line on which it stands in the table."""
        own = set(Municipality.objects.editable_by(self.user).values_list("nis_code", flat=True))
        sees_all = Municipality.objects.all().are_all_editable_by(self.user)
        headings = {column.name: column.heading for column in columns_of(Population)}
        same: dict[str, Cell] = {
            "counted_on": on,
            "source_name": f"Statbel, bevolking op {on.day}/{on.month}/{on.year}",
            "source_url": PAGE,
            "confidence": Confidence.HIGH.label,
            "doubt": "",
            "note": "",
            "checked_on": today(),
        }
        head = [headings[name] for name in ("municipality", "inhabitants", *same)]
        rows: list[list[Cell]] = []
        for number, code, people in counts_in(table, on):
            if sees_all or code in own:
                rows += [[]] * (number - 2 - len(rows))  # so that an error names the line of their file
                rows.append([code, people, *same.values()])
        if not rows:
            raise ValidationError("In dit bestand staat geen gemeente die je begeleidt.")
        return Kept(f"statbel-{on}.csv", write_csv(head, (row or [""] * len(head) for row in rows)))


def counts_in(table: Table, on: date) -> Iterator[tuple[int, str, Cell]]:
    """The line, the NIS code and the inhabitants of each municipality of Flanders; raises ValidationError."""
    head, lines = headed(table)
    code, people = place_of(CODE, head, "de NIS-codes"), place_of(PEOPLE, head, "het aantal inwoners")
    cells = [(line.number, padded(line.cells, len(head))) for line in lines]
    if YEAR in head:
        at = head.index(YEAR)
        cells = [(number, row) for number, row in cells if text_of(row[at]) == str(on.year)]
        if not cells:
            raise ValidationError(f"In de kolom CD_YEAR staat nergens {on.year}. Kijk het jaar na bij ‘Geteld op’.")
    found = [(number, text_of(row[code]), row[people]) for number, row in cells]
    of_flanders = [one for one in found if OF_FLANDERS.fullmatch(one[1])]
    yield from summed(of_flanders) if SPLIT.intersection(head) else of_flanders


def headed(table: Table) -> tuple[list[str], list[Line]]:
    """The headings, which can stand under a title, and the lines after them."""
    every = [Line(1, [*table.head]), *table.lines]
    for place, line in enumerate(every):
        head = [text_of(cell).casefold() for cell in line.cells]
        if set(CODE).intersection(head):
            return head, every[place + 1 :]
    raise ValidationError("We vinden geen kolom met NIS-codes. Statbel noemt die CD_REFNIS.")


def place_of(names: tuple[str, ...], head: list[str], what: str) -> int:
    """The place of the first of some headings that is there; raises ValidationError."""
    for name in names:
        if name in head:
            return head.index(name)
    raise ValidationError(f"We vinden geen kolom met {what}. Die heet {names[0].upper()} of ‘{names[-1]}’.")


def summed(found: list[tuple[int, str, Cell]]) -> Iterator[tuple[int, str, Cell]]:
    """One line for each municipality, with the sum of its parts."""
    sums: dict[str, int] = {}
    first: dict[str, int] = {}
    for number, code, people in found:
        if not re.fullmatch(r"\d+", text_of(people)):
            raise ValidationError(f"Regel {number}: ‘{text_of(people)}’ is geen aantal inwoners.")
        sums[code] = sums.get(code, 0) + int(text_of(people))
        first.setdefault(code, number)
    yield from ((first[code], code, people) for code, people in sums.items())
