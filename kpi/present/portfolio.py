"""The portfolio at one month: every partner beside the headline indicators, those that need attention first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpi.present.attention import Attention, attention, attention_cell, attention_sentence, tier_looks
from kpi.present.board import Cell, Column, Row, payload
from kpi.present.headlines import NOTHING_KNOWN
from kpi.present.prose import Sentence, plain
from kpi.present.rows import NOTHING, labels_of, names_of
from kpi.present.wording import (
    STATUS_LOOKS,
    day_name,
    format_number,
    format_target,
    month_name,
    period_name,
    plural,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from kpi.catalog import Catalog, Indicator
    from kpi.marts import Marts
    from kpi.present.headlines import Headline, Headlines
    from kpi.signals.review import Review
    from kpi.signals.scorecard import Score

BY_ATTENTION = "attention"
BY_NAME = "name"
NOT_OPEN = Attention()


@dataclass(frozen=True)
class Judged:
    """What is shown beside the names: escalations as of the review's day; figures and scores of the month."""

    review: Review
    headlines: Headlines
    scores: Sequence[Score]


@dataclass(frozen=True)
class Portfolio:
    """``board`` is the table as JSON, ``summary`` two sentences, in stretches that stand out or don't."""

    board: str
    summary: Sentence


def portfolio(marts: Marts, catalog: Catalog, judged: Judged, month: date, window: int, order: str) -> Portfolio:
    """The portfolio of ``month`` (first day) over ``window`` months, in ``order`` (BY_ATTENTION or BY_NAME)."""
    names, labels = names_of(marts), labels_of(marts)
    known = {partner: judged.headlines.get(partner, NOTHING_KNOWN) for partner in names}
    counts = {partner: one.counts for partner, one in known.items()}
    received = {partner: one.received for partner, one in known.items()}
    open_ones = attention(judged.review.escalations, catalog, judged.review.day)
    scores = {score.partner_id: score_cell(score) for score in judged.scores}
    by_attention, ordered = (
        sorted(names, key=lambda p: sort_key(open_ones.get(p, NOT_OPEN), counts[p], names[p], by))
        for by in (BY_ATTENTION, order)
    )
    table_rows = [
        Row(
            name=names[partner],
            tip=f"{names[partner]} ({partner})",
            opens={"partner": labels[partner]},
            note=received_note(received[partner], counts[partner]),
            cells=[
                attention_cell(open_ones.get(partner, NOT_OPEN), catalog),
                scores.get(partner, Cell(text="–")),
                *(known[partner].cells.get(indicator.id, NOTHING) for indicator in catalog.headlines),
            ],
        )
        for partner in ordered
    ]
    columns = [
        Column(
            "Open escalations",
            kind="brief",
            note=f"on {day_name(judged.review.day)}",
            tip="By tier, and why; what another open escalation covers is not counted again",
            opens={"page": "escalations"},
        ),
        Column("Score", kind="text", note=f"of 100, {catalog.scoring.window} months", tip=SCORE_TIP),
        *(indicator_column(indicator, known.values()) for indicator in catalog.headlines),
    ]
    label = f"Partners, their open escalations, scores and headline indicators, {period_name(month, window)}"
    looks = (*tier_looks(catalog.escalation), *STATUS_LOOKS)
    return Portfolio(
        payload(label, "Partner", columns, table_rows, looks),
        summary(open_ones, by_attention, names, catalog, counts, received, month),
    )


SCORE_TIP = (
    "Mean attainment between limit and target, 0 to 100. The bar and the ranks show where it lies when every weight is "
    "moved: partners whose ranks overlap can't be told apart"
)


def score_cell(score: Score) -> Cell:
    """The score after flags, where it lies under moved weights, and which ranks that gives."""
    if score.score is None or score.capped is None:
        return Cell(text="–", note="too few figures", tip="Less than the least weight has figures that can be judged")
    is_capped = score.capped < score.score
    low, high = score.rank_low, score.rank_high
    ranks = f"rank {low}" if low == high else f"ranks {low}–{high}"
    before = f"{format_number(score.score, 0)} before it was capped: " if is_capped else ""
    flags = "; ".join(state.flag.name for state in score.raised)
    return Cell(
        text=f"{format_number(score.capped, 0)}{' capped' if is_capped else ''}",
        note=f"{ranks} of {score.of}" if score.of > 1 else "",  # among one a rank says nothing
        span=(score.capped_low or 0.0, score.capped_high or 0.0, score.capped),
        tip=f"{before}{flags}" or "No flag caps the rating",
    )


def indicator_column(indicator: Indicator, known: Iterable[Headline]) -> Column:
    """A head with name and target; "differs" where partners agreed on different targets."""
    targets = {one.targets[indicator.id] for one in known if indicator.id in one.targets}
    note = format_target(indicator, *targets) if len(targets) == 1 else "targets differ" if targets else "no target"
    return Column(indicator.name, kind="heat", note=note, tip=indicator.sentence, opens={"kpi": indicator.name})


def received_note(states: Sequence[str], counts: Mapping[str, int]) -> str:
    """What has not arrived for the month, or came late; "" when all is as it should be."""
    if not has_reported(counts):
        return "nothing reported"
    said = {"missing": "datasets missing", "late": "late", "not due yet": "not due yet"}
    return ", ".join(
        f"{states.count(state)} of {len(states)} {words}" for state, words in said.items() if states.count(state)
    )


def has_reported(counts: Mapping[str, int]) -> bool:
    """Whether anything at all was reported for the month."""
    return any(count for status, count in counts.items() if status != "no data")


def sort_key(found: Attention, counts: Mapping[str, int], name: str, order: str) -> tuple[object, ...]:
    """By name, or: the worst open escalation and how many; then most figures past their limit, not reported, missed."""
    if order == BY_NAME:
        return (name.casefold(),)
    return (*found.order, -counts["past limit"], -counts["no data"], -counts["missed"], name.casefold())


def summary(
    found: Mapping[str, Attention],
    ordered: Sequence[str],
    names: Mapping[str, str],
    catalog: Catalog,
    counts: Mapping[str, Mapping[str, int]],
    received: Mapping[str, Sequence[str]],
    month: date,
) -> Sentence:
    """Who needs attention first and why; then how many have something open, and whose data is not complete."""
    first = attention_sentence(found, ordered, names, catalog)
    total = len(names)
    with_open = [found[partner] for partner in names if partner in found and found[partner].open]
    waiting = sum(one.unacknowledged for one in with_open)
    if not with_open:
        said = "No partner has an open escalation" if total > 1 else "The partner has no open escalation"
    elif total == 1:
        said = f"{plural(len(with_open[0].open), 'escalation')} open, {waiting} not acknowledged"
    else:
        who_has = f"All {total}" if len(with_open) == total else f"{len(with_open)} of {total}"
        verb = "has" if len(with_open) == 1 else "have"
        everything = sum(len(one.open) for one in with_open)
        said = f"{who_has} partners {verb} open escalations, {everything} in all"
        said += f", {waiting} not acknowledged" if waiting else ", all acknowledged"
    silent = sum(1 for partner in names if not has_reported(counts[partner]))
    gaps = sum(1 for p in names if has_reported(counts[p]) and "missing" in received.get(p, ()))
    who = (lambda count: "it") if total == 1 else str
    tails = [f"{who(silent)} {'has' if silent == 1 else 'have'} not reported"] if silent else []
    tails += [f"{who(gaps)} sent incomplete data"] if gaps else []
    data = f"; {' and '.join(tails)} for {month_name(month)}" if tails else ""
    return (*first, plain(f"{' ' if first else ''}{said}{data}."))
