"""An indicator's chart as ChartML: lines over months on a date axis, and n as small bars at its foot.

The lines are on the first pair of axes; the bars have a pair of their own, not drawn, so high that they stay below.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from kpi.present.chart_points import FEW, NEUTRAL, READING_COLOURS
from kpi.present.charts import LIMIT_LINES, LINE, RED_LINE, TARGET_LINE
from kpi.qbr.deck.axes import BARS, Scale, months_step, smallest_step, value_scale
from kpi.qbr.deck.chart_book import DATE_FORMAT, N_FORMAT, SHEET, column_letter
from kpi.qbr.deck.colours import Palette
from kpi.qbr.deck.columns import FLAGGED, LIMIT, LOWER, MEAN, TARGET, TOO_FEW, UPPER, VALUE, ChartData, Column, N
from kpi.qbr.deck.drawing import clean, colour_xml, emu

DENSE = 60  # months, from which points and lines are drawn finer
QUOTED = {'"': "&quot;"}
DAY_ZERO = date(1899, 12, 30)
LABEL_WIDTH = 62.0  # points of "Oct 2026" with the room around it
FLAG_SYMBOLS = {"concern": "diamond", "improvement": "triangle", "high": "square", "low": "square", TOO_FEW: "x"}
DRAWN_ORDER = (LIMIT, TARGET, MEAN, UPPER, LOWER, VALUE, FLAGGED)


@dataclass(frozen=True)
class ChartLook:
    """``size``: points of the chart's texts. ``width``: points of the chart."""

    palette: Palette
    number_format: str
    unit: str
    size: float
    width: float


def chart_xml(data: ChartData, look: ChartLook) -> str:
    """The whole chart part, without its reference to the workbook."""
    has_n = _draws_n(data)
    drawn = [value for column in data.columns if column.kind != N for value in column.values if value is not None]
    most = 1.0 if "%" in look.number_format else None
    scale = value_scale(drawn, with_bars=has_n, most=most, least_step=smallest_step(look.number_format))
    ordered = sorted(
        (place for place, column in enumerate(data.columns) if column.kind != N),
        key=lambda place: DRAWN_ORDER.index(data.columns[place].kind),
    )
    series = "".join(_line_series(data, place, order, look, scale) for order, place in enumerate(ordered))
    hidden = [order for order, place in enumerate(ordered) if _is_unlisted(data.columns[place])]
    bars = _bars(data, len(ordered), look) if has_n else ""
    axes = _date_axis(data, look) + _value_axis(scale, look)
    if has_n:
        axes += _axes_of_bars(data, scale)
    size = f'sz="{round(look.size * 100)}"'
    text = (
        f"<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr {size}>{colour_xml(look.palette.ink)}</a:defRPr>"
        '</a:pPr><a:endParaRPr lang="en-GB"/></a:p></c:txPr>'
    )
    unlisted = "".join(f'<c:legendEntry><c:idx val="{order}"/><c:delete val="1"/></c:legendEntry>' for order in hidden)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{series}<c:marker val="1"/>'
        f'<c:axId val="1001"/><c:axId val="1002"/></c:lineChart>{bars}{axes}'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr></c:plotArea>"
        f'<c:legend><c:legendPos val="t"/>{unlisted}<c:overlay val="0"/>{text}</c:legend>'
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{text}</c:chartSpace>"
    )


def _draws_n(data: ChartData) -> bool:
    """Whether n says something that the values do not: a plain count is its own n."""
    value, n = data.columns[:2]
    return any(one is not None for one in n.values) and any(
        count is not None and count != shown for count, shown in zip(n.values, value.values, strict=True)
    )


def _is_unlisted(column: Column) -> bool:
    """The other edge of a pair, and limits of phases that ended, are not in the legend."""
    return column.look == "earlier" or column.kind == LOWER or column.header.endswith(", upper edge")


def _line_series(data: ChartData, place: int, order: int, look: ChartLook, scale: Scale) -> str:
    column = data.columns[place]
    return (
        f'<c:ser><c:idx val="{order}"/><c:order val="{order}"/>{_name(column, place)}{_looks(column, look)}'
        f"{_last_label(column, look, scale)}{_categories(data)}{_values(column, place, look.number_format)}"
        '<c:smooth val="0"/></c:ser>'
    )


def _looks(column: Column, look: ChartLook) -> str:
    mark = look.palette.mark
    is_dense = len(column.values) > DENSE
    if column.kind == VALUE:
        colour = mark(LINE)
        return _line(colour, 1.5 if is_dense else 2.25) + _marker("circle", 3 if is_dense else 6, colour, colour)
    if column.kind == FLAGGED:
        colour = mark(READING_COLOURS.get(column.look, FEW if column.look == TOO_FEW else NEUTRAL))
        return "<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>" + _marker(
            FLAG_SYMBOLS[column.look], 7 if is_dense else 9, colour, colour
        )
    colour, points, dash = {
        MEAN: (mark(LIMIT_LINES), 1.5, "solid"),
        LOWER: (mark(LIMIT_LINES), 1.25, "sysDash"),
        UPPER: (mark(LIMIT_LINES), 1.25, "sysDash"),
        TARGET: (mark(TARGET_LINE), 1.75, "lgDash"),
        LIMIT: (mark(RED_LINE), 1.5, "dashDot"),
    }[column.kind]
    # a month whose neighbours have no number would show no line at all
    marker = (
        _marker("dash", 7, colour, colour) if _has_lone_month(column) else '<c:marker><c:symbol val="none"/></c:marker>'
    )
    return _line(colour, points, dash) + marker


def _has_lone_month(column: Column) -> bool:
    values = (None, *column.values, None)
    return any(
        here is not None and before is None and after is None
        for before, here, after in zip(values, values[1:], values[2:], strict=False)
    )


def _line(colour: str, points: float, dash: str = "solid") -> str:
    looks = f'{colour_xml(colour)}<a:prstDash val="{dash}"/><a:round/>'
    return f'<c:spPr><a:ln w="{emu(points)}" cap="rnd">{looks}</a:ln></c:spPr>'


def _marker(symbol: str, size: int, fill: str, line: str) -> str:
    inside = "<a:noFill/>" if symbol == "x" else colour_xml(fill)
    return (
        f'<c:marker><c:symbol val="{symbol}"/><c:size val="{size}"/><c:spPr>{inside}'
        f'<a:ln w="{emu(1.5 if symbol == "x" else 0.75)}">{colour_xml(line)}</a:ln></c:spPr></c:marker>'
    )


def _last_label(column: Column, look: ChartLook, scale: Scale) -> str:
    """The month that the pack is about says its value."""
    if column.kind != VALUE or column.values[-1] is None:
        return ""
    last, known = column.values[-1], [value for value in column.values if value is not None]
    is_high = last >= sum(known) / len(known) or _is_low(last, scale)
    return _label(len(column.values) - 1, look.number_format, look, "t" if is_high else "b")


def _is_low(value: float, scale: Scale) -> bool:
    """Whether a label beneath the value would stand among the bars."""
    return value - scale.floor < 0.2 * (scale.high - scale.floor)


def _label(place: int, number_format: str, look: ChartLook, position: str) -> str:
    shown = (
        '<c:showLegendKey val="0"/><c:showVal val="{0}"/><c:showCatName val="0"/><c:showSerName val="0"/>'
        '<c:showPercent val="0"/><c:showBubbleSize val="0"/>'
    )
    code = escape(number_format, QUOTED)
    return (
        f'<c:dLbls><c:dLbl><c:idx val="{place}"/><c:numFmt formatCode="{code}" '
        'sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
        "<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr>"
        f'<a:defRPr sz="{round(look.size * 100)}" b="1">{colour_xml(look.palette.ink)}</a:defRPr></a:pPr>'
        f'<a:endParaRPr lang="en-GB"/></a:p></c:txPr><c:dLblPos val="{position}"/>{shown.format(1)}</c:dLbl>'
        f"{shown.format(0)}</c:dLbls>"
    )


def _bars(data: ChartData, order: int, look: ChartLook) -> str:
    column = data.columns[1]
    place = len(column.values) - 1
    label = "" if column.values[place] is None else _label(place, N_FORMAT, look, "outEnd")
    colour = look.palette.mark(LIMIT_LINES)
    return (
        '<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f'<c:ser><c:idx val="{order}"/><c:order val="{order}"/>{_name(column, 1)}'
        f'<c:spPr><a:solidFill><a:srgbClr val="{colour.upper()}"><a:alpha val="55000"/></a:srgbClr></a:solidFill>'
        "</c:spPr>"
        f'<c:invertIfNegative val="0"/>{label}{_categories(data)}{_values(column, 1, N_FORMAT)}</c:ser>'
        f'<c:gapWidth val="{_gap(len(data.months))}"/><c:axId val="1003"/><c:axId val="1004"/></c:barChart>'
    )


def _gap(months: int) -> int:
    """Percent of a bar's width between bars, so that the only bar of a chart is not as wide as the chart."""
    return 60 if months > 6 else 300 if months > 2 else 500


def _name(column: Column, place: int) -> str:
    reference = f"{SHEET}!${column_letter(place + 1)}$1"
    return (
        f'<c:tx><c:strRef><c:f>{reference}</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>'
        f"{escape(clean(column.header))}</c:v></c:pt></c:strCache></c:strRef></c:tx>"
    )


def _categories(data: ChartData) -> str:
    points = "".join(
        f'<c:pt idx="{place}"><c:v>{(month - DAY_ZERO).days}</c:v></c:pt>' for place, month in enumerate(data.months)
    )
    count = len(data.months)
    return (
        f"<c:cat><c:numRef><c:f>{SHEET}!$A$2:$A${count + 1}</c:f><c:numCache><c:formatCode>{escape(DATE_FORMAT)}"
        f'</c:formatCode><c:ptCount val="{count}"/>{points}</c:numCache></c:numRef></c:cat>'
    )


def _values(column: Column, place: int, number_format: str) -> str:
    letter, count = column_letter(place + 1), len(column.values)
    points = "".join(
        f'<c:pt idx="{at}"><c:v>{value!r}</c:v></c:pt>' for at, value in enumerate(column.values) if value is not None
    )
    return (
        f"<c:val><c:numRef><c:f>{SHEET}!${letter}$2:${letter}${count + 1}</c:f><c:numCache><c:formatCode>"
        f'{escape(number_format)}</c:formatCode><c:ptCount val="{count}"/>{points}</c:numCache></c:numRef></c:val>'
    )


def _date_axis(data: ChartData, look: ChartLook) -> str:
    step = months_step(len(data.months), max(int(look.width * 0.85 / LABEL_WIDTH), 2))
    return (
        '<c:dateAx><c:axId val="1001"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="b"/><c:numFmt formatCode="{DATE_FORMAT}" sourceLinked="0"/><c:majorTickMark val="out"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        f'<c:spPr><a:ln w="9525">{colour_xml(look.palette.muted)}</a:ln></c:spPr>'
        f'<c:txPr><a:bodyPr rot="0"/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{round(look.size * 100)}">'
        f'{colour_xml(look.palette.ink)}</a:defRPr></a:pPr><a:endParaRPr lang="en-GB"/></a:p></c:txPr>'
        '<c:crossAx val="1002"/><c:crosses val="min"/><c:auto val="0"/><c:lblOffset val="100"/>'
        f'<c:baseTimeUnit val="months"/><c:majorUnit val="{step}"/><c:majorTimeUnit val="months"/></c:dateAx>'
    )


def _value_axis(scale: Scale, look: ChartLook) -> str:
    """The axis of values. Below the floor, where only bars are, it has no labels."""
    code = f'[<{scale.floor!r}]"";{look.number_format}'
    if scale.floor < 0:  # a section that is not the first loses the sign
        code = f'[<{scale.floor!r}]"";[<0]-{look.number_format};{look.number_format}'
    title = ""
    if look.unit:
        title = (
            '<c:title><c:tx><c:rich><a:bodyPr rot="-5400000" vert="horz"/><a:lstStyle/><a:p><a:pPr>'
            f'<a:defRPr sz="{round(look.size * 100)}" b="0">{colour_xml(look.palette.ink)}</a:defRPr></a:pPr>'
            f'<a:r><a:rPr lang="en-GB" sz="{round(look.size * 100)}" b="0">{colour_xml(look.palette.ink)}</a:rPr>'
            f'<a:t>{escape(clean(look.unit))}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>'
        )
    return (
        '<c:valAx><c:axId val="1002"/><c:scaling><c:orientation val="minMax"/>'
        f'<c:max val="{scale.high!r}"/><c:min val="{scale.low!r}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="l"/>{title}'
        f'<c:numFmt formatCode="{escape(code, QUOTED)}" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>'
        f'<c:crossAx val="1001"/><c:crosses val="min"/><c:crossBetween val="between"/>'
        f'<c:majorUnit val="{scale.step!r}"/>'
        "</c:valAx>"
    )


def _axes_of_bars(data: ChartData, scale: Scale) -> str:
    """Nothing of them is seen, yet they are there: LibreOffice puts bars whose axis is deleted on the first one. So
    high that the longest bar stays below the floor of the values."""
    longest = max(value for value in data.columns[1].values if value is not None)
    share = max((scale.floor - scale.low) / (scale.high - scale.low), BARS / 2) * 0.72
    high = max(longest, 1.0) / share
    return (
        '<c:valAx><c:axId val="1004"/><c:scaling><c:orientation val="minMax"/>'
        f'<c:max val="{high!r}"/><c:min val="0"/></c:scaling><c:delete val="0"/><c:axPos val="r"/>'
        f'<c:numFmt formatCode="{N_FORMAT}" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="none"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>'
        '<c:crossAx val="1003"/><c:crosses val="max"/><c:crossBetween val="between"/></c:valAx>'
        '<c:dateAx><c:axId val="1003"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="1"/>'
        f'<c:axPos val="b"/><c:numFmt formatCode="{DATE_FORMAT}" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="none"/><c:crossAx val="1004"/><c:crosses val="min"/>'
        '<c:auto val="0"/><c:lblOffset val="100"/><c:baseTimeUnit val="months"/></c:dateAx>'
    )
