"""Files that wait for acceptance in the reporting calendar: neither received nor to be sent, until decided about."""

from __future__ import annotations

import json
from datetime import date, datetime

from kpi.access import EVERYTHING, Scope
from kpi.catalog import load_catalog
from kpi.ledger.deciding import accept_offer
from kpi.ledger.offers import offers
from kpi.ledger.reads import history
from kpi.ledger.store import Store
from kpi.marts import load_marts
from kpi.present.calendar_board import calendar_board, counted
from kpi.present.reporting_calendar import ReportingCalendar, calendar_frame, reporting_calendar
from tests.ledger.offer_acts import under_four_eyes
from tests.support import checked_rows, order_lines, submit_rows

CATALOG = load_catalog()
JANUARY, FEBRUARY = date(2025, 1, 1), date(2025, 2, 1)
DAY = date(2025, 4, 1)
TITLES = {"deliveries": "Deliveries"}


def seen(store: Store, scope: Scope = EVERYTHING) -> ReportingCalendar:
    marts = load_marts(store, CATALOG, scope=scope, day=DAY)
    past, waiting = history(store, scope=scope), offers(store, scope=scope)
    return reporting_calendar(marts, past, CATALOG.calendar, DAY, JANUARY, FEBRUARY, waiting)


def states(found: ReportingCalendar) -> dict[tuple[str, int], str]:
    cells = [cell for cell in found.cells if cell.dataset == "deliveries"]
    return {(cell.partner_id, cell.month.month): cell.state for cell in cells}


def test_a_month_that_waits_is_neither_received_nor_due(empty_store: Store) -> None:
    for partner in ("HELIX", "NOVA"):
        submit_rows(empty_store, "deliveries", order_lines(partner, JANUARY, 0), JANUARY, received_on=date(2025, 2, 3))
    before = seen(empty_store)
    assert states(before)["HELIX", 2] == "missing"
    under_four_eyes(empty_store)
    rows = checked_rows("deliveries", order_lines("HELIX", FEBRUARY, 0))
    version = submit_rows(empty_store, "deliveries", rows, FEBRUARY, received_on=date(2025, 3, 3)).version
    found = seen(empty_store)
    assert states(found) == states(before) | {("HELIX", 2): "waiting for acceptance"}
    assert ("HELIX", 2) not in [
        (cell.partner_id, cell.month.month) for cell in found.due if cell.dataset == "deliveries"
    ]
    cell = next(one for one in found.cells if one.state == "waiting for acceptance")
    assert (cell.received_on, cell.counts_as, [one.version for one in cell.offered]) == (None, "missing", [version])
    assert counted([cell]) == "0 on time, 0 late, 1 missing", "as submission timeliness counts it until then"
    board = json.dumps(json.loads(calendar_board(found, ["HELIX"], ["deliveries"], {}, TITLES)))
    assert f'"offer": "{version}"' in board
    assert "Offer 4, 3 March 2025, by tests, waits" in board
    frame = calendar_frame(found)
    assert (
        frame.set_index(["partner_id", "dataset", "month"]).loc[("HELIX", "deliveries", "2025-02-01"), "offers"] == "4"
    )
    assert "HELIX" not in {cell.partner_id for cell in seen(empty_store, Scope.of(["NOVA"])).cells if cell.offered}

    accept_offer(
        empty_store, version, rows, note="", actor="sam", now=datetime(2025, 3, 28), accept_warnings=True,
        scope=EVERYTHING,
    )  # fmt: skip
    [received] = [
        one for one in seen(empty_store).cells if (one.partner_id, one.month) == ("HELIX", FEBRUARY) and one.sent
    ]
    assert (received.state, received.received_on, received.offered) == ("on time", date(2025, 3, 3), ())
    assert received.sent[0].actor == "tests", "who sent it, not who accepted it"
