"""Why a figure changed, as a table and a sentence. What is printed adds up: parts to the change, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi.present.board import Cell, Column, Row, payload
from kpi.present.rounding import rounded_parts
from kpi.present.wording import (
    NO_VALUE,
    cell_value,
    format_n,
    format_number,
    format_value,
    joined,
    look_of,
    period_name,
    plural,
    unit_name,
)
from kpi.signals.explained import ONE, REST, Explained, NotComparable, Part, Period

if TYPE_CHECKING:
    from kpi.catalog import Indicator

NAMED = 3  # contributions that a sentence names in each direction; the table has all of them
WHOLE_PARTNER = "All together"
REST_TIPS = {
    "product": "Records that name no product: they count for the partner and for none of its products",
    "site": "What counts at several sites at once is taken off here, so that all together is right",
}


@dataclass(frozen=True)
class Printed:
    """One part with its contributions as they are printed, in the unit that people read."""

    part: Part
    name: str
    own: Fraction
    mix: Fraction

    @property
    def total(self) -> Fraction:
        return self.own + self.mix


def printed_parts(indicator: Indicator, found: Explained, names: Mapping[tuple[str, str], str]) -> list[Printed]:
    """The parts rounded to the indicator's decimals, adding up to the rounded change. ``names``: as of sites.py."""
    scale = 100 if indicator.unit == "%" else 1
    exact = [amount * scale for part in found.parts for amount in (part.own, part.mix)]
    rounded = rounded_parts(exact, indicator.decimals)
    pairs = zip(rounded[::2], rounded[1::2], strict=True)
    return [
        Printed(part, part_name(part, found, names), own, mix)
        for part, (own, mix) in zip(found.parts, pairs, strict=True)
    ]


def part_name(part: Part, found: Explained, names: Mapping[tuple[str, str], str]) -> str:
    """ "Basel", "without a product", "5 smaller sites"."""
    if part.kind == ONE:
        return names.get((found.partner_id, part.entity), part.entity)
    if part.kind == REST:
        return "without a product" if found.by == "product" else "counted at several sites"
    return plural(part.entities, f"smaller {found.by}")


def explanation_board(indicator: Indicator, found: Explained, names: Mapping[tuple[str, str], str]) -> str:
    """The parts by size: value and n in both periods, share, own change, mix, both; below them the whole."""
    parts = printed_parts(indicator, found, names)
    shares = indicator.kind != "snapshot"
    columns = [
        *_period_columns(found),
        *(_effect_columns() if shares else []),
        Column("Change", kind="text", tip="Its part of the whole change"),
    ]
    rows = [
        Row(
            item.name[:1].upper() + item.name[1:] if item.part.kind != ONE else item.name,
            [
                *_figures(indicator, item.part, found.currency),
                *(_shares(indicator, item) if shares else []),
                Cell(text=signed(item.total, indicator)),
            ],
            note=item.part.entity if item.name != item.part.entity else "",
            tip=REST_TIPS[found.by] if item.part.kind == REST else "",
        )
        for item in parts
    ]
    rows.append(_whole(indicator, found, parts, shares=shares))
    label = f"Why {indicator.name} changed, by {found.by}: {_period(found.before)} and {_period(found.after)}"
    return payload(label, found.by.capitalize(), columns, rows)


def explanation(indicator: Indicator, found: Explained, names: Mapping[tuple[str, str], str]) -> str:
    """ "Right first time fell by 12.4 points, … Of the fall, 9.1 come from Basel's own change and 3.3 from …"."""
    parts = printed_parts(indicator, found, names)
    change = sum((item.total for item in parts), Fraction(0))
    ends = [format_value(indicator, float(period.value), found.currency) for period in (found.before, found.after)]
    causes = sorted(_causes(parts), key=lambda cause: -abs(cause[0]))
    ups = [(amount, words) for amount, words in causes if amount > 0]
    downs = [(-amount, words) for amount, words in causes if amount < 0]
    if not change:
        stayed = f"{indicator.name} did not change: {ends[0]} in {_period(found.before)} and {_period(found.after)}."
        if not causes:
            return f"{stayed} No {found.by} moved it."
        return f"{stayed} {_listed(ups, indicator)} up and {_listed(downs, indicator)} down cancel out."
    verb, noun = ("rose", "rise") if change > 0 else ("fell", "fall")
    forward, against = (ups, downs) if change > 0 else (downs, ups)
    amount = amount_text(abs(change), indicator, found.currency)
    ends = [f"{value} in {_period(period)}" for value, period in zip(ends, (found.before, found.after), strict=True)]
    start = f"{indicator.name} {verb} by {amount}, from {ends[0]} to {ends[1]}."
    if len(causes) == 1:
        return f"{start} All of the {noun} comes from {causes[0][1]}."
    other_way = f" The other way: {_listed(against, indicator)}." if against else ""
    return f"{start} Of the {noun}: {_listed(forward, indicator)}.{other_way}"


def method(indicator: Indicator, currency: str) -> str:
    """How the numbers are to be read, for below the table."""
    unit = difference_unit(indicator, currency)
    start = f"Changes{f' in {unit}' if unit else ''}"
    if indicator.kind == "snapshot":
        return "A state is a sum: what each part changed adds up to the whole."
    start += (
        ", rounded so that the parts add up to the whole. The two figures are rounded each by itself, so between them "
        "the last digit may differ by one."
    )
    if indicator.kind == "median":
        return (
            f"{start} Own change: what the part’s own records changed. Mix: what its larger or smaller share of the "
            "records changed. A median has no formula for this: every order of changing them is averaged."
        )
    return (
        f"{start} Own change: what the part’s own figure changed, at the mean of both shares. Mix: what its larger or "
        "smaller share of the whole changed."
    )


def not_comparable(missing: NotComparable) -> str:
    """Why there is nothing to explain."""
    why = look_of(missing.status).meaning if missing.status else "before the first report"
    period = period_name(missing.month, missing.window)
    return f"There is no value for {period} ({why}), so there is no change to explain."


def signed(amount: Fraction, indicator: Indicator) -> str:
    """ "+1.2", "−0.3", "0.0"."""
    text = format_number(float(amount), indicator.decimals)
    return f"+{text}" if amount > 0 else text


def amount_text(amount: Fraction, indicator: Indicator, currency: str) -> str:
    """A difference with its unit."""
    return f"{format_number(float(amount), indicator.decimals)} {difference_unit(indicator, currency)}".strip()


def difference_unit(indicator: Indicator, currency: str) -> str:
    """The unit of a difference: that of two percentages is in points. "" for counts."""
    return "points" if indicator.unit == "%" else unit_name(indicator, currency)


def _causes(parts: Sequence[Printed]) -> list[tuple[Fraction, str]]:
    """Every contribution that does not print as nothing, with the words for where it comes from."""
    own = [(item.own, _own_words(item)) for item in parts if item.own]
    return own + [(item.mix, _mix_words(item)) for item in parts if item.mix]


def _own_words(item: Printed) -> str:
    if item.part.kind == REST:
        return f"the change of what is {item.name}"
    return f"{item.name}’s own change" if item.part.kind == ONE else f"the own change of {item.name}"


def _mix_words(item: Printed) -> str:
    """The share of a part is what moved; a part that is new or gone says so."""
    before, after = item.part.share or (Fraction(0), Fraction(0))
    of = f"what is {item.name}" if item.part.kind == REST else item.name
    if item.part.kind == ONE and not before:
        return f"{of}, which is new in it"
    if item.part.kind == ONE and not after:
        return f"{of}, which is no longer in it"
    return f"a {'larger' if after > before else 'smaller'} share of {of}"


def _listed(causes: Sequence[tuple[Fraction, str]], indicator: Indicator) -> str:
    named = [f"{format_number(float(amount), indicator.decimals)} from {words}" for amount, words in causes[:NAMED]]
    rest = sum((amount for amount, _ in causes[NAMED:]), Fraction(0))
    return joined([*named, f"{format_number(float(rest), indicator.decimals)} from the rest"] if rest else named)


def _period(period: Period) -> str:
    return period_name(period.month, period.window)


def _period_columns(found: Explained) -> list[Column]:
    return [Column(_head(period)) for period in (found.before, found.after)]


def _head(period: Period) -> str:
    """A column's head: the month, or "3 months to October 2026"."""
    return _period(period).removeprefix("the ")


def _effect_columns() -> list[Column]:
    return [
        Column("Own change", kind="text", tip="What its own figure changed, at the mean of both shares"),
        Column("Mix", kind="text", tip="What its larger or smaller share of the whole changed; below it, that share"),
    ]


def _figures(indicator: Indicator, part: Part, currency: str) -> list[Cell]:
    return [
        Cell(
            text=_value(indicator, value, n, currency), note="" if indicator.kind == "snapshot" else f"n {format_n(n)}"
        )
        for value, n in zip(part.value, part.n, strict=True)
    ]


def _value(indicator: Indicator, value: float | None, n: int, currency: str) -> str:
    """What several parts count at once is taken off the whole and has no figure of its own."""
    return NO_VALUE if n < 0 else cell_value(indicator, value, currency)


def _shares(indicator: Indicator, item: Printed) -> list[Cell]:
    before, after = item.part.share or (Fraction(0), Fraction(0))
    return [
        Cell(text=signed(item.own, indicator)),
        Cell(text=signed(item.mix, indicator), note=f"{_percent(before)} → {_percent(after)} %"),
    ]


def _percent(share: Fraction) -> str:
    return format_number(float(share) * 100, 0)


def _whole(indicator: Indicator, found: Explained, parts: Sequence[Printed], *, shares: bool) -> Row:
    own, mix = (sum((getattr(item, name) for item in parts), Fraction(0)) for name in ("own", "mix"))
    sums = [Cell(text=signed(own, indicator)), Cell(text=signed(mix, indicator))] if shares else []
    n = [sum(item.part.n[side] for item in parts) for side in (0, 1)]
    ends = [
        Cell(text=cell_value(indicator, float(period.value), found.currency), note=f"n {format_n(count)}")
        for period, count in zip((found.before, found.after), n, strict=True)
    ]
    if indicator.kind == "snapshot":
        ends = [Cell(text=cell.text) for cell in ends]
    return Row(WHOLE_PARTNER, [*ends, *sums, Cell(text=signed(own + mix, indicator))])
