"""The pages of a pack that are not about one indicator."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from kpi.present.attention import Attention, attention
from kpi.present.escalations import acknowledged_sentence, clock, is_shelved, state_sentence, subject, summary
from kpi.present.look_ahead import days, listed, unconfirmed
from kpi.present.look_ahead import summary as commitments_summary
from kpi.present.partner import facts
from kpi.present.rows import labels_of
from kpi.present.scorecard import score_sentences
from kpi.present.sites import names_of_sites
from kpi.present.wording import day_name, is_missing, joined, period_name, plural
from kpi.qbr.choices import LOOK_AHEAD_DAYS
from kpi.qbr.figures import never_reported
from kpi.qbr.pack import (
    CHANGED,
    ESCALATIONS,
    LOOK_AHEAD,
    SCORECARD,
    TITLE,
    ChangedPage,
    CommitmentRow,
    EscalationRow,
    EscalationsPage,
    LookAheadPage,
    ScorecardPage,
    TitlePage,
)

if TYPE_CHECKING:
    import pandas as pd

    from kpi.present.story import Story
    from kpi.qbr.choices import Choices
    from kpi.qbr.figures import Categories
    from kpi.qbr.pack import Figure
    from kpi.qbr.source import Source
    from kpi.signals.escalation import Escalation


def looks_until(choices: Choices, day: date) -> date:
    """The day that the look-ahead looks to; never before the day of the figures."""
    return max(choices.until or day + timedelta(days=LOOK_AHEAD_DAYS), day)


def title_page(source: Source, choices: Choices, name: str) -> TitlePage:
    known = dict(facts(source.marts.register, choices.partner_id))
    sites = f"Sites: {known['Sites']}" if "Sites" in known else ""
    lines = (name, period_name(choices.month, choices.window), sites)
    return TitlePage(
        TITLE,
        TITLE,
        choices.title,
        notes=f"{choices.title} of {name} for {period_name(choices.month, choices.window)}. {source.provenance.line}.",
        lines=tuple(line for line in lines if line),
    )


def scorecard_page(source: Source, choices: Choices, categories: Categories) -> ScorecardPage:
    figures = [figure for _, mine in categories for figure in mine]
    score = source.score(choices.partner_id, choices.month)
    said = score_sentences(score, source.catalog.scoring) if score else ("No score: nothing was ever reported.",)
    marked = [f"{figure.name} ({figure.mark})" for figure in figures if figure.mark]
    if marked:
        said = (*said, f"Objections to figures: {joined(marked, 6)}.")
    missing = never_reported(source, categories)
    if missing:
        said = (*said, f"Never reported: {joined(missing, 6)}.")
    lines = [
        f"{figure.name}: {figure.value_text}, {figure.status_meaning}"
        + (f", target {figure.target_text}" if figure.target is not None else "")
        + (f", {figure.mark}" if figure.mark else "")
        + f". {figure.variation.sentence} {figure.assurance.sentence}"
        for figure in figures
    ]
    title = f"Scorecard: {_counted(figures)}"
    return ScorecardPage(
        SCORECARD, SCORECARD, title, notes="\n".join([*said, *lines]), score=said, categories=categories
    )


def _counted(figures: list[Figure]) -> str:
    """ "19 of 22 judged figures meet their target, 2 are past their limit"."""
    judged = [figure for figure in figures if figure.status in ("met", "missed", "past limit")]
    if not judged:
        return "no figure can be judged"
    met = sum(1 for figure in judged if figure.status == "met")
    past = sum(1 for figure in judged if figure.status == "past limit")
    said = f"{met} of {plural(len(judged), 'judged figure')} {'meets its' if met == 1 else 'meet their'} target"
    return f"{said}, {past} {'is past its' if past == 1 else 'are past their'} limit" if past else said


def changed_page(story: Story) -> ChangedPage:
    page = ChangedPage(
        CHANGED, CHANGED, "Where we stand and what changed", sentences=(story.stands, story.changed, story.matters)
    )
    return ChangedPage(page.kind, page.key, page.title, notes="\n".join(page.plain), sentences=page.sentences)


def escalations_page(source: Source, partner_id: str) -> EscalationsPage:
    """The gravest first; what is on the shelf comes last."""
    catalog, day = source.catalog, source.review.day
    mine = [one for one in source.review.escalations if one.partner_id == partner_id and not one.covered_by]
    waiting = attention(mine, catalog, day).get(partner_id, Attention()).open
    shelved = [one for one in mine if is_shelved(one, day)]
    rows = tuple(_escalation_row(source, one) for one in (*waiting, *shelved))
    said = summary(mine, catalog, day)
    title = f"Escalations: {plural(len(rows), 'open', 'open')}" if rows else "No escalation is open"
    notes = [said, *(f"{row.id}, tier {row.tier}, {row.about}: {row.rule}. {row.state} {row.clock}." for row in rows)]
    return EscalationsPage(ESCALATIONS, ESCALATIONS, title, notes="\n".join(notes), summary=said, rows=rows)


def _escalation_row(source: Source, one: Escalation) -> EscalationRow:
    day = source.review.day
    shelf = f" Shelved until {day_name(one.shelved_until)}." if one.shelved_until and is_shelved(one, day) else ""
    return EscalationRow(
        id=one.id,
        about=subject(one, source.catalog),
        rule=one.rule.name,
        tier=one.tier,
        tier_name=source.catalog.escalation.tier(one.tier).name,
        state=state_sentence(one, day) + shelf,
        acknowledged=acknowledged_sentence(one),
        response=one.rule.response,
        owner=one.owner,
        due_on=one.due_on,
        clock=clock(one, day).sentence,
        overdue=clock(one, day).overdue,
    )


def look_ahead_page(source: Source, partner_id: str, found: pd.DataFrame, until: date) -> LookAheadPage:
    """``found`` as kpi.marts.look_ahead gives it for the partner."""
    labels, day = labels_of(source.marts), source.review.day
    said = commitments_summary(found, day, until, labels)
    told = listed(found, labels, names_of_sites(source.marts))
    pairs = zip(found.itertuples(index=False), told.itertuples(index=False), strict=True)
    late = int((found["days_left"] < 0).sum())
    title = f"Look-ahead to {day_name(until)}: {late} overdue, {len(found) - late} due" if len(found) else "Look-ahead"
    doubt = unconfirmed(found, source.marts.coverage, labels)
    return LookAheadPage(
        LOOK_AHEAD,
        LOOK_AHEAD,
        title,
        notes=f"{said} {doubt}".strip(),
        summary=said,
        unconfirmed=doubt,
        until=until,
        rows=tuple(_commitment(raw, shown) for raw, shown in pairs),
    )


def _commitment(raw: Any, shown: Any) -> CommitmentRow:
    return CommitmentRow(
        when=days(int(raw.days_left)),
        overdue=bool(raw.days_left < 0),
        what=str(shown.what),
        site=_text(shown.site),
        record_id=_text(raw.record_id),
        severity=_text(raw.severity),
        description=_text(raw.description),
        due_on=_day(raw.due_on),
        extended_to=None if is_missing(raw.extended_due_date) else _day(raw.extended_due_date),
    )


def _text(value: object) -> str:
    return "" if is_missing(value) else str(value)


def _day(value: Any) -> date:
    found: date = value.date() if hasattr(value, "date") else value
    return found
