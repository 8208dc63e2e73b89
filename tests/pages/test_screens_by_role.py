"""What each role finds on each screen: the table below, held against the dashboard as that person would see it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.meeting_model import AgendaItem, Participant
from kpi.ledger.meetings import open_meeting
from kpi.ledger.store import Store, open_store
from kpi.marts import load_marts
from kpi.meeting.composing import issue
from kpi.signals.review import review
from pages.shared.navigation import (
    ACCESS,
    ESCALATIONS,
    INDICATOR_PAGE,
    MEETING_PAGE,
    MONTHLY_UPLOAD,
    PORTFOLIO,
    QBR_PACK,
    SUBMISSIONS,
)
from tests.pages.people import MINE, MONTH, OTHER, PEOPLE, everybody, offers, opened, texts, two_partners

EVERYBODY = set(PEOPLE)
OF_ONE = {"quinn", "pat", "petra", "paul", "pia"}  # who may see the first partner only
SPONSORS_WORD = {"max", "quinn", "alma"}
PARTNERS_WORD = {"petra", "paul", "pia"}
ESCALATION, MEETING = "the open escalation", "the meeting"

Offered = dict[str, set[str]]
SCREENS: dict[str, tuple[str, dict[str, str], Offered]] = {
    "an escalation": (
        ESCALATIONS,
        {"escalation": ESCALATION},
        {
            "Acknowledge": SPONSORS_WORD,
            "Reply": PARTNERS_WORD,
            "Acting for": set(),
            "Evidence bundle": EVERYBODY,
        },
    ),
    "a control chart": (
        INDICATOR_PAGE,
        {"partner": MINE[1], "kpi": "On-time delivery"},
        {
            "Start the limits anew (rebaseline)": {"quinn"},
            "Picture, PNG": EVERYBODY,
            "Download as CSV": EVERYBODY,
        },
    ),
    "a submission": (
        SUBMISSIONS,
        {"submission": "S000002"},
        {"Withdraw this submission": {"quinn", "alma"}, "Original file": EVERYBODY},
    ),
    "the audit trail": (SUBMISSIONS, {"view": "Audit trail"}, {"Verify the ledger": {"ada"}, "CSV": EVERYBODY}),
    "a meeting's agenda": (
        MEETING_PAGE,
        {"held": MEETING},
        {
            "Record the decision": {"alma"},
            "Agree the action": {"alma"},
            "Export the pack of these frozen figures": EVERYBODY,
        },
    ),
    "its minutes": (
        MEETING_PAGE,
        {"held": MEETING, "shown": "Minutes"},
        {
            "Sign": SPONSORS_WORD | PARTNERS_WORD,
            "Issue edition 2": {"alma"},
            "Minutes for Word": EVERYBODY,
        },
    ),
    "the list of meetings": (MEETING_PAGE, {}, {"Plan a meeting": {"alma"}}),
    "a pack": (QBR_PACK, {"partner": MINE[1]}, {"Make the pack": EVERYBODY}),
    "the upload": (MONTHLY_UPLOAD, {}, {"Template of": {"quinn", "alma", "paul", "pia"}}),
    "access": (ACCESS, {}, {"Details of": {"ada"}}),
    "the portfolio": (PORTFOLIO, {}, {}),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, dict[str, str]]:
    """A store with everybody in it, and what the links of the table name."""
    store = open_store(f"duckdb:///{tmp_path_factory.mktemp('roles') / 'store.duckdb'}")
    two_partners(store)
    catalog, now = load_catalog(), datetime.now(UTC)
    marts = load_marts(store, catalog, scope=EVERYTHING)
    found = review(marts, catalog, (), (), now.date())
    mine = next(one for one in found.escalations if one.open and one.partner_id == MINE[0])
    meeting = open_meeting(
        store,
        partner_id=MINE[0],
        day=date(2025, 5, 6),
        title="Steering committee",
        month=MONTH,
        window=1,
        participants=[Participant("Alma", "", "sponsor"), Participant("Pia", "", "partner")],
        agenda=[AgendaItem("Late deliveries")],
        definitions=catalog.digest,
        actor="alma",
        now=now,
        scope=EVERYTHING,
    )
    issue(
        store, catalog, meeting.id, text="Held.", side="sponsor", name="Alma", actor="alma", now=now, scope=EVERYTHING
    )
    return everybody(store), {ESCALATION: mine.id, MEETING: meeting.id}


@pytest.mark.parametrize("name", PEOPLE)
def test_each_role_finds_what_it_may_do_and_no_more(
    name: str,
    made: tuple[Store, dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    store, named = made
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path_factory.getbasetemp() / "kpi.log"))
    monkeypatch.setenv("KPI_ACTOR", name)
    wrong = []
    for screen, (page, query, table) in SCREENS.items():
        app = opened(page, **{key: named.get(value, value) for key, value in query.items()})
        assert not app.error, (screen, [error.value for error in app.error])
        drawn = offers(app)
        wrong += [
            f"{screen}: “{label}” is {'missing' if name in who else 'there'}"
            for label, who in table.items()
            if (label in drawn) != (name in who)
        ]
        if name in OF_ONE:
            said = " ".join([texts(app), str(app), *drawn])
            wrong += [f"{screen} says {word}" for word in (OTHER[1], "All partners", " 2 partners") if word in said]
    assert not wrong
