"""The lines of a control chart as steps: centre and limits of each phase, target and limit as they were agreed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kpi.present.charts import LIMIT_LINES, RED_LINE, TARGET_LINE
from kpi.qbr.document.chart_scale import Span, place_of, unit_value, value_text
from kpi.qbr.document.svg import line, polyline, text
from kpi.qbr.pack import ChartMonth, IndicatorPage

CONSTANT_LIMITS = "XmR"  # charts of this name have the same limits all through a phase, whatever a month's n
LABEL_HEIGHT = 13.5  # pixels from one label to the next
_DASHES = {"centre": "", "lower_limit": "2 2.5", "upper_limit": "2 2.5", "target": "6 4", "limit": "11 4"}


@dataclass(frozen=True)
class Steps:
    """One line: stretches of (place of the month, stored value), each drawn for itself; ``label`` at its right end."""

    column: str
    colour: str
    stretches: tuple[tuple[tuple[int, float], ...], ...]
    label: str

    @property
    def last(self) -> float:
        return self.stretches[-1][-1][1]

    @property
    def values(self) -> Iterator[float]:
        return (value for stretch in self.stretches for _, value in stretch)


def lines_of(page: IndicatorPage) -> list[Steps]:
    """All lines that the months have, the control limits first."""
    found = []
    constant = page.chart_name.startswith(CONSTANT_LIMITS)
    for column, name in (("upper_limit", "Control limit"), ("lower_limit", "Control limit"), ("centre", "Mean")):
        stretches = _phase_stretches(page.months, column, fill=column == "centre" or constant)
        found += _steps(page, column, LIMIT_LINES, stretches, name)
    for column, name, colour in (("target", "Target", TARGET_LINE), ("limit", "Limit", RED_LINE)):
        for edge in (column, f"{column}_high"):
            stretches = _agreed_stretches(page.months, edge)
            found += _steps(page, column, colour, stretches, name, text_of=_agreed_text(page, edge))
    return found


def _agreed_text(page: IndicatorPage, edge: str) -> str:
    """The words of the scorecard, where they are those of one line: "≥ 95.0 %"."""
    figure = page.figure
    if figure is None or getattr(page.months[-1], edge) != getattr(figure, edge) or figure.target_high is not None:
        return ""
    return {"target": figure.target_text, "limit": figure.limit_text}.get(edge, "")


def _steps(
    page: IndicatorPage,
    column: str,
    colour: str,
    stretches: list[list[tuple[int, float]]],
    name: str,
    text_of: str = "",
) -> list[Steps]:
    if not stretches or page.figure is None:
        return []
    frozen = tuple(tuple(stretch) for stretch in stretches)
    words = text_of or value_text(page.figure, frozen[-1][-1][1])
    return [Steps(column, colour, frozen, f"{name} {words}")]


def _phase_stretches(months: Sequence[ChartMonth], column: str, *, fill: bool) -> list[list[tuple[int, float]]]:
    """A stretch for each phase, broken at months without a point unless the line is the same all through the phase."""
    stretches: list[list[tuple[int, float]]] = []
    phase: int | None = None
    for month in months:
        value = getattr(month, column)
        place = place_of(month.month)
        if month.phase is None or value is None:
            continue
        last = stretches[-1][-1] if stretches and month.phase == phase else None
        if last is not None and (fill or last[0] == place - 1):
            stretches[-1] += [(between, last[1]) for between in range(last[0] + 1, place)]
        else:
            stretches.append([])
        stretches[-1].append((place, value))
        phase = month.phase
    return stretches


def _agreed_stretches(months: Sequence[ChartMonth], column: str) -> list[list[tuple[int, float]]]:
    stretches: list[list[tuple[int, float]]] = []
    for month in months:
        value = getattr(month, column)
        if value is None:
            continue
        place = place_of(month.month)
        if not stretches or stretches[-1][-1][0] != place - 1:
            stretches.append([])
        stretches[-1].append((place, value))
    return stretches


def draw_lines(page: IndicatorPage, lines: Sequence[Steps], across: Span, up: Span) -> Iterator[str]:
    """Each month's value from half a month before it to half a month after it."""
    assert page.figure is not None
    for steps in lines:
        for stretch in steps.stretches:
            corners = []
            for place, value in stretch:
                height = up.at(unit_value(page.figure, value))
                corners += [(across.at(place - 0.5), height), (across.at(place + 0.5), height)]
            width = 1.4 if steps.column == "centre" else 1.2
            yield polyline(corners, steps.colour, width, _DASHES[steps.column])


def draw_labels(page: IndicatorPage, lines: Sequence[Steps], across: Span, up: Span, x: float) -> Iterator[str]:
    """What each line is, at its right end; labels that would cover one another are moved apart and led to."""
    assert page.figure is not None
    ends = sorted((up.at(unit_value(page.figure, steps.last)), place) for place, steps in enumerate(lines))
    heights = spread([end for end, _ in ends], LABEL_HEIGHT, up.end, up.start)
    for (end, place), height in zip(ends, heights, strict=True):
        steps = lines[place]
        yield line(across.end, end, x - 4, height, steps.colour, 0.7)
        yield text(x, height + 4, steps.label, size=11.5)


def spread(wanted: Sequence[float], apart: float, top: float, foot: float) -> list[float]:
    """The sorted heights, moved as little as needed to be ``apart`` and between ``top`` and ``foot`` (down is more)."""
    placed: list[list[float]] = []  # blocks of [centre of the wanted heights, how many]
    for height in wanted:
        placed.append([height, 1])
        while len(placed) > 1 and placed[-1][0] - placed[-2][0] < apart * (placed[-1][1] + placed[-2][1]) / 2:
            centre, count = placed.pop()
            before, many = placed[-1]
            placed[-1] = [(before * many + centre * count) / (many + count), many + count]
        half = apart * (placed[-1][1] - 1) / 2
        placed[-1][0] = max(min(placed[-1][0], foot - half), top + half)
    heights = [centre + apart * (place - (count - 1) / 2) for centre, count in placed for place in range(int(count))]
    for place in range(len(heights) - 2, -1, -1):  # those pushed up by the foot push the ones above them
        heights[place] = min(heights[place], heights[place + 1] - apart)
    return heights
