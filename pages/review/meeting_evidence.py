"""The evidence beside an agenda item, as frozen: a figure with its chart, an escalation's state, or a record.

What differs now stands beside it under its own badge; nothing frozen is ever replaced by what holds now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi.ledger.links import ESCALATION, INDICATOR, RECORD, Link, indicator_link
from kpi.marts.staging import RECORD_DATASETS
from kpi.present import charts, control
from kpi.present.chart_title import source_of
from kpi.present.control import Control
from kpi.present.escalations import clock, heading, state_sentence
from kpi.present.frozen_board import Beside, beside
from kpi.present.rows import n_text, names_of
from kpi.present.subject import Subject, series_of
from kpi.present.wording import format_value, look_of, period_name, shape_in_markdown
from pages.review import meeting_due, meeting_links
from pages.review.meeting_figures import drawn
from pages.shared import icons, marts, pictures, records
from pages.shared.text import literal

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from kpi.catalog import Indicator
    from kpi.ledger.meeting_model import AgendaItem, Meeting
    from kpi.signals.escalation import Escalation
    from pages.review.meeting_frozen import Views
    from pages.shared.session import Session

FROZEN = ":blue-badge[:material/ac_unit: Frozen]"
CHANGED = ":orange-badge[≠ Changed since]"
SAME = ":gray-badge[= The same now]"


def show(views: Views, meeting: Meeting, item: AgendaItem) -> None:
    """Nothing for a topic without a link."""
    if item.link.kind == INDICATOR:
        _indicator(views, meeting, item.link.kpi_id, item.link.currency)
    elif item.link.kind == ESCALATION:
        _escalation(views, meeting, item)
    elif item.link.kind == RECORD:
        if item.kind == "due" and meeting_due.show(views, meeting, item.link, FROZEN, CHANGED, SAME):
            _links(views, item.link)
        else:
            _record(views, meeting, item)


def _indicator(views: Views, meeting: Meeting, kpi_id: str, currency: str) -> None:
    frozen = views.frozen
    indicator = frozen.catalog.indicators.get(kpi_id)
    if indicator is None:
        st.info(f"The definitions have no indicator {literal(kpi_id)} any more.", icon=":material/link_off:")
        return
    both = drawn(
        views,
        "beside",
        (meeting.partner_id, meeting.month, meeting.window),
        lambda: beside(frozen.marts, views.now.marts, meeting.partner_id, meeting.month, meeting.window),
    ).get((kpi_id, currency), Beside((kpi_id, currency), None, None))
    when = period_name(meeting.month, meeting.window)
    st.markdown(f"{FROZEN} {_figure(indicator, both.frozen, currency)}, {when}")
    if both.differs:
        st.markdown(f"{CHANGED} {literal(views.of_now)}: {_figure(indicator, both.now, currency)}")
    elif both.frozen is not None:
        st.markdown(f"{SAME} {literal(views.of_now)}")
    _chart(views, meeting, indicator, currency)
    _links(views, indicator_link(kpi_id, currency))


def _figure(indicator: Indicator, row: object, currency: str) -> str:
    """ "**88.5 %** ▲ target missed, within the limit, n 412"."""
    if row is None:
        return "not reported"
    look = look_of(row.status)  # type: ignore[attr-defined]
    n = n_text(indicator, row)
    return (
        f"**{literal(format_value(indicator, row.value, currency))}** "  # type: ignore[attr-defined]
        f"{shape_in_markdown(look.state)} {look.meaning}{f', n {n}' if n else ''}"
    )


def _chart(views: Views, meeting: Meeting, indicator: Indicator, currency: str) -> None:
    """The control chart as frozen, with both verdicts above it."""
    frozen, partner = views.frozen, meeting.partner_id
    subject = Subject(partner, name=names_of(frozen.marts).get(partner, partner))

    def make() -> Control | None:
        series = series_of(frozen.marts, indicator, subject, currency)
        if series["value"].isna().all():
            return None
        found = control.signals_of(marts.signals(frozen, partner=partner, kpis=(indicator.id,)), subject, currency)
        every = marts.rebaselines(frozen.store, frozen.marts, frozen.scope)
        heading_ = charts.Heading(subject.name, source_of(indicator, frozen.marts), currency)
        phases = control.phases_of(every, indicator, subject, currency)
        return control.draw_control(indicator, series, found, heading_, meeting.month, rebaselines=phases)

    made = drawn(views, "chart", (partner, meeting.month, indicator.id, currency), make)
    if made is None:
        st.markdown("No month had a value when the figures were frozen.")
        return
    for verdict in (made.variation, made.assurance):
        st.markdown(f"{icons.markdown(verdict.icon)} {verdict.sentence}".strip())
    st.plotly_chart(
        made.figure,
        key=f"meeting_chart_{indicator.id}_{currency}",
        config=charts.CONFIG,
        alt=f"{indicator.name} of {subject.name} by month, as frozen. {made.plain}",
    )
    who = f"{subject.name} {currency}".strip()
    name = f"{meeting.id}, {indicator.name}, {who}, {meeting.month:%Y-%m}, version {frozen.version}"
    pictures.buttons(made.figure, name, "meeting_chart", frozen.looks_at)
    st.caption(f"{FROZEN} {made.reading} {made.target and literal(made.target)}")


def _escalation(views: Views, meeting: Meeting, item: AgendaItem) -> None:
    then, now = (_found(view, item.link.escalation_id) for view in (views.frozen, views.now))
    frozen_day, day = marts.day(views.frozen), marts.day(views.now)
    if then is None:
        st.markdown(f"{FROZEN} There was no escalation {literal(item.link.escalation_id)} in the frozen figures.")
    else:
        names = names_of(views.frozen.marts)
        st.markdown(f"**{literal(heading(then, views.frozen.catalog, names))}**")
        st.markdown(f"{FROZEN} {_state(then, frozen_day)}")
    if now is None:
        st.markdown(f"{CHANGED} {literal(views.of_now)}: there is no such escalation any more.")
    elif then is None or _standing(then) != _standing(now):
        st.markdown(f"{CHANGED} {literal(views.of_now)}: {_state(now, day)}")
    else:
        st.markdown(f"{SAME} {literal(views.of_now)}")
    if then is not None:
        st.markdown(f"**Response expected:** {literal(then.rule.response)} Owner: {literal(then.owner)}.")
        if then.objection:
            st.markdown(f"**The partner objects:** {literal(then.objection.text)}")
        if then.kpi_id:
            _chart(views, meeting, views.frozen.catalog.indicators[then.kpi_id], then.currency)
    _links(views, item.link)


def _found(view: Session, escalation_id: str) -> Escalation | None:
    return next((one for one in marts.review(view).escalations if one.id == escalation_id), None)


def _standing(one: Escalation) -> tuple[object, ...]:
    return one.state, one.tier, one.owner, one.due_on, len(one.actions)


def _state(one: Escalation, day: date) -> str:
    due = clock(one, day)
    parts = [f"tier {one.tier}", state_sentence(one, day), due.sentence]
    told = (part.rstrip(".") for part in parts if part)
    return literal(". ".join(part[:1].upper() + part[1:] for part in told) + ".")


def _record(views: Views, meeting: Meeting, item: AgendaItem) -> None:
    """One record of the partner as it stood, and as it stands where that differs."""
    if item.link.dataset not in RECORD_DATASETS:
        st.markdown(f"{literal(item.link.dataset.replace('_', ' ').capitalize())} {literal(item.link.record_id)}")
        _links(views, item.link)
        return
    tables = [_row_of(view, meeting.partner_id, item) for view in (views.frozen, views.now)]
    then, now = tables
    st.markdown(f"{FROZEN} {literal(item.link.dataset.replace('_', ' '))} {literal(item.link.record_id)}")
    if then.empty:
        st.markdown("It was not there when the figures were frozen.")
    else:
        records.table(then, f"{item.link.record_id} as frozen", views.frozen.looks_at)
    if _plain(then) == _plain(now):
        st.markdown(f"{SAME} {literal(views.of_now)}")
    elif now.empty:
        st.markdown(f"{CHANGED} {literal(views.of_now)}: there is no such record any more.")
    else:
        st.markdown(f"{CHANGED} {literal(views.of_now)}")
        records.table(now, f"{item.link.record_id} now", views.now.looks_at)
    _links(views, item.link)


def _row_of(view: Session, partner: str, item: AgendaItem) -> pd.DataFrame:
    from kpi.marts.one_record import one_record

    found: pd.DataFrame = marts.kept(
        ("record", view.store, view.version, view.scope.key, partner, item.link.text),
        lambda: one_record(
            view.store,
            item.link.dataset,
            item.link.record_id,
            version=view.version,
            partner_id=partner,
            scope=view.scope,
        ),
    )
    return found


def _plain(found: pd.DataFrame) -> list[tuple[str, ...]]:
    """What the record says; the file that said it last may be another."""
    told = [name for name in found.columns if name not in ("submission_id", "file_name", "row_number")]
    return [tuple(map(str, row)) for row in found[told].itertuples(index=False, name=None)]


def _links(views: Views, link: Link) -> None:
    with st.container(horizontal=True):
        meeting_links.to(views.frozen, link, frozen=True)
        meeting_links.to(views.now, link)
