"""The agenda that figures propose: in which order, why, with which link, and nothing twice."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kpi.access import EVERYTHING, Scope
from kpi.catalog import Catalog
from kpi.errors import UsageError
from kpi.ledger.agreed_actions import agreed_actions
from kpi.ledger.figure_notes import record_figure_note
from kpi.ledger.links import is_link
from kpi.ledger.meeting_model import AgendaItem
from kpi.ledger.meeting_names import AGENDA_KINDS
from kpi.ledger.reads import version_now
from kpi.ledger.store import Store, open_store
from kpi.meeting.agenda import propose, proposed_agenda
from kpi.present.reporting_calendar import Expected
from kpi.qbr.source import Source, load_source
from tests.ledger.meeting_acts import agree, change
from tests.meeting.held import NOW

OCTOBER = date(2026, 10, 1)
UNTIL = date(2027, 3, 5)
DUE = date(2026, 11, 16)


@pytest.fixture(scope="module")
def source(sample_store: Store, catalog: Catalog) -> Source:
    return load_source(sample_store, catalog, today=date(2027, 1, 1), scope=EVERYTHING)


def test_every_partner_of_the_sample_gets_an_agenda_in_order_with_nothing_twice(source: Source) -> None:
    for partner in sorted(set(source.marts.register["partner_id"])):
        items = propose(source, partner, OCTOBER, UNTIL)
        kinds = [AGENDA_KINDS.index(item.kind) for item in items]
        assert kinds == sorted(kinds), partner
        assert Counter((item.title, item.link) for item in items).most_common(1)[0][1] == 1
        assert all(item.why and is_link(item.link.text) and len(item.title) <= 160 for item in items)
        mine = {one.id: one for one in source.review.escalations if one.partner_id == partner}
        on_it = [mine[item.link.escalation_id] for item in items if item.kind == "escalation"]
        assert [one.tier for one in on_it] == sorted((one.tier for one in on_it), reverse=True), "the gravest first"
        assert all(one.open and not one.covered_by for one in on_it)
        named = {(one.kpi_id, one.currency) for one in on_it}
        causes = [item for item in items if item.kind in ("concern", "change", "improvement")]
        assert not named & {(item.link.kpi_id, item.link.currency) for item in causes}
        assert items == propose(source, partner, OCTOBER, UNTIL)


def test_special_causes_are_those_of_the_charts(source: Source) -> None:
    signals = source.signals("TARN", OCTOBER).series
    found = propose(source, "TARN", OCTOBER, UNTIL)
    worse = {row.kpi_id for row in signals.itertuples() if row.variation == "concern"}
    listed = {item.link.kpi_id for item in found if item.kind == "concern"}
    raised = {one.kpi_id for one in source.review.escalations if one.partner_id == "TARN" and one.open}
    assert listed == worse - raised
    assert listed


def test_an_objection_is_named_with_its_escalation(source: Source) -> None:
    [objected] = [one for one in source.review.escalations if one.objection and one.open and one.partner_id == "TARN"]
    [item] = [item for item in propose(source, "TARN", OCTOBER, UNTIL) if item.link.escalation_id == objected.id]
    assert "tarnwick.operations objects to it for the partner" in item.why


def test_an_objection_to_a_figure_is_on_it_until_it_is_answered(
    sample_store: Store, catalog: Catalog, tmp_path: Path
) -> None:
    store = open_store(f"duckdb:///{shutil.copy(sample_store.path, tmp_path / 'own.duckdb')}")

    def say(action: str, side: str, partner: str = "TARN") -> None:
        record_figure_note(
            store, partner_id=partner, kpi_id="right_first_time", currency="", month=OCTOBER, action=action, side=side,
            text="Lots\n1–3", seen_version=version_now(store), actor="pat", now=NOW, scope=EVERYTHING,
        )  # fmt: skip

    def on_it() -> list[tuple[str, str, str]]:
        found = load_source(store, catalog, today=date(2027, 1, 1), scope=EVERYTHING)
        items = propose(found, "TARN", OCTOBER, UNTIL)
        return [(item.title, item.why, item.link.text) for item in items if "to a figure" in item.title]

    say("object", "partner", "VESS")
    say("object", "partner")
    day = f"{NOW.day} {NOW:%B %Y}"
    objected = (
        "Objection to a figure: Right first time, Oct 2026",
        f"Pat objected on {day}: “Lots 1–3”",
        "indicator:right_first_time",
    )
    assert on_it() == [objected]
    say("uphold", "sponsor")
    assert on_it() == []


def made(source: Source, **given: Any) -> tuple[AgendaItem, ...]:
    """Of a partner without figures, so that only what is given is on the agenda."""
    usual: dict[str, Any] = {"commitments": DUE_NOTHING, "actions": [], "missing": []}
    return proposed_agenda(
        source.review,
        source.signals("TARN", OCTOBER),
        source.catalog,
        **{**usual, **given},
        day=DUE,
        until=UNTIL,
        partner="NEW",
    )


COLUMNS = ["what", "record_id", "days_left", "severity"]
DUE_NOTHING = pd.DataFrame(columns=COLUMNS)


def test_commitments_are_one_item_per_kind_overdue_before_due(source: Source) -> None:
    rows = [
        ("deviation", "DEV-1", -40, None),
        ("deviation", "DEV-2", -3, "critical"),
        ("finding", "F-1", -2, "major"),
        ("deviation", "DEV-3", 0, None),
        ("delivery", "PO 7", 5, None),
    ]
    items = made(source, commitments=pd.DataFrame(rows, columns=COLUMNS))
    assert [(item.kind, item.title, item.why, item.link.text) for item in items] == [
        (
            "due",
            "2 deviations overdue",
            "Critical: DEV-2; the oldest is DEV-1, 40 days overdue",
            "record:deviations/DEV-2",
        ),
        ("due", "1 audit finding overdue", "The oldest is F-1, 2 days overdue", "record:audit_findings/F-1"),
        ("due", "1 deviation due by 5 March 2027", "The first is DEV-3, today", "record:deviations/DEV-3"),
        ("due", "1 order line due by 5 March 2027", "The first is PO 7, in 5 days", "record:deliveries/PO 7"),
    ]


@pytest.mark.parametrize("record_id", [None, "a\nb", " ", "x" * 300])
def test_a_record_whose_id_no_link_can_hold_is_named_without_one(source: Source, record_id: str | None) -> None:
    [item] = made(source, commitments=pd.DataFrame([("CAPA", record_id, -1, None)], columns=COLUMNS))
    assert (item.title, item.link.text) == ("1 CAPA overdue", "")


def test_overdue_actions_are_those_past_the_date_first_agreed(source: Source, empty_store: Store) -> None:
    for days in (10, 20, 90):
        agree(empty_store, "", partner_id="NEW", due_on=NOW.date() + timedelta(days=days), now=NOW)
    change(empty_store, "A-2", due_on=date(2027, 6, 1), note="Later", now=NOW)
    agree(empty_store, "", partner_id="OTHER", due_on=NOW.date(), now=NOW)
    found = agreed_actions(empty_store, scope=EVERYTHING)
    items = proposed_agenda(
        source.review, source.signals("TARN", OCTOBER), source.catalog, commitments=DUE_NOTHING, actions=found,
        missing=[], day=date(2027, 1, 1), until=UNTIL, partner="NEW",
    )  # fmt: skip
    assert [(item.kind, item.title, item.why) for item in items] == [
        ("action", "A-1: Replace the feeder", "Ben Low, 32 days overdue, due 30 November 2026"),
        (
            "action",
            "A-2: Replace the feeder",
            "Ben Low, 22 days overdue, due 10 December 2026; a later date was agreed: 1 June 2027",
        ),
    ]


def test_data_not_received_is_one_item_per_dataset(source: Source) -> None:
    def cell(dataset: str, month: int) -> Expected:
        return Expected("NEW", dataset, date(2026, month, 1), date(2026, month + 1, 10), "missing", overdue=True)

    cells = [cell("deviations", 10), cell("deviations", 9), cell("deliveries", 10)]
    items = made(source, missing=[*cells, replace(cells[0], partner_id="TARN")])
    assert [(item.kind, item.title, item.why) for item in items] == [
        ("data", "Not received: deliveries for Oct 2026", "The reporting day for Oct 2026 was 10 November 2026"),
        (
            "data",
            "Not received: deviations for Sep 2026 and Oct 2026",
            "The reporting day for Sep 2026 was 10 October 2026",
        ),
    ]


def test_an_agenda_needs_a_partner_in_scope_and_a_day_to_look_to(source: Source) -> None:
    with pytest.raises(UsageError, match="There is no partner"):
        propose(replace(source, scope=Scope.of(["SERI"])), "TARN", OCTOBER, UNTIL)
    with pytest.raises(UsageError, match="before"):
        propose(source, "TARN", OCTOBER, date(2026, 1, 1))
