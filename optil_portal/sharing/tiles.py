"""The tiles of the mark and of the generated covers, read from their SVG files as polygons."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple
from xml.etree import ElementTree

from django.conf import settings

SIDE = 64  # of the square of the mark
STEPS = 6  # straight pieces in the place of one curve
TOKENS = re.compile(r"[Mlqz]|-?(?:\d+\.?\d*|\.\d+)")
SVG = "{http://www.w3.org/2000/svg}"

Point = tuple[float, float]


class Tile(NamedTuple):
    """A tile: its outline, its own colour or "", and how strongly it is filled."""

    outline: list[Point]
    fill: str
    strength: float


@cache
def mark() -> list[Tile]:
    """The four tiles of the mark, in a square."""
    return list(tiles_in(drawing("mark.svg")))


@cache
def covers() -> dict[str, list[Tile]]:
    """The tiles of each cover by its id, in a frame of 640 by 272 over whose edges they reach."""
    return {symbol.get("id", ""): list(tiles_in(symbol)) for symbol in drawing("covers.svg").iter(f"{SVG}symbol")}


def drawing(name: str) -> ElementTree.Element:
    """One of our own static drawings."""
    return ElementTree.parse(settings.BASE_DIR / "static" / name).getroot()  # noqa: S314 - it is a file of ours


def tiles_in(element: ElementTree.Element) -> Iterator[Tile]:
    """A tile for each path in a drawing."""
    for path in element.iter(f"{SVG}path"):
        yield Tile(polygon(path.get("d", "")), path.get("fill", ""), float(path.get("fill-opacity", 1)))


def polygon(path: str) -> list[Point]:
    """The corners of a path that is written as ours are: one M, then relative lines (l) and curves (q), then z."""
    points: list[Point] = []
    numbers: list[float] = []
    command = ""
    for token in TOKENS.findall(path):
        if token.isalpha():
            command = token
            continue
        numbers.append(float(token))
        if len(numbers) == (4 if command == "q" else 2):
            points += piece(points[-1] if points else (0, 0), command, numbers)
            numbers = []
    return points


def piece(start: Point, command: str, numbers: list[float]) -> list[Point]:
    """The points after `start` that a command with its numbers adds."""
    x, y = (0.0, 0.0) if command == "M" else start
    along = [(x + dx, y + dy) for dx, dy in zip(numbers[::2], numbers[1::2], strict=True)]
    return curve(start, *along) if command == "q" else along


def curve(start: Point, bend: Point, end: Point) -> list[Point]:
    """The points after `start` on a quadratic curve that bends towards `bend`."""
    parts = [step / STEPS for step in range(1, STEPS + 1)]
    return [
        (
            (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * bend[0] + t**2 * end[0],
            (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * bend[1] + t**2 * end[1],
        )
        for t in parts
    ]
