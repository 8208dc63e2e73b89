"""A score in words and tables: what it is, what caps it, what is missing, how far it depends on the weights.

Sentences hold no text from records, only figures and the names of definitions and flags.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.present.board import Cell, Column, Row, payload
from kpi.present.wording import (
    cell_value,
    format_n,
    format_number,
    format_target,
    format_value,
    joined,
    look_of,
    month_name,
    period_name,
    plural,
    unit_name,
)
from kpi.signals.scorecard import CLEAR, LEFT_OUT, NOT_KNOWN, RAISED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kpi.catalog import Catalog, Indicator
    from kpi.catalog.policy import ScorePolicy
    from kpi.present.objections import Key, Objected
    from kpi.signals.scorecard import Contribution, FlagState, Score

FULL, PARTLY, NONE = "met", "missed", "past limit"  # the looks of an attainment of 100, between, and 0
ATTAINMENT_LOOKS = (
    replace(look_of(FULL), meaning="at the target or better"),
    replace(look_of(PARTLY), meaning="between target and limit"),
    replace(look_of(NONE), meaning="at the limit or beyond"),
    *(look_of(state) for state in LEFT_OUT),
)
FLAG_LOOKS = (
    replace(look_of("past limit"), state=RAISED, meaning="raised: caps the rating"),
    replace(look_of("met"), state=CLEAR, meaning="not raised"),
    replace(look_of("no data"), state=NOT_KNOWN, meaning="not known: nothing reported"),
)
REASONS = {
    "no data": "have no data",
    "no activity": "had no activity",
    "too few": "have too few records",
    "no target": "have no target",
}
FRACTIONS = {0.1: "a tenth", 0.2: "a fifth", 0.25: "a quarter", 0.5: "a half"}


def score_sentences(score: Score, policy: ScorePolicy) -> tuple[str, ...]:
    """What a reader needs to know of one partner's score, the figure first; the caps even where there is no score."""
    sentences = (
        _figure(score, policy),
        *_caps(score),
        *_unknown_flags(score),
        *_missing(score),
        _interval(score, policy),
    )
    return tuple(sentence for sentence in sentences if sentence)


def _figure(score: Score, policy: ScorePolicy) -> str:
    if score.score is None:
        return (
            f"No score: figures that can be judged carry {_percent(score.coverage)} of the weight, and a score needs "
            f"at least {_percent(policy.least_weight)}."
        )
    if score.capped is not None and score.capped < score.score:
        return f"{_points(score.capped)} of 100: capped, the mean of the figures is {_points(score.score)}."
    return f"{_points(score.score)} of 100."


def _caps(score: Score) -> tuple[str, ...]:
    """A sentence for every raised flag, the lowest cap first; without a score there is nothing to cap."""
    raised = sorted(score.raised, key=lambda state: (state.flag.cap, state.flag.id))
    facts = [(state.flag.cap, f"{_lower(state.flag.name)} ({_flag_figure(state)})") for state in raised]
    if score.score is None:
        return (f"Raised all the same: {joined([fact for _, fact in facts])}.",) if facts else ()
    return tuple(f"Capped at {_points(cap)} by a flag: {fact}." for cap, fact in facts)


def _unknown_flags(score: Score) -> tuple[str, ...]:
    unknown = [_lower(state.flag.name) for state in score.flags if state.state == NOT_KNOWN]
    if not unknown:
        return ()
    return (f"Not known, for want of data: {joined(unknown)}.",)


def _missing(score: Score) -> tuple[str, ...]:
    """ "3 of 18 indicators are left out: 2 have no data and 1 has too few records; their weight … is shared …" """
    out = [part.left_out for part in score.contributions if part.left_out]
    if not out or score.score is None:
        return ()
    counts = {why: out.count(why) for why in LEFT_OUT if why in out}
    whose = "its" if len(out) == 1 else "their"
    rest = f"{whose} weight, {_percent(1 - score.coverage)} of the whole, is shared among the rest"
    of_all = f"{len(out)} of {plural(len(score.contributions), 'indicator')}"
    if len(counts) == 1:
        return (f"{of_all} {_reason(out[0], len(out))}; {rest}.",)
    reasons = joined([f"{count} {_reason(why, count)}" for why, count in counts.items()])
    return (f"{of_all} are left out: {reasons}; {rest}.",)


def _reason(why: str, count: int) -> str:
    return REASONS[why].replace("have ", "has ") if count == 1 else REASONS[why]


def _interval(score: Score, policy: ScorePolicy) -> str:
    """The rank only beside the partner's own score, as an interval; with one partner it would say nothing."""
    if score.score is None or score.low is None or score.high is None:
        return ""
    moved = f"Moving every weight by up to {_fraction(policy.wobble)} puts the mean between {_points(score.low)} and "
    moved += _points(score.high)
    if score.of < 2:
        return f"{moved}. No other partner has a score, so a rank would say nothing."
    if score.rank_low == score.rank_high:
        return f"{moved} and the rating at rank {score.rank_low} of {score.of}."
    return f"{moved} and the rating between rank {score.rank_low} and {score.rank_high} of {score.of}."


def objected_sentence(score: Score, catalog: Catalog, marks: Mapping[Key, Objected]) -> str:
    """ "Of these figures, Right first time is objected to and not answered yet."; "" where none is."""
    scored = [part.kpi_id for part in score.contributions]
    names = [catalog.indicators[kpi].name for kpi in scored if (kpi, "") in marks and marks[kpi, ""].is_open]
    if not names:
        return ""
    verb = "is" if len(names) == 1 else "are"
    return f"Of its figures, {joined(names, 4)} {verb} objected to and not answered yet."


def contributions_board(
    score: Score, catalog: Catalog, month: date, marks: Mapping[Key, Objected] | None = None
) -> str:
    """Every scored indicator by category: figure, n, target, attainment, weight and what it adds to the score.

    ``marks``: objections to figures of the score's window, which stand beside the value.
    """
    parts = {part.kpi_id: part for part in score.contributions}
    rows: list[Row] = []
    for category in catalog.categories:
        mine = [indicator for indicator in catalog.in_category(category.id) if indicator.id in parts]
        if mine:
            rows.append(Row(_category_heading(category.name, [parts[i.id] for i in mine]), heading=True))
            rows += [
                _contribution_row(indicator, parts[indicator.id], (marks or {}).get((indicator.id, "")))
                for indicator in mine
            ]
    columns = [
        Column("Figure", kind="text", note="records behind it"),
        Column("Target", kind="text", note="limit"),
        Column("Attainment", kind="text", tip="0 at the limit or beyond, 100 at the target or better, linear between"),
        Column("Weight", kind="text", tip="In the score, after the weight of what is left out was shared"),
        Column("Points", kind="number", tip="Weight × attainment; together they are the score"),
    ]
    label = f"What the score is made of, {period_name(month, catalog.scoring.window)}"
    return payload(label, "Indicator", columns, rows, ATTAINMENT_LOOKS)


def _category_heading(name: str, parts: list[Contribution]) -> str:
    weight, points = sum(part.weight for part in parts), sum(part.points for part in parts)
    return f"{name}: {_percent(weight)} of the weight, {format_number(points, 1)} points"


def _contribution_row(indicator: Indicator, part: Contribution, mark: Objected | None) -> Row:
    attained = part.attainment
    state = part.left_out if attained is None else NONE if attained <= 0 else FULL if attained >= 100 else PARTLY
    reached = part.left_out if attained is None else _points(attained)
    note = "all or nothing" if part.all_or_nothing else ""
    tip = "Nothing lies between target and limit: 100 when the target is reached, else 0" if note else ""
    counted = "" if indicator.kind == "snapshot" or part.n is None else f"n {format_n(part.n)}"
    cells = [
        Cell(
            text=cell_value(indicator, part.value),
            note=", ".join(said for said in (counted, mark.mark if mark else "") if said),
        ),
        Cell(text=format_target(indicator, part.target), note=_limit_text(indicator, part.limit)),
        Cell(text=reached, state=state, note=note, tip=tip),
        _weight_cell(part),
        Cell(text="" if part.left_out else format_number(part.points, 1)),
    ]
    unit = unit_name(indicator)
    shown = unit if unit not in {"%", "days"} else ""
    return Row(indicator.name, cells, note=shown, tip=indicator.sentence, opens={"kpi": indicator.name})


def _limit_text(indicator: Indicator, limit: float | None) -> str:
    if limit is None:
        return ""
    return format_target(indicator, limit) if indicator.better == "band" else format_value(indicator, limit)


def _weight_cell(part: Contribution) -> Cell:
    if part.left_out:
        return Cell(text="0 %", note=f"agreed {_percent(part.agreed_weight)}")
    return Cell(text=_percent(part.weight))


def flags_board(score: Score, month: date) -> str:
    """Every flag with its state, the figure last known, the cap and why it caps; "" where the policy has none."""
    rows = [
        Row(
            state.flag.name,
            [
                Cell(text=state.state, state=state.state, note=_flag_figure(state)),
                Cell(text=_points(state.flag.cap)),
                Cell(text=state.flag.why),
            ],
        )
        for state in score.flags
    ]
    if not rows:
        return ""
    columns = [
        Column("State", kind="text", note="figure last known"),
        Column("Cap", kind="number", tip="The rating never exceeds it while the flag is raised"),
        Column("Why", kind="words"),
    ]
    return payload(f"Flags that cap the rating, {month_name(month)}", "Flag", columns, rows, FLAG_LOOKS)


def _flag_figure(state: FlagState) -> str:
    if state.month is None or state.value is None:
        return "never reported"
    return f"{state.value:g} in {month_name(state.month)}{', nothing reported since' if state.stale else ''}"


def _points(value: float) -> str:
    return format_number(value, 0)


def _percent(share: float) -> str:
    number = share * 100
    return f"{format_number(number, 0 if abs(number - round(number)) < 1e-6 else 1)} %"


def _fraction(share: float) -> str:
    return FRACTIONS.get(share, _percent(share))


def _lower(name: str) -> str:
    """A name within a sentence; abbreviations such as CAPA stay as they are."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
