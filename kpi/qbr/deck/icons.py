"""The drawings of kpi.present.icons as outlines of PowerPoint's own freeforms: sharp at any size, easy to recolour."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from xml.etree import ElementTree

from kpi.present.icons import ICONS, SIZE
from kpi.qbr.deck.drawing import Outline

Command = tuple[str | float, ...]

_TOKENS = re.compile(r"[MLHVCAZmlhvcaz]|[-+]?(?:\d+\.?\d*|\.\d+)")
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "A": 7, "Z": 0}
KAPPA = 0.5522847498  # of the radius: a quarter circle as a Bézier curve


@lru_cache(maxsize=32)
def outlines_of(name: str) -> tuple[tuple[Outline, ...], float]:
    """The outlines of the icon in coordinates 0 to SIZE, and the width of its lines there. Raises KeyError."""
    root = ElementTree.fromstring(f"<svg>{ICONS[name].body}</svg>")
    found, line = [], 1.0
    for shape in root:
        filled = shape.get("fill") == "currentColor"
        line = max(line, float(shape.get("stroke-width", 0)))
        if shape.tag == "circle":
            commands = circle(*(float(shape.get(key, 0)) for key in ("cx", "cy", "r")))
        else:
            commands = path_commands(shape.get("d", ""))
        found.append(Outline(commands, filled=filled, stroked=not filled))
    return tuple(found), line


def circle(x: float, y: float, radius: float) -> tuple[Command, ...]:
    reach = KAPPA * radius
    return (
        ("M", x + radius, y),
        ("C", x + radius, y + reach, x + reach, y + radius, x, y + radius),
        ("C", x - reach, y + radius, x - radius, y + reach, x - radius, y),
        ("C", x - radius, y - reach, x - reach, y - radius, x, y - radius),
        ("C", x + reach, y - radius, x + radius, y - reach, x + radius, y),
        ("Z",),
    )


def path_commands(path: str) -> tuple[Command, ...]:
    """The path of an SVG as absolute moves, lines, curves and closings alone. Raises KeyError for other commands."""
    tokens = _TOKENS.findall(path)
    found: list[Command] = []
    x = y = start_x = start_y = 0.0
    letter, place = "", 0
    while place < len(tokens):
        if tokens[place].isalpha():
            letter = tokens[place]
            place += 1
        takes = _TAKES[letter.upper()]
        numbers = [float(token) for token in tokens[place : place + takes]]
        place += takes
        kind, is_relative = letter.upper(), letter.islower()
        if kind == "Z":
            found.append(("Z",))
            x, y = start_x, start_y
            continue
        from_x, from_y = (x, y) if is_relative else (0.0, 0.0)
        if kind == "H":
            x = from_x + numbers[0]
        elif kind == "V":
            y = from_y + numbers[0]
        elif kind == "C":
            absolute = [number + (from_y if odd % 2 else from_x) for odd, number in enumerate(numbers)]
            found.append(("C", *absolute))
            x, y = absolute[-2:]
            continue
        elif kind == "A":
            end = (from_x + numbers[5], from_y + numbers[6])
            found += _arc((x, y), end, numbers[0], bool(numbers[3]), bool(numbers[4]))
            x, y = end
            continue
        else:
            x, y = from_x + numbers[0], from_y + numbers[1]
        if kind == "M":
            start_x, start_y = x, y
            letter = "l" if is_relative else "L"  # what follows a move without a letter are lines
        found.append(("M" if kind == "M" else "L", x, y))
    return tuple(found)


def _arc(
    start: tuple[float, float], end: tuple[float, float], radius: float, large: bool, clockwise: bool
) -> list[Command]:
    """A piece of a circle as Bézier curves of at most a quarter each."""
    half = math.dist(start, end) / 2
    radius = max(radius, half)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    away = math.sqrt(max(radius * radius - half * half, 0.0)) * (1 if large == clockwise else -1)
    along = ((end[0] - start[0]) / (2 * half), (end[1] - start[1]) / (2 * half))
    centre = (middle[0] + away * along[1], middle[1] - away * along[0])
    first = math.atan2(start[1] - centre[1], start[0] - centre[0])
    sweep = math.atan2(end[1] - centre[1], end[0] - centre[0]) - first
    if clockwise and sweep < 0:
        sweep += 2 * math.pi
    if not clockwise and sweep > 0:
        sweep -= 2 * math.pi
    pieces = max(math.ceil(abs(sweep) / (math.pi / 2) - 1e-9), 1)
    step = sweep / pieces
    reach = 4 / 3 * math.tan(step / 4) * radius
    found: list[Command] = []
    for piece in range(pieces):
        a, b = first + piece * step, first + (piece + 1) * step
        x1, y1 = centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)
        x2, y2 = centre[0] + radius * math.cos(b), centre[1] + radius * math.sin(b)
        found.append(
            (
                "C",
                x1 - reach * math.sin(a),
                y1 + reach * math.cos(a),
                x2 + reach * math.sin(b),
                y2 - reach * math.cos(b),
                x2,
                y2,
            )
        )
    return found


VIEW = (float(SIZE), float(SIZE))
