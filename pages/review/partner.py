"""Partner: one partner's month in three sentences, open escalations, every indicator, its sites, its records."""

from __future__ import annotations

from typing import Any

import streamlit as st

from kpi.intake.contracts import dataset
from kpi.present import partner as view
from kpi.present.changes import can_compare, changes, changes_board
from kpi.present.portfolio import BY_NAME
from kpi.present.rows import months_before, names_of
from kpi.present.wording import month_name, period_name
from pages.review import meeting_reminder, partner_story, score_view
from pages.shared import board, header, marts, records
from pages.shared.session import RECORDS, current
from pages.shared.text import literal

here = current()
name = names_of(here.marts).get(here.filters.partner or "", "Partner")
st.title(literal(name))
header.stop_when_empty(here)
partner, month, window = here.filters.partner, here.month, here.filters.window
titles = {name: dataset(name).title for name in here.catalog.calendar.datasets}


def drawn(name: str, make: Any) -> Any:
    return marts.drawing(name, here.store, here.marts, here.scope, (partner, month, window), make)


if partner is None:
    st.markdown("Choose a partner here or in the sidebar.")
    board.show(marts.portfolio(here, BY_NAME).board, "choose_partner")
    st.stop()

facts = view.facts(here.marts.register, partner)
st.caption("  ·  ".join(f"{label} **{literal(text)}**" for label, text in [("Id", partner), *facts]))
meeting_reminder.show(here, partner)

signals = marts.signals(here, partner=partner)
notes = marts.figure_notes(here)
indicators = drawn(
    "partner", lambda: view.indicators_board(here.marts, here.catalog, signals, partner, month, window, notes)
)
if not indicators:
    st.info(
        f"Nothing was ever reported for {period_name(month, window)} or before. Figures appear with the first file.",
        icon=":material/inbox:",
    )
    st.stop()

partner_story.show(here, partner, signals)

st.subheader(f"Largest moves since {month_name(months_before(month, 1))}")
found = drawn("changes", lambda: changes(here.marts, here.catalog, partner, month, window))
if found:
    board.show(drawn("changes_board", lambda: changes_board(found, month, window)), "partner_changes", legend=False)
elif drawn("can_compare", lambda: can_compare(here.marts, partner, month)):
    st.markdown("No figure changed its status or moved by much, as far as both months can be judged.")
else:
    st.markdown(f"Nothing was reported for {month_name(months_before(month, 1))}, so there is nothing to compare with.")

st.subheader("Indicators")
board.show(indicators, "partner_indicators", tallest="none")

score_view.show(here, partner)

sites = drawn("sites", lambda: view.sites_board(here.marts, here.catalog, partner, month, window))
if sites:
    st.subheader("Sites side by side")
    board.show(sites, "partner_sites", legend=False)

st.subheader("Data received")
coverage = drawn("coverage", lambda: view.coverage_board(here.marts, partner, month, titles))
if coverage:
    board.show(coverage, "partner_coverage")
else:
    st.markdown("No dataset was expected in these months.")

st.subheader("Latest records")
chosen = st.segmented_control(
    "Dataset",
    list(titles),
    default=next(iter(titles)),
    required=True,
    key=RECORDS,
    format_func=titles.__getitem__,
    label_visibility="collapsed",
)
records.table(
    marts.latest_records(here.store, here.marts, here.scope, chosen, partner),
    f"Latest records of {titles[chosen].lower()}",
    here.looks_at,
)
header.source_line(here)
