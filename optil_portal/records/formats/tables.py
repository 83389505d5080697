"""A list as a table: CSV, and a workbook for Excel and its like."""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.utils import timezone
from xlsxwriter.format import Format as Style
from xlsxwriter.worksheet import Worksheet

from optil_portal.records.columns import Kind
from optil_portal.records.formats.taking import Format, Taking
from optil_portal.records.licence import licence
from optil_portal.records.models import LONG_AGO

BETWEEN = " | "  # the items of a list in one cell
# What makes a spreadsheet calculate a cell instead of showing it, in its wide East Asian form too.
CALCULATES = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
TEXTS = (Kind.TEXT, Kind.LIST, Kind.PAGE, Kind.LINK)
LONGEST_CELL = 32_767  # characters, in Excel
WIDTHS = {Kind.TEXT: 30, Kind.LIST: 36, Kind.PAGE: 36, Kind.LINK: 36, Kind.MOMENT: 18}
BOOLEANS = {True: "ja", False: "nee"}


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with an apostrophe before it where it would."""
    return f"'{text}" if text.startswith(CALCULATES) else text


def joined(value: Any) -> Any:
    """A value with the items of a list in one text."""
    return BETWEEN.join(value) if isinstance(value, list) else value


# CSV.


def cell(value: Any, comma: bool) -> str:
    """A value as the text of a cell; `comma` is for who writes numbers so."""
    match value:
        case None:
            return ""
        case bool():
            return BOOLEANS[value]
        case float() | Decimal():
            return str(value).replace(".", ",") if comma else str(value)
        case datetime():
            return value.isoformat()
        case str() | list():
            return harmless(joined(value))
    return str(value)


def write_csv(taking: Taking) -> Iterator[bytes]:
    """A line for each record; `?excel=1` writes as a Belgian Excel reads: with a mark of its encoding, `;` and `,`."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";" if taking.for_excel else ",")
    if taking.for_excel:
        buffer.write("\ufeff")
    writer.writerow([column.name for column in taking.dataset.columns])
    for row in taking.rows():
        yield taken_from(buffer)
        writer.writerow([cell(value, comma=taking.for_excel) for value in row])
    yield taken_from(buffer)


def taken_from(buffer: StringIO) -> bytes:
    """What stands in a buffer, which is empty afterwards."""
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


# The workbook. Its cells have types: a text stays a text whatever it begins with.


def write_xlsx(taking: Taking) -> Iterator[bytes]:
    """A sheet with the records, one with what the columns mean, and one with where it all comes from."""
    file = BytesIO()
    # The date of the data, so that the same data make the same file.
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": taking.title, "author": "OP/TIL", "created": naive(taking.changed or LONG_AGO)})
        head = book.add_format({"bold": True, "bg_color": "#ebe5d8", "bottom": 1})
        styles = {
            Kind.DAY: book.add_format({"num_format": "dd/mm/yyyy"}),
            Kind.MOMENT: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        }
        write_records(book.add_worksheet(taking.dataset.title[:31]), taking, head, styles)
        write_columns(book.add_worksheet("Kolommen"), taking, head)
        write_colophon(book.add_worksheet("Over deze lijst"), taking, head)
    yield file.getvalue()


def write_records(sheet: Worksheet, taking: Taking, head: Style, styles: dict[Kind, Style]) -> None:
    """Write a row for each record under the names of the columns, which stay in sight."""
    columns = taking.dataset.columns
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.name, head)
        sheet.set_column(place, place, WIDTHS.get(column.kind, 12))
    last = 0
    for last, row in enumerate(taking.rows(), start=1):
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            if value is not None:
                write_value(sheet, (last, place), column.kind, value, styles.get(column.kind))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(columns) - 1)


def write_value(sheet: Worksheet, at: tuple[int, int], kind: Kind, value: Any, style: Style | None) -> None:
    """Write one value as what it is."""
    if kind in TEXTS:
        sheet.write_string(*at, fitting(joined(value)))
    elif kind is Kind.YES_NO:
        sheet.write_boolean(*at, value)
    elif kind is Kind.DAY:
        sheet.write_datetime(*at, value, style)
    elif kind is Kind.MOMENT:
        sheet.write_datetime(*at, naive(value), style)
    else:
        sheet.write_number(*at, value)


def fitting(text: str) -> str:
    """A text as long as a cell can hold."""
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"


def naive(moment: datetime) -> datetime:
    """A moment as the clock in Belgium had it, for Excel knows no time zones."""
    return timezone.localtime(moment).replace(tzinfo=None, microsecond=0)


def write_columns(sheet: Worksheet, taking: Taking, head: Style) -> None:
    """Write what each of the columns means."""
    lines = [(column.name, column.kind.label, column.description) for column in taking.dataset.columns]
    write_lines(sheet, [("kolom", "soort", "betekenis"), *lines], (26, 22, 90), head)


def write_colophon(sheet: Worksheet, taking: Taking, head: Style) -> None:
    """Write where the list comes from and what may be done with it."""
    told = taking.colophon()
    terms = licence()
    lines = [
        (told["titel"], told["beschrijving"]),
        ("adres van de lijst", told["url"]),
        ("gewijzigd op", f"{naive(taking.changed):%d/%m/%Y %H:%M}" if taking.changed else "niet bekend"),
        ("licentie", " ".join(terms).strip()),
        ("bron", told["bron"]),
        ("uitleg", told["documentatie"]),
    ]
    write_lines(sheet, lines, (26, 110), head)


def write_lines(sheet: Worksheet, lines: Sequence[tuple[str, ...]], widths: tuple[int, ...], head: Style) -> None:
    """Write lines of texts, the first of which is the head."""
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    for row, line in enumerate(lines):
        for place, text in enumerate(line):
            sheet.write_string(row, place, fitting(text), head if row == 0 else None)


CSV = Format(
    "csv",
    "CSV",
    "text/csv; charset=utf-8",
    "Een tabel in UTF-8 met een komma ertussen. Met ?excel=1 leest een Belgische Excel ze: "
    "puntkomma, kommagetallen met een komma, en een kenmerk vooraan.",
    True,
    write_csv,
)
XLSX = Format(
    "xlsx",
    "Excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "Een werkmap voor Excel en LibreOffice, met de uitleg van de kolommen erbij.",
    True,
    write_xlsx,
)
