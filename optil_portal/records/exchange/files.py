"""The files in which records go out and come in: CSV and workbooks, read with care for what they are not."""

import csv
import hashlib
import re
import time
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

import openpyxl
import xlsxwriter
from django.conf import settings
from django.core import signing

from optil_portal.records.exchange.columns import Cell
from optil_portal.records.formats.tables import BOOLEANS, CALCULATES, LONGEST_CELL
from optil_portal.records.models import LONG_AGO

LARGEST = 10 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MISCALCULATED = {"#N/A", "#N/B", "#REF!", "#VALUE!", "#WAARDE!", "#DIV/0!", "#DEEL/0!", "#NAME?", "#NAAM?", "#NUM!"}
FIRST_YEAR = 1900  # of the days that a workbook knows
SALT = "portal.import"
HOUR = 3600
DAY = 24 * HOUR

csv.field_size_limit(LARGEST)


class NotReadError(Exception):
    """Why a file cannot be read or made, in words for whoever has it."""


class Line(NamedTuple):
    """The cells of a row, and the number that a spreadsheet shows before it."""

    number: int
    cells: list[Cell]


class Table(NamedTuple):
    """What stands in a file."""

    head: list[str]
    lines: list[Line]


# What would be calculated.


def harmed(text: str) -> str:
    """A text that no spreadsheet takes for a formula; another one for each text, so that it can be read back."""
    return f"'{text}" if text.lstrip("'").startswith(CALCULATES) else text


def unharmed(text: str) -> str:
    """The text that `harmed` was given."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(CALCULATES) else text


# Out.


def write_csv(head: list[str], rows: Iterable[list[Cell]]) -> bytes:
    """A table as a Belgian Excel reads it: with a mark of its encoding, a semicolon between and commas in numbers."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(head)
    writer.writerows([[as_text(cell) for cell in row] for row in rows])
    return f"\ufeff{buffer.getvalue()}".encode()


def as_text(cell: Cell) -> str:
    """A cell as CSV has it."""
    match cell:
        case None:
            return ""
        case bool():
            return BOOLEANS[cell]
        case float() | Decimal():
            return str(cell).replace(".", ",")
        case str():
            return harmed(cell)
    return str(cell)


def write_xlsx(head: list[str], rows: Iterable[list[Cell]]) -> bytes:
    """A workbook of one sheet; raises NotReadError for a text that is too long for a cell."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": LONG_AGO.replace(tzinfo=None)})  # so that the same rows make the same file
        sheet, day = book.add_worksheet("Records"), book.add_format({"num_format": "dd/mm/yyyy"})
        bold = book.add_format({"bold": True})
        for place, heading in enumerate(head):
            sheet.write_string(0, place, heading, bold)
            sheet.set_column(place, place, 20)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                write_cell(sheet, (number, place), cell, day)
        sheet.freeze_panes(1, 0)
    return file.getvalue()


def write_cell(sheet: Any, at: tuple[int, int], cell: Cell, day: Any) -> None:
    """Write one cell as what it is."""
    if isinstance(cell, date) and cell.year < FIRST_YEAR:
        cell = cell.isoformat()
    match cell:
        case None | "":
            return
        case bool():
            sheet.write_boolean(*at, cell)
        case str():
            if len(cell) > LONGEST_CELL:
                raise NotReadError(f"Een tekst is te lang voor een cel: ‘{cell[:60]}…’. Voer de lijst uit als CSV.")
            sheet.write_string(*at, cell)
        case date():
            sheet.write_datetime(*at, cell, day)
        case _:
            sheet.write_number(*at, cell)


# In.


def read_table(name: str, content: bytes) -> Table:
    """What stands in a file; raises NotReadError."""
    if len(content) > LARGEST:
        raise NotReadError("Dit bestand is groter dan 10 MB. Splits het in kleinere bestanden.")
    read = {".csv": read_csv, ".xlsx": read_xlsx}.get(Path(name).suffix.lower())
    if read is None:
        raise NotReadError(
            f"‘{name}’ is geen CSV en geen XLSX. Bewaar het in Excel als ‘Excel-werkmap’ of ‘CSV UTF-8’."
        )
    lines = [line for line in limited(read(content)) if any(cell not in (None, "") for cell in line.cells)]
    if not lines or lines[0].number != 1:
        raise NotReadError("De eerste regel is leeg. Zet daar de namen van de kolommen.")
    head, *rows = lines
    names = [str(cell or "").strip() for cell in head.cells]
    while names and not names[-1]:
        names.pop()
    return Table(names, rows)


def limited(lines: Iterator[Line]) -> Iterator[Line]:
    """The lines, as far as there are not too many."""
    filled = 0
    for line in lines:
        filled += any(cell not in (None, "") for cell in line.cells)
        if filled > MOST_ROWS + 1:
            raise NotReadError("Dit bestand telt meer dan 20.000 rijen. Splits het in kleinere bestanden.")
        if len(line.cells) > MOST_COLUMNS:
            raise NotReadError(
                f"Regel {line.number} telt meer dan {MOST_COLUMNS} kolommen. Haal weg wat er te veel is."
            )
        yield line


def read_csv(content: bytes) -> Iterator[Line]:
    """The lines of a CSV in UTF-8, with a comma, a semicolon or a bar between the cells."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotReadError(
            "Dit bestand is niet in UTF-8 bewaard. Kies in Excel bij ‘Opslaan als’ het type ‘CSV UTF-8’."
        ) from None
    if "\0" in text:
        raise NotReadError("Dit bestand is geen tekst. Kies in Excel bij ‘Opslaan als’ het type ‘CSV UTF-8’.")
    try:
        delimiter = max(";,|", key=lambda one: len(next(csv.reader(StringIO(text, newline=""), delimiter=one), [])))
        lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
        width = 0
        for number, cells in enumerate(lines, start=1):
            width = width or len(cells)
            if cells and len(cells) < width:
                raise NotReadError(f"Regel {number} telt minder cellen dan er kolommen zijn. Vul ze aan.")
            yield Line(number, [unharmed(cell) for cell in cells])
    except csv.Error as error:
        raise NotReadError(f"Dit bestand is als CSV niet te lezen: kijk de aanhalingstekens na ({error}).") from None


def read_xlsx(content: bytes) -> Iterator[Line]:
    """The lines of the first sheet of a workbook."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED:
                raise NotReadError("Uitgepakt is dit bestand te groot. Splits het in kleinere bestanden.")
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield Line(number, [calculated(cell, number) for cell in cells])
    except (BadZipFile, KeyError, ValueError, IndexError, SyntaxError, OSError, TypeError):
        raise NotReadError("Dit bestand is geen Excel-werkmap, of het is beschadigd. Bewaar het opnieuw.") from None


def calculated(cell: Any, number: int) -> Any:
    """A cell, unless it says that something could not be calculated."""
    if isinstance(cell, str) and cell in MISCALCULATED:
        raise NotReadError(f"Excel geeft op regel {number} een fout: {cell}. Verbeter die formule eerst.")
    return cell


def padded(cells: list[Cell], width: int) -> list[Cell]:
    """The cells of a line as wide as the head, with nothing in those that are not there."""
    return [cell for cell, _ in zip_longest(cells, range(width))]


# Between looking and saying yes.


class Kept(NamedTuple):
    """A file that somebody wants to bring in."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        """What tells this file from all others."""
        return hashlib.sha256(self.content).hexdigest()


def place_of(digest: str) -> Path:
    """Where a file is kept."""
    return Path(settings.IMPORTS_DIR) / digest


def keep(file: Kept, bound: dict[str, Any]) -> str:
    """Keep a file for an hour, and give the signed token that finds it again, for who and what it is `bound` to."""
    folder = Path(settings.IMPORTS_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - DAY:
            old.unlink(missing_ok=True)
    half = folder / f"{file.digest}.{time.monotonic_ns()}"
    half.write_bytes(file.content)
    half.replace(place_of(file.digest))
    return signing.dumps(bound | {"digest": file.digest, "name": file.name}, salt=SALT, compress=True)


def kept(token: str, bound: dict[str, Any]) -> Kept:
    """The file of a token; raises NotReadError when it is not theirs, too old or gone."""
    try:
        found = signing.loads(token, salt=SALT, max_age=HOUR)
    except signing.SignatureExpired:
        raise NotReadError("Dit voorstel is ouder dan een uur. Kies het bestand opnieuw.") from None
    except signing.BadSignature:
        raise NotReadError("Dit adres klopt niet. Kies het bestand opnieuw.") from None
    if {name: found[name] for name in bound} != bound or not re.fullmatch(r"[0-9a-f]{64}", found["digest"]):
        raise NotReadError("Dit voorstel is van iemand anders of van een andere lijst. Kies het bestand opnieuw.")
    try:
        file = Kept(found["name"], place_of(found["digest"]).read_bytes())
    except FileNotFoundError:
        raise NotReadError("Dit bestand wordt niet meer bewaard. Kies het opnieuw.") from None
    if file.digest != found["digest"]:
        raise NotReadError("Dit bestand is veranderd. Kies het opnieuw.")
    return file


def forget(file: Kept) -> None:
    """Keep a file no longer."""
    place_of(file.digest).unlink(missing_ok=True)
